"""Everybody whom a return speaks of, with every fact that it may hold, a few at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session, col

from casework.activities.known import BATCH, Position, people_with_facts, position_of
from casework.activities.neet import days_neet
from casework.activities.timeline import Codebook
from casework.activities.years import academic_age, academic_year, first_day, year_group
from casework.clock import LONDON
from casework.nccis import Status
from casework.tables import Destination, School, YoungPerson

Facts = dict[str, Any]
"""By the names of ``casework.returns.spec.FACTS``: text, a date, a list of texts, or None."""

OFFERED = frozenset({"offered", "accepted", "started"})
INTENDED = frozenset({"intended", "applied", "interview", "offered", "accepted", "started"})

_NAMES = (
    col(YoungPerson.id), col(YoungPerson.ref), col(YoungPerson.first_name), col(YoungPerson.last_name),
    col(YoungPerson.date_of_birth), col(YoungPerson.gender), col(YoungPerson.ethnicity), col(YoungPerson.town),
    col(YoungPerson.postcode), col(YoungPerson.uln), col(YoungPerson.ehc_plan), col(YoungPerson.local_id),
    col(YoungPerson.characteristics), col(YoungPerson.left_area_on), col(YoungPerson.school_id),
    col(YoungPerson.created_at),
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """One young person as a return needs them."""

    id: int
    ref: str
    first_name: str
    last_name: str
    date_of_birth: date | None
    gender: str | None
    ethnicity: str | None
    town: str | None
    postcode: str | None
    uln: str | None
    ehc_plan: bool
    local_id: str | None
    characteristics: list[str]
    left_area_on: date | None
    school_id: int | None
    created_at: datetime


@dataclass(frozen=True)
class Plan:
    """One destination's stage, of somebody."""

    stage: str
    route: str | None
    provider_ref: str | None
    undecided: bool
    on_date: date


@dataclass(frozen=True)
class Subject:
    """One young person, what they are doing, and what they plan."""

    person: Named
    position: Position
    plans: list[Plan]


def end_of(day: date) -> datetime:
    """The first moment after a day in London."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON)


def subjects(
    session: Session, book: Codebook, on: date, where: ColumnElement[bool], *, known_by: datetime
) -> Iterator[Subject]:
    """Everybody whom ``where`` holds for, in the order of their ids, as was known at a moment."""
    columns: tuple[Any, ...] = _NAMES
    named: Select[Any] = select(*columns).where(where).order_by(col(YoungPerson.id))
    people = session.execute(named, execution_options={"yield_per": BATCH})
    plans = _plans(session, where, known_by)
    waiting = next(plans, None)
    with_facts = people_with_facts(session, where=where, known_by=known_by)
    found = next(with_facts, None)
    for row in people:
        # somebody may come into the record between the queries: they are walked through side by side, by id
        while found is not None and found[0].id < row[0]:
            found = next(with_facts, None)
        if found is None or found[0].id != row[0]:
            continue
        person, facts = found
        mine: list[Plan] = []
        while waiting is not None and waiting[0] <= row[0]:
            if waiting[0] == row[0]:
                mine = waiting[1]
            waiting = next(plans, None)
        yield Subject(Named(*row), position_of(book, person.id, person.who, facts, on), mine)


def _plans(session: Session, where: ColumnElement[bool], known_by: datetime) -> Iterator[tuple[int, list[Plan]]]:
    columns: tuple[Any, ...] = (
        col(Destination.young_person_id), col(Destination.stage), col(Destination.route),
        col(Destination.provider_ref), col(Destination.undecided), col(Destination.on_date),
        col(Destination.recorded_at), col(Destination.choice),
    )  # fmt: skip
    query: Select[Any] = (
        select(*columns)
        .join(YoungPerson, col(YoungPerson.id) == col(Destination.young_person_id))
        .where(where, col(Destination.recorded_at) <= known_by)
        .order_by(col(Destination.young_person_id), col(Destination.recorded_at), col(Destination.id))
    )
    rows = session.execute(query, execution_options={"yield_per": BATCH})
    for id_, group in groupby(rows, key=lambda row: row[0]):
        yield (
            id_,
            [
                # a second choice is not what they intend, but an offer of it is an offer
                Plan(row[1], row[2], row[3], bool(row[4]), row[5] or row[6].astimezone(LONDON).date())
                for row in group
                if row[7] == 1 or row[1] in OFFERED
            ],
        )


@dataclass(frozen=True)
class Describer:
    """Turns a subject into facts."""

    book: Codebook
    settings: Mapping[str, str | None]
    intended: Mapping[str, str | None]
    guarantee: Mapping[str, str | None]
    places: Mapping[str, str]
    """The names of providers, by ref."""
    schools: Mapping[int, str]

    @classmethod
    def schools_of(cls, session: Session) -> dict[int, str]:
        """The names of schools, by id."""
        return {row[0]: row[1] for row in session.execute(select(col(School.id), col(School.name)))}

    def facts(self, subject: Subject, on: date, cohort_status: str | None = None) -> Facts:
        """Every fact of one person on a day."""
        person, position = subject.person, subject.position
        la_code = self.settings.get("la_code")
        told: Facts = {
            "young_persons_id": self.young_persons_id(person),
            "given_name": person.first_name.strip(),
            "family_name": person.last_name.strip(),
            "gender": person.gender,
            "date_of_birth": person.date_of_birth,
            "la_code": la_code,
            "cohort_status": cohort_status,
            "town": person.town,
            "postcode": person.postcode,
            "ethnicity": person.ethnicity,
            "uln": person.uln,
            "level_of_need": self.settings.get("level_of_need"),
            "send_flag": "Y" if person.ehc_plan else "N",
            "characteristics": person.characteristics or None,
            "school_name": self.schools.get(person.school_id) if person.school_id else None,
            "year_group": str(year_group(person.date_of_birth, on)) if person.date_of_birth else None,
        }
        told |= self._activity(person, position, on)
        told |= self._plans(subject, on, la_code)
        return told

    def young_persons_id(self, person: Named) -> str | None:
        """Thirteen digits: the three of the database, and the local number with noughts before it."""
        database = self.settings.get("database_id")
        number = str(person.id) if self.settings.get("id_from") == "onward" else person.local_id
        if not database or not number or not number.isdigit() or len(number) > 10:
            return None
        return database + number.zfill(10)

    def _activity(self, person: Named, position: Position, on: date) -> Facts:
        fact = position.fact
        since = position.since or person.created_at.astimezone(LONDON).date()
        if fact is None:
            return {
                "activity_code": position.code,
                "activity_name": self._name(position.code),
                "start_date": since,
                "date_ascertained": since,
                "currency_lapsed": "N",
            }
        verified = fact.verified_on
        neet = position.status is Status.NEET
        spell = days_neet(position.history, on) if neet else None
        # NEET has no day on which it lapses: it stays until they have moved on
        lapses = None if neet else position.expires_on
        review = position.review_on
        if review and fact.end:
            review = min(review, fact.end)
        return {
            "activity_code": fact.code,
            "activity_name": self._name(fact.code),
            "start_date": since,
            "date_ascertained": max(fact.recorded_on, since),
            "date_verified": verified if verified and verified >= since else None,
            "review_date": review,
            "due_to_lapse_date": lapses,
            "currency_lapsed": "Y" if position.lapsed and not neet else "N",
            "establishment_name": self.places.get(fact.provider_ref or "") or fact.place,
            "neet_start_date": spell.since if spell else None,
            "predicted_end_date": fact.end,
        }

    def _name(self, code: str) -> str | None:
        known = self.book.nccis.activities.get(code)
        return known.name if known else None

    def _plans(self, subject: Subject, on: date, la_code: str | None) -> Facts:
        born = subject.person.date_of_birth
        if born is None:
            return {}
        told: Facts = {}
        year = academic_age(born, on) - 4
        early = on.month < 9 and on.month >= 4
        for name, group in (("guarantee_y11", 11), ("guarantee_y12", 12)):
            # from April to August it is for those who finish that year; until March after it, for those who did
            covered = year == group if early else on.month not in range(4, 9) and year == group + 1
            if not covered:
                continue
            window = first_day(academic_year(on) - (0 if early else 1))
            offered = any(plan.stage in OFFERED and plan.on_date >= window for plan in subject.plans)
            code = self.guarantee.get("offer" if offered else "no_offer_known")
            if code and la_code:
                told |= {name: code, f"{name}_la": la_code, "guarantee_indicator": "Y"}
        if year == 11:
            intended = [plan for plan in subject.plans if plan.stage in INTENDED]
            if intended:
                last = intended[-1]
                told["intended_destination"] = self.intended.get("undecided" if last.undecided else last.route or "")
        return told
