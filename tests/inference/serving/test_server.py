"""The process: its port, and its end."""

import json
import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from typing import Any

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.inference.serving.server import listen
from tests.tiny_runs import ROOT


def test_a_port_that_is_taken_is_one_line() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(UserError, match=f"--port={port}: .*in use.*give another --port") as error:
            listen("127.0.0.1", port)
    assert "\n" not in str(error.value)
    assert error.value.exit_status == 1


def test_a_host_that_is_none_is_one_line() -> None:
    with pytest.raises(UserError, match="--host=no such host: no such address"):
        listen("no such host", 0)


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listen("127.0.0.1", 0) as listener:
        # asyncio turns Nagle's algorithm off for connections of such a socket alone.
        assert listener.proto == socket.IPPROTO_TCP


def test_ipv6_can_be_listened_on() -> None:
    try:
        with listen("::1", 0) as listener:
            assert listener.family == socket.AF_INET6
    except UserError:
        pytest.skip("no IPv6 here")


def test_sigterm_finishes_what_is_in_flight() -> None:
    command = [sys.executable, "-m", "tests.inference.serving.live_server"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        assert process.stdin
        assert process.stdout
        port = int(process.stdout.readline())
        answers: list[tuple[int, Any]] = []
        asking = threading.Thread(target=lambda: answers.append(ask(port)))
        asking.start()
        assert process.stdout.readline() == "scoring\n"
        process.send_signal(signal.SIGTERM)
        while is_listened_on(port):
            pass
        assert not answers
        process.stdin.write("\n")
        process.stdin.flush()
        asking.join(30)
        assert process.wait(30) == -signal.SIGTERM
    [(status, body)] = answers
    assert status == 200
    assert [result["text"] for result in body["results"]] == ["in flight"]


def is_listened_on(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 10).close()
    except OSError:
        return False
    return True


def ask(port: int) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"texts": ["in flight"]})
    connection.request("POST", "/v1/score", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.load(answer)
