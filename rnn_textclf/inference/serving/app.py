"""The ASGI application: routes, and what surrounds them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from rnn_textclf.inference.serving.endpoints import Endpoints
from rnn_textclf.inference.serving.http.hosts import AllowedHosts
from rnn_textclf.inference.serving.http.metrics import Measured, Metrics
from rnn_textclf.inference.serving.http.responses import HANDLERS
from rnn_textclf.inference.serving.http.security import Security
from rnn_textclf.inference.serving.model_info import NAME
from rnn_textclf.inference.serving.page import Asset, assets
from rnn_textclf.inference.serving.scoring_queue import ScoringQueue
from rnn_textclf.inference.serving.served_model import ServedModel
from rnn_textclf.inference.serving.word_stream import WordStreams

_Handler = Callable[[Request], Awaitable[Response]]


def application(model: ServedModel, info: dict[str, Any], hosts: AllowedHosts) -> ASGIApp:
    """All that is served of a model.

    Args:
      model: that answers; safe to use from two threads, one for batches, one for words as they are typed.
      info: see `model_info.describe`.
      hosts: the names that it is asked under.
    """
    metrics = Metrics()
    batches, words = (ThreadPoolExecutor(1, thread_name_prefix=name) for name in ("batches", "words"))
    endpoints = Endpoints(model, info, batches, metrics)
    streams = WordStreams(model, words, metrics)
    metrics.watch("waiting_texts", "Texts that wait to be scored.", lambda: sum(map(len, endpoints.queues)))
    metrics.watch("cached_prefixes", "Prefixes whose state is kept.", lambda: len(streams.cache))
    metrics.watch("read_words", "Words that the stream has read.", lambda: streams.cache.steps)
    paths, routes = _routes(endpoints, streams)
    app = Starlette(
        routes=routes,
        exception_handlers=HANDLERS,
        lifespan=lambda app: _running(endpoints.queues, [batches, words]),
    )
    return Measured(Security(app, hosts), metrics, paths)


def _routes(endpoints: Endpoints, streams: WordStreams) -> tuple[frozenset[str], list[BaseRoute]]:
    """The paths of HTTP, and all routes."""
    gets: dict[str, _Handler] = {
        "/v1/model": endpoints.info,
        f"/v1/models/{NAME}": endpoints.status,
        "/healthz": endpoints.health,
        "/metrics": endpoints.metrics,
        "/openapi.json": endpoints.openapi,
        **{path: _file(asset) for path, asset in assets().items()},
    }
    posts: dict[str, _Handler] = {"/v1/score": endpoints.score, f"/v1/models/{NAME}:predict": endpoints.predict}
    routes: list[BaseRoute] = [Route(path, handler, methods=["GET"]) for path, handler in gets.items()]
    routes += [Route(path, handler, methods=["POST"]) for path, handler in posts.items()]
    return frozenset({*gets, *posts}), [*routes, WebSocketRoute("/v1/words", streams.connect)]


def _file(asset: Asset) -> _Handler:
    async def answer(request: Request) -> Response:
        return Response(asset.content, media_type=asset.media_type)

    return answer


@contextlib.asynccontextmanager
async def _running(queues: list[ScoringQueue], executors: list[ThreadPoolExecutor]) -> AsyncIterator[None]:
    """Scores what comes; at the end waits for what the threads have begun."""
    tasks = [asyncio.create_task(queue.run()) for queue in queues]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for executor in executors:
            executor.shutdown()
