"""Words -> outputs in both directions, so that the words after a word count for it too.

The backward direction begins at each sentence's own last word, so padding is never read before a word. The outputs
of both directions are concatenated (Schuster and Paliwal 1997), not added: the layer above weighs them
separately, and the recurrent products stay as they are.
"""

from collections.abc import Callable

from rnn_textclf.config import ModelConfig
from rnn_textclf.models.layers.cells import CELLS, Cell
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding, unique_ids
from rnn_textclf.models.layers.encoder import Encoded
from rnn_textclf.models.layers.projection import DenseProjection, Projection, TableProjection
from rnn_textclf.models.layers.recurrence import LayerOutput, run_layer, train_layer
from rnn_textclf.models.tf1 import Tensor, tf

# Words in a group of prefixes, padding included; it bounds the memory.
GROUP_WORDS = 1 << 15


class BidirectionalEncoder:
    """A stack of layers of two recurrent cells over an embedding, each with its own weights.

    Args:
      config: the network's shape.
      embedding: the word vectors.
      seed: fixes the initial weights.
      batch_splits: see `Encoder`.
    """

    def __init__(self, config: ModelConfig, embedding: Embedding, seed: int, batch_splits: int = 1) -> None:
        self._embedding, self._batch_splits = embedding, batch_splits
        unit, units = CELLS[config.rnn_unit], config.num_hidden_units
        widths = [config.embedding_size] + [2 * units] * (config.num_layers - 1)
        self.cells: list[tuple[Cell, Cell]] = [
            (unit(units, width, f"layer_{i}", seed), unit(units, width, f"layer_{i}_backward", seed))
            for i, width in enumerate(widths)
        ]

    def __call__(
        self, ids: Tensor, sequence_length: Tensor, dropout: Dropout | None = None, vectors: Tensor | None = None
    ) -> Encoded:
        """Reads whole sentences, `ids` `[B, T]`, with outputs `[…, 2 H]`: forward, then backward.

        The final h is that of the forward cell at the last word and of the backward cell at the first.

        Args:
          ids: the words.
          sequence_length: `[B]`, >= 1.
          dropout: for training; None for inference.
          vectors: `[T, B, E]`, read in place of the word vectors of `ids`.
        """

        def reverse(values: Tensor) -> Tensor:
            return tf.reverse_sequence(values, sequence_length, seq_axis=0, batch_axis=1)

        outputs = vectors
        for i, cells in enumerate(self.cells):
            if outputs is None and not (dropout and dropout.rate):
                projections = self._table_projections(ids, reverse)
            else:
                inputs = self._embedding.by_time(ids) if outputs is None else outputs
                inputs = dropout.of_steps(inputs, f"layer_{i}") if dropout else inputs
                projections = [
                    DenseProjection(cell.project(values, self._batch_splits))
                    for cell, values in zip(cells, (inputs, reverse(inputs)), strict=True)
                ]
            forward, backward = (
                self._run(cell, projection, sequence_length, training=dropout is not None)
                for cell, projection in zip(cells, projections, strict=True)
            )
            outputs = tf.concat([forward.outputs, reverse(backward.outputs)], 2)
        return Encoded(outputs, tf.concat([forward.final_state.h, backward.final_state.h], 1))

    def _table_projections(self, ids: Tensor, reverse: Callable[[Tensor], Tensor]) -> list[Projection]:
        words, positions = unique_ids(tf.transpose(ids))
        vectors = self._embedding.unique(words)
        forward, backward = (cell.project(vectors, self._batch_splits) for cell in self.cells[0])
        return [TableProjection(forward, positions), TableProjection(backward, reverse(positions))]

    def _run(self, cell: Cell, projection: Projection, sequence_length: Tensor, training: bool) -> LayerOutput:
        zeros = cell.zero_state(tf.size(sequence_length), tf.float32)
        run = train_layer if training else run_layer
        return run(cell, projection, sequence_length, zeros, self._batch_splits)


def score_prefixes(
    score: Callable[[Tensor, Tensor], Tensor],
    ids: Tensor,
    sequence_length: Tensor,
    num_classes: int,
    group_words: int = GROUP_WORDS,
) -> Tensor:
    """Scores after each word from a function of whole sentences: every prefix is scored as a sentence of its own.

    A sentence of T words has T prefixes of up to T² / 2 words together, so they are scored in groups of like length
    that fit into memory.

    Args:
      score: ids `[N, T]` and lengths `[N]` -> float32 `[N, C]`; it must not depend on the ids past the lengths.
      ids: int32 `[B, T]`.
      sequence_length: `[B]`.
      num_classes: C.
      group_words: the most ids in one call of `score` (>= 1); but a prefix is never cut.

    Returns:
      `[T, B, C]`, zeros past the end of a sentence.
    """
    time, batch = tf.shape(ids)[1], tf.shape(ids)[0]
    # (word, sentence) pairs in this order: the short prefixes of all sentences come first.
    ends = tf.where(tf.transpose(tf.sequence_mask(sequence_length, time)))
    group = tf.maximum(group_words // tf.maximum(time, 1), 1)

    def score_group(number: Tensor, scores: tf.TensorArray) -> tuple[Tensor, tf.TensorArray]:
        some = tf.cast(ends[number * group : (number + 1) * group], tf.int32)
        lengths = some[:, 0] + 1
        prefixes = tf.gather(ids[:, : lengths[-1]], some[:, 1])
        return number + 1, scores.write(number, score(prefixes, lengths))

    num_groups = -(-tf.shape(ends)[0] // group)
    array = tf.TensorArray(tf.float32, num_groups, infer_shape=False, element_shape=[None, num_classes])
    _, array = tf.while_loop(lambda number, _: number < num_groups, score_group, [0, array], parallel_iterations=1)
    return tf.scatter_nd(ends, array.concat(), tf.cast(tf.stack([time, batch, num_classes]), tf.int64))
