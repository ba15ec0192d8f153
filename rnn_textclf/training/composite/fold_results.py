"""What is known of each fold and of all together: `fold.json`, `folds.json`, and a row of the table."""

import json
import statistics
from collections.abc import Sequence
from typing import Any, NamedTuple

from rnn_textclf.atomic import write_text
from rnn_textclf.console import Column
from rnn_textclf.errors import UserError
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.runs.training_result import TrainingResult
from rnn_textclf.training.composite.ensembles import EnsembleResult


class FoldResult(NamedTuple):
    """How a fold did; of an ensemble, how the mean of its members' probabilities did.

    fold: its number, from 1.
    epochs: the one that was chosen on validation rows; of an ensemble, each member's.
    valid_accuracy, test_accuracy: in [0, 1].
    right, total: test rows.
    seconds: of training, choosing and scoring, without what a stop lost.
    members_right: test rows that each member alone has right; empty for a single model.
    """

    fold: int
    epochs: list[int]
    valid_accuracy: float
    test_accuracy: float
    right: int
    total: int
    seconds: float
    members_right: list[int]

    def cells(self) -> list[Any]:
        """Its values under `COLUMNS`."""
        epochs = ", ".join(map(str, self.epochs))
        right = f"{self.right:,} of {self.total:,}"
        return [self.fold, epochs, self.valid_accuracy, self.test_accuracy, right, self.seconds]


COLUMNS = (
    Column("fold", "d"),
    Column("epoch", ""),
    Column("valid acc", ".2%"),
    Column("test acc", ".2%"),
    Column("right", ""),
    Column("seconds", ".1f"),
)


class CrossValidationResult(NamedTuple):
    """The results of all folds."""

    folder: RunFolder
    folds: Sequence[FoldResult]

    def to_json(self) -> dict[str, Any]:
        """What `folds.json` holds: shares in [0, 1], std the standard deviation of the folds (n - 1), seconds the sum.

        `members` has the same of each member alone, where the folds are ensembles.
        """
        return {
            "folds": [fold._asdict() for fold in self.folds],
            **_together([fold.right for fold in self.folds], [fold.total for fold in self.folds]),
            "seconds": sum(fold.seconds for fold in self.folds),
            "members": [
                _together(list(right), [fold.total for fold in self.folds])
                for right in zip(*(fold.members_right for fold in self.folds), strict=True)
            ],
        }


def fold_result(number: int, outcome: TrainingResult | EnsembleResult, seconds: float) -> FoldResult:
    """The result of a fold that was trained in so many seconds."""
    models = outcome.members if isinstance(outcome, EnsembleResult) else [outcome]
    return FoldResult(
        fold=number,
        epochs=[model.best.epoch for model in models],
        valid_accuracy=outcome.valid.accuracy,
        test_accuracy=outcome.test.accuracy,
        right=outcome.test.num_right,
        total=len(outcome.test),
        seconds=seconds,
        members_right=[model.test.num_right for model in models] if isinstance(outcome, EnsembleResult) else [],
    )


def write_fold(folder: RunFolder, result: FoldResult) -> None:
    """Writes `fold.json`, which makes a fold a finished one."""
    folder.write_json(folder.fold_path, result._asdict())


def read_fold(folder: RunFolder) -> FoldResult | None:
    """The result of a finished fold; None for one that is not finished. Raises UserError for a damaged file."""
    if not folder.fold_path.exists():
        return None
    values = folder.read_json(folder.fold_path)
    if not isinstance(values, dict) or set(values) != set(FoldResult._fields):
        raise UserError(f"{folder.fold_path}: not the result of a fold; delete the file to train the fold again")
    return FoldResult(**values)


def write_folds(results: CrossValidationResult) -> None:
    """Writes `folds.json`."""
    write_text(results.folder.folds_path, json.dumps(results.to_json(), indent=2) + "\n")


def _together(right: Sequence[int], total: Sequence[int]) -> dict[str, Any]:
    accuracies = [r / t for r, t in zip(right, total, strict=True)]
    return {
        "mean": statistics.fmean(accuracies),
        "std": statistics.stdev(accuracies),
        "right": sum(right),
        "total": sum(total),
    }
