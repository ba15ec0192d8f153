"""Sizes that a request may have, checked while it arrives."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from rnn_textclf.inference.serving.http.responses import RequestError
from rnn_textclf.inference.serving.served_model import ServedModel

MAX_BODY_BYTES = 1_000_000
MAX_TEXTS = 256
BODY_SECONDS = 10.0  # In which a whole body must have arrived.
# Steps of the recurrence that one request may cost: any body of legal size, but of a model that reads both ways,
# which reads every prefix anew, no text of a thousand words.
MAX_REQUEST_STEPS = 300_000


async def read_json(request: Request) -> Any:
    """The value of a JSON body. Raises RequestError: 408, 413, 415 or 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestError(415, "send JSON with the header Content-Type: application/json")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _read_body(request)
    except TimeoutError:
        raise RequestError(408, f"the body did not arrive within {BODY_SECONDS:g} seconds", _CLOSE) from None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise RequestError(422, "the body is not JSON in UTF-8") from None


def texts_in(body: Any, key: str, optional: Sequence[str] = ()) -> list[str]:
    """The strings at `key` of a body that has no other keys than these. Raises RequestError 422."""
    if not isinstance(body, dict):
        raise RequestError(422, f'the body must be an object with the key "{key}"')
    if unknown := sorted(set(body) - {key, *optional}):
        raise RequestError(422, f"unknown key {json.dumps(unknown[0][:100])}; the key is {json.dumps(key)}")
    texts = body.get(key)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RequestError(422, f'"{key}" must be a list of strings')
    if not 1 <= len(texts) <= MAX_TEXTS:
        raise RequestError(422, f'"{key}" must hold 1 to {MAX_TEXTS} strings, got {len(texts)}')
    return texts


def words_in(model: ServedModel, text: str, name: str = "the text") -> list[str]:
    """The words of a text. Raises RequestError 422 where they are more than the model reads."""
    most = model.config.data.max_length
    words = model.tokenizer(text, most + 1)
    if len(words) > most:
        raise RequestError(422, f"{name} has more than {most} words, which is --max_length of the run")
    return words


def steps_of(model: ServedModel, texts: Sequence[str], key: str, by_word: bool) -> list[int]:
    """Steps of the recurrence that each text costs. Raises RequestError: 422 for a long text, 413 for too many steps.

    Args:
      model: that reads them.
      texts: the request's.
      key: where they stood, for the message.
      by_word: whether running scores are wanted, which cost a model that reads both ways every prefix.
    """
    lengths = [len(words_in(model, text, f"{key}[{i}]")) or 1 for i, text in enumerate(texts)]
    if by_word and model.config.model.bidirectional:
        lengths = [length * (length + 1) // 2 for length in lengths]
    if sum(lengths) > MAX_REQUEST_STEPS:
        raise RequestError(413, "the texts are too long for running scores of a model that reads both ways; send fewer")
    return lengths


_CLOSE = {"Connection": "close"}  # What has not arrived yet is not waited for.


def _too_large() -> RequestError:
    return RequestError(413, f"the body is larger than {MAX_BODY_BYTES:,} bytes", _CLOSE)


async def _read_body(request: Request) -> bytes:
    """The body, of which no more than the limit is ever held."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _too_large()
    return bytes(body)
