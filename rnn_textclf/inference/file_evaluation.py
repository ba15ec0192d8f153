"""Evaluation of a trained run on a labelled file: `infer.py --evaluate=FILE`."""

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.config.inference import ResultOptions, ScoringOptions
from rnn_textclf.errors import UserError
from rnn_textclf.inference.evaluated_file import open_evaluated
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.reports.html.html_page import Remark, html_page
from rnn_textclf.reports.mistakes import Mistake, mistake_lines, worst_mistakes
from rnn_textclf.reports.report import print_report, write_pictures, write_summary
from rnn_textclf.reports.summary import EvaluationInput, summarize
from rnn_textclf.runs.folder.row_hashes import read_all_row_hashes, trained_on
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.single_models import single_models
from rnn_textclf.runs.prefix_evaluation import PrefixEvaluation

logger = logging.getLogger(__name__)


def evaluate_file(
    runs: Sequence[RunFolder], predictor: Predictor, options: ScoringOptions, results: ResultOptions, form: str
) -> None:
    """Scores a labelled file, prints the report and the worst mistakes, and stores them with the first run.

    `metrics.json` and the pictures go to `report/<name of the file>/`, so that those of the training stay; where
    several runs are averaged, the names of the others are added to that of the file.

    Args:
      runs: one, or those that are averaged.
      predictor: of these runs.
      options: which file, and how it is read.
      results: where the page goes, and whose running score is shown.
      form: `table`, `tsv` or `jsonl`.

    Raises:
      UserError: the file cannot be read, has other classes or several where the run's texts have one, or
        shares rows with the training rows.
    """
    corpus = open_evaluated(options, predictor.config, predictor.labels)
    with tempfile.TemporaryDirectory() as temporary:
        encoded = encode_corpus(
            corpus, predictor.tokenizer, predictor.config.data.max_length, Path(temporary) / "encoded"
        )
        _check_labels(encoded, options, predictor)
        seen = _seen_rows(runs, encoded, options)
        described = _described(encoded, seen, options)
        scored = predictor.score_rows(encoded)
        keys = np.array(encoded.keys)  # Not mapped from a file that is soon gone.
        if seen is not None and options.unseen_rows:
            scored = _at(scored, ~seen)
    scoring = EvaluationInput(
        described, predictor.labels, scored, predictor.temperature, predictor.config.model.loss, predictor.config
    )
    summary = summarize(scoring)
    mistakes = worst_mistakes(
        scored,
        corpus,
        predictor.labels,
        options.errors,
        lambda texts: predictor.predictions(texts, results.target_class),
        keys,
    )
    if options.errors:
        summary["errors"] = [mistake.to_json() for mistake in mistakes]
    place = runs[0].report / "+".join([corpus.paths[0].name, *(other.path.name for other in runs[1:])])
    _publish(place, scoring, summary, mistakes, form)
    if results.html:
        _write_page(Path(results.html), f"The worst mistakes in {corpus.name}", mistakes, scored.multi_label)


def _publish(
    place: Path, scoring: EvaluationInput, summary: dict[str, Any], mistakes: Sequence[Mistake], form: str
) -> None:
    print_report(summary, form)
    if mistakes and form == "table":
        print()
        for line in mistake_lines(mistakes):
            print(line)
    write_summary(place / "metrics.json", summary)
    write_pictures(place, scoring, summary)
    logger.info(f"metrics.json and pictures: {place}")


def _write_page(path: Path, title: str, mistakes: Sequence[Mistake], several_labels: bool) -> None:
    with html_page(path, title, several_labels) as page:
        for mistake in mistakes:
            page.add(mistake.prediction, Remark(mistake.row, mistake.truth))
    logger.info(f"Page: {path}")


def _check_labels(encoded: EncodedCorpus, options: ScoringOptions, predictor: Predictor) -> None:
    if not predictor.config.corpus.multi_label and (encoded.label_ids.lengths != 1).any():
        raise UserError(
            f"{options.evaluate}: some rows have other than one label, which no row has that the run was "
            "trained on; score rows with one label each"
        )


def _seen_rows(runs: Sequence[RunFolder], encoded: EncodedCorpus, options: ScoringOptions) -> np.ndarray | None:
    """Whether each row was trained on, bool `[N]`; None where the runs do not tell.

    Raises:
      UserError: some were, and the user asked neither for the others alone nor for all; or all were.
    """
    models = [model for run in runs for model in single_models(run)]
    hashes = read_all_row_hashes(models)
    if hashes is None:
        missing = next(model.row_hashes_path for model in models if not model.row_hashes_path.exists())
        logger.info(f"{missing} is missing: rows of {options.evaluate} may have been trained on")
        return None
    seen = trained_on(hashes, encoded.keys)
    count = int(np.count_nonzero(seen))
    if count == len(encoded) and not options.allow_training_rows:
        raise UserError(
            f"{options.evaluate}: all {count:,} rows were trained on, which would flatter the model; score others, "
            "or these with --allow_training_rows"
        )
    if count and not (options.unseen_rows or options.allow_training_rows):
        raise UserError(
            f"{options.evaluate}: {count:,} of {len(encoded):,} rows were trained on, which would flatter the model; "
            f"score the other {len(encoded) - count:,} with --unseen_rows, or all with --allow_training_rows"
        )
    return seen


def _described(encoded: EncodedCorpus, seen: np.ndarray | None, options: ScoringOptions) -> str:
    """The rows that are scored and how they overlap with the training rows, for people."""
    if seen is None:
        return f"{len(encoded):,} rows of {options.evaluate}, which may have been trained on"
    count = int(np.count_nonzero(seen))
    if count and options.unseen_rows:
        left = len(encoded) - count
        return f"{left:,} of {len(encoded):,} rows of {options.evaluate}, those that are not among the training rows"
    overlap = f"{count:,} of them training rows, which flatter the model" if count else ""
    return f"{len(encoded):,} rows of {options.evaluate}, {overlap or 'none of them among the training rows'}"


def _at(scored: PrefixEvaluation, kept: np.ndarray) -> PrefixEvaluation:
    """The evaluation of some examples: `kept` is bool `[N]`, by their place in the corpus."""
    places = kept[scored.indices]
    arrays = {field.name: getattr(scored, field.name) for field in fields(scored)}
    return replace(scored, **{name: value[places] for name, value in arrays.items() if isinstance(value, np.ndarray)})
