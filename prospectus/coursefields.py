"""The facts of a course and of a run as an officer types them: what each is called, and what it may hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from prospectus.links import web_address
from prospectus.starts import MONTHS
from prospectus.vocabulary import LEVELS, ROUTES, Vocabulary

PLACES = ("available", "few", "full", "waiting_list", "unknown")
"""How it stands with the places of a run."""

OLDEST, LATEST = 2000, 2100
"""Years that a date may be in: anything else is a slip."""

MOST_KEYWORDS = 40
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")


class Refused(ValueError):
    """What was typed cannot be taken. The words are for whoever typed it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that can be edited.

    ``show`` makes the text of a form from a value, and ``read`` a value from a text that is not empty (raises
    ``Refused``). ``empty`` is what an empty text means, normally "not known"; ``required`` ones cannot be empty.
    """

    name: str
    label: str
    read: Callable[[str], Any]
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    empty: Any = None
    required: str | None = None
    """What to say when a fact that is needed is empty."""
    choices: tuple[tuple[str, str], ...] = ()
    """Values and their words, where only some are possible."""
    rows: int = 1
    """Lines of the box it is typed into."""
    hint: str | None = None

    def value(self, text: str) -> Any:
        """What a text means. Raises ``Refused``."""
        if not text:
            if self.required:
                raise Refused(self.required)
            return self.empty
        return self.read(text)


def tidy(text: str) -> str:
    """A typed text without what nobody sees: spaces at the ends of lines and empty lines at the ends."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip()


def course_facts(vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """Every fact of a course that an officer can edit, in the order of the form."""
    subjects = sorted(((key, subject.name) for key, subject in vocabulary.subjects.items()), key=lambda one: one[1])
    return (
        _text("title", "Title", 200, required="Enter the title"),
        _choice("subject", "Subject", tuple(subjects), "Choose the subject"),
        _choice("level", "Level", (*((key, vocabulary.level_name(key)) for key in LEVELS), ("unknown", "Not known")),
                "Choose the level"),
        _choice("route", "Route", tuple((key, vocabulary.route_name(key)) for key in ROUTES), "Choose the route"),
        _text("qualification", "Qualification", 100, hint="For example A level, T level, BTEC or Apprenticeship"),
        _text("summary", "What it is", 2000, rows=4, empty=""),
        _text("entry_requirements", "Entry requirements", 1000, rows=3),
        _text("exclusions", "Who it cannot take", 1000, rows=2, hint="In the provider's own words"),
        _age("min_age", "Youngest age"),
        _age("max_age", "Oldest age"),
        _text("cost", "Cost", 500, rows=2),
        _text("kit", "Kit", 500, rows=2),
        _text("kit_paid_by", "Who pays for the kit", 200),
        _text("travel_help", "Help with travel", 500, rows=2),
        _text("how_to_apply", "How to apply", 1000, rows=3),
        Fact("url", "Web page", _address, hint="The provider's own page about this course, beginning with https://"),
        _text("leads_to", "What it leads to", 500, rows=2),
        _text("taster", "Tasters and open days", 500, rows=2),
        Fact(
            "keywords", "Words to find it by", _keywords, lambda value: ", ".join(value or ()), [], rows=2,
            hint="With commas between them. Young people's own words: hair, nails, make up",
        ),
    )  # fmt: skip


def run_facts() -> tuple[Fact, ...]:
    """Every fact of a run that an officer can edit, in the order of the form."""
    return (
        _choice(
            "places", "Places",
            (("available", "There are places"), ("few", "Only a few are left"), ("waiting_list", "Waiting list"),
             ("full", "Full"), ("unknown", "Not known")), "Choose how it stands with places",
        ),
        Fact("places_left", "How many places are left", _count, hint="Leave it empty if nobody knows"),
        _date("start", "First day"),
        _choice("roll_on", "Can somebody start in any week?", (("yes", "Yes"), ("no", "No")), "Choose yes or no",
                read=lambda text: text == "yes", show=lambda value: "yes" if value else "no"),
        _date("apply_by", "Last day to apply"),
        _date("end", "Last day of the course"),
        _text("duration", "How long it takes", 100),
        _text("days", "Days", 200, hint="For example Mon to Thu, 3 days a week"),
        _text("hours", "Times", 200),
        _text("town", "Town", 80, required="Enter the town"),
        Fact("postcode", "Postcode", _postcode),
    )  # fmt: skip


def course_problems(values: Mapping[str, Any]) -> dict[str, str]:
    """What does not go together in a course."""
    youngest, oldest = values["min_age"], values["max_age"]
    if youngest is not None and oldest is not None and oldest < youngest:
        return {"max_age": "The oldest age must be the youngest age or more"}
    return {}


def run_problems(values: Mapping[str, Any]) -> dict[str, str]:
    """What does not go together in a run."""
    found: dict[str, str] = {}
    start, end, left, places = values["start"], values["end"], values["places_left"], values["places"]
    if start and end and end < start:
        found["end"] = "The last day must be the first day or later"
    if values["apply_by"] and end and values["apply_by"] > end:
        found["apply_by"] = "The last day to apply must come before the course ends"
    if left and places in ("full", "waiting_list"):
        found["places_left"] = "Say how many places are left, or that there are none: not both"
    if left == 0 and places in ("available", "few"):
        found["places"] = "With no places left, choose full or waiting list"
    return found


def _text(name: str, label: str, longest: int, **more: Any) -> Fact:
    def read(text: str) -> str:
        if len(text) > longest:
            raise Refused(f"{label} must be {longest:,} characters or fewer. This is {len(text):,}")
        if any(not one.isprintable() for one in text.replace("\n", "")):
            raise Refused(f"{label} has a character in it that cannot be shown. Type it again by hand")
        if "\n" in text and more.get("rows", 1) == 1:
            raise Refused(f"{label} must be on one line")
        return text

    return Fact(name, label, read, **more)


def _choice(name: str, label: str, choices: tuple[tuple[str, str], ...], please: str, **more: Any) -> Fact:
    known = {value for value, _ in choices}
    take = more.pop("read", lambda text: text)

    def read(text: str) -> Any:
        if text not in known:
            raise Refused(please)
        return take(text)

    return Fact(name, label, read, required=please, choices=choices, **more)


def _age(name: str, label: str) -> Fact:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and 10 <= int(text[:4]) <= 99):
            raise Refused(f"{label} must be a whole number from 10 to 99")
        return int(text)

    return Fact(name, label, read, hint="Leave it empty if there is no limit, or nobody knows")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Refused("The number of places left must be a whole number from 0 to 9999")
    return int(text)


def _address(text: str) -> str:
    address = web_address(text)
    if address is None:
        raise Refused("Enter a web address that begins with https:// or http://")
    return address


def _keywords(text: str) -> list[str]:
    words = list(dict.fromkeys(part.strip() for part in re.split(r"[,\n]", text) if part.strip()))
    if len(words) > MOST_KEYWORDS or any(len(word) > 50 for word in words):
        raise Refused(f"Enter {MOST_KEYWORDS} words or fewer, each of 50 characters or fewer, with commas between them")
    return words


def _postcode(text: str) -> str:
    code = re.sub(r"\s+", "", text.upper())
    code = f"{code[:-3]} {code[-3:]}"
    if not _POSTCODE.fullmatch(code):
        raise Refused("Enter a postcode like CT9 1AB")
    return code


def _date(name: str, label: str) -> Fact:
    def read(text: str) -> date:
        found = read_date(text)
        if found is None:
            raise Refused(f"{label} must be a real date, like 6 September 2027")
        return found

    return Fact(name, label, read, lambda value: said_date(value) if value else "", hint="For example 6 September 2027")


def said_date(value: date) -> str:
    """A date as it is shown and typed: 6 September 2027."""
    return f"{value.day} {MONTHS[value.month - 1].capitalize()} {value.year}"


def read_date(text: str) -> date | None:
    """A date as people type it, the day first: 6 September 2027, 6 sep 2027, 6/9/2027, or ISO; None for any other."""
    parts: Sequence[str] = re.findall(r"\d+|[a-z]+", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.lower()))
    if len(parts) != 3:
        return None
    if len(parts[0]) == 4:
        parts = parts[::-1]
    day, month, year = parts
    if not month.isdigit():
        named = [at for at, name in enumerate(MONTHS, 1) if len(month) >= 3 and name.startswith(month)]
        month = str(named[0]) if len(named) == 1 else ""
    if not (day.isdigit() and month.isdigit() and year.isdigit()) or not OLDEST <= int(year[:5]) <= LATEST:
        return None
    try:
        return date(int(year), int(month[:3]), int(day[:3]))
    except ValueError:
        return None
