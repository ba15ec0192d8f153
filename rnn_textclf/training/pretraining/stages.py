"""Pretraining: runs on other text, trained once and reused, whose weights a run begins with.

Two kinds, alone or one after the other: `lm`, a language model (Dai and Le 2015), and `labels`, the same classifier
on other labelled text, such as sentences that carry the label of their review. A pretrained run is a run folder like
any other, named by the hash of all that it depends on. Stages are planned here as training jobs; the pipeline trains
them.
"""

import dataclasses
import hashlib
import json
import logging
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.config import DataConfig, TrainConfig
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import Config, options_of
from rnn_textclf.preprocessing.corpora.selection import language_text, main_corpus
from rnn_textclf.preprocessing.tokens import TOKENS_VERSION
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.folder.row_hashes import count_seen
from rnn_textclf.runs.folder.run_folder import RunFolder

logger = logging.getLogger(__name__)

_MIN_COUNT = 2  # Words that occur once in other text are not worth a row of the embedding.
_HELD_OUT = 0.05  # Share of the examples for validation, and for the test.
_SAID_TWICE = 0.01  # Share of the held-out rows that other text may contain.
# Options in which two networks must agree to share weights; the loss only gives these another meaning.
_SHAPE = ("rnn_unit", "num_hidden_units", "num_layers", "embedding_size", "bidirectional")
_WORDS = ("stems", "symbolize", "mask_entities", "correct_typos")


class Stage(NamedTuple):
    """One stage of a pretraining: its kind, `lm` or `labels`, and its training job."""

    kind: str
    job: TrainingJob


class Pretraining(NamedTuple):
    """The plan of a job's pretraining.

    folder: the run folder whose weights the job begins with; None without pretraining.
    pending: the stages that are not finished, in their order.
    """

    folder: RunFolder | None
    pending: list[Stage]


def plan_pretraining(job: TrainingJob) -> Pretraining:
    """Plans the stages of a job's pretraining. Raises UserError where their text cannot be read."""
    if not job.pretrain.stages:
        return Pretraining(RunFolder(Path(job.pretrain.run)) if job.pretrain.run else None, [])
    stage = last_stage(job)
    folder = RunFolder(stage.job.ckpt_dir)
    if _is_finished(stage, folder):
        return Pretraining(folder, [])
    # A language model begins with random weights, whatever stages are named before it.
    earlier = plan_pretraining(stage.job).pending if stage.kind == "labels" else []
    return Pretraining(folder, [*earlier, stage])


def last_stage(job: TrainingJob) -> Stage:
    """The last stage of a job's pretraining; the stages before it are the pretraining of its own job."""
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
        freeze_embeddings=job.train.freeze_embeddings and job.data.embeddings is not None,
        keep_checkpoints=1,
        seed=options.pretrain_seed,
    )
    stage = job.replace(
        train=train,
        data=data,
        pretrain=dataclasses.replace(options, pretrain=",".join(earlier) or None),
        overwrite=False,
        parallel_folds=1,
        given=job.given & {"embedding_size"} | {"pretrain"},
    )
    text = main_corpus(data) if kind == "labels" else language_text(data)
    folder = Path(options.pretrain_dir) / f"{kind}-{_key(stage, text.fingerprint)}"
    return Stage(kind, stage.replace(ckpt_dir=folder))


def _stage_data(job: TrainingJob) -> DataConfig:
    """The data options of a pretraining: its own labelled file, or sentences of unlabelled text."""
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


def with_pretrained_shape(job: TrainingJob) -> TrainingJob:
    """The job with the network of the run folder that its pretraining names, but for options that the user set.

    Raises FlagError for word vectors beside those of that run.
    """
    if job.pretrain.run is None:
        return job
    if job.data.embeddings is not None:
        raise FlagError(f"--embeddings: {job.pretrain.run} has word vectors of its own; give one of the two")
    theirs = RunFolder(Path(job.pretrain.run)).read_config()

    def adopted(own: Config, other: Config, names: tuple[str, ...]) -> Any:
        taken = {name: getattr(other, name) for name in names if name not in job.given}
        return dataclasses.replace(own, **taken)  # type: ignore[type-var]

    model = adopted(job.model, theirs.model, _SHAPE)
    # A network that reads both ways has no score after each word to train.
    train = dataclasses.replace(job.train, prefix_loss_weight=0.0) if model.bidirectional else job.train
    return job.replace(model=model, train=train, data=adopted(job.data, theirs.data, _WORDS))


def leaves_room_for(job: TrainingJob, folder: RunFolder) -> bool:
    """Whether no option that the user set contradicts the network and the words of a run folder."""
    theirs = folder.read_config()
    pairs = ((job.model, theirs.model, _SHAPE), (job.data, theirs.data, _WORDS))
    return all(
        getattr(own, name) == getattr(other, name) for own, other, names in pairs for name in names if name in job.given
    )


def check_fits(folder: RunFolder, job: TrainingJob) -> None:
    """Raises FlagError where a pretrained run's weights do not fit the network of a job, UserError without weights."""
    theirs = folder.read_config()
    if theirs.train.ensemble > 1:
        raise FlagError(f"--pretrain: {folder.path} is an ensemble; name a member, such as {folder.member(1).path}")
    pairs = [(name, getattr(theirs.model, name), getattr(job.model, name)) for name in _SHAPE]
    pairs += [(name, getattr(theirs.data, name), getattr(job.data, name)) for name in _WORDS]
    for name, there, here in pairs:
        # A width that was not given is that of the pretrained run, which its vectors may have decided.
        if there != here and (name != "embedding_size" or name in job.given):
            raise FlagError(
                f"--pretrain: {folder.path} has --{name}={there}, this run --{name}={here}; they must be equal"
            )
    if not checkpoint_steps(folder.best):
        raise UserError(f"{folder.best}: no model.ckpt-N here; let the pretraining finish")


def check_unseen(folder: RunFolder, held_out: np.ndarray) -> None:
    """Raises UserError where a pretrained run was trained on examples, by their keys `[N]`, that validate or test.

    A few sentences may be said in its text too: up to one in a hundred is logged, not refused.
    """
    seen = count_seen(folder, held_out) or 0
    if seen > _SAID_TWICE * len(held_out):
        raise UserError(
            f"{folder.path}: was trained on {seen:,} of the {len(held_out):,} rows that validate or test here, which "
            "would leak; give its --seed and --folds, or rows that it has not seen with --valid_file and --test_file"
        )
    if seen:
        logger.info(f"{folder.path} was trained on {seen:,} of the {len(held_out):,} rows that validate or test here")


def _is_finished(stage: Stage, folder: RunFolder) -> bool:
    """Whether a stage was trained to its end; after its last epoch, one of labels fits its temperature."""
    if not folder.exists() or len(folder.read_metrics()) < stage.job.train.num_epochs:
        return False
    return bool(checkpoint_steps(folder.best)) and (stage.kind == "lm" or folder.calibration_path.exists())


def _key(stage: TrainingJob, fingerprint: str) -> str:
    """Sixteen digits of the hash of the text and of all options that the pretrained weights depend on."""
    options = {
        "text": fingerprint,
        "model": _options(stage.model),
        "train": _options(stage.train),
        "data": _options(stage.data) | {"data_dir": None},
        "before": stage.pretrain.pretrain,
        "tokens": TOKENS_VERSION,
    }
    return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:16]


def _options(section: Config) -> dict[str, Any]:
    """All options but those that came later and change nothing, so that earlier pretrained runs are found."""
    return {
        field.name: value
        for field in options_of(section)
        if (value := getattr(section, field.name)) != field.metadata["absent"] or value is None
    }
