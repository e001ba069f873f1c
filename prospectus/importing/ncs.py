"""The National Careers Service's course directory: its open data, and the file that a provider uploads to it.

A row is one run; rows with one COURSE_ID are one course. Which columns there are, and which were confirmed where, is in
docs/importing.md.
"""

from collections.abc import Mapping
from typing import Any

from prospectus.importing import addresses, levels
from prospectus.importing.csvrows import read_rows
from prospectus.importing.dates import day, no_day
from prospectus.importing.feedfile import FeedFile
from prospectus.importing.intake import NO_DAY, Intake
from prospectus.importing.kinds import provider_kind, route_of
from prospectus.importing.limits import FeedRefused, RowRefused
from prospectus.importing.records import CourseRecord, ProviderRecord, RunRecord, own_ref

SOURCE = "National Careers Service course directory"

# the directory's own numbers, and its words
DELIVERY = {"1": "classroom", "classroom based": "classroom", "2": "online", "online": "online", "3": "work based",
            "work based": "work based", "4": "blended", "blended learning": "blended"}  # fmt: skip
STUDY = {"1": "full time", "full time": "full time", "2": "part time", "part time": "part time", "3": "flexible",
         "flexible": "flexible"}  # fmt: skip
PATTERN = {"1": "Daytime", "daytime": "Daytime", "2": "Evenings", "evening": "Evenings", "3": "Weekends",
           "weekend": "Weekends", "4": "Day or block release", "day/block release": "Day or block release"}  # fmt: skip
UNITS = {"1": "day", "days": "day", "2": "week", "weeks": "week", "3": "month", "months": "month", "4": "year",
         "years": "year", "5": "hour", "hours": "hour", "6": "minute", "minutes": "minute"}  # fmt: skip
KINDS = {"1": "Essential skills", "2": "T level", "3": "Higher technical qualification", "6": "Skills bootcamp",
         "7": "AS level", "8": "A level", "11": "Degree"}  # fmt: skip
_LEVEL_OF_KIND = {"2": "3", "7": "3", "8": "3"}

# several names for one thing: the open data, an older one, and the upload
_TITLE = ("COURSE_NAME",)
_ABOUT = ("WHO_THIS_COURSE_IS_FOR", "COURSE_DESCRIPTION")
_AIM = ("LEARN_AIM_REF", "LARS_QAN")
_START = ("STARTDATE", "START_DATE")
_FLEXIBLE = ("FLEXIBLE_STARTDATE", "FLEXIBLE_START_DATE")
_MODE = ("DELIVER_MODE", "DELIVERY_MODE")
_VENUE = ("LOCATION_NAME", "VENUE_NAME")
_WEB = ("COURSE_URL", "COURSE_WEBPAGE")
_LENGTH = ("DURATION_VALUE", "DURATION")
_YES = frozenset({"true", "1", "yes", "y"})

Row = Mapping[str, str]


def read_ncs(feed: FeedFile, intake: Intake) -> None:
    """Read a whole file. Raises ``FeedRefused``."""
    rows = read_rows(feed, intake)
    names = [name.strip().upper().replace(" ", "_") for name in rows.header]
    if "COURSE_NAME" not in names:
        raise FeedRefused("It has no column COURSE_NAME.", rows.header_line)
    # an upload holds one provider's courses, and does not say whose
    intake.source_name = SOURCE if "PROVIDER_UKPRN" in names else intake.provider_name
    providers: set[str] = set()
    for line, cells in rows.rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                raise RowRefused(f"it has {len(cells)} cells, and there are {len(names)} columns")
            row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
            _row(row, line, providers, intake)
        except RowRefused as refused:
            intake.refuse(line, refused.reason, refused.key)


def _row(row: Row, line: int, providers: set[str], intake: Intake) -> None:
    provider = _provider(row, intake)
    title = intake.line(_cell(row, _TITLE))
    identifier = _cell(row, ("COURSE_ID",)) or _made_id(row)
    key = f"{provider.source_ref}|{identifier}"[:500]
    if not title:
        raise RowRefused("it has no COURSE_NAME", key)
    if provider.source_ref not in providers:
        providers.add(provider.source_ref)
        intake.provider(provider)
    known = intake.spool.course(key)
    number = known[0] if known else intake.course(_course(row, key, title, provider, intake), line)
    if number is not None:
        intake.run(number, _run(row, title, intake), line)


def _provider(row: Row, intake: Intake) -> ProviderRecord:
    ukprn = _cell(row, ("PROVIDER_UKPRN",))
    if ukprn is None:
        return intake.named_provider()
    name = intake.line(_cell(row, ("PROVIDER_NAME",))) or intake.provider_name
    if not name:
        name = f"Provider {ukprn[:20]}"
        intake.repaired("The file does not name its providers; each is called by its UKPRN until another file does.")
    return ProviderRecord(ukprn[:100], name, provider_kind(name))


def _made_id(row: Row) -> str:
    """An id for a course without one: its own reference, or else what makes it that course."""
    said = [row.get(name, "") for name in ("LARS_QAN", "COURSE_NAME", "WHO_THIS_COURSE_IS_FOR", "ENTRY_REQUIREMENTS")]
    return _cell(row, ("YOUR_REFERENCE",)) or own_ref(*said)


def _course(row: Row, key: str, title: str, provider: ProviderRecord, intake: Intake) -> CourseRecord:
    kind = _cell(row, ("COURSE_TYPE",)) or ""
    sector = intake.line(_cell(row, ("SECTOR",)))
    level = levels.from_code(_cell(row, ("EDUCATION_LEVEL",))) or levels.from_words(title) or _LEVEL_OF_KIND.get(kind)
    updated = day(_cell(row, ("UPDATED_DATE",)))
    awarding = intake.line(_cell(row, ("AWARDING_BODY",)))
    return CourseRecord(
        source_ref=key,
        provider=provider.source_ref,
        title=title,
        subject=intake.subjects.find(title, groups=[sector] if sector else []),
        level=level or levels.UNKNOWN,
        route=route_of(provider.kind, provider.name, title, KINDS.get(kind)),
        qualification=KINDS.get(kind) or awarding,
        summary=intake.clean(_cell(row, _ABOUT)) or intake.clean(_cell(row, ("WHAT_YOU_WILL_LEARN",))),
        entry_requirements=intake.clean(_cell(row, ("ENTRY_REQUIREMENTS",))),
        cost=_cost(row, intake),
        kit=intake.clean(_cell(row, ("WHAT_YOU_WILL_NEED_TO_BRING",))),
        leads_to=intake.clean(_cell(row, ("WHERE_NEXT",))),
        keywords=[sector] if sector else [],
        url=_web(_cell(row, _WEB)),
        checked_on=updated.isoformat() if updated else None,
    )


def _run(row: Row, title: str, intake: Intake) -> RunRecord:
    start, flexible = day(_cell(row, _START)), (_cell(row, _FLEXIBLE) or "").lower() in _YES
    if no_day(_cell(row, _START)):
        intake.counted(NO_DAY)
    mode = DELIVERY.get((_cell(row, _MODE) or "").lower())
    pattern = PATTERN.get((_cell(row, ("ATTENDANCE_PATTERN",)) or "").lower())
    code = addresses.postcode(_cell(row, ("LOCATION_POSTCODE",)))
    point = addresses.position(row.get("LOCATION_LATITUDE"), row.get("LOCATION_LONGITUDE"))
    lines = [row.get(name, "") for name in ("LOCATION_ADDRESS1", "LOCATION_ADDRESS2")]
    town = intake.line(_cell(row, ("LOCATION_TOWN",))) or intake.town_of(lines, code)
    regions = intake.line(_cell(row, ("REGIONS", "SUB_REGION")))
    national = any((_cell(row, (name,)) or "").lower() in _YES for name in ("NATIONAL", "NATIONAL_DELIVERY"))
    if town is None and mode == "online":
        town = "Online"
    elif town is None and (national or regions):
        town = "All over the country" if national else "Several places"
    extra: dict[str, Any] = {
        "study_mode": STUDY.get((_cell(row, ("STUDY_MODE",)) or "").lower()),
        "delivery": mode,
        "venue": intake.line(_cell(row, _VENUE)),
        "regions": regions,
        "cost": _cost(row, intake),
        "url": _web(_cell(row, _WEB)),
    }
    duration = _duration(_cell(row, _LENGTH), _cell(row, ("DURATION_UNIT",)))
    identifier = _cell(row, ("COURSE_RUN_ID",)) or own_ref(
        title, str(start), str(mode), extra["venue"] or "", code or "", pattern or "", duration or ""
    )
    return RunRecord(
        source_ref=identifier[:500],
        start=start,
        roll_on=flexible,
        duration=duration,
        days="Weekends" if pattern == "Weekends" else None,
        hours=None if pattern == "Weekends" else pattern,
        town=town,
        postcode=code,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        extra={name: value for name, value in extra.items() if value},
    )


def _cost(row: Row, intake: Intake) -> str | None:
    return addresses.money(_cell(row, ("COST",)), intake.line(_cell(row, ("COST_DESCRIPTION",)), 500))


def _duration(value: str | None, unit: str | None) -> str | None:
    name = UNITS.get((unit or "").lower())
    if not value or not name or not value.isdigit() or int(value) == 0:
        return None
    return f"{int(value)} {name}{'' if int(value) == 1 else 's'}"


def _cell(row: Row, names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := row.get(name, "").strip()) and value.upper() != "NULL"), None)


def _web(text: str | None) -> str | None:
    if not text or any(c.isspace() for c in text) or "." not in text:
        return None
    return (text if text.lower().startswith(("http://", "https://")) else f"https://{text}")[:500]
