"""The places of an imported gazetteer: towns, villages, districts and outward codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from prospectus.geo import Place, miles
from prospectus.words import PhraseBook, tokens

FORGIVEN = 6_000
"""Names up to which a slip of the finger is forgiven in any of them; above it only in towns and districts, or the
memory for it would be larger than that of the courses."""

OUTCODE_MILES = 6.0
"""How far from the middle of a postcode area a course still counts as being there."""

_RANK = {"town": 0, "district": 1, "village": 2}


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by key, and the names that find them."""

    places: Mapping[str, Place] = field(default_factory=dict)
    outcodes: Mapping[str, str] = field(default_factory=dict)
    """Outward codes in small letters, and the key of each."""
    towns: PhraseBook = field(default_factory=lambda: PhraseBook((), loose=False))
    villages: PhraseBook = field(default_factory=lambda: PhraseBook((), loose=False))
    """Their names are often ordinary words ("Over", "Beer"): they count after "in", "near" or the like, or alone."""

    @property
    def points(self) -> dict[str, tuple[float, float]]:
        """Where each outward code is."""
        return {code: self.places[key].points[0] for code, key in self.outcodes.items()}


def gazetteer_of(rows: Iterable[Any], near: Iterable[tuple[float, float]] = ()) -> Gazetteer:
    """A gazetteer of ``GazetteerPlace`` rows.

    Of several places with the same name a town comes before a village, and then the one that is nearest to the
    middle of ``near``: where the providers are.
    """
    found = list(rows)
    if not found:
        return Gazetteer()
    middle = _middle(list(near))
    found.sort(key=lambda row: (_RANK.get(row.kind, 3), _away(row, middle), row.key))
    places = {row.key: _place(row) for row in found}
    outcodes: dict[str, str] = {}
    names: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
    for row in found:
        if row.kind == "outcode":
            outcodes.setdefault("".join(tokens(row.name)), row.key)
        else:
            names[row.kind == "village"] += [(name, row.key) for name in (row.name, *row.names)]
    many = len(found) > FORGIVEN
    return Gazetteer(
        places,
        outcodes,
        PhraseBook(names[False], loose=False),
        PhraseBook(names[True], loose=False, forgiving=not many),
    )


def _place(row: Any) -> Place:
    point = (row.latitude, row.longitude)
    if row.kind == "outcode":
        return Place(key=row.key, name=row.name.upper(), points=(point,), within=OUTCODE_MILES)
    return Place(key=row.key, name=row.name, points=(point,), names=frozenset({row.name.lower()}))


def _middle(points: list[tuple[float, float]]) -> tuple[float, float] | None:
    return (median(p[0] for p in points), median(p[1] for p in points)) if points else None


def _away(row: Any, middle: tuple[float, float] | None) -> float:
    return miles((row.latitude, row.longitude), middle) if middle else 0.0
