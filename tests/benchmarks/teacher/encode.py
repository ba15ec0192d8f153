"""Sentence vectors of a file of texts, in the order of their length, resumably.

    python -m tests.benchmarks.teacher.encode --cornell --output=vectors/cornell
    nice python -m tests.benchmarks.teacher.encode --texts=transfer.jsonl --output=vectors/transfer

A stopped or killed call goes on where it was, with the same result. Every fold, seed and head reads the same vectors.
The output folder has `vectors.npy`, float16 `[n, 768]` in the order of the texts; `texts.jsonl`, the texts; and
`progress.json`, how many are done and of which texts and encoder. Two cores encode about 50 Cornell sentences a second.
"""

import argparse
import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rnn_textclf.atomic import write_text
from rnn_textclf.errors import UserError

_BATCH = 32
_SAVED_EVERY = 32  # Batches.


class Encoder(Protocol):
    """Texts to vectors; `fingerprint` tells two encoders apart."""

    fingerprint: str

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text."""

    def vectors(self, batch: Sequence[list[int]]) -> np.ndarray:
        """Float `[B, E]`."""


def main() -> None:
    """Encodes, or goes on encoding."""
    options = _options()
    try:
        from tests.benchmarks.teacher.encoder import OnnxEncoder, TorchEncoder, network, unpacked

        texts = list(cornell_texts() if options.cornell else read_texts(options.texts))
        folder = unpacked(options.encoder_dir)
        if options.bits == 16:
            encoder: Encoder = TorchEncoder(folder, options.network or folder, options.threads)
        else:
            encoder = OnnxEncoder(folder, options.network or network(folder, options.bits), options.threads)
        encode(encoder, texts, options.output)
    except UserError as error:
        sys.exit(str(error))


def encode(encoder: Encoder, texts: Sequence[str], folder: Path) -> None:
    """Encodes the texts that are not done, short ones first.

    Raises:
      UserError: there are no texts, or the folder is of other texts or of another encoder, or cannot be written.
    """
    if not texts:
        raise UserError("no texts to encode; give a file with a text in each line")
    tokens = encoder.tokens(texts)
    order = np.argsort([len(ids) for ids in tokens], kind="stable")
    width = encoder.vectors([tokens[order[0]]]).shape[1]
    facts = {"texts": texts_sha256(texts), "encoder": encoder.fingerprint, "rows": len(texts), "batch": _BATCH}
    done = _begin(folder, facts, texts, width)
    vectors = np.load(folder / "vectors.npy", mmap_mode="r+")
    began, before = time.monotonic(), done
    for start in range(done, len(texts), _BATCH):
        rows = order[start : start + _BATCH]
        vectors[rows] = encoder.vectors([tokens[row] for row in rows])
        done = start + len(rows)
        if start // _BATCH % _SAVED_EVERY == _SAVED_EVERY - 1 or done == len(texts):
            vectors.flush()
            write_text(folder / "progress.json", json.dumps(facts | {"done": done}) + "\n")
            rate = (done - before) / (time.monotonic() - began)
            print(f"{done:,} of {len(texts):,} texts, {rate:.1f} a second", file=sys.stderr, flush=True)


def read_texts(path: Path) -> Iterator[str]:
    """The texts of a file: the field `text` of JSON lines, or else a text a line. Raises UserError."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if path.suffix != ".jsonl":
                    yield line.rstrip("\n")
                    continue
                try:
                    yield json.loads(line)["text"]
                except (ValueError, KeyError, TypeError):
                    raise UserError(f"{path}:{number}: expected an object with a text; mend the line") from None
    except (OSError, UnicodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); check the path") from None


def cornell_texts() -> Iterator[str]:
    """The packaged Cornell sentences, in order."""
    from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell

    return (text for text, _ in PackagedCornell().examples())


def texts_sha256(texts: Sequence[str]) -> str:
    """SHA-256 of the texts and their order, in hexadecimal."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(json.dumps(text).encode() + b"\n")
    return digest.hexdigest()


def read_vectors(folder: Path) -> tuple[list[str], np.ndarray]:
    """The texts and the vectors, mapped from the file. Raises UserError where they are not all done."""
    progress = _progress(folder)
    if progress is None or progress["done"] < progress["rows"]:
        raise UserError(f"{folder}: is not encoded to the end; run tests.benchmarks.teacher.encode for it")
    return list(read_texts(folder / "texts.jsonl")), np.load(folder / "vectors.npy", mmap_mode="r")


def _begin(folder: Path, facts: dict[str, Any], texts: Sequence[str], width: int) -> int:
    """Makes the folder's files, or finds how many texts are done already."""
    progress = _progress(folder)
    if progress is not None:
        if {name: progress.get(name) for name in facts} != facts:
            raise UserError(f"{folder}: has vectors of other texts or of another encoder; name another --output")
        return progress["done"]
    folder.mkdir(parents=True, exist_ok=True)
    needed = 2 * len(texts) * width
    if (free := shutil.disk_usage(folder).free) < needed:
        raise UserError(f"{folder}: needs {needed >> 20:,} MB, but {free >> 20:,} are free; free some space")
    write_text(folder / "texts.jsonl", "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts))
    np.lib.format.open_memmap(folder / "vectors.npy", "w+", np.float16, (len(texts), width)).flush()
    write_text(folder / "progress.json", json.dumps(facts | {"done": 0}) + "\n")
    return 0


def _progress(folder: Path) -> dict[str, Any] | None:
    path = folder / "progress.json"
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read ({error}); name another --output") from None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--texts", type=Path, metavar="PATH", help="JSON lines with a field text, or a text a line")
    source.add_argument("--cornell", action="store_true", help="encode the packaged Cornell sentences")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="folder of the vectors")
    parser.add_argument("--encoder_dir", type=Path, default=Path("data/encoder"), help="its files (%(default)s)")
    parser.add_argument(
        "--network", type=Path, metavar="PATH", help="a tuned encoder's ONNX file; for 16 bits its folder"
    )
    parser.add_argument("--bits", type=int, default=8, choices=(8, 16, 32), help="of a weight (%(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="of one sentence (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
