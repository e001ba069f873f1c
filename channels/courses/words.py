"""How the pages say what the prospectus knows: starts, places, reasons, and who can tell what is not known."""

from datetime import date

import phonenumbers

from prospectus.coursefields import said_date
from prospectus.details import Checked, CourseDetails, RunDetails
from prospectus.editing import OFFICER
from prospectus.filters import UNKNOWN_LEVEL
from prospectus.index import Catalogue
from prospectus.search import Hit
from prospectus.vocabulary import Vocabulary
from prospectus.week import DAY_NAMES, Days

PLACES = {
    "available": "Has places",
    "few": "Only a few places left",
    "full": "Full",
    "waiting_list": "Waiting list",
    "closed": "Last day to apply has passed",
    "unknown": "Places not known",
}

KINDS = {
    "sixth_form": "school sixth form",
    "fe_college": "college",
    "training_provider": "training provider",
    "voluntary": "charity",
    "employer": "employer",
}

FITS = {"start": "starts about then", "days": "the days and times", "age": "your age"}
"""What else a course can fit, by kind of reason."""

UNKNOWN = {"level": "its level", "days": "its days and times", "age": "which ages it is for"}

LET_GO = {
    "place": "further away",
    "level": "at another level",
    "start": "with another start",
    "words": "with other words in them",
    "provider": "at another place to learn",
    "route": "by another way of learning",
    "days": "on other days or at other times",
    "age": "for another age",
}
"""What near misses differ in, by what of the question was let go."""


def hit_start(hit: Hit) -> str:
    """When a course that was found starts."""
    if hit.start:
        return f"Starts {said_date(hit.start)}"
    return "Start in any week" if hit.roll_on else "Start not known"


def miles(distance: float | None) -> str | None:
    """A distance in whole miles; None where it is not known."""
    if distance is None:
        return None
    if distance < 0.75:
        return "less than a mile away"
    whole = int(distance + 0.5)
    return f"about {whole} mile{'' if whole == 1 else 's'} away"


def reasons(vocabulary: Vocabulary, catalogue: Catalogue, hit: Hit) -> list[str]:
    """Why a course is shown, in words: *level 2*, *Thanet*."""
    said: list[str] = []
    for match in hit.matches:
        kind, _, value = match.partition(":")
        if kind == "subject":
            said.append(down(vocabulary.subject_name(value)))
        elif kind == "words":
            said.append(f"“{value}”")
        elif kind == "level":
            said.append(down(level(vocabulary, value)))
        elif kind == "place":
            said.append(vocabulary.place_name(value, catalogue))
        elif kind == "route":
            said.append(down(vocabulary.route_name(value)))
        elif kind == "provider":
            said.append(hit.provider_name)
        else:
            said.append(FITS.get(kind, kind) if value != "now" else "starts soon")
    return list(dict.fromkeys(said))


def remarks(hit: Hit) -> list[str]:
    """What should be known of a course before it is opened."""
    said = [f"We do not know {UNKNOWN[what]}" for what in hit.unknown if what in UNKNOWN]
    if hit.barred:
        said.append("It may not be for everybody: see the course")
    if hit.stale and hit.checked_on:
        said.append(f"Last checked {said_date(hit.checked_on)}, so check with them")
    return said


def days(asked: str) -> str:
    """Days and times that were asked for: *evenings, at most 3 days a week, not Fri*."""
    wanted = Days.read(asked)
    names = [name.capitalize() for name in DAY_NAMES]
    only = [name for at, name in enumerate(names) if wanted.only >> at & 1]
    never = [name for at, name in enumerate(names) if wanted.cannot >> at & 1]
    said = [f"{wanted.part}s" if wanted.part and wanted.part != "day" else "in the day" if wanted.part else ""]
    said.append(f"at most {wanted.most} day{'' if wanted.most == 1 else 's'} a week" if wanted.most else "")
    said.append(f"only {', '.join(only)}" if only else "")
    said.append(f"not {', '.join(never)}" if never else "")
    return ", ".join(part for part in said if part)


def level(vocabulary: Vocabulary, key: str) -> str:
    """Level 2, Entry level, Level not known."""
    if key == UNKNOWN_LEVEL:
        return "Level not known"
    name = vocabulary.level_name(key)
    return f"Level {name}" if name.isdigit() else name


def down(text: str) -> str:
    """With a small letter at the beginning, unless the first word is capitals: *level 2*, *BTEC*."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def phone(number: str | None) -> str | None:
    """A phone number as people write it here."""
    if number is None:
        return None
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))


def who_can_tell(course: CourseDetails) -> str:
    """Where an answer can be had that we do not have."""
    if course.provider_phone:
        return f"{course.provider_name} can tell you on {phone(course.provider_phone)}."
    if course.provider_email:
        return f"{course.provider_name} can tell you: write to {course.provider_email}."
    if course.provider_website:
        return f"{course.provider_name} can tell you: see {course.provider_website}."
    return f"Ask {course.provider_name}, or ask an adviser to find out."


def checked(fact: Checked, usual: str | None = None) -> str:
    """When a fact was checked and where it is from; its source is left out where it is the page's ``usual`` one."""
    on = f"Checked {said_date(fact.on)}"
    if fact.source == usual:
        return on
    return f"{on} by our prospectus team" if fact.source.startswith(OFFICER) else f"{on}. From: {fact.source}"


def start(run: RunDetails) -> str:
    """When a run starts, in one line."""
    if run.roll_on:
        return f"Any week from {said_date(run.start)}" if run.start and run.state != "past" else "Any week"
    return said_date(run.start) if run.start else "Not known"


def places(run: RunDetails) -> str:
    """How it stands with the places of a run."""
    left = run.places_left
    if run.state == "past":
        return "This start has passed"
    if run.state == "full":
        return "Full. Ask them about a waiting list"
    if run.state == "closed":
        return "The last day to apply has passed. Ask if they still take people"
    if run.places == "waiting_list":
        return "Waiting list"
    if run.places in ("available", "few") and left:
        return f"{'Only ' if run.places == 'few' else ''}{left} place{'' if left == 1 else 's'} left"
    return {"available": "There are places", "few": "Only a few places left"}.get(run.places, "Not known")


def ages(youngest: int | None, oldest: int | None) -> str | None:
    """Which ages a course is for; None where that is not known."""
    if youngest and oldest:
        return f"{youngest} to {oldest}" if youngest != oldest else str(youngest)
    if youngest:
        return f"{youngest} or over"
    return f"{oldest} or under" if oldest else None


def is_date(text: str | None) -> date | None:
    """The date of an ISO text, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
