"""The options of `train.py` that depend on each other."""

import dataclasses

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.errors import FlagError


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
