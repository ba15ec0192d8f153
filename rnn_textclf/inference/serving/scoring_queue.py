"""Texts that arrive together are scored together."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

from rnn_textclf.inference.serving.http.responses import OverloadedError
from rnn_textclf.inference.serving.served_model import ServedPrediction

MAX_BATCH_TEXTS = 64  # More gain little, and a request behind them would wait longer.
MAX_BATCH_STEPS = 8_192
MAX_WAITING_STEPS = 65_536  # About a second's work on two cores.

Score = Callable[[list[str]], Sequence[ServedPrediction]]


class _Item(NamedTuple):
    text: str
    steps: int
    answer: asyncio.Future[ServedPrediction]


class ScoringQueue:
    """First come, first served; while one batch is scored, the next one gathers, so that nobody waits for a timer.

    Args:
      score: scores some texts at once, on a thread of `executor`.
      executor: with one thread, for more would only share the cores.
      observe: told the size of each batch.
    """

    def __init__(
        self, score: Score, executor: Executor, observe: Callable[[float], object] = lambda size: None
    ) -> None:
        self._score, self._executor, self._observe = score, executor, observe
        self._items: deque[_Item] = deque()
        self._waiting_steps = 0
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        """Texts that wait."""
        return len(self._items)

    async def score(self, texts: Sequence[str], steps: Sequence[int]) -> list[ServedPrediction]:
        """One prediction a text, in order.

        Args:
          texts: one or more.
          steps: of the recurrence, what each of them costs.

        Raises:
          OverloadedError: too much is waiting. Whatever comes while nothing waits is taken.
        """
        if self._items and self._waiting_steps + sum(steps) > MAX_WAITING_STEPS:
            raise OverloadedError
        loop = asyncio.get_running_loop()
        items = [_Item(text, cost, loop.create_future()) for text, cost in zip(texts, steps, strict=True)]
        self._items += items
        self._waiting_steps += sum(steps)
        self._arrived.set()
        return await asyncio.gather(*(item.answer for item in items))

    async def run(self) -> None:
        """Scores what comes, until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            batch = self._next_batch()
            if not batch:
                self._arrived.clear()
                continue
            self._observe(len(batch))
            try:
                predictions = await loop.run_in_executor(self._executor, self._score, [item.text for item in batch])
            except Exception as error:
                for item in batch:
                    if not item.answer.done():
                        item.answer.set_exception(error)
            else:
                for item, prediction in zip(batch, predictions, strict=True):
                    if not item.answer.done():
                        item.answer.set_result(prediction)

    def _next_batch(self) -> list[_Item]:
        """Takes from the front; leaves out what nobody waits for any more."""
        batch: list[_Item] = []
        steps = 0
        while self._items and len(batch) < MAX_BATCH_TEXTS:
            if batch and steps + self._items[0].steps > MAX_BATCH_STEPS:
                break
            item = self._items.popleft()
            self._waiting_steps -= item.steps
            if not item.answer.done():
                batch.append(item)
                steps += item.steps
        return batch
