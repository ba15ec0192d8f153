"""Comparison of two run folders, bit by bit, in all that a training decides."""

import json
from pathlib import Path
from typing import Any

_BYTES = ("**/*.data-*", "**/*.index", "**/vocab.txt", "**/labels.txt", "**/split.json", "**/calibration.json")
_JSON = ("**/metrics.jsonl", "**/metrics.json", "**/fold.json", "**/folds.json")
_TIMES = {"seconds", "train_seconds", "examples_per_second"}


def difference(one: Path, other: Path) -> str | None:
    """The first file in which two runs differ, durations left out; None where they are the same.

    Weights, optimizer and counters are compared as the bytes of their files.
    """
    mine, theirs = _files(one), _files(other)
    if mine.keys() != theirs.keys():
        return f"files differ: {sorted(mine.keys() ^ theirs.keys())}"
    return next((f"{name} differs" for name in mine if mine[name] != theirs[name]), None)


def _files(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pattern in _BYTES:
        found |= {str(path.relative_to(run)): path.read_bytes() for path in sorted(run.glob(pattern))}
    for pattern in _JSON:
        for path in sorted(run.glob(pattern)):
            lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
            found[str(path.relative_to(run))] = [_without_times(json.loads(line)) for line in lines]
    return found


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(one) for key, one in value.items() if key not in _TIMES}
    return [_without_times(one) for one in value] if isinstance(value, list) else value
