"""Compact copy of a run: fewer words, and int8 weights."""

import logging
import shutil
from pathlib import Path
from typing import NamedTuple

from rnn_textclf.atomic import new_folder
from rnn_textclf.config import RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.prepared_data import EncodedCorpora
from rnn_textclf.runs.checkpoints import last_checkpoint
from rnn_textclf.runs.evaluation import Evaluation, evaluate
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.quantized_checkpoint import TABLES_BY_WORD, CheckpointReader, save_quantized
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.run_data import check_corpora, find_corpora, read_prepared_data, read_split
from rnn_textclf.runs.sessions import Sessions

logger = logging.getLogger(__name__)

_BATCH_SIZE = 256
_MEGABYTE = 1e6


class Compacted(NamedTuple):
    """Sizes and test results of a run and of its compact copy.

    bytes_before, bytes_after: of the files that inference reads.
    words_before, words_after: entries of the vocabularies.
    test_before, test_after: results on the run's test examples; None where these are not at hand.
    """

    bytes_before: int
    bytes_after: int
    words_before: int
    words_after: int
    test_before: Evaluation | None
    test_after: Evaluation | None

    def lines(self) -> list[str]:
        """For people."""
        sizes = (
            f"{self.bytes_before / _MEGABYTE:.1f} MB and {self.words_before:,} words and stems -> "
            f"{self.bytes_after / _MEGABYTE:.1f} MB and {self.words_after:,}"
        )
        if self.test_before is None or self.test_after is None:
            return [sizes]
        before, after = self.test_before, self.test_after
        return [
            sizes,
            f"Test accuracy {before.accuracy:.2%} ({before.num_right:,} of {len(before):,}) -> "
            f"{after.accuracy:.2%} ({after.num_right:,})",
        ]


def compact_run(run: Path, folder: Path, num_words: int, sessions: Sessions) -> Compacted:
    """Makes a smaller copy of a run folder, for inference only: its training cannot be resumed.

    Args:
      run: the run folder; it must hold one model.
      folder: what to make; may be there if it is empty.
      num_words: how many words stay, the first ones, which are the most frequent; and the stems that they have.
      sessions: opens the sessions.

    Raises:
      UserError: the run cannot be read or the folder cannot be written; then there is no half of it.
    """
    source = RunFolder(run)
    config, vocabulary = source.read_config(), source.read_vocabulary()
    kept = vocabulary.first(num_words)
    with new_folder(folder) as unfinished:
        corpora = _find_corpora(source, config)
        before = _evaluate_test(source, corpora, sessions)
        copy = RunFolder(unfinished)
        _copy_metadata(source, copy)
        copy.write_words(kept, source.read_labels())
        _copy_weights(source, copy, [vocabulary.entry_id(word) for word in kept.words])
        copy.record_checksums()
        return Compacted(
            bytes_before=_size(source),
            bytes_after=_size(copy),
            words_before=len(vocabulary),
            words_after=len(kept),
            test_before=before,
            test_after=_evaluate_test(copy, corpora, sessions),
        )


def _copy_metadata(source: RunFolder, copy: RunFolder) -> None:
    """Copies configuration, split, metrics and calibration."""
    copy.write_config(source.read_config())
    for path in _metadata(source):
        shutil.copyfile(path, copy.path / path.name)


def _metadata(run: RunFolder) -> list[Path]:
    paths = [run.split_path, run.row_hashes_path, run.history_path, run.test_metrics_path, run.calibration_path]
    return [path for path in paths if path.exists()]


def _copy_weights(source: RunFolder, copy: RunFolder, word_ids: list[int]) -> None:
    """Copies tables with a row a word at `word_ids`, other weights whole."""
    path = last_checkpoint(source.best)
    stored = CheckpointReader(path)
    weights = {key: stored[key][word_ids] if key in TABLES_BY_WORD else stored[key] for key in stored.shapes}
    copy.best.mkdir()
    save_quantized(copy.best / path.name, weights)


def _size(run: RunFolder) -> int:
    """Bytes of the files that inference and evaluation read."""
    paths = [run.config_path, run.vocabulary_path, run.entities_path, run.labels_path]
    paths += [*_metadata(run), *run.best.iterdir()]
    return sum(path.stat().st_size for path in paths if path.exists())


def _find_corpora(run: RunFolder, config: RunConfig) -> EncodedCorpora | None:
    """The corpora that a run was trained on; None where they are not at hand."""
    try:
        corpora = find_corpora(run, config.model, config.data, download=False)
        check_corpora(corpora, config, run)
    except UserError as error:
        logger.info(f"The run's rows are not at hand: {error}")
        return None
    return corpora


def _evaluate_test(run: RunFolder, corpora: EncodedCorpora | None, sessions: Sessions) -> Evaluation | None:
    """Results on the run's test examples. Raises UserError where the run cannot be restored."""
    with sessions.new_graph() as session:
        classifier = restore_best(run, session)
        if corpora is None:
            return None
        examples = Batches(*read_prepared_data(corpora, read_split(corpora, run), run).test, _BATCH_SIZE)
        return evaluate(session, classifier, examples.by_length(), corpora.multi_label)
