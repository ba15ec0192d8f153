"""Training options that follow from the training examples where the user leaves them open."""

import dataclasses
import math

from rnn_textclf.config import TrainConfig

FEWEST_EPOCHS, MOST_EPOCHS = 5, 40
_EXAMPLES_TO_READ = 10_000  # In all epochs together; from 2,000 training examples on, the fewest epochs read as many.


def derived_options(options: TrainConfig, num_examples: int) -> TrainConfig:
    """The options with a number of epochs for `num_examples` (>= 1) training examples, unless one is set.

    The fewer examples, the fewer steps an epoch has, so that small corpora are read more often. Validation keeps the
    best epoch.
    """
    if options.num_epochs:
        return options
    epochs = min(max(math.ceil(_EXAMPLES_TO_READ / num_examples), FEWEST_EPOCHS), MOST_EPOCHS)
    return dataclasses.replace(options, num_epochs=epochs)
