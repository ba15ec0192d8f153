"""The rows that fine-tuning is measured on, and its table."""

from rnn_textclf.preprocessing.corpora.corpus import Example
from tests.benchmarks.fine_tuning import Found, draw, table

EXAMPLES = [Example(f"text {i}", (("rare",) if i < 3 else ("often",))) for i in range(60)]


def test_the_test_is_the_same_for_every_seed_and_shares_no_row_with_the_training() -> None:
    one, other = (draw(EXAMPLES, 10, 20, seed) for seed in (1, 2))
    assert one.test == other.test
    assert one.train != other.train
    assert one == draw(EXAMPLES, 10, 20, 1)
    assert (len(one.train), len({*one.train, *one.test})) == (10, 10 + len(one.test))


def test_every_class_of_the_test_is_among_the_rows() -> None:
    for seed in range(5):
        parts = draw(EXAMPLES, 4, 20, seed)
        assert {example.labels for example in parts.test} <= {example.labels for example in parts.train}


def test_means_and_the_lowest_and_highest_are_shown() -> None:
    lines = table([Found("cr", 100, [0.5, 0.7], [0.75, 0.75]), Found("trec", 1000, [0.9], [0.8])]).splitlines()
    assert lines == [
        "corpus  own rows       from nothing         fine-tuned  difference",
        "cr           100  60.0% (50.0–70.0)  75.0% (75.0–75.0)       +15.0",
        "trec       1,000  90.0% (90.0–90.0)  80.0% (80.0–80.0)       -10.0",
    ]
