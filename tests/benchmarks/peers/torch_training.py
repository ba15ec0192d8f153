"""PyTorch on the same batches as an expert writes it: sparse gradients, fused Adam, whichever way is fastest."""

import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers import same_net
from tests.benchmarks.peers.epochs import training_answer
from tests.benchmarks.peers.torch_net import Net, Words, sorted_words
from tests.benchmarks.workers import serve

Forward = Callable[[Words], torch.Tensor]
_TRIAL = 24  # Batches that each way is tried with, after as many that warm it.


class Trainer:
    """Steps of `SparseAdam` for the embedding and fused Adam for the rest, clipped by their norm together."""

    def __init__(self, net: Net) -> None:
        self._table = net.embedding.weight
        self._rest = [weight for weight in net.parameters() if weight is not self._table]
        self._sparse = torch.optim.SparseAdam([self._table], setting.LEARNING_RATE)
        self._dense = torch.optim.Adam(self._rest, setting.LEARNING_RATE, fused=True)

    def step(self, forward: Forward, words: Words, classes: torch.Tensor) -> None:
        """Updates the weights once."""
        for optimizer in (self._sparse, self._dense):
            optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(forward(words), classes).backward()
        rows = self._table.grad.coalesce()
        self._table.grad = rows
        norm = get_total_norm([rows.values(), *(weight.grad for weight in self._rest)])
        clip_grads_with_norm_(self._rest, setting.LARGEST_NORM, norm)
        rows.values().mul_(torch.clamp(setting.LARGEST_NORM / (norm + 1e-6), max=1.0))
        self._sparse.step()
        self._dense.step()


def prepare(folder: str, unit: str) -> Callable[[], Answer]:
    """Builds the net; a measurement is an epoch. Packing is not measured."""
    torch.set_num_threads(THREADS)
    rows = setting.cornell_rows(Path(folder))
    net = Net(unit, len(rows.vocabulary), rows.dataset.num_classes)
    reference = setting.reference_path(Path(folder), unit)
    net.load(same_net.read_weights(reference))
    trainer, batches = Trainer(net), rows.batches()

    def made(number: int) -> list[tuple[Words, torch.Tensor]]:
        pairs = []
        for batch in batches.epoch(number):
            words = sorted_words(batch.ids, batch.lengths)
            pairs.append((words, torch.from_numpy(batch.targets.argmax(1))[words.order]))
        return pairs

    def seconds(forward: Forward, steps: list[tuple[Words, torch.Tensor]]) -> float:
        began = time.perf_counter()
        for words, classes in steps:
            trainer.step(forward, words, classes)
        return time.perf_counter() - began

    first = made(0)
    ways = _ways(net)
    _check(net, ways, *first[0], reference)
    forward = _fastest(ways, lambda way: seconds(way, first[:_TRIAL]))
    numbers: Iterator[int] = count(1)
    return lambda: training_answer(seconds(forward, made(next(numbers))), rows, unit)


def _ways(net: Net) -> dict[str, Forward]:
    """Ways to run the net, by name."""
    compiled: Any = torch.compile(net.padded, dynamic=True)
    return {
        "packed": lambda words: net(words.packed),
        "padded": lambda words: net.padded(words.padded, words.lengths),
        "padded, torch.compile": lambda words: compiled(words.padded, words.lengths),
    }


def _check(net: Net, ways: dict[str, Forward], words: Words, classes: torch.Tensor, reference: Path) -> None:
    """Compares every way with our net."""
    back = torch.argsort(words.order)
    for forward in ways.values():
        net.zero_grad(set_to_none=True)
        logits = forward(words)
        nn.functional.cross_entropy(logits, classes).backward()
        same_net.check(reference, logits.detach().softmax(-1)[back].numpy(), net.gradients())


def _fastest(ways: dict[str, Forward], seconds: Callable[[Forward], float]) -> Forward:
    """The quickest of all, each warmed before it is timed."""
    times = {name: (seconds(way), seconds(way))[1] for name, way in ways.items()}
    print(", ".join(f"{name} {value:.2f} s" for name, value in times.items()), file=sys.stderr)
    return ways[min(times, key=lambda name: times[name])]


if __name__ == "__main__":
    serve(prepare)
