"""The columns of the officer's spreadsheet: what each is called, what it means, and an example."""

import re
from dataclasses import dataclass

_LEVELS = ("entry", "1", "2", "3", "4", "5", "6", "7", "8", "not known")
_ROUTES = ("school", "college", "apprenticeship", "training", "re-engagement")
_KINDS = ("sixth form", "college", "training provider", "voluntary", "employer")
_PLACES = ("available", "few", "full", "waiting list", "not known")


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    """What the program calls it."""
    heading: str
    note: str
    example: str = ""
    also: tuple[str, ...] = ()
    """Other headings by which it is known."""
    needed: bool = False
    choices: tuple[str, ...] = ()


COLUMNS = (
    Column("ref", "Course ID", "A short code of your own for the course. Keep it from one file to the next. Rows with "
           "the same code are starts of one course.", "PLUMB-2", ("id", "ref", "course ref", "course code", "code",
           "course reference", "identifier"), needed=True),
    Column("title", "Title", "What the course is called.", "Plumbing level 2",
           ("course title", "course name", "course", "name"), needed=True),
    Column("provider", "Provider", "Who runs it, written the same way each time.", "Brightwater College",
           ("provider name", "college", "organisation", "school", "training provider"), needed=True),
    Column("provider_kind", "Kind of provider", "Which kind it is.", "college", ("provider type", "provider kind"),
           choices=_KINDS),
    Column("subject", "Subject", "The subject, in a word or two. Empty: taken from the title.", "Plumbing",
           ("sector", "subject area", "category", "sector subject area")),
    Column("level", "Level", "Entry, 1, 2 or 3. Empty: taken from the title.", "2", ("course level",), choices=_LEVELS),
    Column("route", "Route", "How it is learned.", "college", ("type of learning", "learning route"), choices=_ROUTES),
    Column("qualification", "Qualification", "What you get at the end.", "City & Guilds diploma",
           ("award", "qualification type", "qualification title")),
    Column("summary", "Summary", "Two or three sentences.", "Pipes, heating and hot water, with a day a week on site.",
           ("description", "about", "course description", "course summary")),
    Column("entry_requirements", "Entry requirements", "What you need to get in. Empty: not known.",
           "Two GCSEs at grade 3, or a level 1 course", ("entry", "requirements", "entry criteria")),
    Column("exclusions", "Who cannot join", "Whom it cannot take.", "", ("exclusions", "restrictions")),
    Column("cost", "Cost", "What it costs you. Free, an amount, or words. Empty: not known.", "Free",
           ("price", "fee", "fees", "cost to learner")),
    Column("kit", "Kit", "What you must have.", "Safety boots", ("equipment", "what to bring")),
    Column("kit_paid_by", "Who pays for the kit", "You, the college, or a fund.", "The college lends it"),
    Column("travel_help", "Help with travel", "Passes, buses, money back.", "16 to 19 bus card",
           ("travel", "transport")),
    Column("how_to_apply", "How to apply", "Where and how.", "Form at www.brightwater.example/apply",
           ("apply", "application", "application process")),
    Column("leads_to", "Leads to", "What comes after it.", "Plumbing level 3, or an apprenticeship",
           ("progression", "next steps", "where next")),
    Column("taster", "Taster or open day", "When you can look at it first.", "First Saturday in March",
           ("taster", "open day")),
    Column("min_age", "Youngest age", "In years.", "16", ("min age", "minimum age", "age from")),
    Column("max_age", "Oldest age", "In years.", "18", ("max age", "maximum age", "age to")),
    Column("keywords", "Keywords", "Other words people look for it by, with commas.", "pipes, boilers", ("tags",)),
    Column("url", "Web page", "The course's own page.", "https://www.brightwater.example/plumbing",
           ("url", "website", "link", "course url", "webpage", "course web page")),
    Column("checked_on", "Checked on", "The day you made sure of it. Empty: the day you import it.", "2026-10-01",
           ("date checked", "last checked", "verified on", "checked")),
    Column("run_ref", "Start ID", "A code for this start. Empty: made from the day and the place.", "PLUMB-2-SEP",
           ("run id", "run ref", "start ref")),
    Column("start", "Start date", "A day, or: any week. Empty: not known.", "2027-09-06",
           ("start", "starts", "starts on", "start day", "date")),
    Column("end", "End date", "The last day.", "2028-07-14", ("end", "ends", "finish date")),
    Column("duration", "How long", "In words.", "1 year", ("duration", "length", "course length")),
    Column("days", "Days", "Which days.", "Mon to Wed", ("day", "weekdays")),
    Column("hours", "Hours", "From when to when.", "9.30 to 4", ("times", "time")),
    Column("town", "Town", "Where it is. Empty: at the provider's.", "Margate", ("location", "venue", "place", "city")),
    Column("postcode", "Postcode", "Of the place.", "CT9 9ZZ", ("post code", "venue postcode")),
    Column("latitude", "Latitude", "In degrees, if you know it.", "51.381", ("lat",)),
    Column("longitude", "Longitude", "In degrees, if you know it.", "1.386", ("long", "lon", "lng")),
    Column("places", "Places", "Whether there is room.", "available", ("availability", "places available"),
           choices=_PLACES),
    Column("places_left", "Places left", "A number.", "8", ("spaces", "spaces left", "places remaining")),
    Column("apply_by", "Apply by", "The last day to apply.", "2027-06-30",
           ("deadline", "closing date", "apply before")),
    Column("provider_town", "Provider's town", "Where the provider itself is.", "Margate", ("provider town",)),
    Column("provider_postcode", "Provider's postcode", "", "CT9 9ZZ", ("provider postcode",)),
    Column("provider_phone", "Provider's phone", "", "01632 960100", ("phone", "telephone", "provider phone")),
    Column("provider_email", "Provider's email", "", "hello@brightwater.example", ("email", "provider email")),
    Column("provider_website", "Provider's website", "", "https://www.brightwater.example", ("provider website",)),
)  # fmt: skip

NOTE = "#"
"""A row whose first cell begins with this is a note, and no course."""

_BY_HEADING = {
    heading: column.name
    for column in reversed(COLUMNS)
    for heading in (column.heading.lower(), column.name.replace("_", " "), *column.also)
}
_NOT_WORDS = re.compile(r"[^a-z0-9']+")


def column_of(heading: str) -> str | None:
    """The name of the column that a heading means, or None for one of somebody's own.

    >>> column_of("Course Title*"), column_of("entry_requirements"), column_of("Notes to self")
    ('title', 'entry_requirements', None)
    """
    said = " ".join(_NOT_WORDS.sub(" ", heading.lower().replace("’", "'")).split())
    return _BY_HEADING.get(said)
