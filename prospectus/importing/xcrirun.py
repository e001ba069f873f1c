"""One presentation of an XCRI-CAP course: what the catalogue calls a run."""

import re
from typing import Any

from prospectus.importing import addresses
from prospectus.importing.dates import When, day, when
from prospectus.importing.intake import Intake
from prospectus.importing.limits import RowRefused
from prospectus.importing.records import RunRecord, own_ref
from prospectus.importing.xcriparts import Parts, child, children, identifier_of, said, web, words
from prospectus.importing.xmlitems import Element, line_of

DTF = "dates had an attribute that names another day than their text; the text counts"

# the vocabularies of XCRI-CAP 1.2: study mode, attendance mode, attendance pattern
STUDY = {"ft": "full time", "pt": "part time", "pf": "part of a full-time programme", "fl": "flexible"}
ATTENDANCE = {"cm": "at the provider", "da": "distance with attendance", "ds": "distance without attendance",
              "nc": "face to face, away from the provider", "mm": "mixed", "on": "online",
              "wb": "in the workplace"}  # fmt: skip
HOURS = {"dt": "Daytime", "ev": "Evenings", "tw": "Twilight", "dr": "Day or block release", "we": "Weekends",
         "cs": "Customised"}  # fmt: skip

_WORKING_NOTES = re.compile(r"^(?:misunderstood|unknown|undefined|other sites)\b", re.IGNORECASE)
_INTERVAL = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?.*)?")


def read_run(presentation: Element, number: int, intake: Intake) -> None:
    """Hand over a run of a course, or refuse it."""
    line = line_of(presentation)
    try:
        record = _record(presentation, intake)
    except RowRefused as refused:
        intake.refuse(line, f"a start of it: {refused.reason}")
        return
    intake.run(number, record, line)


def _record(presentation: Element, intake: Intake) -> RunRecord:
    begins, ends = child(presentation, "start"), child(presentation, "end")
    start = _when(begins, intake)
    venue = Parts.of(found) if (found := child(presentation, "venue")) is not None else Parts()
    mode = _term(presentation, "studyMode", STUDY)
    attendance = _term(presentation, "attendanceMode", ATTENDANCE)
    pattern = _term(presentation, "attendancePattern", HOURS)
    places = (said(presentation, "places", "placesAvailable") or "").strip().lower()
    duration = child(presentation, "duration")
    code = venue.postcode or addresses.postcode(" ".join(venue.address))
    latitude, longitude = venue.point or (None, None)
    identifier = identifier_of(presentation) or own_ref(
        *(said(presentation, name) or "" for name in ("start", "title", "url")), code or "", mode or ""
    )
    extra: dict[str, Any] = {
        "study_mode": mode,
        "attendance": attendance,
        "venue": None if _WORKING_NOTES.match(venue.title or "") else intake.line(venue.title),
        "cost": cost_of(presentation, intake),
        "starts": start.said,
        "url": web(said(presentation, "url")),
        "places": places if places.isdigit() else None,
    }
    full = "full" in places or places == "0"
    return RunRecord(
        source_ref=identifier[:500],
        start=start.day,
        roll_on=start.roll_on,
        end=_when(ends, intake).day,
        duration=_duration(duration, intake),
        days="Weekends" if pattern == "Weekends" else None,
        hours=None if pattern == "Weekends" else pattern,
        town=intake.line(venue.town) or intake.town_of(venue.address, code),
        postcode=code,
        latitude=latitude,
        longitude=longitude,
        places="full" if full else "waiting_list" if "waiting" in places else "unknown",
        apply_by=day(said(presentation, "applyUntil")),
        extra={name: value for name, value in extra.items() if value},
    )


def _when(element: Element | None, intake: Intake) -> When:
    if element is None:
        return when(None)
    text = words(element)
    attribute = element.get("dtf")
    if attribute and day(text) and day(attribute) and day(text) != day(attribute):
        intake.counted(DTF)
    return when(text, attribute)


def _term(presentation: Element, name: str, terms: dict[str, str]) -> str | None:
    """A term of one of the vocabularies, by its code or by its words."""
    element = child(presentation, name)
    if element is None:
        return None
    text = " ".join(words(element).split())
    for code in (element.get("identifier") or "", text):
        if code.lower() in terms:
            return terms[code.lower()]
    return None if text.lower() in ("", "unk", "nk", "not known", "unknown") or len(text) <= 3 else text[:80].lower()


def _duration(element: Element | None, intake: Intake) -> str | None:
    if element is None:
        return None
    text = intake.line(words(element), 120)
    return text or spoken_interval(element.get("interval") or "")


def spoken_interval(interval: str) -> str | None:
    """An ISO 8601 duration in words.

    >>> spoken_interval("P1Y"), spoken_interval("P10W"), spoken_interval("x")
    ('1 year', '10 weeks', None)
    """
    match = _INTERVAL.fullmatch(interval.strip()[:40])
    if match is None:
        return None
    named = zip(match.groups(), ("year", "month", "week", "day", "hour"), strict=True)
    parts = [f"{int(n)} {unit}{'' if int(n) == 1 else 's'}" for n, unit in named if n and int(n)]
    return " ".join(parts) or None


def cost_of(presentation: Element, intake: Intake) -> str | None:
    """What a presentation costs: the standard's ``cost``, or a list of costs with amounts."""
    own = child(presentation, "cost")
    if own is not None:
        return addresses.money(intake.line(words(own), 500))
    listed = child(presentation, "Costs", "costs")
    for cost in children(listed, "cost") if listed is not None else ():
        about = [intake.line(words(part), 500) for part in children(cost, "description")]
        told = addresses.money(intake.line(cost.get("amount")), next((text for text in about if text), None))
        if told:
            return told
    return None
