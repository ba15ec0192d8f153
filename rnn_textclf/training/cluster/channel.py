"""Channel: messages between two tasks over TCP, with signs of life."""

import contextlib
import json
import socket
import struct
import threading
import time
from typing import Any

from rnn_textclf.errors import UserError

_LENGTH = struct.Struct(">I")
_LONGEST = 1 << 30  # Bytes of a message; the largest has the words and the split of a run.
_BEAT: dict[str, Any] = {}


class ChannelLost(Exception):  # noqa: N818 - an event
    """The other side has ended, or gave no sign of life for too long."""


class Channel:
    """Messages both ways: JSON objects, each after its length. An empty one is a sign of life.

    Args:
      connection: connected socket.
      timeout: seconds without a message or sign of life after which the other side is lost.

    Attributes:
      heard: time of the last sign of the other side, of `time.monotonic`.
    """

    def __init__(self, connection: socket.socket, timeout: float) -> None:
        self._socket, self._lock = connection, threading.Lock()
        self._closed, self.heard = threading.Event(), time.monotonic()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(timeout)
        threading.Thread(target=self._beat, args=(min(1.0, timeout / 5),), daemon=True).start()

    def send(self, **message: Any) -> None:
        """Sends a message; where the other side is lost, `receive` will tell."""
        data = json.dumps(message).encode()
        with self._lock:
            try:
                self._socket.sendall(_LENGTH.pack(len(data)) + data)
            except OSError:
                self.close()

    def receive(self, longest: int = _LONGEST) -> dict[str, Any]:
        """The next message, of at most so many bytes.

        Raises:
          ChannelLost: there is none any more.
        """
        while True:
            try:
                (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
                if length > longest:
                    raise ChannelLost("sends something else than messages")
                message = json.loads(self._read(length))
            except TimeoutError:
                raise ChannelLost("no sign of life") from None
            except (OSError, ValueError) as error:
                raise ChannelLost(f"connection broken ({error})") from None
            if not isinstance(message, dict):
                raise ChannelLost("sends something else than messages")
            if message:
                return message

    def close(self) -> None:
        """Ends the connection."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _read(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            part = self._socket.recv(min(count - len(data), 1 << 20))
            if not part:
                raise ChannelLost("connection closed")
            data += part
            self.heard = time.monotonic()
        return bytes(data)

    def _beat(self, seconds: float) -> None:
        while not self._closed.wait(seconds):
            self.send(**_BEAT)


def connect(address: tuple[str, int], timeout: float) -> Channel:
    """A channel to an address. Raises OSError."""
    return Channel(socket.create_connection(address, min(timeout, 5.0)), timeout)


def stop_listening(server: socket.socket) -> None:
    """Closes a socket, on which another thread may be waiting in `accept`."""
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)
    server.close()


def listen(port: int) -> socket.socket:
    """A socket that listens on a port of all of this machine's addresses. Raises UserError where it is taken."""
    try:
        return socket.create_server(("", port))
    except OSError as error:
        raise UserError(
            f"port {port} cannot be listened on ({error.strerror}): end the process that does, or change the "
            "addresses of the cluster"
        ) from None
