"""Words -> states: embedding, projection, recurrence, layer upon layer. Time comes first inside: `[T, B, …]`."""

from typing import Any

from rnn_textclf.config import ModelConfig
from rnn_textclf.models.layers.cells import CELLS, Cell
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding, unique_ids
from rnn_textclf.models.layers.projection import DenseProjection, Projection, TableProjection
from rnn_textclf.models.layers.projection_cache import ProjectionCache
from rnn_textclf.models.layers.recurrence import read_outputs, read_states
from rnn_textclf.models.tf1 import tf


class Encoder:
    """A stack of recurrent layers over an embedding, each with its own weights.

    Args:
      config: the network's shape.
      embedding: the word vectors.
      seed: fixes the first weights.
      batch_splits: into how many parts a batch is cut that are computed side by side, see `recurrence.py`.
      foldable: whether `folded` is there, for inference.

    `folded.fill` projects all V words once. From then on `states` and `next_states` look the products up.
    """

    def __init__(
        self, config: ModelConfig, embedding: Embedding, seed: int, batch_splits: int = 1, foldable: bool = False
    ) -> None:
        self._embedding, self._batch_splits = embedding, batch_splits
        unit = CELLS[config.rnn_unit]
        widths = [config.embedding_size] + [config.num_hidden_units] * (config.num_layers - 1)
        self.cells: list[Cell] = [
            unit(config.num_hidden_units, width, f"layer_{i}", seed) for i, width in enumerate(widths)
        ]
        all_words = tf.range(embedding.table.shape[0])
        self.folded = ProjectionCache(self._project_words(all_words)) if foldable else None

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
                projection = DenseProjection(cell.project(layers[-1].h, self._batch_splits))
            layers.append(read_states(cell, projection, first, self._batch_splits))
        return tuple(layers)

    def next_states(self, ids: Any, states: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[Any]]:
        """Reads K more words a row, `ids` `[B, K]` with K known, without a loop, which takes longer than a short text.

        Args:
          ids: the words.
          states: of every layer, before them.

        Returns:
          The states after them, and the top layer's h after each of them, K times `[B, H]`.
        """
        projected = self._next_projection(tf.transpose(ids))
        after: list[Any] = []
        outputs: list[Any] = []
        for cell, state in zip(self.cells, states, strict=True):
            if after:
                projected = cell.project(tf.stack(outputs))
            state, outputs = _unrolled(cell, projected, state, ids.shape[1])
            after.append(state)
        return tuple(after), outputs

    def outputs(self, ids: Any, initial_state: tuple[Any, ...], dropout: Dropout, vectors: Any = None) -> Any:
        """The top layer's h after each word, `[T, B, H]`, as in `states`, for training.

        `vectors` `[T, B, E]` are read in place of those of `ids`.
        """
        projection, outputs = self._first_projection(ids, dropout, vectors), None
        for i, (cell, first) in enumerate(zip(self.cells, initial_state, strict=True)):
            if outputs is not None:
                projection = DenseProjection(cell.project(dropout.of_steps(outputs, f"layer_{i}"), self._batch_splits))
            outputs = read_outputs(cell, projection, first, self._batch_splits)
        return outputs

    def _next_projection(self, ids: Any) -> Any:
        def of_words() -> Any:
            return self.cells[0].project(self._embedding.of_next(ids))

        if self.folded is None:
            return of_words()
        return tf.cond(self.folded.is_filled, lambda: tf.gather(self.folded.read(), ids), of_words)

    def _first_projection(self, ids: Any, dropout: Dropout, vectors: Any) -> Projection:
        if vectors is None and not dropout.rate:
            return self._table_projection(tf.transpose(ids))
        inputs = self._embedding.by_time(ids) if vectors is None else vectors
        return DenseProjection(self.cells[0].project(dropout.of_steps(inputs, "layer_0"), self._batch_splits))

    def _table_projection(self, ids: Any) -> Projection:
        def of_batch() -> tuple[Any, Any]:
            words, positions = unique_ids(ids)
            return self._project_words(words), positions

        if self.folded is None:
            return TableProjection(*of_batch())
        return TableProjection(*tf.cond(self.folded.is_filled, lambda: (self.folded.read(), ids), of_batch))

    def _project_words(self, words: Any) -> Any:
        return self.cells[0].project(self._embedding.of_unique(words), self._batch_splits)


def _unrolled(cell: Cell, projected: Any, state: Any, count: int) -> tuple[Any, list[Any]]:
    """The state after `count` steps of a cell, from `projected` `[count, B, G * H]`, and the h after each of them."""
    weights, outputs = cell.recurrent_weights, []
    for step in tf.unstack(projected, count):
        state, _ = cell.forward(step, state, *weights)
        outputs.append(state.h)
    return state, outputs
