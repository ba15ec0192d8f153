"""Jobs: everything that a user asks of a script, as plain values for the floors below.

The fields are the options of the script, so that an option is declared once. Those of a configuration that a run
folder stores, or that goes together with others, are in a field of their own.
"""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.config.cluster import ClusterConfig, ClusterOptions
from rnn_textclf.config.inference import (
    ExportOptions,
    FormatOptions,
    ResultOptions,
    ScoringOptions,
    TextOptions,
    VectorOptions,
)
from rnn_textclf.config.run import InferenceRun, TrainingRun
from rnn_textclf.config.serving import ServingOptions
from rnn_textclf.config.tuning import TuningOptions
from rnn_textclf.options import Config

# Of a clone, as the scripts are: an installed package brings no run, so `Predictor.load` is given a path.
SHIPPED_RUN = Path(__file__).parents[1] / "checkpoints" / "pretrained"


class _Job(Config):
    """Copies with some fields changed."""

    def replace(self, **changes: Any) -> Self:
        """Copy with other values."""
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]

    _replace = replace  # the name of a named tuple's method, which a job once was


@dataclass(frozen=True)
class TrainingJob(TrainingRun, _Job):
    """Task of `train.py`.

    model, train, data, pretrain: every option, defaults included.
    given: names of the options that the user set; a run that is resumed keeps its own for the others.
    tuning: whether settings are tried instead, and for how long.
    members: models of the ensemble that this one is part of; 1 where it is none.
    machines: how a cluster is described, where TF_CONFIG does not.
    cluster: the machines that train together and this one's place among them; None for one machine.
    """

    model: ModelConfig = field(default_factory=ModelConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    data: DataConfig = field(default_factory=DataConfig)
    given: frozenset[str] = frozenset()
    pretrain: PretrainConfig = field(default_factory=PretrainConfig)
    tuning: TuningOptions = field(default_factory=TuningOptions)
    members: int = 1
    machines: ClusterOptions = field(default_factory=ClusterOptions)
    cluster: ClusterConfig | None = None

    def with_implied_options(self) -> Self:
        """The job without a loss on prefixes where the network is bidirectional.

        There is no output for a prefix before that prefix is read backward on its own.
        """
        if not self.model.bidirectional:
            return self
        return self.replace(train=dataclasses.replace(self.train, prefix_loss_weight=0.0))


@dataclass(frozen=True)
class InferenceJob(ExportOptions, VectorOptions, FormatOptions, TextOptions, InferenceRun, _Job):
    """Task of `infer.py`.

    results: what is shown of each text.
    scoring: which labelled file is scored instead, and its format.
    serving: whether the run is served over HTTP instead, and where.
    more_runs: run folders whose probabilities are averaged with those of the first.
    fall_back: whether the shipped run answers while `ckpt_dir` holds none.
    """

    results: ResultOptions = field(default_factory=ResultOptions)
    scoring: ScoringOptions = field(default_factory=ScoringOptions)
    serving: ServingOptions = field(default_factory=ServingOptions)
    more_runs: tuple[Path, ...] = ()
    fall_back: bool = False
