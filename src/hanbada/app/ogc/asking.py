"""What a request for features asks: a box, a time, how many, where to go on. What does not fit is refused by name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.errors import UsageError
from hanbada.model.times import parse_iso

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LIMIT, LARGEST_LIMIT = 100, 10_000
PARAMETERS = ("bbox", "bbox-crs", "datetime", "limit", "offset", "f", "crs")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_JSON = ("json", "application/json", "application/geo+json", "application/vnd.oai.openapi+json;version=3.0")
_PLANE, _SOLID = 4, 6
_ALWAYS = 1 << 62

Box = tuple[float, float, float, float]


class Asked(NamedTuple):
    """West, south, east, north in degrees (west beyond east crosses 180), a span of time in UTC us, a page."""

    box: Box | None
    span: tuple[int, int] | None
    limit: int
    offset: int


def asked(query: Mapping[str, str]) -> Asked:
    """What a query asks; raises UsageError for a parameter that there is not or that makes no sense."""
    for name in query:
        if name not in PARAMETERS:
            message = f"there is no parameter {name}"
            raise UsageError(message)
    for name in ("crs", "bbox-crs"):
        if query.get(name, CRS84) != CRS84:
            message = f"{name}: only {CRS84}"
            raise UsageError(message)
    if query.get("f", "json") not in _JSON:
        message = "f: json"
        raise UsageError(message)
    limit = min(_whole(query, "limit", DEFAULT_LIMIT, 1), LARGEST_LIMIT)
    return Asked(_box(query.get("bbox")), _span(query.get("datetime")), limit, _whole(query, "offset", 0, 0))


def _whole(query: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not text.isascii() or len(text) > 9 or int(text) < least:
        message = f"{name}: a whole number from {least}"
        raise UsageError(message)
    return int(text)


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == _SOLID:
        numbers = [*numbers[:2], *numbers[3:5]]
    sound = len(numbers) == _PLANE and all(map(math.isfinite, numbers)) and -90 <= numbers[1] <= numbers[3] <= 90
    if not sound:
        message = "bbox: west,south,east,north in degrees"
        raise UsageError(message)
    return (numbers[0], numbers[1], numbers[2], numbers[3])


def _span(text: str | None) -> tuple[int, int] | None:
    """An instant, or an interval whose ends may be open ("..")."""
    if text is None:
        return None
    ends = text.split("/")
    times = [None if one in {"", ".."} else parse_iso(one) for one in ends]
    known = [at for at, one in zip(times, ends, strict=True) if one not in {"", ".."}]
    if len(ends) > 2 or None in known or not known:
        message = "datetime: 2026-11-23T00:00:00Z, or two times with a slash between, .. for an open end"
        raise UsageError(message)
    begin, end = times[0], times[-1]
    return (-_ALWAYS if begin is None else begin, _ALWAYS if end is None else end)


def meets(box: Box, points: list[tuple[float, float]]) -> bool:
    """Whether a shape's own box meets a box, whichever turn of the globe each is counted in.

    >>> meets((170, -10, -170, 10), [(-179.0, 0.0)]), meets((170, -10, -170, 10), [(0.0, 0.0)])
    (True, False)
    """
    west, south, east, north = box
    width = 360.0 if east - west >= 360 else (east - west) % 360
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    if max(lats) < south or min(lats) > north:
        return False
    beyond = (min(lons) - west) % 360
    return beyond <= width or beyond + max(lons) - min(lons) >= 360
