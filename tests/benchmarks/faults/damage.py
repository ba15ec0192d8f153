"""Damage to the files of a run: flipped bytes, cut ends and deletions, met by scoring and by going on with training."""

import functools
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.faults.settings import Scene, answers
from tests.benchmarks.faults.tally import Tally

_RESUMED = 8  # A resume takes as long as ten scorings.


def damage_runs(flips: int, others: int, scene: Scene, scratch: Path, chance: random.Random) -> list[Tally]:
    """Byte flips and as many truncations and deletions as given, most met by scoring, one in `_RESUMED` by a resume."""
    right = answers(scene.whole)

    def score(run: Path) -> str | None:
        return None if _same(answers(run), right) else "other answers, in silence"

    tallies = []
    for harm, number, kind in (
        (flip, flips, "byte flip"),
        (truncate, others, "truncation"),
        (delete, others, "deletion"),
    ):
        resumed = max(1, number // _RESUMED)
        tallies.append(_damage(f"{kind}, scoring", harm, number - resumed, scene.whole, score, scratch, chance))
        tallies.append(_damage(f"{kind}, resuming", harm, resumed, scene.half, scene.resume, scratch, chance))
    return tallies


def flip(path: Path, chance: random.Random) -> str:
    """Changes one byte; returns where."""
    data = bytearray(path.read_bytes())
    place = chance.randrange(len(data))
    data[place] ^= chance.randrange(1, 256)
    path.write_bytes(data)
    return f"byte {place}"


def truncate(path: Path, chance: random.Random) -> str:
    """Cuts the end off; returns what is left."""
    size = chance.randrange(path.stat().st_size)
    path.write_bytes(path.read_bytes()[:size])
    return f"cut to {size} bytes"


def delete(path: Path, chance: random.Random) -> str:
    """Removes the file."""
    path.unlink()
    return "deleted"


def _damage(
    kind: str,
    harm: Callable[[Path, random.Random], str],
    number: int,
    run: Path,
    use: Callable[[Path], str | None],
    scratch: Path,
    chance: random.Random,
) -> Tally:
    """Harms each file of a run in turn, in a copy of the run, and uses the copy."""
    tally = Tally(kind)
    files = sorted(path.relative_to(run) for path in run.rglob("*") if path.is_file() and path.stat().st_size)
    chance.shuffle(files)
    copy = scratch / "damaged"
    for place in range(number):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(run, copy)
        file = files[place % len(files)]
        where = harm(copy / file, chance)
        tally.attempt(f"{file}, {where}", functools.partial(use, copy))
    return tally


def _same(mine: Any, theirs: Any) -> bool:
    return repr(mine) == repr(theirs)  # NaN is as NaN.
