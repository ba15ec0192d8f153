"""Ensemble and cross-validation reports, at the end of `train.py`."""

from typing import Any

from rnn_textclf.reports.report import print_report, write_pictures, write_summary
from rnn_textclf.reports.summary import summarize
from rnn_textclf.reports.tables import aligned
from rnn_textclf.reports.training_report import evaluation_input, held_out_numbers
from rnn_textclf.runs.folder.fold_results import CrossValidationResult
from rnn_textclf.runs.training_result import EnsembleResult


def report_ensemble(outcome: EnsembleResult) -> None:
    """Prints each member and the mean of all, and fills `metrics.json` and `report/`."""
    evaluation = evaluation_input(outcome, "test")
    summary = summarize(evaluation)
    for line in aligned(_member_rows(outcome), "<>>>>>"):
        print(line)
    print()
    print_report(summary)
    print()
    write_summary(outcome.folder.test_metrics_path, _for_folder(outcome, summary))
    write_pictures(outcome.folder.report, evaluation, summary)
    print(
        f"Test accuracy {summary['accuracy']:.2%} ({summary['right']:,} of {summary['rows']:,} rows never seen), "
        f"macro F1 {summary['macro_mean']['f1']:.2%}, the mean of {len(outcome.members)} models"
    )
    print(f"Run folder: {outcome.folder.path}")


def report_folds(results: CrossValidationResult) -> None:
    """Prints the accuracy over all folds, and of ensembles each member's."""
    found = results.to_json()
    print()
    for number, member in enumerate(found["members"], start=1):
        print(f"Member {number} alone: {_accuracy(member)}")
    print(f"Mean of {len(results.folds)} folds {_accuracy(found)}; {found['seconds']:.1f} seconds")
    print(f"Run folder: {results.folder.path}")


def _accuracy(found: dict[str, Any]) -> str:
    return f"{found['mean']:.2%} ± {found['std']:.2%}; {found['right']:,} of {found['total']:,} right"


def _member_rows(outcome: EnsembleResult) -> list[list[str]]:
    rows = [["model", "seed", "epoch", "valid acc", "test acc", "right"]]
    for number, member in enumerate(outcome.members, start=1):
        seed, epoch = str(member.config.train.seed), str(member.best.epoch)
        rows.append([str(number), seed, epoch, *_accuracies(member.valid.accuracy, member.test)])
    return [*rows, ["mean", "", "", *_accuracies(outcome.valid.accuracy, outcome.test)]]


def _accuracies(valid_accuracy: float, test: Any) -> list[str]:
    return [f"{valid_accuracy:.2%}", f"{test.accuracy:.2%}", f"{test.num_right:,} of {len(test):,}"]


def _for_folder(outcome: EnsembleResult, summary: dict[str, Any]) -> dict[str, Any]:
    """`metrics.json`: the numbers that people look for first, then the whole report."""
    return {
        "members": [
            {
                "seed": member.config.train.seed,
                "epoch": member.best.epoch,
                "valid_accuracy": member.valid.accuracy,
                "test_accuracy": member.test.accuracy,
            }
            for member in outcome.members
        ],
        "valid_accuracy": outcome.valid.accuracy,
        **held_out_numbers(outcome, summary),
    }
