"""Texts that arrive together are one batch; too many are refused; nothing is lost."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rnn_textclf.inference.serving.http.responses import OverloadedError
from rnn_textclf.inference.serving.scoring_queue import (
    MAX_BATCH_STEPS,
    MAX_BATCH_TEXTS,
    MAX_WAITING_STEPS,
    ScoringQueue,
)
from tests.inference.serving.fake_model import FakeModel


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def run(model: FakeModel, executor: ThreadPoolExecutor) -> Callable[..., Any]:
    """Runs a test's coroutine beside a queue of the fake model."""

    def run(test: Callable[[ScoringQueue], Coroutine[Any, Any, Any]]) -> Any:
        async def beside() -> Any:
            queue = ScoringQueue(lambda texts: list(model.predictions(texts)), executor)
            task = asyncio.create_task(queue.run())
            try:
                return await test(queue)
            finally:
                model.gate.set()
                task.cancel()

        return asyncio.run(beside())

    return run


async def one_in_work(queue: ScoringQueue, model: FakeModel) -> asyncio.Task[Any]:
    """A text that is being scored until the gate opens."""
    model.gate.clear()
    task = asyncio.create_task(queue.score(["first"], [1]))
    await asyncio.to_thread(model.began.wait, 30)
    return task


def test_what_arrives_meanwhile_is_one_batch_and_each_gets_its_own(run: Any, model: FakeModel) -> None:
    async def test(queue: ScoringQueue) -> list[list[Any]]:
        first = await one_in_work(queue, model)
        others = [asyncio.create_task(queue.score([f"text {i}", f"other {i}"], [2, 2])) for i in range(5)]
        await asyncio.sleep(0)
        assert len(queue) == 10
        model.gate.set()
        return await asyncio.gather(first, *others)

    _, *answers = run(test)
    assert [[one.text for one in answer] for answer in answers] == [[f"text {i}", f"other {i}"] for i in range(5)]
    assert [len(batch) for batch in model.batches] == [1, 10]


def test_batches_are_bounded_in_texts_and_in_steps(run: Any, model: FakeModel) -> None:
    async def test(queue: ScoringQueue) -> None:
        first = await one_in_work(queue, model)
        many = asyncio.create_task(queue.score(["a"] * (MAX_BATCH_TEXTS + 1), [1] * (MAX_BATCH_TEXTS + 1)))
        long = asyncio.create_task(queue.score(["b"] * 3, [MAX_BATCH_STEPS - 1] * 3))
        await asyncio.sleep(0)
        model.gate.set()
        await asyncio.gather(first, many, long)

    run(test)
    assert [len(batch) for batch in model.batches] == [1, MAX_BATCH_TEXTS, 2, 1, 1]


def test_too_much_waiting_is_refused_at_once_and_later_taken_again(run: Any, model: FakeModel) -> None:
    async def test(queue: ScoringQueue) -> None:
        first = await one_in_work(queue, model)
        waiting = asyncio.create_task(queue.score(["a"], [MAX_WAITING_STEPS]))
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError) as refused:
            await queue.score(["b"], [1])
        assert refused.value.response().headers["retry-after"] == "1"
        model.gate.set()
        await asyncio.gather(first, waiting)
        assert [one.text for one in await queue.score(["b"], [1])] == ["b"]

    run(test)
    assert ["b"] in model.batches


def test_a_failure_reaches_its_batch_alone(run: Any) -> None:
    async def test(queue: ScoringQueue) -> None:
        with pytest.raises(RuntimeError, match="a bug"):
            await queue.score(["fail", "fine"], [1, 1])
        assert [one.text for one in await queue.score(["fine"], [1])] == ["fine"]

    run(test)


def test_what_nobody_waits_for_is_not_scored(run: Any, model: FakeModel) -> None:
    async def test(queue: ScoringQueue) -> None:
        first = await one_in_work(queue, model)
        given_up = asyncio.create_task(queue.score(["nobody waits"], [2]))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        model.gate.set()
        await first
        await queue.score(["last"], [1])

    run(test)
    assert model.batches == [["first"], ["last"]]
