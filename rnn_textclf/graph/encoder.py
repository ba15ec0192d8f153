"""Words -> states: embedding, projection, recurrence, layer upon layer. Time comes first inside: `[T, B, …]`."""

from typing import Any

from rnn_textclf.config import ModelConfig
from rnn_textclf.graph import initializers
from rnn_textclf.graph.cells import CELLS, Cell
from rnn_textclf.graph.dropout import Dropout
from rnn_textclf.graph.folding import FoldedTable
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
      foldable: whether `folded` is there, for inference.

    `folded.fill` projects all V words once. From then on `states` looks the products up.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocabulary_size: int,
        stem_ids: Any,
        seed: int,
        lanes: int = 1,
        foldable: bool = False,
    ) -> None:
        self._stem_ids, self._lanes = stem_ids, lanes
        self.embedding = initializers.uniform("embedding", [vocabulary_size, config.embedding_size], 0.05, seed)
        unit = CELLS[config.rnn_unit]
        widths = [config.embedding_size] + [config.num_hidden_units] * (config.num_layers - 1)
        self.cells: list[Cell] = [
            unit(config.num_hidden_units, width, f"layer_{i}", seed) for i, width in enumerate(widths)
        ]
        self.folded = FoldedTable(self._project_words(tf.range(vocabulary_size))) if foldable else None

    def zero_state(self, batch_size: Any) -> tuple[Any, ...]:
        """The state of every layer before the first word."""
        return tuple(cell.zero_state(batch_size, tf.float32) for cell in self.cells)

    def states(self, ids: Any, initial_state: tuple[Any, ...]) -> tuple[Any, ...]:
        """Reads `ids` `[B, T]` from `initial_state` on -> each layer's state after each word, `[T, B, H]`.

        States past the end of a sentence mean nothing.
        """
        projection = self._table_projection(tf.transpose(ids))
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

    def _first_projection(self, ids: Any, dropout: Dropout) -> Projection:
        by_time = tf.transpose(ids)
        if not dropout.rate:
            return self._table_projection(by_time)
        words, positions = _different(by_time)
        inputs = dropout(tf.gather(self._vectors(words), positions), "layer_0")
        return DenseProjection(self.cells[0].project(inputs, self._lanes))

    def _table_projection(self, ids: Any) -> Projection:
        def of_batch() -> tuple[Any, Any]:
            words, positions = _different(ids)
            return self._project_words(words), positions

        if self.folded is None:
            return TableProjection(*of_batch())
        return TableProjection(*tf.cond(self.folded.is_filled, lambda: (self.folded.read(), ids), of_batch))

    def _project_words(self, different: Any) -> Any:
        return self.cells[0].project(self._vectors(different), self._lanes)

    def _vectors(self, different: Any) -> Any:
        """The vectors of words `[N]` that differ, `[N, E]`."""
        if self._stem_ids is None:
            return look_up_different(self.embedding, different)
        return look_up_with_stems(self.embedding, different, self._stem_ids)


def _different(ids: Any) -> tuple[Any, Any]:
    """The different ones among ids of any shape, `[U]`, and the position of each of all among them."""
    words, positions = tf.unique(tf.reshape(ids, [-1]))
    return words, tf.reshape(positions, tf.shape(ids))
