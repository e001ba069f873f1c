"""Who a plan is for: conditions on the record, read from YAML and checked when they are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from casework.followup.subject import FACTS, Subject

Test = Callable[[Subject], bool]


class BadCondition(ValueError):
    """A condition that cannot be read; says why in plain words."""


def read_conditions(content: Any) -> Test:
    """A test out of ``{fact: wanted, ..., any: [...], not: {...}}``; every line must hold. Raises ``BadCondition``."""
    if not isinstance(content, dict):
        raise BadCondition("conditions are lines of a fact and what it must be")
    return _every([_line(str(name), wanted) for name, wanted in content.items()])


def _every(tests: list[Test]) -> Test:
    """Whether all hold. Written out, because it is asked millions of times in a sweep of an area."""
    if len(tests) == 1:
        return tests[0]

    def test(subject: Subject) -> bool:
        for one in tests:  # noqa: SIM110 -- twice as quick as all() over a generator
            if not one(subject):
                return False
        return True

    return test


def _line(name: str, wanted: Any) -> Test:
    if name in ("any", "all"):
        if not isinstance(wanted, list) or not wanted:
            raise BadCondition(f"{name} needs a list of conditions")
        parts = [read_conditions(part) for part in wanted]
        if name == "any":
            return lambda subject: any(part(subject) for part in parts)
        return _every(parts)
    if name == "not":
        part = read_conditions(wanted)
        return lambda subject: not part(subject)
    if name not in FACTS:
        raise BadCondition(f'"{name}" is no fact. The facts are: {", ".join(sorted(FACTS))}')
    kind, value = FACTS[name]
    if kind == "flag":
        if not isinstance(wanted, bool):
            raise BadCondition(f"{name} must be true or false")
        return lambda subject: bool(value(subject)) is wanted
    if kind == "number":
        return _number(name, wanted, value)
    if kind == "date":
        if wanted not in ("known", "not_known"):
            raise BadCondition(f"{name} can only be asked for as known or not_known")
        return lambda subject: (value(subject) is not None) is (wanted == "known")
    words = frozenset(str(one) for one in (wanted if isinstance(wanted, list) else [wanted]))
    if not words or any(isinstance(one, dict) for one in (wanted if isinstance(wanted, list) else [wanted])):
        raise BadCondition(f"{name} must be a word or a list of words")
    if kind == "list":
        return lambda subject: bool(words.intersection(value(subject)))
    return lambda subject: value(subject) in words


def _number(name: str, wanted: Any, value: Callable[[Subject], Any]) -> Test:
    if type(wanted) is int:
        return lambda subject: value(subject) == wanted
    if isinstance(wanted, list) and wanted and all(type(one) is int for one in wanted):
        several = frozenset(wanted)
        return lambda subject: value(subject) in several
    if not isinstance(wanted, dict) or not wanted or set(wanted) - {"from", "to"}:
        raise BadCondition(f"{name} must be a number, a list of numbers, or from and to")
    low, high = wanted.get("from"), wanted.get("to")
    if any(type(one) is not int for one in wanted.values()) or (low is not None and high is not None and low > high):
        raise BadCondition(f"{name}: from and to are whole numbers, in that order")

    def test(subject: Subject) -> bool:
        found = value(subject)
        return found is not None and (low is None or found >= low) and (high is None or found <= high)

    return test


@dataclass(frozen=True)
class Tested:
    """One line of conditions, tried on somebody."""

    line: str
    """What is asked for, in words."""
    holds: bool
    found: str
    """What is on record; empty for a line that holds others."""
    parts: tuple["Tested", ...] = ()
    """Of ``any``, ``all`` and ``not``: the lines in it."""

    @property
    def on_record(self) -> str:
        """What is on record about it and about every line in it, each fact once."""
        if not self.parts:
            return self.found
        facts = dict.fromkeys(fact for part in self.parts for fact in part.facts)
        return ", ".join(facts)

    @property
    def facts(self) -> list[str]:
        """The facts that it asks for, with what is on record."""
        if self.parts:
            return [fact for part in self.parts for fact in part.facts]
        return [f"{self.line.partition(':')[0]} {self.found}"]


def explain(content: Mapping[str, Any], subject: Subject) -> list[Tested]:
    """Every line of conditions with whether it holds: for people who ask why, not for sweeps.

    ``content`` is what ``read_conditions`` took without complaint.
    """
    return [_tested(str(name), wanted, subject) for name, wanted in content.items()]


def _tested(name: str, wanted: Any, subject: Subject) -> Tested:
    holds = _line(name, wanted)(subject)
    if name in ("any", "all"):
        return Tested(_said_line(name, wanted), holds, "", tuple(_together(explain(part, subject)) for part in wanted))
    if name == "not":
        return Tested(_said_line(name, wanted), holds, "", tuple(explain(wanted, subject)))
    return Tested(f"{said_fact(name)}: {_said(wanted)}", holds, _said(FACTS[name][1](subject)))


def _together(lines: list[Tested]) -> Tested:
    """The lines of one part of a list, which must all hold, as one."""
    if len(lines) == 1:
        return lines[0]
    return Tested("; ".join(line.line for line in lines), all(line.holds for line in lines), "", tuple(lines))


def said_conditions(content: Mapping[str, Any]) -> str:
    """Conditions on one line, in words."""
    return "; ".join(_said_line(str(name), wanted) for name, wanted in content.items())


def _said_line(name: str, wanted: Any) -> str:
    if name in ("any", "all"):
        return (" or " if name == "any" else " and ").join(f"({said_conditions(part)})" for part in wanted)
    if name == "not":
        return f"not ({said_conditions(wanted)})"
    return f"{said_fact(name)}: {_said(wanted)}"


def said_fact(name: str) -> str:
    """The name of a fact as words."""
    return name.replace("_", " ")


def _said(value: Any) -> str:
    """A value, or what is wanted of one, in words."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        low, high = value.get("from"), value.get("to")
        if low is not None and high is not None:
            return f"{low} to {high}"
        return f"{low} or more" if low is not None else f"{high} or less"
    if isinstance(value, list | tuple | set | frozenset):
        return " or ".join(_said(one) for one in value) or "none"
    return str(value).replace("_", " ")
