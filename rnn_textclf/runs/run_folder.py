"""Run folder: its files, read and written as JSON and text, each whole or absent."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnn_textclf.atomic import write_text
from rnn_textclf.config import RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.options import ConfigError
from rnn_textclf.preprocessing.vocabulary import Vocabulary

FORMAT = 1


@dataclass(frozen=True)
class RunFolder:
    """One folder with all that inference or a resume needs; it can be moved.

    config.json   format version, the three configurations, the corpus' source, rows and SHA-256
    vocab.txt     one word a line, line number = id
    labels.txt    one class name a line, line number = class
    split.json    indices of the validation and test examples
    train_keys.npy hashes of the training examples, which tell whether a file to be scored shares some
    metrics.jsonl history of epochs, a line each
    metrics.json  metrics of the best checkpoint on the validation and test examples
    calibration.json the temperature that the best checkpoint's logits are divided by; 1 when it is absent
    report/       figures, and a folder for each file that was scored later
    model.ckpt-N  weights and optimizer after step N, to resume from
    best/         weights alone, of the epoch with the lowest validation loss
    encoded/      the corpus as ids, made anew when it is absent
    soft_targets.npz probabilities that teachers give the training examples and other text, where there are teachers
    folds/01 …    of a cross-validation: a run folder a fold, and its result
    folds.json    of a cross-validation: the results together
    members/1 …   of an ensemble: a run folder a member
    """

    path: Path

    @property
    def config_path(self) -> Path:
        """The configuration; the file that makes a folder a run folder."""
        return self.path / "config.json"

    @property
    def best(self) -> Path:
        """Folder of the best checkpoint."""
        return self.path / "best"

    @property
    def encoded(self) -> Path:
        """Folder of the encoded corpora."""
        return self.path / "encoded"

    @property
    def split_path(self) -> Path:
        """Indices of the validation and test examples."""
        return self.path / "split.json"

    @property
    def vocabulary_path(self) -> Path:
        """The vocabulary."""
        return self.path / "vocab.txt"

    @property
    def labels_path(self) -> Path:
        """The class names."""
        return self.path / "labels.txt"

    @property
    def history_path(self) -> Path:
        """The history of epochs, a line each."""
        return self.path / "metrics.jsonl"

    @property
    def test_metrics_path(self) -> Path:
        """Metrics of the best checkpoint on the validation and test examples."""
        return self.path / "metrics.json"

    @property
    def calibration_path(self) -> Path:
        """The temperature of the best checkpoint."""
        return self.path / "calibration.json"

    @property
    def row_hashes_path(self) -> Path:
        """Hashes of the training examples."""
        return self.path / "train_keys.npy"

    @property
    def soft_targets_path(self) -> Path:
        """Soft targets of a distillation."""
        return self.path / "soft_targets.npz"

    @property
    def folds_path(self) -> Path:
        """The results of a cross-validation."""
        return self.path / "folds.json"

    @property
    def fold_path(self) -> Path:
        """The result of this fold."""
        return self.path / "fold.json"

    def fold(self, number: int) -> "RunFolder":
        """The folder of a fold, counted from 1."""
        return RunFolder(self.path / "folds" / f"{number:02d}")

    def member(self, number: int) -> "RunFolder":
        """The folder of an ensemble's member, counted from 1."""
        return RunFolder(self.path / "members" / str(number))

    def parts(self) -> "list[RunFolder]":
        """The run folders of the folds and members that are here."""
        return [RunFolder(path) for kind in ("folds", "members") for path in sorted(self.path.glob(f"{kind}/[0-9]*"))]

    @property
    def report(self) -> Path:
        """Folder of the figures."""
        return self.path / "report"

    def exists(self) -> bool:
        """Whether the folder holds a run."""
        return self.config_path.is_file()

    def clear(self) -> None:
        """Removes the run that is here, and nothing else: neighbours and the ids in `encoded/` stay."""
        # config.json first: what is left after a kill half way is no run folder any more.
        self.config_path.unlink(missing_ok=True)
        for part in self.parts():
            part.clear()
            _remove_empty(part.path, part.path.parent)
        files = [self.soft_targets_path, self.folds_path, self.fold_path]
        files += [self.split_path, self.vocabulary_path, self.labels_path]
        files += [self.history_path, self.test_metrics_path, *self.path.glob("events.out.tfevents.*")]
        files += [self.calibration_path, self.row_hashes_path, *self.report.glob("*.png")]
        files += [*self.report.glob("*/*.png"), *self.report.glob("*/metrics.json")]
        for folder in (self.path, self.best):
            files += [*folder.glob("model.ckpt-*"), folder / "checkpoint"]
        for file in files:
            file.unlink(missing_ok=True)
        _remove_empty(self.best)

    def drop_checkpoints(self) -> None:
        """Removes what only a resume needs; the best weights stay."""
        for file in (*self.path.glob("model.ckpt-*"), *self.path.glob("events.out.tfevents.*")):
            file.unlink(missing_ok=True)
        (self.path / "checkpoint").unlink(missing_ok=True)
        for part in self.parts():
            part.drop_checkpoints()

    def write_config(self, config: RunConfig) -> None:
        """Writes `config.json`."""
        self.path.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"format": FORMAT, **config.to_json()}, indent=2, ensure_ascii=False)
        write_text(self.config_path, text + "\n")

    def read_config(self) -> RunConfig:
        """Reads `config.json`. Raises UserError where it is missing, broken, or of another format version."""
        if not self.exists():
            raise UserError(
                f"{self.path}: no run here (config.json is missing); train one with train.py --ckpt_dir={self.path}"
            )
        values = read_json(self.config_path)
        version = values.pop("format", None) if isinstance(values, dict) else None
        if version != FORMAT:
            raise UserError(
                f"{self.config_path}: format version {version!r}, but this program reads version {FORMAT}; "
                "use the release that wrote it, or train anew"
            )
        try:
            return RunConfig.from_json(values)
        except ConfigError as error:
            raise UserError(f"{self.config_path}: {error}; restore the file or train anew with --overwrite") from None

    def write_words(self, vocabulary: Vocabulary, labels: tuple[str, ...]) -> None:
        """Writes `vocab.txt` and `labels.txt`."""
        vocabulary.save(self.vocabulary_path)
        write_text(self.labels_path, "".join(f"{label}\n" for label in labels))

    def read_vocabulary(self) -> Vocabulary:
        """Reads `vocab.txt`."""
        return Vocabulary.load(self.vocabulary_path)

    def read_labels(self) -> tuple[str, ...]:
        """Reads `labels.txt`. Raises UserError where it is missing or names fewer than two classes."""
        try:
            labels = tuple(self.labels_path.read_text(encoding="utf-8").removesuffix("\n").split("\n"))
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{self.labels_path}: cannot be read ({error}); restore the file or train anew") from None
        if len(labels) < 2 or len(set(labels)) != len(labels) or "" in labels:
            raise UserError(f"{self.labels_path}: expected two or more different class names, one a line")
        return labels

    def read_metrics(self) -> list[dict[str, Any]]:
        """The epochs so far; a last line that was cut off is left out."""
        if not self.history_path.exists():
            return []
        try:
            lines = self.history_path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{self.history_path}: cannot be read ({error}); restore the file or train anew") from None
        rows = []
        for number, line in enumerate(lines[:-1], start=1):
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise UserError(f"{self.history_path}:{number}: not JSON ({error.msg}); remove the line") from None
        return rows

    def write_metrics(self, rows: list[dict[str, Any]]) -> None:
        """Puts `rows` in place of the epochs so far, all at once, so that no line is ever cut off."""
        write_text(self.history_path, "".join(json.dumps(row) + "\n" for row in rows))


def _remove_empty(*folders: Path) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # not there, or not empty and so not the run's alone
            folder.rmdir()


def read_json(path: Path) -> Any:
    """The value in a JSON file. Raises UserError where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); restore the file or train anew") from None
