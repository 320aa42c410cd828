"""Where a ship says that she is going: the destination as typed -> the ports it may mean.

What is typed is a UN/LOCODE, two of them with a mark between, a name with or without its country, or none of these.
Several ports may bear one name; all of them are given, since the reader cannot know which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLOSE = 0.87
"""Likeness of a name with a slip of the finger in it: one letter of eight."""
LEAST_LETTERS = 5
"""Shorter names are not guessed."""
SPELLINGS = {
    "BUSAN": "PUSAN", "INCHEON": "INCHON", "GWANGYANG": "KWANGYANG", "YEOSU": "YOSU", "GUNSAN": "KUNSAN",
    "JEJU": "CHEJU", "DONGHAE": "TONGHAE", "DAESAN": "TAESAN", "PYEONGTAEK": "PYONGTAEK", "GAMCHEON": "KAMCHON",
}  # fmt: skip
"""Korean ports in the romanisation of 2000 and in the one before, which port lists still have."""
_TO = re.compile(r">+|=>|->|/+|\bTO\b")
_VIA = re.compile(r"\bVIA\b.*")
_CODE = re.compile(r"([A-Z]{2})[ .\-]?([A-Z2-9]{3})")
_NO_PLACE = re.compile(r"\b(ORD(ERS?)?|TB[AN]|SEA|FISHING|DRIFTING|ANCHOR(AGE)?|PATROL|TRIALS?|NONE|UNKNOWN|GUARDS?)\b")


class Place(NamedTuple):
    """A port that may be meant; `likeness` is 1 where it was typed as it is listed."""

    name: str
    lat_deg: float
    lon_deg: float
    likeness: float = 1.0


@dataclass(frozen=True, slots=True)
class Destinations:
    """Ports by UN/LOCODE and by name in plain capitals. `known` remembers what was looked up."""

    by_code: dict[str, Place]
    by_name: dict[str, tuple[Place, ...]]
    known: dict[str, tuple[Place, ...]] = field(default_factory=dict)


def destinations(ports: Iterable[tuple[str, str | None, float, float]]) -> Destinations:
    """An index over ports given as name, UN/LOCODE, latitude, longitude."""
    by_code: dict[str, Place] = {}
    by_name: dict[str, tuple[Place, ...]] = {}
    for name, code, lat_deg, lon_deg in ports:
        place, plain = Place(name, lat_deg, lon_deg), plain_name(name)
        if code:
            by_code.setdefault(code, place)
        if place not in by_name.get(plain, ()):
            by_name[plain] = (*by_name.get(plain, ()), place)
    for new, old in SPELLINGS.items():
        both = by_name.get(new, ()) + by_name.get(old, ())
        by_name |= dict.fromkeys((new, old), both) if both else {}
    return Destinations(by_code, by_name)


def plain_name(text: str) -> str:
    """A name in capitals without points, brackets and words that ports share.

    >>> plain_name("Pusan (Port of)"), plain_name("St. John's")
    ('PUSAN', 'ST JOHNS')
    """
    bare = re.sub(r"\(.*?\)|['.]", "", text.upper())
    words = re.sub(r"[^A-Z ]+", " ", bare).split()
    return " ".join(word for word in words if word not in {"PORT", "OF", "HARBOR", "HARBOUR", "PT"}) or " ".join(words)


def meant(index: Destinations, typed: str) -> tuple[Place, ...]:
    """The ports that a destination as typed may mean; none if it names no place we know.

    >>> index = destinations([("Busan", "KRPUS", 35.1, 129.0), ("Rotterdam", "NLRTM", 51.9, 4.1)])
    >>> [[place.name for place in meant(index, typed)] for typed in ("NLRTM>KRPUS", "ROTERDAM", "FOR ORDERS")]
    [['Busan'], ['Rotterdam'], []]
    """
    found = index.known.get(typed)
    if found is None:
        found = index.known[typed] = next((places for part in _parts(typed) if (places := _places(index, part))), ())
    return found


def _parts(typed: str) -> Iterator[str]:
    """The parts of a destination, the last one first: that is where she is going."""
    text = _VIA.sub("", typed.upper())
    if not _NO_PLACE.search(text):
        yield from reversed([part.strip() for part in _TO.split(text) if part.strip()])


def _places(index: Destinations, part: str) -> tuple[Place, ...]:
    code = _CODE.fullmatch(part.split(",", maxsplit=1)[0].strip()) or _CODE.match(part)
    if code is not None and (place := index.by_code.get(code[1] + code[2])) is not None:
        return (place,)
    name = plain_name(part.split(",", maxsplit=1)[0])
    if exact := index.by_name.get(name):
        return exact
    close = get_close_matches(name, index.by_name, 1, CLOSE) if len(name) >= LEAST_LETTERS else []
    return tuple(place._replace(likeness=CLOSE) for one in close for place in index.by_name[one])
