"""Layout of a run folder: where its files and folders are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class RunPaths:
    """One folder with all that inference or a resume needs; it can be moved.

    checksums.json SHA-256 of all the files that the run is read from
    config.json   format version, the three configurations, the corpus' source, rows and SHA-256
    vocab.txt     one word a line, line number = id
    entities.txt  words and the symbol of the vocabulary that each is read as, where entities are masked
    labels.txt    one class name a line, line number = class
    split.json    indices of the validation and test examples
    train_keys.npy hashes of the training examples, which tell whether a file to be scored shares some
    metrics.jsonl history of epochs, a line each
    metrics.json  metrics of the best checkpoint on the validation and test examples
    calibration.json the temperature that the best checkpoint's logits are divided by; 1 when it is absent
    report/       figures, and a folder for each file that was scored later
    model.ckpt-N  weights and optimizer after step N, to resume from
    best/         weights alone, of the epoch that --best_by chooses
    train/, validation/ TensorBoard events beside those in the folder itself
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
    def entities_path(self) -> Path:
        """The aliases of a vocabulary."""
        return self.path / "entities.txt"

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

    @property
    def facts(self) -> list[Path]:
        """What a run is begun with, beside its configuration."""
        return [
            self.vocabulary_path,
            self.entities_path,
            self.labels_path,
            self.split_path,
            self.row_hashes_path,
            self.soft_targets_path,
        ]

    def fold(self, number: int) -> Self:
        """The folder of a fold, counted from 1."""
        return type(self)(self.path / "folds" / f"{number:02d}")

    def member(self, number: int) -> Self:
        """The folder of an ensemble's member, counted from 1."""
        return type(self)(self.path / "members" / str(number))

    def parts(self) -> list[Self]:
        """The run folders of the folds and members that are here."""
        return [type(self)(path) for kind in ("folds", "members") for path in sorted(self.path.glob(f"{kind}/[0-9]*"))]

    @property
    def report(self) -> Path:
        """Folder of the figures."""
        return self.path / "report"

    @property
    def events(self) -> dict[str, Path]:
        """Folders of the TensorBoard events: of training, of validation and, under "", of what is neither."""
        return {"": self.path} | {name: self.path / name for name in ("train", "validation")}

    def exists(self) -> bool:
        """Whether the folder holds a run."""
        return self.config_path.is_file()
