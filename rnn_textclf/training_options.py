"""What the options of `train.py` say against each other, where no single configuration can tell."""

from rnn_textclf.config import DataConfig, TrainConfig


def contradiction(train: TrainConfig, data: DataConfig, given: frozenset[str]) -> str | None:
    """What is wrong with the options together, or None; `given` are those that the user set."""
    if data.embeddings is None and train.freeze_embeddings:
        return "--freeze_embeddings needs --embeddings"
    if data.embeddings is None and "vector_words" in given:
        return "--vector_words needs --embeddings"
    return None
