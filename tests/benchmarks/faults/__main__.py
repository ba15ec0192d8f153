"""Injects faults and counts what the package withstands.

    python -m tests.benchmarks.faults
    python -m tests.benchmarks.faults --scale=0.05

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
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.benchmarks.faults.configs import spoil_configs, spoil_flags
from tests.benchmarks.faults.damage import damage_runs
from tests.benchmarks.faults.fuzzing import fuzz_corpora, fuzz_input
from tests.benchmarks.faults.kills import kill_trainings, train_whole
from tests.benchmarks.faults.settings import EPOCHS, SETTINGS, Scene
from tests.benchmarks.faults.tally import Tally, aligned
from tests.tiny_runs import write_corpus

_SHOWN = 5  # Losses of a kind.


def main() -> None:
    """Injects all faults, prints the table and ends with its verdict."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0], allow_abbrev=False)
    parser.add_argument("--scale", type=float, default=1.0, metavar="X", help="share of the faults (above 0)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the faults")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch:
        tallies = inject(options.scale, Path(scratch), options.seed)
    print(aligned(tallies))
    for tally in tallies:
        for loss in tally.losses[:_SHOWN]:
            print(loss, file=sys.stderr)
    sys.exit(1 if any(tally.losses for tally in tallies) else 0)


def inject(scale: float, scratch: Path, seed: int = 1) -> list[Tally]:
    """All kinds of faults, kills first: a fork computes only while its parent has opened no session."""

    def number(whole: int) -> int:
        return max(4, round(whole * scale))

    chance = random.Random(seed)
    scene = Scene(write_corpus(scratch / "corpus"), scratch / "whole", scratch / "half")
    tallies = kill_trainings(number(200), scene, chance)
    train_whole(SETTINGS[0], scene.half, scene.corpus, num_epochs=EPOCHS // 2)
    tallies += fuzz_corpora(number(10_000), scratch, chance)
    tallies += fuzz_input(number(10_000), scene.whole, scratch, chance)
    tallies += spoil_flags(number(2000), chance)
    tallies += spoil_configs(number(500), scene.whole, scratch, chance)
    tallies += damage_runs(number(500), number(100), scene, scratch, chance)
    return tallies


if __name__ == "__main__":
    main()
