"""What a benchmark found: rows of ours against theirs, as an aligned table and as JSON."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Reach(NamedTuple):
    """What a row has to show.

    Attributes:
      sign: ">=" or "<="; empty for numbers that are only shown beside each other.
      value: the bound, in the unit of `of`.
      of: "ratio", ours / theirs; "ours"; or "difference", ours - theirs.
    """

    sign: str
    value: float
    of: str = "ratio"

    def __str__(self) -> str:
        if not self.sign:
            return "shown"
        subject = {"ratio": "", "ours": "ours ", "difference": "ours - theirs "}[self.of]
        return f"{subject}{self.sign} {self.value:g}"

    def met(self, ours: float, theirs: float) -> bool:
        """Whether two measurements keep to it; what was not measured (NaN) does not."""
        if not self.sign:
            return True
        found = {"ratio": ours / theirs if theirs else math.nan, "ours": ours, "difference": ours - theirs}[self.of]
        return found >= self.value if self.sign == ">=" else found <= self.value


SHOWN = Reach("", math.nan)


class Row(NamedTuple):
    """One comparison: what was measured, with its unit, beside whom, and the two numbers.

    ours, theirs: medians of all rounds. ours_spread, theirs_spread: the largest less the smallest, as a share of them.
    """

    measure: str
    peer: str
    ours: float
    theirs: float
    reach: Reach
    ours_spread: float = 0.0
    theirs_spread: float = 0.0

    @property
    def ratio(self) -> float:
        """Ours / theirs."""
        return self.ours / self.theirs if self.theirs else math.nan

    @property
    def met(self) -> bool:
        """Whether the reach is met."""
        return self.reach.met(self.ours, self.theirs)

    def to_json(self) -> dict[str, Any]:
        """Numbers as numbers; `reach` is the bound alone, whose sign and subject `aligned` shows."""
        return {
            "measure": self.measure,
            "peer": self.peer,
            "ours": self.ours,
            "theirs": self.theirs,
            "ours_spread": self.ours_spread,
            "theirs_spread": self.theirs_spread,
            "ratio": self.ratio,
            "reach": self.reach.value if self.reach.sign else None,
            "met": self.met,
        }


def aligned(rows: Sequence[Row]) -> str:
    """The rows as lines of text under their titles, numbers to the right."""
    cells = [("measure", "peer", "ours", "spread", "theirs", "spread", "ratio", "reach", "met"), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(row, widths) for row in cells)


def write_json(path: Path | str, rows: Sequence[Row]) -> None:
    """Writes a list of objects, one a row."""
    text = json.dumps([row.to_json() for row in rows], indent=2, ensure_ascii=False)
    Path(path).write_text(text + "\n", encoding="utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (
        shown(row.ours),
        f"{row.ours_spread:.0%}",
        shown(row.theirs),
        f"{row.theirs_spread:.0%}",
        shown(row.ratio),
    )
    met = ("yes" if row.met else "no") if row.reach.sign else ""
    return (row.measure, row.peer, *numbers, str(row.reach), met)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    texts = [cell.ljust(width) for cell, width in zip(cells[:2], widths[:2], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[2:], widths[2:], strict=True)]
    return "  ".join([*texts, *numbers]).rstrip()


def shown(number: float) -> str:
    """Three digits or more: 1,405 and 27.3 and 0.123."""
    if not math.isfinite(number):
        return "?"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    whole = len(str(int(abs(number)))) if abs(number) >= 1 else 0
    return f"{number:.{3 - whole}f}"
