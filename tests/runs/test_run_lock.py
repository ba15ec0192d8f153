"""One process trains in a folder at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.runs.run_lock import held
from tests.tiny_runs import ROOT

_HOLD = """
import sys
from pathlib import Path
from rnn_textclf.runs.run_lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_refused_while_another_process_has_it_and_free_when_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "run")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UserError, match="run: another process is training here"), held(tmp_path / "run"):
            pass
        with held(tmp_path / "another"):
            pass
        other.kill()
    with held(tmp_path / "run"):
        assert (tmp_path / "run").is_dir()


def test_a_folder_of_which_nothing_came_is_not_left(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no rows"), held(tmp_path / "run"):
        raise ValueError("no rows")
    assert not (tmp_path / "run").exists()


def test_what_came_of_it_stays(tmp_path: Path) -> None:
    with held(tmp_path / "run"):
        (tmp_path / "run" / "config.json").touch()
    with held(tmp_path / "run" / "config.json"):
        pass  # a file is refused by those who read it
    assert (tmp_path / "run" / "config.json").exists()
