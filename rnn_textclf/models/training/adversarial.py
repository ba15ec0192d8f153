"""Word vectors moved to where the loss grows fastest.

Miyato et al. (2017, "Adversarial Training Methods for Semi-Supervised Text Classification", equations 1 and 5).
They scale all word vectors to unit variance so that a net cannot escape by making them longer; here the vectors
stay as they are, so that the size is one in the units of the vectors.
"""

from typing import Any

from rnn_textclf.models.tf1 import tf


def perturbed(vectors: Any, losses: Any, size: float) -> Any:
    """The vectors plus `size * g / ||g||`, with g the gradient of a sentence's loss by all its vectors.

    Args:
      vectors: `[T, B, E]`, from which `losses` were computed.
      losses: `[B]`, each of its own sentence alone.
      size: L2 norm of what is added to a sentence, > 0. A sentence whose loss has no slope stays as it is.

    Returns:
      `[T, B, E]`. No gradient flows through what was added, so that first derivatives are enough.
    """
    (gradient,) = tf.gradients(losses, [vectors])
    gradient = tf.stop_gradient(gradient)
    # By the largest entry first: the square of a small slope is zero in 32 bits.
    largest = tf.reduce_max(tf.abs(gradient), axis=[0, 2], keepdims=True)
    direction = tf.math.divide_no_nan(gradient, largest)
    norm = tf.sqrt(tf.reduce_sum(tf.square(direction), axis=[0, 2], keepdims=True))
    return vectors + size * tf.math.divide_no_nan(direction, norm)
