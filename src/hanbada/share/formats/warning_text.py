"""What a navigational warning says, read from its words: where, when, what kind, its number and which it cancels.

Stations write freely; the patterns here are those of the texts in tests/formats/warnings. Every shape keeps the span of
text it was read from, so that a screen can show why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hanbada.geo.sphere import NMI_M, destination
from hanbada.share.formats.entries import continuous
from hanbada.share.formats.warning_kinds import kind_of
from hanbada.share.formats.warning_times import When, read_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanbada.share.formats.entries import Point

MOST_TEXT = 20_000
"""Characters of one warning that are read."""
CIRCLE_POINTS = 36
_SEC = r"(?:[-' ](\d{1,2}(?:[.,]\d+)?)(?=[\"' ]*[NSEW]))?"
_LAT = rf"(\d{{1,2}})[-°](\d{{1,2}}(?:[.,]\d+)?){_SEC}[\"']*\s?([NS])"
_LON = rf"(\d{{1,3}})[-°](\d{{1,2}}(?:[.,]\d+)?){_SEC}[\"']*\s?([EW])"
_BETWEEN = r"\s*[,/\-–]?\s*"
_POSITIONS = (
    re.compile(rf"(?<![\d.\-]){_LAT}{_BETWEEN}{_LON}\b"),
    re.compile(r"\b([NS])\s?(\d{1,2})-(\d{1,2}(?:[.,]\d+)?)[\s,/]*([EW])\s?(\d{1,3})-(\d{1,2}(?:[.,]\d+)?)(?!\d)"),
    re.compile(r"(?<![\d.\-])(\d{1,2}\.\d+)\s?([NS])[\s,]*(\d{1,3}\.\d+)\s?([EW])\b"),
    re.compile(r"(?<![\d.\-])(\d\d)(\d\d)(\d\d)?([NS])\s?(\d{3})(\d\d)(\d\d)?([EW])\b"),
)
_NUMBER_WORDS = {
    "HALF": 0.5, "ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "SIX": 6, "SEVEN": 7, "EIGHT": 8, "NINE": 9,
    "TEN": 10,
}  # fmt: skip
_UNITS_M = {"NAUTICAL MILES": NMI_M, "NAUTICAL MILE": NMI_M, "MILES": NMI_M, "MILE": NMI_M, "NM": NMI_M, "M": 1.0,
            "METRES": 1.0, "METERS": 1.0, "METRE": 1.0, "METER": 1.0, "KM": 1000.0, "MTRS": 1.0}  # fmt: skip
_WIDTH = (
    rf"(\d+(?:[.,]\d+)?|{'|'.join(_NUMBER_WORDS)})[\s-]?"
    rf"({'|'.join(sorted((unit.replace(' ', chr(92) + 's') for unit in _UNITS_M), key=len, reverse=True))})"
)
_POSN = r"(?:THE\s)?(?:POSN|POSITION|POS|POINT)?\.?[:\s]*"
_ABOUT = rf"(?:OF|FROM|AROUND|CENT\w+\s(?:ON|AT|IN))\s{_POSN}"
_CIRCLES = (
    re.compile(rf"\bWITHIN\s(?:A\s)?(?:RADIUS\s(?:OF\s)?)?{_WIDTH}\s?(?:RADIUS\s)?{_ABOUT}\Z"),
    re.compile(rf"\bRADIUS\s(?:OF\s)?{_WIDTH}\s?,?{_ABOUT}\Z"),
    re.compile(rf"{_WIDTH}\sRADIUS\s{_ABOUT}\Z"),
)
_CIRCLE_AFTER = re.compile(rf"\A[\s.,]*[A-Z ,]{{0,60}}PROHIBITED\sWITHIN\s{_WIDTH}(?!\s?(?:OF|FROM))")
_AREA = re.compile(
    r"BOUND(?:ED)?\s(?:BY|IN)|ENCLOSED|LIMITED\sBY|COMPRISED|DELIMITED|SECTOR|\b(?:AREA|ZONE)S?\b[^.]{0,40}\Z"
)
_LINE = re.compile(r"TRACK\s?LINE|JOINING|\bALONG\b|\bLINE\b|ICE\sEDGE|\bROUTE\b|\b(?:BETWEEN|FROM)\s*\Z")
_LABEL = re.compile(r"\(?([A-Z]|\d{1,2})[.)]\)?")
_JOINS = re.compile(r"(?:AND|TO|THENCE|THEN|POINTS?|POSITIONS?)?")
_SEPARATORS = " \t\n\r,;:/-–."


class Drawn(NamedTuple):
    """A shape a text names: kind, points as (longitude, latitude), radius of a circle, and where it says so."""

    kind: str
    points: tuple[Point, ...]
    radius_m: float | None
    start: int
    end: int

    def outline(self) -> dict[str, object]:
        """It as a fact: a circle as a ring of 36 points."""
        points = self.points
        if self.radius_m is not None:
            (lon, lat) = points[0]
            ways = (destination(lat, lon, 360 * n / CIRCLE_POINTS, self.radius_m) for n in range(CIRCLE_POINTS))
            points = tuple(continuous([(lon, lat), *((east, north) for north, east in ways)])[1:])
            return {"kind": "polygon", "coordinates": [list(point) for point in (*points, points[0])]}
        return {"kind": self.kind, "coordinates": [list(point) for point in points]}


class Number(NamedTuple):
    """A warning's number: its series, number and year."""

    series: str
    number: int
    year: int | None


class Words(NamedTuple):
    """Everything read from a text."""

    kind: str
    shapes: tuple[Drawn, ...]
    when: When
    number: Number | None
    cancels: tuple[Number, ...]
    in_force: tuple[Number, ...]


class _Spot(NamedTuple):
    start: int
    end: int
    lon: float
    lat: float


def read_words(text: str, year: int | None = None, subject: str | None = None) -> Words:
    """What a warning says; `year` where its date is known otherwise, `subject` the B2 letter of NAVTEX."""
    plain = capitals(text[:MOST_TEXT])
    number = number_of(plain)
    stated = number.year if number is not None and number.year is not None else year
    when = read_times(plain, stated)
    return Words(
        kind_of(plain, subject), tuple(shapes(plain)), when, number, tuple(cancelled(plain, number)),
        tuple(listed(plain, number)),
    )  # fmt: skip


def capitals(text: str) -> str:
    """The text in capitals, each letter where it was."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


# Where


def shapes(text: str) -> Iterator[Drawn]:
    """The points, lines, areas and circles of a text."""
    groups = _groups(text, _spots(text))
    lead, before, run = "", 0, 0
    for n, (label, group) in enumerate(groups):
        own = text[before : group[0].start]
        lead = lead if label and n and run else own
        run = 1
        before = group[-1].end
        yield from _drawn(lead if label else own, group, text[before : before + 140])


def _spots(text: str) -> list[_Spot]:
    found: dict[int, _Spot] = {}
    for pattern, reader in zip(_POSITIONS, (_minutes, _prefixed, _degrees, _compact), strict=True):
        for match in pattern.finditer(text):
            place = reader(match)
            taken = any(one.start < match.end() and match.start() < one.end for one in found.values())
            if place is not None and not taken:
                found[match.start()] = _Spot(match.start(), match.end(), *place)
    return [found[start] for start in sorted(found)]


def _number(text: str | None) -> float:
    return float((text or "0").replace(",", "."))


def _place(lon: float, east: str, lat: float, north: str) -> Point | None:
    if lon > 180 or lat > 90:
        return None
    return (-lon if east == "W" else lon), (-lat if north == "S" else lat)


def _angle(degrees: str, minutes: str, seconds: str | None) -> float:
    return int(degrees) + _number(minutes) / 60 + _number(seconds) / 3600


def _minutes(m: re.Match[str]) -> Point | None:
    return _place(_angle(m[5], m[6], m[7]), m[8], _angle(m[1], m[2], m[3]), m[4])


def _prefixed(m: re.Match[str]) -> Point | None:
    return _place(_angle(m[5], m[6], None), m[4], _angle(m[2], m[3], None), m[1])


def _degrees(m: re.Match[str]) -> Point | None:
    return _place(float(m[3]), m[4], float(m[1]), m[2])


def _compact(m: re.Match[str]) -> Point | None:
    return _place(_angle(m[5], m[6], m[7]), m[8], _angle(m[1], m[2], m[3]), m[4])


def _groups(text: str, spots: Sequence[_Spot]) -> list[tuple[str, list[_Spot]]]:
    """Positions that stand together, with the letter before each group."""
    groups: list[tuple[str, list[_Spot]]] = []
    for n, spot in enumerate(spots):
        between = text[spots[n - 1].end if n else max(0, spot.start - 6) : spot.start]
        gap = between.strip(_SEPARATORS)
        label = _LABEL.fullmatch(between.strip(_SEPARATORS.replace(".", "")))
        if label is None and n == 0:
            label = re.search(r"(?:\A|\s)\(?([A-Z])[.)]\s*\Z", text[: spot.start])
        if n and label is None and _JOINS.fullmatch(gap):
            groups[-1][1].append(spot)
        else:
            groups.append((label[1] if label else "", [spot]))
    return _merged(text, groups)


def _merged(text: str, groups: list[tuple[str, list[_Spot]]]) -> list[tuple[str, list[_Spot]]]:
    """Corners that have a letter each are one area."""
    lettered = len(groups) > 2 and all(label and len(group) == 1 for label, group in groups)
    if lettered and _AREA.search(text[max(0, groups[0][1][0].start - 80) : groups[0][1][0].start]):
        return [("", [group[0] for _, group in groups])]
    return groups


def _drawn(lead: str, group: list[_Spot], after: str) -> Iterator[Drawn]:
    points = tuple(continuous([(one.lon, one.lat) for one in group]))
    start, end = group[0].start, group[-1].end
    near = lead[-160:].rstrip(" :,(") + " "
    if len(points) == 1:
        yield Drawn(*_point_or_circle(near, points, after), start, end)
    elif len(points) > 2 and (_AREA.search(near) or not _LINE.search(near)):
        yield Drawn("polygon", points, None, start, end)
    elif _LINE.search(near):
        yield Drawn("line", points, None, start, end)
    else:
        pairs = zip(points, group, strict=True)
        yield from (Drawn("point", (point,), None, one.start, one.end) for point, one in pairs)


def _point_or_circle(lead: str, points: tuple[Point, ...], after: str) -> tuple[str, tuple[Point, ...], float | None]:
    found = next((match for pattern in _CIRCLES if (match := pattern.search(lead))), None)
    found = found or _CIRCLE_AFTER.match(after)
    if found is None:
        return "point", points, None
    many = _NUMBER_WORDS.get(found[1]) or _number(found[1])
    return "circle", points, many * _UNITS_M[" ".join(found[2].split())]


# Which


_SERIES = r"[A-Z][A-Z.:' /\-]{0,60}?"
_NUMBERED = re.compile(
    rf"({_SERIES})\s*(?:N\.W\.|N/W)?\s*[:.]?\s*(?:NR\.?|NO\.?)?\s*(?:(\d{{1,5}})/(\d{{4}}|\d\d)|(\d\d)-(\d{{4}}))(?!\d)(?:\(\d+\))?"
)
_CANCEL = re.compile(rf"\bCANCELS?\s+({_SERIES})?\s*((?:\d{{1,5}}/\d\d(?:\d\d)?(?:\s*(?:,|AND|&)\s*)?)+)")
_PAIR = re.compile(r"(\d{1,5})/(\d{4}|\d\d)")


def number_of(text: str) -> Number | None:
    """The number of the warning itself, in its first lines."""
    head = "\n".join(text.splitlines()[:4])[:400]
    match = _NUMBERED.search(re.sub(r"\ACANCEL.*", "", head))
    if match is None:
        return None
    series = " ".join(match[1].split()).strip(" .:-/")
    if match[2]:
        return Number(series, int(match[2]), _year(match[3]))
    return Number(series, int(match[5]), _year(match[4]))


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def cancelled(text: str, own: Number | None) -> Iterator[Number]:
    """The warnings it cancels; one without a series is of its own."""
    for match in _CANCEL.finditer(text):
        series = " ".join((match[1] or "").split()).strip(" .:-/") or (own.series if own else "")
        yield from (Number(series, int(number), _year(year)) for number, year in _PAIR.findall(match[2]))


def listed(text: str, own: Number | None) -> Iterator[Number]:
    """What a bulletin says is in force: lists of numbers, by year where it says so."""
    match = re.search(r"IN[ -]FORCE\b[^:.]*[:.]", text)
    if match is None or own is None:
        return
    year = own.year
    body = re.split(r"\n?\s*\d\.\s+CANCEL|NOTES", text[match.end() :])[0]
    for one in re.finditer(r"(20\d\d)\s+SERIES|(\d{1,5})/(\d\d)\b|\b(\d{2,5})\b", body):
        if one[1]:
            year = int(one[1])
        elif one[2]:
            yield Number(own.series, int(one[2]), _year(one[3]))
        else:
            yield Number(own.series, int(one[4]), year)
