"""Rules between flags, and the two tables of them."""

from typing import Any

import pytest
from absl import flags

from rnn_textclf.command_line.flag_rules import Action, Excludes, FlagState, Needs, first_problem, rules_of
from rnn_textclf.command_line.flag_tables import INFERENCE_ACTIONS, TRAINING_RULES
from rnn_textclf.flags import inference_command_line, training_command_line

DEFAULTS: dict[str, Any] = {"a": 0, "b": None, "c": False, "kind": None, "text": "x", "size": 9}


def state(**given: Any) -> FlagState:
    return FlagState({**DEFAULTS, **given}, DEFAULTS, frozenset(given))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, None),
        ({"size": 9}, "--size needs --kind=x or --c: or else"),  # even at its default
        ({"size": 3, "kind": "x"}, None),
        ({"size": 3, "kind": "w,x"}, None),
        ({"size": 3, "kind": "wx"}, "--size needs --kind=x or --c: or else"),
        ({"size": 3, "c": True}, None),
        ({"size": 3, "c": False}, "--size needs --kind=x or --c: or else"),
        ({"size": 0}, None),  # switched off
    ],
)
def test_needs(given: dict[str, Any], message: str | None) -> None:
    assert Needs(("size",), ("kind=x", "c"), "or else").problem(state(**given)) == message


def test_needs_of_a_value_and_only_when() -> None:
    rule = Needs(("kind=x",), ("b",), when="c")
    assert rule.problem(state(kind="x", c=True)) == "--kind=x needs --b"
    assert rule.problem(state(kind="y", c=True)) is None
    assert rule.problem(state(kind="x")) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": 1}, None),
        ({"a": 1, "b": "v"}, "--a and --b exclude each other: why"),
        ({"a": 1, "text": "x"}, "--a and --text exclude each other: why"),  # even at its default
        ({"a": 1, "c": False}, None),
        ({"b": "v", "text": "y"}, None),
    ],
)
def test_excludes(given: dict[str, Any], message: str | None) -> None:
    assert Excludes("a", ("b", "c", "text"), "why").problem(state(**given)) == message


def test_excludes_only_when() -> None:
    rule = Excludes("a", ("b",), when="c")
    assert rule.problem(state(a=1, b="v", c=True)) == "--a and --b exclude each other"
    assert rule.problem(state(a=1, b="v")) is None


def test_rules_follow_from_actions() -> None:
    actions = {
        "a": Action(takes=("size",), beside=("b",), refuses={"c": "because"}),
        "b": Action(beside=("a",)),
        "text": Action(takes=("c",)),
    }
    rules = rules_of(actions)

    def problem(**given: Any) -> str | None:
        return first_problem(rules, state(**given))

    assert problem(size=3) == "--size needs --a"
    assert problem(b="v", size=3) == "--size needs --a"
    assert problem(a=1, c=True) == "--a and --c exclude each other: because"
    assert problem(b="v", text="y") == "--b and --text exclude each other"
    assert problem(a=1, b="v", size=3) is None
    assert problem(c=True) is problem(text="y", c=True) is None


def test_the_tables_name_only_flags_and_values_that_there_are() -> None:
    """So that a flag that is renamed cannot leave a rule without effect."""
    for rules, line in (
        (TRAINING_RULES, training_command_line(flags.FlagValues())),
        (rules_of(INFERENCE_ACTIONS), inference_command_line(flags.FlagValues())),
    ):
        known = line.state().values
        for rule in rules:
            first = rule.flags if isinstance(rule, Needs) else (rule.flag,)
            second = rule.any_of if isinstance(rule, Needs) else getattr(rule, "others", ())
            assert {condition.partition("=")[0] for condition in (*first, *second)} <= known.keys()


def test_every_flag_of_inference_is_taken_by_an_action() -> None:
    taken = {flag for action in INFERENCE_ACTIONS.values() for flag in action.takes} | INFERENCE_ACTIONS.keys()
    of_every_action = {"ckpt_dir", "threads", "verbosity"}
    assert inference_command_line(flags.FlagValues()).state().values.keys() == taken | of_every_action
