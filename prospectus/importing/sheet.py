"""The officer's spreadsheet, as CSV or as a workbook: a row is a start of a course, or a course without one."""

from collections.abc import Iterable, Mapping
from typing import Any

from prospectus.importing import addresses, levels
from prospectus.importing.columns import COLUMNS, NOTE, column_of
from prospectus.importing.csvrows import read_rows
from prospectus.importing.dates import day, no_day, when
from prospectus.importing.feedfile import FeedFile
from prospectus.importing.intake import Intake
from prospectus.importing.kinds import provider_kind, route_of, said_kind, said_route
from prospectus.importing.limits import FeedRefused, RowRefused
from prospectus.importing.records import CourseRecord, ProviderRecord, RunRecord, dumped, own_ref
from prospectus.importing.workbook import workbook_rows

Row = Mapping[str, Any]

_PLACES = {"available": "available", "yes": "available", "few": "few", "full": "full", "no": "full",
           "waiting list": "waiting_list", "waiting": "waiting_list", "not known": "unknown", "unknown": "unknown",
           "": "unknown"}  # fmt: skip
_RUN_COLUMNS = ("run_ref", "start", "end", "duration", "days", "hours", "town", "postcode", "latitude", "longitude",
                "places", "places_left", "apply_by")  # fmt: skip
_TEXTS = ("entry_requirements", "exclusions", "cost", "kit", "kit_paid_by", "travel_help", "how_to_apply", "leads_to",
          "taster")  # fmt: skip
_NOT_KNOWN = frozenset({"not known", "unknown", "n/k", "?"})


def read_csv_sheet(feed: FeedFile, intake: Intake) -> None:
    """Read a CSV file. Raises ``FeedRefused``."""
    rows = read_rows(feed, intake)
    _read(rows.header, rows.header_line, rows.rows, intake)


def read_workbook(feed: FeedFile, intake: Intake) -> None:
    """Read a workbook's sheet of courses. Raises ``FeedRefused``."""
    rows = workbook_rows(feed, intake)
    for line, cells in rows:
        heads = [str(cell or "").strip() for cell in cells]
        if any(heads):
            _read(heads, line, rows, intake)
            return
    raise FeedRefused("It has no rows.")


def _read(header: list[str], header_line: int, rows: Iterable[tuple[int, list[Any]]], intake: Intake) -> None:
    names = [column_of(heading) for heading in header]
    for needed in ("title", "provider"):
        if needed not in names and not (needed == "provider" and intake.provider_name):
            heading = next(column.heading for column in COLUMNS if column.name == needed)
            raise FeedRefused(
                f"It has no column {heading}. Its columns are: {', '.join(h for h in header if h)[:200]}. "
                "`onward prospectus template FILE` writes a file with the right ones.",
                header_line,
            )
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        intake.repaired(f"Two columns mean {' and '.join(sorted(twice))}; the first that is filled in counted.")
    for line, cells in rows:
        if not any(str(cell if cell is not None else "").strip() for cell in cells):
            continue
        if str(cells[0] if cells[0] is not None else "").lstrip().startswith(NOTE):
            continue
        try:
            if any(str(cell or "").strip() for cell in cells[len(names) :]):
                raise RowRefused(f"it has {len(cells)} cells, and there are {len(names)} columns")
            row: dict[str, Any] = {}
            for name, cell in zip(names, cells, strict=False):
                if name and cell is not None and str(cell).strip() and name not in row:
                    row[name] = cell
            _row(row, line, "ref" in names, intake)
        except RowRefused as refused:
            intake.refuse(line, refused.reason, refused.key)


def _row(row: Row, line: int, has_refs: bool, intake: Intake) -> None:
    own = intake.line(_text(row, "ref"), 200)
    if own is None and has_refs:
        raise RowRefused("it has no Course ID")
    known = intake.spool.course(own) if own else None
    title = intake.line(_text(row, "title")) or (known[2].title if known else None)
    if not title:
        raise RowRefused("it has no Title", own)
    provider = _provider(row, intake) if "provider" in row or not known else None
    run = _run(row, intake)
    if known is None:
        assert provider is not None  # noqa: S101 -- for the type checker: there is one where nothing is known
        key = own or own_ref(provider.source_ref, title)
        known = None if own else intake.spool.course(key)
        if known is None:
            intake.provider(provider)
            course = _course(row, key, title, provider, intake)
            number = intake.course(course, line)
            if number is not None and run is not None:
                intake.run(number, run, line)
            return
    number, first, course = known
    if course.title != title or (provider is not None and provider.source_ref != course.provider):
        raise RowRefused(f"its Course ID, {course.source_ref[:80]}, is that of another course on line {first}")
    if run is None:
        raise RowRefused(f"it says the same course as line {first}, and no start of it")
    intake.run(number, run, line)


def _provider(row: Row, intake: Intake) -> ProviderRecord:
    name = intake.line(_text(row, "provider"))
    if not name:
        return intake.named_provider()
    kind = said_kind(_text(row, "provider_kind") or "")
    code = addresses.postcode(_text(row, "provider_postcode"))
    record = ProviderRecord(
        source_ref=f"name:{name.lower()}",
        name=name,
        kind=kind or provider_kind(name),
        town=intake.line(_text(row, "provider_town"))
        or intake.town_of([], code)
        or intake.line(_text(row, "town"))
        or intake.town_of([], addresses.postcode(_text(row, "postcode"))),
        postcode=code,
        phone=intake.line(_text(row, "provider_phone"), 40),
        email=intake.line(_text(row, "provider_email"), 200),
        website=_web(_text(row, "provider_website")),
    )
    # what the first row said of a provider stands: later rows often leave it out
    return intake.known_provider(record)


def _course(row: Row, key: str, title: str, provider: ProviderRecord, intake: Intake) -> CourseRecord:
    texts = {name: _known(intake.clean(_text(row, name))) for name in _TEXTS}
    subject = intake.line(_text(row, "subject"))
    keywords = [word.strip() for word in (intake.line(_text(row, "keywords"), 1_000) or "").split(",") if word.strip()]
    checked = _day(row, "checked_on", "Checked on")
    texts["cost"] = addresses.money(texts["cost"])
    return CourseRecord(
        source_ref=key,
        provider=provider.source_ref,
        title=title,
        subject=(intake.subjects.named(subject) if subject else None)
        or intake.subjects.find(title, groups=[subject] if subject else [], keywords=keywords),
        level=_level(row, title, intake),
        route=_route(row, title, provider),
        qualification=intake.line(_text(row, "qualification")),
        summary=intake.clean(_text(row, "summary")),
        min_age=_number(row, "min_age", "Youngest age", 5, 99),
        max_age=_number(row, "max_age", "Oldest age", 5, 99),
        keywords=keywords[:20],
        url=_web(_text(row, "url")),
        checked_on=checked.isoformat() if checked else None,
        **texts,
    )


def _level(row: Row, title: str, intake: Intake) -> str:
    said = _known(intake.line(_text(row, "level")))
    if said:
        found = levels.from_code(said)
        if found is None:
            raise RowRefused(f"its Level is {said[:40]}, and there are {', '.join(levels.LEVELS)}", _text(row, "ref"))
        return found
    return levels.from_words(title, _text(row, "qualification")) or levels.UNKNOWN


def _route(row: Row, title: str, provider: ProviderRecord) -> str:
    said = _text(row, "route")
    if said:
        found = said_route(said)
        if found is None:
            raise RowRefused(
                f"its Route is {said[:40]}, and there are school, college, apprenticeship, training, re-engagement",
                _text(row, "ref"),
            )
        return found
    return route_of(provider.kind, provider.name, title, _text(row, "qualification"))


def _run(row: Row, intake: Intake) -> RunRecord | None:
    """The start that a row speaks of, if any."""
    if not any(name in row for name in _RUN_COLUMNS):
        return None
    said = _text(row, "start")
    if said and no_day(said):
        reason = f"its Start date is {said[:40]}, which is no day like 2027-09-06, and no words like any week"
        raise RowRefused(reason, _text(row, "ref"))
    start = when(said, None) if day(row.get("start")) is None else None
    code = addresses.postcode(_text(row, "postcode"))
    point = addresses.position(row.get("latitude"), row.get("longitude"))
    places = (_text(row, "places") or "").lower().replace("_", " ")
    if places not in _PLACES:
        raise RowRefused(
            f"its Places are {places[:40]}, and there are available, few, full, waiting list, not known",
            _text(row, "ref"),
        )
    left = _number(row, "places_left", "Places left", 0, 10_000)
    record = RunRecord(
        source_ref="",
        start=day(row.get("start")),
        roll_on=bool(start and start.roll_on) or (said or "").lower() in ("any week", "any time"),
        end=_day(row, "end", "End date"),
        duration=intake.line(_text(row, "duration"), 120),
        days=intake.line(_text(row, "days"), 120),
        hours=intake.line(_text(row, "hours"), 120),
        town=intake.line(_text(row, "town")) or intake.town_of([], code),
        postcode=code,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        places="full" if left == 0 and not places else _PLACES[places],
        places_left=left,
        apply_by=_day(row, "apply_by", "Apply by"),
        extra={"starts": start.said} if start and start.said and not start.roll_on else {},
    )
    whole = dumped(record.as_json() | {"places": "", "places_left": 0})
    record.source_ref = intake.line(_text(row, "run_ref"), 200) or own_ref(whole)
    return record


def _day(row: Row, name: str, heading: str) -> Any:
    if name not in row or _known(_text(row, name)) is None:
        return None
    found = day(row[name])
    if found is None:
        said = _text(row, name) or ""
        raise RowRefused(f"its {heading} is {said[:40]}, which is no day like 2027-09-06", _text(row, "ref"))
    return found


def _number(row: Row, name: str, heading: str, least: int, most: int) -> int | None:
    said = _known(_text(row, name))
    if said is None:
        return None
    try:
        number = int(float(said))
    except ValueError:
        number = -1
    if not least <= number <= most:
        raise RowRefused(f"its {heading} is {said[:40]}, which is no number from {least} to {most}", _text(row, "ref"))
    return number


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    # a workbook keeps 2 as 2.0
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.strip() or None


def _known(text: str | None) -> str | None:
    return None if text is None or text.lower() in _NOT_KNOWN else text


def _web(text: str | None) -> str | None:
    if not text or any(c.isspace() for c in text) or "." not in text:
        return None
    return (text if text.lower().startswith(("http://", "https://")) else f"https://{text}")[:500]
