"""Tuning: the batches of its one pass."""

from tests.benchmarks.teacher.tune import Sentence, batches


def test_each_sentence_is_read_once_among_others_of_like_length() -> None:
    learned = [Sentence([number] * (1 + number * 37 % 60), number % 2) for number in range(3000)]
    made = batches(learned, seed=1)
    assert sorted(sentence.tokens[0] for batch in made for sentence in batch) == list(range(3000))
    spreads = [max(len(s.tokens) for s in batch) - min(len(s.tokens) for s in batch) for batch in made]
    assert sum(spreads) / len(spreads) < 4
    assert made == batches(learned, seed=1) != batches(learned, seed=2)
