"""Weights of a pretrained run, loaded into a classifier whose vocabulary begins with that run's words."""

import logging
from typing import Any

import numpy as np

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.checkpoints import last_checkpoint
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.quantized_checkpoint import TABLES_BY_WORD, CheckpointReader

logger = logging.getLogger(__name__)

_BY_CLASS = ("output_kernel", "output_bias", "word_scores", "pair_scores")


def load_pretrained(
    session: Any, classifier: TextClassifier, pretrained: RunFolder, vocabulary: Vocabulary, labels: tuple[str, ...]
) -> None:
    """Replaces first weights by those of the pretrained run's best checkpoint, and logs how many it had.

    Tables with a row for each word are copied word by word: words unknown to the pretrained run keep their first
    weights. Variables with a column for each class are copied only where both runs have the same classes. With
    `freeze_embeddings`, the vectors of the words copied stay as they are.

    Args:
      session: holds the first weights.
      classifier: of the new run.
      pretrained: the run folder of a classifier or of a language model.
      vocabulary: of the new run.
      labels: its classes.
    """
    path = last_checkpoint(pretrained.best)
    stored = CheckpointReader(path)
    same_classes = pretrained.labels_path.exists() and pretrained.read_labels() == labels
    theirs, ours = _shared_ids(pretrained.read_vocabulary(), vocabulary)
    loaded = []
    weights = classifier.network.whole_weights
    for variable in weights:
        name = variable.op.name
        if name not in stored or (name in _BY_CLASS and not same_classes):
            continue
        if name == "pair_scores" and stored.shapes[name] != variable.shape.as_list():
            continue  # Pairs of a table of another size are in other rows.
        values = stored[name]
        if name in TABLES_BY_WORD:
            table = session.run(variable)
            table[ours] = values[theirs]
            values = table
        variable.load(values, session)
        loaded.append(name)
    classifier.embedding.freeze(session, ours)
    logger.info(f"First weights: {len(loaded)} of {len(weights)} variables from {path}")


def _shared_ids(theirs: Vocabulary, ours: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """The ids, in each, of the entries that both have."""
    ids = [(number, ours.entry_id(word)) for number, word in enumerate(theirs.words) if word in ours]
    there, here = zip(*ids, strict=True)
    return np.array(there), np.array(here)
