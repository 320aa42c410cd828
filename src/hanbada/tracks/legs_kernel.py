"""The way between two reports of one ship: the distance of `geo.sphere`, without its trigonometry where it is short."""

import math

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.geo.sphere_kernel import bearing_deg
from hanbada.model.kernel import inlined

SHORT_DEG = 0.5
"""Up to here three terms of the series of sine and arc sine give all digits a double has (relative error 3e-15)."""


@inlined
def leg_m(lat_1: float, lon_1: float, cos_1: float, lat_2: float, lon_2: float, cos_2: float) -> float:
    """Metres between two places whose cosines of latitude are known (haversine, as `geo.sphere.distance_m`)."""
    north, east = lat_2 - lat_1, lon_2 - lon_1
    if abs(north) > SHORT_DEG or abs(east) > SHORT_DEG:
        a, b = math.sin(north * (0.5 * RADIANS)), math.sin(east * (0.5 * RADIANS))
        return 2.0 * EARTH_M * math.asin(math.sqrt(min(1.0, a * a + cos_1 * cos_2 * b * b)))
    a, b = _sine(north * (0.5 * RADIANS)), _sine(east * (0.5 * RADIANS))
    h = a * a + cos_1 * cos_2 * b * b
    return 2.0 * EARTH_M * math.sqrt(h) * (1.0 + h * (1.0 / 6.0 + h * (3.0 / 40.0)))


@inlined
def course_deg(lat_1: float, lon_1: float, cos_1: float, lat_2: float, lon_2: float, cos_2: float) -> float:
    """Initial course from the first place to the second, in [0, 360) (as `geo.sphere.bearing_deg`)."""
    north, east = lat_2 - lat_1, lon_2 - lon_1
    if abs(north) > SHORT_DEG or abs(east) > SHORT_DEG:
        return bearing_deg(lat_1, lon_1, lat_2, lon_2)
    sin_1 = math.copysign(math.sqrt(max(0.0, 1.0 - cos_1 * cos_1)), lat_1)
    half = _sine(east * (0.5 * RADIANS))
    across = _sine(east * RADIANS) * cos_2
    course = math.atan2(across, _sine(north * RADIANS) + 2.0 * sin_1 * cos_2 * half * half) / RADIANS
    return course if course >= 0.0 else course + 360.0


@inlined
def _sine(x: float) -> float:
    """Sine of a small angle."""
    x_2 = x * x
    return x * (1.0 - x_2 * (1.0 / 6.0) * (1.0 - x_2 * (1.0 / 20.0)))


@inlined
def cosine(lat_deg: float) -> float:
    """Cosine of a latitude."""
    return math.cos(lat_deg * RADIANS)
