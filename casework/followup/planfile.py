"""Reading the plans of ``data/plans/follow-up``: one file a plan, checked whole, with errors that say where to look."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from casework.followup.anchors import ANCHORS, anchor
from casework.followup.calendar import Calendar
from casework.followup.conditions import BadCondition, read_conditions
from casework.followup.need import Need
from casework.followup.plan import NEEDS, Late, Plan, Repeat, Step, names_in
from casework.followup.questions import Questions
from casework.followup.spans import Span
from casework.followup.subject import FACTS
from casework.nccis import Nccis
from casework.yamlfile import BadData, read_yaml

FOLDER = Path("plans") / "follow-up"
URGENCIES = ("urgent", "soon", "routine")
_KEYS = frozenset(
    {
        *("plan", "title", "source", "checked_on", "importance", "urgent", "who", "when", "steps", "repeat", "late"),
        *("in_touch", "unreachable", "term", "exams", "why", "note"),
    }
)


class _Wrong(ValueError):
    """What is wrong with one part of a plan."""


@dataclass(frozen=True)
class Book:
    """Every plan, with the calendar, the questions and the measure of need that they use."""

    plans: tuple[Plan, ...]
    calendar: Calendar
    questions: Questions
    need: Need
    digest: str

    @classmethod
    def load(cls, data_dir: Path) -> "Book":
        """Read every file. Raises ``BadData`` naming the file and what is wrong in it."""
        return _load(data_dir)

    @cached_property
    def versions(self) -> Mapping[str, int]:
        """The version of every plan, by its key."""
        return {plan.key: plan.version for plan in self.plans}

    @cached_property
    def _by_status(self) -> dict[str, tuple[Plan, ...]]:
        return {}

    def plans_for(self, status: str) -> tuple[Plan, ...]:
        """The plans that may be for somebody of this status: most are ruled out by it."""
        found = self._by_status.get(status)
        if found is None:
            found = tuple(plan for plan in self.plans if plan.statuses is None or status in plan.statuses)
            self._by_status[status] = found
        return found

    def get(self, key: str) -> Plan | None:
        """A plan by its key."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, Plan]:
        return {plan.key: plan for plan in self.plans}

    def with_versions(self, versions: Mapping[str, int]) -> "Book":
        """The same with the versions that the database has counted for them."""
        return replace(self, plans=tuple(replace(plan, version=versions[plan.key]) for plan in self.plans))


@lru_cache(maxsize=4)
def _load(data_dir: Path) -> Book:
    folder = data_dir / FOLDER
    calendar, questions = Calendar.load(data_dir), Questions.load(data_dir)
    codes = frozenset(Nccis.load(data_dir).activities)
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise BadData(f"{folder}: there are no plans")
    plans = tuple(read_plan(path, read_yaml(path), calendar, questions, codes) for path in files)
    need = Need.load(data_dir)
    everything = [plan.digest for plan in plans] + [_digest([repr(calendar), repr(need)])]
    return Book(plans, calendar, questions, need, _digest(everything))


def read_plan(path: Path, content: Any, calendar: Calendar, questions: Questions, codes: frozenset[str]) -> Plan:
    """One plan out of what its file holds. Raises ``BadData``."""
    try:
        return _plan(path.stem, content, calendar, questions, codes)
    except (_Wrong, BadCondition) as error:
        raise BadData(f"{path}: {error}") from None


def _plan(stem: str, content: Any, calendar: Calendar, questions: Questions, codes: frozenset[str]) -> Plan:
    if not isinstance(content, dict):
        raise _Wrong("a plan is lines of a word and what it is")
    unknown = set(content) - _KEYS
    if unknown:
        raise _Wrong(f"it has no use for {', '.join(sorted(map(str, unknown)))}; it knows {', '.join(sorted(_KEYS))}")
    for name in ("plan", "title", "source", "who", "when", "steps", "why", "late"):
        if not content.get(name):
            raise _Wrong(f"{name} is missing")
    if content["plan"] != stem:
        raise _Wrong(f"plan: {content['plan']} must be called like its file, {stem}")
    importance = content.get("importance", 5)
    if type(importance) is not int or not 0 <= importance <= 9:
        raise _Wrong("importance is a whole number from 0 (first) to 9")
    start, after, before, at = _when(content["when"], calendar)
    return Plan(
        key=stem,
        title=str(content["title"]),
        source=str(content["source"]),
        importance=importance,
        urgent=_flag(content, "urgent"),
        who=read_conditions(content["who"]),
        start=start,
        occasions=anchor(start, calendar),
        after=after,
        before=before,
        at=at,
        steps=_steps(content["steps"], questions, codes),
        repeat=_repeat(content.get("repeat")),
        late=_late(content["late"]),
        in_touch=_within(content.get("in_touch")),
        unreachable=_one_of(content, "unreachable", ("call", "skip")),
        term=_one_of(content, "term", ("any", "term", "holidays")),
        exams=_one_of(content, "exams", ("hold", "ignore")),
        why=_why(content["why"]),
        digest=_digest(content),
        statuses=_statuses(content["who"]),
        content=json.loads(json.dumps(content, default=str)),
    )


def _statuses(who: Any) -> frozenset[str] | None:
    wanted = who.get("status")
    if wanted is None:
        return None
    return frozenset(str(one) for one in (wanted if isinstance(wanted, list) else [wanted]))


def _when(content: Any, calendar: Calendar) -> tuple[str, Span | None, Span | None, time]:
    if not isinstance(content, dict) or set(content) - {"from", "after", "before", "at"}:
        raise _Wrong("when has from, and after or before, and at")
    start = str(content.get("from"))
    try:
        anchor(start, calendar)
    except KeyError:
        known = [*sorted(ANCHORS), *(f"calendar.{name}" for name in sorted(calendar.events))]
        raise _Wrong(f'when: from: "{start}" is nothing that dates hang on. There are: {", ".join(known)}') from None
    if "after" in content and "before" in content:
        raise _Wrong("when: it is either after or before")
    try:
        at = time.fromisoformat(str(content.get("at", "16:00")))
    except ValueError:
        raise _Wrong('when: at is a time of the day, in quotes, as in "16:00"') from None
    return start, _span(content, "after"), _span(content, "before"), at


def _span(content: dict[str, Any], name: str) -> Span | None:
    if content.get(name) is None:
        return None
    try:
        return Span.parse(content[name])
    except ValueError as error:
        raise _Wrong(f"{name}: {error}") from None


def _steps(content: Any, questions: Questions, codes: frozenset[str]) -> tuple[Step, ...]:
    if not isinstance(content, list):
        raise _Wrong("steps is a list")
    steps = []
    for number, row in enumerate(content, 1):
        kinds = [name for name in ("ask", "say", "call", "close") if isinstance(row, dict) and name in row]
        if len(kinds) != 1 or set(row) - {kinds[0], "wait"}:
            raise _Wrong(f"step {number} is one of ask, say, call and close, and may have a wait")
        kind, value, wait = kinds[0], str(row[kinds[0]]), _span(row, "wait")
        if (wait is None) is (number > 1):
            raise _Wrong(f"step {number}: " + ("it needs a wait" if number > 1 else "the first has no wait"))
        if kind == "ask" and questions.get(value) is None:
            raise _Wrong(f"step {number}: {value} is no question of questions.yml")
        if kind == "call" and value not in URGENCIES:
            raise _Wrong(f"step {number}: call is one of {', '.join(URGENCIES)}")
        if kind == "close" and value not in codes:
            raise _Wrong(f"step {number}: {value} is no activity code")
        steps.append(_step(kind, value, wait))
    return tuple(steps)


def _step(kind: str, value: str, wait: Span | None) -> Step:
    if kind == "ask":
        return Step("text", asks=value, wait=wait)
    if kind == "say":
        return Step("text", says=value, wait=wait)
    return Step("call", urgency=value, wait=wait) if kind == "call" else Step("close", code=value, wait=wait)


def _repeat(content: Any) -> Repeat | None:
    if content is None:
        return None
    if not isinstance(content, dict):
        raise _Wrong("repeat has by: need with high, medium and low, or every")
    most = content.get("most", 100)
    if type(most) is not int or most < 1:
        raise _Wrong("repeat: most is a whole number, 1 or more")
    if content.get("by") == "need":
        spans = {need: _span(content, need) for need in NEEDS}
    else:
        spans = dict.fromkeys(NEEDS, _span(content, "every"))
    found = {need: span for need, span in spans.items() if span is not None}
    if len(found) != len(NEEDS):
        raise _Wrong("repeat: by: need has a length of time for high, medium and low; otherwise there is every")
    return Repeat(found, most)


def _late(content: Any) -> Late:
    after = _span(content, "after") if isinstance(content, dict) else None
    if after is None or content.get("then") not in ("send", "next_window", "drop"):
        raise _Wrong("late has after (a length of time) and then: send, next_window or drop")
    return Late(after, content["then"])


def _within(content: Any) -> Span | None:
    if content is None:
        return None
    span = _span(content, "within") if isinstance(content, dict) else None
    if span is None:
        raise _Wrong("in_touch has within, a length of time")
    return span


def _one_of(content: dict[str, Any], name: str, words: tuple[str, ...]) -> Any:
    value = content.get(name, words[0])
    if value not in words:
        raise _Wrong(f"{name} is one of {', '.join(words)}")
    return value


def _flag(content: dict[str, Any], name: str) -> bool:
    value = content.get(name, False)
    if not isinstance(value, bool):
        raise _Wrong(f"{name} is true or false")
    return value


_ABOUT = frozenset({"date", "provider", "scheme", "step", "at", "missed", "kind", "thing"})


def _why(content: Any) -> str:
    unknown = set(names_in(str(content))) - FACTS.keys() - _ABOUT
    if unknown:
        raise _Wrong(f"why: {', '.join(sorted(unknown))} is no fact, and none of {', '.join(sorted(_ABOUT))}")
    return str(content)


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
