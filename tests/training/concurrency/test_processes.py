"""Work in other processes: all of it is done, what goes wrong is told, and none outlives its parent."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.training.concurrency.interrupts import Interrupted, graceful_stop
from rnn_textclf.training.concurrency.processes import run_in_processes

ROOT = Path(__file__).parents[3]  # Not from tiny_runs, with which TensorFlow would load in each process.


def note(folder: Path, name: str) -> None:
    """Leaves a file, prints what nobody is to see, and fails, waits or dies where its name says so."""
    (folder / name).write_text(str(os.getpid()))
    print("noise")
    print("noise", file=sys.stderr)
    if name == "mistaken":
        raise UserError("a mistake")
    if name == "wrong":
        raise ValueError("wrong")
    if name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "patient":
        with graceful_stop() as stop:
            while not stop.asked:
                time.sleep(0.01)
        (folder / "saved").write_text("")
    if name == "endless":
        time.sleep(600)


def wait_for(path: Path) -> str:
    for _ in range(6000):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.01)
    raise AssertionError(f"{path} did not come")


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def test_everything_is_done_in_other_processes_and_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert sorted(run_in_processes(note, tmp_path, ["a", "b", "c"], 2)) == ["a", "b", "c"]
    assert len({(tmp_path / name).read_text() for name in "abc"} | {str(os.getpid())}) == 4
    assert "noise" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("mistaken", UserError, "^a mistake$"),
        ("wrong", RuntimeError, "ValueError: wrong"),
        ("killed", UserError, "ended with status -9"),
    ],
)
def test_what_goes_wrong_is_told_and_the_others_stop(
    name: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        list(run_in_processes(note, tmp_path, [name, "patient"], 1 if name == "wrong" else 2))


def test_a_wish_to_stop_is_handed_on_and_waited_for(tmp_path: Path) -> None:
    def stop_when_it_runs() -> Iterator[str]:
        yield "quick"
        yield "patient"
        yield "never"

    work = run_in_processes(note, tmp_path, list(stop_when_it_runs()), 1)
    assert next(work) == "quick"
    child = os.fork()
    if not child:
        wait_for(tmp_path / "patient")
        time.sleep(0.3)
        os.kill(os.getppid(), signal.SIGINT)
        os._exit(0)
    with pytest.raises(Interrupted):
        list(work)
    os.waitpid(child, 0)
    assert (tmp_path / "saved").exists()
    assert not (tmp_path / "never").exists()


def test_no_process_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom tests.training.concurrency.test_processes import note, run_in_processes\n"
        f"if __name__ == '__main__':\n    list(run_in_processes(note, Path({str(tmp_path)!r}), ['endless'], 1))\n"
    )
    (tmp_path / "parent.py").write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py"], env=environment)
    child = int(wait_for(tmp_path / "endless"))
    parent.kill()
    parent.wait()
    for _ in range(6000):
        if not Path(f"/proc/{child}").exists() or "\nState:\tZ" in Path(f"/proc/{child}/status").read_text():
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("the child went on")
