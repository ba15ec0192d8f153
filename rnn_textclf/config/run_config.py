"""Contents of a run folder's `config.json`."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from rnn_textclf.config.data import DataConfig
from rnn_textclf.config.model import ModelConfig
from rnn_textclf.config.pretraining import PretrainConfig
from rnn_textclf.config.training import TrainConfig
from rnn_textclf.options import Config, ConfigError, check_keys, field_type, option


@dataclass(frozen=True)
class CorpusFacts(Config):
    """Source and properties of a run's corpus, as found when the run began."""

    source: str = option("", "Place where the rows were found.")
    num_rows: int = option(0, "Labelled rows (>= 0).", low=0)
    sha256: str = option("", "SHA-256 of the corpus files' bytes, in hexadecimal.")
    multi_label: bool = option(False, "Whether some row has other than one label.")
    class_weights: dict | None = option(None, "Class name -> weight in the loss, where classes are weighted.")

    def weights_of(self, labels: Sequence[str]) -> list[float] | None:
        """Weight of each class in the loss; None where classes are not weighted."""
        return [self.class_weights[label] for label in labels] if self.class_weights else None


@dataclass(frozen=True)
class RunConfig:
    """Contents of a run folder's `config.json`, but for the format version."""

    model: ModelConfig
    train: TrainConfig
    data: DataConfig
    corpus: CorpusFacts
    pretrain: PretrainConfig = field(default_factory=PretrainConfig)

    def __post_init__(self) -> None:
        """Raises ConfigError where sections contradict each other."""
        if self.model.bidirectional and self.train.prefix_loss_weight:
            raise ConfigError("train: prefix_loss_weight must be 0 where the model is bidirectional")

    def to_json(self) -> dict[str, Any]:
        """Dictionary of JSON values, one section a configuration."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Inverse of `to_json`. Raises ConfigError, naming the section and the key."""
        sections: dict[str, Any] = {field.name: field_type(field) for field in dataclasses.fields(cls)}
        check_keys(values, set(sections))
        parts = {}
        for name, section in sections.items():
            try:
                parts[name] = section.from_json(values[name])
            except ConfigError as error:
                raise ConfigError(f"{name}: {error}") from None
        return cls(**parts)
