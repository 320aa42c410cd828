"""Positions as sailors write them: degrees with minutes or seconds, decimal, without signs; either half first.

What has no hemisphere is only taken where the form asks for a latitude or a longitude.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_B = r"[ \t]{0,4}"
_DEG = r"(?:\u00b0|deg(?:rees?)?\.?)"
_MIN = r"(?:'|min(?:utes?)?\.?)"
_SEC = r"(?:\"|''|sec(?:onds?)?\.?)"
_ANGLE = (
    rf"(?:(?P<d#>\d{{1,3}}){_B}(?:{_DEG}|-|:|[ \t]){_B}"
    rf"(?:(?P<m#>\d{{1,2}}[.,]\d{{1,6}})|(?P<i#>\d{{1,2}})(?![\d.,])"
    rf"(?:{_B}(?:{_MIN}|-|:)?{_B}(?P<s#>\d{{1,2}}(?:[.,]\d{{1,4}})?){_B}{_SEC}"
    rf"|{_B}(?:{_MIN}|[- :])?{_B}(?P<t#>\d{{2}})(?={_B}[NSEW]\b))?)(?:{_B}{_MIN})?"
    rf"|(?P<f#>\d{{1,3}}[.,]\d{{1,8}}){_B}{_DEG}?|(?P<c#>\d{{4,5}}(?:[.,]\d{{1,4}})?)(?!\d)"
    rf"|(?P<w#>\d{{1,3}})(?!\d){_B}{_DEG}?)"
)
"""Degrees with minutes, and seconds with a sign or before a hemisphere; decimal; DDMM.m; whole. # numbers the half."""
_SIDE = r"(?P<h#>[NSEW])(?:orth|outh|ast|est)?"
_LON = r"(?:lon(?:g(?:itude)?)?\b[.:]?)?"
_GAP = rf"{_B}(?:[,/;]|and\b|-|\n)?{_B}{_LON}{_B}"
_FREE = r"(?<![\d.,])"


def _half(text: str, number: str) -> str:
    return text.replace("#", number)


_LEFT = [rf"{_FREE}{_ANGLE}{_B}{_SIDE}(?![a-z])", rf"(?<![a-z0-9]){_SIDE}{_B}{_ANGLE}"]
"""A half with its hemisphere behind it, and before it."""
_RIGHT = [rf"{_ANGLE}{_B}{_SIDE}(?![a-z])", rf"(?<![a-z]){_SIDE}{_B}{_ANGLE}"]
_PLACES = [
    re.compile(_half(one, "1") + _GAP + _half(two, "2"), re.IGNORECASE) for one, two in zip(_LEFT, _RIGHT, strict=True)
]
_HALVES = [re.compile(_half(one, "1"), re.IGNORECASE) for one in _LEFT]
_BARE = re.compile(r"(?P<sign>-)?(?P<number>\d{1,3}(?:[.,]\d{1,8})?)(?![\d'-])")
_PAIR = re.compile(r"(?<![\d.-])(?P<lat>-?\d{1,2}\.\d{1,8})[ \t]*[,; ][ \t]*(?P<lon>-?\d{1,3}\.\d{1,8})(?![\d.])")


class Place(NamedTuple):
    """A position and where in the text it stands."""

    lat_deg: float
    lon_deg: float
    start: int
    end: int


class Half(NamedTuple):
    """A latitude or a longitude and where in the text it stands."""

    value_deg: float
    start: int
    end: int


def place_in(text: str, start: int = 0, end: int | None = None) -> Place | None:
    """The first position in a part of a text, None if there is none on this globe.

    >>> place_in("POS: 12-34.5N 045-06.7E")[:2]
    (12.575, 45.111667)
    """
    end = len(text) if end is None else end
    found = [place for pattern in _PLACES if (place := _first(pattern, text, start, end)) is not None]
    return min(found, key=lambda one: one.start, default=None)


def _first(pattern: re.Pattern[str], text: str, start: int, end: int) -> Place | None:
    for match in pattern.finditer(text, start, end):
        one, other = _degrees(match, "1"), _degrees(match, "2")
        lat_first = match["h1"].upper() in "NS"
        if one is None or other is None or lat_first == (match["h2"].upper() in "NS"):
            continue
        lat, lon = (one, other) if lat_first else (other, one)
        if abs(lat) <= 90.0 and abs(lon) <= 180.0:
            return Place(lat, lon, match.start(), match.end())
    return None


def pair_in(text: str, start: int, end: int) -> Place | None:
    """Two signed decimal numbers, latitude first, where a position is asked."""
    match = _PAIR.search(text, start, end)
    if match is None:
        return None
    lat, lon = float(match["lat"]), float(match["lon"])
    return Place(lat, lon, match.start(), match.end()) if abs(lat) <= 90.0 and abs(lon) <= 180.0 else None


def half_in(text: str, start: int, end: int, most: float) -> Half | None:
    """A latitude (most 90) or longitude (most 180) where one is asked; without a hemisphere a signed decimal."""
    wanted = "NS" if most == 90.0 else "EW"
    for pattern in _HALVES:
        match = pattern.search(text, start, end)
        value = None if match is None or match["h1"].upper() not in wanted else _degrees(match, "1")
        if match is not None and value is not None and abs(value) <= most:
            return Half(value, match.start(), match.end())
    bare = _BARE.search(text, start, end)
    if bare is None:
        return None
    value = float(bare["number"].replace(",", ".")) * (-1 if bare["sign"] else 1)
    return Half(value, bare.start(), bare.end()) if abs(value) <= most else None


def _degrees(match: re.Match[str], n: str) -> float | None:
    """Degrees of one half, signed by its hemisphere; None if minutes or seconds are sixty or more."""
    parts = _parts(match, n)
    hemisphere = match[f"h{n}"].upper()
    if parts is None or parts[1] >= 60.0 or parts[2] >= 60.0:
        return None
    value = round(parts[0] + parts[1] / 60.0 + parts[2] / 3600.0, 6)
    return -value if hemisphere in "SW" and value else value


def _parts(match: re.Match[str], n: str) -> tuple[float, float, float] | None:
    """Degrees, minutes and seconds as they stand."""
    named = {name: match[f"{name}{n}"] for name in "dmistfcw"}
    number = {name: float(text.replace(",", ".")) for name, text in named.items() if text}
    if "d" in number:
        minutes = number.get("m", number.get("i", 0.0))
        return number["d"], minutes, number.get("s", number.get("t", 0.0))
    if "c" in number:
        return number["c"] // 100, number["c"] % 100, 0.0
    whole = number.get("f", number.get("w"))
    return None if whole is None else (whole, 0.0, 0.0)
