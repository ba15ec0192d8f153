"""The accuracy benchmark: the folds that peers see are those of `train.py`, peers learn, and the table is aligned."""

import json
from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.preprocessing.corpora.files import open_corpus
from tests.benchmarks.accuracy import PEERS, Fold, Found, peers_for, table
from tests.benchmarks.folds import Parts, cornell, labelled_text
from tests.benchmarks.peers.fasttext_model import fasttext
from tests.benchmarks.peers.linear_models import nbsvm, nbsvm_with_stems, tf_idf
from tests.tiny_runs import ROOT, cross_validate, job

TOPICS = ROOT / "tests" / "testdata" / "topics.tsv"


def test_peers_see_the_folds_of_a_run(data: Path, tmp_path: Path) -> None:
    cross_validate(job(tmp_path / "run", data, folds=2, num_epochs=1, seed=3))
    text = cornell(str(data))
    for number, (split, parts) in enumerate(zip(text.splits(2, 3), text.folds(2, 3), strict=True), start=1):
        stored = json.loads((tmp_path / "run" / "folds" / f"{number:02d}" / "split.json").read_text())
        assert (stored["valid"], stored["test"]) == (split.valid.tolist(), split.test.tolist())
        assert [len(part.texts) for part in parts] == [len(rows) for rows in split]
    lines = [line for end in ("neg", "pos") for line in (data / f"rt-polarity.{end}").read_text().splitlines()]
    assert list(text.texts) == [line.removesuffix(" .") for line in lines]


def test_other_rows_have_the_peers_that_tell_their_classes_apart() -> None:
    text = labelled_text(open_corpus(TOPICS))
    classes = set(text.strata.tolist())
    assert len(classes) == 3
    assert list(peers_for(classes)) == ["tf-idf, logistic regression", "fastText, pairs of words"]
    assert peers_for({0, 1}) == PEERS
    parts = next(text.folds(4, 1))
    assert tf_idf(parts) > 0.4 * len(parts.test.texts)


@pytest.mark.parametrize("peer", [nbsvm, nbsvm_with_stems, tf_idf])
def test_linear_peers_learn_what_a_word_tells(peer, data: Path) -> None:
    parts = next(cornell(str(data)).folds(4, 1))
    assert peer(parts) > 0.5 * len(parts.test.texts)
    # A test row has no say in what is learned or chosen.
    turned = parts._replace(test=parts.test._replace(classes=1 - parts.test.classes))
    assert peer(turned) == len(parts.test.texts) - peer(parts)


def test_fasttext_learns_what_a_word_tells(data: Path) -> None:
    pytest.importorskip("fasttext")
    parts: Parts = next(cornell(str(data)).folds(4, 1))
    assert fasttext(parts) > 0.5 * len(parts.test.texts)


def test_the_table_and_its_numbers() -> None:
    found = [
        Found("rnn_textclf", [Fold(80, 100, 5.0), Fold(70, 100, 7.0)]),
        Found("a peer with a long name", [Fold(780, 1000, 1.26), Fold(700, 1000, 1.0)]),
    ]
    assert table(found) == "\n".join(
        [
            "model                    mean of folds  difference    std           right  seconds a fold",
            "rnn_textclf                     75.00%       +0.00  7.07%      150 of 200             6.0",
            "a peer with a long name         74.00%       -1.00  5.66%  1,480 of 2,000             1.1",
        ]
    )
    values = found[1].to_json()
    assert values["std"] == pytest.approx(np.std([0.78, 0.7], ddof=1))
    assert (values["right"], values["total"], values["folds"]) == (1480, 2000, 2)
