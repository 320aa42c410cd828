"""Values read as what the form asks for, with the units ships use turned into ours, and what seems wrong with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from hanbada.incidents.reports.angles import half_in, pair_in, place_in
from hanbada.incidents.reports.moments import moment_in
from hanbada.reference.imo import imo_valid

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.incidents.reports.form import Kind

_NUMBER = r"(?P<number>\d{1,5}(?:[.,]\d{1,4})?)"
_SPEED = re.compile(
    rf"(?<![\d.,])(?:abt\.?[ \t]*|about[ \t]*|~[ \t]*)?{_NUMBER}(?![\d])[ \t]*"
    r"(?P<unit>km/?h|kph|kmh|m/s|mps|mph|knots?|kts?|kn)?\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"(?<![\d.,]){_NUMBER}[ \t]*(?P<unit>feet|foot|ft|'|cm|met(?:re|er)s?|mtrs?|m)?(?![a-z])", re.IGNORECASE
)
_COURSE = re.compile(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:[.,]\d{1,2})?)(?!\d)[ \t]*(?:\u00b0|deg(?:rees?)?\b)?", re.IGNORECASE
)
_IMO = re.compile(r"(?<!\d)\d{7}(?!\d)")
_MMSI = re.compile(r"(?<!\d)\d{9}(?!\d)")
_CALL_SIGN = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9/]*[A-Z])[A-Z0-9]{3,7}(?![A-Za-z0-9])", re.IGNORECASE)
_COUNT = re.compile(r"(?<![\d.])\d{1,4}(?![\d.])")
_PREFIX = re.compile(r"(?:m\.?[ \t]?[/\\]?[ \t]?[vts]\.?|s/s|f/v|lng/c|lpg/c)[ \t]+(?=\S)", re.IGNORECASE)
_NAME_ENDS = re.compile(
    r"[,;/(|\n]|[ \t]+-[ \t]+|\.[ \t]+(?=[A-Z])|[ \t]+(?:imo|mmsi|c/s|call[ -]?sign|flag)\b(?=\W{0,3}(?:n|\d|:))",
    re.IGNORECASE,
)
_YES, _NO = (
    re.compile(r"\s*(?:yes|y\b|true|x\b)", re.IGNORECASE),
    re.compile(r"\s*(?:no|n\b|nil|none|false)", re.IGNORECASE),
)
KNOTS = {"km": 1 / 1.852, "kp": 1 / 1.852, "m/s": 3600 / 1852, "mps": 3600 / 1852, "mph": 1609.344 / 1852}
METRES = {"f": 0.3048, "'": 0.3048, "c": 0.01}


class Value(NamedTuple):
    """A value, the part of the text it stands in, and what is to be said of it: a word that screens explain."""

    value: Any
    start: int
    end: int
    note: str = ""


def read(kind: Kind, text: str, start: int, end: int, received_us: int) -> Value | None:
    """The value of a kind in a part of a text, None if there is none."""
    if kind in {"at", "ahead"}:
        found = moment_in(text, received_us, ahead=kind == "ahead", start=start, end=end)
        return None if found is None else Value(found.at_us, found.start, found.end, _supposed(found.supposed))
    value = _READERS[kind](text[start:end], 0, end - start) if start < end else None
    return None if value is None else value._replace(start=start + value.start, end=start + value.end)


def _supposed(what: tuple[str, ...]) -> str:
    """What is worth a look: a local time without a zone, a day that may be a month. A year or day left out is usual."""
    return next((f"{one}_supposed" for one in ("zone", "order") if one in what), "")


def _text(text: str, start: int, end: int) -> Value | None:
    value = re.sub(r"\s+", " ", text[start:end]).strip(" \t\"'|*")
    return Value(value, start, end) if re.search(r"\w", value) else None


def _name(text: str, start: int, end: int) -> Value | None:
    """A ship's name without what stands before every ship's name, and without what follows it."""
    if prefix := _PREFIX.match(text, start, end):
        start = prefix.end()
    if stop := _NAME_ENDS.search(text, start, end):
        end = stop.start()
    found = _text(text, start, end)
    return found if found and len(found.value) <= 60 else None


def _call_sign(text: str, start: int, end: int) -> Value | None:
    match = _CALL_SIGN.search(text, start, end)
    return Value(match.group().upper(), match.start(), match.end()) if match else None


def _imo(text: str, start: int, end: int) -> Value | None:
    match = _IMO.search(text, start, end)
    if match is None:
        return None
    number = int(match.group())
    return Value(number, match.start(), match.end(), "" if imo_valid(number) else "imo_check_digit")


def _mmsi(text: str, start: int, end: int) -> Value | None:
    match = _MMSI.search(text, start, end)
    return Value(int(match.group()), match.start(), match.end()) if match else None


def _position(text: str, start: int, end: int) -> Value | None:
    place = place_in(text, start, end) or pair_in(text, start, end)
    return Value([place.lat_deg, place.lon_deg], place.start, place.end) if place else None


def half(text: str, start: int, end: int, most: float) -> Value | None:
    """A latitude (most 90) or longitude (most 180)."""
    found = half_in(text, start, end, most)
    return Value(found.value_deg, found.start, found.end) if found else None


def _course(text: str, start: int, end: int) -> Value | None:
    match = _COURSE.search(text, start, end)
    number = _float(match) if match else 999.0
    return Value(number % 360.0, match.start(), match.end()) if match and number <= 360.0 else None


def _speed(text: str, start: int, end: int) -> Value | None:
    match = _SPEED.search(text, start, end)
    if match is None:
        return None
    unit = (match["unit"] or "").lower()
    factor = next((factor for name, factor in KNOTS.items() if unit.startswith(name)), 1.0)
    knots = round(_float(match) * factor, 4)
    return Value(knots, match.start(), match.end()) if knots <= 100.0 else None


def _length(text: str, start: int, end: int) -> Value | None:
    match = _LENGTH.search(text, start, end)
    if match is None:
        return None
    unit = (match["unit"] or "").lower()
    return Value(round(_float(match) * METRES.get(unit[:1], 1.0), 4), match.start(), match.end())


def _float(match: re.Match[str]) -> float:
    return float(match["number"].replace(",", "."))


def _count(text: str, start: int, end: int) -> Value | None:
    match = _COUNT.search(text, start, end)
    return Value(int(match.group()), match.start(), match.end()) if match else None


def _yes(text: str, start: int, end: int) -> Value | None:
    says = _YES.match(text, start, end) is not None
    return Value(says, start, end) if says or _NO.match(text, start, end) else None


def _team(text: str, start: int, end: int) -> Value | None:
    said = text[start:end].lower()
    if "unarmed" in said:
        return Value("unarmed", start, end)
    if re.search(r"\b(?:no|none|nil|not|n/a)\b", said):
        return Value("none", start, end)
    return Value("armed", start, end) if re.search(r"\barmed\b|\byes\b|guards", said) else None


def _direction(text: str, start: int, end: int) -> Value | None:
    match = re.compile(r"\b(east|west)", re.IGNORECASE).search(text, start, end)
    return Value(match[1].lower(), match.start(), match.end()) if match else None


def _point(text: str, start: int, end: int) -> Value | None:
    match = re.compile(r"(?<![\w/])([AB])(?![\w/])").search(text.upper(), start, end)
    return Value(match[1], match.start(), match.end()) if match else None


_READERS: dict[Kind, Callable[[str, int, int], Value | None]] = {
    "text": _text, "story": _text, "name": _name, "call_sign": _call_sign, "imo": _imo, "mmsi": _mmsi,
    "position": _position, "course": _course, "speed": _speed, "length": _length, "count": _count, "yes": _yes,
    "team": _team, "direction": _direction, "point": _point,
}  # fmt: skip
