"""Losses and the probabilities that match them, over classes in the last axis."""

from collections.abc import Sequence
from typing import Any

from rnn_textclf.models.tf1 import tf


def cross_entropy(logits: Any, targets: Any, loss: str) -> Any:
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


def smooth(targets: Any, rate: float, loss: str) -> Any:
    """Targets that are never quite sure (Szegedy et al. 2016, "Rethinking the Inception Architecture", section 7).

    Args:
      targets: `[..., C]`, in [0, 1].
      rate: share that is taken from them and spread evenly, in [0, 1); 0 gives `targets` itself.
      loss: under softmax every class gets 1 / C of that share; under sigmoid, where each class is a question of
        its own, 1 / 2.
    """
    if not rate:
        return targets
    evenly = 1.0 / targets.shape[-1] if loss == "softmax" else 0.5
    return (1.0 - rate) * targets + rate * evenly


def probabilities(logits: Any, loss: str) -> Any:
    """Probabilities `[..., C]` in [0, 1] of the classes under the loss that the logits were trained with."""
    return tf.nn.softmax(logits) if loss == "softmax" else tf.nn.sigmoid(logits)


def prefix_mean(values: Any, sequence_length: Any) -> Any:
    """The mean over a sentence's own words: `values` `[B, T]`, `sequence_length` `[B]` -> `[B]`.

    What stands at and after `sequence_length` is not looked at, so padding contributes nothing, not
    even where it is not a number.
    """
    inside = tf.sequence_mask(sequence_length, tf.shape(values)[1])
    kept = tf.where_v2(inside, values, 0.0)
    return tf.reduce_sum(kept, axis=1) / tf.cast(sequence_length, values.dtype)


def prefix_loss(prefix_logits: Any, logits: Any, targets: Any, sequence_length: Any, loss: str, weight: float) -> Any:
    """The loss of each sentence: at its last word, mixed with the mean over all its prefixes.

    Every prefix is asked for the label of the whole sentence, which makes the running score mean
    what it says.

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


def sentence_weights(targets: Any, class_weights: Sequence[float]) -> Any:
    """How much each sentence counts, `[B]`: the mean weight of its classes, 1 for one without any.

    Args:
      targets: `[B, C]`.
      class_weights: C positive numbers.
    """
    total = tf.linalg.matvec(targets, tf.constant(list(class_weights), tf.float32))
    count = tf.reduce_sum(targets, axis=1)
    return tf.where_v2(count > 0, total / tf.maximum(count, 1.0), 1.0)


def right(logits: Any, targets: Any, multi_label: bool) -> Any:
    """Whether each sentence is classified right, bool `[B]`.

    Args:
      logits: `[B, C]`.
      targets: `[B, C]`.
      multi_label: whether every class must be right at a probability of 0.5, rather than the largest alone.
    """
    if multi_label:
        return tf.reduce_all(tf.equal(logits > 0, targets > 0.5), axis=1)
    return tf.equal(tf.argmax(logits, 1), tf.argmax(targets, 1))
