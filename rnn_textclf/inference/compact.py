"""A small copy of a run, to be given away: fewer words, and weights in eight bits."""

import logging
import shutil
from pathlib import Path
from typing import NamedTuple

from rnn_textclf.atomic import new_folder
from rnn_textclf.config import RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.runs import sessions
from rnn_textclf.runs.checkpoints import last_checkpoint
from rnn_textclf.runs.evaluation import Evaluation, evaluate
from rnn_textclf.runs.prepared_data import EncodedCorpora, restore
from rnn_textclf.runs.quantized_checkpoint import CheckpointReader, save_quantized
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.training.pretraining.pretrained_weights import BY_WORD
from rnn_textclf.training.run_setup import check_corpus, find_corpora

logger = logging.getLogger(__name__)

_BATCH_SIZE = 256
_MEGABYTE = 1e6


class Compacted(NamedTuple):
    """A run and its small copy.

    bytes_before, bytes_after: of the files that inference reads.
    words_before, words_after: entries of the vocabularies.
    test_before, test_after: how each does on the run's test rows; None where they are not at hand.
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


def compact_run(run: Path, folder: Path, num_words: int, threads: int = 0) -> Compacted:
    """Makes a run folder that answers like another, but is smaller and cannot be trained further.

    Args:
      run: the run folder; it must hold one model.
      folder: what to make; may be there if it is empty.
      num_words: how many words stay, the first ones, which are the most frequent; and the stems that they have.
      threads: to compute on; 0 is as many as there are cores.

    Raises:
      UserError: the run cannot be read or the folder cannot be written; then there is no half of it.
    """
    source = RunFolder(run)
    config, vocabulary = source.read_config(), source.read_vocabulary()
    kept = vocabulary.first(num_words)
    with new_folder(folder) as unfinished:
        sources = _sources(source, config)
        before = _test(source, sources, threads)
        copy = RunFolder(unfinished)
        _copy_facts(source, copy)
        copy.write_words(kept, source.read_labels())
        _copy_weights(source, copy, [vocabulary.id(word) for word in kept.words])
        copy.record_checksums()
        return Compacted(
            bytes_before=_size(source),
            bytes_after=_size(copy),
            words_before=len(vocabulary),
            words_after=len(kept),
            test_before=before,
            test_after=_test(copy, sources, threads),
        )


def _copy_facts(source: RunFolder, copy: RunFolder) -> None:
    """All that the run says of itself, but for its words."""
    copy.write_config(source.read_config())
    for path in _facts(source):
        shutil.copyfile(path, copy.path / path.name)


def _facts(run: RunFolder) -> list[Path]:
    paths = [run.split_path, run.row_hashes_path, run.history_path, run.test_metrics_path, run.calibration_path]
    return [path for path in paths if path.exists()]


def _copy_weights(source: RunFolder, copy: RunFolder, rows: list[int]) -> None:
    """Of tables with a row a word these rows, of the rest all."""
    path = last_checkpoint(source.best)
    stored = CheckpointReader(path)
    weights = {key: stored[key][rows] if key in BY_WORD else stored[key] for key in stored.shapes}
    copy.best.mkdir()
    save_quantized(copy.best / path.name, weights)


def _size(run: RunFolder) -> int:
    """Bytes of what answering and judging need."""
    paths = [run.config_path, run.vocabulary_path, run.labels_path, *_facts(run), *run.best.iterdir()]
    return sum(path.stat().st_size for path in paths)


def _sources(run: RunFolder, config: RunConfig) -> EncodedCorpora | None:
    """The corpora that a run was trained on; None where they are not at hand."""
    try:
        sources = find_corpora(run, config.model, config.data, download=False)
        check_corpus(sources, config, run)
    except UserError as error:
        logger.info(f"The run's rows are not at hand: {error}")
        return None
    return sources


def _test(run: RunFolder, sources: EncodedCorpora | None, threads: int) -> Evaluation | None:
    """How a run does on its test rows. Raises UserError where it cannot be restored."""
    with sessions.Sessions(threads).new_graph() as session:
        classifier = restore_best(run, session)
        if sources is None:
            return None
        rows = Batches(*restore(sources, run).test, _BATCH_SIZE)
        return evaluate(session, classifier, rows.by_length(), sources.multi_label)
