"""Records of JSON files: an object a line, or one array or a sequence of objects over any number of lines."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.text_files import invalid_reason, read_chunks, read_lines

# An object, or the reason why it is bad.
JsonRecord = tuple[int, dict[str, Any] | str]
NumberedLine = tuple[int, str]

_LONGEST_VALUE = 1 << 26  # Characters.
_DEEPEST = 4  # Levels of nested fields that messages list.
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def json_records(path: Path, encoding: str) -> Iterator[JsonRecord]:
    """The objects of a file. Raises UserError in an array that is not well formed: the rest cannot be found."""
    lines = read_lines(path, encoding)
    head = _to_first_text(lines)
    if goes_over_lines(head[-1][1] if head else ""):
        lines.close()  # type: ignore[attr-defined]
        yield from _array_records(path, read_chunks(path, encoding))  # The whole array may be one line.
    else:
        yield from line_records(chain(head, lines))


def json_records_of_lines(name: str, lines: Iterator[NumberedLine]) -> Iterator[JsonRecord]:
    """The objects in the lines of a stream; as `json_records`. `name` is the stream's, for messages."""
    head = _to_first_text(lines)
    lines = chain(head, lines)
    if goes_over_lines(head[-1][1] if head else ""):
        yield from _array_records(name, (f"{line}\n" for _, line in lines))
    else:
        yield from line_records(lines)


def line_records(lines: Iterable[NumberedLine]) -> Iterator[JsonRecord]:
    """The objects of a file with one a line."""
    return ((number, _parsed(line)) for number, line in lines if line.strip())


def goes_over_lines(first_line: str) -> bool:
    """Whether records are an array, or objects over several lines, by the first line that is not blank."""
    first = first_line.strip()
    return first.startswith("[") or first.endswith(("{", ","))


def field_value(record: dict[str, Any], key: str) -> Any:
    """The value of a field; dots lead into nested objects and, with numbers from 0, lists. Raises KeyError."""
    if key in record:
        return record[key]
    value: Any = record
    for part in key.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise KeyError(key)
    return value


def field_names(value: Any, prefix: str = "", depth: int = 0) -> Iterator[str]:
    """The fields of an object, nested ones with dots; of a list of objects those of the first."""
    if depth > _DEEPEST:
        return
    items = value.items() if isinstance(value, dict) else enumerate(value[:1])
    for name, inner in items:
        if isinstance(value, dict) or isinstance(inner, dict):
            yield f"{prefix}{name}"
        if isinstance(inner, dict | list):
            yield from field_names(inner, f"{prefix}{name}.", depth + 1)


def _to_first_text(lines: Iterator[NumberedLine]) -> list[NumberedLine]:
    """Takes lines up to the first that is not blank."""
    head = []
    for numbered in lines:
        head.append(numbered)
        if numbered[1].strip():
            break
    return head


def _parsed(text: str) -> dict[str, Any] | str:
    if reason := invalid_reason(text):
        return reason
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "not JSON"
    return value if isinstance(value, dict) else "not a JSON object"


def _array_records(path: Path | str, chunks: Iterator[str]) -> Iterator[JsonRecord]:
    text = _Pieces(path, chunks)
    in_array = text.skip("[")
    while text.skip_between():
        if in_array and text.skip("]"):
            break
        number, value = text.line, text.value()
        yield number, value if isinstance(value, dict) else "not a JSON object"
    else:
        if in_array:
            raise UserError(f"{path}:{text.line}: the array is never closed; copy the file again")
    if text.skip_between():
        raise UserError(f"{path}:{text.line}: text after the end of the array; one array or one object a line")


class _Pieces:
    """A file's text, read piece by piece as far as it is needed.

    Attributes:
      line: the line, from 1, of the next character.
    """

    def __init__(self, path: Path | str, chunks: Iterator[str]) -> None:
        self._path = path
        self._chunks = chunks
        self._text, self._at = "", 0
        self.line = 1
        self.skip_between()

    def skip_between(self) -> bool:
        """Skips white space and commas; whether anything follows."""
        while True:
            self._take(_BETWEEN.match(self._text, self._at).end())  # type: ignore[union-attr]
            if self._at < len(self._text):
                return True
            if not self._read():
                return False

    def skip(self, character: str) -> bool:
        """Skips the next character if it is this one."""
        found = self._text.startswith(character, self._at)
        if found:
            self._take(self._at + 1)
        return found

    def value(self) -> Any:
        """Takes the next value. Raises UserError where it is not JSON."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                # Cut off at the end of what was read, or wrong.
                if len(self._text) - self._at < _LONGEST_VALUE and self._read():
                    continue
                line = self.line + self._text.count("\n", self._at, getattr(error, "pos", self._at))
                reason = invalid_reason(self._text[self._at :]) or getattr(error, "msg", "nested too deep")
                raise UserError(
                    f"{self._path}:{line}: not JSON ({reason}); mend it, because nothing after it can be read"
                ) from None
            if end < len(self._text) or not self._read():
                self._take(end)
                return value

    def _take(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _read(self) -> bool:
        """Reads on, as much again as is pending, so that a long value is not parsed too often."""
        pending = self._text[self._at :]
        pieces = []
        while (chunk := next(self._chunks, "")) and pieces.append(chunk) is None:  # type: ignore[func-returns-value]
            if sum(map(len, pieces)) >= len(pending):
                break
        self._text, self._at = pending + "".join(pieces), 0
        return bool(pieces)
