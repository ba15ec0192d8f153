"""Options of `train.py --tune`."""

from dataclasses import dataclass

from rnn_textclf.options import Config, option


@dataclass(frozen=True)
class TuningOptions(Config):
    """Whether settings are tried, and for how long; no run stores them."""

    tune: int = option(
        0,
        "Try this many settings of the flags that matter most and are not given, earlier ones included, and keep the "
        "one with the lowest validation loss (>= 1; 0: train one model).",
        low=0,
    )
    tune_minutes: float = option(
        30.0, "With --tune: minutes of one call, after which the best so far is kept (> 0).", above=0
    )
