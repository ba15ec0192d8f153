"""Words -> outputs: embedding, projection, recurrence, layer upon layer. Time is the first axis inside: `[T, B, …]`."""

from typing import NamedTuple

from rnn_textclf.config import ModelConfig
from rnn_textclf.models.layers.cells import CELLS, Cell, CellState
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding, unique_ids
from rnn_textclf.models.layers.projection import DenseProjection, Projection, ProjectionCache, TableProjection
from rnn_textclf.models.layers.recurrence import run_layer, train_layer
from rnn_textclf.models.tf1 import Tensor, tf


class Encoded(NamedTuple):
    """Sentences read by an encoder whose outputs are W wide.

    outputs: `[T, B, W]`, the top layer's h after each word; zeros past the end of a sentence.
    final_h: `[B, W]`, the top layer's h in the final state.
    states: every layer's final state, in training its h alone; empty in a bidirectional encoder.
    """

    outputs: Tensor
    final_h: Tensor
    states: tuple[CellState, ...] = ()


class Encoder:
    """A stack of recurrent layers over an embedding, each with its own weights.

    Args:
      config: the network's shape.
      embedding: the word vectors.
      seed: fixes the initial weights.
      batch_splits: parallel loops over parts of the batch, see `recurrence.py`.
      cache_projections: whether to build `projection_cache`, for inference. Once it is filled, the projected inputs
        of words are looked up in it.
    """

    def __init__(
        self,
        config: ModelConfig,
        embedding: Embedding,
        seed: int,
        batch_splits: int = 1,
        cache_projections: bool = False,
    ) -> None:
        self._embedding, self._batch_splits = embedding, batch_splits
        unit = CELLS[config.rnn_unit]
        widths = [config.embedding_size] + [config.num_hidden_units] * (config.num_layers - 1)
        self.cells: list[Cell] = [
            unit(config.num_hidden_units, width, f"layer_{i}", seed) for i, width in enumerate(widths)
        ]
        all_words = tf.range(embedding.table.shape[0])
        self.projection_cache = ProjectionCache(self._project_unique(all_words)) if cache_projections else None

    def zero_state(self, batch_size: Tensor) -> tuple[CellState, ...]:
        """The state of every layer before the first word."""
        return tuple(cell.zero_state(batch_size, tf.float32) for cell in self.cells)

    def __call__(
        self,
        ids: Tensor,
        sequence_length: Tensor,
        initial_state: tuple[CellState, ...],
        dropout: Dropout | None = None,
        vectors: Tensor | None = None,
    ) -> Encoded:
        """Reads sentences on from a state.

        Args:
          ids: `[B, T]`.
          sequence_length: `[B]`; in training >= 1.
          initial_state: of every layer; in training it has no gradient.
          dropout: of every layer's inputs, for training with the fast gradient; None for inference.
          vectors: `[T, B, E]`, read in place of the word vectors of `ids`.
        """
        run = run_layer if dropout is None else train_layer
        outputs, states = vectors, []
        for i, (cell, first) in enumerate(zip(self.cells, initial_state, strict=True)):
            if outputs is None and not (dropout and dropout.rate):
                projection: Projection = self._table_projection(tf.transpose(ids))
            else:
                inputs = self._embedding.by_time(ids) if outputs is None else outputs
                inputs = dropout.of_steps(inputs, f"layer_{i}") if dropout else inputs
                projection = DenseProjection(cell.project(inputs, self._batch_splits))
            outputs, state = run(cell, projection, sequence_length, first, self._batch_splits)
            states.append(state)
        return Encoded(outputs, states[-1].h, tuple(states))

    def next_states(self, projected: Tensor, states: tuple[CellState, ...]) -> tuple[CellState, ...]:
        """Reads one more word of each sentence.

        Args:
          projected: a step of `next_projection`, `[B, G * H]`.
          states: of every layer, before it.

        Returns:
          The states after it.
        """
        after: list[CellState] = []
        for cell, before in zip(self.cells, states, strict=True):
            inputs = cell.project(after[-1].h) if after else projected
            state, _ = cell.forward(inputs, before, *cell.recurrent_weights)
            after.append(state)
        return tuple(after)

    def next_projection(self, ids: Tensor) -> Tensor:
        """The projected inputs `[K, B, G * H]` of a few more words, `ids` `[B, K]`; for inference only."""
        ids = tf.transpose(ids)

        def compute() -> Tensor:
            return self.cells[0].project(self._embedding.without_gradient(ids))

        if self.projection_cache is None:
            return compute()
        cache = self.projection_cache
        return tf.cond(cache.is_filled, lambda: tf.gather(cache.read(), ids), compute)

    def _table_projection(self, ids: Tensor) -> Projection:
        def compute() -> tuple[Tensor, Tensor]:
            words, positions = unique_ids(ids)
            return self._project_unique(words), positions

        if self.projection_cache is None:
            return TableProjection(*compute())
        cache = self.projection_cache
        return TableProjection(*tf.cond(cache.is_filled, lambda: (cache.read(), ids), compute))

    def _project_unique(self, words: Tensor) -> Tensor:
        return self.cells[0].project(self._embedding.unique(words), self._batch_splits)
