"""The options of `train.py` that depend on each other."""

import dataclasses

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.errors import FlagError
from rnn_textclf.jobs import TrainingJob


def contradiction(job: TrainingJob) -> str | None:
    """What is wrong with the options that were given together, or None."""
    checks = (_folds, _unlabelled_text, _pretraining, _vectors)
    return next((problem for check in checks if (problem := check(job))), None)


def _folds(job: TrainingJob) -> str | None:
    if not job.data.folds:
        return "--parallel_folds needs --folds" if "parallel_folds" in job.given else None
    if "test_fraction" in job.given:
        return f"--folds and --test_fraction exclude each other: each fold is tested on 1/{job.data.folds} of the rows"
    return None


def _has_unlabelled(job: TrainingJob) -> bool:
    return job.data.unlabelled is not None or job.data.unlabelled_file is not None


def _unlabelled_text(job: TrainingJob) -> str | None:
    readers = (job.data.embeddings == "skipgram", job.pretrain.stages, job.train.distil_sentences)
    if _has_unlabelled(job) and not any(readers):
        return "--unlabelled and --unlabelled_file need --embeddings=skipgram, --pretrain or --distil_sentences"
    if job.train.distil_sentences and not _has_unlabelled(job):
        return "--distil_sentences needs text: --unlabelled=imdb or --unlabelled_file"
    return None


def _pretraining(job: TrainingJob) -> str | None:
    pretrain = job.pretrain
    if pretrain.pretrain is None and (names := sorted(name for name in job.given if name.startswith("pretrain_"))):
        return f"--{names[0]} needs --pretrain"
    if pretrain.pretrain_each and (job.train.ensemble == 1 or not pretrain.stages):
        return "--pretrain_each needs --ensemble and --pretrain=labels, lm or lm,labels"
    if pretrain.pretrain_file is not None and "labels" not in pretrain.stages:
        return "--pretrain_file needs --pretrain=labels or lm,labels"
    if "lm" in pretrain.stages and job.model.bidirectional:
        return "--pretrain=lm and --bidirectional exclude each other: it would see the words that it is to predict"
    if "lm" in pretrain.stages and not _has_unlabelled(job) and pretrain.pretrain_file is None:
        return "--pretrain=lm needs text: --unlabelled=imdb, --unlabelled_file or --pretrain_file"
    if "labels" in pretrain.stages and job.data.unlabelled is None and pretrain.pretrain_file is None:
        return "--pretrain=labels needs labelled text: --unlabelled=imdb or --pretrain_file"
    return None


def _vectors(job: TrainingJob) -> str | None:
    if job.data.embeddings is not None:
        return None
    if job.train.freeze_embeddings:
        return "--freeze_embeddings needs --embeddings"
    return "--vector_words needs --embeddings" if "vector_words" in job.given else None


def fit_to_model(train: TrainConfig, model: ModelConfig, given: frozenset[str]) -> TrainConfig:
    """How a model of this shape is trained, where the user has set the options `given`.

    A network that reads both ways has no output for a prefix before it has read that prefix alone, so there is
    no loss on prefixes.

    Raises:
      FlagError: the user asks for one.
    """
    if not (model.bidirectional and train.prefix_loss_weight):
        return train
    if "prefix_loss_weight" in given:
        raise FlagError(
            f"--bidirectional and --prefix_loss_weight={train.prefix_loss_weight} exclude each other: "
            "there is no score after each word to train; leave one of them out"
        )
    return dataclasses.replace(train, prefix_loss_weight=0.0)
