"""What shows by itself what it is where labels are missing: a position, a time with its zone, a number with a unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hanbada.incidents.reports import reading
from hanbada.incidents.reports.angles import place_in
from hanbada.incidents.reports.moments import moment_in
from hanbada.incidents.reports.reading import Value
from hanbada.reference.imo import imo_valid

if TYPE_CHECKING:
    from hanbada.incidents.reports.form import Field

_COURSE = (
    r"\b(?:co|crs|cse|course|cog|hdg|heading|steering|tc)\b[\s:.=]{0,4}(\d{1,3}(?:\.\d)?)\b",
    r"(?<![\d.])(\d{3})[ \t]?(?:\u00b0|deg(?:rees)?\b|T\b)",
)
_SPEED = (
    r"\b(?:sp|spd|speed|sog)\b[\s:.=]{0,4}(\d{1,2}(?:[.,]\d{1,2})?(?:[ \t]?(?:kts?|kn|knots?))?)\b",
    r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?[ \t]?(?:kts?|kn|knots?))\b",
)
_CALL_SIGN = (
    r"\b(?:c/s(?:ign)?|cs|call[ -]?sign)\b[\s:.=]{0,4}([A-Z0-9]{3,7})\b",
    r"(?<![\w.'/-])((?=[A-Z]*\d)(?=\d?[A-Z])[A-Z0-9]{4,6})(?=[ \t]*(?:[,/\x1f]|imo\b|\Z|\n))",
)
_IMO = (r"\bimo\b\W{0,3}(?:no|nr|number)?\W{0,3}(\d{7})(?!\d)", r"(?<![\d.])(\d{7})(?![\d.])")
_MMSI = (r"\bmmsi\b\W{0,3}(?:no|nr|number)?\W{0,3}(\d{9})(?!\d)",)
_MARKED = re.compile(r"\bm[/.]?[vts]\.?[ \t]+\"?(?P<name>[A-Za-z][A-Za-z0-9 .'-]{1,40})", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:report|rpt|ukmto|vcr|ifc|vra|mschoa|daily|noon|initial|final|position|posn|update|follow|suspicious|irregular"
    r"|anomaly|piracy|robbery|mayday|alert|message|dear|good|hello|thanks|regards|brgds|master|capt|captain|please|sirs?"
    r"|fyi|forwarded|original|registration|movement|voluntary|community|reporting|form|details|incident|subject|re|fw|fwd"
    r"|all well|nil|none|sailing|anchored|drifting|attack|to|from|was|here|is|armed|against|ships?)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[ \t\"'*=-]*(?P<name>[A-Za-z][A-Za-z0-9.'-]*(?:[ \t][A-Za-z0-9.'-]+){0,4})[ \t\"'.=-]*\Z")
_STOPS = re.compile(r"\b(?:imo|mmsi|c/s|call|flag|daily|report|utc|posn?|position)\b|(?=\b[A-Z]*\d)", re.IGNORECASE)


def found_loose(field: Field, text: str, received_us: int) -> Value | None:
    """A field in a text where what is known already was blanked out; None if nothing shows that it is there."""
    if field.kind == "position":
        place = place_in(text)
        return Value([place.lat_deg, place.lon_deg], place.start, place.end) if place else None
    if field.name == "at":
        found = moment_in(text, received_us, bare=False)
        return Value(found.at_us, found.start, found.end) if found else None
    patterns = _PATTERNS.get(field.name, ())
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            value = reading.read(field.kind, text, match.start(1), match.end(1), received_us)
            if value is not None and _believed(field, value, pattern):
                return value
    return None


_PATTERNS: dict[str, tuple[str, ...]] = {
    "imo": _IMO, "mmsi": _MMSI, "course_deg": _COURSE, "speed_kn": _SPEED, "call_sign": _CALL_SIGN,
}  # fmt: skip


def _believed(field: Field, value: Value, pattern: str) -> bool:
    """Seven digits alone are an IMO number only if their check digit says so."""
    return field.name != "imo" or "imo" in pattern or imo_valid(value.value)


def name_loose(masked: str, text: str) -> Value | None:
    """A ship's name by itself: behind MV, or the first words of a line that are no words of a title."""
    if marked := _MARKED.search(masked):
        start = marked.start("name")
        stop = _STOPS.search(masked, start + 1, marked.end("name"))
        return _name(text, start, stop.start() if stop and stop.start() > start else marked.end("name"))
    for match in re.finditer(r"[^,;/|()\n\x1f:]+", masked):
        name = _NAME.match(match.group())
        if name and not _TITLE.search(match.group()) and re.search(r"[A-Za-z]{3}", name["name"]):
            return _name(text, match.start() + name.start("name"), match.start() + name.end("name"))
    return _last_words(masked, text)


def _last_words(masked: str, text: str) -> Value | None:
    """Words in capitals at the end of a title: VCR position PACIFIC WREN."""
    match = re.search(r"(?m)[ \t-]((?:[A-Z][A-Z0-9'.-]+[ \t]?){1,4})[ \t]*$", masked.split("\n", 1)[0])
    if match is None or _TITLE.search(match[1]):
        return None
    return _name(text, match.start(1), match.end(1))


def _name(text: str, start: int, end: int) -> Value | None:
    value = re.sub(r"\s+", " ", text[start:end]).strip(" \t\"'.-")
    return Value(value, start, start + len(text[start:end].rstrip())) if value else None
