"""Calls in processes of their own, several at a time, that end with this process and stop when it is asked to.

`concurrent.futures.ProcessPoolExecutor` cannot do this on Python 3.11: it gives no access to its processes, so that a
request to stop cannot be handed on; a process that is killed ends all others; and with a fresh process for each call,
which TensorFlow's threads need, it can hang (CPython issue 115634).
"""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from rnn_textclf.errors import UserError
from rnn_textclf.training.concurrency.interrupts import Interrupted, graceful_stop

_POLL_SECONDS = 0.2


def run_in_processes(
    function: Callable[[Any, Any], None], common: Any, arguments: Sequence[Any], processes: int
) -> Generator[Any, None, None]:
    """Calls `function(common, argument)`, of a module, for each argument; yields each argument when its call is done.

    At most `processes` calls run at a time. Their output is discarded. The first signal to stop is handed on to
    them once, the second kills them.

    Raises:
      Interrupted: the user asked to stop, and every process has ended.
      UserError: a call raised it, or its process was killed; the others are stopped first.
      RuntimeError: a call raised something else; its traceback is the message.
    """
    waiting, running = list(arguments), dict[Any, _Call]()
    handed_on = False
    with graceful_stop() as stop:
        try:
            while running or (waiting and not stop.asked):
                while waiting and len(running) < processes and not stop.asked:
                    call = _Call(function, common, waiting.pop(0))
                    running[call.outcome] = call
                for outcome in wait(list(running), _POLL_SECONDS):
                    call = running.pop(outcome)
                    if call.succeeded(stop.asked):
                        yield call.argument
                if stop.asked and not handed_on:
                    handed_on = True
                    for call in running.values():
                        call.process.terminate()
            if stop.asked:
                raise stop.interrupted(
                    "Stopped, and what the processes had done is saved; run the same command to go on"
                )
        except UserError:
            for call in running.values():
                if not handed_on:
                    call.process.terminate()
            for call in running.values():
                call.process.join()
            raise
        finally:
            for call in running.values():
                call.process.kill()


class _Call:
    """A call in a process of its own; `outcome` brings None or the error when it ends, nothing if it was killed."""

    def __init__(self, function: Callable[[Any, Any], None], common: Any, argument: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self.argument = argument
        self.outcome, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(function, common, argument, sender))
        # Until the process has left this one's group, Ctrl-C in the terminal is not meant for it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        sender.close()

    def succeeded(self, stopping: bool) -> bool:
        """Whether the call returned. Raises its error, unless it ended because it was asked to."""
        with self.outcome:
            try:
                error = self.outcome.recv()
            except EOFError:
                error = _Killed()
        self.process.join()
        if stopping and isinstance(error, Interrupted | _Killed):
            return False
        if isinstance(error, _Killed):
            status = self.process.exitcode
            raise UserError(
                f"A process ended with status {status}, perhaps for want of memory; run the same command to go on"
            )
        if error is not None:
            raise error
        return True


class _Killed(Exception):  # noqa: N818 - as Interrupted
    """The end of a process without an outcome."""


def _work(function: Callable[[Any, Any], None], common: Any, argument: Any, outcome: Connection) -> None:
    """Target of the other process."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    try:
        function(common, argument)
        outcome.send(None)
    except UserError as error:
        outcome.send(error)
    except Exception:
        outcome.send(RuntimeError(traceback.format_exc()))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
