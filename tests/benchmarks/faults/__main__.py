"""Injects faults and counts what the package withstands.

    python -m tests.benchmarks.faults
    python -m tests.benchmarks.faults --scale=0.05
    python -m tests.benchmarks.faults --only=kills,damage

A fault is withstood if the answers are the same bit for bit or one line says what is wrong: nothing lost, nothing
wrong in silence, no traceback, no hang. The faults are the same each time, but for the moments of the kills. Ends with
status 1 if one was not withstood.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.benchmarks.faults.configs import spoil_configs, spoil_flags
from tests.benchmarks.faults.damage import damage_runs
from tests.benchmarks.faults.fuzzing import fuzz_corpora, fuzz_input
from tests.benchmarks.faults.kills import kill_trainings, train_whole
from tests.benchmarks.faults.settings import EPOCHS, SETTINGS, Scene
from tests.benchmarks.faults.tally import Tally, aligned
from tests.tiny_runs import write_corpus

KINDS = ("kills", "corpora", "input", "flags", "configs", "damage")
_SHOWN = 5  # Losses of a kind.


def main() -> None:
    """Injects all faults, prints the table and ends with its verdict."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0], allow_abbrev=False)
    parser.add_argument("--scale", type=float, default=1.0, metavar="X", help="share of the faults (above 0)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the faults")
    parser.add_argument("--only", type=_kinds, default=KINDS, metavar="KIND,…", help=f"of {', '.join(KINDS)}")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch:
        tallies = inject(options.scale, Path(scratch), options.seed, options.only)
    print(aligned(tallies))
    for tally in tallies:
        for loss in tally.losses[:_SHOWN]:
            print(loss, file=sys.stderr)
    sys.exit(1 if any(tally.losses for tally in tallies) else 0)


def inject(scale: float, scratch: Path, seed: int = 1, kinds: Sequence[str] = KINDS) -> list[Tally]:
    """Faults of some kinds, kills first: a fork computes only while its parent has opened no session."""

    def number(whole: int) -> int:
        return max(4, round(whole * scale))

    scene = Scene(write_corpus(scratch / "corpus"), scratch / "whole", scratch / "half")
    inject_kind: dict[str, Callable[[random.Random], list[Tally]]] = {
        "kills": lambda chance: kill_trainings(number(200), scene, chance),
        "corpora": lambda chance: fuzz_corpora(number(10_000), scratch, chance),
        "input": lambda chance: fuzz_input(number(10_000), scene.whole, scratch, chance),
        "flags": lambda chance: spoil_flags(number(2000), chance),
        "configs": lambda chance: spoil_configs(number(500), scene.whole, scratch, chance),
        "damage": lambda chance: damage_runs(number(500), number(100), scene, scratch, chance),
    }
    tallies = []
    if "kills" not in kinds:
        train_whole(SETTINGS[0], scene.whole, scene.corpus)
    for kind in KINDS:
        if kind in kinds:
            tallies += inject_kind[kind](random.Random(f"{seed} {kind}"))
        if kind == "kills":
            train_whole(SETTINGS[0], scene.half, scene.corpus, num_epochs=EPOCHS // 2)
    return tallies


def _kinds(text: str) -> list[str]:
    kinds = text.split(",")
    if not set(kinds) <= set(KINDS):
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(KINDS)}")
    return kinds


if __name__ == "__main__":
    main()
