"""SavedModel of a run, for TensorFlow Serving and other programs: raw sentences in, predictions out.

Cleaning, tokenizing and look-up are inside, with the vocabulary as an asset; this package is not needed then.
The input of every signature is `text`, string `[B]`, UTF-8. TensorFlow Serving wants a batch first in every
output, so that words and running scores come padded, with `lengths`, and not as values and row splits.

`serving_default` and `predict`:
  label          string `[B]`, as `Prediction.label`: the most probable class, or all from 0.5 on joined by |
  probabilities  float `[B, C]`, in [0, 1]
  classes        string `[B, C]`, the name of each of them, the same in every row

`running_scores` has these, and:
  words          string `[B, T]`, as the model reads them; one `<unk>` for a text without words
  running_scores float `[B, T, C]`, the probability of each class after each word
  lengths        int32 `[B]`: `words[i, :lengths[i]]` and `running_scores[i, :lengths[i]]` are the i-th text's

TensorFlow Serving takes folders `MODEL/VERSION`, such as `--export=models/polarity/1`, and is then asked with
`POST /v1/models/polarity:predict {"instances": ["a fine film", "a dull one"]}`.
"""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.atomic import cannot_write, new_folder
from rnn_textclf.errors import UserError
from rnn_textclf.inference.exports.export_checks import check_loadable
from rnn_textclf.models.inference_graph import SampleResult
from rnn_textclf.models.raw_text.text_ops import (
    Sentences,
    WordTables,
    read_sentences,
    replacement_table,
    vocabulary_table,
)
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.entities.aliases import save_aliases
from rnn_textclf.preprocessing.tokens import Tokenizer, room
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.sessions import Sessions


class _Answer(NamedTuple):
    """Outputs of a signature; see the module."""

    label: Any
    probabilities: Any
    classes: Any
    words: Any
    running_scores: Any
    lengths: Any


_SHORT = ("label", "probabilities", "classes")
_SIGNATURES = {
    tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: _SHORT,
    "predict": _SHORT,
    "running_scores": _Answer._fields,
}


def export_model(run: Path, folder: Path, sessions: Sessions) -> None:
    """Writes the best model of a run.

    Args:
      run: the run folder.
      folder: what to make; may be there if it is empty.
      sessions: opens the session.

    Raises:
      UserError: the run cannot be read or cleans its text in a way that the graph cannot; or `folder` cannot be
        written, and then there is no half of it, or could not be loaded from that path.
    """
    check_loadable(folder)
    source = RunFolder(run)
    with (
        new_folder(folder) as unfinished,
        tempfile.TemporaryDirectory(prefix="export-") as assets,
        sessions.new_graph() as session,
    ):
        texts = tf.placeholder(tf.string, [None], "text")
        sentences = _sentences(source, texts, Path(assets))
        classifier = restore_best(source, session, sentences.ids)
        answer = _answer(source, sentences, classifier.sample)
        try:
            _save(session, texts, answer, unfinished)
        except tf.errors.OpError as error:
            raise cannot_write(folder, OSError(error.message.splitlines()[0])) from error


def _sentences(source: RunFolder, texts: Any, assets: Path) -> Sentences:
    """Words and ids of the texts; files that the graph reads and the run does not have are written to `assets`."""
    config = source.read_config().data
    if config.symbolize:
        raise UserError(f"{source.path}: trained with --symbolize, which a SavedModel cannot do; train without it")
    words = WordTables(
        vocabulary_table(str(source.vocabulary_path.resolve())),
        replacement_table(str(source.entities_path.resolve())) if config.mask_entities else None,
        replacement_table(str(_typo_file(source, assets))) if config.correct_typos else None,
    )
    longest, tokenizer = room(config.max_length), Tokenizer.from_config(config)
    return read_sentences(texts, words, config.max_length, longest, tokenizer.version, tokenizer.skip_addresses)


def _typo_file(source: RunFolder, assets: Path) -> Path:
    """Writes all typos with their words, a tab between them, a pair a line."""
    path = assets / "typos.txt"
    save_aliases(source.read_vocabulary().typos(), path)
    return path


def _answer(source: RunFolder, sentences: Sentences, sample: SampleResult) -> _Answer:
    names = tf.broadcast_to(tf.constant(source.read_labels()), tf.shape(sample.probabilities))
    answer = _Answer(
        label=_label(sample.probabilities, names, source.read_config().corpus.multi_label),
        probabilities=sample.probabilities,
        classes=names,
        words=sentences.words,
        running_scores=sample.running_scores,
        lengths=sentences.lengths,
    )
    return _Answer(**{name: tf.identity(value, name) for name, value in answer._asdict().items()})


def _label(probabilities: Any, names: Any, multi_label: bool) -> Any:
    """The name, string `[B]`, of the most probable class, or the names of all from 0.5 on."""
    if not multi_label:
        return tf.gather(names, tf.argmax(probabilities, 1), axis=1, batch_dims=1)
    chosen = tf.where(probabilities >= 0.5)
    rows, num_rows = chosen[:, 0], tf.shape(probabilities)[0]
    return tf.strings.unsorted_segment_join(tf.gather_nd(names, chosen), rows, num_rows, separator="|")


def _save(session: Any, texts: Any, answer: _Answer, folder: Path) -> None:
    """Writes the graph of `session`, its variables and its assets to a folder that is there and empty."""
    outputs = answer._asdict()
    signatures = {
        name: tf.saved_model.predict_signature_def({"text": texts}, {key: outputs[key] for key in keys})
        for name, keys in _SIGNATURES.items()
    }
    builder = tf.saved_model.Builder(str(folder))
    builder.add_meta_graph_and_variables(
        session,
        [tf.saved_model.tag_constants.SERVING],
        signature_def_map=signatures,
        assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
        clear_devices=True,
        main_op=tf.tables_initializer(),
        strip_default_attrs=True,
    )
    builder.save()
