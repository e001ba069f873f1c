"""The September Guarantee: what came of it for each young person, and who has no offer while there is time to act."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from casework.activities.known import Position, positions
from casework.activities.timeline import Codebook
from casework.activities.years import academic_age
from casework.clock import LONDON
from casework.destinations.applications import Application
from casework.destinations.guaranteefile import GuaranteeRules, Reason, Status
from casework.destinations.people import Known, here, known
from casework.destinations.picture import Picture
from casework.nccis import Status as Activity
from casework.participation import Cohort
from casework.tables import YoungPerson


@dataclass(frozen=True)
class Outcome:
    """How one young person stands under the Guarantee of one September."""

    known: Known
    year: int
    """The September, by its year."""
    age: int
    """16: they leave Year 11; 17: Year 12."""
    status: Status
    offered_on: date | None
    """The first day on which there was an offer that counts."""
    reasons: tuple[Reason, ...]
    """Why they are at risk, the weightiest first; empty where nobody needs to act."""

    @property
    def points(self) -> int:
        """How much the reasons weigh together."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True)
class GuaranteeCounts:
    """How many of a cohort have which outcome."""

    year: int
    total: int
    by_status: dict[str, int]
    by_line: dict[str, int]
    """By the line of the published figures: offer, no_offer, not_appropriate, not_recorded."""
    by_age: dict[int, dict[str, int]]


def status_of(
    picture: Picture, rules: GuaranteeRules, year: int, on: date, *, age: int, position: Position | None = None
) -> tuple[str, date | None]:
    """The key of a status, and the first day of an offer. Only what was known of by ``on`` and counts by then."""
    first, last = rules.span(year)
    last = min(last, on)
    counted = [one for one in picture.applications if one.route not in rules.not_counted]
    offers = [(day, one) for one in counted if (day := one.offer_between(first, last)) is not None]
    since = min((day for day, _ in offers), default=None)
    not_needed = picture.no_offer_needed
    if not_needed and first <= not_needed.day <= last and (since is None or not_needed.day > since):
        return "not_appropriate", since
    if any(one.taken_up for _, one in offers):
        return "accepted", since
    if any(one.stage == "offered" for _, one in offers):
        return "offered", since
    if age >= 17 and _goes_on(counted, position, rules.span(year)[1]):
        return "continuing", since
    if offers:
        return "not_taken", since
    return ("not_recorded" if picture.nothing_known else "no_offer"), None


def outcomes(
    session: Session,
    rules: GuaranteeRules,
    book: Codebook,
    on: date,
    *,
    year: int | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[Outcome]:
    """Everybody under the Guarantee of a September (by default the one that ``on`` belongs to), by name.

    Those without a date of birth are not in it, for nobody knows their year: ``without_birth_date`` counts them.
    """
    year = rules.year_of(on) if year is None else year
    cohort = Cohort(rules.ages, frozenset()).condition(date(year, 9, 1))
    conditions = [cohort, here(on), col(YoungPerson.nation) == rules.nation, *where]
    doing = {person.id: position for person, position in positions(session, book, on, where=_all(conditions))}
    return [_outcome(one, rules, year, on, doing.get(one.person.id or 0)) for one in known(session, *conditions)]


def without_birth_date(session: Session, on: date, *where: ColumnElement[bool]) -> int:
    """How many of the area cannot be placed in a year, because the record has no date of birth for them."""
    query = select(func.count()).select_from(YoungPerson)
    query = query.where(col(YoungPerson.date_of_birth).is_(None), here(on), *where)
    return int(session.execute(query).scalar_one())


def at_risk(found: Iterable[Outcome]) -> list[Outcome]:
    """Those for whom somebody must act, most at risk first; among equals, those who were last heard of longest ago."""
    chosen = [one for one in found if one.status.act]
    never = datetime.min.replace(tzinfo=LONDON)
    return sorted(chosen, key=lambda one: (-one.points, one.known.last_contact or never, one.known.person.id or 0))


def counts(found: Iterable[Outcome], year: int) -> GuaranteeCounts:
    """How many have which outcome."""
    rows = list(found)
    by_age: dict[int, Counter[str]] = {}
    for one in rows:
        by_age.setdefault(one.age, Counter())[one.status.key] += 1
    return GuaranteeCounts(
        year=year,
        total=len(rows),
        by_status=dict(Counter(one.status.key for one in rows)),
        by_line=dict(Counter(one.status.counts_as for one in rows)),
        by_age={age: dict(counted) for age, counted in sorted(by_age.items())},
    )


def _outcome(one: Known, rules: GuaranteeRules, year: int, on: date, position: Position | None) -> Outcome:
    born = one.person.date_of_birth
    if born is None:
        raise ValueError("somebody without a date of birth belongs to no year")
    age = academic_age(born, date(year, 9, 1))
    key, since = status_of(one.picture, rules, year, on, age=age, position=position)
    status = rules.statuses[key]
    reasons: list[Reason] = []
    if status.act:
        reasons = [rules.reasons[name] for name in _reasons(one, rules, on, key, position)]
    ordered = tuple(sorted(reasons, key=lambda reason: -reason.points))
    return Outcome(one, year, age, status, since, ordered)


def _reasons(one: Known, rules: GuaranteeRules, on: date, key: str, position: Position | None) -> Iterable[str]:
    picture, person = one.picture, one.person
    if position is not None and position.status is Activity.NEET:
        yield "neet"
    elif position is not None and position.status is Activity.NOT_KNOWN:
        yield "not_known"
    if any(app.stage in ("leaving", "left") for app in picture.applications):
        yield "leaving"
    if key == "not_taken":
        yield "lost"
    elif picture.applications and not picture.open:
        yield "rejected"
    if picture.nothing_known:
        yield "nothing_known"
    elif picture.undecided and not picture.open:
        yield "undecided"
    elif not picture.applications:
        yield "not_applied"
    if rules.priority.intersection(person.characteristics or ()):
        yield "priority"
    if person.ehc_plan:
        yield "ehc_plan"
    if any(plan.now.help_wanted for plan in picture.plans):
        yield "help_wanted"
    quiet_since = on - timedelta(days=rules.quiet_days)
    if one.last_contact is None or one.last_contact.astimezone(LONDON).date() < quiet_since:
        yield "quiet"


def _goes_on(found: Iterable[Application], position: Position | None, last: date) -> bool:
    """Whether what they do now is planned to go on after September. Without a planned end nobody knows that."""
    if any(one.stage in ("enrolled", "started") and one.ends_on and one.ends_on > last for one in found):
        return True
    if position is None or position.fact is None or position.status is not Activity.PARTICIPATING:
        return False
    return position.fact.end is not None and position.fact.end > last


def _all(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    combined = conditions[0]
    for condition in conditions[1:]:
        combined = combined & condition
    return combined
