"""Labelled file that a trained run is evaluated on, read as the run's training rows were. No TensorFlow."""

from dataclasses import replace

from rnn_textclf.config import RunConfig
from rnn_textclf.config.inference import ScoringOptions
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.selection import labelled_file


def open_evaluated(options: ScoringOptions, config: RunConfig, labels: tuple[str, ...]) -> Corpus:
    """Opens the file; its columns are those that the run was trained on, unless others are given or found.

    Args:
      options: which file, and how it is read.
      config: of the run.
      labels: its classes.

    Raises:
      UserError: the file does not exist, or its format is not known.
    """

    def opened(options: ScoringOptions) -> Corpus:
        return labelled_file(str(options.evaluate), options, several_labels, labels)

    trained = config.data
    several_labels = config.model.loss == "sigmoid" and trained.train_file is not None
    if options.text_field or options.label_field or not (trained.text_field or trained.label_field):
        return opened(options)
    as_trained = replace(options, text_field=trained.text_field, label_field=trained.label_field)
    try:
        opened(as_trained).check_first()
    except UserError:  # The file does not have them, or something else is wrong with it, which the next pass tells.
        return opened(options)
    return opened(as_trained)
