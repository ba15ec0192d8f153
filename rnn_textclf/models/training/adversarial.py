"""Adversarial perturbation of word vectors.

Miyato et al. (2017, "Adversarial Training Methods for Semi-Supervised Text Classification", equations 1 and 5).
They normalize all word vectors to unit variance so that a net cannot escape by making them longer; here the vectors
are not normalized, so the size is in the units of the vectors.
"""

from rnn_textclf.models.tf1 import Tensor, tf


def perturbed(vectors: Tensor, losses: Tensor, size: float) -> Tensor:
    """The vectors plus `size * g / ||g||`, with g the gradient of a sentence's loss by all its vectors.

    Args:
      vectors: `[T, B, E]`, from which `losses` were computed.
      losses: `[B]`, each a function of its own sentence only.
      size: L2 norm of a sentence's perturbation, > 0. A sentence whose gradient is zero is left unchanged.

    Returns:
      `[T, B, E]`. No gradient flows through the perturbation, so first derivatives are enough.
    """
    (gradient,) = tf.gradients(losses, [vectors])
    gradient = tf.stop_gradient(gradient)
    # Divided by the largest entry first: the square of a small gradient underflows in 32 bits.
    largest = tf.reduce_max(tf.abs(gradient), axis=[0, 2], keepdims=True)
    direction = tf.math.divide_no_nan(gradient, largest)
    norm = tf.sqrt(tf.reduce_sum(tf.square(direction), axis=[0, 2], keepdims=True))
    return vectors + size * tf.math.divide_no_nan(direction, norm)
