"""Nearest neighbours by cosine: whose, in which order, printed how, and what is refused."""

import json

import numpy as np
import pytest
from absl import flags as absl_flags

from rnn_textclf import flags
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.exports.word_vectors import read_embedding
from rnn_textclf.inference.nearest import Neighbours, nearest, nearest_lines, neighbours
from rnn_textclf.inference.word_query import query_ids
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions

SESSIONS = Sessions(1)
VOCABULARY = Vocabulary(["<pad>", "<unk>", "dazzled", "film", "movie", "dazzles", "bores", "dazzl…"])


def test_neighbours_are_those_of_a_loop_over_what_the_net_reads():
    table = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    read = {word: table[VOCABULARY.id(word)].astype(float) for word in VOCABULARY.words[2:7]}
    for word in ("dazzled", "dazzles"):
        read[word] = read[word] + table[7]
    for word in read:
        [(found, pairs)] = neighbours(table, VOCABULARY, [VOCABULARY.id(word)])
        cosines = {
            other: vector @ read[word] / np.linalg.norm(vector) / np.linalg.norm(read[word])
            for other, vector in read.items()
            if other != word
        }
        assert found == word
        assert [other for other, _ in pairs] == sorted(cosines, key=lambda other: -cosines[other])
        assert [cosine for _, cosine in pairs] == pytest.approx(sorted(cosines.values(), reverse=True), abs=1e-6)


def test_ten_are_shown_and_a_vector_of_zeros_is_near_to_nothing():
    vocabulary = Vocabulary(["<pad>", "<unk>", *(f"w{n}" for n in range(20))])
    table = np.ones([22, 2], np.float32)
    table[2] = 0
    one, other = neighbours(table, vocabulary, [2, 3])
    assert len(one.neighbours) == len(other.neighbours) == 10
    assert {cosine for _, cosine in one.neighbours} == {0.0}
    assert other.word not in dict(other.neighbours)


def test_a_query_has_words_in_any_case():
    assert query_ids("Film, bores,film,", VOCABULARY) == [3, 6]


@pytest.mark.parametrize(
    ("query", "error", "complaint"),
    [
        ("moive", UserError, "'moive' is not in the run's vocabulary; near spellings: movie"),
        ("zzzz", UserError, "vocabulary$"),
        ("dazzling", UserError, "not in the run's vocabulary"),
        ("two words", FlagError, "'two words' is not one word"),
        (" , ", FlagError, "name a word"),
        ("", FlagError, "name a word"),
    ],
)
def test_what_is_no_known_word_is_one_line(query, error, complaint):
    with pytest.raises(error, match=complaint):
        query_ids(query, VOCABULARY)


def test_lines_for_people_and_programs():
    found = [Neighbours("good", [("fine", 0.5), ("great", -0.25)]), Neighbours("café", [("bar", 1.0)])]
    assert list(nearest_lines(found, "table")) == [
        "word  neighbour  cosine",
        "good  fine        0.500",
        "good  great      -0.250",
        "café  bar         1.000",
    ]
    assert list(nearest_lines(found, "tsv"))[1] == "good\tgreat\t-0.250000"
    assert [json.loads(line) for line in nearest_lines(found, "jsonl")][1] == {
        "word": "café",
        "neighbours": [{"word": "bar", "cosine": 1.0}],
    }


def test_a_run_is_asked_by_its_best_checkpoint(scored_run, capsys):
    folder = RunFolder(scored_run.folder.path)
    infer(InferenceJob(folder.path, nearest="film,plot", format="tsv"))
    printed = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    vocabulary = folder.read_vocabulary()
    expected = neighbours(read_embedding(folder, SESSIONS), vocabulary, [vocabulary.id("film"), vocabulary.id("plot")])
    assert [(word, other) for word, other, _ in printed] == [
        (word, other) for word, pairs in expected for other, _ in pairs
    ]
    assert len(printed) == 20


def test_no_run_is_told(tmp_path):
    with pytest.raises(UserError, match="no run here"):
        nearest(RunFolder(tmp_path), "film", SESSIONS)


@pytest.mark.parametrize("other", ["--text=x", "--input=x", "--evaluate=x", "--export=x", "--top_k=1", "--html=x.html"])
def test_it_excludes_what_scores_text(other):
    line = flags.inference_command_line(absl_flags.FlagValues())
    with pytest.raises(FlagError, match=r"--nearest and --.* exclude each other"):
        flags.inference_job(["infer.py", "--nearest=film", other], line)
