"""How a script ends: its exit status, and what it says on stderr."""

import sys
from collections.abc import Sequence

import pytest

from rnn_textclf import entry
from rnn_textclf.errors import FlagError, UserError


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
