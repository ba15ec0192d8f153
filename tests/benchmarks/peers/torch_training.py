"""PyTorch trained on the same batches: packed, sorted within the batch, fused Adam, clipping."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import torch
from torch import nn

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.epochs import WARM_UP, training_answer
from tests.benchmarks.peers.torch_net import Net, Packed, packed
from tests.benchmarks.workers import serve


def prepare(folder: str, unit: str) -> Callable[[], Answer]:
    """Builds the net; a measurement is an epoch, the first of them the third. Packing is not measured."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(setting.SEED)
    rows = setting.cornell_rows(Path(folder))
    net = Net(unit, len(rows.vocabulary), rows.dataset.num_classes)
    optimizer = torch.optim.Adam(net.parameters(), setting.LEARNING_RATE, fused=True)
    batches = rows.batches()

    def step(words: Packed, classes: torch.Tensor) -> None:
        optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(net(words.words), classes).backward()
        nn.utils.clip_grad_norm_(net.parameters(), setting.LARGEST_NORM)
        optimizer.step()

    def epoch(number: int) -> float:
        made = []
        for batch in batches.epoch(number):
            words = packed(batch.ids, batch.lengths)
            made.append((words, torch.from_numpy(batch.targets.argmax(1))[words.order]))
        began = time.perf_counter()
        for words, classes in made:
            step(words, classes)
        return time.perf_counter() - began

    numbers: Iterator[int] = count()
    for _ in range(WARM_UP):
        epoch(next(numbers))
    return lambda: training_answer(epoch(next(numbers)), rows, unit)


if __name__ == "__main__":
    serve(prepare)
