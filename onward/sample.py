"""The sample area: a fictional part of Kent to try Onward with. See ``data/sample/``."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from casework.accounts import hash_password
from casework.db import writing
from casework.tables import Activity, Adviser, AdviserCover, Destination, School, YoungPerson
from onward.sampleentries import CourseEntry, YoungPersonEntry
from onward.samplefile import SampleError
from onward.sampleread import SampleArea, read_sample
from prospectus.tables import Course, Provider, Run

__all__ = ["SAMPLE_PASSWORD", "SampleError", "load_sample", "read_sample"]

SAMPLE_PASSWORD = "onward-sample"  # noqa: S105 -- for the sample area only, printed wherever the sample is offered
"""What every sample adviser signs in with. It is no secret: real people must never be put beside the sample."""


def load_sample(engine: Engine, data_dir: Path, *, today: date) -> dict[str, int]:
    """Load ``data_dir/sample`` in one transaction and answer how many rows of each kind were added.

    An entry whose ref is there already is left as it is, with all that hangs on it: loading again changes nothing,
    and what was done to the sample since stays. Dates are taken as they are written; only the moment at which a row
    was recorded is never later than ``today``. Raises ``SampleError`` where a file is wrong, or a ref belongs to
    somebody who is not of the sample; nothing is loaded then.
    """
    area = read_sample(data_dir)
    with writing(engine) as session:
        return _Loading(session, area, today).run()


class _Loading:
    """Adds what is not there yet."""

    def __init__(self, session: Session, area: SampleArea, today: date) -> None:
        self.session = session
        self.area = area
        self.today = today
        self.added: dict[str, int] = dict.fromkeys(
            ("advisers", "covers", "schools", "providers", "courses", "runs", "young_people", "activities",
             "destinations"), 0,
        )  # fmt: skip

    def run(self) -> dict[str, int]:
        advisers = self.advisers()
        schools = self.schools()
        self.catalogue()
        self.young_people(advisers, schools)
        return self.added

    def add(self, kind: str, rows: list[Any]) -> None:
        self.session.add_all(rows)
        self.added[kind] += len(rows)

    def moment(self, day: date | None) -> datetime:
        """The morning of a day, or of today where that day is not known or has not come yet."""
        return datetime.combine(min(day or self.today, self.today), time(9), tzinfo=UTC)

    def same(self, ref: str, what: str, found: Any, expected: Any) -> None:
        if found != expected:
            raise SampleError(f"{what} {ref} is in the record already and is not the sample's: nothing was loaded")

    def advisers(self) -> dict[str, int]:
        there = {row.ref: row for row in self.session.exec(select(Adviser))}
        emails = {row.email: row.ref for row in there.values()}
        new = []
        for ref, entry in self.area.advisers.items():
            if ref in there:
                self.same(ref, "adviser", there[ref].email, entry.email)
            elif entry.email in emails:
                raise SampleError(f"{entry.email} belongs to adviser {emails[entry.email]}: nothing was loaded")
            else:
                new.append(entry)
        # one hash for all: the password is the same, and each takes a noticeable time on purpose
        password = hash_password(SAMPLE_PASSWORD) if new else None
        rows = [Adviser(**entry.model_dump(exclude={"away"}), password_hash=password) for entry in new]
        self.add("advisers", rows)
        self.session.flush()
        ids = {row.ref: row.id or 0 for row in (*there.values(), *rows)}
        covers = [
            AdviserCover(
                adviser_id=ids[entry.ref], cover_id=ids[away.by], first_day=away.first_day, last_day=away.last_day
            )
            for entry in new
            for away in entry.away
        ]
        self.add("covers", covers)
        return ids

    def schools(self) -> dict[str, int]:
        there = {row.ref: row for row in self.session.exec(select(School))}
        for ref, entry in self.area.schools.items():
            if ref in there:
                self.same(ref, "school", there[ref].town, entry.town)
        rows = [School(**entry.model_dump()) for ref, entry in self.area.schools.items() if ref not in there]
        self.add("schools", rows)
        self.session.flush()
        return {row.ref: row.id or 0 for row in (*there.values(), *rows)}

    def catalogue(self) -> None:
        source = self.area.source
        providers = {row.ref: row for row in self.session.exec(select(Provider))}
        for ref in self.area.providers.keys() & providers.keys():
            self.same(ref, "provider", providers[ref].source, source)
        rows = [
            Provider(**entry.model_dump(), source=source)
            for ref, entry in self.area.providers.items()
            if ref not in providers
        ]
        self.add("providers", rows)
        self.session.flush()
        ids = {row.ref: row.id or 0 for row in (*providers.values(), *rows)}
        courses = {row.ref: row for row in self.session.exec(select(Course))}
        new: list[tuple[Course, CourseEntry]] = []
        for ref, (provider, entry) in self.area.courses.items():
            if ref in courses:
                self.same(ref, "course", courses[ref].source, source)
                continue
            course = Course(**entry.model_dump(exclude={"runs"}), provider_id=ids[provider], source=source)
            new.append((course, entry))
        self.add("courses", [course for course, _ in new])
        self.session.flush()
        self.add(
            "runs",
            [Run(**run.model_dump(), course_id=course.id or 0) for course, entry in new for run in entry.runs],
        )

    def young_people(self, advisers: dict[str, int], schools: dict[str, int]) -> None:
        there = {row.ref: row for row in self.session.exec(select(YoungPerson))}
        new: list[tuple[YoungPerson, YoungPersonEntry]] = []
        for ref, (adviser, entry) in self.area.young_people.items():
            if ref in there:
                found = there[ref]
                self.same(ref, "young person", (found.first_name, found.last_name), (entry.first_name, entry.last_name))
                continue
            person = YoungPerson(
                **entry.model_dump(exclude={"school", "on_record_since", "activities", "destinations"}),
                school_id=schools[entry.school] if entry.school else None,
                adviser_id=advisers[adviser],
                created_at=self.moment(entry.on_record_since),
            )
            new.append((person, entry))
        self.add("young_people", [person for person, _ in new])
        self.session.flush()
        for person, entry in new:
            self.histories(person.id or 0, entry)

    def histories(self, person: int, entry: YoungPersonEntry) -> None:
        activities = [
            Activity(
                **activity.model_dump(exclude={"provider"}),
                provider_ref=activity.provider,
                young_person_id=person,
                recorded_at=self.moment(activity.verified_on or activity.start),
            )
            for activity in entry.activities
        ]
        destinations = [
            Destination(
                **destination.model_dump(exclude={"provider", "course"}),
                provider_ref=destination.provider,
                course_ref=destination.course,
                young_person_id=person,
                recorded_at=self.moment(destination.on_date),
            )
            for destination in entry.destinations
        ]
        self.add("activities", activities)
        self.add("destinations", destinations)
