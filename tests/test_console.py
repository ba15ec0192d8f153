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


def test_no_progress_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress(10, "epoch 1/2", "sentences") as line:
        line.update(5)
    assert capsys.readouterr() == ("", "")


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
