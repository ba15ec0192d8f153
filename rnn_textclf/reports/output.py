"""Plain lines of a prediction: a table for people, tab-separated values, or JSON."""

import re
from collections.abc import Callable, Iterable, Iterator

from rnn_textclf.console import json_line
from rnn_textclf.reports.text_width import display_width, shortened
from rnn_textclf.runs.prediction import Prediction

_KEYS = ("text", "label", "probabilities", "words", "running_scores", "unknown")
_WIDEST = 24
_MANY_CLASSES = 5  # More of them than this would not fit a line.
_MOST_PROBABLE = 3
NO_WORDS = "no words"


def word_lines(prediction: Prediction, form: str, top_k: int | None = None) -> Iterable[str]:
    """The lines for one text: one word, its running score and any attention a line, then the verdict.

    Args:
      prediction: of the text.
      form: `table`, `tsv` or `jsonl`.
      top_k: how many classes, the most probable first; None for all of them in the run's order.
    """
    return _WORDS[form](prediction, top_k)


def text_line(prediction: Prediction, form: str, top_k: int | None = None) -> str:
    """The line for one text of many: its label, the classes' probabilities, the text; see `word_lines`."""
    return _LINE[form](prediction, top_k)


def shown_classes(prediction: Prediction, top_k: int | None) -> dict[str, float]:
    """The classes to show with their probabilities, in [0, 1]."""
    if top_k is None:
        return prediction.probabilities
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
    return dict(ranked[:top_k])


def verdict(prediction: Prediction) -> str:
    """Label and probability; of several labels each with its own, and what to say where there is none."""
    labels = [label for label in prediction.label.split("|") if label in prediction.probabilities]
    if prediction.label in prediction.probabilities:
        labels = [prediction.label]
    named = (f"{label} ({prediction.probabilities[label]:.1%})" for label in labels)
    return ", ".join(named) or "none of the classes"


def target_heading(prediction: Prediction) -> str | None:
    """Names the class of the running scores where that is not plain: with several labels or more than two classes."""
    if not prediction.has_words or not (prediction.several_labels or len(prediction.probabilities) > 2):
        return None
    return f"score of {prediction.target!r}"


def conclusion(prediction: Prediction, top_k: int | None) -> str:
    """The last line for one text: the verdict, or the most probable classes."""
    if not prediction.has_words:
        return f"=> {NO_WORDS}"
    if top_k is None:
        return f"=> {verdict(prediction)}"
    chances = (f"{label} ({value:.1%})" for label, value in shown_classes(prediction, top_k).items())
    return f"=> {', '.join(chances)}"


def _words_as_table(prediction: Prediction, top_k: int | None) -> Iterator[str]:
    unknown = set(prediction.unknown)
    if heading := target_heading(prediction):
        yield heading
    for word, score, share in zip(prediction.words, prediction.running_scores, prediction.shares, strict=True):
        weight = "" if share is None else f" {share:.3f}"
        if prediction.has_words:
            yield f"{word} {score:.3f}{weight}" + (" (unknown word)" if word in unknown else "")
    yield conclusion(prediction, top_k)


def _words_as_tsv(prediction: Prediction, top_k: int | None) -> Iterator[str]:
    unknown = set(prediction.unknown)
    for word, score, share in zip(prediction.words, prediction.running_scores, prediction.shares, strict=True):
        weight = "" if share is None else f"\t{share:.6f}"
        yield f"{word}\t{score:.6f}\t{'unknown' if word in unknown else 'known'}{weight}"


def _line_as_table(prediction: Prediction, top_k: int | None) -> str:
    width = min(_WIDEST, max(map(display_width, prediction.probabilities)))
    if not prediction.has_words:
        return "  ".join([_cell(NO_WORDS, width), _on_one_line(prediction.text)]).rstrip()
    if top_k is None and len(prediction.probabilities) > _MANY_CLASSES:
        top_k = _MOST_PROBABLE
    chances = (f"{_cell(label, width)} {value:6.1%}" for label, value in shown_classes(prediction, top_k).items())
    if top_k is None:
        chances = (f"{label} {value:6.1%}" for label, value in prediction.probabilities.items())
    return "  ".join([_cell(prediction.label or "-", width), *chances, _on_one_line(prediction.text)])


def _cell(name: str, width: int) -> str:
    """A name in a column of a terminal, shortened or filled up; of several labels all are shown."""
    short = name if "|" in name else shortened(name, width)
    return short + " " * (width - display_width(short))


def _line_as_tsv(prediction: Prediction, top_k: int | None) -> str:
    chances = (f"{value:.6f}" for value in prediction.probabilities.values())
    if top_k is not None:
        chances = (f"{label}\t{value:.6f}" for label, value in shown_classes(prediction, top_k).items())
    return "\t".join([prediction.label, *chances, _on_one_line(prediction.text)])


def _as_json(prediction: Prediction, top_k: int | None) -> str:
    values = {key: getattr(prediction, key) for key in _KEYS}
    if prediction.attention is not None:
        values["attention"] = prediction.attention
    values["target"] = prediction.target
    line = json_line(values | {"probabilities": shown_classes(prediction, top_k)})
    # JSON allows these in a string, but many a reader would end the line there.
    return re.sub("[\x85\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", line)


def _on_one_line(text: str) -> str:
    return re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]", " ", text)


_WORDS: dict[str, Callable[[Prediction, int | None], Iterable[str]]] = {
    "table": _words_as_table,
    "tsv": _words_as_tsv,
    "jsonl": lambda prediction, top_k: [_as_json(prediction, top_k)],
}
_LINE: dict[str, Callable[[Prediction, int | None], str]] = {
    "table": _line_as_table,
    "tsv": _line_as_tsv,
    "jsonl": _as_json,
}
