"""Trains a recurrent text classifier: `python train.py --help` lists the flags."""

from collections.abc import Sequence

from rnn_textclf import entry, flags


def main(argv: Sequence[str]) -> None:
    """Flags -> job -> one call."""
    job = flags.training_job(argv, flags.training_command_line())

    # TensorFlow takes seconds to load: only now, when the flags are known to be good.
    from rnn_textclf.training.pipeline import train

    train(job)


if __name__ == "__main__":
    entry.run(main)
