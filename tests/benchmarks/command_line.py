"""What both programs share: their options, the order of events, and how they end."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.contest import Contest, play
from tests.benchmarks.table import Row, aligned, write_json
from tests.benchmarks.workers import WorkerError


def main(
    summary: str | None, contests: Callable[[Path], Sequence[Contest]], packages: Sequence[str], rounds: int
) -> None:
    """Runs the contests that are asked for and prints their rows.

    Args:
      summary: for `--help`.
      contests: takes a temporary folder; makes them without starting anything.
      packages: what must be installed, with the versions that are told.
      rounds: how often each program is measured unless `--rounds` says otherwise.
    """
    options = _options(summary, rounds)
    if complaint := machine.missing(packages):
        sys.exit(complaint)
    machine.use_two_cores()
    print(machine.describe(packages), file=sys.stderr, flush=True)
    neighbours, matmul = machine.Neighbours(), machine.Matmul()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        chosen = [c for c in contests(Path(folder)) if any(entry.named(options.only) for entry in c.entries)]
        if not chosen:
            sys.exit(f"--only={options.only}: no measure or peer has this in its name")
        failure = None
        try:
            for contest in chosen:
                matmul.measure()
                rows += play(contest, options.rounds, options.only)
        except WorkerError as error:
            failure = str(error)
    matmul.measure()
    matmul.report()
    neighbours.report()
    print(aligned(rows), flush=True)
    if options.json:
        write_json(options.json, rows)
    sys.exit(failure)


def _options(summary: str | None, rounds: int) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=summary, allow_abbrev=False)
    parser.add_argument("--rounds", type=_positive, default=rounds, help="measurements of each program (%(default)s)")
    parser.add_argument("--only", default="", metavar="WORDS", help="the rows whose measure or peer has these words")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the rows there too, as a list of objects")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
