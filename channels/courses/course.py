"""One course as its page shows it: every fact in words, with where it is from, or who can tell it."""

from dataclasses import dataclass
from typing import Any

from channels.courses import words
from prospectus.coursefields import said_date
from prospectus.details import Checked, CourseDetails, RunDetails
from prospectus.filters import UNKNOWN_LEVEL
from prospectus.links import course_path, web_address
from prospectus.vocabulary import Vocabulary

ALWAYS_SAID = (("entry_requirements", "the entry requirements"), ("cost", "what it costs"))
"""Facts that matter so much that each is said not to be known where it would stand."""

OTHERS = (
    ("exclusions", "whether there is anybody it is not for"),
    ("ages", "which ages it is for"),
    ("kit", "what kit you need"),
    ("kit_paid_by", "who pays for the kit"),
    ("travel_help", "what help there is with travel"),
    ("leads_to", "what it leads to"),
    ("taster", "whether you can try it first"),
)
"""Facts that are named together where they are not known."""

LABELS = {
    "entry_requirements": "What you need to get in",
    "exclusions": "Who it may not be for",
    "ages": "Ages",
    "cost": "What it costs",
    "kit": "What to bring or wear",
    "kit_paid_by": "Who pays for the kit",
    "travel_help": "Help with travel",
    "leads_to": "What it can lead to",
    "taster": "Trying it first",
}


@dataclass(frozen=True)
class Row:
    """A fact of the course. ``text`` None: not known, and ``unknown`` says so."""

    label: str
    text: str | None
    unknown: str
    checked: Checked


@dataclass(frozen=True)
class RunRow:
    """One start, in words."""

    start: str
    until: str | None
    when: str | None
    where: str
    places: str
    open: bool
    apply_by: str | None
    as_of: Checked


@dataclass(frozen=True)
class CoursePage:
    """Everything that the page of a course says."""

    course: CourseDetails
    tags: list[str]
    kind: str
    rows: list[Row]
    not_known: list[str]
    """What else is not known, to be named in one sentence."""
    runs: list[RunRow]
    past: list[RunRow]
    how: str | None
    apply_at: str | None
    """Where the course's own page or the provider's can be followed to; None where that is not safe or not known."""
    apply_site: str | None
    """Its host, in words."""
    website: str | None
    phone: str | None
    who_can_tell: str
    data: dict[str, Any]
    """The course as schema.org describes one."""


def page_of(course: CourseDetails, vocabulary: Vocabulary, *, public_url: str | None) -> CoursePage:
    """The course in words."""
    website = web_address(course.provider_website)
    apply_at = web_address(course.url) or website
    tags = [words.level(vocabulary, course.level), course.qualification or "", vocabulary.route_name(course.route)]
    ages = words.ages(course.min_age, course.max_age)
    values = {name: getattr(course, name) for name in LABELS if name != "ages"} | {"ages": ages}
    who = words.who_can_tell(course)
    unknown = {name: f"We do not know {what}. {who}" for name, what in ALWAYS_SAID}
    return CoursePage(
        course=course,
        tags=list(dict.fromkeys(tag for tag in tags if tag)),
        kind=words.KINDS.get(course.provider_kind, ""),
        rows=[
            Row(label, values[name] or None, unknown.get(name, ""), _checked(course, name))
            for name, label in LABELS.items()
            if values[name] or name in unknown
        ],
        not_known=[what for name, what in OTHERS if not values[name] and (name != "kit_paid_by" or values["kit"])],
        runs=[_run(course, run) for run in course.runs if run.state != "past"],
        past=[_run(course, run) for run in course.runs if run.state == "past"],
        how=course.how_to_apply,
        apply_at=apply_at,
        apply_site=_host(apply_at),
        website=website,
        phone=words.phone(course.provider_phone),
        who_can_tell=who,
        data=described(course, vocabulary, public_url=public_url),
    )


def _checked(course: CourseDetails, name: str) -> Checked:
    if name != "ages":
        return course.checked(name)
    return min((course.checked(one) for one in ("min_age", "max_age")), key=lambda one: one.on)


def _run(course: CourseDetails, run: RunDetails) -> RunRow:
    until = f"to {said_date(run.end)}" if run.end and not run.roll_on else None
    if run.duration:
        until = f"{until}, {words.down(run.duration)}" if until else run.duration
    return RunRow(
        start=words.start(run),
        until=until,
        when=", ".join(part for part in (run.days, run.hours) if part) or None,
        where=" ".join(part for part in (run.town, (run.postcode or "").replace(" ", "\u00a0")) if part),
        places=words.places(run),
        open=run.state == "open" and run.places != "unknown",
        apply_by=said_date(run.apply_by) if run.apply_by else None,
        as_of=course.checked("places", run.ref),
    )


def _host(address: str | None) -> str | None:
    return address.split("/")[2].removeprefix("www.") if address else None


def described(course: CourseDetails, vocabulary: Vocabulary, *, public_url: str | None) -> dict[str, Any]:
    """The course as schema.org/Course: only what is known, and nothing that would have to be guessed."""
    provider = {
        "@type": "EducationalOrganization",
        "name": course.provider_name,
        "telephone": course.provider_phone,
        "email": course.provider_email,
        "url": web_address(course.provider_website),
        "address": {
            "@type": "PostalAddress",
            "addressLocality": course.provider_town,
            "postalCode": course.provider_postcode,
            "addressCountry": "GB",
        },
    }
    found: dict[str, Any] = _known(
        {
            "@context": "https://schema.org",
            "@type": "Course",
            "@id": f"{public_url}{course_path(course.course_ref)}" if public_url else None,
            "name": course.title,
            "description": course.summary,
            "courseCode": course.course_ref,
            "about": vocabulary.subject_name(course.subject),
            "educationalLevel": words.level(vocabulary, course.level) if course.level != UNKNOWN_LEVEL else None,
            "educationalCredentialAwarded": course.qualification,
            "coursePrerequisites": course.entry_requirements,
            "keywords": ", ".join(course.keywords),
            "url": web_address(course.url),
            "inLanguage": "en-GB",
            "provider": provider,
            "hasCourseInstance": [
                {
                    "@type": "CourseInstance",
                    "startDate": run.start.isoformat() if run.start else None,
                    "endDate": run.end.isoformat() if run.end else None,
                    "courseSchedule": ", ".join(part for part in (run.days, run.hours) if part),
                    "location": {
                        "@type": "Place",
                        "address": {
                            "@type": "PostalAddress",
                            "addressLocality": run.town,
                            "postalCode": run.postcode,
                            "addressCountry": "GB",
                        },
                    },
                }
                for run in course.runs
                if run.state != "past"
            ],
        }
    )
    return found


def _known(value: Any) -> Any:
    """Without what is not known, at any depth."""
    if isinstance(value, dict):
        return {key: kept for key, part in value.items() if (kept := _known(part)) not in (None, "", [], {})}
    return [_known(part) for part in value] if isinstance(value, list) else value
