"""Trainings that faults are injected into: forty sentences, nets of eight units, a second or two each."""

import contextlib
import io
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.atomic import write_text
from rnn_textclf.jobs import TrainingJob
from tests import tiny_runs
from tests.benchmarks.faults.same_run import difference

EPOCHS = 10
SPLIT = {"valid_fraction": 0.2, "test_fraction": 0.2}
TEXTS = [
    "the film is wonderful .",
    "this story bores .",
    "its plot feels stale",
    "",
    "unknown words only",
    "the " * 300,
]


_PRETRAINING = {"pretrain_epochs": 3, "pretrain_batch_size": 4}


class Setting(NamedTuple):
    """A training by name; `options` differ from those of `tiny_runs`."""

    name: str
    options: dict[str, Any]

    def job(self, run: Path, corpus: Path, **more: Any) -> TrainingJob:
        """The job, which saves amid its epochs too."""
        options = {"num_epochs": EPOCHS, **SPLIT, **self.options, **more}
        if "pretrain" in options:
            options["pretrain_file"] = str(_other_text(corpus))
            options["pretrain_dir"] = str(run / "pretraining")
        return tiny_runs.job(run, corpus, **options).replace(checkpoint_steps=2)

    def train(self, run: Path, corpus: Path, **more: Any) -> None:
        """Trains it in this process."""
        asked = self.job(run, corpus, **more)
        (tiny_runs.cross_validate if asked.data.folds else tiny_runs.train)(asked)


SETTINGS = (
    Setting("gru, dropout", {}),
    Setting("pretraining: language model, labels", {"pretrain": "lm,labels", "num_epochs": 2, **_PRETRAINING}),
    Setting("lstm, two layers", {"rnn_unit": "lstm", "num_layers": 2}),
    Setting("rnn, averaged weights", {"rnn_unit": "rnn", "average_weights": 0.9}),
    Setting("patience", {"patience": 2}),
    Setting("ensemble of 2", {"ensemble": 2, "num_epochs": 4}),
    Setting("2 folds", {"folds": 2, "num_epochs": 4}),
)


def _other_text(corpus: Path) -> Path:
    """Labelled text to pretrain on, made once beside the corpus: its own sentences with words before them."""
    path = corpus / "other.tsv"
    if not path.exists():
        rows = [
            f"{label}\tsome say {line.strip()} indeed\n"
            for label in ("pos", "neg")
            for line in (corpus / f"rt-polarity.{label}").read_text().splitlines()
        ]
        write_text(path, "label\ttext\n" + "".join(rows))
    return path


class Scene(NamedTuple):
    """Runs that damage is done to, none of them in place.

    corpus: folder of the forty sentences.
    whole: a run trained to its end.
    half: the same training stopped midway.
    """

    corpus: Path
    whole: Path
    half: Path

    def resume(self, run: Path) -> str | None:
        """Trains a run to its end; returns how it differs from the whole one."""
        with contextlib.redirect_stdout(io.StringIO()):
            SETTINGS[0].train(run, self.corpus)
        return difference(self.whole, run)


def answers(run: Path) -> list[Any]:
    """All that a run says of the texts: probabilities, running scores, labels, in Python's own types."""
    from rnn_textclf.inference.predictor import Predictor

    predictor = Predictor.load(run, 1)
    found = predictor.predictions(TEXTS)
    return [predictor.predict_proba(TEXTS).tolist(), *([one.label, list(one.running_scores)] for one in found)]
