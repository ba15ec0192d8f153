"""Data of a run folder: its corpora, its stored split, its vocabulary and its classes."""

from rnn_textclf.config import DataConfig, ModelConfig, RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.prepared_data import EncodedCorpora, PreparedData, encode_corpora, prepare
from rnn_textclf.preprocessing.encoded.splits import Split, load_split
from rnn_textclf.runs.folder.run_folder import RunFolder


def find_corpora(folder: RunFolder, model: ModelConfig, data: DataConfig, download: bool) -> EncodedCorpora:
    """The corpora of a run, encoded in its folder; see `encode_corpora` for the errors."""
    several_labels = model.loss == "sigmoid" and data.train_file is not None
    return encode_corpora(data, folder.encoded, several_labels=several_labels, download=download)


def check_corpora(corpora: EncodedCorpora, stored: RunConfig, folder: RunFolder) -> None:
    """Raises UserError for corpora that are not those of the run."""
    if corpora.fingerprint != stored.corpus.sha256:
        raise UserError(
            f"{folder.path}: was trained on other rows ({stored.corpus.source}) than those found now; "
            "restore that corpus, or start anew with --overwrite"
        )


def read_split(corpora: EncodedCorpora, folder: RunFolder) -> Split:
    """The split of a run. Raises UserError where it is missing, damaged or of another corpus."""
    return load_split(folder.checked(folder.split_path), len(corpora.main), corpora.main.fingerprint)


def read_prepared_data(corpora: EncodedCorpora, split: Split, folder: RunFolder) -> PreparedData:
    """The examples of a run, read through its vocabulary. Raises UserError where its files do not fit the corpora."""
    if folder.read_labels() != corpora.main.labels:
        raise UserError(f"{folder.labels_path}: its classes are not those of the corpus; restore the file")
    return prepare(corpora, split, folder.read_vocabulary())
