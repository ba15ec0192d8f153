"""Predictions in a notebook: the words, their scores and deltas as text, and nothing that a text could smuggle in."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.reports.html.notebook import Prediction
from rnn_textclf.runs import prediction as plain

CHANCES = {"negative": 0.3, "positive": 0.7}
WORDS, SCORES = ["it", "shines", "señor", "bores"], [0.5, 0.9, 0.9, 0.7]
FOUR = Prediction(" ".join(WORDS), "positive", CHANCES, WORDS, SCORES, ["señor"], "positive")


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags[-1][0] != "style":
            self.text += data


def test_words_with_their_scores_and_deltas() -> None:
    page = Page(FOUR._repr_html_())
    words = [attributes for tag, attributes in page.tags if tag == "li"]
    assert [word["class"] for word in words] == ["still", "up", "still unknown", "down"]
    assert [word["title"] for word in words] == ["+0.000", "+0.400", "+0.000, unknown word", "-0.200"]
    assert "positive (70.0%); below each word, the score of positive" in " ".join(page.text.split())
    assert "bores0.70 ▼" in page.text


@settings(max_examples=50)
@given(word=st.text(min_size=1), label=st.text(min_size=1))
def test_no_text_becomes_mark_up(word: str, label: str) -> None:
    made = Prediction(word, label, {label: 0.6, "other": 0.4}, [word], [0.6], [], label)
    simple = Prediction("a", "a", {"a": 0.6, "other": 0.4}, ["a"], [0.6], [], "a")
    assert [tag for tag, _ in Page(made._repr_html_()).tags] == [tag for tag, _ in Page(simple._repr_html_()).tags]


def test_nasty_text_is_shown_as_text() -> None:
    nasty = "<img src=x onerror=alert(1)>"
    html = FOUR._replace(words=[nasty, *FOUR.words[1:]])._repr_html_()
    assert "<img" not in html
    assert nasty in Page(html).text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"running_scores": []}, "positive (70.0%)"), ({"words": ["<unk>"], "running_scores": [0.7]}, "no words")],
)
def test_without_scores_or_words_there_is_one_line(changes: dict[str, list[str]], expected: str) -> None:
    page = Page(FOUR._replace(**changes)._repr_html_())
    assert page.text.split("\n\n")[-1].strip() == expected or page.text.strip() == expected
    assert "li" not in dict(page.tags)


def test_it_is_the_plain_prediction_otherwise() -> None:
    assert plain.Prediction(*FOUR) == FOUR
    assert repr(FOUR) == repr(plain.Prediction(*FOUR))
    assert isinstance(FOUR._replace(label="negative"), Prediction)
