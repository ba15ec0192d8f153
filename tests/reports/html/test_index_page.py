"""The index page: tables and figures in one file that loads nothing and in which text stays text."""

from pathlib import Path

import pytest

from rnn_textclf.reports.html.index_page import write_index
from rnn_textclf.reports.summary import EvaluationInput, summarize
from tests.reports.html.test_html_page import read
from tests.reports.samples import NASTY, evaluation


@pytest.fixture
def page(tmp_path: Path) -> str:
    made: EvaluationInput = evaluation()._replace(labels=("<b>ham</b>", "spam"), described=NASTY)
    (tmp_path / "reliability.png").write_bytes(b"\x89PNG" + bytes(12) + (300).to_bytes(4, "big"))
    write_index(tmp_path, ["reliability.png"], summarize(made), made.note)
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_it_holds_tables_and_figures(page: str) -> None:
    reader = read(page)
    assert reader.tags.count("table") == 2
    (source,) = (value for name, value in reader.attributes if name == "src")
    assert source
    assert source.startswith("data:image/png;base64,iVBORw")
    assert ("style", "width:160px") in reader.attributes
    for expected in ("accuracy", "60.0%", "macro F1", "58.3%", "ROC AUC", "0.833", "weighted mean"):
        assert expected in reader.text


def test_it_loads_nothing_and_is_light_and_dark(page: str) -> None:
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert set(read(page).tags).isdisjoint({"script", "link", "iframe"})
    assert "url(" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in page


def test_text_stays_text(page: str) -> None:
    assert "<b>" not in page
    assert "<script>" not in page
    assert "\0" not in page
    assert "<b>ham</b>" in read(page).text
