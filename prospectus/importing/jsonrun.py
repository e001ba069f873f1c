"""One schema.org CourseInstance: what the catalogue calls a run."""

import re
from typing import Any

from prospectus.importing.dates import When, day, when
from prospectus.importing.intake import Intake
from prospectus.importing.jsonparts import Find, Place, cost_of, identifier_of, many, place_of, text_of, web_of
from prospectus.importing.records import RunRecord, dumped, own_ref
from prospectus.importing.xcrirun import spoken_interval

_MODES = {"online": "online", "onsite": "at the provider", "in-person": "at the provider", "onlineeventattendancemode":
          "online", "offlineeventattendancemode": "at the provider", "blended": "blended", "mixed": "blended",
          "mixedeventattendancemode": "blended"}  # fmt: skip
_STUDY = {"full-time": "full time", "full time": "full time", "part-time": "part time", "part time": "part time"}
_DAYS = {"monday": "Mon", "tuesday": "Tue", "wednesday": "Wed", "thursday": "Thu", "friday": "Fri",
         "saturday": "Sat", "sunday": "Sun"}  # fmt: skip
_CLOCK = re.compile(r"T?(\d{2}):(\d{2})")
_SOLD_OUT = ("soldout", "outofstock", "discontinued")


def read_run(node: dict[str, Any], find: Find, intake: Intake) -> RunRecord:
    """The run that an instance speaks of. Raises ``RowRefused``."""
    schedule = next((s for one in many(node.get("courseSchedule")) if isinstance(s := find(one), dict)), {})
    start = _start(node, schedule)
    place = next((p for one in many(node.get("location")) if (p := place_of(find(one), find, intake)).known), Place())
    modes = [str(find(one)).rpartition("/")[2].lower() for name in ("courseMode", "eventAttendanceMode")
             for one in many(node.get(name))]  # fmt: skip
    delivery = next((_MODES[mode] for mode in modes if mode in _MODES), None)
    offers = [find(one) for one in many(node.get("offers"))]
    available = [str(o.get("availability", "")).rpartition("/")[2].lower() for o in offers if isinstance(o, dict)]
    capacity = text_of(node.get("remainingAttendeeCapacity"))
    left = int(capacity) if capacity and capacity.isdigit() and len(capacity) < 6 else None
    full = bool(available and all(mark in _SOLD_OUT for mark in available)) or left == 0
    workload = text_of(node.get("courseWorkload")) or text_of(schedule.get("duration"))
    extra = {
        "study_mode": next((_STUDY[mode] for mode in modes if mode in _STUDY), None),
        "delivery": delivery,
        "venue": place.venue,
        "cost": cost_of(node, find, intake),
        "workload": (spoken_interval(workload) or intake.line(workload, 80)) if workload else None,
        "starts": start.said,
        "url": web_of(node.get("url")),
    }
    record = RunRecord(
        source_ref="",
        start=start.day,
        roll_on=start.roll_on,
        end=day(text_of(node.get("endDate"))) or day(text_of(schedule.get("endDate"))),
        duration=_length(node, schedule, intake),
        days=_days(schedule),
        hours=_hours(schedule),
        town=place.town or ("Online" if delivery == "online" else None),
        postcode=place.postcode,
        latitude=place.latitude,
        longitude=place.longitude,
        places="full" if full else "available" if left else "unknown",
        places_left=left,
        apply_by=day(text_of(node.get("applicationDeadline"))),
        extra={name: value for name, value in extra.items() if value},
    )
    own = text_of(node.get("@id")) or identifier_of(node)
    record.source_ref = (own or own_ref(dumped(record.as_json() | {"places": "", "places_left": 0})))[:500]
    return record


def _start(node: dict[str, Any], schedule: dict[str, Any]) -> When:
    for value in (node.get("startDate"), schedule.get("startDate")):
        if text := text_of(value):
            return when(text)
    return When()


def _length(node: dict[str, Any], schedule: dict[str, Any], intake: Intake) -> str | None:
    text = text_of(node.get("duration")) or text_of(node.get("timeToComplete"))
    if text:
        return spoken_interval(text) or intake.line(text, 120)
    count, unit = text_of(schedule.get("repeatCount")), (text_of(schedule.get("repeatFrequency")) or "").lower()
    words = {"weekly": "weeks", "daily": "days", "monthly": "months", "p1w": "weeks", "p1d": "days"}.get(unit)
    return f"{count} {words}" if count and count.isdigit() and words else None


def _days(schedule: dict[str, Any]) -> str | None:
    names = [str(one).rpartition("/")[2].lower() for one in many(schedule.get("byDay"))]
    return ", ".join(_DAYS[name] for name in names if name in _DAYS) or None


def _hours(schedule: dict[str, Any]) -> str | None:
    begins, ends = (_CLOCK.match(text_of(schedule.get(name)) or "") for name in ("startTime", "endTime"))
    return f"{begins[1]}:{begins[2]} to {ends[1]}:{ends[2]}" if begins and ends else None
