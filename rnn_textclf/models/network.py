"""`Network`: the layers of a text classifier, ids -> logits, for inference and training to build upon."""

from typing import Any, NamedTuple

from rnn_textclf.config import ModelConfig
from rnn_textclf.models import initializers
from rnn_textclf.models.layers.bidirectional import BidirectionalEncoder
from rnn_textclf.models.layers.cells import CellState
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding
from rnn_textclf.models.layers.encoder import Encoder
from rnn_textclf.models.layers.pooling import POOLINGS
from rnn_textclf.models.layers.wide import WideFeatures
from rnn_textclf.models.row_table import parts_of
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.preprocessing.vocabulary import Vocabulary


class State(NamedTuple):
    """The state between two words: of each layer, of the wide part and of the pooling.

    Each is empty where there is nothing to carry over; all are in a bidirectional network, which cannot read on.
    """

    layers: tuple[CellState, ...]
    wide: Any
    pooled: Any = ()


class Inputs(NamedTuple):
    """Placeholders of a batch; see `TextClassifier`."""

    ids: Tensor
    sequence_length: Tensor
    targets: Tensor
    soft_targets: Tensor
    batch_size: Tensor
    initial_state: State


class Network:
    """Embedding, encoder, pooling, output layer and the wide part in the default graph.

    Args:
      config: the network's shape.
      vocabulary: the V words and stems.
      num_classes: C.
      seed: fixes the initial weights.
      batch_splits: see `Encoder`.
      freeze_embeddings: see `Embedding`.
      cache_projections: see `Encoder`; a bidirectional network has no cache.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocabulary: Vocabulary,
        num_classes: int,
        *,
        seed: int = 0,
        batch_splits: int = 1,
        freeze_embeddings: bool = False,
        cache_projections: bool = False,
    ) -> None:
        self.config, self.vocabulary, self.num_classes = config, vocabulary, num_classes
        stem_ids = tf.constant(vocabulary.stem_ids) if vocabulary.has_stems else None
        self.embedding = Embedding(len(vocabulary), config.embedding_size, stem_ids, seed, freeze_embeddings)
        self.encoder: Any
        if config.bidirectional:
            width = 2 * config.num_hidden_units
            self.encoder = BidirectionalEncoder(config, self.embedding, seed, batch_splits)
        else:
            width = config.num_hidden_units
            self.encoder = Encoder(config, self.embedding, seed, batch_splits, cache_projections)
        self.pooling = POOLINGS[config.pooling](width, seed)
        self.output_kernel = initializers.glorot("output_kernel", [width, num_classes], seed)
        self.output_bias = initializers.constant("output_bias", [0.0] * num_classes)
        self.wide = (
            WideFeatures(vocabulary, num_classes, stem_ids, config.pair_buckets) if config.direct_scores else None
        )
        self.weights = tf.trainable_variables()
        self.tables = (self.embedding.table, *(self.wide.tables if self.wide else ()))

    @property
    def whole_weights(self) -> list[Any]:
        """The weights with each table in one piece, see `row_table.table`; by their names in checkpoints."""
        parts = {part.op.name for table in self.tables for part in parts_of(table)}
        return [*self.tables, *(weight for weight in self.weights if weight.op.name not in parts)]

    def zero_state(self, batch_size: Tensor) -> State:
        """The state before the first word."""
        wide = self.wide.zero_state(batch_size) if self.wide else ()
        if self.config.bidirectional:
            return State((), wide)
        return State(self.encoder.zero_state(batch_size), wide, self.pooling.zero_state(batch_size))

    def output_layer(self, features: Tensor) -> Tensor:
        """The logits `[..., C]` of features `[..., W]`, without the wide part."""
        if features.shape.rank == 2:  # A tenth of tensordot's operations, which dominate the cost of one more word.
            return tf.matmul(features, self.output_kernel) + self.output_bias
        return tf.tensordot(features, self.output_kernel, 1) + self.output_bias

    def whole_logits(
        self, ids: Tensor, sequence_length: Tensor, dropout: Dropout | None = None, vectors: Tensor | None = None
    ) -> tuple[Tensor, Any]:
        """The logits `[B, C]` of a bidirectional network without the wide part, and its attention; see `Encoder`."""
        outputs, final_h, _ = self.encoder(ids, sequence_length, dropout, vectors)
        final = self.pooling.whole(outputs, final_h, sequence_length)
        features = dropout(final.features, "features") if dropout else final.features
        return self.output_layer(features), final.attention
