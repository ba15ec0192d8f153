"""Losses and the probabilities that match them, over classes in the last axis."""

from collections.abc import Sequence

from rnn_textclf.models.tf1 import Tensor, tf


def cross_entropy(logits: Tensor, targets: Tensor, loss: str) -> Tensor:
    """Negative log-likelihood of the targets, in nats.

    Args:
      logits: `[..., C]`.
      targets: `[..., C]`, in [0, 1]; for softmax they sum to 1.
      loss: `softmax`, one distribution over the classes, or `sigmoid`, an independent one for each
        class, whose log-likelihoods add up.

    Returns:
      `[...]`.
    """
    if loss == "softmax":
        return tf.nn.softmax_cross_entropy_with_logits(labels=targets, logits=logits)
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits), axis=-1)


def smooth_labels(targets: Tensor, rate: float, loss: str) -> Tensor:
    """Label smoothing (Szegedy et al. 2016, "Rethinking the Inception Architecture", section 7).

    Args:
      targets: `[..., C]`, in [0, 1].
      rate: share taken from the targets and spread evenly, in [0, 1); 0 returns `targets` itself.
      loss: under softmax every class gets 1 / C of that share; under sigmoid, where each class is binary, 1 / 2.
    """
    if not rate:
        return targets
    evenly = 1.0 / targets.shape[-1] if loss == "softmax" else 0.5
    return (1.0 - rate) * targets + rate * evenly


def probabilities(logits: Tensor, loss: str) -> Tensor:
    """Probabilities `[..., C]` in [0, 1] of the classes under the loss that the logits were trained with."""
    return tf.nn.softmax(logits) if loss == "softmax" else tf.nn.sigmoid(logits)


def prefix_mean(values: Tensor, sequence_length: Tensor) -> Tensor:
    """The mean over a sentence's own words: `values` `[B, T]`, `sequence_length` `[B]` -> `[B]`.

    Values past the end are ignored, even if they are not finite.
    """
    inside = tf.sequence_mask(sequence_length, tf.shape(values)[1])
    kept = tf.where_v2(inside, values, 0.0)
    return tf.reduce_sum(kept, axis=1) / tf.cast(sequence_length, values.dtype)


def prefix_loss(
    prefix_logits: Tensor, logits: Tensor, targets: Tensor, sequence_length: Tensor, loss: str, weight: float
) -> Tensor:
    """The loss of each sentence: a weighted mean of that at its last word and the mean over all its prefixes.

    The target of every prefix is the label of the whole sentence, so that the running score is a probability of it.

    Args:
      prefix_logits: `[B, T, C]`, after each word.
      logits: `[B, C]`, after the last word.
      targets: `[B, C]`.
      sequence_length: `[B]`.
      loss: see `cross_entropy`.
      weight: share of the mean over prefixes, in [0, 1].

    Returns:
      `[B]`, (1 - weight) * last + weight * mean over prefixes.
    """
    last = cross_entropy(logits, targets, loss)
    prefix_targets = tf.broadcast_to(targets[:, tf.newaxis, :], tf.shape(prefix_logits))
    prefixes = prefix_mean(cross_entropy(prefix_logits, prefix_targets, loss), sequence_length)
    return (1.0 - weight) * last + weight * prefixes


def example_weights(targets: Tensor, class_weights: Sequence[float]) -> Tensor:
    """The weight of each sentence in the loss, `[B]`: the mean weight of its classes, 1 for one without any.

    Args:
      targets: `[B, C]`.
      class_weights: C positive numbers.
    """
    total = tf.linalg.matvec(targets, tf.constant(list(class_weights), tf.float32))
    count = tf.reduce_sum(targets, axis=1)
    return tf.where_v2(count > 0, total / tf.maximum(count, 1.0), 1.0)


def correct(logits: Tensor, targets: Tensor, multi_label: bool) -> Tensor:
    """Whether each sentence is classified correctly, bool `[B]`.

    Args:
      logits: `[B, C]`.
      targets: `[B, C]`.
      multi_label: whether every class must be correct at a threshold of 0.5, rather than the most probable one.
    """
    if multi_label:
        return tf.reduce_all(tf.equal(logits > 0, targets > 0.5), axis=1)
    return tf.equal(tf.argmax(logits, 1), tf.argmax(targets, 1))
