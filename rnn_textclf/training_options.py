"""The options of `train.py` that depend on each other."""

import dataclasses

from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.errors import FlagError


def contradiction(train: TrainConfig, data: DataConfig, pretrain: PretrainConfig, given: frozenset[str]) -> str | None:
    """What is wrong with the options together, or None; `given` are those that the user set."""
    unlabelled = data.unlabelled is not None or data.unlabelled_file is not None
    reads_it = data.embeddings == "skipgram" or pretrain.stages
    if unlabelled and not reads_it:
        return "--unlabelled and --unlabelled_file need --embeddings=skipgram or --pretrain"
    if pretrain.pretrain is None and (meaningless := sorted(name for name in given if name.startswith("pretrain_"))):
        return f"--{meaningless[0]} needs --pretrain"
    if pretrain.pretrain_file is not None and "labels" not in pretrain.stages:
        return "--pretrain_file needs --pretrain=labels or lm,labels"
    if "lm" in pretrain.stages and not unlabelled and pretrain.pretrain_file is None:
        return "--pretrain=lm needs text: --unlabelled=imdb, --unlabelled_file or --pretrain_file"
    if "labels" in pretrain.stages and data.unlabelled is None and pretrain.pretrain_file is None:
        return "--pretrain=labels needs labelled text: --unlabelled=imdb or --pretrain_file"
    if data.embeddings is None and train.freeze_embeddings:
        return "--freeze_embeddings needs --embeddings"
    if data.embeddings is None and "vector_words" in given:
        return "--vector_words needs --embeddings"
    return None


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
