"""Pretraining: a run of its own on other text, made once and reused, whose weights a run begins with.

Two kinds, alone or one after the other: `lm`, a language model (Dai and Le 2015), and `labels`, the same
classifier on other labelled text, such as sentences that carry the label of the review they come from. A
pretrained run is a run folder like any other, named by all that it depends on.
"""

import dataclasses
import hashlib
import json
from pathlib import Path

from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.console import say
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs import language_modelling
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.language_modelling import language_text
from rnn_textclf.runs.preparing import main_corpus
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.text.tokens import TOKENS_VERSION

# What must be equal for one net's weights to fit into another; the loss only gives them another meaning.
_SHAPE = ("rnn_unit", "num_hidden_units", "num_layers", "embedding_size")


def pretrained_run(job: TrainingJob) -> RunFolder | None:
    """The run that a job's weights come from, trained now where it is not there yet; None without pretraining.

    Raises:
      FlagError: `--pretrain` names a run whose net or words are not like this job's.
      UserError: the text cannot be read, or the run cannot be trained.
    """
    if job.pretrain.pretrain is None:
        return None
    if job.pretrain.stages:
        folder = _trained(job)
    else:
        folder = RunFolder(Path(job.pretrain.pretrain))
    check_fits(folder, job.model, job.data)
    return folder


def check_fits(folder: RunFolder, model: ModelConfig, data: DataConfig) -> None:
    """Raises FlagError where the weights of the run in `folder` cannot be those of this net."""
    theirs = folder.read_config()
    for name in _SHAPE:
        if getattr(theirs.model, name) != getattr(model, name):
            raise FlagError(
                f"--pretrain: {folder.path} has --{name}={getattr(theirs.model, name)}, and this run "
                f"--{name}={getattr(model, name)}; they must be equal"
            )
    if theirs.data.stems != data.stems:
        raise FlagError(f"--pretrain: {folder.path} has --stems={theirs.data.stems}, and this run {data.stems}")
    if not checkpoint_steps(folder.best):
        raise UserError(f"{folder.best}: no model.ckpt-N here; let the pretraining finish")


def _trained(job: TrainingJob) -> RunFolder:
    stage = stage_job(job)
    folder = RunFolder(stage.ckpt_dir)
    if _finished(folder, stage.train.num_epochs):
        say(f"Pretrained: {folder.path}")
        return folder
    say(f"Pretraining ({job.pretrain.stages[-1]}) into {folder.path}, once")
    if job.pretrain.stages[-1] == "lm":
        language_modelling.train_language_model(stage)
    else:
        from rnn_textclf.runs.training import train  # which asks this module for what its own runs begin with

        train(stage)
    say(f"Pretrained: {folder.path}")
    return folder


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
        keep_checkpoints=1,
        seed=options.pretrain_seed,
    )
    stage = job._replace(
        train=train,
        data=data,
        pretrain=dataclasses.replace(options, pretrain=",".join(earlier) or None),
        overwrite=False,
        given=frozenset(),
    )
    text = main_corpus(data) if kind == "labels" else language_text(data)
    return stage._replace(ckpt_dir=Path(options.pretrain_dir) / f"{kind}-{_key(stage, text.fingerprint)}")


def _stage_data(job: TrainingJob) -> DataConfig:
    """The text of the pretraining: its own labelled file, or sentences of unlabelled text."""
    options = job.pretrain
    return dataclasses.replace(
        DataConfig(),
        data_dir=job.data.data_dir,
        dataset="rt-polarity" if options.pretrain_file else "imdb",
        train_file=options.pretrain_file,
        unlabelled=job.data.unlabelled,
        unlabelled_file=job.data.unlabelled_file,
        vocab_size=options.pretrain_words,
        min_count=2,
        stems=job.data.stems,
        max_length=job.data.max_length,
        valid_fraction=0.02,
        test_fraction=0.02,
    )


def _finished(folder: RunFolder, epochs: int) -> bool:
    return folder.exists() and len(folder.read_metrics()) >= epochs and bool(checkpoint_steps(folder.best))


def _key(stage: TrainingJob, fingerprint: str) -> str:
    """Sixteen digits of the hash of all options that the pretrained weights depend on, and of the text."""
    options = {
        "text": fingerprint,
        "model": dataclasses.asdict(stage.model),
        "train": dataclasses.asdict(stage.train),
        "data": dataclasses.asdict(stage.data),
        "before": stage.pretrain.pretrain,
        "tokens": TOKENS_VERSION,
    }
    return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:16]
