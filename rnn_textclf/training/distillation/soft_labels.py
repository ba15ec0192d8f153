"""Soft labels of a file, matched with a run's rows: training rows learn them, other texts become training sentences.

No row that validates or tests may be among them, or its label could leak through the teacher that answered.
"""

import hashlib
import logging
from pathlib import Path

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.dataset import build_vocabulary
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.training.distillation.soft_label_file import Answers, SoftLabelFile
from rnn_textclf.training.distillation.soft_targets import SoftTargets
from rnn_textclf.training.run_setup import SharedData

logger = logging.getLogger(__name__)

FOLD = "{fold}"  # In the name of a file a fold; its number from 1 takes this place.
_SAME = 1e-5  # Files hold six decimals.
_FEWEST = 2  # Occurrences that a word of further sentences needs to be known.


def open_soft_labels(path: str, job: TrainingJob, data: SharedData) -> tuple[SoftLabelFile, EncodedCorpus]:
    """A file of soft labels and its texts as ids, encoded once in the data folder for every run that reads it.

    Raises UserError where the file cannot be read, or a row of it.
    """
    main = data.corpora.main
    file = SoftLabelFile(Path(path), main.labels, job.model.loss == "sigmoid")
    name = hashlib.sha256(f"{file.fingerprint} {file.reading}".encode()).hexdigest()[:16]
    folder = Path(job.data.data_dir) / "soft_labels" / name
    return file, encode_corpus(file, Tokenizer.from_config(job.data), job.data.max_length, folder)


def match_soft_labels(file: SoftLabelFile, text: EncodedCorpus, data: SharedData) -> SoftTargets:
    """The soft targets of a file.

    A training row without an answer has its label instead; one with several, of texts that differ in what is not
    read, has their mean.

    Raises:
      UserError: a row of the file is a validation or test row of the run, or a text has two different answers.
    """
    answers, (corpora, split) = file.answers(), data
    _check_held_out(file, text, corpora.held_out_keys(split))
    _check_repeated(file, answers)
    main, train = corpora.main, split.train
    of_rows = np.full([len(main), len(main.labels)], np.nan, np.float32)
    of_rows[train] = _labels(main, train)
    keys, places = np.unique(text.keys, return_inverse=True)
    means = np.zeros([len(keys), len(main.labels)])
    np.add.at(means, places, answers.probabilities)
    means /= np.bincount(places)[:, None]
    found = np.minimum(np.searchsorted(keys, main.keys[train]), len(keys) - 1)
    answered = keys[found] == main.keys[train]
    of_rows[train[answered]] = means[found[answered]]
    others = np.flatnonzero(~np.isin(text.keys, main.keys[train])).astype(np.int32)
    logger.info(
        f"Soft labels: {file.source}; {int(answered.sum()):,} of {len(train):,} training rows have one, "
        f"{len(others):,} other texts become training sentences"
    )
    return SoftTargets(of_rows, others, text.keys[others], answers.probabilities[others], file.fingerprint)


def further_words(text: EncodedCorpus, soft_targets: SoftTargets, vocab_size: int, min_count: int) -> list[str]:
    """The most frequent words of the further training sentences, `vocab_size` at most; each occurs twice or more."""
    known = build_vocabulary(text, soft_targets.sentences, vocab_size, max(min_count, _FEWEST))
    return known.words[2:]


def _check_held_out(file: SoftLabelFile, text: EncodedCorpus, held_out: np.ndarray) -> None:
    leaking = np.flatnonzero(np.isin(text.keys, held_out))
    if len(leaking):
        raise UserError(
            f"{file.place(int(leaking[0]))}: is a validation or test row of this run (rows like it: "
            f"{len(leaking):,}), whose label could leak through the teacher; leave such rows out, and with --folds "
            f"give a file for each fold, such as soft-{FOLD}.tsv"
        )


def _check_repeated(file: SoftLabelFile, answers: Answers) -> None:
    _, first, places = np.unique(answers.hashes, return_index=True, return_inverse=True)
    firsts = first[places]
    distance = np.abs(answers.probabilities - answers.probabilities[firsts]).max(1)
    differing = np.flatnonzero(distance > _SAME)
    if len(differing):
        row = int(differing[0])
        raise UserError(
            f"{file.place(row)}: answers the text of {file.place(int(firsts[row]))} otherwise; keep one of them"
        )


def _labels(main: EncodedCorpus, indices: np.ndarray) -> np.ndarray:
    """Float32 `[n, C]`, 1 for the classes of each example."""
    labels, counts = main.label_ids.flat(indices)
    targets = np.zeros([len(indices), len(main.labels)], np.float32)
    targets[np.repeat(np.arange(len(indices)), counts), labels] = 1
    return targets
