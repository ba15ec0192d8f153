"""The page's WebSocket: a text in, the probabilities after its new words out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from rnn_textclf.inference.serving import word_stream
from tests.inference.serving.fake_model import FakeModel
from tests.inference.serving.live_server import WORDS


def ask(socket: Any, number: int, text: str) -> list[dict[str, Any]]:
    """The messages that answer a text."""
    socket.send_text(json.dumps({"id": number, "text": text}))
    messages = [socket.receive_json()]
    while "error" not in messages[-1] and messages[-1]["first"] + len(messages[-1]["words"]) < messages[-1]["total"]:
        messages.append(socket.receive_json())
    assert {message["id"] for message in messages} == {number}
    return messages


def test_each_word_typed_is_one_word_answered(client: TestClient, model: FakeModel) -> None:
    words = ["a", "fuzzy", "movie", "zzz"]
    [expected] = FakeModel().predictions([" ".join(words)])
    with client.websocket_connect(WORDS) as socket:
        for number, score in enumerate(expected.running_scores):
            [message] = ask(socket, number, " ".join(words[: number + 1]) + " ")
            [word] = message["words"]
            assert (message["first"], message["total"]) == (number, number + 1)
            assert (word["word"], word["unknown"]) == (words[number], "z" in words[number])
            assert word["probabilities"] == pytest.approx([1 - score, score], abs=1e-12)
    assert model.reads == words


def test_words_that_stay_are_not_sent_again(client: TestClient) -> None:
    with client.websocket_connect(WORDS) as socket:
        ask(socket, 1, "one two three four")
        [changed] = ask(socket, 2, "one two other four")
        assert (changed["first"], [word["word"] for word in changed["words"]]) == (2, ["other", "four"])
        assert ask(socket, 3, "one two") == [{"id": 3, "first": 2, "total": 2, "words": []}]
        assert ask(socket, 4, " — ") == [{"id": 4, "first": 0, "total": 0, "words": []}]


def test_a_long_text_is_answered_in_turns(client: TestClient) -> None:
    with client.websocket_connect(WORDS) as socket:
        messages = ask(socket, 1, "word " * 30)
        assert [(message["first"], len(message["words"])) for message in messages] == [(0, 16), (16, 14)]
        [refused] = ask(socket, 2, "word " * 31)
        assert "more than 30 words" in refused["error"]
        assert ask(socket, 3, "word " * 30)[0]["first"] == 30


@pytest.mark.parametrize("message", ["", "{", "[]", '{"id": 1}', '{"id": true, "text": ""}', '{"id": 1, "text": 2}'])
def test_what_is_no_question_ends_the_connection(client: TestClient, message: str) -> None:
    with client.websocket_connect(WORDS) as socket:
        socket.send_text(message)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 1003


def test_bytes_are_no_question(client: TestClient) -> None:
    with client.websocket_connect(WORDS) as socket:
        socket.send_bytes(b'{"id": 1, "text": ""}')
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


@given(st.text())
def test_any_message_is_a_question_or_none(message: str) -> None:
    assert word_stream.parse(message) is None
    assert word_stream.parse(json.dumps({"id": 5, "text": message})) == (5, message)


def test_connections_are_bounded_and_free_their_place(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_stream, "MAX_STREAMS", 1)
    with client.websocket_connect(WORDS) as socket:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(WORDS):
            pass  # never opened
        assert ask(socket, 1, "still here")
        assert "rnn_textclf_streams 1.0" in client.get("/metrics").text
    with client.websocket_connect(WORDS) as socket:
        assert ask(socket, 1, "free again")
