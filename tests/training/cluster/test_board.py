"""Registration: tasks find the chief, impostors are refused and harm nobody, lost ones are noticed; no TensorFlow."""

import dataclasses
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from rnn_textclf.config.cluster import ClusterConfig, Task
from rnn_textclf.errors import UserError
from rnn_textclf.training.cluster.address_check import answering
from rnn_textclf.training.cluster.board import Board
from rnn_textclf.training.cluster.ending import Ending, TaskEnded
from rnn_textclf.training.cluster.identity import Identity
from rnn_textclf.training.cluster.membership import Membership
from tests.cluster_ports import free_ports

WORKER, PS, CHIEF = Task("worker", 0), Task("ps", 0), Task("chief", 0)


class QuietEnding(Ending):
    """An end that is asked for, but not forced upon the process of the test."""

    def _force(self) -> None:
        pass


class Machines:
    """A chief's board and members that are threads of this process."""

    def __init__(self, timeout: float = 30.0) -> None:
        chief, worker, server = (f"localhost:{port}" for port in free_ports(3))
        self.jobs = {"chief": (chief,), "worker": (worker,), "ps": (server,)}
        self.timeout, self.heard = timeout, list[tuple[Task, dict[str, Any]]]()
        self.ending = QuietEnding(timeout)
        self.cleanup = ExitStack()
        self.board: Board | None = None
        self.listening: set[Task] = set()

    def config(self, task: Task) -> ClusterConfig:
        return ClusterConfig(self.jobs, task, timeout=self.timeout)

    def identity(self, task: Task, nonce: str, **flags: Any) -> Identity:
        return Identity(task, self.jobs, {"batch_size": 64, **flags}, nonce)

    def open_board(self) -> Board:
        self.ending = QuietEnding(self.timeout)
        self.board = Board(
            self.config(CHIEF), self.identity(CHIEF, "chief"), self.ending, lambda *each: self.heard.append(each)
        )
        return self.board

    def join(self, task: Task, nonce: str, answers: bool = True, **flags: Any) -> tuple[Membership, Ending]:
        identity, ending = self.identity(task, nonce, **flags), QuietEnding(self.timeout)
        if answers:
            self.cleanup.enter_context(answering(self.config(task).address(task), nonce))
        return Membership(self.config(task), identity, ending), ending

    def end(self) -> None:
        if self.board:
            self.board.end("", 0)
        self.cleanup.close()


@pytest.fixture
def machines() -> Iterator[Callable[..., Machines]]:
    made: list[Machines] = []

    def make(**options: Any) -> Machines:
        made.append(Machines(**options))
        return made[-1]

    yield make
    for each in made:
        each.end()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def reason(ending: Ending) -> TaskEnded:
    wait_for(lambda: ending.asked)
    with pytest.raises(TaskEnded) as caught:
        ending.check()
    return caught.value


def gathered(machines: Machines) -> tuple[Board, Membership, Membership]:
    board = machines.open_board()
    worker, server = machines.join(WORKER, "w")[0], machines.join(PS, "p")[0]
    board.wait(board.all_in("registered"))
    return board, worker, server


def test_all_register_and_are_led_from_state_to_state(machines: Callable[..., Machines]) -> None:
    board, worker, server = gathered(machines())
    board.lead("registered", serve=True)
    messages, at_server = worker.messages(), server.messages()
    assert "serve" in [next(messages), next(messages)][-1]
    assert [sorted(next(at_server)) for _ in range(2)] == [["accepted"], ["serve"]]
    worker.send(state="serving")
    server.send(state="serving")
    board.lead("serving", run={"a": "b"})
    assert next(messages) == {"run": {"a": "b"}}
    worker.send(state="ready")
    wait_for(lambda: board.ready() == [WORKER])
    board.send(WORKER, step=7)
    assert next(messages) == {"step": 7}
    board.end("", 0)
    assert list(messages) == list(at_server) == []


def test_a_chief_that_is_started_again_is_told_whether_the_run_had_begun(machines: Callable[..., Machines]) -> None:
    ours = machines()
    board, worker, server = gathered(ours)
    board.lead("registered", serve=True)
    worker.serving()
    server.serving()
    board.close()
    board = ours.open_board()
    board.wait(board.all_in("registered"))
    assert not board.has_begun  # The chief may have been killed before it overwrote an older run.
    worker.send(state="serving")
    board.lead("serving", run={"a": "b"})
    wait_for(lambda: {"run": {"a": "b"}} in _taken(worker))
    board.close()
    board = ours.open_board()
    board.wait(board.all_in("registered"))
    assert board.has_begun


def _taken(member: Membership) -> list[dict[str, Any]]:
    return list(member._messages.queue)


@pytest.mark.parametrize(
    ("nonce", "answers", "flags", "problem"),
    [
        ("other", False, {}, "worker 2 of 2, at localhost:.* is running already"),
        ("other", False, {"batch_size": 32}, "started with --batch_size=32, the chief with --batch_size=64"),
        ("other", False, {"dropout": 0.1}, "started with --dropout=0.1, the chief with --dropout=None"),
    ],
)
def test_an_impostor_is_refused_and_the_right_one_goes_on(
    machines: Callable[..., Machines], nonce: str, answers: bool, flags: dict[str, Any], problem: str
) -> None:
    ours = machines()
    board, worker, _ = gathered(ours)
    _, ending = ours.join(WORKER, nonce, answers, **flags)
    refused = reason(ending)
    assert refused.exit_status == 2
    assert re.search(problem, str(refused))
    board.lead("registered", serve=True)
    assert [sorted(next(worker.messages())) for _ in range(2)] == [["accepted"], ["serve"]]
    assert not ours.ending.asked


def test_other_machines_in_the_list_are_refused(machines: Callable[..., Machines]) -> None:
    ours = machines()
    ours.open_board()
    right = ours.identity(WORKER, "w")
    other = dataclasses.replace(right, jobs={**ours.jobs, "ps": ("elsewhere:1",)})
    ending = QuietEnding(5)
    Membership(ours.config(WORKER), other, ending)
    assert "was started with the machines" in str(reason(ending))


def test_a_task_that_is_not_at_its_address_is_refused(machines: Callable[..., Machines]) -> None:
    ours = machines()
    ours.open_board()
    _, nobody = ours.join(WORKER, "w", answers=False)
    assert "cannot be reached at its address from the chief" in str(reason(nobody))
    ours.cleanup.enter_context(answering(ours.jobs["ps"][0], "another"))
    _, another = ours.join(PS, "p", answers=False)
    assert "is not the process that answers at its address" in str(reason(another))


def test_a_taken_port_is_told(machines: Callable[..., Machines]) -> None:
    ours = machines()
    with (
        answering(ours.jobs["worker"][0], "a"),
        pytest.raises(UserError, match="cannot be listened on"),
        answering(ours.jobs["worker"][0], "b"),
    ):
        pass


def test_what_is_no_task_harms_nobody(machines: Callable[..., Machines]) -> None:
    ours = machines()
    board = ours.open_board()
    for noise in (b"GET / HTTP/1.1\r\n\r\n", b"", b"\0\0\0\2[]", b"\0\0\0\x0c" + json.dumps({"task": 1}).encode()):
        with socket.create_connection(ours.config(CHIEF).control_address) as stranger:
            stranger.sendall(noise)
    ours.join(WORKER, "w")
    ours.join(PS, "p")
    board.wait(board.all_in("registered"))


def test_a_missing_task_is_named(machines: Callable[..., Machines]) -> None:
    ours = machines(timeout=1.0)
    board = ours.open_board()
    ours.join(PS, "p")
    with pytest.raises(UserError, match=r"worker 2 of 2, at localhost:\d+: has given no sign for 1 s"):
        board.wait(board.all_in("registered"))


def test_a_task_that_falls_silent_has_had_its_time(machines: Callable[..., Machines], messages: list[str]) -> None:
    ours = machines(timeout=1.0)
    board = ours.open_board()
    (worker, ending), _ = ours.join(WORKER, "w"), ours.join(PS, "p")
    board.wait(board.all_in("registered"))
    ending.ask("")  # It does not come back.
    assert worker._channel
    worker._channel._closed.set()  # The end of its signs of life.
    with pytest.raises(UserError, match=r"worker 2 of 2, at localhost:\d+: has given no sign for 1 s"):
        board.wait(lambda: False)
    assert not any("for it to come back" in message for message in messages)


def test_a_missing_chief_is_named(machines: Callable[..., Machines]) -> None:
    _, ending = machines(timeout=1.0).join(WORKER, "w")
    assert "worker 1 of 2 (chief), at localhost" in str(reason(ending))


def test_a_lost_server_ends_all(machines: Callable[..., Machines]) -> None:
    ours = machines()
    board, worker, server = gathered(ours)
    board.lead("registered", serve=True)
    server.send(state="serving")
    wait_for(lambda: any(message.get("state") == "serving" for _, message in ours.heard))
    assert server._channel
    server._channel.close()
    assert "parameter server 1 of 1" in str(reason(ours.ending))
    with pytest.raises(TaskEnded, match="parameter server 1 of 1"):
        list(worker.messages())


def test_a_lost_worker_is_told_its_state_anew(machines: Callable[..., Machines]) -> None:
    ours = machines()
    board, worker, _ = gathered(ours)
    board.lead("registered", serve=True)
    messages = worker.messages()
    assert [sorted(next(messages)) for _ in range(2)] == [["accepted"], ["serve"]]
    assert worker._channel
    worker._channel.close()
    assert [sorted(next(messages)) for _ in range(2)] == [["accepted"], ["serve"]]
    assert (WORKER, "lost") in [(task, next(iter(message))) for task, message in ours.heard]


def test_a_chief_that_is_started_again_is_found(machines: Callable[..., Machines]) -> None:
    ours = machines()
    board, *_ = gathered(ours)
    board.close()
    again = ours.open_board()
    again.wait(again.all_in("registered"))
