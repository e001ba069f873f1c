"""Reading a gazetteer: towns, villages, districts and outward codes with where they are."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlmodel import Session, col

from casework.db import writing
from prospectus.changes import mark_changed
from prospectus.importing.addresses import outcode, position, postcode
from prospectus.importing.csvrows import CsvRows, read_rows
from prospectus.importing.feedfile import Progress, open_feed
from prospectus.importing.intake import Intake
from prospectus.importing.limits import DEFAULT, FeedRefused, Limits
from prospectus.importing.osgb import to_wgs84
from prospectus.importing.spool import Spool
from prospectus.importing.subjects import Subjects
from prospectus.tables import GazetteerPlace
from prospectus.vocabulary import Vocabulary

KINDS = {
    "town": "town", "city": "town", "village": "village", "hamlet": "village", "other settlement": "village",
    "suburban area": "village", "suburb": "village", "locality": "village", "district": "district", "area": "district",
    "outcode": "outcode", "postcode district": "outcode", "postcode": "postcode",
}  # fmt: skip
"""Kinds as files say them, and as they are kept; a postcode counts towards its outward code."""

MOST_NAMES = 20

_HEADINGS = {
    "key": ("key",),
    "name": ("name", "name1", "place", "town", "settlement"),
    "kind": ("kind", "type", "local_type", "place type"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon", "lng"),
    "easting": ("easting", "geometry_x", "oseast1m", "east1m", "x"),
    "northing": ("northing", "geometry_y", "osnrth1m", "north1m", "y"),
    "names": ("other names", "other_names", "aliases", "name2", "also"),
    "outcodes": ("outcodes", "postcodes", "postcode districts"),
    "postcode": ("pcds", "pcd", "pcd7", "pcd8", "postcode"),
    "ended": ("doterm",),
}
# OS Open Names comes in tiles without a heading; these are the places of its columns
_OPEN_NAMES = {"name": 2, "names": 4, "kind": 7, "easting": 8, "northing": 9}
_OPEN_NAMES_WIDTH = 34
_OPEN_NAMES_ID = re.compile(r"osgb\d+|[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class GazetteerReport:
    """What came of it."""

    source: str
    places_taken: int = 0
    places_changed: int = 0
    places_same: int = 0
    places_removed: int = 0
    places_refused: int = 0
    places_skipped: int = 0
    """Rows of a kind that is no place to learn at: roads, hills, ended postcodes."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    reason: str | None = None

    @property
    def done(self) -> bool:
        """Whether it was taken."""
        return self.reason is None


def import_gazetteer(
    engine: Engine, path: Path, vocabulary: Vocabulary, *, source: str | None = None, today: date,
    limits: Limits = DEFAULT, progress: Progress | None = None,
) -> GazetteerReport:  # fmt: skip
    """Read a gazetteer in one transaction, in the place of what its source said before. Refusals are answered."""
    report = GazetteerReport((source or path.stem)[:200])
    with Spool() as spool:
        intake = Intake(spool, vocabulary, Subjects(vocabulary), limits, today)
        try:
            rows = read_rows(open_feed(path, limits, progress), intake)
            places = _places(rows, intake, report)
            if not places:
                raise FeedRefused("It holds no place that can be used.")
        except FeedRefused as refused:
            report.reason = refused.reason
            report.refused = [{"line": refused.line, "reason": refused.reason}]
        report.places_refused = spool.count("refused")
        report.refused += spool.refusals(10_000)
    if report.done:
        with writing(engine) as session:
            _write(session, places, report, today)
    return report


@dataclass(slots=True)
class _Seen:
    """A place while rows are being read. An outward code is where its postcodes are on average."""

    name: str
    kind: str
    latitude: float
    longitude: float
    names: list[str] = field(default_factory=list)
    of: int = 1
    sure: bool = True

    def add(self, latitude: float, longitude: float) -> None:
        """One more postcode."""
        self.of += 1
        self.latitude += (latitude - self.latitude) / self.of
        self.longitude += (longitude - self.longitude) / self.of


def _places(rows: CsvRows, intake: Intake, report: GazetteerReport) -> dict[str, _Seen]:
    columns, lines = _columns(rows)
    places: dict[str, _Seen] = {}
    for line, cells in lines:
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        if not any(row.values()):
            continue
        kind = KINDS.get(row.get("kind", "town").lower().replace("_", " ")) if row.get("kind") else None
        if kind is None and not row.get("kind"):
            kind = "postcode" if row.get("postcode") and not row.get("name") else "town"
        if kind is None or row.get("ended"):
            report.places_skipped += 1
            continue
        point = _point(row)
        name = intake.line(row.get("name") or row.get("postcode"), 120)
        if not name or point is None:
            what = "it has no name" if not name else "it is nowhere in the British Isles"
            intake.refuse(line, what)
            continue
        if kind in ("postcode", "outcode"):
            _add_code(places, name, kind, point, intake, line)
            continue
        others = [part.strip()[:120] for part in re.split(r"[;|,]", row.get("names", "")) if part.strip()]
        key = row.get("key") or _free_key(places, name, point)
        if key in places:
            intake.refuse(line, f"{name[:80]} is there twice")
            continue
        places[key] = _Seen(name, kind, *point, names=others[:MOST_NAMES])
        for code in re.split(r"[;|,\s]+", row.get("outcodes", "")):
            if code and code.lower() not in places:
                # only the town is known: the code is put where the town is until a row says better
                places[code.lower()] = _Seen(code.upper(), "outcode", *point, sure=False)
    return places


def _columns(rows: CsvRows) -> tuple[dict[str, int], Iterator[tuple[int, list[str]]]]:
    heads = [head.lower().strip() for head in rows.header]
    if len(heads) >= _OPEN_NAMES_WIDTH - 1 and _OPEN_NAMES_ID.fullmatch(rows.header[0]):
        return _OPEN_NAMES, _with_first(rows)
    columns = {
        name: next(heads.index(head) for head in known if head in heads)
        for name, known in _HEADINGS.items()
        if any(head in heads for head in known)
    }
    if not ({"name", "postcode"} & columns.keys()) or not (
        {"latitude", "longitude"} <= columns.keys() or {"easting", "northing"} <= columns.keys()
    ):
        raise FeedRefused(
            "It needs a column name (or pcds), and latitude and longitude (or easting and northing). "
            f"Its columns are: {', '.join(rows.header)[:200]}.",
            rows.header_line,
        )
    return columns, rows.rows


def _with_first(rows: CsvRows) -> Iterator[tuple[int, list[str]]]:
    yield rows.header_line, rows.header
    yield from rows.rows


def _point(row: dict[str, str]) -> tuple[float, float] | None:
    if row.get("latitude") and row.get("longitude"):
        return position(row["latitude"], row["longitude"])
    try:
        return position(*to_wgs84(float(row.get("easting", "")), float(row.get("northing", ""))))
    except ValueError:
        return None


def _add_code(
    places: dict[str, _Seen], name: str, kind: str, point: tuple[float, float], intake: Intake, line: int
) -> None:
    code = outcode(postcode(name)) if kind == "postcode" else name.upper().replace(" ", "")
    if code is None:
        intake.refuse(line, f"{name[:40]} is no postcode")
        return
    known = places.get(code.lower())
    if known is None or not known.sure:
        places[code.lower()] = _Seen(code, "outcode", *point)
    elif kind == "postcode":
        known.add(*point)
    else:
        intake.refuse(line, f"{code} is there twice")


def _free_key(places: dict[str, _Seen], name: str, point: tuple[float, float]) -> str:
    """A key from a name; of several places with one name, the later ones have where they are in theirs."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = _NOT_LETTERS.sub("_", plain).strip("_")[:80] or "place"
    if key not in places:
        return key
    return f"{key}_{round(point[0] * 100)}_{round(point[1] * 100)}".replace("-", "w")


def _write(session: Session, places: dict[str, _Seen], report: GazetteerReport, today: date) -> None:
    table = GazetteerPlace.__table__  # type: ignore[attr-defined]
    connection = session.connection()
    standing = {row.key: row for row in connection.execute(select(table))}
    new, gone = [], []
    for key, place in places.items():
        values = {
            "name": place.name, "kind": place.kind, "latitude": round(place.latitude, 6),
            "longitude": round(place.longitude, 6), "names": place.names, "source": report.source,
        }  # fmt: skip
        row = standing.get(key)
        if row is None:
            report.places_taken += 1
        elif all(getattr(row, name) == value for name, value in values.items()):
            report.places_same += 1
            continue
        else:
            report.places_changed += 1
            gone.append(row.id)
        new.append(values | {"key": key, "checked_on": today})
    left = [row.id for key, row in standing.items() if row.source == report.source and key not in places]
    report.places_removed = len(left)
    ids = gone + left
    for at in range(0, len(ids), 500):
        session.execute(delete(GazetteerPlace).where(col(GazetteerPlace.id).in_(ids[at : at + 500])))
    for at in range(0, len(new), 1_000):
        connection.execute(insert(table), new[at : at + 1_000])
    if new or ids:
        mark_changed(connection)
