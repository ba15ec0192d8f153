"""Pretraining: a run of its own on other text, made once and reused, whose weights a run begins with.

Two kinds, alone or one after the other: `lm`, a language model (Dai and Le 2015), and `labels`, the same
classifier on other labelled text, such as sentences that carry the label of the review they come from. A
pretrained run is a run folder like any other, named by all that it depends on.
"""

import dataclasses
import hashlib
import json
import logging
from pathlib import Path

from rnn_textclf.config import DataConfig, TrainConfig
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.tokens import TOKENS_VERSION
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.prepared_data import main_corpus
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.training.pretraining import language_model_training
from rnn_textclf.training.pretraining.language_model_training import language_text

logger = logging.getLogger(__name__)

_MIN_COUNT = 2  # Words that other text has once are not worth a row.
_HELD_OUT = 0.05  # Share of the rows for validation, and for the test.
# What must be equal for one net's weights to fit into another; the loss only gives them another meaning.
_SHAPE = ("rnn_unit", "num_hidden_units", "num_layers", "embedding_size", "bidirectional")
_WORDS = ("stems", "symbolize")


def pretrained_run(job: TrainingJob) -> RunFolder | None:
    """The run that a job's weights come from, trained now where it is not there yet; None without pretraining.

    Raises:
      FlagError: `--pretrain` names a run whose net or words are not like this job's.
      UserError: the text cannot be read, or the run cannot be trained.
    """
    if job.pretrain.pretrain is None:
        return None
    folder = _trained(job) if job.pretrain.stages else RunFolder(Path(job.pretrain.pretrain))
    _check_fits(folder, job)
    return folder


def _check_fits(folder: RunFolder, job: TrainingJob) -> None:
    """Raises FlagError where the weights of the run in `folder` cannot be those of this job's net."""
    theirs = folder.read_config()
    pairs = [(name, getattr(theirs.model, name), getattr(job.model, name)) for name in _SHAPE]
    pairs += [(name, getattr(theirs.data, name), getattr(job.data, name)) for name in _WORDS]
    for name, there, here in pairs:
        # A width that nobody asked for is that of the pretrained run, which its vectors may have decided.
        if there != here and (name != "embedding_size" or name in job.given):
            raise FlagError(
                f"--pretrain: {folder.path} has --{name}={there}, this run --{name}={here}; they must be equal"
            )
    if not checkpoint_steps(folder.best):
        raise UserError(f"{folder.best}: no model.ckpt-N here; let the pretraining finish")


def _trained(job: TrainingJob) -> RunFolder:
    stage = stage_job(job)
    folder = RunFolder(stage.ckpt_dir)
    if _finished(folder, stage.train.num_epochs):
        logger.info(f"Pretrained: {folder.path}")
        return folder
    logger.info(f"Pretraining ({job.pretrain.stages[-1]}) into {folder.path}, once")
    _train_stage(job.pretrain.stages[-1], stage)
    logger.info(f"Pretrained: {folder.path}")
    return folder


def _train_stage(kind: str, stage: TrainingJob) -> None:
    if kind == "lm":
        language_model_training.train_language_model(stage)
        return
    from rnn_textclf.training.loop import train  # which asks this module for what its own runs begin with

    train(stage)


def stage_job(job: TrainingJob) -> TrainingJob:
    """The job of the last stage of a job's pretraining; stages before it are that job's own pretraining."""
    options = job.pretrain
    *earlier, kind = options.stages
    data = _stage_data(job)
    train = TrainConfig(
        learning_rate=options.pretrain_learning_rate,
        learning_rate_decay_factor=options.pretrain_decay_factor,
        num_epochs=options.pretrain_epochs,
        batch_size=options.pretrain_batch_size,
        dropout=options.pretrain_dropout,
        prefix_loss_weight=job.train.prefix_loss_weight,
        max_gradient_norm=job.train.max_gradient_norm,
        log_count_ratio=0.0,
        freeze_embeddings=job.train.freeze_embeddings,
        keep_checkpoints=1,
        seed=options.pretrain_seed,
    )
    stage = job._replace(
        train=train,
        data=data,
        pretrain=dataclasses.replace(options, pretrain=",".join(earlier) or None),
        overwrite=False,
        parallel_folds=1,
        given=job.given & {"embedding_size"},
    )
    text = main_corpus(data) if kind == "labels" else language_text(data)
    return stage._replace(ckpt_dir=Path(options.pretrain_dir) / f"{kind}-{_key(stage, text.fingerprint)}")


def _stage_data(job: TrainingJob) -> DataConfig:
    """The text of the pretraining: its own labelled file, or sentences of unlabelled text."""
    options = job.pretrain
    return dataclasses.replace(
        job.data,
        dataset=job.data.unlabelled or "imdb",
        train_file=options.pretrain_file,
        valid_file=None,
        test_file=None,
        folds=0,
        vocab_size=options.pretrain_words,
        min_count=_MIN_COUNT,
        valid_fraction=_HELD_OUT,
        test_fraction=_HELD_OUT,
    )


def _finished(folder: RunFolder, epochs: int) -> bool:
    return folder.exists() and len(folder.read_metrics()) >= epochs and bool(checkpoint_steps(folder.best))


def _key(stage: TrainingJob, fingerprint: str) -> str:
    """Sixteen digits of the hash of all options that the pretrained weights depend on, and of the text."""
    options = {
        "text": fingerprint,
        "model": dataclasses.asdict(stage.model),
        "train": dataclasses.asdict(stage.train),
        "data": dataclasses.asdict(stage.data) | {"data_dir": None},
        "before": stage.pretrain.pretrain,
        "tokens": TOKENS_VERSION,
    }
    return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:16]
