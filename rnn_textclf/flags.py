"""Flags of both scripts, and the jobs that they make.

This file and the two scripts are the only ones that know FLAGS; everything below takes plain values. An option of a
class below is a flag; nothing else has to be done for a new one.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from rnn_textclf.command_line.flag_rules import first_problem, rules_of
from rnn_textclf.command_line.flag_tables import INFERENCE_ACTIONS, TRAINING_RULES
from rnn_textclf.command_line.parser import CommandLine
from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.config.cluster import ClusterConfig, ClusterOptions, cluster_config
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
from rnn_textclf.errors import FlagError
from rnn_textclf.jobs import InferenceJob, TrainingJob
from rnn_textclf.options import Config, ConfigError

TRAINING_GROUPS: dict[str, type[Config]] = {
    "Model": ModelConfig,
    "Training": TrainConfig,
    "Data": DataConfig,
    "Pretraining": PretrainConfig,
    "Tuning": TuningOptions,
    "Cluster": ClusterOptions,
    "Run": TrainingRun,
}
INFERENCE_GROUPS: dict[str, type[Config]] = {
    "Text": TextOptions,
    "Results": FormatOptions,
    "Results of each text": ResultOptions,
    "Evaluation": ScoringOptions,
    "Serving": ServingOptions,
    "Word vectors": VectorOptions,
    "Export": ExportOptions,
    "Run": InferenceRun,
}


def training_command_line(values: flags.FlagValues = flags.FLAGS) -> CommandLine:
    """Defines the flags of `train.py`."""
    return CommandLine("Trains a recurrent text classifier, or resumes training one.", TRAINING_GROUPS, values)


def inference_command_line(values: flags.FlagValues = flags.FLAGS) -> CommandLine:
    """Defines the flags of `infer.py`."""
    return CommandLine("Scores text with a trained run, word by word.", INFERENCE_GROUPS, values)


def training_job(argv: Sequence[str], line: CommandLine) -> TrainingJob:
    """Job that `train.py` is asked for. Raises FlagError."""
    line.parse(argv)
    job = line.config(TrainingJob, given=line.given())
    if problem := first_problem(TRAINING_RULES, line.state()):
        raise FlagError(problem)
    return job.replace(cluster=_cluster(job)).with_implied_options()


def _cluster(job: TrainingJob) -> ClusterConfig | None:
    """Cluster that the flags or TF_CONFIG describe. Raises FlagError."""
    tf_config = os.environ.get("TF_CONFIG")
    try:
        cluster = cluster_config(job.machines, tf_config)
    except ConfigError as error:
        raise FlagError(str(error)) from None
    if not cluster and not tf_config and (alone := sorted(job.given & {"sync_replicas", "cluster_timeout"})):
        raise FlagError(f"--{alone[0]} needs a cluster, which TF_CONFIG or --worker_hosts describes")
    return cluster


def inference_job(argv: Sequence[str], line: CommandLine) -> InferenceJob:
    """Job that `infer.py` is asked for. Raises FlagError."""
    line.parse(argv)
    if problem := first_problem(rules_of(INFERENCE_ACTIONS), line.state()):
        raise FlagError(problem)
    job = line.config(InferenceJob, fall_back="ckpt_dir" not in line.given())
    run, *more_runs = _run_folders(job.ckpt_dir)
    return job.replace(ckpt_dir=run, more_runs=tuple(more_runs))


def _run_folders(path: Path) -> list[Path]:
    """Run folders that `--ckpt_dir` names, separated by commas. Raises FlagError where one is empty."""
    if path.is_dir():
        return [path]  # a comma may be part of a name
    names = str(path).split(",")
    if not all(names):
        raise FlagError(f"--ckpt_dir={path}: expected run folders, separated by commas")
    return [Path(name) for name in names]
