from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.bad_records import BadRecords


def test_without_bad_records_nothing_is_said(messages):
    for skip in (False, True):
        BadRecords(Path("a"), skip).finish()
    assert not messages


def test_skipped_records_are_warnings(messages):
    bad = BadRecords(Path("a"), skip=True)
    for line in range(1, 13):
        bad.add(line, "odd")
    bad.finish()
    assert bad.count == 12
    assert messages == [f"a:{line}: odd; record skipped" for line in range(1, 11)] + ["a: bad records skipped: 12"]


def test_otherwise_the_first_is_the_error():
    bad = BadRecords(Path("a"), skip=False)
    bad.add(7, "odd")
    bad.add(9, "even")
    with pytest.raises(UserError, match=r"^a:7: odd \(bad records: 2, line 7, 9\)"):
        bad.finish()
