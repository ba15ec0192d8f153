"""Records of a soft-label file: a text and a probability for each class, or its label and how sure that is.

Fields that are read, by name:

  text                     one of `TEXT_NAMES`
  a class, or probability_CLASS
                           its probability; in JSON lines also an object `probabilities` by class
  label, predicted_label … with `confidence`, where there are no probabilities: the other classes share the rest

TSV without a header is what `infer.py --input --format=tsv` prints (label, a probability for each class in the run's
order, text), or a text, its label and the confidence.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rnn_textclf.preprocessing.corpora.formats.fields import LABEL_NAMES, TEXT_NAMES
from rnn_textclf.preprocessing.corpora.formats.labels import normalised, whole_number
from rnn_textclf.preprocessing.encoded.classes import preview

CONFIDENCE_NAMES = ("confidence", "probability", "score")
_PREFIX = "probability_"
_TOLERANCE = 0.01 + 1e-9  # Of a sum: people write 0.33 three times.


class SoftLabel(NamedTuple):
    """A text and the probability of each class, which sum to one unless a text may have several labels."""

    text: str
    probabilities: tuple[float, ...]


class RecordError(ValueError):
    """Reason why a record, or the header, cannot be read."""


Reader = Callable[[Any], SoftLabel]


class SoftLabelFields:
    """Reader of the records of one file.

    Args:
      labels: the classes of the run, in their order.
      several: whether a text may have several labels, so that its probabilities need not sum to one.
    """

    def __init__(self, labels: Sequence[str], several: bool) -> None:
        self._labels, self._several = tuple(labels), several
        self._by_name = {name: place for place, label in enumerate(labels) for name in (label, whole_number(label))}

    def reader(self, first: Sequence[str]) -> tuple[Reader, bool]:
        """The reader of a delimited file by its first record, and whether that is a header. Raises RecordError."""
        names = [normalised(name) for name in first]
        text = _first_of(names, TEXT_NAMES)
        if text is None:
            return self._headless(first), False
        places = [_first_of(names, (_PREFIX + label, label)) for label in self._labels]
        if unknown := [name for name in names if name.startswith(_PREFIX) and self._unknown(name)]:
            raise RecordError(self._is_no_class(unknown[0].removeprefix(_PREFIX)))
        found = [place for place in places if place is not None]
        if len(found) == len(places):
            return lambda record: SoftLabel(record[text], self.checked([record[place] for place in found])), True
        if found:
            raise RecordError(f"no column for class {self._labels[places.index(None)]!r}")
        label, confidence = _first_of(names, ("predicted_label", *LABEL_NAMES)), _first_of(names, CONFIDENCE_NAMES)
        if label is None or confidence is None:
            raise RecordError(
                f"expected a column for each class ({preview(self._labels)}), or a label and a confidence; "
                f"found {preview(names)}"
            )
        return lambda record: SoftLabel(record[text], self.spread(record[label], record[confidence])), True

    def read_object(self, record: dict[str, Any]) -> SoftLabel:
        """Reads an object of a JSON file. Raises RecordError."""
        by_name = {name.lower(): name for name in reversed(record)}
        text = next((record[by_name[name]] for name in TEXT_NAMES if name in by_name), None)
        if not isinstance(text, str):
            raise RecordError("no text: expected a string in a field of that name")
        chances = record.get("probabilities", record if set(self._labels) <= set(record) else None)
        if chances is None:
            label = next((record[by_name[n]] for n in ("predicted_label", *LABEL_NAMES) if n in by_name), None)
            confidence = next((record[by_name[name]] for name in CONFIDENCE_NAMES if name in by_name), None)
            if label is None or confidence is None:
                raise RecordError("expected an object 'probabilities' by class, or a label and a confidence")
            return SoftLabel(text, self.spread(str(label), confidence))
        return SoftLabel(text, self.checked(self._by_class(chances, exactly=chances is not record)))

    def checked(self, values: Sequence[Any]) -> tuple[float, ...]:
        """The probabilities of a record, scaled to sum to one. Raises RecordError where they are none."""
        numbers = [_probability(value) for value in values]
        if self._several:
            return tuple(numbers)
        total = math.fsum(numbers)
        if abs(total - 1) > _TOLERANCE:
            raise RecordError(f"the probabilities sum to {total:.6g}, not to 1")
        return tuple(number / total for number in numbers)

    def spread(self, label: str, confidence: Any) -> tuple[float, ...]:
        """The confidence for a label's class, the rest shared by the others. Raises RecordError."""
        if self._several:
            raise RecordError("where a text may have several labels, each class needs a probability of its own")
        chance, place = _probability(confidence), self._place(label)
        rest = (1 - chance) / (len(self._labels) - 1)
        return tuple(chance if other == place else rest for other in range(len(self._labels)))

    def _headless(self, first: Sequence[str]) -> Reader:
        if len(first) == len(self._labels) + 2:
            return lambda record: SoftLabel(record[-1], self._agreeing(record[0], record[1:-1]))
        if len(first) == 3:
            return lambda record: SoftLabel(record[0], self.spread(record[1], record[2]))
        raise RecordError(
            f"expected a header that names the text and each class ({preview(self._labels)}); found {preview(first)}"
        )

    def _agreeing(self, label: str, values: Sequence[str]) -> tuple[float, ...]:
        """Probabilities in the run's order of classes, which the label beside them confirms."""
        chances = self.checked(values)
        if not self._several and chances[self._place(label)] < max(chances):
            raise RecordError(
                f"label {label!r} is not the most probable class; without a header the probabilities are those of "
                f"{preview(self._labels)} in this order"
            )
        return chances

    def _by_class(self, chances: Any, exactly: bool) -> list[Any]:
        if not isinstance(chances, dict):
            raise RecordError("'probabilities' is not an object by class")
        if exactly and (unknown := [name for name in chances if name not in self._labels]):
            raise RecordError(self._is_no_class(unknown[0]))
        if missing := [label for label in self._labels if label not in chances]:
            raise RecordError(f"no probability for class {missing[0]!r}")
        return [chances[label] for label in self._labels]

    def _place(self, label: str) -> int:
        place = self._by_name.get(whole_number(normalised(label)))
        if place is None:
            raise RecordError(self._is_no_class(label))
        return place

    def _unknown(self, name: str) -> bool:
        return name not in self._labels and name.removeprefix(_PREFIX) not in self._labels

    def _is_no_class(self, name: str) -> str:
        return f"{name!r:.80} is not a class of the training rows ({preview(self._labels)})"


def _first_of(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    """The place of the first name wanted that is there; case does not count where no name is spelled exactly so."""
    lowered = [name.lower() for name in names]
    for spelled in (names, lowered):
        for name in wanted:
            if name in spelled:
                return spelled.index(name)
    return None


def _probability(value: Any) -> float:
    try:
        if isinstance(value, bool) or value is None:
            raise TypeError
        number = float(value)
    except (TypeError, ValueError):
        raise RecordError(f"{value!r:.40} is not a probability") from None
    if not 0 <= number <= 1:  # NaN too.
        raise RecordError(f"{number:g} is not a probability in [0, 1]")
    return number
