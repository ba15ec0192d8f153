"""Parameters of the estimator: flags of `train.py` by their names, with their defaults, and the job that they make."""

import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import Field
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.command_line.flag_rules import FlagState, first_problem
from rnn_textclf.command_line.flag_tables import TRAINING_RULES
from rnn_textclf.config import DataConfig, FileOptions, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.config.run import TrainingRun
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import Config, all_options, field_type, options_of

_SECTIONS: dict[str, type[Config]] = {
    "model": ModelConfig,
    "train": TrainConfig,
    "data": DataConfig,
    "pretrain": PretrainConfig,
}
_OF_THE_RUN = ("overwrite", "threads")
# The rows are those given to `fit`, of which none is kept for a test: scikit-learn splits, folds and scores.
_OF_FILES = {field.name for field in options_of(FileOptions)}
_NO_PARAMETERS = _OF_FILES | {"dataset", "train_file", "valid_file", "test_file", "test_fraction", "folds"}

OPTIONS: dict[str, Field[Any]] = {
    **{
        option.name: option
        for section in _SECTIONS.values()
        for option in options_of(section)
        if option.name not in _NO_PARAMETERS
    },
    **{option.name: option for option in options_of(TrainingRun) if option.name in _OF_THE_RUN},
}
DEFAULTS: dict[str, Any] = {name: option.default for name, option in OPTIONS.items()} | {"ckpt_dir": None}


def signature() -> inspect.Signature:
    """Signature of the estimator's `__init__`: each parameter by keyword, with its default."""
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=DEFAULTS[name]) for name in DEFAULTS]
    return inspect.Signature([own, *named])


def description() -> str:
    """The parameters with their helps, a paragraph each, for the estimator's docstring."""
    helps = (f"{name}: {option.metadata['help']}" for name, option in OPTIONS.items())
    first, more = " " * 6, " " * 8
    return "\n".join(textwrap.fill(line, 110, initial_indent=first, subsequent_indent=more) for line in helps).lstrip()


def training_job(values: Mapping[str, Any], ckpt_dir: Path) -> TrainingJob:
    """The job that the parameters make.

    Args:
      values: the value of every parameter.
      ckpt_dir: the run folder.

    Raises:
      ValueError: a value is out of its range, or parameters exclude each other.
    """
    plain = {name: _plain(option, values[name]) for name, option in OPTIONS.items()}
    sections = {
        name: kind(**{option.name: plain[option.name] for option in options_of(kind) if option.name in plain})
        for name, kind in _SECTIONS.items()
    }
    own = {name: plain[name] for name in _OF_THE_RUN}
    job = TrainingJob(ckpt_dir, **sections, **own, given=_given(plain))  # type: ignore[arg-type]
    if problem := first_problem(TRAINING_RULES, _state(job)):
        raise ValueError(problem)
    return job.with_implied_options()


def _given(plain: Mapping[str, Any]) -> frozenset[str]:
    """Options that a run to be resumed must have been begun with: all but a width that first vectors may decide."""
    decided = plain["embedding_size"] == DEFAULTS["embedding_size"]
    return frozenset(plain) - ({"embedding_size"} if decided else set())


def _state(job: TrainingJob) -> FlagState:
    values = {option.name: value for option, value in all_options(job)}
    defaults = {option.name: value for option, value in all_options(TrainingJob())}
    return FlagState(values, defaults, frozenset(name for name in values if values[name] != defaults[name]))


def _plain(option: Field[Any], value: Any) -> Any:
    """A value as the options have it: NumPy's scalars as Python's, paths as text, weights by class as one text."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path) and field_type(option) is str:
        return str(value)
    if isinstance(value, Mapping) and option.name == "class_weight":
        return ",".join(f"{label}={weight}" for label, weight in value.items())
    return value
