"""Machines with a link between them that can be cut: network namespaces, which need no rights but `unshare -rn`."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.training.cluster.tasks import FLAGS, LIMIT, ROOT

_HOLD = ["sh", "-c", "ip link set lo up && echo && exec cat"]  # Until its input ends.


class Machine:
    """A network namespace with an address on the link; it lasts as long as the process that holds it."""

    def __init__(self, address: str, command: Sequence[str]) -> None:
        self.address = address
        self._holder = subprocess.Popen([*command, *_HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._holder.stdout
        if not self._holder.stdout.readline():
            self.end()
            raise OSError(f"{' '.join(command)} is not permitted here")

    @property
    def number(self) -> str:
        """The process that holds the namespace."""
        return str(self._holder.pid)

    def inside(self, *command: str) -> list[str]:
        """A command that runs another one there."""
        return ["nsenter", "--preserve-credentials", "-U", "-n", "-t", self.number, *command]

    def ip(self, *arguments: str) -> None:
        """Changes the network there."""
        subprocess.run(self.inside("ip", *arguments), check=True)

    def switch_link(self, state: str) -> None:
        """Turns the link `up` or `down`: packets are lost in silence, as with a cable that is pulled."""
        self.ip("link", "set", "wire", state)

    def end(self) -> None:
        """Removes the namespace."""
        self._holder.communicate()


@contextlib.contextmanager
def linked_machines() -> Iterator[tuple[Machine, Machine]]:
    """Two machines with one link. Raises OSError where namespaces or links cannot be made."""
    with contextlib.ExitStack() as cleanup:
        here = Machine("10.77.0.1", ["unshare", "-rn"])
        cleanup.callback(here.end)
        there = Machine("10.77.0.2", here.inside("unshare", "-n"))
        cleanup.callback(there.end)
        try:
            here.ip("link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", there.number)
        except subprocess.CalledProcessError:
            raise OSError("links between namespaces cannot be made here") from None
        for machine in (here, there):
            machine.ip("address", "add", f"{machine.address}/24", "dev", "wire")
            machine.switch_link("up")
        yield here, there


class RemoteTask:
    """A running `train.py` on a machine."""

    def __init__(self, machine: Machine, log: Path, tf_config: dict[str, Any], **flags: Any) -> None:
        self.log = log
        arguments = [f"--{name}={value}" for name, value in {**FLAGS, **flags}.items()]
        command = machine.inside(sys.executable, str(ROOT / "train.py"), *arguments)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "TF_CONFIG": json.dumps(tf_config)},
            )

    @property
    def said(self) -> str:
        """What it has printed."""
        return self.log.read_text()

    def status(self) -> int:
        """Its exit status, when it has ended."""
        return self._process.wait(LIMIT)

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()
