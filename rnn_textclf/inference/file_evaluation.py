"""Evaluation of a trained run on a labelled file: `infer.py --evaluate=FILE`."""

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.config.inference import ResultOptions, ScoringOptions
from rnn_textclf.errors import UserError
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.selection import labelled_file
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.reports.html.html_page import Remark, html_page
from rnn_textclf.reports.mistakes import Mistake, mistake_lines, worst_mistakes
from rnn_textclf.reports.report import print_report, write_pictures, write_summary
from rnn_textclf.reports.summary import EvaluationInput, summarize
from rnn_textclf.runs.folder.row_hashes import read_all_row_hashes, trained_on
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.restoring import single_models

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
    corpus = _open(options, predictor)
    with tempfile.TemporaryDirectory() as temporary:
        encoded = encode_corpus(
            corpus, predictor.tokenizer, predictor.config.data.max_length, Path(temporary) / "encoded"
        )
        _check_labels(encoded, options, predictor)
        described = f"{len(encoded):,} rows of {options.evaluate}, {_check_rows(runs, encoded, options)}"
        scored, keys = predictor.score_rows(encoded), encoded.keys.copy()  # Mapped from a file that goes.
    scoring = EvaluationInput(
        described, predictor.labels, scored, predictor.temperature, predictor.config.model.loss, predictor.config
    )
    summary = summarize(scoring)
    mistakes = worst_mistakes(
        scored,
        keys[scored.indices],
        corpus,
        predictor.labels,
        options.errors,
        lambda texts: predictor.predictions(texts, results.target_class),
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


def _open(options: ScoringOptions, predictor: Predictor) -> Corpus:
    """The labelled file; its columns are those that the run was trained on, unless others are given or found."""

    def opened(options: ScoringOptions) -> Corpus:
        return labelled_file(str(options.evaluate), options, several_labels, predictor.labels)

    trained = predictor.config.data
    several_labels = predictor.config.model.loss == "sigmoid" and trained.train_file is not None
    if options.text_field or options.label_field or not (trained.text_field or trained.label_field):
        return opened(options)
    corpus = opened(replace(options, text_field=trained.text_field, label_field=trained.label_field))
    try:
        next(iter(corpus.examples()))
    except UserError:  # The file does not have them, or something else is wrong with it, which the next pass tells.
        return opened(options)
    return corpus


def _check_labels(encoded: EncodedCorpus, options: ScoringOptions, predictor: Predictor) -> None:
    if not predictor.config.corpus.multi_label and (encoded.label_ids.lengths != 1).any():
        raise UserError(
            f"{options.evaluate}: some rows have other than one label, which no row has that the run was "
            "trained on; score rows with one label each"
        )


def _check_rows(runs: Sequence[RunFolder], encoded: EncodedCorpus, options: ScoringOptions) -> str:
    """Describes the overlap with the training examples, for people. Raises UserError where there is some."""
    models = [model for run in runs for model in single_models(run)]
    hashes = read_all_row_hashes(models)
    if hashes is None:
        missing = next(model.row_hashes_path for model in models if not model.row_hashes_path.exists())
        logger.info(f"{missing} is missing: rows of {options.evaluate} may have been trained on")
        return "which may have been trained on"
    shared = int(np.count_nonzero(trained_on(hashes, encoded.keys)))
    if not shared:
        return "none of them among the training rows"
    if not options.allow_training_rows:
        raise UserError(
            f"{options.evaluate}: {shared:,} of {len(encoded):,} rows were trained on, which would "
            "flatter the model; score others, or these with --allow_training_rows"
        )
    return f"{shared:,} of them training rows, which flatter the model"
