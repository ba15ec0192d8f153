"""Which field of a record is the text, and which the label."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rnn_textclf.errors import UserError

TEXT_NAMES = (
    "text",
    "sentence",
    "review",
    "content",
    "body",
    "message",
    "comment",
    "tweet",
    "document",
    "phrase",
)
LABEL_NAMES = (
    "label",
    "labels",
    "class",
    "category",
    "sentiment",
    "target",
    "topic",
    "polarity",
    "tag",
    "intent",
)


class Columns(NamedTuple):
    """Places of text and label from 0, fields a record, and whether the first record is a header."""

    text: int
    label: int
    width: int
    header: bool


def choose_columns(
    head: Sequence[Sequence[str]], text_field: str | None, label_field: str | None, path: Path
) -> Columns:
    """Finds text and label as the user said, by a header of usual names, or of two fields by their length.

    Args:
      head: the first records, one at least.
      text_field: a name in the header, a number counted from 1, or None to find it.
      label_field: likewise.
      path: the file, for messages.

    Raises:
      UserError: a field that is not there, naming those that are, or no telling which fields are meant.
    """
    names = [field.strip() for field in head[0]]
    lowered = [name.lower() for name in names]
    named = any(field in names for field in (text_field, label_field))
    header = named or any(name in TEXT_NAMES + LABEL_NAMES for name in lowered)
    text = _place(text_field, names, path) if text_field else _usual(lowered, TEXT_NAMES)
    label = _place(label_field, names, path) if label_field else _usual(lowered, LABEL_NAMES)
    if len(names) == 2:
        if text is None and label is None:
            text = _longer(head)
        text = 1 - label if text is None and label is not None else text
        label = 1 - text if label is None and text is not None else label
    if text is None or label is None or text == label:
        raise UserError(
            f"{path}:1: which field is the text and which the label? Give --text_field and --label_field, "
            f"a number from 1 or one of {', '.join(names)}"
        )
    return Columns(text, label, len(names), header)


def choose_keys(keys: Sequence[str], text_field: str | None, label_field: str | None, where: str) -> tuple[str, str]:
    """The keys of text and label in JSON lines; as `choose_columns`, but by name alone.

    Args:
      keys: those of the first object.
      text_field: a key, or None to find it among the usual names.
      label_field: likewise.
      where: file and line, for messages.
    """
    chosen = []
    for field, usual, flag in (
        (text_field, TEXT_NAMES, "text_field"),
        (label_field, LABEL_NAMES, "label_field"),
    ):
        key = field if field is not None else next((key for key in keys if key.lower() in usual), None)
        if key not in keys or key is None:
            problem = f"no field {field!r}" if field is not None else f"which field is meant by --{flag}?"
            raise UserError(f"{where}: {problem}; the fields are {', '.join(keys)}")
        chosen.append(key)
    if chosen[0] == chosen[1]:
        raise UserError(f"{where}: text and label are both field {chosen[0]!r}; give --text_field and --label_field")
    return chosen[0], chosen[1]


def _place(field: str, names: list[str], path: Path) -> int:
    """Where a field is; a name in the header goes before a number."""
    if field in names:
        return names.index(field)
    if field.isdecimal() and 1 <= int(field) <= len(names):
        return int(field) - 1
    raise UserError(f"{path}:1: no field {field!r}; the fields are {', '.join(names)} (or 1 to {len(names)})")


def _usual(lowered: list[str], usual: tuple[str, ...]) -> int | None:
    return next((place for place, name in enumerate(lowered) if name in usual), None)


def _longer(head: Sequence[Sequence[str]]) -> int:
    """The one of two columns with more characters: texts are longer than labels."""
    pairs = [record for record in head if len(record) == 2]
    return int(sum(len(second) for _, second in pairs) > sum(len(first) for first, _ in pairs))
