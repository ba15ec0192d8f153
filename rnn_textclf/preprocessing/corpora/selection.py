"""Selection of the corpora that a run's options name."""

from rnn_textclf.config import DataConfig, FileOptions
from rnn_textclf.preprocessing.corpora.cornell import find_cornell
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts


def main_corpus(config: DataConfig, several_labels: bool = False, download: bool = False) -> Corpus:
    """The corpus of `--train_file` or `--dataset`.

    Args:
      config: the options.
      several_labels: whether a text of `--train_file` may have several labels, `a|b`.
      download: whether the Cornell corpus may be fetched.

    Raises:
      UserError: there is no such corpus.
    """
    if config.train_file is not None:
        return labelled_file(config.train_file, config, several_labels)
    if config.dataset == "rt-polarity":
        return find_cornell(config.data_dir, download)
    return unlabelled_texts(config.dataset)  # Its sentences carry the label of their review.


def labelled_file(
    path: str, options: FileOptions, several_labels: bool = False, labels: tuple[str, ...] | None = None
) -> Corpus:
    """A user's own labelled file; see `open_corpus` for `labels` and for the errors."""
    return open_corpus(
        path,
        file_format=options.file_format,
        text_field=options.text_field,
        label_field=options.label_field,
        encoding=options.encoding,
        label_separator="|" if several_labels else None,
        skip_bad_rows=options.skip_bad_rows,
        labels=labels,
    )


def language_text(config: DataConfig) -> Corpus:
    """The text of `--unlabelled` and `--unlabelled_file`, else that of the labelled rows of `train_file`."""
    if config.train_file is not None and config.unlabelled is None and config.unlabelled_file is None:
        return labelled_file(config.train_file, config)
    return unlabelled_texts(config.unlabelled, config.unlabelled_file)
