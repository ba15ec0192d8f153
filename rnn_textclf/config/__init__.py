"""Configuration of a run: frozen dataclasses whose options each have a default, a range and a help.

`flags.py` makes the command line of these fields, the run folder stores them as strict JSON, and everything below
takes them as plain values. A new option is one `option(...)` in one of these classes.
"""

from rnn_textclf.config.data import IMDB, TOKENIZER_VERSION, DataConfig, FileOptions
from rnn_textclf.config.model import ModelConfig
from rnn_textclf.config.pretraining import PretrainConfig
from rnn_textclf.config.run_config import CorpusFacts, RunConfig
from rnn_textclf.config.training import TrainConfig

__all__ = [
    "IMDB",
    "TOKENIZER_VERSION",
    "CorpusFacts",
    "DataConfig",
    "FileOptions",
    "ModelConfig",
    "PretrainConfig",
    "RunConfig",
    "TrainConfig",
]
