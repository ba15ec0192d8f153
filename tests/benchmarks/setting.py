"""The setting of every row of `speed`: the net, the corpus, the batches. NumPy only."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Dataset, build_vocabulary
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import split
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import Vocabulary

HIDDEN = 300
EMBEDDING = 300
VOCABULARY = 18_000
BATCH_SIZE = 64
LEARNING_RATE = 1e-3
LARGEST_NORM = 5.0
SEED = 1
MAX_LENGTH = 1000
FRACTION = 0.1  # Of the rows, for validation and for the test each, where `train.py` runs.
GATES = {"rnn": 1, "gru": 3, "lstm": 4}

# What else the net and its training could have is left out, so that both sides compute the same.
MODEL = {
    "num_hidden_units": HIDDEN,
    "embedding_size": EMBEDDING,
    "num_layers": 1,
    "loss": "softmax",
    "direct_scores": False,
}
TRAIN = {
    "learning_rate": LEARNING_RATE,
    "max_gradient_norm": LARGEST_NORM,
    "batch_size": BATCH_SIZE,
    "dropout": 0.0,
    "prefix_loss_weight": 0.0,
    "seed": SEED,
}
DATA = {"vocab_size": VOCABULARY, "stems": False, "valid_fraction": FRACTION, "test_fraction": FRACTION}


def flags(**more: object) -> list[str]:
    """The setting, and more, as `train.py` takes it."""
    return [f"--{name}={value}" for name, value in {**MODEL, **TRAIN, **DATA, **more}.items()]


class Rows(NamedTuple):
    """Labelled sentences, int32 `[n]` rows of a dataset, and the words that the net knows."""

    dataset: Dataset
    rows: np.ndarray
    vocabulary: Vocabulary

    @property
    def words(self) -> int:
        """Of all rows together, padding not counted."""
        return int(self.dataset.lengths[self.rows].sum())

    def batches(self) -> Batches:
        """Of like length, the same for every program."""
        return Batches(self.dataset, self.rows, BATCH_SIZE, SEED)


def cornell_rows(folder: Path, training_part: bool = False) -> Rows:
    """The packaged Cornell sentences: all 8,530, or the training part that `train.py` draws."""
    corpus: Corpus = PackagedCornell()
    encoded = encode_corpus(corpus, Tokenizer(), MAX_LENGTH, folder / "encoded")
    rows = np.arange(len(encoded), dtype=np.int32)
    if training_part:
        rows = split(encoded.keys, encoded.strata, FRACTION, FRACTION, SEED).train
    vocabulary = build_vocabulary(encoded, rows, VOCABULARY)
    return Rows(Dataset(encoded, vocabulary), rows, vocabulary)


def reference_path(folder: Path, unit: str) -> Path:
    """Where our training program stores what its net computes, for the peers to compare; see `peers/same_net.py`."""
    return folder / f"{unit}.npz"


def cornell_sentences() -> list[str]:
    """The texts, as they are in the package."""
    return cornell_examples()[0]


def cornell_examples() -> tuple[list[str], list[str]]:
    """The texts, and the label of each."""
    examples = list(PackagedCornell().examples())
    return [example.text for example in examples], ["|".join(example.labels) for example in examples]


def step_flops(unit: str) -> float:
    """Nominal floating-point operations a true word: forward and twice that backward, of x Wx and h Wh."""
    return 6.0 * GATES[unit] * HIDDEN * (EMBEDDING + HIDDEN)
