"""Words -> outputs, each layer reading both ways: what follows a word counts for it too.

The backward direction begins at each sentence's own last word, so padding is never read before a word. Outputs
of both directions are concatenated (Schuster and Paliwal 1997), not added: the layer above then weighs them
apart, and the recurrent products stay as they are.
"""

from typing import Any

from rnn_textclf.config import ModelConfig
from rnn_textclf.models.layers.cells import CELLS, Cell
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding, unique_ids
from rnn_textclf.models.layers.projection import DenseProjection, Projection, TableProjection
from rnn_textclf.models.layers.recurrence import last_of, read_outputs, read_states
from rnn_textclf.models.tf1 import tf


class BidirectionalEncoder:
    """A stack of layers of two recurrent cells over an embedding, each with its own weights.

    Args:
      config: the network's shape.
      embedding: the word vectors.
      seed: fixes the first weights.
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

    def outputs(self, ids: Any, sequence_length: Any, dropout: Dropout | None = None, vectors: Any = None) -> Any:
        """Reads whole sentences, `ids` `[B, T]` -> the top layer's h of both directions at each word.

        Args:
          ids: the words.
          sequence_length: `[B]`.
          dropout: for training; None for inference.
          vectors: `[T, B, E]`, read in place of those of `ids`.

        Returns:
          `[T, B, 2 H]`, forward then backward; what stands past the end of a sentence means nothing.
        """

        def reverse(values: Any) -> Any:
            return tf.reverse_sequence(values, sequence_length, seq_axis=0, batch_axis=1)

        outputs = None
        for i, (forward, backward) in enumerate(self.cells):
            ahead: Projection
            back: Projection
            if outputs is None and vectors is None and not (dropout and dropout.rate):
                words, positions = unique_ids(tf.transpose(ids))
                rows = self._embedding.of_unique(words)
                ahead = TableProjection(forward.project(rows, self._batch_splits), positions)
                back = TableProjection(backward.project(rows, self._batch_splits), reverse(positions))
            else:
                inputs = self._inputs(ids, vectors) if outputs is None else outputs
                inputs = dropout.of_steps(inputs, f"layer_{i}") if dropout else inputs
                ahead = DenseProjection(forward.project(inputs, self._batch_splits))
                back = DenseProjection(backward.project(reverse(inputs), self._batch_splits))
            training = dropout is not None
            read = [self._read(forward, ahead, training), reverse(self._read(backward, back, training))]
            outputs = tf.concat(read, 2)
        return outputs

    def _inputs(self, ids: Any, vectors: Any) -> Any:
        return self._embedding.by_time(ids) if vectors is None else vectors

    def _read(self, cell: Cell, projection: Projection, training: bool) -> Any:
        """The h after every step from zeros on, `[T, B, H]`."""
        zeros = cell.zero_state(tf.shape(projection.steps(projection.tensors, slice(None)))[1], tf.float32)
        if training:
            return read_outputs(cell, projection, zeros, self._batch_splits)
        return read_states(cell, projection, zeros, self._batch_splits).h


class BothEnds:
    """The features of whole sentences where nothing is pooled: forward at the last word, backward at the first."""

    def whole(self, outputs: Any, sequence_length: Any) -> tuple[Any, Any]:
        """`outputs` `[T, B, 2 H]` and lengths `[B]` -> `[B, 2 H]` and no weights; see `ScanPooling.whole`."""
        forward, backward = tf.split(outputs, 2, axis=2)
        return tf.concat([last_of(forward, sequence_length), backward[0]], 1), ()
