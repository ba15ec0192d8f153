"""The first Ctrl-C is a wish, the second an order."""

import contextlib
import os
import signal

import pytest

from rnn_textclf.training.concurrency.interrupts import graceful_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_only_asks(number: signal.Signals) -> None:
    with graceful_stop() as stop:
        assert not stop.asked
        os.kill(os.getpid(), number)
        assert stop.asked


def test_the_second_interrupts() -> None:
    with graceful_stop():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_handlers_are_put_back_whatever_happens() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with contextlib.suppress(RuntimeError), graceful_stop():
        assert signal.getsignal(signal.SIGINT) != before[0]
        raise RuntimeError
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
