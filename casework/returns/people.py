"""Everybody whom a return speaks of, with every fact that it may hold, a few at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlmodel import Session, col

from casework.activities.known import BATCH, Position, people_with_facts, position_of
from casework.activities.neet import days_neet
from casework.activities.timeline import Codebook
from casework.activities.years import academic_age, year_group
from casework.clock import LONDON
from casework.destinations.guarantee import status_of
from casework.destinations.guaranteefile import GuaranteeRules
from casework.destinations.picture import Picture
from casework.destinations.record import pictures_by_id
from casework.nccis import Status
from casework.tables import Destination, School, YoungPerson

Facts = dict[str, Any]
"""By the names of ``casework.returns.spec.FACTS``: text, a date, a list of texts, or None."""

INTENDED = frozenset({"intended", "applied", "interview", "offered", "accepted", "enrolled", "started"})
OFFERED = frozenset({"offered", "accepted", "enrolled", "started"})
GUARANTEE = {16: "guarantee_y11", 17: "guarantee_y12"}
"""By their age in September: 16 for those who leave Year 11, 17 for Year 12."""

_NAMES = (
    col(YoungPerson.id), col(YoungPerson.ref), col(YoungPerson.first_name), col(YoungPerson.last_name),
    col(YoungPerson.date_of_birth), col(YoungPerson.gender), col(YoungPerson.ethnicity), col(YoungPerson.town),
    col(YoungPerson.postcode), col(YoungPerson.uln), col(YoungPerson.ehc_plan), col(YoungPerson.local_id),
    col(YoungPerson.characteristics), col(YoungPerson.left_area_on), col(YoungPerson.school_id),
    col(YoungPerson.created_at), col(YoungPerson.nation),
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
    nation: str


@dataclass(frozen=True)
class Subject:
    """One young person, what they are doing, and what they plan."""

    person: Named
    position: Position
    known: Picture | None
    """Plans and applications; None where nothing is on record."""


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
    theirs = and_(
        col(Destination.young_person_id).in_(select(col(YoungPerson.id)).where(where)),
        col(Destination.recorded_at) <= known_by,
    )
    known = pictures_by_id(session, theirs)
    waiting = next(known, None)
    with_facts = people_with_facts(session, where=where, known_by=known_by)
    found = next(with_facts, None)
    for row in people:
        # somebody may come into the record between the queries: they are walked through side by side, by id
        while found is not None and found[0].id < row[0]:
            found = next(with_facts, None)
        if found is None or found[0].id != row[0]:
            continue
        person, facts = found
        mine: Picture | None = None
        while waiting is not None and waiting[0] <= row[0]:
            if waiting[0] == row[0]:
                mine = waiting[1]
            waiting = next(known, None)
        yield Subject(Named(*row), position_of(book, person.id, person.who, facts, on), mine)


@dataclass(frozen=True)
class Describer:
    """Turns a subject into facts."""

    book: Codebook
    settings: Mapping[str, str | None]
    intended: Mapping[str, str | None]
    guarantee: GuaranteeRules
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
        told = self._guarantee(subject, born, on, la_code)
        if subject.known and academic_age(born, on) == 15:
            # a second choice is not what they intend, but an offer of it is an offer
            intended = [
                fact
                for fact in subject.known.history
                if fact.stage in INTENDED and (fact.choice == 1 or fact.stage in OFFERED)
            ]
            if intended:
                last = intended[-1]
                told["intended_destination"] = self.intended.get("undecided" if last.undecided else last.route or "")
        return told

    def _guarantee(self, subject: Subject, born: date, on: date, la_code: str | None) -> Facts:
        """How they stand under the September Guarantee, by the very rules of the register of those without an offer.

        From April to August it is that of the September to come; until March after it, that of the September that was.
        """
        if subject.known is None or subject.person.nation != self.guarantee.nation:
            return {}
        year = on.year if on.month >= 4 else on.year - 1
        age = academic_age(born, date(year, 9, 1))
        if age not in self.guarantee.ages or age not in GUARANTEE:
            return {}
        key, _ = status_of(subject.known, self.guarantee, year, on, age=age, position=subject.position)
        code = self.guarantee.statuses[key].code
        if not code or not la_code:
            return {}
        return {GUARANTEE[age]: code, f"{GUARANTEE[age]}_la": la_code, "guarantee_indicator": "Y"}
