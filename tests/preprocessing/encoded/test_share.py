"""Shares of batches: together they are the batch, and the epochs of all workers are those of one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.encoded.share import Share


class Rows:
    """A dataset that tells which of its rows were read."""

    def __init__(self, lengths: list[int]) -> None:
        self.lengths = np.array(lengths, np.int32)

    def gather(self, indices: np.ndarray) -> Batch:
        return Batch(indices, self.lengths[indices], indices, indices)


def batches(lengths: list[int], size: int, share: Share) -> Batches:
    return Batches(Rows(lengths), np.arange(len(lengths)), size, seed=3, share=share)  # type: ignore[arg-type]


@given(
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=60),
    size=st.integers(1, 20),
    workers=st.integers(1, 25),
    epoch=st.integers(0, 3),
)
def test_the_workers_read_each_row_of_each_batch_once(lengths: list[int], size: int, workers: int, epoch: int) -> None:
    whole = batches(lengths, size, Share())
    shares = [batches(lengths, size, Share(worker, workers)) for worker in range(workers)]
    seen: list[int] = []
    for place in range(whole.steps_per_epoch):
        step = epoch * whole.steps_per_epoch + place
        expected = whole.step(step)
        parts = [share.step(step) for share in shares]
        rows = np.concatenate([part.indices for part in parts])
        assert sorted(rows) == sorted(expected.indices)
        assert {part.whole_size for part in parts} == {len(expected.indices)}
        for part in parts:
            np.testing.assert_array_equal(part.own(expected.indices), part.indices)
        sizes = [len(part.indices) for part in parts]
        assert max(sizes) - min(sizes) <= 1
        seen.extend(rows.tolist())
    assert sorted(seen) == list(range(len(lengths)))


def test_each_epoch_deals_other_rows_to_a_worker() -> None:
    share = batches(list(range(1, 41)), 8, Share(1, 3))
    first, second = ([set(share.step(epoch * 5 + place).indices.tolist()) for place in range(5)] for epoch in (0, 1))
    assert set.union(*first) != set.union(*second)


def test_a_step_is_read_as_in_its_epoch() -> None:
    whole = batches(list(range(1, 41)), 7, Share())
    one_after_the_other = [batch.indices.tolist() for epoch in (0, 1) for batch in whole.epoch(epoch)]
    assert [whole.step(step).indices.tolist() for step in (11, 2, 7)] == [
        one_after_the_other[step] for step in (11, 2, 7)
    ]
