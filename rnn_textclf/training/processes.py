"""Work in processes of its own, several at a time, that ends with this one and stops when it is asked to."""

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from rnn_textclf.errors import UserError
from rnn_textclf.training.interrupts import graceful_stop

_POLL_SECONDS = 0.2


class Stopped(UserError):  # noqa: N818 - nothing went wrong
    """The user asked to stop, and every process has ended."""

    exit_status = 130


class _Started(NamedTuple):
    argument: Any
    process: Any
    errors: Connection


def run_in_processes(
    function: Callable[..., None], common: Any, arguments: Sequence[Any], processes: int
) -> Generator[Any, None, None]:
    """Calls `function(common, argument)` for each argument, so many at a time; yields each argument as it is done.

    What the calls print goes nowhere. They end when this process does. The first Ctrl-C or SIGTERM is handed on to
    them once, the second ends them.

    Args:
      function: of a module, which the other process imports.
      common: what every call is given.
      arguments: what each call is given.
      processes: how many at a time (>= 1).

    Raises:
      Stopped: the user asked to.
      UserError: a call raised it, or its process was killed; the others are stopped first.
      RuntimeError: a call raised something else; its traceback is the message.
    """
    waiting, running = list(arguments), dict[int, _Started]()
    told = False
    with graceful_stop() as stop:
        try:
            while running or (waiting and not stop.asked):
                while waiting and len(running) < processes and not stop.asked:
                    started = _start(function, common, waiting.pop(0))
                    running[started.process.sentinel] = started
                for sentinel in wait(list(running), _POLL_SECONDS):
                    started = running.pop(sentinel)  # type: ignore[arg-type]
                    if _succeeded(started, stop.asked):
                        yield started.argument
                if stop.asked and not told:
                    told = True
                    _terminate(running)
            if stop.asked:
                raise Stopped("Stopped, and what the processes had done is saved; run the same command to go on")
        except UserError:
            if not told:
                _terminate(running)
            for started in running.values():
                started.process.join()
            raise
        finally:
            for started in running.values():
                started.process.kill()


def _start(function: Callable[..., None], common: Any, argument: Any) -> _Started:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(function, common, argument, sender))
    # Until the process has left this one's group, Ctrl-C in the terminal is not for it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    sender.close()
    return _Started(argument, process, receiver)


def _work(function: Callable[..., None], common: Any, argument: Any, errors: Connection) -> None:
    """What the other process does."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    try:
        function(common, argument)
    except UserError as error:
        errors.send(error)
        raise SystemExit(1) from None
    except Exception:
        errors.send(RuntimeError(traceback.format_exc()))
        raise SystemExit(1) from None


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _terminate(running: dict[int, _Started]) -> None:
    for started in running.values():
        started.process.terminate()


def _succeeded(started: _Started, stopping: bool) -> bool:
    """Whether the call ended well. Raises what it raised, unless it was asked to stop."""
    started.process.join()
    status = started.process.exitcode
    error = None
    with started.errors, contextlib.suppress(EOFError):  # a process that was killed says nothing
        error = started.errors.recv() if status else None
    if status == 0:
        return True
    if isinstance(error, UserError) and error.exit_status == Stopped.exit_status and stopping:
        return False
    if error is not None:
        raise error
    if stopping:
        return False
    raise UserError(f"A process ended with status {status}, perhaps for want of memory; run the same command to go on")
