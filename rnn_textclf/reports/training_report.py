"""Training report: the best checkpoint on the test examples, at the end of `train.py`."""

from typing import Any

from rnn_textclf.reports.figures.curves import learning_curves
from rnn_textclf.reports.report import print_report, write_pictures, write_summary
from rnn_textclf.reports.summary import EvaluationInput, summarize
from rnn_textclf.reports.tables import majority_line
from rnn_textclf.runs.prefix_evaluation import PrefixEvaluation
from rnn_textclf.runs.training_result import EnsembleResult, TrainingResult


def report(outcome: TrainingResult) -> None:
    """Prints the table and the closing lines, and fills `metrics.json` and `report/`."""
    evaluation = evaluation_input(outcome, "test")
    summary = summarize(evaluation)
    print()
    print_report(summary)
    print()
    # The numbers first: a figure that cannot be drawn must not cost them.
    write_summary(outcome.folder.test_metrics_path, _for_folder(outcome, summary))
    write_pictures(
        outcome.folder.report,
        evaluation,
        summary,
        learning_curves=lambda: learning_curves(outcome.epochs, outcome.best.epoch, evaluation.note),
    )
    for line in closing_lines(outcome, summary):
        print(line)


def closing_lines(outcome: TrainingResult, summary: dict[str, Any]) -> list[str]:
    """Test accuracy and macro F1 beside the majority class, and where the run is."""
    return [
        f"Test accuracy {summary['accuracy']:.2%} "
        f"({summary['right']:,} of {summary['rows']:,} rows never seen), macro F1 {summary['macro_mean']['f1']:.2%}, "
        f"epoch {outcome.best.epoch}; {majority_line(summary['majority'])}",
        f"Run folder: {outcome.folder.path}",
    ]


def evaluation_input(outcome: TrainingResult | EnsembleResult, part: str) -> EvaluationInput:
    """The evaluation of the `test` or the `valid` examples."""
    scored: PrefixEvaluation = getattr(outcome, part)
    name = {"test": "test", "valid": "validation"}[part]
    file = getattr(outcome.config.data, f"{part}_file")
    source = outcome.config.corpus.source
    where = (
        f"all {len(scored):,} rows of {file}"
        if file
        else f"{len(scored):,} {name} rows of {source}, kept out of training by the split"
    )
    return EvaluationInput(
        where, outcome.labels, scored, outcome.temperature, outcome.config.model.loss, outcome.config
    )


def _for_folder(outcome: TrainingResult, summary: dict[str, Any]) -> dict[str, Any]:
    """`metrics.json`: the numbers that people look for first, then the whole report."""
    return {
        "epoch": outcome.best.epoch,
        "valid_accuracy": outcome.best.valid_accuracy,
        **held_out_numbers(outcome, summary),
    }


def held_out_numbers(outcome: TrainingResult | EnsembleResult, summary: dict[str, Any]) -> dict[str, Any]:
    """The part of `metrics.json` on the test examples, whose summary is given, and on the validation examples."""
    return {
        "test_accuracy": summary["accuracy"],
        "test_right": summary["right"],
        "test_rows": summary["rows"],
        "test_majority": summary["majority"]["accuracy"],
        "valid": summarize(evaluation_input(outcome, "valid")),
        "test": summary,
    }
