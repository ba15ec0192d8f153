"""Training batches of a run by global step: shares, soft targets mixed in, entities exchanged."""

from collections.abc import Callable

from rnn_textclf.config import TrainConfig
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData
from rnn_textclf.preprocessing.encoded.share import WHOLE, Share
from rnn_textclf.preprocessing.entities.swapping import entity_swapper
from rnn_textclf.training.distillation.soft_targets import DistillationData


class TrainingBatches:
    """The batch of each global step, or a worker's share of it.

    Args:
      prepared: the examples of a run.
      distillation: the examples to train on with their soft targets; None for those of `prepared` with their labels.
      options: how to train.
      share: of each batch.
    """

    def __init__(
        self,
        prepared: PreparedData,
        distillation: DistillationData | None,
        options: TrainConfig,
        share: Share = WHOLE,
    ) -> None:
        learned = (distillation.dataset, distillation.indices) if distillation else prepared.train
        self.batch_size = options.batch_size
        self._batches = Batches(*learned, options.batch_size, options.seed, share)
        self._mixed: Callable[[Batch], Batch] = distillation.mix if distillation else lambda batch: batch
        self._swapped = entity_swapper(prepared.vocabulary, options)

    def __getitem__(self, step: int) -> Batch:
        """The batch of a global step (>= 0); a share of it may be empty."""
        return self._swapped(self._mixed(self._batches.step(step)), step)

    @property
    def num_examples(self) -> int:
        """Examples an epoch, of all workers."""
        return self._batches.num_examples

    @property
    def steps_per_epoch(self) -> int:
        """Batches an epoch."""
        return self._batches.steps_per_epoch
