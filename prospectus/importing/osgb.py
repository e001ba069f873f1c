"""From the Ordnance Survey's national grid to latitude and longitude, to about five metres.

The formulas and constants are those of the Ordnance Survey's "A guide to coordinate systems in Great Britain": the
inverse transverse Mercator projection on the Airy 1830 ellipsoid, then a Helmert transformation to WGS 84.
"""

from math import atan2, cos, degrees, pi, radians, sin, sqrt, tan

_A, _B = 6_377_563.396, 6_356_256.909
_WGS_A, _WGS_B = 6_378_137.0, 6_356_752.3142
_SCALE = 0.9996012717
_LAT0, _LON0 = radians(49), radians(-2)
_NORTH0, _EAST0 = -100_000.0, 400_000.0
_N = (_A - _B) / (_A + _B)
_SHIFT = (446.448, -125.157, 542.060)
_TURN = tuple(radians(seconds / 3_600) for seconds in (0.1502, 0.2470, 0.8421))
_GROW = 1 - 20.4894e-6


def to_wgs84(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in degrees (WGS 84) of a point of the national grid, in metres.

    Raises ``ValueError`` for a point that is not on the grid.
    """
    if not (0 <= easting <= 700_000 and 0 <= northing <= 1_300_000):
        raise ValueError("the national grid goes from 0 to 700,000 east and from 0 to 1,300,000 north")
    latitude, longitude = _from_grid(easting, northing)
    x, y, z = _cartesian(latitude, longitude)
    rx, ry, rz = _TURN
    latitude, longitude = _geographic(
        _SHIFT[0] + _GROW * x - rz * y + ry * z,
        _SHIFT[1] + rz * x + _GROW * y - rx * z,
        _SHIFT[2] - ry * x + rx * y + _GROW * z,
    )
    return round(degrees(latitude), 6), round(degrees(longitude), 6)


def _from_grid(easting: float, northing: float) -> tuple[float, float]:
    latitude = _LAT0
    while True:
        latitude += (northing - _NORTH0 - _meridian(latitude)) / (_A * _SCALE)
        if abs(northing - _NORTH0 - _meridian(latitude)) < 0.00001:
            break
    e2 = 1 - (_B / _A) ** 2
    curve = 1 - e2 * sin(latitude) ** 2
    nu = _A * _SCALE / sqrt(curve)
    rho = _A * _SCALE * (1 - e2) / curve**1.5
    eta2 = nu / rho - 1
    t, sec, d = tan(latitude), 1 / cos(latitude), easting - _EAST0
    return (
        latitude
        - t / (2 * rho * nu) * d**2
        + t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta2 - 9 * t**2 * eta2) * d**4
        - t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4) * d**6,
        _LON0
        + sec / nu * d
        - sec / (6 * nu**3) * (nu / rho + 2 * t**2) * d**3
        + sec / (120 * nu**5) * (5 + 28 * t**2 + 24 * t**4) * d**5
        - sec / (5_040 * nu**7) * (61 + 662 * t**2 + 1_320 * t**4 + 720 * t**6) * d**7,
    )


def _meridian(latitude: float) -> float:
    less, more = latitude - _LAT0, latitude + _LAT0
    n2, n3 = _N**2, _N**3
    return (
        _B
        * _SCALE
        * (
            (1 + _N + 5 / 4 * n2 + 5 / 4 * n3) * less
            - (3 * _N + 3 * n2 + 21 / 8 * n3) * sin(less) * cos(more)
            + (15 / 8 * n2 + 15 / 8 * n3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n3 * sin(3 * less) * cos(3 * more)
        )
    )


def _cartesian(latitude: float, longitude: float) -> tuple[float, float, float]:
    e2 = 1 - (_B / _A) ** 2
    nu = _A / sqrt(1 - e2 * sin(latitude) ** 2)
    return (
        nu * cos(latitude) * cos(longitude),
        nu * cos(latitude) * sin(longitude),
        nu * (1 - e2) * sin(latitude),
    )


def _geographic(x: float, y: float, z: float) -> tuple[float, float]:
    e2 = 1 - (_WGS_B / _WGS_A) ** 2
    across = sqrt(x * x + y * y)
    latitude, before = atan2(z, across * (1 - e2)), 2 * pi
    while abs(latitude - before) > 1e-12:
        nu = _WGS_A / sqrt(1 - e2 * sin(latitude) ** 2)
        before, latitude = latitude, atan2(z + e2 * nu * sin(latitude), across)
    return latitude, atan2(y, x)
