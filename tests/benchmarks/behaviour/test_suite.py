"""The behavioural suite: failures by hand, cases that stay the same, and words that nothing else uses."""

import pytest

from rnn_textclf.preprocessing.entities.word_lists import entity_words
from tests.benchmarks.behaviour import words
from tests.benchmarks.behaviour.__main__ import table
from tests.benchmarks.behaviour.capabilities import suite
from tests.benchmarks.behaviour.cases import Case, changes, failure_rate, flattened, is_not, rises, verdict
from tests.benchmarks.teacher.transfer import judged_texts
from tests.benchmarks.teacher.transfer_words import USED

SUITE = suite()


def test_the_middle_third_is_neutral() -> None:
    assert [verdict(score) for score in (0.0, 0.33, 0.34, 0.66, 0.67, 1.0)] == [
        *("negative", "negative", "neutral", "neutral", "positive", "positive")
    ]


def test_failures_by_hand() -> None:
    cases = [
        Case(("a",), is_not("positive")),
        Case(("b",), is_not("positive", "neutral")),
        Case(("c", "c1", "c2"), changes),
        Case(("d", "d1"), rises),
    ]
    assert list(flattened(cases)) == ["a", "b", "c", "c1", "c2", "d", "d1"]
    assert failure_rate(cases, [0.9, 0.5, 0.1, 0.2, 0.3, 0.5, 0.59]) == 0
    assert failure_rate(cases, [0.6, 0.5, 0.1, 0.2, 0.3, 0.5, 0.59]) == 0.25
    assert failure_rate(cases, [0.6, 0.3, 0.1, 0.2, 0.4, 0.5, 0.61]) == 1


def test_each_capability_has_enough_different_cases_which_stay_the_same() -> None:
    assert len(SUITE) == 19
    for name, cases in SUITE.items():
        assert len({case.texts for case in cases}) >= 200, name
        assert all(text[0].isupper() or name.startswith("single") for case in cases for text in case.texts[:1])
    again = suite()
    assert {name: list(flattened(cases)) for name, cases in SUITE.items()} == {
        name: list(flattened(cases)) for name, cases in again.items()
    }


@pytest.mark.parametrize("name", [name for name in SUITE if "same class" in name])
def test_versions_differ_and_a_model_that_never_changes_its_mind_does_not_fail(name: str) -> None:
    assert all(len(set(case.texts)) == len(case.texts) > 1 for case in SUITE[name])
    assert failure_rate(SUITE[name], [0.9] * sum(len(case.texts) for case in SUITE[name])) == 0


@pytest.mark.parametrize("name", [name for name in SUITE if "same class" not in name and "raise" not in name])
def test_a_judge_that_knows_the_words_alone_passes_the_plain_ones_only(name: str) -> None:
    good = {word.lower() for word in (*words.GOOD, *words.GOOD_ALONE)}
    bad = {word.lower() for word in (*words.BAD, *words.BAD_ALONE)}

    def score(text: str) -> float:
        tokens = [token.strip(".,!?;").lower() for token in text.split()]
        return (1 + sum(token in good for token in tokens) - sum(token in bad for token in tokens)) / 2

    rate = failure_rate(SUITE[name], [score(text) for text in flattened(SUITE[name])])
    plain = name.startswith(("single", "a sentiment word")) or name == "a question answered Yes"
    assert rate == 0 if plain else rate > 0.9


def test_held_out_words_are_in_no_list_that_anything_is_trained_on() -> None:
    assert words.HELD_OUT.isdisjoint(USED)
    assert words.HELD_OUT.isdisjoint(entity_words())
    texts = {text for cases in SUITE.values() for text in flattened(cases)}
    assert texts.isdisjoint(text for text, _ in judged_texts(20_000, 1, set()))


def test_the_table_has_a_column_a_model_and_accuracy_first() -> None:
    rates = {"shipped": {"names": 0.421, "accuracy on its own test rows": 0.836}, "other": {"names": 0.05}}
    title, first, second = table(rates).split("\n")
    assert title.split()[-2:] == ["shipped", "other"]
    assert first.split()[-2:] == ["83.6", "?"]
    assert second.split() == ["names", "42.1", "5.0"]
    assert len({len(title), len(first), len(second)}) == 1
