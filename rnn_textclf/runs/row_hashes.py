"""The training rows' keys, eight bytes each: enough to tell whether a file shares rows with them.

They stay with the run when it is moved without its `encoded/` folder and without the corpus.
"""

from collections.abc import Iterable

import numpy as np

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import UserError
from rnn_textclf.runs.run_folder import RunFolder


def write_row_hashes(folder: RunFolder, keys: np.ndarray) -> None:
    """Stores the keys of the training rows, uint64 `[N]`; see `EncodedCorpus.keys`."""
    with replacing(folder.train_keys_path, "wb") as file:
        np.save(file, np.unique(keys), allow_pickle=False)


def read_row_hashes(folder: RunFolder) -> np.ndarray | None:
    """The distinct keys, ascending; None for a run that has no such file.

    Raises:
      UserError: the file is damaged.
    """
    path = folder.train_keys_path
    if not path.exists():
        return None
    try:
        keys = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path}: cannot be read ({error}); restore the file or delete it") from None
    if not isinstance(keys, np.ndarray) or keys.ndim != 1 or keys.dtype != np.uint64:
        raise UserError(f"{path}: expected one row of 64-bit keys; restore the file or delete it")
    return keys


def read_all_row_hashes(folders: Iterable[RunFolder]) -> np.ndarray | None:
    """The keys of all that some runs were trained on; None where one of them has no such file."""
    keys = [read_row_hashes(folder) for folder in folders]
    found = [of_one for of_one in keys if of_one is not None]
    return np.unique(np.concatenate(found)) if len(found) == len(keys) else None


def trained_on(row_hashes: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Which rows, by their keys `[N]`, are among the training rows: bool `[N]`."""
    return np.isin(keys, row_hashes)
