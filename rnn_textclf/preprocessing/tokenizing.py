"""The one place that says how a run's text becomes words, in training and ever after."""

from rnn_textclf.config import DataConfig
from rnn_textclf.preprocessing.tokens import Tokenizer


def tokenizer_of(config: DataConfig) -> Tokenizer:
    """The tokenizer of a run."""
    return Tokenizer(symbolize=config.symbolize)
