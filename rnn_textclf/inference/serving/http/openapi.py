"""The OpenAPI description of the HTTP interface."""

from collections.abc import Sequence
from typing import Any

from rnn_textclf.inference.serving.http.limits import MAX_BODY_BYTES, MAX_TEXTS
from rnn_textclf.inference.serving.http.metrics import CONTENT_TYPE

_Schema = dict[str, Any]

_STRING: _Schema = {"type": "string"}
_STRINGS: _Schema = {"type": "array", "items": _STRING}
_BOOLEAN: _Schema = {"type": "boolean"}
_COUNT: _Schema = {"type": "integer", "minimum": 0}
_PROBABILITY: _Schema = {"type": "number", "minimum": 0, "maximum": 1}
_PROBABILITIES: _Schema = {"type": "array", "items": _PROBABILITY}
_TEXTS: _Schema = {
    **_STRINGS,
    "minItems": 1,
    "maxItems": MAX_TEXTS,
    "description": "Each of --max_length words at most.",
}

_REFUSALS = {
    403: "A page of another origin asks.",
    421: "The Host header names another server.",
}
_BODY_REFUSALS = {
    408: "The body did not arrive in time.",
    413: f"The body is larger than {MAX_BODY_BYTES:,} bytes, or its texts are too much work.",
    415: "The body is not application/json.",
    422: "The body is not what it should be; the error names the field.",
}
_OVERLOADED = {503: "Too much is waiting; try again after as many seconds as Retry-After says."}


def document(signatures: Sequence[str]) -> _Schema:
    """OpenAPI 3.1.

    Args:
      signatures: what `signature_name` may be.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "rnn_textclf",
            "version": "1",
            "description": "Scores text with a recurrent classifier, word by word. "
            "The page's word stream, a WebSocket at /v1/words, is described in word_stream.py.",
        },
        "paths": {
            "/v1/score": {"post": _post("Probabilities, and the score after each word", _SCORE, "results", _RESULT)},
            "/v1/models/rnn_textclf:predict": {
                "post": _post("TensorFlow Serving's predict", _instances(signatures), "predictions", _PREDICTION)
            },
            "/v1/models/rnn_textclf": {"get": _get("TensorFlow Serving's model status", _STATUS)},
            "/v1/model": {"get": _get("Classes, sizes and metrics of the model", _MODEL)},
            "/healthz": {"get": _get("200 when a sentence can be scored", _object(status=_STRING), _OVERLOADED)},
            "/metrics": {"get": _get("Prometheus metrics", _STRING, media_type=CONTENT_TYPE)},
            "/openapi.json": {"get": _get("This description", {"type": "object"})},
        },
        "components": {"schemas": {"Error": _object(error=_STRING)}},
    }


def _object(optional: Sequence[str] = (), **properties: _Schema) -> _Schema:
    """An object of these properties and no others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_SCORE = _object(texts=_TEXTS)
_RESULT = _object(
    text=_STRING,
    label={**_STRING, "description": "The most probable class; of several labels those from 0.5 on, joined by |."},
    probabilities={"type": "object", "additionalProperties": _PROBABILITY},
    words=_STRINGS,
    running_scores={
        **_PROBABILITIES,
        "description": "Of the target after each word: the last of two classes, else the most probable one.",
    },
    unknown={**_STRINGS, "description": "The words that the vocabulary does not have."},
    target={**_STRING, "description": "The class of the running scores."},
)
_PREDICTION = _object(label=_STRING, probabilities=_PROBABILITIES, classes=_STRINGS)
_STATUS = _object(
    model_version_status={
        "type": "array",
        "items": _object(version=_STRING, state=_STRING, status=_object(error_code=_STRING, error_message=_STRING)),
    }
)
_MODEL = _object(
    name=_STRING,
    step=_COUNT,
    classes=_STRINGS,
    multi_label=_BOOLEAN,
    num_models=_COUNT,
    rnn_unit=_STRING,
    num_layers=_COUNT,
    num_hidden_units=_COUNT,
    embedding_size=_COUNT,
    bidirectional=_BOOLEAN,
    vocab_size=_COUNT,
    max_length=_COUNT,
    max_texts=_COUNT,
    examples={**_STRINGS, "description": "Sentences to begin with."},
    test={**_object(accuracy=_PROBABILITY, rows=_COUNT), "type": ["object", "null"]},
)


def _instances(signatures: Sequence[str]) -> _Schema:
    return _object(["signature_name"], instances=_TEXTS, signature_name={"enum": list(signatures)})


def _post(summary: str, body: _Schema, key: str, item: _Schema) -> _Schema:
    answer = _object((), **{key: {"type": "array", "items": item}})
    refusals = {**_REFUSALS, **_BODY_REFUSALS, **_OVERLOADED}
    content = {"application/json": {"schema": body}}
    return {
        "summary": summary,
        "requestBody": {"required": True, "content": content},
        "responses": _responses(answer, "application/json", refusals),
    }


def _get(
    summary: str, answer: _Schema, refusals: dict[int, str] | None = None, media_type: str = "application/json"
) -> _Schema:
    return {"summary": summary, "responses": _responses(answer, media_type, {**_REFUSALS, **(refusals or {})})}


def _responses(answer: _Schema, media_type: str, refusals: dict[int, str]) -> _Schema:
    success = {"description": "The answer.", "content": {media_type: {"schema": answer}}}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "200": success,
        **{
            str(status): {"description": meaning, "content": error, **(_RETRY_AFTER if status == 503 else {})}
            for status, meaning in refusals.items()
        },
    }


_RETRY_AFTER = {"headers": {"Retry-After": {"schema": {"type": "string"}, "required": True}}}
