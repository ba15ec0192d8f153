"""A running score as a picture, as a page and as lines: what they hold, and that text stays text."""

import json
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.figures.score_figure import MOST_LINES, WORDS_A_LINE, score_figure
from rnn_textclf.reports.html_page import Remark, article, html_page, shade
from rnn_textclf.reports.output import text_line, verdict, word_lines
from rnn_textclf.reports.word_deltas import word_deltas
from rnn_textclf.runs.prediction import Prediction

NASTY = "<script>alert('x')</script> & \"quotes\" \0 \u202e café $x_1$"


def prediction(words: list[str], scores: list[float], text: str = "", label: str = "positive") -> Prediction:
    chances = {"negative": 1 - scores[-1], "positive": scores[-1]}
    return Prediction(text or " ".join(words), label, chances, words, scores, ["señor"], "positive")


FOUR = prediction(["it", "shines", "señor", "bores"], [0.5, 0.9, 0.9, 0.3], label="negative")


def three(label: str) -> Prediction:
    return Prediction("a text", label, {"a": 0.2, "b": 0.7, "c": 0.1}, ["a"], [0.7], [], "b")


def test_steps_are_differences_from_a_model_without_an_opinion() -> None:
    found = word_deltas(FOUR)
    np.testing.assert_allclose([step.step for step in found], [0, 0.4, 0, -0.6], atol=1e-9)
    assert [step.direction for step in found] == [0, 1, 0, -1]
    assert [step.unknown for step in found] == [False, False, True, False]
    assert word_deltas(three("b"))[0].step == pytest.approx(0.7 - 1 / 3)
    assert word_deltas(three("b"), several_labels=True)[0].step == pytest.approx(0.2)


def test_the_picture_has_a_tick_a_bar_and_a_point_for_each_word() -> None:
    with plot_style.styled():
        figure = score_figure(word_deltas(FOUR), "positive", "negative (70.0%)")
    (axes,) = figure.axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["it", "shines", "[señor]", "bores"]
    assert [round(bar.get_height(), 6) for bar in axes.patches] == [0, 0.4, 0, -0.6]
    assert [bar.get_y() for bar in axes.patches] == pytest.approx([0.5, 0.5, 0.9, 0.9])
    assert list(axes.lines[-1].get_ydata()) == pytest.approx([0.5, 0.5, 0.9, 0.9, 0.3])
    assert axes.get_ylim()[0] <= 0
    assert axes.get_ylim()[1] >= 1
    assert figure.get_suptitle() == "negative (70.0%)"
    assert figure.get_supylabel() == "score of 'positive' after each word"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["running score", "step up", "step down", "[ ] unknown word"]


def test_up_and_down_differ_in_grey() -> None:
    with plot_style.styled():
        bars = score_figure(word_deltas(FOUR), "positive", "").axes[0].patches
    grey = [float(np.dot(bar.get_facecolor()[:3], [0.299, 0.587, 0.114])) for bar in bars]
    assert grey[3] - grey[1] > 0.25
    assert (bars[1].get_hatch(), bars[3].get_hatch()) == (None, "////")


def test_a_long_text_goes_on_in_further_panels() -> None:
    words = [f"w{i}" for i in range(60)]
    with plot_style.styled():
        figure = score_figure(word_deltas(prediction(words, [0.5] * 60)), "positive", "")
    assert [len(axes.get_xticklabels()) for axes in figure.axes] == [24, 24, 12]
    assert sum(len(axes.patches) for axes in figure.axes) == 60


def test_a_very_long_text_is_cut_and_says_so() -> None:
    number = WORDS_A_LINE * MOST_LINES + 5
    with plot_style.styled():
        figure = score_figure(word_deltas(prediction(["w"] * number, [0.5] * number)), "positive", "positive")
    assert len(figure.axes) == MOST_LINES
    assert figure.get_suptitle() == "positive (first 960 of 965 words)"


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_is_a_whole_file(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{ending}"
    with plot_style.styled():
        plot_style.save(score_figure(word_deltas(prediction(["電影", "$x_1$"], [0.2, 0.8])), "a_$b$", NASTY), path)
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG" if ending == "png" else b"<?xml")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


class IncrementalScorer(HTMLParser):
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


def read(page: str) -> IncrementalScorer:
    reader = IncrementalScorer()
    reader.feed(page)
    return reader


def test_the_page_says_in_text_what_its_colours_say() -> None:
    page = article(FOUR, "7", truth="positive")
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
    assert read(article(made, label, label)).tags == read(article(plain, "a", "a")).tags


def test_nasty_text_is_shown_as_it_is() -> None:
    page = article(prediction(["<b>"], [0.5], NASTY), "1")
    assert "<script>" not in page
    assert "\0" not in page
    assert "<script>alert('x')</script> & \"quotes\"" in read(page).text


def test_shades_are_light_enough_for_dark_text() -> None:
    assert shade(0) == "#ffffff"
    for step in (-1, -0.2, 0.2, 1):
        red, green, blue = (int(shade(step)[i : i + 2], 16) for i in (1, 3, 5))
        assert 0.299 * red + 0.587 * green + 0.114 * blue > 160
    assert shade(0.3) != shade(-0.3)


@pytest.mark.parametrize(
    ("form", "top_k", "expected"),
    [
        ("table", None, "b  a  20.0%  b  70.0%  c  10.0%  a text"),
        ("table", 2, "b  b  70.0%  a  20.0%  a text"),
        ("tsv", None, "b\t0.200000\t0.700000\t0.100000\ta text"),
        ("tsv", 1, "b\tb\t0.700000\ta text"),
    ],
)
def test_every_class_is_shown_or_the_most_probable_ones(form: str, top_k: int | None, expected: str) -> None:
    assert text_line(three("b"), form, top_k) == expected


def test_json_lines_hold_the_most_probable_classes() -> None:
    assert list(json.loads(text_line(three("b"), "jsonl"))["probabilities"]) == ["a", "b", "c"]
    assert json.loads(text_line(three("b"), "jsonl", 2))["probabilities"] == {"b": 0.7, "a": 0.2}


def test_verdicts_with_several_labels_and_with_none() -> None:
    assert verdict(three("b")) == "b (70.0%)"
    assert verdict(three("b|a")) == "b (70.0%), a (20.0%)"
    assert verdict(three("")) == "none of the classes"
    assert list(word_lines(three("b"), "table", 2))[-1] == "=> b (70.0%), a (20.0%)"


def test_the_class_of_the_running_score_is_named_with_three_classes() -> None:
    assert list(word_lines(three("b"), "table")) == ["score of 'b'", "a 0.700", "=> b (70.0%)"]
    assert next(iter(word_lines(FOUR, "table"))) == "it 0.500"
    assert next(iter(word_lines(FOUR._replace(several_labels=True), "table"))) == "score of 'positive'"
    assert list(json.loads(text_line(FOUR, "jsonl")))[-1] == "target"


def test_many_classes_are_cut_to_three_in_a_line_for_people_alone() -> None:
    chances = dict(zip("abcdef", (0.05, 0.4, 0.1, 0.25, 0.15, 0.05), strict=True))
    six = three("b")._replace(probabilities=chances)
    assert text_line(six, "table") == "b  b  40.0%  d  25.0%  e  15.0%  a text"
    assert text_line(six, "tsv").count("\t") == 7
    assert list(json.loads(text_line(six, "jsonl"))["probabilities"]) == list("abcdef")


def test_a_text_without_words_has_no_verdict() -> None:
    empty = Prediction(" ☃ ", "positive", {"negative": 0.4, "positive": 0.6}, ["<unk>"], [0.6], ["<unk>"], "positive")
    assert list(word_lines(empty, "table")) == ["=> no words"]
    assert text_line(empty, "table") == "no words   ☃"
    assert text_line(empty, "tsv").startswith("positive\t0.400000")
