"""Scores text with a trained run, word by word: `python infer.py --help` lists the flags."""

from collections.abc import Sequence

from rnn_textclf import entry, flags


def main(argv: Sequence[str]) -> None:
    """Flags -> job -> one call."""
    job = flags.inference_job(argv, flags.inference_command_line())

    # TensorFlow takes seconds to load: only now, when the flags are known to be good.
    from rnn_textclf.inference.commands import infer

    infer(job)


if __name__ == "__main__":
    entry.run(main)
