"""Training of an estimator: the pipeline of `train.py` on rows in memory, without its printed report."""

from collections.abc import Sequence

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.estimator.given_texts import GivenTexts, class_names
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.prepared_data import EncodedCorpora
from rnn_textclf.preprocessing.encoded.splits import split
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.runs.training_result import EnsembleResult
from rnn_textclf.training.concurrency.interrupts import Interrupted
from rnn_textclf.training.pipeline import train_models
from rnn_textclf.training.run_setup import SharedData


def train_on(job: TrainingJob, texts: Sequence[str], of_text: np.ndarray, classes: np.ndarray) -> int:
    """Trains, or resumes, the run of a job; the epochs that it has then, of an ensemble the most of a member.

    Args:
      job: what to train.
      texts: N texts.
      of_text: int `[N]`, the class of each, a place in `classes`.
      classes: `[C]`, two or more different values.

    Raises:
      ValueError: there are too few rows.
      UserError: see `train_models`.
      KeyboardInterrupt: the user asked to stop; the state is saved.
    """
    corpus = GivenTexts(texts, of_text, class_names(classes))
    encoded = RunFolder(job.ckpt_dir).encoded
    encoded.mkdir(parents=True, exist_ok=True)
    main = encode_corpus(corpus, Tokenizer.from_config(job.data), job.data.max_length, encoded / "main")
    try:
        rows = split(main.keys, main.strata, job.data.valid_fraction, 0.0, job.train.seed)
    except UserError as error:
        raise ValueError(str(error)) from None
    shared = SharedData(EncodedCorpora(main, None, None, corpus.source), rows)
    try:
        result = train_models(job, Sessions(job.threads), shared)
    except Interrupted as stop:
        raise KeyboardInterrupt(str(stop)) from None
    models = result.members if isinstance(result, EnsembleResult) else [result]
    return max(len(model.epochs) for model in models)
