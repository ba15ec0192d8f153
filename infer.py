"""Scores text with a trained run, word by word: `python infer.py --help` lists the flags."""

from collections.abc import Sequence

from rnn_textclf import entry, flags
from rnn_textclf.command_line import preflight


def main(argv: Sequence[str]) -> None:
    """Flags -> job -> one call; TensorFlow, which takes seconds to load, only when the job is known to be good."""
    job = flags.inference_job(argv, flags.inference_command_line())
    preflight.check_inference(job)
    from rnn_textclf.inference.commands import infer

    infer(job)


if __name__ == "__main__":
    entry.run(main)
