"""Numbers as sailors write them. `static/js/nautical.js` gives the same text (tests/web/nautical_cases.json)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hanbada.app.i18n import N_
from hanbada.model.angles import turned
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US, dtg

if TYPE_CHECKING:
    from collections.abc import Callable

M_PER_NMI = 1852.0
_ANGLE = re.compile(
    r"""\s*(?P<a>[NSEW])?\s*(?P<d>\d{1,3}(?:\.\d+)?)\s*[°\s]?\s*
        (?:(?P<m>\d{1,2}(?:\.\d+)?)\s*['′]?\s*)?(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*["″]?\s*)?(?P<b>[NSEW])?\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def bearing(deg: float) -> str:
    """A true bearing or course with one decimal: '007.5°'; never 360.0."""
    return f"{round(deg * 10) % 3600 / 10:05.1f}°"


def speed(kn: float) -> str:
    """A speed: '14.3 kn'."""
    return f"{kn:.1f} kn"


def distance(m: float) -> str:
    """A distance in nautical miles, in metres below a tenth of one."""
    nmi = m / M_PER_NMI
    return f"{m:.0f} m" if nmi < 0.1 else f"{nmi:.1f} nmi" if nmi < 100 else f"{nmi:.0f} nmi"


def duration(us: int, translate: Callable[[str], str]) -> str:
    """A span of time in its two largest units."""
    us = abs(us)
    for limit, unit, small, message in _SPANS:
        if us >= limit:
            large, rest = divmod(us, unit)
            return translate(message) % {"a": large, "b": rest // small}
    return translate(N_("%(a)d s")) % {"a": us // SECOND_US}


_SPANS = (
    (DAY_US, DAY_US, HOUR_US, N_("%(a)d d %(b)d h")),
    (HOUR_US, HOUR_US, MINUTE_US, N_("%(a)d h %(b)02d min")),
    (MINUTE_US, MINUTE_US, SECOND_US, N_("%(a)d min")),
)


def short_time(at_us: int) -> str:
    """Day, hour and minute: '221043Z'."""
    return dtg(at_us)[:7]


def parse_position(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of '34 41.7N 129 24.75E', '34.695, 129.41' or '34°41′42″N 129°24′45″E'.

    >>> parse_position("34 41.706N 129 24.75E")
    (34.6951, 129.4125)
    """
    parts = re.split(r"[,;/]", text) if re.search(r"[,;/]", text) else re.split(r"(?<=[NSns])\s*(?=[\dEWew])", text)
    if len(parts) != 2:
        return None
    lat, lon = _degrees(parts[0], "NS"), _degrees(parts[1], "EW")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 360:
        return None
    return lat, turned(lon)


def _degrees(text: str, letters: str) -> float | None:
    sign = -1.0 if text.strip().startswith("-") else 1.0
    match = _ANGLE.fullmatch(text.strip().lstrip("+-"))
    letter = ((match["a"] or match["b"] or letters[0]) if match else "?").upper()
    if match is None or letter not in letters:
        return None
    value = float(match["d"]) + float(match["m"] or 0) / 60 + float(match["s"] or 0) / 3600
    return round(sign * (-value if letter == letters[1] else value), 7)
