"""What there is to say of a money scheme today, each fact with its source, and what staff must check first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from casework.money.schemes import Amount, Fact, Scheme, Threshold
from prospectus.coursefields import said_date

Kind = TypeVar("Kind", bound=Fact)


@dataclass(frozen=True)
class Said:
    """One fact as staff read it."""

    words: str
    source: str
    checked_on: date
    review_by: date
    overdue: bool
    """It should have been looked at again: check it before it is told."""
    confirmed: bool
    now: bool
    """It stands for today. The last one is shown where none does, so that nobody takes it for today's."""


def facts_of(scheme: Scheme, today: date) -> list[Said]:
    """Amounts, limits and how to apply: those of today, or else the latest there are."""
    found = [_said(one, _amount(one), today) for one in _of_today(scheme.amounts, today)]
    found += [_said(one, _threshold(one), today) for one in _of_today(scheme.thresholds, today)]
    how = scheme.apply.how
    if scheme.apply.backdated_weeks:
        how += f" Applied for within {scheme.apply.backdated_weeks} weeks of the start, it is paid from the start."
    if scheme.apply.bring:
        how += f" Bring {', '.join(scheme.apply.bring)}."
    return [*found, _said(scheme.apply, how, today)]


def to_check(schemes: list[Scheme], today: date) -> list[tuple[Scheme, Said]]:
    """Every fact of open schemes that is overdue, not confirmed, or of no use today because its time has ended."""
    return [
        (scheme, said)
        for scheme in schemes
        if scheme.status == "open"
        for said in facts_of(scheme, today)
        if said.overdue or not said.confirmed or not said.now
    ]


def _of_today(facts: Sequence[Kind], today: date) -> list[Kind]:
    now = [one for one in facts if one.holds_on(today)]
    return now or sorted(facts, key=lambda one: one.valid_to or date.max)[-1:]


def _said(fact: Fact, words: str, today: date) -> Said:
    return Said(
        words, fact.source, fact.checked_on, fact.review_by, fact.stale_on(today), fact.confirmed, fact.holds_on(today)
    )


def _amount(one: Amount) -> str:
    words = f"{'Up to ' if one.at_most else ''}£{one.pounds:,} a {one.per}" if one.per != "once" else f"£{one.pounds:,}"
    return words + (f", {one.note}" if one.note else "") + _years(one)


def _threshold(one: Threshold) -> str:
    return f"Household income up to £{one.one:,} (one dependent child) or £{one.more:,} (two or more){_years(one)}"


def _years(fact: Fact) -> str:
    if fact.valid_from and fact.valid_to:
        return f", from {said_date(fact.valid_from)} to {said_date(fact.valid_to)}"
    if fact.valid_to:
        return f", until {said_date(fact.valid_to)}"
    return f", from {said_date(fact.valid_from)}" if fact.valid_from else ""
