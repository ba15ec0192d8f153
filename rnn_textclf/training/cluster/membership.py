"""Membership of a worker or parameter server: its registration with the chief, and the messages from there."""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rnn_textclf.config.cluster import ClusterConfig
from rnn_textclf.training.cluster.channel import Channel, ChannelLost, connect
from rnn_textclf.training.cluster.ending import Ending, TaskEnded
from rnn_textclf.training.cluster.identity import Identity

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 0.3
_REFUSED_STATUS = 2


class Membership:
    """Registers a task, again where the chief was started again, and takes the chief's messages.

    Args:
      cluster: the machines, and the task among them.
      identity: of the task.
      ending: ends the task when the chief says so, refuses it, or is lost.
    """

    def __init__(self, cluster: ClusterConfig, identity: Identity, ending: Ending) -> None:
        self._cluster, self._identity, self._ending = cluster, identity, ending
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._channel: Channel | None = None
        self._accepted = False
        threading.Thread(target=self._attend, daemon=True).start()

    def serving(self) -> None:
        """Remembers, for a chief that is started again, that the task's server runs."""
        self._identity = replace(self._identity, serving=True)

    def send(self, **message: Any) -> None:
        """Sends a message to the chief, if it is there."""
        if self._channel:
            self._channel.send(**message)

    def messages(self) -> Iterator[dict[str, Any]]:
        """The chief's messages until training is over. Raises TaskEnded where it ends in another way."""
        while True:
            try:
                self._ending.check()
            except TaskEnded as ended:
                if ended.exit_status:
                    raise
                return
            try:
                yield self._messages.get(timeout=0.1)
            except queue.Empty:
                continue

    def _attend(self) -> None:
        chief, timeout = self._cluster.describe(self._cluster.learners[0]), self._cluster.timeout
        host, port = self._cluster.control_address
        heard = time.monotonic()  # The last sign of the chief.
        while not self._ending.asked:
            try:
                self._channel = connect((host, port), timeout)
                self._channel.send(**self._identity.to_json())
                self._hear(self._channel)
            except (ChannelLost, OSError) as lost:
                reason = getattr(lost, "strerror", None) or lost
                was_there, self._accepted = self._accepted, False
                if was_there and self._channel:
                    heard = self._channel.heard
                left = heard + timeout - time.monotonic()
                if was_there and left > 0 and not self._ending.asked:
                    logger.warning(f"Warning: {chief}: lost ({reason}); waiting {left:.0f} s for it to come back")
                elif left <= 0:
                    self._ending.ask(
                        f"{chief}: cannot be reached at {host}:{port} for {timeout:g} s ({reason}); see whether the "
                        "chief runs there and that port is open, then run the same command on all again"
                    )
                time.sleep(_RETRY_SECONDS)
            except (KeyError, TypeError, ValueError):
                self._ending.ask(f"{chief}: sends what is not understood; install the same release everywhere")

    def _hear(self, channel: Channel) -> None:
        while True:
            message = channel.receive()
            if "are_you_there" in message:
                channel.send(here=True)
            elif "refused" in message:
                self._ending.ask(f"refused by the chief: {message['refused']}", _REFUSED_STATUS)
                return
            elif "end" in message:
                self._ending.ask(message["end"], message["status"])
                channel.close()
                return
            else:
                self._accepted = self._accepted or "accepted" in message
                if "run" in message:
                    self._identity = replace(self._identity, begun=True)
                self._messages.put(message)
