"""Divergence: a loss or weights that are no longer finite, and the error that ends a training there."""

from collections.abc import Sequence
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import Tensor, Variable, tf
from rnn_textclf.runs.checkpoints import checkpoint_steps, last_checkpoint


class DivergedError(UserError):
    """A training whose numbers are not finite; what was saved before is kept.

    Args:
      folder: of the run.
      step: the global step at which it was found.
      learning_rate: at that step.
      gradient_norm: of the last step, before clipping.
      flag: that lowers the learning rate.
    """

    def __init__(
        self, folder: Path, step: int, learning_rate: float, gradient_norm: float, flag: str = "--learning_rate"
    ) -> None:
        self._facts = (folder, step, learning_rate, gradient_norm)
        kept = f"{last_checkpoint(folder)} is kept" if checkpoint_steps(folder) else "nothing was saved yet"
        super().__init__(
            f"The loss is not finite at step {step} with learning rate {learning_rate:.3g} and gradient norm "
            f"{gradient_norm:.3g}: try a lower {flag}; {kept}"
        )

    def in_pretraining(self) -> "DivergedError":
        """The same error with the flag of a pretraining."""
        return DivergedError(*self._facts, flag="--pretrain_learning_rate")


def all_finite(variables: Sequence[Variable]) -> Tensor:
    """Whether all values of the variables are finite, bool scalar."""
    return tf.reduce_all([tf.reduce_all(tf.math.is_finite(variable)) for variable in variables])
