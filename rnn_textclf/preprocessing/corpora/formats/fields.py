"""Choice of the fields of a record that are the text and the label."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class FieldSpec:
    """A user's options for the fields of their files.

    Attributes:
      text_field: a name, a number from 1, or several with commas between them, which are joined; None to find it.
      label_field: likewise; several are columns of 0 and 1, one for each label.
      label_separator: the string between the labels of one text; None where each text has one label.
    """

    text_field: str | None = None
    label_field: str | None = None
    label_separator: str | None = None

    @property
    def several_labels(self) -> bool:
        """Whether a text may have any number of labels."""
        return self.label_separator is not None


class Columns(NamedTuple):
    """The columns of text and label in a delimited file.

    text, label: places from 0.
    names: of all columns; `column 1`, … without a header.
    header: whether the first record is one.
    found_by: where the choice comes from, for messages.
    """

    text: tuple[int, ...]
    label: tuple[int, ...]
    names: tuple[str, ...]
    header: bool
    found_by: str

    def __str__(self) -> str:
        text, label = (", ".join(self.names[place] for place in places) for places in (self.text, self.label))
        return f"Text: {text}; label: {label} ({self.found_by})"


class Keys(NamedTuple):
    """The keys of text and label in JSON objects; dots lead into nested ones. `found_by` as in `Columns`."""

    text: tuple[str, ...]
    label: tuple[str, ...]
    found_by: str

    def __str__(self) -> str:
        return f"Text: {', '.join(self.text)}; label: {', '.join(self.label)} ({self.found_by})"


def choose_columns(head: Sequence[Sequence[str]], spec: FieldSpec, path: Path) -> Columns:
    """Finds text and label by the user's options, by a header of usual names, or of two fields by their length.

    Args:
      head: the first records, one at least.
      spec: the user's options.
      path: the file, for messages.

    Raises:
      UserError: a field that does not exist, naming those that do, or no telling which fields are meant.
    """
    names = [field.strip() for field in head[0]]
    lowered = [name.lower() for name in names]
    asked = [spec.text_field, spec.label_field]
    named = any(name in names for field in asked if field for name in (field, *field.split(",")))
    header = named or any(name in TEXT_NAMES + LABEL_NAMES for name in lowered)
    text = field_places(spec.text_field, names, f"{path}:1") or _usual(lowered, TEXT_NAMES)
    label = field_places(spec.label_field, names, f"{path}:1") or _usual(lowered, LABEL_NAMES)
    by_length = len(names) == 2 and not text and not label
    if by_length:
        text = (_longer(head),)
    if len(names) == 2:
        text = text or tuple(1 - place for place in label)
        label = label or tuple(1 - place for place in text)
    if not text or not label or set(text) & set(label):
        raise UserError(
            f"{path}:1: which field is the text and which the label? Give --text_field and --label_field, "
            f"a number from 1 or one of {', '.join(names)}"
        )
    _check_label_fields(label, spec, path)
    shown = names if header else [f"column {number}" for number in range(1, len(names) + 1)]
    found_by = "by their length: there is no header" if by_length else _found_by(spec, "the header's names")
    return Columns(text, label, tuple(shown), header, found_by)


def choose_keys(keys: Sequence[str], spec: FieldSpec, where: str) -> Keys:
    """The keys of text and label in JSON objects; as `choose_columns`, but by name alone.

    Args:
      keys: those of the first object, and those of nested ones with dots.
      spec: the user's options.
      where: file and line, for messages.
    """
    text = _chosen_keys(keys, spec.text_field, TEXT_NAMES, "text_field", where)
    label = _chosen_keys(keys, spec.label_field, LABEL_NAMES, "label_field", where)
    if set(text) & set(label):
        raise UserError(f"{where}: text and label are both field {text[0]!r}; give --text_field and --label_field")
    _check_label_fields(label, spec, where)
    return Keys(text, label, _found_by(spec, "the fields' names"))


def _chosen_keys(
    keys: Sequence[str], field: str | None, usual: tuple[str, ...], flag: str, where: str
) -> tuple[str, ...]:
    top = [key for key in keys if "." not in key] or list(keys)
    if field is None:
        if found := next((key for key in top if key.lower() in usual), None):
            return (found,)
        raise UserError(f"{where}: which field is meant by --{flag}? The fields are {', '.join(keys[:_MOST_NAMED])}")
    chosen = (field,) if field in keys else tuple(part.strip() for part in field.split(","))
    if missing := [key for key in chosen if key not in keys]:
        raise UserError(f"{where}: no field {missing[0]!r}; the fields are {', '.join(keys[:_MOST_NAMED])}")
    return chosen


_MOST_NAMED = 30


def _check_label_fields(label: Sequence[object], spec: FieldSpec, where: Path | str) -> None:
    if len(label) > 1 and not spec.several_labels:
        raise UserError(f"{where}: several label fields are for texts with any number of labels: give --loss=sigmoid")


def _found_by(spec: FieldSpec, names: str) -> str:
    given = [f"--{name}" for name in ("text_field", "label_field") if getattr(spec, name)]
    return f"by {' and '.join(given)}" if len(given) == 2 else " and ".join([f"by {names}", *given])


def field_places(field: str | None, names: Sequence[str], where: str) -> tuple[int, ...]:
    """The places of a user's fields, from 0; a name in the header goes before a number.

    Args:
      field: a name, a number from 1, or several with commas between them; None for no field.
      names: of all fields.
      where: file and line, for messages.

    Raises:
      UserError: there is no such field.
    """
    if not field:
        return ()
    return tuple(_place(part.strip(), names, where) for part in ([field] if field in names else field.split(",")))


def _place(field: str, names: Sequence[str], where: str) -> int:
    if field in names:
        return names.index(field)
    if field.isdecimal() and 1 <= int(field) <= len(names):
        return int(field) - 1
    raise UserError(f"{where}: no field {field!r}; the fields are {', '.join(names)} (or 1 to {len(names)})")


def _usual(lowered: list[str], usual: tuple[str, ...]) -> tuple[int, ...]:
    return next(((place,) for place, name in enumerate(lowered) if name in usual), ())


def _longer(head: Sequence[Sequence[str]]) -> int:
    """The column of two that has more characters: texts are longer than labels."""
    pairs = [record for record in head if len(record) == 2]
    return int(sum(len(second) for _, second in pairs) > sum(len(first) for first, _ in pairs))
