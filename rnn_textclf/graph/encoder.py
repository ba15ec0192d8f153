"""Words -> states: embedding, projection, recurrence, layer upon layer. Time comes first inside: `[T, B, …]`."""

from typing import Any

import numpy as np

from rnn_textclf.config import ModelConfig
from rnn_textclf.graph import initializers
from rnn_textclf.graph.cells import CELLS, Cell
from rnn_textclf.graph.dropout import Dropout
from rnn_textclf.graph.lookup import look_up_with_stems
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
      freeze: whether the rows of `load_vectors` stay as they are in training.
    """

    def __init__(
        self, config: ModelConfig, vocabulary_size: int, stem_ids: Any, seed: int, freeze: bool = False
    ) -> None:
        self._stem_ids = stem_ids
        self.embedding = initializers.uniform("embedding", [vocabulary_size, config.embedding_size], 0.05, seed)
        # A variable, so that a checkpoint carries it: a run that goes on has no vectors at hand.
        self._frozen = initializers.no_flags("frozen_rows", vocabulary_size) if freeze else None
        unit = CELLS[config.rnn_unit]
        widths = [config.embedding_size] + [config.num_hidden_units] * (config.num_layers - 1)
        self.cells: list[Cell] = [
            unit(config.num_hidden_units, width, f"layer_{i}", seed) for i, width in enumerate(widths)
        ]

    def load_vectors(self, session: Any, ids: np.ndarray, rows: np.ndarray) -> None:
        """Puts `rows` `[n, E]` in place of the first values of the embedding's rows `ids` `[n]`."""
        table = session.run(self.embedding)
        table[ids] = rows
        self.embedding.load(table, session)
        if self._frozen is not None:
            self._frozen.load(np.isin(np.arange(len(table)), ids), session)

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
                projection = DenseProjection(cell.project(layers[-1].h))
            layers.append(read_states(cell, projection, first))
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

    def vectors(self, ids: Any) -> Any:
        """The vector of each word, with its stem's: `ids` `[B, T]` -> `[T, B, E]`."""
        return tf.gather(*self._different_vectors(ids))

    def outputs(self, ids: Any, initial_state: tuple[Any, ...], dropout: Dropout, vectors: Any = None) -> Any:
        """The top layer's h after each word, `[T, B, H]`, as in `states`, for training.

        `vectors` `[T, B, E]` are read in place of those of `ids`.
        """
        if vectors is None:
            projection = self._first_projection(ids, dropout)
        else:
            projection = self._dense_projection(vectors, dropout)
        outputs = None
        for i, (cell, first) in enumerate(zip(self.cells, initial_state, strict=True)):
            if outputs is not None:
                projection = DenseProjection(cell.project(dropout.of_steps(outputs, f"layer_{i}")))
            outputs = read_outputs(cell, projection, first)
        return outputs

    def _first_projection(self, ids: Any, dropout: Dropout | None) -> Projection:
        vectors, positions = self._different_vectors(ids)
        if dropout is None or not dropout.rate:
            return TableProjection(self.cells[0].project(vectors), positions)
        return self._dense_projection(tf.gather(vectors, positions), dropout)

    def _dense_projection(self, vectors: Any, dropout: Dropout) -> Projection:
        return DenseProjection(self.cells[0].project(dropout.of_steps(vectors, "layer_0")))

    def _different_vectors(self, ids: Any) -> tuple[Any, Any]:
        """The vectors `[U, E]` of the U different words, and which of them stands where, `[T, B]`."""
        by_time = tf.transpose(ids)
        words, positions = tf.unique(tf.reshape(by_time, [-1]))
        positions = tf.reshape(positions, tf.shape(by_time))
        return look_up_with_stems(self.embedding, words, self._stem_ids, self._frozen), positions
