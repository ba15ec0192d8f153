"""Options of one call of a script, which a run folder does not store: its place, threads and messages."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from rnn_textclf.options import Config, PathKind, option

_CKPT_DIR = Path("checkpoints")


@dataclass(frozen=True, kw_only=True)
class RunOptions(Config):
    """Options of both scripts."""

    threads: int = option(0, "Threads to compute on (>= 0; 0: one a core).", low=0)
    verbosity: int = option(
        -1,
        "Messages on stderr: -2 warnings only, -1 also what is done, 0 also TensorFlow's information, 1 and above "
        "details (>= -3).",
        low=-3,
    )


@dataclass(frozen=True)
class TrainingRun(RunOptions):
    """Options of one call of `train.py`."""

    ckpt_dir: Path = option(_CKPT_DIR, "The run folder.", path=PathKind.FOLDER)
    _: KW_ONLY
    overwrite: bool = option(False, "Start anew where the folder holds a run.")
    download: bool = option(False, "Fetch the official corpus into --data_dir, once.")
    tensorboard: bool = option(
        False,
        "Also write for TensorBoard (pip install tensorboard), beside the curves: hyperparameters, graph, histograms "
        "of weights and gradients, precision-recall curves, running scores of validation rows.",
    )
    checkpoint_steps: int = option(
        0, "Also save a checkpoint within an epoch after this many steps (>= 0; 0: at no number of steps).", low=0
    )
    checkpoint_minutes: float = option(
        2.0,
        "Also save a checkpoint within an epoch after this many minutes, or later where saving would take over 1 % of "
        "the time (>= 0; 0: at no time).",
        low=0,
    )
    parallel_folds: int = option(1, "Processes that train folds at a time (>= 1); they share out the threads.", low=1)


@dataclass(frozen=True)
class InferenceRun(RunOptions):
    """Options of one call of `infer.py`."""

    ckpt_dir: Path = option(
        _CKPT_DIR,
        "The run folder, or several, separated by commas, whose probabilities are averaged.",
        path=PathKind.FOLDER,
    )
