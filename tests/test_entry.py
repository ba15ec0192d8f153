"""Start and end of a script: exit status, messages on stderr, streams that are closed, signals."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rnn_textclf import entry
from rnn_textclf.errors import FlagError, UserError

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (UserError("x.txt:3: bad; mend it"), 1, "x.txt:3: bad; mend it"),
        (FlagError("--dropout must be < 1, got 1.5"), 2, "--dropout must be < 1, got 1.5"),
        (KeyboardInterrupt(), 130, "stopped"),
        (PermissionError(13, "Permission denied", "run"), 1, "run: Permission denied"),
    ],
)
def test_a_mistake_is_one_line_and_a_status(
    error: BaseException,
    status: int,
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def main(argv: Sequence[str]) -> None:
        raise error

    monkeypatch.setattr(sys, "argv", ["somewhere/train.py"])
    with pytest.raises(SystemExit) as stopped:
        entry.run(main)
    assert stopped.value.code == status
    assert capsys.readouterr() == ("", f"train.py: {message}\n")


def test_our_own_mistakes_keep_their_traceback() -> None:
    def main(argv: Sequence[str]) -> None:
        raise AssertionError("a bug")

    with pytest.raises(AssertionError, match="a bug"):
        entry.run(main)


def test_main_gets_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(sys, "argv", ["train.py", "--seed=2"])
    entry.run(seen.extend)
    assert seen == ["train.py", "--seed=2"]


@pytest.mark.parametrize(
    ("number", "message"),
    [(signal.SIGTERM, "stopped by SIGTERM"), (signal.SIGHUP, "stopped by SIGHUP"), (signal.SIGINT, "stopped")],
)
def test_a_signal_ends_with_one_line_and_128_more(
    number: signal.Signals, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[bool] = []

    def main(argv: Sequence[str]) -> None:
        try:
            os.kill(os.getpid(), number)
            signal.pause()
        finally:
            cleaned.append(True)

    monkeypatch.setattr(sys, "argv", ["infer.py"])
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as stopped:
        entry.run(main)
    assert stopped.value.code == 128 + number
    assert capsys.readouterr() == ("", f"infer.py: {message}\n")
    assert cleaned == [True]
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        entry.run(lambda argv: os.kill(os.getpid(), signal.SIGHUP))
    finally:
        signal.signal(signal.SIGHUP, before)


def started(main: str, redirection: str) -> subprocess.CompletedProcess[str]:
    """A script whose main has the given body, run by a shell that redirects as told."""
    code = (
        "import logging, sys\nfrom rnn_textclf import console, entry\n"
        f"def main(argv):\n    {main}\nsys.argv = ['infer.py']\nentry.run(main)"
    )
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


MESSAGE = "logging.getLogger('rnn_textclf.x').info('message')"


def test_a_closed_stdin_is_empty() -> None:
    done = started("print(repr(sys.stdin.buffer.read()))", "<&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "b''\n", "")


def test_a_closed_stdout_loses_results_and_nothing_else() -> None:
    done = started(f"{MESSAGE}; print('result')", ">&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "message\n")


def test_a_closed_stderr_loses_messages_and_nothing_else() -> None:
    done = started(f"{MESSAGE}; print('result'); raise entry.UserError('wrong')", "2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (1, "result\n", "")


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    path = tmp_path / "file"
    done = started(
        f"file = open({str(path)!r}, 'w'); import os; os.write(2, b'chatter'); print(file.fileno() > 2)", "2>&-"
    )
    assert done.stdout == "True\n"
    assert path.read_text() == ""


def test_a_reader_of_messages_that_has_left_is_no_error() -> None:
    done = piped_to_nobody(f"{MESSAGE}; print('result')", "stderr")
    assert (done.returncode, done.stdout) == (0, "result\n")


@pytest.mark.parametrize(("end", "status"), [("", 0), ("; raise entry.UserError('wrong')", 1)])
def test_a_reader_of_results_that_has_left_is_no_error(end: str, status: int) -> None:
    done = piped_to_nobody("print('result')" + end, "stdout")
    assert (done.returncode, done.stderr) == (status, "-c: wrong\n" if status else "")


def piped_to_nobody(main: str, stream: str) -> subprocess.CompletedProcess[str]:
    """A script whose main has the given body and whose stdout or stderr nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    code = f"import logging\nfrom rnn_textclf import entry\ndef main(argv):\n    {main}\nentry.run(main)"
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writer}
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    try:
        return subprocess.run([sys.executable, "-c", code], text=True, cwd=ROOT, env=buffered, check=False, **streams)
    finally:
        os.close(writer)


def test_a_full_disk_under_stdout_is_one_line() -> None:
    done = started("print('result')", ">/dev/full")
    assert (done.returncode, done.stderr) == (1, "infer.py: output: No space left on device\n")


def test_results_that_stdout_cannot_show_are_escaped_and_json_stays_json() -> None:
    code = (
        "import os, sys\nfrom rnn_textclf import console, entry\n"
        "entry.run(lambda argv: print('caf\\xe9', console.json_line({'text': 'caf\\xe9 \\U0001f3ac'})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert done.stdout == 'caf\\xe9 {"text": "caf\\u00e9 \\ud83c\\udfac"}\n'


def test_at_exit_the_collector_has_nothing_to_look_through() -> None:
    """Else it would go through all of TensorFlow once more, for a quarter of the time of `infer.py --text`."""
    code = (
        "import atexit, gc, sys; from rnn_textclf import entry;"
        "atexit.register(lambda: print(gc.get_freeze_count() > 0)); entry.run(lambda argv: None)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
