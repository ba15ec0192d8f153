"""Messages on stderr, results on stdout, progress for terminals alone."""

import io
import logging
import sys

import pytest

from rnn_textclf import console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_messages()
    console.show_messages()
    logging.getLogger("rnn_textclf.training").info("Loading old model from: here")
    assert capsys.readouterr() == ("", "Loading old model from: here\n")


def test_what_a_message_quotes_does_not_act_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    # Not logged: pytest would report the message, whose surrogate its other process cannot read.
    record = logging.makeLogRecord({"msg": "%s: unusual", "args": ("a\x1b[2J\r\nb\u202ec\udc80.tsv",)})
    console.ConsoleHandler().emit(record)
    assert capsys.readouterr().err == "a\\x1b[2J\\r\\nb\\u202ec\\udc80.tsv: unusual\n"


def test_a_traceback_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_messages()
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("rnn_textclf.training").exception("a bug")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "a bug"
    assert lines[-1] == "ZeroDivisionError"
    assert len(lines) > 2


def test_no_progress_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress(10, "epoch 1/2", "sentences") as line:
        line.update(5)
    assert capsys.readouterr() == ("", "")


def test_no_progress_where_messages_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    console.set_verbosity(-2)
    with console.progress(10, "epoch 1/2", "sentences") as line:
        line.update(5)
        line.refresh()
    console.set_verbosity(-1)
    assert terminal.getvalue() == ""


def test_messages_are_not_repeated_within_a_context(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("rnn_textclf.training")
    with console.without_repeats():
        for name in ("one", "two", "one"):
            logger.info("%s", name)
    logger.info("one")
    assert capsys.readouterr().err == "one\ntwo\none\n"


def test_progress_on_a_terminal_has_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with console.progress(10, "epoch 1/2", "sentences") as line:
        line.update(5)
        line.refresh()
    shown = terminal.getvalue()
    assert "epoch 1/2:  50%" in shown
    assert "5/10 [" in shown
    assert "sentences/s" in shown


def test_table_is_aligned_and_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    columns = [console.Column("epoch", "d"), console.Column("loss", ".4f")]
    table = console.LiveTable(columns, [1000000, 99.0])
    table.header()
    table.row([1, 0.5])
    table.row([1000000, 12.25])
    shown = capsys.readouterr()
    assert shown.out == "  epoch     loss\n      1   0.5000\n1000000  12.2500\n"
    assert shown.err == ""


@pytest.mark.parametrize(
    ("verbosity", "shown"),
    [
        (-3, "error\n"),
        (-2, "warning\nerror\n"),
        (-1, "info\nwarning\nerror\n"),
        (0, "info\nwarning\nerror\n"),
        (1, "debug\ninfo\nwarning\nerror\n"),
    ],
)
def test_verbosity_chooses_the_messages(verbosity: int, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("rnn_textclf.training")
    console.show_messages()
    console.set_verbosity(verbosity)
    try:
        for level in ("debug", "info", "warning", "error"):
            getattr(logger, level)(level)
    finally:
        console.set_verbosity(-1)
    assert capsys.readouterr() == ("", shown)


def test_messages_without_stderr_go_nowhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console.show_messages()
    monkeypatch.setattr(sys, "stderr", None)
    logging.getLogger("rnn_textclf").info("message")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("encoding", "line"), [("utf-8", '"café 🎬"'), ("UTF8", '"café 🎬"'), ("latin-1", '"caf\\u00e9 \\ud83c\\udfac"')]
)
def test_json_is_ascii_where_stdout_is_not_utf8(encoding: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert console.json_line("café 🎬") == line
