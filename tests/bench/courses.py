"""A believable catalogue of any size, the same for the same seed: towns, providers, courses with their runs."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

import casework.tables  # noqa: F401
from casework.db import open_engine
from prospectus.changes import mark_changed
from prospectus.tables import Course, GazetteerPlace, Provider, Run

DATA = Path(__file__).resolve().parents[2] / "data"
TODAY = date(2026, 11, 23)
SEED = 20_261_123

_HEADS = """
    Ash Bex Brack Chal Dun East Fern Gran Hal Hat Kel Lang Mar Nor Oak Pen Quar Red Sand Thorn Up Ver Wal West Wick Yar
    Amber Birch Cold Dart Elm Fox Green High Iron King
""".split()  # noqa: SIM905
_TAILS = "ford ham ton bury ley wick mouth field stead worth bridge well combe minster port gate".split()  # noqa: SIM905
_KINDS = {
    "fe_college": "College", "sixth_form": "Sixth Form", "training_provider": "Training", "voluntary": "Project",
    "employer": "Group",
}  # fmt: skip
_FORMS = ("{s} Level {l}", "Introduction to {s}", "{s}: the next step", "Diploma in {s}", "{s} and {w}",
          "{w} for beginners", "Certificate in {s} Level {l}", "{s} Apprenticeship", "Working in {w}", "{s} Taster",
          "Extended Diploma in {s}", "{w} Level {l}")  # fmt: skip
_TALK = """
    you will learn with people who do this every day and finish with a place to show what you made small groups
    friendly staff workshops on site visits to employers and a week of work experience each term english and maths
    are part of the week if you still need them we start from what you know and go at your pace with help when you
    ask for it after it many go on to the next level or to a job with training nearby bring ideas questions and
    lunch the canteen has hot food and the bus stops outside there is a taster day every half term
""".split()  # noqa: SIM905
_DAYS = ("Mon to Wed", "Mon to Thu", "Tue to Fri", "Mon to Fri", "2 days a week", "Wed evening", None, "Sat",
         "Tue and Thu evenings", "Mon, Tue and Thu")  # fmt: skip
_HOURS = ("9 to 3.30", "9.30 to 4", "6pm to 8.30pm", None, "10 to 1")
_PLACES = ("available", "available", "few", "unknown", "waiting_list", "full")
_ROUTES = ("college", "college", "training", "apprenticeship", "school", "re_engagement")


@dataclass(frozen=True)
class Town:
    """Somewhere that has providers."""

    name: str
    point: tuple[float, float]
    outcode: str


@dataclass(frozen=True)
class Rows:
    """A catalogue as rows to insert, and the words to ask for it with."""

    towns: list[Town]
    providers: list[dict[str, Any]]
    courses: list[dict[str, Any]]
    runs: list[dict[str, Any]]


def subjects() -> dict[str, list[str]]:
    """Each subject's key with the words that people have for it."""
    entries = yaml.safe_load((DATA / "subjects.yml").read_text(encoding="utf-8"))
    return {entry["key"]: [entry["name"], *entry.get("aliases", [])] for entry in entries}


def make(courses: int, *, seed: int = SEED, towns: int = 400, providers: int = 2_500) -> Rows:
    """The rows of a catalogue with that many courses."""
    chance = random.Random(seed)
    where = _towns(chance, towns)
    providers = max(min(providers, courses // 10), 5)
    own = [_provider(chance, number, chance.choice(where)) for number in range(1, providers + 1)]
    taught = list(subjects().items())
    made: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    for number in range(1, courses + 1):
        # a few colleges have thousands, most have some dozens
        provider = own[min(int(chance.paretovariate(0.9) * 8) - 8, providers - 1) if number % 3 == 0
                       else chance.randrange(providers)]  # fmt: skip
        made.append(_course(chance, number, provider, *chance.choice(taught)))
        runs += _runs(chance, number, provider, where, len(runs))
    return Rows(where, own, made, runs)


def _towns(chance: random.Random, count: int) -> list[Town]:
    known = [e for e in yaml.safe_load((DATA / "places.yml").read_text(encoding="utf-8")) if "lat" in e]
    made = [Town(e["name"], (e["lat"], e["lon"]), (e.get("postcodes") or ["CT9"])[0]) for e in known]
    names = [head + tail for head in _HEADS for tail in _TAILS]
    chance.shuffle(names)
    for number, name in enumerate(names[: max(count - len(made), 0)]):
        point = (round(chance.uniform(50.4, 54.9), 3), round(chance.uniform(-4.2, 1.4), 3))
        made.append(Town(name, point, f"{'ABCDEFGHJK'[number % 10]}X{number // 10 + 1}"))
    return made[:count]


def _provider(chance: random.Random, number: int, town: Town) -> dict[str, Any]:
    kind = chance.choice(list(_KINDS))
    name = f"{chance.choice(_HEADS)}{chance.choice(_TAILS)} {chance.choice(_TAILS).title()} {_KINDS[kind]}"
    return {"id": number, "ref": f"G{number:05}", "name": name, "kind": kind, "town": town.name,
            "postcode": f"{town.outcode} {number % 9 + 1}AB", "latitude": town.point[0],
            "longitude": town.point[1], "source": "generated", "checked_on": date(2026, 10, 1)}  # fmt: skip


def _course(chance: random.Random, number: int, provider: dict[str, Any], key: str, words: list[str]) -> dict[str, Any]:
    level = chance.choice(("entry", "1", "2", "2", "3", "3", "unknown"))
    form = chance.choice(_FORMS)
    said = chance.choice(words)
    route = "apprenticeship" if "Apprenticeship" in form else chance.choice(_ROUTES)
    at = chance.randrange(len(_TALK))
    talk = [*_TALK[at:], *_TALK][: chance.randint(25, 60)]
    return {
        "id": number, "ref": f"K{number:06}", "provider_id": provider["id"],
        "title": form.format(s=words[0], l=level if level.isdigit() else "1", w=said.capitalize()), "subject": key,
        "level": level, "route": route, "qualification": chance.choice((None, "Diploma", "BTEC", "A level")),
        "summary": f"{' '.join(chance.sample(words, min(3, len(words))))}. {' '.join(talk)}",
        "keywords": chance.sample(words, min(3, len(words))), "min_age": chance.choice((None, 16, 16, 19)),
        "max_age": None, "source": "generated",
        "checked_on": date(2026, 10, 1) - timedelta(days=chance.randrange(300)), "retired": False, "facts": {},
    }  # fmt: skip


def _runs(
    chance: random.Random, course: int, provider: dict[str, Any], towns: list[Town], so_far: int
) -> Iterator[dict[str, Any]]:
    for number in range(1, chance.choice((1, 1, 1, 2, 2, 3)) + 1):
        rolling = chance.random() < 0.2
        away = chance.choice(towns) if chance.random() < 0.15 else None
        yield {
            "id": (so_far := so_far + 1), "ref": f"K{course:06}-{number}", "course_id": course,
            "start": None if rolling or chance.random() < 0.1 else date(2026, 9, 1)
            + timedelta(days=7 * chance.randrange(60)),
            "roll_on": rolling, "days": chance.choice(_DAYS), "hours": chance.choice(_HOURS),
            "town": away.name if away else provider["town"], "latitude": away.point[0] if away else None,
            "longitude": away.point[1] if away else None, "places": chance.choice(_PLACES), "places_left": None,
            "apply_by": date(2026, 11, 1) if chance.random() < 0.05 else None, "extra": {}, "retired": False,
        }  # fmt: skip


def store(rows: Rows, url: str) -> Engine:
    """Put a catalogue into an empty database, with its towns and outward codes as a gazetteer."""
    engine = open_engine(url)
    SQLModel.metadata.create_all(engine)
    places = [
        {"key": f"gen-{kind}-{number}", "name": name, "kind": kind, "latitude": town.point[0],
         "longitude": town.point[1], "names": [], "source": "generated", "checked_on": TODAY}
        for number, town in enumerate(rows.towns)
        for kind, name in (("town", town.name), ("outcode", town.outcode))
    ]  # fmt: skip
    with engine.begin() as connection:
        for table, values in ((Provider, rows.providers), (Course, rows.courses), (Run, rows.runs),
                              (GazetteerPlace, places)):  # fmt: skip
            for at in range(0, len(values), 5_000):
                connection.execute(insert(table), values[at : at + 5_000])
        mark_changed(connection)
    return engine


def questions(rows: Rows, count: int, *, seed: int = SEED) -> list[str]:
    """What people could ask of it, of every kind: short and long, with slips, with things that are not there."""
    chance = random.Random(seed + 1)
    taught = [word for words in subjects().values() for word in words]
    forms = (
        "{w}", "{w} near {p}", "any {w} courses in {p}?", "level {l} {w}", "lvl {l} {w} nr {p} pls", "{w} asap",
        "{w} after xmas", "{w} but not fridays", "{w} 2 days a week near {p}", "{w} evenings", "apprenticeships in {p}",
        "{w} apprenticeship {o}", "college courses {p}", "i wanna do {w} at {c}", "falconry near {p}", "{w} {s}",
        "what can i do in {p}", "level {l}", "{p}", "courses starting in january", "{w} at level {l} in {p} in sept",
        "something with {w} and {v} near {o}", "{c}", "anything",
    )  # fmt: skip
    asked = []
    for number in range(count):
        word = chance.choice(taught)
        if number % 7 == 0 and len(word) > 7:
            at = chance.randrange(2, len(word) - 1)
            word = word[:at] + word[at + 1 :]
        town = chance.choice(rows.towns)
        text = forms[number % len(forms)]
        asked.append(text.format(
            w=word, v=chance.choice(taught), p=town.name, o=town.outcode, l=chance.choice("123"),
            c=chance.choice(rows.providers)["name"], s=chance.choice(("forklifts", "biology", "workshop", "beginners")),
        ))  # fmt: skip
    return asked
