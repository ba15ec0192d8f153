"""Flags that need or exclude each other: a mechanism of three rules, and one table for each script.

Conditions are written as on the command line without the dashes. `folds` holds where the flag differs from its
default, `pretrain=lm` where its value, or one of its values separated by commas, is that.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class FlagState(NamedTuple):
    """Flags of one command line.

    values: the value of every flag.
    defaults: the default of every flag.
    given: names of the flags that the user set.
    """

    values: Mapping[str, Any]
    defaults: Mapping[str, Any]
    given: frozenset[str]

    def is_asked_for(self, flag: str) -> bool:
        """Whether the user set a flag, and not only to switch it off."""
        return flag in self.given and self.values[flag] not in (None, False, 0)

    def holds(self, condition: str) -> bool:
        """Whether a condition is true."""
        name, equals, value = condition.partition("=")
        if equals:
            return self.values[name] is not None and value in str(self.values[name]).split(",")
        return self.values[name] != self.defaults[name]


class Needs(NamedTuple):
    """Rule that flags, or the values of flags, need one of several conditions.

    flags: each of them, or a condition such as `pretrain=lm`.
    any_of: the conditions, of which one must hold.
    because: what to add to the message.
    when: a condition without which the rule does not count.
    """

    flags: tuple[str, ...]
    any_of: tuple[str, ...]
    because: str = ""
    when: str | None = None

    def problem(self, state: FlagState) -> str | None:
        """Message for the user where the rule is broken."""
        if any(map(state.holds, self.any_of)) or (self.when is not None and not state.holds(self.when)):
            return None
        broken = [flag for flag in self.flags if _applies(flag, state)]
        return f"--{broken[0]} needs {_either(self.any_of)}{_clause(self.because)}" if broken else None


class Excludes(NamedTuple):
    """Rule that a flag, or the value of a flag, goes with none of several others.

    flag: the one, or a condition such as `pretrain=lm`.
    others: the others.
    because: what to add to the message.
    when: a condition without which the rule does not count.
    """

    flag: str
    others: tuple[str, ...]
    because: str = ""
    when: str | None = None

    def problem(self, state: FlagState) -> str | None:
        """Message for the user where the rule is broken."""
        if not _applies(self.flag, state) or (self.when is not None and not state.holds(self.when)):
            return None
        broken = (other for other in self.others if _applies(other, state))
        return next(
            (f"--{self.flag} and --{other} exclude each other{_clause(self.because)}" for other in broken), None
        )


class Refuses(NamedTuple):
    """Rule that a flag must not have one value.

    flag: the flag.
    value: the whole value.
    because: the reason, with what to give in its place.
    """

    flag: str
    value: str
    because: str

    def problem(self, state: FlagState) -> str | None:
        """Message for the user where the rule is broken."""
        return f"--{self.flag}={self.value}: {self.because}" if state.values[self.flag] == self.value else None


Rule = Needs | Excludes | Refuses


class Action(NamedTuple):
    """One thing that a script can be asked to do.

    takes: flags that change what it does.
    beside: other actions that one call may do as well.
    refuses: why it does not take a flag; the key "" gives the reason for all others.
    rules: further rules on the flags that it takes.
    """

    takes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    refuses: Mapping[str, str] = {}
    rules: tuple[Rule, ...] = ()


def rules_of(actions: Mapping[str, Action]) -> list[Rule]:
    """Rules that follow from a table of actions, by the flag that asks for each.

    An action excludes every flag of the table that neither it nor an action beside it takes. A flag that the last
    action, which is done where none is asked for, does not take needs one of those that do.
    """
    flags = [*actions, *sorted({flag for action in actions.values() for flag in action.takes})]
    rules: list[Rule] = []
    for name, action in actions.items():
        allowed = {name, *action.takes}.union(action.beside, *(actions[other].takes for other in action.beside))
        for flag in flags:
            if flag not in allowed:
                rules.append(Excludes(name, (flag,), action.refuses.get(flag, action.refuses.get("", ""))))
        rules += action.rules
    *_, default = actions.values()
    for flag in flags:
        takers = tuple(name for name, action in actions.items() if flag in action.takes)
        if takers and flag not in default.takes:
            rules.append(Needs((flag,), takers))
    return rules


def first_problem(rules: Iterable[Rule], state: FlagState) -> str | None:
    """Message for the user of the first rule that is broken, or None."""
    return next((problem for rule in rules if (problem := rule.problem(state))), None)


def _applies(flag: str, state: FlagState) -> bool:
    return state.holds(flag) if "=" in flag else state.is_asked_for(flag)


def _either(conditions: tuple[str, ...]) -> str:
    *most, last = (f"--{condition}" for condition in conditions)
    return f"{', '.join(most)} or {last}" if most else last


def _clause(because: str) -> str:
    return f": {because}" if because else ""
