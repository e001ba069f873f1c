"""One course of an XCRI-CAP feed, with its presentations."""

import re

from prospectus.importing import addresses, levels
from prospectus.importing.intake import Intake
from prospectus.importing.kinds import provider_kind, route_of
from prospectus.importing.limits import RowRefused
from prospectus.importing.records import CourseRecord
from prospectus.importing.text import undoubled
from prospectus.importing.xcriparts import child, children, identifier_of, kind_of, said, web, words
from prospectus.importing.xcrirun import cost_of, read_run
from prospectus.importing.xmlitems import Element, line_of

_IDS_ONLY = re.compile(r"[\[\]\d,;\s]*")
_MOST_KEYWORDS = 20


def read_course(element: Element, provider: str, provider_name: str, intake: Intake) -> None:
    """Hand over a course and its runs. Raises ``RowRefused`` where it lacks an id or a title."""
    identifier = identifier_of(element)
    if not identifier:
        raise RowRefused("it has no identifier")
    key = f"{provider}|{identifier}"[:500]
    title = intake.line(said(element, "title", "name"))
    if not title:
        raise RowRefused("it has no title", key)
    presentations = children(element, "presentation")
    qualification = child(element, "qualification")
    subjects = [text for part in children(element, "subject") if (text := intake.line(words(part)))]
    kind_words = intake.line(said(element, "type"))
    named = intake.line(said(qualification, "title", "type")) if qualification is not None else None
    of_runs = [text for p in presentations if (text := intake.line(said(p, "subject")))]
    groups = [*_groups(element, intake), *map(undoubled, of_runs)]
    keywords = _keywords(subjects, of_runs)
    levels_said = [_level(element, qualification, intake), *(levels.from_words(t) for t in (title, kind_words, named))]
    youngest, oldest = _ages(presentations)
    record = CourseRecord(
        source_ref=key,
        provider=provider,
        title=title,
        subject=intake.subjects.find(title, groups=groups, keywords=keywords, codes=_codes(element)),
        level=next((level for level in levels_said if level), levels.UNKNOWN),
        route=route_of(provider_kind(provider_name), provider_name, title, kind_words),
        qualification=named or kind_words,
        summary=_summary(element, intake),
        entry_requirements=_described(element, intake, "prerequisite", "entryRequirements", "entryProfile")
        or _refined(element, intake, "prerequisites", "entryrequirements", "entryprofile")
        or next((t for p in presentations if (t := _described(p, intake, "prerequisite", "entryRequirements"))), None),
        exclusions=_described(element, intake, "regulations"),
        cost=_costs([cost for p in presentations if (cost := cost_of(p, intake))]),
        kit=_refined(element, intake, "requiredresource"),
        how_to_apply=_how_to_apply(element, presentations, intake),
        leads_to=_leads_to(element, intake),
        min_age=youngest,
        max_age=oldest,
        keywords=keywords,
        url=web(said(element, "url")) or next((u for p in presentations if (u := web(said(p, "url")))), None),
    )
    number = intake.course(record, line_of(element))
    if number is None:
        return
    for presentation in presentations:
        if presentation.get("recstatus") != "3":
            read_run(presentation, number, intake)


def _level(element: Element, qualification: Element | None, intake: Intake) -> str | None:
    said_by = [said(element, "level")]
    if qualification is not None:
        said_by += [said(qualification, "educationLevel"), said(qualification, "level")]
    return next((level for code in said_by if (level := levels.from_code(intake.line(code)))), None)


def _codes(element: Element) -> tuple[str, ...]:
    parts = children(element, "subject")
    return tuple(code for part in parts for code in (part.get("identifier") or "", words(part).strip()) if code)


def _groups(element: Element, intake: Intake) -> list[str]:
    """Subjects of a kind of their own: what the provider sorts its courses into, and no loose words."""
    typed = [part for part in children(element, "subject") if kind_of(part) or part.get("identifier")]
    return [undoubled(text) for part in typed if (text := intake.line(words(part)))]


def _described(element: Element, intake: Intake, *names: str) -> str | None:
    """The text of children with these names; 1.1 puts it into a description inside."""
    texts = [intake.clean(words(part)) for part in children(element, *names)]
    return "\n".join(dict.fromkeys(text for text in texts if text)) or None


def _refined(element: Element, intake: Intake, *kinds: str) -> str | None:
    texts = [intake.clean(words(part)) for part in children(element, "description") if kind_of(part) in kinds]
    return "\n".join(dict.fromkeys(text for text in texts if text)) or None


def _summary(element: Element, intake: Intake) -> str | None:
    return (
        _refined(element, intake, "")
        or _described(element, intake, "abstract")
        or _described(element, intake, "objective")
        or _refined(element, intake, "aim", "structure", "syllabus", "teachingstrategy")
    )


def _leads_to(element: Element, intake: Intake) -> str | None:
    for text in (
        _refined(element, intake, "careeroutcome"),
        _refined(element, intake, "leadsto"),
        _described(element, intake, "learningOutcome"),
    ):
        # some feeds put lists of their own ids there
        if text and not _IDS_ONLY.fullmatch(text):
            return text
    return None


def _how_to_apply(element: Element, presentations: list[Element], intake: Intake) -> str | None:
    for part in (element, *presentations):
        told = _described(part, intake, "applicationProcedure") or _refined(part, intake, "applicationprocedure")
        where = intake.line(said(part, "applyTo"))
        if where and (not told or where not in told):
            return f"{told}\nApply: {where}" if told else f"Apply: {where}"
        if told:
            return told
    return None


def _keywords(subjects: list[str], of_runs: list[str]) -> list[str]:
    found: dict[str, None] = {}
    for text in dict.fromkeys(map(undoubled, [*subjects, *of_runs])):
        parts = text.split(",") if "," in text else [text]
        found.update(dict.fromkeys(part.strip()[:80] for part in parts if part.strip()))
    return list(found)[:_MOST_KEYWORDS]


def _ages(presentations: list[Element]) -> tuple[int | None, int | None]:
    """Bounds that every presentation has; what one of them does not bound is not bounded."""
    bounds = [addresses.ages(said(p, "age")) for p in presentations]
    lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
    youngest = min((low for low in lows if low is not None), default=None) if None not in lows else None
    oldest = max((high for high in highs if high is not None), default=None) if None not in highs else None
    return youngest, oldest


def _costs(costs: list[str]) -> str | None:
    different = list(dict.fromkeys(costs))
    return None if not different else different[0] if len(different) == 1 else "; or ".join(different[:4])
