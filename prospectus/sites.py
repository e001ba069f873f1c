"""How far every place where courses run is from a place that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospectus.columns import Ints, Point, Small
from prospectus.geo import EARTH_MILES, Place

BAND_MILES = 3.0
"""Courses less than this much further away than others count as equally near."""

NEAR_MISS_MILES = 20.0
"""Miles from the place asked up to which a course further away is the first thing to offer instead."""

UNKNOWN_MILE = 4_095
"""Where a run whose position is not known stands in the order: after all others."""

PLACE, FAR = 1, 8
"""Bits for what a site misses: it is somewhere near, or it is further away."""


@dataclass(frozen=True, slots=True)
class SiteFits:
    """For each site, by its number."""

    place: Place
    missing: Small
    """0 inside, ``PLACE`` near, else ``FAR``."""
    distance: NDArray[np.float64]
    """Miles from the nearest part of the place; not a number where it is not known."""
    mile: Ints
    """Whole miles, for the order of near misses."""
    band: Ints
    """Which band of ``BAND_MILES``, for the order of what fits."""


class SiteTable:
    """All sites, made ready to be measured from any place."""

    def __init__(self, sites: Sequence[tuple[str, Point | None]]) -> None:
        nowhere = (np.nan, np.nan)
        self.points = np.array([point or nowhere for _, point in sites], dtype=np.float64).reshape(len(sites), 2)
        self.towns: dict[str, list[int]] = {}
        for number, (town, _) in enumerate(sites):
            self.towns.setdefault(town.lower(), []).append(number)

    def __len__(self) -> int:
        return len(self.points)


def site_fits(place: Place, sites: SiteTable) -> SiteFits:
    """How all sites stand to a place."""
    count = len(sites)
    if place.everywhere:
        none = np.zeros(count, dtype=np.int32)
        return SiteFits(place, np.zeros(count, np.int16), np.full(count, np.nan), none, none)
    distance = _least_miles(place, sites.points)
    named = np.zeros(count, dtype=bool)
    for name in place.names:
        named[sites.towns.get(name, [])] = True
    known = ~np.isnan(distance)
    inside = named | (known & (distance <= place.within))
    near = known & (distance <= NEAR_MISS_MILES)
    missing = np.where(inside, 0, np.where(near, PLACE, FAR)).astype(np.int16)
    return SiteFits(place, missing, distance, _steps(distance, 1.0), _steps(distance, BAND_MILES))


def _steps(distance: NDArray[np.float64], width: float) -> Ints:
    whole = np.minimum(np.nan_to_num(distance, nan=0.0) // width, UNKNOWN_MILE - 1)
    return np.where(np.isnan(distance), UNKNOWN_MILE, whole).astype(np.int32)


def _least_miles(place: Place, points: NDArray[np.float64]) -> NDArray[np.float64]:
    lat, lon = np.radians(points[:, 0]), np.radians(points[:, 1])
    least: Any = np.full(len(points), np.nan)
    for own in place.points:
        own_lat, own_lon = np.radians(own[0]), np.radians(own[1])
        h = np.sin((lat - own_lat) / 2) ** 2 + np.cos(own_lat) * np.cos(lat) * np.sin((lon - own_lon) / 2) ** 2
        least = np.fmin(least, 2 * EARTH_MILES * np.arcsin(np.sqrt(h)))
    return np.asarray(least, dtype=np.float64)
