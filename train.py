"""Trains a recurrent text classifier: `python train.py --help` lists the flags."""

from collections.abc import Sequence

from rnn_textclf import entry, flags
from rnn_textclf.command_line import preflight


def main(argv: Sequence[str]) -> None:
    """Flags -> job -> one call; TensorFlow, which takes seconds to load, only when the job is known to be good."""
    job = flags.training_job(argv, flags.training_command_line())
    preflight.check_training(job)
    from rnn_textclf.training.pipeline import train

    train(job)


if __name__ == "__main__":
    entry.run(main)
