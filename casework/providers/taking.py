"""What a report of a known person does to the record: a stage, what they are doing, and a task for their adviser.

The same happens whether they were found at once or somebody matched the report weeks later.
"""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from casework.activities.facts import ActivityFacts, Kind, age_band
from casework.activities.known import Position, current
from casework.activities.recording import NewActivity, record_activity
from casework.activities.rules import Rules
from casework.advisers import who_answers
from casework.destinations.facts import Fact
from casework.destinations.record import record_destination
from casework.nccis import Status
from casework.providers.catalogue import ProviderInfo
from casework.tables import Escalation, ProviderReport, YoungPerson

STAGES: dict[str, tuple[str, str | None]] = {
    "interview": ("interview", None),
    "offer_made": ("offered", None),
    "rejected": ("rejected", None),
    "offer_declined": ("declined", None),
    "no_show_interview": ("no_show", "interview"),
    "no_show_enrolment": ("no_show", "enrolment"),
    "enrolled": ("enrolled", None),
    "started": ("started", None),
    "leaving": ("leaving", None),
    "left": ("left", None),
    "planned_end": ("planned_end", None),
}
"""By kind of report: the stage, and what was missed."""

TELL: dict[str, str] = {
    "no_show_interview": "did not come to an interview",
    "no_show_enrolment": "did not come to enrol",
    "leaving": "is about to leave",
    "left": "has left",
}
"""Kinds that an adviser must see, and what they are told."""

URGENCY = "soon"
ABOUT = "provider_report"


def take(
    session: Session, rules: Rules, report: ProviderReport, person: YoungPerson, provider: ProviderInfo, now: datetime
) -> None:
    """Put a report into the record of the person it is about, in the open transaction. Call it once for a report."""
    record_destination(session, person.id or 0, _destination(report))
    new = _activity(session, rules, report, person, provider)
    if new is not None:
        record_activity(session, rules.book, person, new, now=now)
    if report.kind in TELL:
        adviser = who_answers(session, person, now).adviser
        session.add(
            Escalation(
                young_person_id=person.id,
                adviser_id=adviser.id if adviser else None,
                kind=ABOUT,
                urgency=URGENCY,
                reason=_words(report, provider),
                detail={"report": report.id},
                opened_at=now,
            )
        )
    session.flush()


def day_of(said: dict[str, Any], name: str) -> date | None:
    """A date of a report's ``said``."""
    return date.fromisoformat(said[name]) if said.get(name) else None


def _destination(report: ProviderReport) -> Fact:
    stage, missed = STAGES[report.kind]
    said = report.said
    return Fact(
        stage=stage,
        source="provider",
        recorded_at=report.received_at,
        route=said.get("route"),
        provider_ref=report.provider_ref,
        course_ref=said.get("course_ref"),
        subject=said.get("subject_key"),
        level=said.get("level"),
        on_date=report.on_date,
        at_time=datetime.fromisoformat(said["interview_at"]) if said.get("interview_at") else None,
        ends_on=day_of(said, "planned_end"),
        reason=said.get("reason"),
        missed=missed,
        report_id=report.id,
    )


def _activity(
    session: Session, rules: Rules, report: ProviderReport, person: YoungPerson, provider: ProviderInfo
) -> NewActivity | None:
    """What the report says of what they do now; None where it says nothing, or somebody knows better."""
    on = report.on_date
    if on is None or report.kind not in ("started", "left", "leaving", "planned_end"):
        return None
    age = age_band(person.date_of_birth, on, nation=person.nation, leaves=person.leaves_school_on)
    if report.kind == "started":
        facts = _facts(report, provider, age, on)
        return _coded(rules, facts, report, on, end=day_of(report.said, "planned_end")) if facts else None
    known = current(session, rules.book, person, on)
    if report.kind == "left":
        if _elsewhere(known, provider):
            return None
        # what they do now is not known, and nobody says that it is nothing
        facts = ActivityFacts(kind="left", since=on, age=age)
        return _coded(rules, facts, report, on, detail=_reason(report))
    return _new_end(known, report, provider, on)


def _facts(report: ProviderReport, provider: ProviderInfo, age: Any, on: date) -> ActivityFacts | None:
    by_route: dict[str, Kind] = {
        "school": "school",
        "college": "college",
        "apprenticeship": "apprenticeship",
        "training": "training",
        "re_engagement": "re_engagement",
    }
    by_kind: dict[str, Kind] = {"sixth_form": "school", "fe_college": "college", "training_provider": "training"}
    kind = by_route.get(report.said.get("route") or "") or by_kind.get(provider.kind)
    if kind is None:
        # an employer or a charity, without a course: work, training or something else
        return None
    where = "college" if kind == "college" and provider.kind == "fe_college" else None
    return ActivityFacts(kind=kind, since=on, provider_ref=provider.ref, provider_kind=where, age=age)


def _coded(rules: Rules, facts: ActivityFacts, report: ProviderReport, on: date, **more: Any) -> NewActivity:
    coded = rules.coding.code_for(facts)
    return NewActivity.of(coded, source="provider", said_on=on, report_id=report.id, **more)


def _elsewhere(known: Position, provider: ProviderInfo) -> bool:
    """Whether they are known to be somewhere else by then: leaving here says nothing of that."""
    fact = known.fact
    return bool(fact and not known.lapsed and fact.provider_ref and fact.provider_ref != provider.ref)


def _new_end(known: Position, report: ProviderReport, provider: ProviderInfo, on: date) -> NewActivity | None:
    """What they do at this provider, with another planned end."""
    fact, end = known.fact, day_of(report.said, "planned_end")
    here = fact is not None and not known.lapsed and fact.provider_ref == provider.ref
    if fact is None or not here or end is None or known.status is not Status.PARTICIPATING or end < on:
        return None
    return NewActivity(
        code=fact.code,
        source="provider",
        said_on=on,
        start=fact.start,
        end=end,
        provider_ref=provider.ref,
        detail=_reason(report),
        rule="As before, with the end that the provider plans now.",
        report_id=report.id,
    )


def _reason(report: ProviderReport) -> dict[str, Any]:
    return {"why": report.said["reason"]} if report.said.get("reason") else {}


def _words(report: ProviderReport, provider: ProviderInfo) -> str:
    words = f"{provider.name} reports of {_day(report.on_date)}: {TELL[report.kind]}."
    planned = day_of(report.said, "planned_end")
    if report.kind == "leaving" and planned:
        words += f" Planned last day: {_day(planned)}."
    if report.said.get("reason"):
        words += " Reason given: " + " ".join(str(report.said["reason"]).split())
    return words


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "a day not given"
