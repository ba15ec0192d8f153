"""JSON answers, and refusals as JSON."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_LOG = logging.getLogger(__name__)


class JsonResponse(JSONResponse):
    """Compact JSON in ASCII: any text can be echoed, even half a surrogate pair, for which UTF-8 has no bytes."""

    def render(self, content: Any) -> bytes:
        """See `Response.render`."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


class RequestError(Exception):
    """A request that is not served.

    Args:
      status: of HTTP, 400 to 599.
      message: one sentence for the client, the field and the remedy in it.
      headers: further ones.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers

    def response(self) -> Response:
        """The JSON that TensorFlow Serving answers too: `{"error": message}`."""
        return JsonResponse({"error": self.message}, self.status, self.headers)


class OverloadedError(RequestError):
    """More work is waiting than is done in about a second."""

    def __init__(self, message: str = "too much is waiting to be scored; try again in a second") -> None:
        super().__init__(503, message, {"Retry-After": "1"})


async def refused(request: Request, error: Exception) -> Response:
    """Handler of `RequestError`."""
    assert isinstance(error, RequestError)
    return error.response()


async def not_found(request: Request, error: Exception) -> Response:
    """Handler of the router's own 404 and 405."""
    assert isinstance(error, HTTPException)
    return RequestError(error.status_code, error.detail, error.headers).response()


async def failed(request: Request, error: Exception) -> Response:
    """Handler of mistakes in this program: a client is told nothing of them."""
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return RequestError(500, "internal error").response()


HANDLERS = {RequestError: refused, HTTPException: not_found, Exception: failed}
