"""Places on the ground, and the distance between them."""

from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

EARTH_MILES = 3_958.8
"""Mean radius of the Earth, in miles."""

TOWN_MILES = 6.0
"""How far from the middle of a town a course still counts as being there: a short bus ride."""


def miles(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Miles between two (latitude, longitude) points, as the crow flies: the bus goes further."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(h))


@dataclass(frozen=True, slots=True)
class Place:
    """A town or village (one point), or a district made of several."""

    key: str
    name: str
    points: tuple[tuple[float, float], ...]
    names: frozenset[str] = field(default_factory=frozenset)
    """Names of the towns in it, in small letters, for a course whose own position is not known."""
    within: float = TOWN_MILES
    """Miles from the nearest point that still count as being there."""
    everywhere: bool = False
    """The whole area: everything is in it, and no distance to it means anything."""

    def miles_to(self, point: tuple[float, float]) -> float:
        """Miles from the nearest part of this place."""
        return min(miles(own, point) for own in self.points)
