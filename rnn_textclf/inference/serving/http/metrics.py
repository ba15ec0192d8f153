"""Prometheus metrics in a registry of their own."""

import time
from collections.abc import Callable, Container

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
_POWERS_OF_TWO = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """Counters of one server.

    requests: by route and HTTP status. seconds: from a request's head to the end of its answer, by route.
    batch_texts: texts scored at a time. word_seconds: from a message of the page to the first word answered.
    streams: open WebSockets.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "rnn_textclf_requests", "HTTP requests answered.", ["route", "status"], registry=self._registry
        )
        self.seconds = Histogram(
            "rnn_textclf_request_seconds",
            "Seconds from a request to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.batch_texts = Histogram(
            "rnn_textclf_batch_texts", "Texts scored at a time.", buckets=_POWERS_OF_TWO, registry=self._registry
        )
        self.word_seconds = Histogram(
            "rnn_textclf_word_seconds",
            "Seconds from a message of the word stream to its first answer.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.streams = Gauge("rnn_textclf_streams", "Open word streams.", registry=self._registry)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def watch(self, name: str, help: str, value: Callable[[], float]) -> None:
        """Adds a gauge that is read whenever metrics are."""
        Gauge(f"rnn_textclf_{name}", help, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self._registry)


class Measured:
    """ASGI middleware that counts and times HTTP requests.

    Args:
      app: what answers.
      metrics: where they are counted.
      routes: the paths that have a series of their own; all others share one, so that their number is bounded.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Container[str]) -> None:
        self._app, self._metrics, self._routes = app, metrics, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            route = scope["path"] if scope["path"] in self._routes else "other"
            self._metrics.requests.labels(route, status).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)
