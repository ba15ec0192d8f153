"""Results of a cross-validation: `fold.json`, `folds.json`, and the rows of the table."""

import json
import statistics
from collections.abc import Sequence
from typing import Any, NamedTuple

from rnn_textclf.atomic import write_text
from rnn_textclf.console import Column
from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.training_result import EnsembleResult, TrainingResult


class FoldResult(NamedTuple):
    """Result of one fold; of an ensemble, that of the mean of its members' probabilities.

    fold: its number, from 1.
    epochs: the epoch that was chosen on the validation rows; of an ensemble, each member's.
    valid_accuracy, test_accuracy: in [0, 1].
    right, total: test rows.
    seconds: of training and scoring, without what a stop lost.
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
        """The row of the table, under `COLUMNS`."""
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
    """Results of all folds."""

    folder: RunFolder
    folds: Sequence[FoldResult]

    def to_json(self) -> dict[str, Any]:
        """The content of `folds.json`: shares in [0, 1], the folds' standard deviation (n - 1), the sum of seconds.

        `members` has the same for each member alone, where the folds are ensembles.
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


def fold_result(number: int, result: TrainingResult | EnsembleResult, seconds: float) -> FoldResult:
    """The result of a fold that took some seconds."""
    models = result.members if isinstance(result, EnsembleResult) else [result]
    right = [model.test.num_right for model in models]
    return FoldResult(
        fold=number,
        epochs=[model.best.epoch for model in models],
        valid_accuracy=result.valid.accuracy,
        test_accuracy=result.test.accuracy,
        right=result.test.num_right,
        total=len(result.test),
        seconds=seconds,
        members_right=right if isinstance(result, EnsembleResult) else [],
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
