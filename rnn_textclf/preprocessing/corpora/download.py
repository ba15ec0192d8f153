"""Fetches the Cornell archive: all of it, checked, or nothing."""

import contextlib
import hashlib
import http.client
import logging
import sys
import tarfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from rnn_textclf.atomic import new_folder
from rnn_textclf.errors import UserError

logger = logging.getLogger(__name__)

CORNELL_URL = "http://www.cs.cornell.edu/people/pabo/movie-review-data/"
ARCHIVE = "rt-polaritydata.tar.gz"

_BLOCK = 1 << 16
_TIMEOUT = 30.0  # Seconds without a byte.
_LARGEST = 64 << 20  # Bytes of the archive, or of all that it unpacks to; the real one has half a megabyte.
_MOST_MEMBERS = 100


def download_cornell(folder: Path, base_url: str, checksums: Mapping[str, str]) -> None:
    """Puts the archive's two files into a folder.

    They are fetched, unpacked and checked in a temporary folder beside it, and renamed into place only when
    both are whole; of the archive's members nothing else is unpacked, and no name in it is used as a path.

    Args:
      folder: where the files go, such as data/rt-polaritydata.
      base_url: the address that the archive's name is appended to.
      checksums: the files' names and their SHA-256 in hex.

    Raises:
      UserError: no network, not found, cut off, wrong checksum, disk full; nothing is left behind.
    """
    url = base_url.rstrip("/") + "/" + ARCHIVE
    logger.info(f"downloading {url}")
    with new_folder(folder, existing="merge") as unpacked:
        archive = unpacked / ARCHIVE
        _fetch(url, archive)
        _unpack(archive, unpacked, checksums, url)
        archive.unlink()


def _fetch(url: str, path: Path) -> None:
    """Streams an address to a file. Errors of the network become UserError; the disk's stay OSError."""
    try:
        response = urllib.request.urlopen(url, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        raise _failed(url, f"the server answers {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _failed(url, str(getattr(error, "reason", error))) from error
    expected = int(response.headers.get("Content-Length") or 0)
    bar = tqdm(
        desc="downloading",
        total=expected or None,
        unit="B",
        unit_scale=True,
        disable=None,
        delay=2,
        file=sys.stderr,
    )
    received = 0
    with response, path.open("wb") as file, bar:
        while True:
            try:
                block = response.read(_BLOCK)
            except (OSError, http.client.HTTPException) as error:
                raise _failed(url, f"cut off after {received:,} bytes") from error
            if not block:
                break
            file.write(block)
            received += len(block)
            bar.update(len(block))
            if received > _LARGEST:
                raise _failed(url, "the answer is far larger than the archive")
        if received < expected:
            raise _failed(url, f"cut off after {received:,} of {expected:,} bytes")


def _unpack(archive: Path, folder: Path, checksums: Mapping[str, str], url: str) -> None:
    """Copies the wanted members, by their last name, and checks them."""
    missing = set(checksums)
    size = 0
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for number, member in enumerate(tar):
                size += member.size
                if size > _LARGEST or number >= _MOST_MEMBERS:
                    raise _failed(url, "the archive unpacks to far more than it should")
                parts = member.name.removeprefix("./").split("/")
                if member.isfile() and len(parts) <= 2 and ".." not in parts and parts[-1] in missing:
                    _copy(tar, member, folder / parts[-1], checksums[parts[-1]], url)
                    missing.remove(parts[-1])
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise _failed(url, f"the archive is damaged ({error})") from error
    if missing:
        raise _failed(url, f"{min(missing)} is not in the archive")


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, checksum: str, url: str) -> None:
    source = tar.extractfile(member)
    digest = hashlib.sha256()
    with contextlib.closing(source) as file, path.open("wb") as target:  # type: ignore[type-var]
        while block := file.read(_BLOCK):  # type: ignore[union-attr]
            digest.update(block)
            target.write(block)
    if digest.hexdigest() != checksum:
        raise _failed(url, f"{path.name} has a wrong checksum")


def _failed(url: str, reason: str) -> UserError:
    return UserError(
        f"{url}: {reason}; try again, or put rt-polarity.neg and rt-polarity.pos into --data_dir "
        "yourself, or leave out --download to use the packaged sentences"
    )
