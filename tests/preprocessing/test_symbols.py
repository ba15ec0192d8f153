"""Symbols: what becomes one and what does not, on any text, and the same in training and in inference."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.config import DataConfig
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.preprocessing.symbols import SYMBOLS, symbolize
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.run_data import find_corpora, read_prepared_data, read_split
from tests.tiny_runs import job, train

PIECES = [
    "http://", "www.", "a.com/", "@", "bob", '"', "“", "”", "$", "1", "9", ".", ",", ":", "/", "-", "(", ")", ";",
    "1999", "'", "s", "th", " million", "%", " ", "\n", "D", "x", "^", "<3", "🙂", "<title>", "É", "\u0301", "\ud800",
]  # fmt: skip
NASTY = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers
        ("3.5 stars and 50% of 1,000", "<number> stars and <number> of <number>"),
        ("-5 at 9/11, 24/7", "<number> at <number> , <number>"),
        ("the 21st century's b2b 20TH", "the <number> century 's b2b <number>"),
        ("a 12-year-old in a k-19", "a <number> year old in a k <number>"),
        ("8.5/10", "<number>"),
        ("mp3 and r2d2 and 3d", "mp3 and r2d2 and 3d"),
        # years
        ("made in 1999, released (2001).", "made in <year> , released ( <year> )"),
        ("the 1980s, the 1950's and '60s, 80's, 1990s", "the <year> , the <year> and <year> , <year> , <year>"),
        ("1914-1918 and 1990-95", "<year> and <year>"),
        ("3000 miles, 1,999 and 1999.5", "<number> miles , <number> and <number>"),
        ("cleopatra 2525", "cleopatra <number>"),
        # money
        ("made for $5 million", "made for <money>"),
        ("$11M, $ 40, £4.50, $.99, $35 Million", "<money> , <money> , <money> , <money> , <money>"),
        ("20 dollars, 30€, 50 cents", "<money> , <money> , <money>"),
        ("at $9 . 50 a ticket", "at <money> a ticket"),
        ("$9 . it was", "<money> it was"),
        # addresses of the web
        ("see http://a.b/c?d=1. HTTPS://X.org!", "see <url> <url> !"),
        ("(www.residenthazard.com)", "( <url> )"),
        ("http://a.org<br />so", "<url> br so"),
        ("go to imdb.com/title/tt1. or imdb.com.", "go to <url> or <url>"),
        ("awww.so cute, the end.Not", "awww so cute , the end not"),
        ("me@mail.com", "me mail com"),
        # names of users
        ("@bob (@Ann_9) .@x: hi", "<user> ( <user> ) <user> hi"),
        ("sh#@t, f^@k, a@b, dinner @7", "sh t , f k , a b , dinner <number>"),
        # emoticons
        (":-) :) =] ;-) :D XD <3 🙂 :P", " ".join(["<smile>"] * 9)),
        (":( :-( :'( =/ 😢 :-\\", " ".join(["<frown>"] * 6)),
        ("good:) nice🙂", "good <smile> nice <smile>"),
        ("(x) f(x) windows xp", "( x ) f ( x ) windows xp"),
        ("as follows: (a) 10:) http://x.y", "as follows ( a ) <number> ) <url>"),
        # quoted titles, in lower case as in the Cornell sentences
        ('watch " star wars " again', "watch <title> again"),
        ('" i hated it . "', "i hated it"),
        ('" in 1999 , i hated it . " said " us "', "in <year> , i hated it said us"),
        ('the " stars " of " star wars "', "the stars of <title>"),
        ('" . . . "', ""),
        # and in text with capitals
        ("“The Rock”", "<title>"),
        ('In "The Shop on Main Street" (1965)', "in <title> ( <year> )"),
        ('Look: "Food Glorious Food," a song', "look <title> a song"),
        ('The plot is "loose" and "made for TV"', "the plot is loose and made for tv"),
        ('"Hello," he said. "This is no title." Then "Fall"', "hello , he said this is no title then <title>"),
        ('a 6\' 2" man and a 5" screen', "a <number> ' <number> man and a <number> screen"),
    ],
)  # fmt: skip
def test_examples(text: str, expected: str) -> None:
    assert " ".join(Tokenizer(symbolize=True)(text)) == expected


@given(st.sampled_from(SYMBOLS))
def test_symbols_are_single_words_only_where_they_are_asked_for(symbol: str) -> None:
    assert Tokenizer(symbolize=True)(symbol) == [symbol]
    assert Tokenizer()(symbol) == [symbol.strip("<>")]


@given(NASTY)
def test_any_text_gives_words_or_symbols(text: str) -> None:
    for word in Tokenizer(symbolize=True)(text):
        assert word in SYMBOLS or "<" not in word
    plain = "".join(character for character in text if character.isalpha() or character == " ").replace("D", "")
    if plain.isascii():
        assert symbolize(plain) == plain


@pytest.mark.parametrize(
    "unit",
    ["1.", "1a.", "a.", "a-", "http://)", "www.", '"', '" a', "“", ":(", ":", "$1", "(x", "@", "1", ")", "9s", "-"],
)
def test_long_nasty_texts_take_linear_time(unit: str) -> None:
    # Quadratic time would be hours here.
    text = unit * (400_000 // len(unit))
    for ending in ("", "a", "é."):
        assert isinstance(symbolize(text + ending), str)
        assert isinstance(symbolize("http://" + text + ending), str)


def test_training_and_inference_see_the_same_ids(tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    lines = [f"{'so ' * i}seen {i} times since {1950 + i} for ${i} million by @me{i}\t{'ab'[i % 2]}" for i in range(40)]
    file.write_text("text\tlabel\n" + "\n".join(lines) + "\n")
    run = tmp_path / "run"
    train(job(run, tmp_path, train_file=str(file), symbolize=True, num_epochs=1))
    predictor = Predictor.load(run, 1)
    assert predictor.config.data.symbolize
    assert {"<number>", "<year>", "<money>", "<user>"} < set(predictor.vocabulary.words)
    assert not [word for word in predictor.vocabulary.words if word.startswith("<") and word.endswith("…")]
    folder = RunFolder(run)
    corpora = find_corpora(folder, predictor.config.model, predictor.config.data, download=False)
    read = read_prepared_data(corpora, read_split(corpora, folder), folder)
    rows = np.concatenate([read.train.indices, read.valid.indices, read.test.indices])
    for row in rows:
        trained_on = read.train.dataset.gather(np.array([row])).ids[0]
        assert predictor.vocabulary.encode(predictor.tokenizer(lines[row].split("\t")[0])) == trained_on.tolist()
    words = [word for word, _ in predictor.running_scores("seen 77 times since 2077 for $5 million")]
    assert words == ["seen", "<number>", "times", "since", "<year>", "for", "<money>"]
    assert not DataConfig().symbolize
