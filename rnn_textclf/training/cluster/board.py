"""Board of the chief: which tasks are there, and what each has been told and has done."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from rnn_textclf.config.cluster import PS, ClusterConfig, Task
from rnn_textclf.errors import UserError
from rnn_textclf.training.cluster.channel import Channel, ChannelLost, listen, stop_listening
from rnn_textclf.training.cluster.ending import Ending
from rnn_textclf.training.cluster.identity import Identity
from rnn_textclf.training.cluster.registration import Member, refusal

logger = logging.getLogger(__name__)

_LONGEST_GREETING = 1 << 20  # Bytes.
_POLL_SECONDS = 0.2
_ANSWER_SECONDS = 5.0  # In which a task that is there answers when another claims its place.


class Board:
    """Registers the tasks of a cluster, passes messages, and notices which are lost.

    Args:
      cluster: the machines; this task is the chief.
      identity: of the chief.
      ending: ends the chief where the cluster cannot go on.
      deliver: called with a task and its message, one call at a time.
    """

    def __init__(
        self,
        cluster: ClusterConfig,
        identity: Identity,
        ending: Ending,
        deliver: Callable[[Task, dict[str, Any]], None],
    ) -> None:
        self._cluster, self._identity, self._ending, self._deliver = cluster, identity, ending, deliver
        self.changed = threading.Condition(threading.RLock())
        self._members: dict[Task, Member] = {}
        self._lost_since = dict.fromkeys((task for task in cluster.tasks if task != cluster.task), time.monotonic())
        self._phase: dict[str, dict[str, Any]] = {}  # Messages that lead from one state to the next, by that state.
        self._last_words: dict[Task, str] = {}
        self._socket = listen(cluster.control_address[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def others(self) -> list[Task]:
        """All tasks but the chief."""
        return list(self._lost_since)

    @property
    def has_begun(self) -> bool:
        """Whether a task knows the run from an earlier chief, in whose place this one was started."""
        with self.changed:
            return any(member.identity.begun for member in self._members.values())

    def ready(self) -> list[Task]:
        """The workers that are ready to train."""
        with self.changed:
            members = self._members.items()
            return [task for task, member in members if member.state == "ready" and task.job != PS]

    def lead(self, state: str, **message: Any) -> None:
        """Sends a message to all tasks in a state, and to those that come to it later; to servers its names alone."""
        with self.changed:
            self._phase[state] = message
            for member in self._members.values():
                if member.state == state:
                    self._tell_phase(member)

    def send(self, task: Task, **message: Any) -> None:
        """Sends a message to a task, if it is there."""
        with self.changed:
            if member := self._members.get(task):
                member.channel.send(**message)

    def wait(self, done: Callable[[], bool]) -> None:
        """Waits until something is so.

        Raises:
          UserError: a task has given no sign for the cluster's timeout.
          TaskEnded: the cluster cannot go on.
        """
        with self.changed:
            while not done():
                self._ending.check()
                self._check_missing()
                self.changed.wait(_POLL_SECONDS)
        self._ending.check()

    def all_in(self, *states: str) -> Callable[[], bool]:
        """Condition for `wait` that every task is in one of some states."""
        return lambda: all(task in self._members and self._members[task].state in states for task in self.others)

    def end(self, message: str, exit_status: int) -> None:
        """Tells all tasks to end, and waits a moment for them to hear it."""
        with self.changed:
            members = list(self._members.values())
            for member in members:
                member.channel.send(end=message, status=exit_status)
            self._lost_since.clear()
            self.changed.wait_for(lambda: not self._members, _ANSWER_SECONDS)
        self.close()

    def close(self) -> None:
        """Ends all connections."""
        stop_listening(self._socket)
        with self.changed:
            for member in self._members.values():
                member.channel.close()

    def _check_missing(self) -> None:
        now, timeout = time.monotonic(), self._cluster.timeout
        missing = [
            task for task, since in self._lost_since.items() if task not in self._members and now - since > timeout
        ]
        if missing:
            task, seconds = missing[0], f"{timeout:g} s (--cluster_timeout)"
            said = f"; it said: {self._last_words[task]}" if task in self._last_words else ""
            raise UserError(
                f"{self._cluster.describe(task)}: has given no sign for {seconds}{said}; see whether it runs and "
                f"reaches {':'.join(map(str, self._cluster.control_address))}, then run the same command on all again"
            )

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            channel = Channel(connection, self._cluster.timeout)
            threading.Thread(target=self._serve, args=(channel,), daemon=True).start()

    def _serve(self, channel: Channel) -> None:
        """Registers the task behind a channel, and hears it out."""
        try:
            identity = Identity.from_json(channel.receive(_LONGEST_GREETING))
        except ChannelLost:
            channel.close()
            return
        problem = refusal(self._cluster, self._identity, identity, self._is_present)
        if problem or identity is None:
            logger.warning(f"Warning: refused a task: {problem}")
            channel.send(refused=problem)
            channel.close()
            return
        member = Member(identity, channel)
        if not self._admit(member):
            channel.close()
            return
        try:
            for message in _messages(channel):
                self._hear(member, message)
        except ChannelLost as lost:
            self._lose(member, str(lost))
        except (KeyError, TypeError, ValueError):
            self._lose(member, "sends what is not understood")

    def _is_present(self, task: Task) -> bool:
        """Whether the process that has a task's place still answers; it is asked."""
        with self.changed:
            member = self._members.get(task)
        if member is None:
            return False
        member.answered.clear()
        member.channel.send(are_you_there=True)
        if member.answered.wait(min(_ANSWER_SECONDS, self._cluster.timeout)):
            return True
        self._lose(member, "does not answer")
        return False

    def _admit(self, member: Member) -> bool:
        task = member.identity.task
        with self.changed:
            if task in self._members:
                member.channel.send(refused=f"{self._cluster.describe(task)} is running already")
                return False
            self._members[task] = member
            if "serving" in self._phase:
                logger.info(f"{self._cluster.describe(task)}: is back")
            member.channel.send(accepted=True)
            self._tell_phase(member)
            self.changed.notify_all()
        return True

    def _tell_phase(self, member: Member) -> None:
        if message := self._phase.get(member.state):
            is_server = member.identity.task.job == PS
            member.channel.send(**{name: None if is_server else value for name, value in message.items()})

    def _hear(self, member: Member, message: dict[str, Any]) -> None:
        if message.get("here"):
            member.answered.set()
            return
        with self.changed:
            task = member.identity.task
            if self._members.get(task) is not member:
                return
            if failed := message.get("failed"):
                self._last_words[task] = failed
            if state := message.get("state"):
                member.state = state
                self._tell_phase(member)
            self._deliver(task, message)
            self.changed.notify_all()

    def _lose(self, member: Member, reason: str) -> None:
        task = member.identity.task
        with self.changed:
            member.channel.close()
            if self._members.get(task) is not member:
                return
            del self._members[task]
            self.changed.notify_all()
            if task not in self._lost_since:  # The end.
                return
            self._lost_since[task] = member.channel.heard
            left = member.channel.heard + self._cluster.timeout - time.monotonic()
            self._deliver(task, {"lost": reason})
            name = self._cluster.describe(task)
            if task.job == PS and member.state != "registered":
                self._give_up(
                    f"{name}: lost ({reason}), and with it the weights since the last checkpoint; run the same command "
                    "on all again to go on from there"
                )
            elif left > 0 and not self._ending.asked:
                logger.warning(f"Warning: {name}: lost ({reason}); waiting {left:.0f} s for it to come back")

    def _give_up(self, message: str) -> None:
        """Ends all tasks, this one too."""
        for member in self._members.values():
            member.channel.send(end=message, status=1)
        self._ending.ask(message)


def _messages(channel: Channel) -> Iterator[dict[str, Any]]:
    while True:
        yield channel.receive()
