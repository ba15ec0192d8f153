"""Words -> outputs, each layer reading both ways: what follows a word counts for it too.

The backward direction begins at each sentence's own last word, so padding is never read before a word. Outputs
of both directions are concatenated (Schuster and Paliwal 1997), not added: the layer above then weighs them
apart, and the recurrent products stay as they are.
"""

from typing import Any

from rnn_textclf.config import ModelConfig
from rnn_textclf.graph import initializers
from rnn_textclf.graph.cells import CELLS, Cell
from rnn_textclf.graph.dropout import Dropout
from rnn_textclf.graph.lookup import look_up_by_time
from rnn_textclf.graph.projection import DenseProjection, Projection, TableProjection
from rnn_textclf.graph.recurrence import last_of, read_outputs, read_states
from rnn_textclf.graph.tf1 import tf


class BidirectionalEncoder:
    """An embedding and a stack of layers of two recurrent cells, each with its own weights.

    Args:
      config: the network's shape.
      vocabulary_size: V.
      stem_ids: `[V]`, see `Encoder`.
      seed: fixes the first weights.
    """

    def __init__(self, config: ModelConfig, vocabulary_size: int, stem_ids: Any, seed: int) -> None:
        self._stem_ids = stem_ids
        self.embedding = initializers.uniform("embedding", [vocabulary_size, config.embedding_size], 0.05, seed)
        unit, units = CELLS[config.rnn_unit], config.num_hidden_units
        widths = [config.embedding_size] + [2 * units] * (config.num_layers - 1)
        self.cells: list[tuple[Cell, Cell]] = [
            (unit(units, width, f"layer_{i}", seed), unit(units, width, f"layer_{i}_backward", seed))
            for i, width in enumerate(widths)
        ]

    def outputs(self, ids: Any, sequence_length: Any, dropout: Dropout | None = None) -> Any:
        """Reads whole sentences, `ids` `[B, T]` -> the top layer's h of both directions at each word.

        Args:
          ids: the words.
          sequence_length: `[B]`.
          dropout: for training; None for inference.

        Returns:
          `[T, B, 2 H]`, forward then backward; what stands past the end of a sentence means nothing.
        """

        def reverse(values: Any) -> Any:
            return tf.reverse_sequence(values, sequence_length, seq_axis=0, batch_axis=1)

        vectors, positions = look_up_by_time(self.embedding, ids, self._stem_ids)
        outputs = None
        for i, (forward, backward) in enumerate(self.cells):
            ahead: Projection
            back: Projection
            if outputs is None and not (dropout and dropout.rate):
                ahead = TableProjection(forward.project(vectors), positions)
                back = TableProjection(backward.project(vectors), reverse(positions))
            else:
                inputs = tf.gather(vectors, positions) if outputs is None else outputs
                inputs = dropout(inputs, f"layer_{i}") if dropout else inputs
                ahead = DenseProjection(forward.project(inputs))
                back = DenseProjection(backward.project(reverse(inputs)))
            training = dropout is not None
            outputs = tf.concat([_read(forward, ahead, training), reverse(_read(backward, back, training))], 2)
        return outputs


def _read(cell: Cell, projection: Projection, training: bool) -> Any:
    """The h after every step from zeros on, `[T, B, H]`."""
    zeros = cell.zero_state(tf.shape(projection.steps(projection.tensors, slice(None)))[1], tf.float32)
    return read_outputs(cell, projection, zeros) if training else read_states(cell, projection, zeros).h


class BothEnds:
    """The features of whole sentences where nothing is pooled: forward at the last word, backward at the first."""

    def whole(self, outputs: Any, sequence_length: Any) -> tuple[Any, Any]:
        """`outputs` `[T, B, 2 H]` and lengths `[B]` -> `[B, 2 H]` and no weights; see `ScanPooling.whole`."""
        forward, backward = tf.split(outputs, 2, axis=2)
        return tf.concat([last_of(forward, sequence_length), backward[0]], 1), ()
