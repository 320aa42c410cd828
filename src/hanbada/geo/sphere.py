"""Distances, courses and ways on the globe, for one point at a time and without compiling anything.

Degrees in, metres and degrees out; longitudes may lie on any turn. The sphere has the mean Earth radius; against
WGS 84 distances differ by up to 0.56 %. `geo.sphere_kernel` compiles these same functions.
"""

import math

EARTH_M = 6_371_008.8
"""Mean radius of WGS 84 (IUGG)."""
NMI_M = 1852.0
KNOT_MS = 1852.0 / 3600.0
RADIANS = math.pi / 180.0


def wrapped(lon_deg: float) -> float:
    """The longitude in [-180, 180).

    >>> wrapped(180.0), wrapped(-181.0)
    (-180.0, 179.0)
    """
    return lon_deg - 360.0 * math.floor((lon_deg + 180.0) / 360.0)


def turn(from_deg: float, to_deg: float) -> float:
    """The signed angle from one longitude or course to another, in [-180, 180)."""
    angle = to_deg - from_deg
    return angle - 360.0 * math.floor((angle + 180.0) / 360.0)


def distance_m(lat_1: float, lon_1: float, lat_2: float, lon_2: float) -> float:
    """Great-circle distance (haversine).

    >>> round(distance_m(10, 179.95, 10, -179.95) / NMI_M, 2)
    5.91
    """
    half_lat = math.sin((lat_2 - lat_1) * 0.5 * RADIANS)
    half_lon = math.sin((lon_2 - lon_1) * 0.5 * RADIANS)
    h = half_lat * half_lat + math.cos(lat_1 * RADIANS) * math.cos(lat_2 * RADIANS) * half_lon * half_lon
    return 2.0 * EARTH_M * math.asin(math.sqrt(min(1.0, h)))


def bearing_deg(lat_1: float, lon_1: float, lat_2: float, lon_2: float) -> float:
    """Initial course from the first point to the second, in [0, 360)."""
    lon = (lon_2 - lon_1) * RADIANS
    a, b = lat_1 * RADIANS, lat_2 * RADIANS
    east = math.sin(lon) * math.cos(b)
    north = math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(lon)
    return (math.atan2(east, north) / RADIANS) % 360.0


def destination(lat: float, lon: float, course_deg: float, way_m: float) -> tuple[float, float]:
    """Where a way on a course leads: (lat, lon), longitude in [-180, 180)."""
    arc, course, a = way_m / EARTH_M, course_deg * RADIANS, lat * RADIANS
    sine = math.sin(a) * math.cos(arc) + math.cos(a) * math.sin(arc) * math.cos(course)
    sine = min(1.0, max(-1.0, sine))
    east = math.sin(course) * math.sin(arc) * math.cos(a)
    there = lon + math.atan2(east, math.cos(arc) - math.sin(a) * sine) / RADIANS
    return math.asin(sine) / RADIANS, there - 360.0 * math.floor((there + 180.0) / 360.0)


def between(lat_1: float, lon_1: float, lat_2: float, lon_2: float, share: float) -> tuple[float, float]:
    """The point at `share` (0 to 1) of the great circle from the first point to the second.

    >>> between(10.0, 179.95, 10.0, -179.95, 0.5)[1]
    -180.0
    """
    la_1, lo_1, la_2, lo_2 = lat_1 * RADIANS, lon_1 * RADIANS, lat_2 * RADIANS, lon_2 * RADIANS
    half_lat, half_lon = math.sin((la_2 - la_1) * 0.5), math.sin((lo_2 - lo_1) * 0.5)
    h = half_lat * half_lat + math.cos(la_1) * math.cos(la_2) * half_lon * half_lon
    arc = 2.0 * math.asin(math.sqrt(min(1.0, h)))
    if arc < 1e-12:
        return lat_1, lon_1 - 360.0 * math.floor((lon_1 + 180.0) / 360.0)
    a, b = math.sin((1.0 - share) * arc) / math.sin(arc), math.sin(share * arc) / math.sin(arc)
    x = a * math.cos(la_1) * math.cos(lo_1) + b * math.cos(la_2) * math.cos(lo_2)
    y = a * math.cos(la_1) * math.sin(lo_1) + b * math.cos(la_2) * math.sin(lo_2)
    z = a * math.sin(la_1) + b * math.sin(la_2)
    lon = math.atan2(y, x) / RADIANS
    return math.atan2(z, math.sqrt(x * x + y * y)) / RADIANS, lon - 360.0 * math.floor((lon + 180.0) / 360.0)
