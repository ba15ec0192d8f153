import threading
from itertools import islice

import pytest

from rnn_textclf.training.concurrency.prefetch import prefetch


def test_items_come_in_order_and_errors_where_they_belong():
    def items():
        yield from range(20)
        raise KeyError("end")

    iterator = prefetch(items())
    assert list(islice(iterator, 20)) == list(range(20))
    with pytest.raises(KeyError):
        next(iterator)
    assert list(prefetch([])) == []


def test_closing_ends_the_thread():
    before = threading.active_count()
    made = []

    def endless():
        while True:
            made.append(1)
            yield 1

    iterator = prefetch(endless(), 2)
    next(iterator)
    iterator.close()
    assert threading.active_count() == before
    assert len(made) <= 5
