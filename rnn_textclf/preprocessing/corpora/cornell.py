"""The Cornell sentence polarity corpus (Pang and Lee 2005), from local files, the archive or a package.

Two files of 5,331 sentences each, in Windows-1252; copies in UTF-8 go around, and copies in which
Windows-1252 was read as Latin-1, so that its dashes and ellipses became control characters.
"""

from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example, cannot_read, sha256
from rnn_textclf.preprocessing.corpora.download import CORNELL_URL, download_cornell
from rnn_textclf.preprocessing.corpora.formats.text_files import mend_controls
from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell

CLASSES = ("negative", "positive")
FILES = ("rt-polarity.neg", "rt-polarity.pos")
ARCHIVE_FOLDER = "rt-polaritydata"

OFFICIAL = {
    "rt-polarity.neg": "4ace77d558c3714723843f1d65b60c01e3417b208180f0728808d76ad0eeeaca",
    "rt-polarity.pos": "2da124ec187a9d5a29c9f04e91c540e02baed5af8868f550a26bd6fd4dbf8bf0",
}
_UTF8_COPIES = {
    "rt-polarity.neg": "2d11cfbc790f1cd96d78339f41ce53ced1efa83cd22d37d6788fa3fe3d17e2fd",
    "rt-polarity.pos": "4134882974a28d0c7b5151256f0e33a6169984ee7372c279e673f1114f475d58",
}
_LINES = 5331


def find_cornell(
    data_dir: Path | str,
    download: bool = False,
    *,
    base_url: str = CORNELL_URL,
    checksums: dict[str, str] = OFFICIAL,
) -> Corpus:
    """Takes the files under `data_dir`, else the archive if `download` is set, else the packaged sentences.

    Args:
      data_dir: looked in for rt-polarity.neg and rt-polarity.pos, directly and in rt-polaritydata/; a
        download goes to the latter.
      download: fetch the archive when the files are not there.
      base_url: the address that the archive's name is appended to.
      checksums: SHA-256 in hex of the two files in the archive.

    Returns:
      The corpus, whose `source` names which of the three it is; labels "negative" and "positive".

    Raises:
      UserError: one file of the two is missing, the download failed, or the package is not installed.
    """
    data_dir = Path(data_dir)
    for folder in (data_dir, data_dir / ARCHIVE_FOLDER):
        present = [name for name in FILES if (folder / name).exists()]
        if len(present) == 1:
            missing = next(name for name in FILES if name not in present)
            raise UserError(f"{folder / missing}: missing; put it beside {present[0]}, or remove that one too")
        if present:
            return CornellFiles(folder)
    if download:
        download_cornell(data_dir / ARCHIVE_FOLDER, base_url, checksums)
        return CornellFiles(data_dir / ARCHIVE_FOLDER)
    return PackagedCornell()


class CornellFiles(Corpus):
    """rt-polarity.neg and rt-polarity.pos, in Windows-1252 or UTF-8."""

    def __init__(self, folder: Path) -> None:
        """Reads the files' checksums."""
        self.name = "rt-polarity"
        self.labels = CLASSES
        self.paths = tuple(folder / name for name in FILES)
        sums = {path.name: sha256(path) for path in self.paths}
        self._known = sums in (OFFICIAL, _UTF8_COPIES)
        kind = "as published" if sums == OFFICIAL else "a UTF-8 copy" if self._known else "of unknown origin"
        self.source = f"{FILES[0]} and {FILES[1]} in {folder}, {kind}"

    def examples(self) -> Iterator[Example]:
        """Streams the negative sentences, then the positive ones. Raises UserError for an unusable file."""
        for path, label in zip(self.paths, CLASSES, strict=True):
            sentences = _sentences(path, lenient=self._known)
            if self._known and len(sentences) != _LINES:
                raise UserError(f"{path}: {len(sentences)} lines instead of {_LINES}; copy it again")
            yield from (Example(sentence, (label,)) for sentence in sentences)


def _sentences(path: Path, lenient: bool) -> list[str]:
    """The lines that are not blank. Only a line feed ends one: to `splitlines` the ellipsis 0x85 does too."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    if (nul := data.find(b"\0")) >= 0:
        raise UserError(f"{path}:{_line(data, nul)}: NUL byte; this is not a text file, put the published one here")
    sentences = [line.strip() for line in mend_controls(_decoded(data, path, lenient)).split("\n")]
    if not any(sentences):
        raise UserError(f"{path}: no sentences; put the published file here")
    return [sentence for sentence in sentences if sentence]


def _decoded(data: bytes, path: Path, lenient: bool) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252", "replace" if lenient else "strict")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}:{_line(data, error.start)}: byte 0x{data[error.start]:02x} is "
            "neither UTF-8 nor Windows-1252; save it as UTF-8"
        ) from error


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
