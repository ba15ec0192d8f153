"""The first Ctrl-C is a wish, the second an order."""

import contextlib
import os
import pickle
import signal

import pytest

from rnn_textclf.training.concurrency.interrupts import graceful_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
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


def test_the_second_does_what_it_did_before() -> None:
    seen = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    try:
        with graceful_stop():
            os.kill(os.getpid(), signal.SIGTERM)
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert seen == [signal.SIGTERM]


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with graceful_stop() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.asked
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_exit_status_is_that_of_the_signal_also_from_another_process(number: signal.Signals) -> None:
    with graceful_stop() as stop:
        os.kill(os.getpid(), number)
    error = pickle.loads(pickle.dumps(stop.interrupted("Stopped")))
    assert (str(error), error.exit_status) == ("Stopped", 128 + number)
