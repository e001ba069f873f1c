"""One schema.org Course, with its instances."""

from typing import Any

from prospectus.importing import addresses, levels
from prospectus.importing.dates import day
from prospectus.importing.intake import Intake
from prospectus.importing.jsonparts import Find, cost_of, identifier_of, many, name_of, place_of, text_of, types, web_of
from prospectus.importing.jsonrun import read_run
from prospectus.importing.kinds import provider_kind, route_of
from prospectus.importing.limits import RowRefused
from prospectus.importing.records import CourseRecord, ProviderRecord


def read_course(node: dict[str, Any], line: int, find: Find, intake: Intake) -> str:
    """Hand over a course and its runs, and answer its provider's name. Raises ``RowRefused``."""
    provider = _provider(node, find, intake)
    url = web_of(node.get("url")) or web_of(node.get("@id"))
    title = intake.line(text_of(node.get("name")))
    identifier = text_of(node.get("courseCode")) or identifier_of(node) or text_of(node.get("@id")) or url
    if not identifier:
        raise RowRefused("it has no courseCode, identifier, @id or url")
    key = f"{provider.source_ref}|{identifier}"[:500]
    if not title:
        raise RowRefused("it has no name", key)
    groups = [text for one in many(node.get("about")) if (text := intake.line(name_of(find(one))))]
    keywords = _keywords(node, intake)
    awarded = next(
        (text for name in ("educationalCredentialAwarded", "occupationalCredentialAwarded")
         for one in many(node.get(name)) if (text := intake.line(name_of(find(one))))), None,
    )  # fmt: skip
    said = [levels.from_code(intake.line(name_of(find(one)))) for one in many(node.get("educationalLevel"))]
    said.append(levels.from_words(title, awarded))
    youngest, oldest = addresses.ages(text_of(node.get("typicalAgeRange")))
    needs = [text for name in ("coursePrerequisites", "programPrerequisites", "competencyRequired")
             for one in many(node.get(name)) if (text := intake.clean(name_of(find(one))))]  # fmt: skip
    apply = intake.clean(text_of(node.get("applicationProcedure"))) or intake.clean(
        name_of(find(node.get("potentialAction")))
    )
    modified = day(text_of(node.get("dateModified")))
    instances = [find(one) for one in many(node.get("hasCourseInstance"))]
    record = CourseRecord(
        source_ref=key,
        provider=provider.source_ref,
        title=title,
        subject=intake.subjects.find(title, groups=groups, keywords=keywords),
        level=next((level for level in said if level), levels.UNKNOWN),
        route=route_of(provider.kind, provider.name, title, awarded, " ".join(types(node)).replace("workbased", "")),
        qualification=awarded,
        summary=intake.clean(text_of(node.get("description"))) or intake.clean(text_of(node.get("abstract"))),
        entry_requirements="\n".join(dict.fromkeys(needs)) or None,
        cost=cost_of(node, find, intake)
        or next((cost for i in instances if isinstance(i, dict) and (cost := cost_of(i, find, intake))), None),
        how_to_apply=apply,
        leads_to=intake.clean(name_of(find(node.get("occupationalCategory")))),
        min_age=youngest,
        max_age=oldest,
        keywords=list(dict.fromkeys([*groups, *keywords]))[:20],
        url=url,
        checked_on=modified.isoformat() if modified else None,
    )
    intake.provider(provider)
    number = intake.course(record, line)
    if number is not None:
        if not instances and ("startDate" in node or "courseSchedule" in node):
            # older pages say a start of the course itself
            instances = [{name: value for name, value in node.items() if name not in ("@id", "name", "url")}]
        for instance in instances:
            if isinstance(instance, dict):
                intake.run(number, read_run(instance, find, intake), line)
    return provider.name


def _provider(node: dict[str, Any], find: Find, intake: Intake) -> ProviderRecord:
    said = next((find(one) for name in ("provider", "creator", "publisher") for one in many(node.get(name))), None)
    name = intake.line(said if isinstance(said, str) else name_of(said))
    if not name or not isinstance(said, dict):
        return (
            intake.named_provider() if not name else ProviderRecord(f"name:{name.lower()}", name, provider_kind(name))
        )
    place = place_of(said, find, intake)
    key = identifier_of(said) or text_of(said.get("@id")) or web_of(said.get("url")) or f"name:{name.lower()}"
    return ProviderRecord(
        source_ref=key[:300],
        name=name,
        kind=provider_kind(name),
        town=place.town,
        postcode=place.postcode,
        latitude=place.latitude,
        longitude=place.longitude,
        phone=intake.line(text_of(said.get("telephone")), 40),
        email=intake.line((text_of(said.get("email")) or "").removeprefix("mailto:"), 200),
        website=web_of(said.get("url")) or web_of(said.get("sameAs")),
    )


def _keywords(node: dict[str, Any], intake: Intake) -> list[str]:
    said = [intake.line(name_of(one), 1_000) or "" for one in many(node.get("keywords"))]
    return [word.strip()[:80] for text in said for word in text.split(",") if word.strip()]
