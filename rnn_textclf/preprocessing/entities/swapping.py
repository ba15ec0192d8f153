"""Exchange of entities in training batches, by ids: another name, place or number each time a sentence is read.

All words of a group in a sentence are moved by the same random number of places along their group, which is a ring. A
name that comes twice so stays one name, and two names stay two.
"""

from collections.abc import Callable

import numpy as np

from rnn_textclf.config import TrainConfig
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.entities.word_lists import GROUPS
from rnn_textclf.preprocessing.vocabulary import Vocabulary

_STREAM = 0x5A4B  # Keeps these draws apart from others of the same seed.


class EntityGroups:
    """The ids of each group's words; words that the vocabulary does not know are in no group.

    Attributes:
      group_of: int32 `[V]`, the number of the group of each id, from 1; 0 for ids that are not exchanged.
      sizes: int32 `[G + 1]`, the ids of each group; 1 for number 0.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.group_of = np.zeros(len(vocabulary), np.int32)
        self._place = np.zeros(len(vocabulary), np.int32)
        members = [np.zeros(1, np.int32)]
        for number, group in enumerate(GROUPS.values(), start=1):
            own, also = _ids(group.words, vocabulary), _ids(group.also, vocabulary)
            self.group_of[own] = number
            self._place[own] = np.arange(len(own))
            members.append(np.concatenate([own, also]) if len(own) else np.zeros(1, np.int32))
        self.sizes = np.array([len(ids) for ids in members], np.int32)
        self._offsets = np.cumsum(self.sizes) - self.sizes
        self._members = np.concatenate(members)

    def moved(self, ids: np.ndarray, by: np.ndarray) -> np.ndarray:
        """Ids `[B, T]` with those of group g in row b moved by `by[b, g]` (>= 0) places, `[B, G + 1]`."""
        groups = self.group_of[ids]
        steps = np.take_along_axis(by, groups, axis=1)
        others = self._members[self._offsets[groups] + (self._place[ids] + steps) % self.sizes[groups]]
        return np.where(groups > 0, others, ids).astype(np.int32)

    def averaged(self, rows: np.ndarray) -> np.ndarray:
        """Rows `[V, …]` with those of a group's words replaced by their mean."""
        rows = rows.copy()
        for number in range(1, len(self.sizes)):
            first = self._offsets[number]
            ids = self._members[first : first + self.sizes[number]]
            own = ids[self.group_of[ids] == number]
            if len(own):
                rows[own] = rows[own].mean(axis=0)
        return rows


class EntitySwapper:
    """Exchanges the entities of training batches.

    Args:
      groups: of the run's vocabulary.
      share: of the groups in each sentence whose words are exchanged, in (0, 1].
      seed: of the run; with the step it fixes every draw, so that a resumed run reads the same.
    """

    def __init__(self, groups: EntityGroups, share: float, seed: int) -> None:
        self._groups, self._share, self._seed = groups, share, seed

    def __call__(self, batch: Batch, step: int) -> Batch:
        """The batch of a step, counted from 0, with other entities."""
        seeds = np.random.SeedSequence([self._seed, _STREAM, step])
        random = np.random.Generator(np.random.PCG64(seeds)).random([2, batch.whole_size, len(self._groups.sizes)])
        sizes, chances = map(batch.own, random)
        steps = (sizes * self._groups.sizes).astype(np.int64)
        return batch._replace(ids=self._groups.moved(batch.ids, np.where(chances < self._share, steps, 0)))


def entity_swapper(vocabulary: Vocabulary, options: TrainConfig) -> Callable[[Batch, int], Batch]:
    """The exchange that a run asks for; without `--swap_entities` batches stay as they are."""
    if not options.swap_entities:
        return lambda batch, step: batch
    return EntitySwapper(EntityGroups(vocabulary), options.swap_entities, options.seed)


def _ids(words: tuple[str, ...], vocabulary: Vocabulary) -> np.ndarray:
    return np.array([vocabulary.id(word) for word in words if word in vocabulary], np.int32)
