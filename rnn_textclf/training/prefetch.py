"""Making the next items on a thread of its own, while the last ones are used."""

import contextlib
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
_END = object()


def ahead(items: Iterable[Item], depth: int = 4) -> Iterator[Item]:
    """The items in their order, `depth` of them made before they are asked for; an error comes where it belongs.

    The thread ends with the items, or when the iterator is closed.
    """
    made: queue.Queue[object] = queue.Queue(depth)
    closed = threading.Event()
    failure: list[BaseException] = []

    def put(item: object) -> None:
        while not closed.is_set():
            with contextlib.suppress(queue.Full):
                made.put(item, timeout=0.1)
                return

    def make() -> None:
        try:
            for item in items:
                put(item)
                if closed.is_set():
                    return
        except BaseException as error:
            failure.append(error)
        put(_END)

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        while (item := made.get()) is not _END:
            yield item  # type: ignore[misc]
        if failure:
            raise failure[0]
    finally:
        closed.set()
        thread.join()
