"""A conversation in a terminal: `infer.py --input=-` run on a pseudo-terminal, as somebody types."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_runs import ROOT

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")


class Terminal:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._end, other = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, *arguments], stdin=other, stdout=other, stderr=subprocess.PIPE, env=environment
        )
        os.close(other)

    def type(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def until(self, pattern: str) -> str:
        """What is shown up to and with the first match."""
        shown = b""
        while not re.search(pattern, shown.decode("utf-8", "ignore")):
            shown += os.read(self._end, 1)
        return shown.decode()


@pytest.fixture
def terminal(scored_run: Any) -> Terminal:
    return Terminal(str(ROOT / "infer.py"), f"--ckpt_dir={Path(scored_run.folder.path)}", "--input=-")


def test_each_line_is_answered_word_by_word_until_ctrl_d(terminal: Terminal) -> None:
    terminal.until("> ")
    terminal.type("the film shines\n")
    answer = terminal.until(r"=> positive \([\d.]+%\)")
    plain = re.sub(r"\x1b\[[\d;]*m", "", answer)
    assert re.findall(r"(\w+) +0\.\d{3} .*[▲▼·] 0\.\d{3}", plain) == ["the", "film", "shines"]
    assert re.search(r"\x1b\[38;5;32mshines\x1b\[0m  0\.\d{3}  \x1b\[38;5;32m█+", answer)
    terminal.until("> ")
    terminal.type("\n")
    terminal.until("=> no words")
    terminal.until("> ")
    terminal.type("\x04")
    assert terminal.process.stderr
    said = terminal.process.stderr.read().decode()
    assert terminal.process.wait(60) == 0
    loading, hint, *rest = said.splitlines()
    assert loading.startswith("Loading old model from: ")
    assert hint == "Type a text and press Enter; Ctrl-D ends"
    assert not any(rest)
