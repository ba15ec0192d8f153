"""Prefetching: the next items of an iterator are made on a thread of their own while the last ones are used."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
_END: Any = object()


def prefetch(items: Iterable[Item], depth: int = 4) -> Iterator[Item]:
    """The items in their order, up to `depth` of them made in advance; an error is raised in its item's place.

    The thread ends with the items, or when the iterator is closed.
    """
    iterator = iter(items)
    thread = ThreadPoolExecutor(1)
    futures: deque[Future[Item]] = deque(thread.submit(next, iterator, _END) for _ in range(depth))
    try:
        while (item := futures.popleft().result()) is not _END:
            futures.append(thread.submit(next, iterator, _END))
            yield item
    finally:
        thread.shutdown(cancel_futures=True)
