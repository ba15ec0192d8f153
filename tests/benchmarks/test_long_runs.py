"""The benchmark of long runs tells growth from noise, and a reduced one does not grow."""

from pathlib import Path

import pytest

from tests.benchmarks.long_runs import Sample, grown, score_long, table, train_long

FLAT = Sample(10, 500.0, 1000, 9, 1.5, 3.0)


def test_growth_is_named() -> None:
    assert grown([FLAT, FLAT._replace(done=20, memory=510.0, history=9.0)]) == []
    worse = FLAT._replace(memory=600.0, operations=1001, handles=10, disk=1.6)
    assert grown([FLAT, worse]) == ["memory", "operations", "handles", "disk"]
    assert table("epochs", [FLAT])[1].split() == ["10", "500", "1,000", "9", "1.50", "3"]


@pytest.mark.slow
def test_many_epochs_and_sentences_take_no_more_than_few(tmp_path: Path) -> None:
    trained = train_long(60, tmp_path)
    scored = score_long(20_000, tmp_path / "run")
    assert [sample.done for sample in trained] == list(range(6, 61, 6))
    assert [sample.done for sample in scored] == list(range(2000, 20_001, 2000))
    assert grown(trained[1:]) == grown(scored[2:]) == []
