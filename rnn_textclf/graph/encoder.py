"""Words -> states: embedding, projection, recurrence, layer upon layer. Time comes first inside: `[T, B, …]`."""

from typing import Any

from rnn_textclf.config import ModelConfig
from rnn_textclf.graph import initializers
from rnn_textclf.graph.cells import CELLS, Cell
from rnn_textclf.graph.dropout import Dropout
from rnn_textclf.graph.lookup import look_up_different, look_up_with_stems
from rnn_textclf.graph.projection import DenseProjection, Projection, TableProjection
from rnn_textclf.graph.recurrence import read_outputs, read_states
from rnn_textclf.graph.tf1 import tf


class Encoder:
    """An embedding and a stack of recurrent layers, each with its own weights.

    Args:
      config: the network's shape.
      vocabulary_size: V.
      stem_ids: `[V]`, the id of each word's stem or 0, whose vectors are added; None for no stems.
      seed: fixes the first weights.
      lanes: into how many parts a batch is cut that are computed side by side, see `recurrence.py`.
    """

    def __init__(self, config: ModelConfig, vocabulary_size: int, stem_ids: Any, seed: int, lanes: int = 1) -> None:
        self._stem_ids, self._lanes = stem_ids, lanes
        self.embedding = initializers.uniform("embedding", [vocabulary_size, config.embedding_size], 0.05, seed)
        unit = CELLS[config.rnn_unit]
        widths = [config.embedding_size] + [config.num_hidden_units] * (config.num_layers - 1)
        self.cells: list[Cell] = [
            unit(config.num_hidden_units, width, f"layer_{i}", seed) for i, width in enumerate(widths)
        ]

    def zero_state(self, batch_size: Any) -> tuple[Any, ...]:
        """The state of every layer before the first word."""
        return tuple(cell.zero_state(batch_size, tf.float32) for cell in self.cells)

    def states(self, ids: Any, initial_state: tuple[Any, ...]) -> tuple[Any, ...]:
        """Reads `ids` `[B, T]` from `initial_state` on -> each layer's state after each word, `[T, B, H]`.

        States past the end of a sentence mean nothing.
        """
        projection = self._first_projection(ids, None)
        layers: list[Any] = []
        for cell, first in zip(self.cells, initial_state, strict=True):
            if layers:
                projection = DenseProjection(cell.project(layers[-1].h, self._lanes))
            layers.append(read_states(cell, projection, first, self._lanes))
        return tuple(layers)

    def next_states(self, ids: Any, states: tuple[Any, ...]) -> tuple[Any, ...]:
        """Reads one more word a row, `ids` `[B]`: each layer's state before it -> after it. No loop: it is quick."""
        inputs = tf.gather(self.embedding, ids)
        if self._stem_ids is not None:
            stems = tf.gather(self._stem_ids, ids)
            inputs += tf.where_v2(stems[:, tf.newaxis] > 0, tf.gather(self.embedding, stems), 0.0)
        after = []
        for cell, state in zip(self.cells, states, strict=True):
            inputs, state = cell(cell.project(inputs), state)
            after.append(state)
        return tuple(after)

    def outputs(self, ids: Any, initial_state: tuple[Any, ...], dropout: Dropout) -> Any:
        """The top layer's h after each word, `[T, B, H]`, as in `states`, for training."""
        projection, outputs = self._first_projection(ids, dropout), None
        for i, (cell, first) in enumerate(zip(self.cells, initial_state, strict=True)):
            if outputs is not None:
                projection = DenseProjection(cell.project(dropout(outputs, f"layer_{i}"), self._lanes))
            outputs = read_outputs(cell, projection, first, self._lanes)
        return outputs

    def _first_projection(self, ids: Any, dropout: Dropout | None) -> Projection:
        by_time = tf.transpose(ids)
        words, positions = tf.unique(tf.reshape(by_time, [-1]))
        positions = tf.reshape(positions, tf.shape(by_time))
        if self._stem_ids is None:
            vectors = look_up_different(self.embedding, words)
        else:
            vectors = look_up_with_stems(self.embedding, words, self._stem_ids)
        if dropout is None or not dropout.rate:
            return TableProjection(self.cells[0].project(vectors, self._lanes), positions)
        inputs = dropout(tf.gather(vectors, positions), "layer_0")
        return DenseProjection(self.cells[0].project(inputs, self._lanes))
