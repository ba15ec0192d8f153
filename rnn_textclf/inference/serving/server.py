"""The process that serves: its socket, its start and its end."""

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from rnn_textclf.config.serving import ServingOptions
from rnn_textclf.errors import UserError
from rnn_textclf.inference.serving.app import application
from rnn_textclf.inference.serving.http.hosts import AllowedHosts, is_loopback
from rnn_textclf.inference.serving.http.limits import MAX_BODY_BYTES
from rnn_textclf.inference.serving.model_info import describe
from rnn_textclf.inference.serving.served_model import ServedModel

_LOG = logging.getLogger(__name__)

_BACKLOG = 128
_SECONDS_TO_FINISH = 30


def serve(load: Callable[[], ServedModel], runs: Sequence[Path], options: ServingOptions) -> None:
    """Serves until SIGTERM or Ctrl-C, and then finishes what is in flight.

    The port is taken before the model is loaded, so that whoever asks meanwhile waits instead of being refused.

    Args:
      load: the model.
      runs: its run folders.
      options: where to listen.

    Raises:
      UserError: the address cannot be had, or the run not be read.
    """
    with listen(options.host, options.port) as listener:
        model = load()
        app = application(model, describe(model, runs), AllowedHosts(options.host, options.allowed_hosts.split(",")))
        if not is_loopback(options.host):
            _LOG.warning("--host=%s: everyone who can reach this machine can use the model", options.host)
        _LOG.info("Serving at %s (Ctrl-C stops it)", _address(options.host, listener))
        asyncio.run(new_server(app).serve([listener]))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises UserError where the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # Not `socket.create_server`, whose sockets do not say that they are TCP: asyncio then leaves Nagle's
        # algorithm on, and each answer waits 40 ms for an acknowledgement of its head.
        listener = socket.socket(family, kind, protocol)
    except socket.gaierror as error:
        raise UserError(f"--host={host}: no such address ({error.strerror})") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise UserError(
            f"--port={port}: {host} cannot be listened on ({error.strerror}); give another --port"
        ) from None
    return listener


def new_server(app: ASGIApp) -> uvicorn.Server:
    """A server of an application; `serve([socket])` runs until SIGTERM or Ctrl-C, then answers what has arrived."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=MAX_BODY_BYTES,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    return uvicorn.Server(config)


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"
