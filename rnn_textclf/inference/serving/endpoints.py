"""One function for each route of HTTP."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from rnn_textclf.inference.serving.http import metrics
from rnn_textclf.inference.serving.http.limits import read_json, steps_of, texts_in
from rnn_textclf.inference.serving.http.metrics import Metrics
from rnn_textclf.inference.serving.http.openapi import document
from rnn_textclf.inference.serving.http.responses import JsonResponse, OverloadedError, RequestError
from rnn_textclf.inference.serving.model_info import serving_status
from rnn_textclf.inference.serving.scoring_queue import ScoringQueue
from rnn_textclf.inference.serving.served_model import ServedModel, ServedPrediction

SIGNATURES = ("serving_default", "predict")
_SCORE_KEYS = ("text", "label", "probabilities", "words", "running_scores", "unknown", "target")
_PROBE_SECONDS = 5.0


class Endpoints:
    """The routes of one server.

    Args:
      model: that answers.
      info: what is told of it; see `model_info.describe`.
      executor: with the one thread that scores batches.
      counted: its metrics.
    """

    def __init__(self, model: ServedModel, info: dict[str, Any], executor: Executor, counted: Metrics) -> None:
        self._model, self._info, self._metrics = model, info, counted
        observe = counted.batch_texts.observe
        self._by_word = ScoringQueue(lambda texts: list(model.predictions(texts)), executor, observe)
        self._whole = ScoringQueue(lambda texts: list(model.predictions(texts, by_word=False)), executor, observe)
        self.queues = [self._by_word, self._whole]

    async def score(self, request: Request) -> Response:
        """`POST /v1/score`: probabilities and running scores, with the keys of `infer.py --format=jsonl`."""
        texts = texts_in(await read_json(request), "texts")
        predictions = await self._by_word.score(texts, steps_of(self._model, texts, "texts", by_word=True))
        return JsonResponse({"results": [_as_result(prediction) for prediction in predictions]})

    async def predict(self, request: Request) -> Response:
        """`POST /v1/models/rnn_textclf:predict`: TensorFlow Serving's, as a SavedModel of `--export` answers it."""
        body = await read_json(request)
        texts = texts_in(body, "instances", optional=["signature_name"])
        if body.get("signature_name", SIGNATURES[0]) not in SIGNATURES:
            raise RequestError(422, f'"signature_name" must be one of {", ".join(SIGNATURES)}')
        predictions = await self._whole.score(texts, steps_of(self._model, texts, "instances", by_word=False))
        return JsonResponse(
            {"predictions": [_as_instance(prediction, self._model.labels) for prediction in predictions]}
        )

    async def status(self, request: Request) -> Response:
        """`GET /v1/models/rnn_textclf`: TensorFlow Serving's."""
        return JsonResponse(serving_status(self._model))

    async def info(self, request: Request) -> Response:
        """`GET /v1/model`: classes, sizes, metrics."""
        return JsonResponse(self._info)

    async def health(self, request: Request) -> Response:
        """`GET /healthz`: 200 once a sentence was scored just now."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await self._whole.score(["a word"], [2])
        except TimeoutError:
            raise OverloadedError("nothing was scored for some seconds") from None
        return JsonResponse({"status": "ok"})

    async def metrics(self, request: Request) -> Response:
        """`GET /metrics`: for Prometheus."""
        return Response(self._metrics.text(), media_type=metrics.CONTENT_TYPE)

    async def openapi(self, request: Request) -> Response:
        """`GET /openapi.json`: the description of all this."""
        return JsonResponse(document(SIGNATURES))


def _as_result(prediction: ServedPrediction) -> dict[str, Any]:
    return {key: getattr(prediction, key) for key in _SCORE_KEYS}


def _as_instance(prediction: ServedPrediction, labels: Sequence[str]) -> dict[str, Any]:
    probabilities = [prediction.probabilities[label] for label in labels]
    return {"label": prediction.label, "probabilities": probabilities, "classes": labels}
