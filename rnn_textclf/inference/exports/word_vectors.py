"""Word vectors of a run for TensorBoard's projector (`tensorboard --logdir=DIR`, or https://projector.tensorflow.org)."""

from pathlib import Path

import numpy as np

from rnn_textclf.atomic import new_folder
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.sessions import Sessions

_PROJECTOR = """\
embeddings {
  tensor_path: "vectors.tsv"
  metadata_path: "words.tsv"
}
"""


def export_vectors(run: Path, folder: Path, sessions: Sessions) -> None:
    """Writes `vectors.tsv`, V lines of E numbers, `words.tsv`, a word a line, and `projector_config.pbtxt`.

    Args:
      run: the run folder; its best checkpoint is read.
      folder: what to make; may be there if it is empty.
      sessions: opens the session.

    Raises:
      UserError: the run cannot be read or the folder cannot be written; then there is no half of it.
    """
    source = RunFolder(run)
    with new_folder(folder) as unfinished:
        words = source.read_vocabulary().words
        np.savetxt(unfinished / "vectors.tsv", read_embedding(source, sessions), fmt="%.9g", delimiter="\t")
        (unfinished / "words.tsv").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
        (unfinished / "projector_config.pbtxt").write_text(_PROJECTOR, encoding="utf-8")


def read_embedding(source: RunFolder, sessions: Sessions) -> np.ndarray:
    """The vectors of a run's best checkpoint, float32 `[V, E]`. Raises UserError where it cannot be read."""
    with sessions.new_graph() as session:
        return session.run(restore_best(source, session).embedding.table)
