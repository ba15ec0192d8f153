"""The page of running scores: what colours say is there in words, and text stays text."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.reports.html.html_page import HtmlPage, Remark, html_page
from rnn_textclf.runs.prediction import Prediction
from tests.reports.samples import FOUR, NASTY, prediction


class PageReader(HTMLParser):
    """Takes down tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] != "style":
            self.text += data
        if self.tags and self.tags[-1] == "bdi":
            self.words.append(data)


def article(prediction: Prediction, truth: str | None = None) -> str:
    """One text on a page."""
    file = io.BytesIO()
    page = HtmlPage(file, "title", several_labels=False)
    begin = file.tell()
    page.add(prediction, None if truth is None else Remark(7, truth))
    return file.getvalue()[begin:].decode()


def read(page: str) -> PageReader:
    reader = PageReader()
    reader.feed(page)
    return reader


def test_the_page_says_in_text_what_its_colours_say() -> None:
    page = article(FOUR, truth="positive")
    reader = read(page)
    assert reader.words == ["it", "shines", "señor", "bores"]
    for expected in (
        "0.50",
        "0.90",
        "▲ 0.40",
        "▼ 0.60",
        "· 0.00",
        "negative 70.0%, positive 30.0%",
        "but it is positive",
    ):
        assert expected in reader.text
    assert page.count("unknown") == 1


def test_the_page_is_whole_and_needs_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.html"
    with html_page(path, "A & B") as page:
        page.add(FOUR)
        page.add(FOUR, Remark(3, "positive"))
    content = path.read_text(encoding="utf-8")
    reader = read(content)
    assert reader.tags.count("article") == 2
    assert "row 3" in reader.text
    assert "A & B" in reader.text
    assert content.startswith("<!DOCTYPE html>")
    assert content.endswith("</html>\n")
    assert set(reader.tags).isdisjoint({"script", "link", "img", "iframe"})
    assert not any(name in ("src", "href") for name, _ in reader.attributes)
    assert "url(" not in content
    assert "default-src 'none'" in content


def test_a_page_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with html_page(tmp_path / "out.html", "title") as page:
            page.add(FOUR)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=100)
@given(word=st.text(min_size=1), text=st.text(), label=st.text(min_size=1))
def test_no_text_becomes_mark_up(word: str, text: str, label: str) -> None:
    made = Prediction(text, label, {label: 0.6, "other": 0.4}, [word], [0.6], [], label)
    plain = Prediction("a", "a", {"a": 0.6, "other": 0.4}, ["a"], [0.6], [], "a")
    assert read(article(made, label)).tags == read(article(plain, "a")).tags


def test_nasty_text_is_shown_as_it_is() -> None:
    page = article(prediction(["<b>"], [0.5], NASTY))
    assert "<script>" not in page
    assert "\0" not in page
    assert "<script>alert('x')</script> & \"quotes\"" in read(page).text


def test_the_page_is_light_or_dark_as_the_system_is() -> None:
    file = io.BytesIO()
    HtmlPage(file, "title", several_labels=False)
    head = file.getvalue().decode()
    assert "color-scheme: light dark" in head
    _, dark = head.split("@media (prefers-color-scheme: dark)")
    assert set(re.findall(r"var\((--\w+)\)", head)) <= set(re.findall(r"(--\w+):", dark))
