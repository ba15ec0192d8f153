"""The page's WebSocket: a text in whenever it changes, the probabilities after each new word out.

The client sends `{"id": 7, "text": "it was the worst"}` and gets, in one message or several,

    {"id": 7, "first": 3, "total": 4, "words": [{"word": "worst", "unknown": false, "probabilities": [0.98, 0.02]}]}

where `first` counts the words that it has already from the text before and can keep, `total` those of the whole
text; the last message for a text has first + len(words) = total. A text that is too long gets
`{"id": 7, "error": "…"}`; what is no such message ends the connection.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import Any, NamedTuple

import numpy as np
from starlette.websockets import WebSocket, WebSocketDisconnect

from rnn_textclf.inference.serving.http.limits import words_in
from rnn_textclf.inference.serving.http.metrics import Metrics
from rnn_textclf.inference.serving.http.responses import OverloadedError, RequestError
from rnn_textclf.inference.serving.prefix_cache import PrefixCache
from rnn_textclf.inference.serving.served_model import ServedModel

MAX_STREAMS = 64
_WORDS_A_TURN = 16  # Read for one connection before another one has its turn.
_UNSUPPORTED_DATA = 1003


class Question(NamedTuple):
    """A client's message."""

    id: int
    text: str


class WordStreams:
    """The WebSockets of a server, which share one thread and one cache.

    Args:
      model: that reads.
      executor: with one thread, the only one that uses the cache.
      metrics: where they are counted.
    """

    def __init__(self, model: ServedModel, executor: Executor, metrics: Metrics) -> None:
        self._model, self._executor, self._metrics = model, executor, metrics
        self.cache = PrefixCache(model.read_on)
        self._open = 0

    async def connect(self, websocket: WebSocket) -> None:
        """Serves one connection to its end."""
        if self._open >= MAX_STREAMS:
            await websocket.send_denial_response(OverloadedError("too many pages are open; close one").response())
            return
        self._open += 1
        self._metrics.streams.set(self._open)
        try:
            await websocket.accept()
            await self._answer_all(websocket)
        except WebSocketDisconnect:
            pass
        finally:
            self._open -= 1
            self._metrics.streams.set(self._open)

    async def _answer_all(self, websocket: WebSocket) -> None:
        known: Sequence[str] = []
        while True:
            question = parse(await _text_of_next(websocket))
            if question is None:
                await websocket.close(_UNSUPPORTED_DATA, 'expected {"id": number, "text": string}')
                return
            try:
                words = words_in(self._model, question.text)
            except RequestError as error:
                await _send(websocket, {"id": question.id, "error": error.message})
            else:
                await self._answer(websocket, question.id, words, _num_common(known, words))
                known = words

    async def _answer(self, websocket: WebSocket, id: int, words: Sequence[str], first: int) -> None:
        """Sends the words from `first` on, some at a time."""
        began, loop = time.perf_counter(), asyncio.get_running_loop()
        for begin, end in _turns(first, len(words)):
            after = await loop.run_in_executor(self._executor, self.cache.read, words[:end])
            described = list(map(self._describe, words[begin:end], after[begin:]))
            await _send(websocket, {"id": id, "first": begin, "total": len(words), "words": described})
            if begin == first:
                self._metrics.word_seconds.observe(time.perf_counter() - began)

    def _describe(self, word: str, probabilities: np.ndarray) -> dict[str, Any]:
        return {"word": word, "unknown": not self._model.knows(word), "probabilities": probabilities.tolist()}


def parse(message: str) -> Question | None:
    """The client's question, None where the message is none."""
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or set(value) != set(Question._fields):
        return None
    if type(value["id"]) is not int or not isinstance(value["text"], str):
        return None
    return Question(**value)


def _turns(first: int, total: int) -> Iterator[tuple[int, int]]:
    """Ranges that cover `first` to `total`; an empty one where there is nothing to read."""
    yield first, min(total, first + _WORDS_A_TURN)
    for begin in range(first + _WORDS_A_TURN, total, _WORDS_A_TURN):
        yield begin, min(total, begin + _WORDS_A_TURN)


def _num_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Words that two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (mine, its) in enumerate(pairs) if mine != its), min(len(one), len(other)))


async def _text_of_next(websocket: WebSocket) -> str:
    """The next message; an empty one for bytes, which mean nothing here."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    return message.get("text") or ""


async def _send(websocket: WebSocket, message: Any) -> None:
    await websocket.send_text(json.dumps(message, separators=(",", ":")))
