"""Whether a scheme looks like being for somebody. Never a decision: "looks like yes", "looks like no" or "can't tell".

It asks as little as it can: nothing that the record knows, nothing once one answer rules the scheme out, the most
private last. What is answered is not kept.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from casework.money.schemes import (
    Condition,
    Decided,
    Hours,
    Income,
    InGroup,
    IsParent,
    Learns,
    OfAge,
    OnUniversalCredit,
    Scheme,
)

NOT_SURE = "not_sure"
"""The answer of somebody who does not know, or would rather not say."""

Question = Literal[
    "age", "learning", "hours", "dependants", "income", "group", "universal_credit", "parent", "date_of_birth"
]
Verdict = Literal["yes", "no", "cannot_tell"]


@dataclass(frozen=True)
class Answers:
    """What is known of somebody so far. None: not asked; ``NOT_SURE``: asked, and not known."""

    date_of_birth: date | None = None
    age: int | str | None = None
    """In years, today; only where the date of birth is not known."""
    learning: str | None = None
    hours: str | None = None
    """``enough``, ``fewer`` or not sure: against the scheme's number of guided hours a week."""
    dependants: str | None = None
    """Children that the household looks after, themselves among them: ``one`` or ``more``."""
    income: str | None = None
    """``under`` or ``over`` the threshold that was asked about."""
    group: str | None = None
    """``yes`` or ``no``: in one of the groups; never which."""
    universal_credit: str | None = None
    parent: str | None = None
    start: date | None = None
    """When the course starts; today where it is not known."""

    def value(self, question: Question) -> Any:
        """The answer to a question."""
        return getattr(self, question)


@dataclass(frozen=True)
class Reason:
    """Why: a word for the texts, with its values."""

    code: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """How it looks. ``ask`` is the next question while one answer could still change it; then nothing is decided."""

    verdict: Verdict
    because: list[Reason]
    ask: Question | None = None
    ask_args: dict[str, Any] = field(default_factory=dict)
    stale: bool = False


@dataclass(frozen=True)
class _Looked:
    """One condition: holds (True), does not (False), or nobody can tell (None), or a question is needed."""

    holds: bool | None = None
    reason: Reason | None = None
    ask: Question | None = None
    args: dict[str, Any] = field(default_factory=dict)


def check(scheme: Scheme, answers: Answers, today: date) -> Result:
    """How a scheme looks for somebody.

    A condition that fails settles it at once. Questions come in the order of the scheme's conditions.
    """
    stale = scheme.stale_on(today)
    if scheme.status == "closed":
        return Result("no", [Reason("closed", {"on": _iso(scheme.closed_on)})], stale=stale)
    looked = [_look(condition, scheme, answers, today) for condition in scheme.conditions]
    failed = [one for one in looked if one.holds is False and one.reason]
    if failed:
        return Result("no", [one.reason for one in failed[:1] if one.reason], stale=stale)
    asked = next((one for one in looked if one.ask), None)
    if asked is not None:
        return Result("cannot_tell", [], asked.ask, asked.args, stale)
    unsure = [one.reason for one in looked if one.holds is None and one.reason]
    if unsure:
        return Result("cannot_tell", unsure, stale=stale)
    return Result("yes", [one.reason for one in looked if one.reason], stale=stale)


def _look(condition: Condition, scheme: Scheme, answers: Answers, today: date) -> _Looked:
    if isinstance(condition, OfAge):
        return _age(condition, answers, today)
    if isinstance(condition, Learns):
        return _chosen(answers.learning, condition.one_of, "learning")
    if isinstance(condition, Hours):
        if answers.learning is not None and answers.learning not in condition.where:
            return _Looked(holds=True)
        return _yes_no(answers.hours, "hours", yes="enough", no="fewer", args={"hours": condition.at_least})
    if isinstance(condition, Income):
        return _income(scheme, answers, today)
    if isinstance(condition, InGroup):
        return _yes_no(answers.group, "group", args={"groups": list(condition.one_of)})
    if isinstance(condition, OnUniversalCredit):
        return _yes_no(answers.universal_credit, "universal_credit")
    if isinstance(condition, IsParent):
        return _yes_no(answers.parent, "parent")
    return _decided(condition)


def _decided(condition: Decided) -> _Looked:
    return _Looked(holds=None, reason=Reason("decided", {"by": condition.by}))


def _chosen(answer: str | None, fitting: list[Any], question: Question) -> _Looked:
    if answer is None:
        return _Looked(ask=question)
    if answer == NOT_SURE:
        return _Looked(reason=Reason(f"not_sure_{question}"))
    reason = Reason(question, {"is": answer, "needs": list(fitting)})
    return _Looked(holds=answer in fitting, reason=reason)


def _yes_no(
    answer: str | None, question: Question, *, yes: str = "yes", no: str = "no", args: dict[str, Any] | None = None
) -> _Looked:
    args = args or {}
    if answer == yes:
        return _Looked(holds=True, reason=Reason(question, args))
    if answer == no:
        return _Looked(holds=False, reason=Reason(f"not_{question}", args))
    if answer is None:
        return _Looked(ask=question, args=args)
    return _Looked(reason=Reason(f"not_sure_{question}", args))


def _income(scheme: Scheme, answers: Answers, today: date) -> _Looked:
    threshold = scheme.threshold_on(max(answers.start or today, today))
    if threshold is None:
        return _Looked(reason=Reason("threshold_not_known"))
    if answers.dependants is None:
        return _Looked(ask="dependants")
    # who is not sure is asked about the lower bound: being under that one fits either way, being over it says nothing
    most = threshold.more if answers.dependants == "more" else threshold.one
    if answers.dependants == NOT_SURE and answers.income == "over":
        return _Looked(reason=Reason("not_sure_dependants", {"one": threshold.one, "more": threshold.more}))
    return _yes_no(answers.income, "income", yes="under", no="over", args={"pounds": most})


def _age(condition: OfAge, answers: Answers, today: date) -> _Looked:
    day = _day(condition.on, answers.start or today)
    args = {"at_least": condition.at_least, "at_most": condition.at_most, "on": _iso(day)}
    if answers.date_of_birth is not None:
        ages = {years_old(answers.date_of_birth, day)}
    elif isinstance(answers.age, int):
        # somebody of 16 today may be 15, 16 or 17 on another day of the year
        ages = {answers.age} if day == today else {answers.age - 1, answers.age, answers.age + 1}
        ages = {age for age in ages if _possible(age, answers.age, today, day)}
    elif answers.age == NOT_SURE:
        return _Looked(reason=Reason("not_sure_age", args))
    else:
        return _Looked(ask="age")
    fits = [
        (condition.at_least is None or age >= condition.at_least)
        and (condition.at_most is None or age <= condition.at_most)
        for age in ages
    ]
    if all(fits):
        return _Looked(holds=True, reason=Reason("age", args))
    if not any(fits):
        young = condition.at_least is not None and max(ages) < condition.at_least
        return _Looked(holds=False, reason=Reason("too_young" if young else "too_old", args))
    return _Looked(ask="date_of_birth") if answers.date_of_birth is None else _Looked(reason=Reason("age", args))


def _possible(age: int, now: int, today: date, day: date) -> bool:
    """Whether somebody who is ``now`` years old today can be ``age`` on that day, less than a year away."""
    if day >= today:
        return age in (now, now + 1)
    return age in (now - 1, now)


def years_old(born: date, day: date) -> int:
    """Age in whole years on a day. Somebody born on 29 February has their birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _day(on: str, start: date) -> date:
    if on == "start":
        return start
    month, day = (int(part) for part in on.split("-"))
    # the academic year of a start begins in September: "31 August" is the day before it
    began = start.year if start.month >= 9 else start.year - 1
    return date(began, month, day)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
