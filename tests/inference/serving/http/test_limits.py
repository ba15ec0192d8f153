"""Bodies and texts that are too large or of the wrong form."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from rnn_textclf.inference.serving.http import limits
from rnn_textclf.inference.serving.http.responses import RequestError
from tests.inference.serving.fake_model import FakeModel


def read(chunks: list[bytes], *headers: tuple[bytes, bytes]) -> Any:
    """Reads a body that arrives in chunks; the number of those that were taken is in `read.taken`."""
    waiting = list(chunks)

    async def receive() -> dict[str, Any]:
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    headers = ((b"content-type", b"application/json; charset=utf-8"), *headers)
    request = Request({"type": "http", "method": "POST", "headers": list(headers)}, receive)
    try:
        return asyncio.run(limits.read_json(request))
    finally:
        read.taken = len(chunks) - len(waiting)  # type: ignore[attr-defined]


def status_of(call: Any, *arguments: Any) -> int:
    with pytest.raises(RequestError) as refused:
        call(*arguments)
    return refused.value.status


def test_a_body_may_come_in_pieces() -> None:
    assert read([b'{"texts"', b': ["\xc3\xa9"', b"]}"]) == {"texts": ["é"]}


def test_a_large_body_is_refused_before_it_has_arrived() -> None:
    chunk = b" " * 300_000
    assert status_of(read, [chunk] * 50) == 413
    assert read.taken == 4  # type: ignore[attr-defined]
    assert status_of(read, [b"{}"], (b"content-length", b"1000001")) == 413
    assert read.taken == 0  # type: ignore[attr-defined]
    assert read([b" " * (limits.MAX_BODY_BYTES - 2), b"{}"]) == {}


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.01)

    async def never() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    headers = [(b"content-type", b"application/json")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, never)
    assert status_of(asyncio.run, limits.read_json(request)) == 408


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 5000, b"nul"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    assert status_of(read, [body]) == 422


def test_other_media_types_are_refused() -> None:
    request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", b"text/plain")]})
    assert status_of(asyncio.run, limits.read_json(request)) == 415


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "must be an object"),
        ({}, "must be a list of strings"),
        ({"texts": "one"}, "must be a list of strings"),
        ({"texts": ["one", 2]}, "must be a list of strings"),
        ({"texts": []}, "1 to 256 strings, got 0"),
        ({"texts": ["a"] * 257}, "1 to 256 strings, got 257"),
        ({"texts": ["a"], "Text": 1}, 'unknown key "Text"'),
    ],
)
def test_texts_of_the_wrong_form_are_named(body: Any, message: str) -> None:
    with pytest.raises(RequestError, match=message) as refused:
        limits.texts_in(body, "texts")
    assert refused.value.status == 422


@given(st.recursive(st.none() | st.booleans() | st.text() | st.integers(), lambda inner: st.lists(inner)))
def test_any_value_is_texts_or_refused(value: Any) -> None:
    if isinstance(value, list) and value and all(isinstance(text, str) for text in value):
        assert limits.texts_in({"texts": value}, "texts") == value
    else:
        assert status_of(limits.texts_in, {"texts": value}, "texts") == 422


def test_long_texts_are_named() -> None:
    model = FakeModel(max_length=3)
    assert limits.words_in(model, "one two three") == ["one", "two", "three"]
    with pytest.raises(RequestError, match=r"texts\[1\] has more than 3 words") as refused:
        limits.steps_of(model, ["fine", "one two three four"], "texts", by_word=True)
    assert refused.value.status == 422


def test_steps_are_words_and_of_both_ways_all_prefixes() -> None:
    texts = ["", "one", "one two three"]
    assert limits.steps_of(FakeModel(), texts, "texts", by_word=True) == [1, 1, 3]
    both_ways = FakeModel(bidirectional=True, max_length=1000)
    assert limits.steps_of(both_ways, texts, "texts", by_word=True) == [1, 1, 6]
    assert limits.steps_of(both_ways, texts, "texts", by_word=False) == [1, 1, 3]
    assert status_of(limits.steps_of, both_ways, ["word " * 1000], "texts", True) == 413
