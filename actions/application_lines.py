"""Applications as the record takes them, and as texts say them."""

from datetime import datetime, time
from typing import Any

from actions.base import Talk
from actions.said_applications import Told
from casework.clock import LONDON
from casework.destinations.applications import Application
from casework.effects import RecordDestination
from prospectus.catalogue import current as catalogue


def as_effect(told: Told) -> RecordDestination:
    """What is to be put into the record."""
    return RecordDestination(
        stage=told.stage,
        provider_ref=told.provider_ref,
        subject=told.subject,
        route=told.route,
        level=told.level,
        on_date=told.on_date,
        at_time=told.at_time,
        missed="interview" if told.stage == "no_show" else None,
    )


def told_line(talk: Talk, one: Told) -> dict[str, Any]:
    """What they told, as arguments of a text."""
    return {
        "stage": one.stage,
        "where": catalogue(talk.session).providers.get(one.provider_ref) if one.provider_ref else None,
        "what": talk.vocabulary.subject_name(one.subject) if one.subject else None,
        "at": _when(one.at_time),
        "on": one.on_date.isoformat() if one.on_date else None,
    }


def _when(at: datetime | None) -> str | None:
    """A time as a text takes it: the day alone where the hour is not known."""
    if at is None:
        return None
    local = at.astimezone(LONDON)
    return local.date().isoformat() if local.time() == time(0) else local.isoformat()


def application_line(talk: Talk, one: Application) -> dict[str, Any]:
    """An application as it stands, as arguments of a text."""
    interview = one.interview_at
    return {
        "stage": one.stage,
        "where": catalogue(talk.session).providers.get(one.provider_ref) if one.provider_ref else None,
        "what": talk.vocabulary.subject_name(one.subject) if one.subject else None,
        "since": one.since.isoformat(),
        "interview": _when(interview) if one.stage == "interview" and interview and interview >= talk.now else None,
        "own": one.history[-1].source == "young_person",
    }
