"""Plans, applications and outcomes as staff read them."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from casework.destinations.applications import Application
from casework.destinations.facts import Fact
from casework.destinations.plans import Plan
from console.words import moment
from prospectus.coursefields import said_date
from prospectus.tables import Course, Provider
from prospectus.vocabulary import ROUTES, Vocabulary

STANDINGS = {
    "started": "Started",
    "enrolled": "Enrolled",
    "accepted": "Offer accepted",
    "offered": "Has an offer",
    "interview": "Interview",
    "applied": "Applied",
    "nothing_open": "Applied, nothing open now",
    "intended": "Has a plan, not applied",
    "undecided": "Undecided",
    "nothing_known": "Nothing known",
}
"""By ``casework.destinations.register.STANDINGS``."""

STAGES = {
    "intended": "Means to do",
    "applied": "Applied",
    "interview": "Interview",
    "offered": "Offered a place",
    "accepted": "Accepted",
    "enrolled": "Enrolled",
    "started": "Started",
    "no_show": "Did not come",
    "rejected": "Turned down",
    "declined": "Said no to the offer",
    "withdrawn": "Took the application back",
    "leaving": "About to leave",
    "left": "Left",
    "planned_end": "Planned end",
    "not_appropriate": "An offer is not appropriate",
}

KINDS = {
    "interview": "Interview",
    "offer_made": "Offer made",
    "rejected": "Turned down",
    "offer_declined": "Offer declined",
    "no_show_interview": "Did not come to an interview",
    "no_show_enrolment": "Did not come to enrol",
    "enrolled": "Enrolled",
    "started": "Started",
    "leaving": "About to leave",
    "left": "Left",
    "planned_end": "New planned end",
}
"""Kinds of providers' reports."""

SOURCES = {
    "young_person": "They said so",
    "school": "School",
    "provider": "Provider",
    "adviser": "Adviser",
    "import": "Caseload file",
}
SURE = {"very": "very sure", "fairly": "fairly sure", "not": "not sure"}


@dataclass
class Namer:
    """Names for the refs and keys of the record. Reads providers and courses once for a page."""

    vocabulary: Vocabulary
    providers: dict[str, str] = field(default_factory=dict)
    courses: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session, vocabulary: Vocabulary, course_refs: set[str] | None = None) -> "Namer":
        """The names of every provider, and of these courses."""
        providers = {row.ref: row.name for row in session.execute(select(col(Provider.ref), col(Provider.name)))}
        courses: dict[str, str] = {}
        if course_refs:
            query = select(col(Course.ref), col(Course.title)).where(col(Course.ref).in_(sorted(course_refs)))
            courses = {row.ref: row.title for row in session.execute(query)}
        return cls(vocabulary, providers, courses)

    def route(self, key: str | None) -> str:
        """A route, as in *College*."""
        if not key:
            return ""
        name = self.vocabulary.route_name(key) if key in ROUTES else key.replace("_", " ")
        return name[:1].upper() + name[1:]

    def provider(self, ref: str | None) -> str:
        """A provider's name."""
        return self.providers.get(ref, ref) if ref else ""

    def what(self, fact: Fact | Application) -> str:
        """What is learnt, or done: the course, the subject, or the work they want."""
        if fact.course_ref and fact.course_ref in self.courses:
            return self.courses[fact.course_ref]
        if fact.subject:
            return self.vocabulary.subject_name(fact.subject)
        return (fact.occupation or "") if isinstance(fact, Fact) else ""

    def level(self, key: str | None) -> str:
        """A level, as in *level 2*."""
        return "" if not key else "entry level" if key == "entry" else f"level {key}"

    def plan(self, plan: Plan | None) -> str:
        """A plan in one line, as in *Plumbing, level 2, at Wealdmere College*."""
        if plan is None:
            return ""
        now = plan.now
        parts = [self.what(now), self.level(now.level)]
        if now.provider_ref:
            parts.append("at " + self.provider(now.provider_ref))
        elif now.route:
            parts.append(self.route(now.route).lower())
        said = ", ".join(part for part in parts if part)
        if plan.undecided:
            return f"Undecided ({said})" if said else "Undecided"
        return said[:1].upper() + said[1:] or "Has a plan, no details"

    def application(self, one: Application) -> str:
        """An application's place in one line."""
        said = ", ".join(
            part for part in (self.what(one), self.level(one.level), self.provider(one.provider_ref)) if part
        )
        return said[:1].upper() + said[1:] or self.route(one.route) or "Not said where"

    def more(self, fact: Fact, now: datetime) -> str:
        """Everything else that was said, in one line."""
        parts = [
            moment(fact.at_time, now) if fact.at_time else "",
            f"Until {said_date(fact.ends_on)}" if fact.ends_on else "",
            SURE[fact.sure].capitalize() if fact.sure in SURE else "",
            f"Grades: {fact.grades}" if fact.grades else "",
            f"Wants help with: {fact.help_wanted}" if fact.help_wanted else "",
            fact.reason or "",
        ]
        return "; ".join(part for part in parts if part)
