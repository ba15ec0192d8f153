"""Row hashes: 64 bits a training example, which tell whether a file shares some with them.

They stay with the run when it is moved without its `encoded/` folder and without the corpus.
"""

import io
from collections.abc import Iterable

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder.run_folder import RunFolder


def write_row_hashes(folder: RunFolder, hashes: np.ndarray) -> None:
    """Stores the hashes of the training examples, uint64 `[N]`; see `EncodedCorpus.keys`."""
    file = io.BytesIO()
    np.save(file, np.unique(hashes), allow_pickle=False)
    folder.checksums.write(folder.row_hashes_path, file.getvalue())


def read_row_hashes(folder: RunFolder) -> np.ndarray | None:
    """The distinct hashes, ascending; None for a run that has no such file.

    Raises:
      UserError: the file is damaged.
    """
    path = folder.row_hashes_path
    if not folder.checksums.exists(path):
        return None
    try:
        hashes = np.load(io.BytesIO(folder.checksums.read(path)), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path}: cannot be read ({error}); restore the file or delete it") from None
    if not isinstance(hashes, np.ndarray) or hashes.ndim != 1 or hashes.dtype != np.uint64:
        raise UserError(f"{path}: expected 64-bit hashes; restore the file or delete it")
    return hashes


def read_all_row_hashes(folders: Iterable[RunFolder]) -> np.ndarray | None:
    """The hashes of all examples that some runs were trained on; None where one of them has no such file."""
    hashes = [read_row_hashes(folder) for folder in folders]
    found = [of_one for of_one in hashes if of_one is not None]
    return np.unique(np.concatenate(found)) if len(found) == len(hashes) else None


def trained_on(row_hashes: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """Whether each example, by its hash `[N]`, is a training example: bool `[N]`."""
    return np.isin(hashes, row_hashes)


def count_seen(folder: RunFolder, hashes: np.ndarray) -> int | None:
    """How many examples, by their hashes `[N]`, a run was trained on; None for a run that has no such file."""
    known = read_row_hashes(folder)
    return None if known is None else int(np.count_nonzero(trained_on(known, hashes)))
