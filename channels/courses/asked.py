"""What the address of a search asks for, checked, and the addresses of other pages of the same search."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from prospectus.links import PAGES
from prospectus.starts import MONTHS
from prospectus.vocabulary import LEVELS, ROUTES

LONGEST_WORDS = 200
LONGEST_PLACE = 60
MOST_PAGES = 100
"""Pages of one search: whoever needs the thousand and first course narrows the search."""
MONTHS_AHEAD = 15
"""Months that can be chosen as a start: the rest of this academic year, and the next September from any day."""

NAMES = ("q", "place", "level", "route", "start")


@dataclass(frozen=True)
class Asked:
    """One search, as its address says it. Empty text: any. ``problems`` says what is wrong, by field."""

    q: str = ""
    """What they are looking for, in their own words."""
    place: str = ""
    """A town or a postcode, as typed."""
    level: str = ""
    route: str = ""
    start: str = ""
    """``now``, or a month as ``2027-01``."""
    page: int = 1
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """Whether something is asked for at all."""
        return any(getattr(self, name) for name in NAMES)

    @property
    def from_day(self) -> str | None:
        """The start as a search takes it."""
        return f"{self.start}-01" if self.start and self.start != "now" else self.start or None

    def url(self, page: int = 1) -> str:
        """The address of a page of this search."""
        query = {name: value for name in NAMES if (value := getattr(self, name))}
        if page > 1:
            query["page"] = str(page)
        return f"{PAGES}?{urlencode(query)}" if query else PAGES


def read(query: Mapping[str, str], today: date) -> Asked:
    """The search in a query string. What cannot be is left out, and said in ``problems``."""
    problems: dict[str, str] = {}

    def text(name: str, longest: int, what: str) -> str:
        value = " ".join(query.get(name, "").split())
        if len(value) > longest:
            problems[name] = f"{what} must be {longest} characters or fewer"
            return value[:longest]
        if not value.isprintable():
            problems[name] = f"{what} has a character in it that cannot be read. Type it again"
            return ""
        return value

    def choice(name: str, known: tuple[str, ...], please: str) -> str:
        value = query.get(name, "")
        if value and value not in known:
            problems[name] = please
            return ""
        return value

    asked = Asked(
        q=text("q", LONGEST_WORDS, "What you are looking for"),
        place=text("place", LONGEST_PLACE, "The place"),
        level=choice("level", LEVELS, "Choose a level from the list"),
        route=choice("route", ROUTES, "Choose a way of learning from the list"),
        start=choice("start", ("now", *(value for value, _ in months(today))), "Choose a start from the list"),
    )
    page = query.get("page", "1")
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:9]) <= MOST_PAGES):
        problems["page"] = f"The page must be a number from 1 to {MOST_PAGES}"
        page = "1"
    return replace(asked, page=int(page), problems=problems)


def months(today: date) -> list[tuple[str, str]]:
    """The months that can be chosen as a start, as ``2027-01`` and *January 2027*, from this one on."""
    found = []
    for ahead in range(MONTHS_AHEAD):
        years, month = divmod(today.month - 1 + ahead, 12)
        year = today.year + years
        found.append((f"{year}-{month + 1:02}", f"{MONTHS[month].capitalize()} {year}"))
    return found
