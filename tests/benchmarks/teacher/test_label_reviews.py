"""Soft labels of reviews: rows that are kept are not answered, and the answers are the head's, in order and surer."""

from pathlib import Path

import numpy as np

from rnn_textclf.preprocessing.corpora.files import open_corpus
from tests.benchmarks.teacher.answers import write_rows
from tests.benchmarks.teacher.label import fit
from tests.benchmarks.teacher.label_reviews import answers, drawn
from tests.benchmarks.teacher.transfer import LABELS

TEXTS = [f'text "{number}"' for number in range(60)]
CLASSES = {text: LABELS[number % 2] for number, text in enumerate(TEXTS[:50])}


def test_rows_and_learned_sentences_are_whole_ones_and_differ() -> None:
    kept, learned = drawn(TEXTS, CLASSES, 10, 30)
    assert len(set(kept)) == 10
    assert len(set(learned)) == 30
    assert not set(kept) & set(learned)
    assert {TEXTS[place] for place in kept + learned} <= set(CLASSES)


def test_answers_are_those_of_the_head_in_the_order_of_the_labels() -> None:
    draw = np.random.default_rng(1)
    vectors = draw.normal(size=[60, 5])
    classes = ["positive" if row[0] > 0 else "negative" for row in vectors]
    head = fit(vectors, classes, 10.0)
    found = dict(answers(TEXTS, vectors, head, {3, 30}, 0.5))
    assert list(found) == [text for place, text in enumerate(TEXTS) if place not in {3, 30}]
    surer = 1 / (1 + np.exp(-2 * head.decision_function(vectors)))
    np.testing.assert_allclose([found[text][1] for text in found], np.delete(surer, [3, 30]), atol=1e-9)


def test_training_reads_the_rows(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.tsv", ((CLASSES[text], text) for text in TEXTS[:4]))
    read = list(open_corpus(tmp_path / "rows.tsv").examples())
    assert [(text, *labels) for text, labels in read] == [(text, CLASSES[text]) for text in TEXTS[:4]]
