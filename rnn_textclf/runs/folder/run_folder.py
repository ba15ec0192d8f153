"""Run folder: its files, read and written as JSON and text, each whole or absent."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnn_textclf.config import RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.options import ConfigError
from rnn_textclf.preprocessing.entities.aliases import load_aliases, save_aliases
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.folder.checksums import Checksums
from rnn_textclf.runs.folder.run_files import cannot_read, parse_json, read_file
from rnn_textclf.runs.folder.run_paths import RunPaths
from rnn_textclf.runs.folder.untrusted_text import control_character, shown, strings
from rnn_textclf.strict_json import JsonError, loads

FORMAT = 1
_MAX_JSON = 1 << 24  # Bytes of a configuration, with a weight for each of 10,000 classes.
_MAX_LABELS = 1 << 26  # Bytes of all class names.
_ANEW = "restore the file, or start anew with --overwrite"


@dataclass(frozen=True)
class RunFolder(RunPaths):
    """Run folder, its files read and written; see `RunPaths`."""

    @property
    def checksums(self) -> Checksums:
        """The checksums of the files that the run is read from."""
        return Checksums(self.path)

    def record_checksums(self) -> None:
        """Records the checksums of a run that was put together from files."""
        self.checksums.record([*self.facts, self.config_path, self.history_path, self.calibration_path])

    def checked(self, path: Path) -> Path:
        """A file of the run, checked before it is opened. Raises UserError where it is missing or damaged."""
        self.checksums.read(path)
        return path

    def read_json(self, path: Path) -> Any:
        """The value in a JSON file of the run. Raises UserError where it is missing, damaged or not strict JSON."""
        return parse_json(path, self.checksums.read(path, _MAX_JSON))

    def write_json(self, path: Path, value: Any, indent: int | None = None) -> None:
        """Writes a JSON file of the run, and its checksum."""
        self.checksums.write(path, (json.dumps(value, indent=indent, ensure_ascii=False) + "\n").encode("utf-8"))

    def write_config(self, config: RunConfig) -> None:
        """Writes `config.json`, the last file of a new run; the others' checksums are recorded with it."""
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.exists():
            self.checksums.record(self.facts)
        self.write_json(self.config_path, {"format": FORMAT, **config.to_json()}, indent=2)

    def read_config(self) -> RunConfig:
        """Reads `config.json`. Raises UserError where it is missing, damaged, or of another format version."""
        if not self.exists():
            raise UserError(
                f"{self.path}: no run here (config.json is missing); train one with train.py --ckpt_dir={self.path}"
            )
        values = self.read_json(self.config_path)
        version = values.pop("format", None) if isinstance(values, dict) else None
        if version != FORMAT:
            raise UserError(
                f"{self.config_path}: format version {version!r:.50}, but this program reads version {FORMAT}; "
                "use the release that wrote it, or train anew"
            )
        try:
            config = RunConfig.from_json(values)
        except ConfigError as error:
            raise UserError(f"{self.config_path}: {shown(error)}; {_ANEW}") from None
        self._check_strings(values)
        self._check_class_weights(config.corpus.class_weights)
        return config

    def write_words(self, vocabulary: Vocabulary, labels: tuple[str, ...]) -> None:
        """Writes the vocabulary and `labels.txt`. Raises UserError for a class name with control characters."""
        _check_labels(self.labels_path, labels)
        self.write_vocabulary(vocabulary)
        self.checksums.record([self.vocabulary_path, self.entities_path])
        self.checksums.write(self.labels_path, "".join(f"{label}\n" for label in labels).encode("utf-8"))

    def write_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Writes `vocab.txt`, and `entities.txt` where it has aliases; their checksums come with the configuration."""
        vocabulary.save(self.vocabulary_path)
        if vocabulary.aliases:
            save_aliases(vocabulary.aliases, self.entities_path)

    def read_vocabulary(self) -> Vocabulary:
        """Reads `vocab.txt`, and `entities.txt` of a run with aliases. Raises UserError where one is damaged."""
        words = Vocabulary.load(self.checked(self.vocabulary_path)).words
        if not self.exists():
            return Vocabulary(words)
        config = self.read_config().data
        aliases = load_aliases(self.checked(self.entities_path), words) if config.mask_entities else None
        return Vocabulary(words, aliases, config.correct_typos)

    def read_labels(self) -> tuple[str, ...]:
        """Reads `labels.txt`. Raises UserError where it is missing or damaged, or names fewer than two classes."""
        data = self.checksums.read(self.labels_path, _MAX_LABELS)
        try:
            text = data.decode("utf-8").replace("\r\n", "\n")  # An editor's line ends do no harm.
        except UnicodeDecodeError as error:
            raise UserError(f"{self.labels_path}: cannot be read ({error}); restore the file or train anew") from None
        labels = tuple(text.removesuffix("\n").split("\n"))
        if len(labels) < 2 or len(set(labels)) != len(labels) or "" in labels:
            raise UserError(f"{self.labels_path}: expected two or more different class names, one a line")
        _check_labels(self.labels_path, labels)
        return labels

    def read_metrics(self) -> list[dict[str, Any]]:
        """The history of epochs; a last line that was cut off is left out."""
        if not self.checksums.exists(self.history_path):
            return []
        lines = self.checksums.read(self.history_path, whole_lines=True).split(b"\n")
        return [self._epoch(number, line) for number, line in enumerate(lines[:-1], start=1)]

    def write_metrics(self, rows: list[dict[str, Any]]) -> None:
        """Replaces the history of epochs, all at once, so that no line is ever cut off."""
        self.checksums.write(self.history_path, "".join(json.dumps(row) + "\n" for row in rows).encode())

    def _epoch(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            values = loads(line)
        except JsonError as error:
            raise UserError(f"{self.history_path}:{number}: {error}; {_ANEW}") from None
        if not isinstance(values, dict):
            raise UserError(f"{self.history_path}:{number}: expected an object; {_ANEW}")
        return values

    def _check_strings(self, values: Any) -> None:
        """Refuses control characters, which would act on the terminal that shows them."""
        if bad := next((text for text in strings(values) if control_character(text)), None):
            raise UserError(f"{self.config_path}: {shown(bad)!r} has a control character; {_ANEW}")

    def _check_class_weights(self, weights: dict[Any, Any] | None) -> None:
        if weights is None:
            return
        for label, weight in weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
                raise UserError(f"{self.config_path}: class_weights: {shown(label)!r} has no weight above 0; {_ANEW}")
        if self.labels_path.exists() and set(weights) != set(self.read_labels()):
            raise UserError(f"{self.config_path}: class_weights are not of the classes in labels.txt; {_ANEW}")


def read_json(path: Path) -> Any:
    """The value in a JSON file. Raises UserError where it is missing or not strict JSON."""
    try:
        return parse_json(path, read_file(path, path.parent))
    except FileNotFoundError as error:
        raise cannot_read(path, error) from None


def _check_labels(path: Path, labels: tuple[str, ...]) -> None:
    if bad := next((label for label in labels if control_character(label)), None):
        raise UserError(f"{path}: class name {shown(bad)!r} has a control character; rename the class in the data")
