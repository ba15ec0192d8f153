import errno
import json
import multiprocessing
import os
import random
from pathlib import Path

import numpy as np
import pytest

from rnn_textclf import atomic
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example
from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.encoded import corpus_writer, encoding
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.tokens import Tokenizer, tokenize

WORDS = ["good", "bad", "café", "isn't", ",", "...", "film"]


class Listed(Corpus):
    """Rows from a list."""

    name = "listed"
    source = "a test"
    fingerprint = "abc"

    def __init__(self, rows, labels=None):
        self._rows = [Example(text, tuple(names)) for text, names in rows]
        self.labels = labels
        self.paths = (Path("listed.tsv"),)
        self.passes = 0

    def examples(self):
        self.passes += 1
        return iter(self._rows)


def made_up(number, seed=0):
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS, k=draw.randrange(9))) for _ in range(number)]
    return [(text, draw.sample("xyz", draw.randrange(1, 3))) for text in texts]


def encode(rows, folder, tokenizer=Tokenizer(), max_length=1000, **options):  # noqa: B008
    corpus = Listed(rows, options.pop("labels", None))
    return encode_corpus(corpus, tokenizer, max_length, folder, **options)


def check(encoded, rows, max_length=1000):
    """What the files hold equals a slow loop over the rows."""
    words = encoded.words
    assert len(encoded) == len(rows)
    assert len(words) == encoded.num_words == len(set(words))
    for number, (text, names) in enumerate(rows):
        ids, lengths = encoded.word_ids.flat(np.array([number]))
        expected = tokenize(text)[:max_length]
        assert lengths.tolist() == [len(expected)]
        assert [words[id] for id in ids] == expected
        assert [encoded.labels[id] for id in encoded.label_ids.flat(np.array([number]))[0]] == list(names)


@pytest.mark.parametrize("block", [1, 7, 1 << 18])
def test_the_files_hold_what_a_slow_loop_gives(tmp_path, monkeypatch, block):
    monkeypatch.setattr(corpus_writer, "_BLOCK", block)
    rows = made_up(60)
    encoded = encode(rows, tmp_path / "cache")
    check(encoded, rows)
    assert encoded.labels == ("x", "y", "z")
    assert encoded.strata.tolist() == ["xyz".index(names[0]) for _, names in rows]
    assert encoded.word_ids.values.dtype == np.uint8
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_keys_are_equal_where_the_words_are_in_this_corpus_and_in_others(tmp_path):
    rows = [*made_up(200), ("Bad, good", "x"), ("bad , GOOD!", "x"), ("good , bad", "x")]
    keys = encode(rows, tmp_path / "a").keys
    sequences = [tuple(tokenize(text)) for text, _ in rows]
    for one, first in enumerate(sequences):
        for other, second in enumerate(sequences):
            assert (keys[one] == keys[other]) == (first == second)
    turned = encode(rows[::-1], tmp_path / "b").keys
    assert (turned[::-1] == keys).all()


def test_labels_keep_the_order_that_the_corpus_gives_them(tmp_path):
    encoded = encode([("a", "y"), ("b", "x")], tmp_path / "cache", labels=("y", "z", "x"))
    assert encoded.labels == ("y", "z", "x")
    assert encoded.label_ids.values.tolist() == [0, 2]
    with pytest.raises(UserError, match="'w' is not one of y, z, x"):
        encode([("a", "w")], tmp_path / "other", labels=("y", "z", "x"))
    assert not (tmp_path / "other").exists()


def test_text_without_labels(tmp_path):
    encoded = encode([("a", ()), ("b", ())], tmp_path / "cache")
    assert encoded.labels == ()
    assert encoded.strata.tolist() == [0, 0]


def test_many_words_and_labels_get_wider_types(tmp_path):
    rows = [(f"w{number}", [f"l{number}"]) for number in range(70_000)]
    encoded = encode(rows, tmp_path / "cache")
    assert encoded.word_ids.values.dtype == encoded.label_ids.values.dtype == np.uint32
    assert encoded.words[encoded.word_ids.values[-1]] == "w69999"
    assert encoded.labels[encoded.label_ids.values[-1]] == "l69999"


def test_long_rows_are_cut_and_counted_once(tmp_path, messages):
    rows = [("a b c c d", "x"), ("a , b", "x"), ("a b", "y"), ("a b c!f", "y")]
    encoded = encode(rows, tmp_path / "cache", max_length=3)
    check(encoded, rows, 3)
    assert messages[0] == "listed: 2 texts are longer than 3 words; the rest is not read"
    assert "d" not in encoded.words


def test_a_line_of_50_million_characters(tmp_path, messages):
    rows = [("good " * 10_000_000, "x"), ("x" * 50_000_000, "y"), ("short", "x")]
    encoded = encode(rows, tmp_path / "cache", max_length=100)
    assert encoded.word_ids.lengths.tolist() == [100, 1, 1]
    assert encoded.words == ["<unk>", "good", "short"]
    assert messages[0].startswith("listed: 2 texts")


@pytest.mark.parametrize(("rows", "message"), [([], "no examples"), ([("...", "x"), ("", "y")], "no text has a word")])
def test_a_corpus_without_rows_or_words_is_refused(tmp_path, rows, message):
    with pytest.raises(UserError, match=message):
        encode(rows, tmp_path / "cache")
    assert not list(tmp_path.iterdir())


def test_what_matches_is_used_again(tmp_path):
    corpus = Listed(made_up(20))
    for _ in range(3):
        encode_corpus(corpus, Tokenizer(), 9, tmp_path / "cache")
    assert corpus.passes == 1


@pytest.mark.parametrize("change", ["fingerprint", "reading", "labels", "tokenizer", "max_length"])
def test_what_does_not_match_is_made_again(tmp_path, change):
    corpus = Listed(made_up(20))
    encode_corpus(corpus, Tokenizer(), 9, tmp_path / "cache")
    if change in ("fingerprint", "reading"):
        setattr(corpus, change, "other")
    if change == "labels":
        corpus.labels = ("z", "y", "x")
    tokenizer = Tokenizer(symbolize=change == "tokenizer")
    encoded = encode_corpus(corpus, tokenizer, 8 if change == "max_length" else 9, tmp_path / "cache")
    assert corpus.passes == 2
    assert len(encoded) == 20


def damage_names():
    return ["word_ids.bin", "row_keys.bin", "words.txt", "labels.txt", "key.json"]


@pytest.mark.parametrize("name", damage_names())
@pytest.mark.parametrize("damage", ["cut", "removed"])
def test_a_damaged_cache_is_made_again(tmp_path, name, damage):
    rows = made_up(20)
    encode(rows, tmp_path / "cache")
    path = tmp_path / "cache" / name
    path.unlink() if damage == "removed" else path.write_bytes(path.read_bytes()[:-1])
    check(encode(rows, tmp_path / "cache"), rows)
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


@pytest.mark.parametrize("contents", ["[]", "{}", '{"sizes": 1}', "\ud800"])
def test_a_nonsensical_key_is_made_again(tmp_path, contents):
    rows = made_up(5)
    encode(rows, tmp_path / "cache")
    (tmp_path / "cache" / "key.json").write_bytes(contents.encode("utf-8", "surrogatepass"))
    check(encode(rows, tmp_path / "cache"), rows)


def test_a_corpus_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("good\tx\nbad\ty\n" * 9)
    corpus = open_corpus(path)
    plain = corpus.examples

    def rows():
        yield from plain()
        with path.open("a") as file:
            file.write("more\tx\n")

    corpus.examples = rows
    with pytest.raises(UserError, match="changed while"):
        encode_corpus(corpus, Tokenizer(), 9, tmp_path / "cache")
    assert [path.name for path in tmp_path.iterdir()] == ["a.tsv"]


@pytest.mark.parametrize("where", ["rows", "words", "rename"])
def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch, where):
    rows = made_up(20)
    encode(rows, tmp_path / "cache")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "rows":
        monkeypatch.setattr(corpus_writer.EncodedCorpusWriter, "_flush", full)
    else:
        monkeypatch.setattr(*((encoding, "_write_lines") if where == "words" else (atomic, "_put_in_place")), full)
    with pytest.raises(UserError, match="No space left on device"):
        encode(rows, tmp_path / "cache", max_length=5)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert json.loads((tmp_path / "cache" / "key.json").read_text())["max_length"] == 1000


def test_processes_at_once_share_a_folder(tmp_path):
    """Real processes that begin each time at the same moment; each holds what it would have made alone."""
    rows, rounds, processes = made_up(60), 25, 4
    context = multiprocessing.get_context("fork")
    start, outcomes = context.Barrier(processes), context.Queue()

    def work():
        failures = []
        for number in range(rounds):
            start.wait(60)
            try:
                check(encode(rows, tmp_path / f"cache{number}"), rows)
            except BaseException as error:
                failures.append(repr(error))
        outcomes.put(failures)

    workers = [context.Process(target=work) for _ in range(processes)]
    for worker in workers:
        worker.start()
    assert [outcomes.get(timeout=120) for _ in workers] == [[]] * processes
    for worker in workers:
        worker.join(60)
    assert sorted(os.listdir(tmp_path)) == sorted(f"cache{number}" for number in range(rounds))


def test_another_processs_folder_in_the_way_is_replaced(tmp_path, monkeypatch):
    replace, calls = os.replace, []

    def interfere(source, target):
        """Another process puts its folder in place between the two renames."""
        calls.append(target)
        if len(calls) == 2:
            (tmp_path / "cache").mkdir()
            (tmp_path / "cache" / "theirs").touch()
        replace(source, target)

    (tmp_path / "cache").mkdir()
    monkeypatch.setattr(atomic.os, "replace", interfere)
    with atomic.new_folder(tmp_path / "cache", "replace") as folder:
        (folder / "mine").touch()
    assert os.listdir(tmp_path) == ["cache"]
    assert os.listdir(tmp_path / "cache") == ["mine"]
