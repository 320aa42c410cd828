"""Two records of the past may be of one incident: judged by time, place, ship and words, with each source's own error.

Catalogues give days in local time or UTC without saying which, places from other people's reports, and seldom a name.
So nothing decides alone: each agreement adds to a score, each contradiction takes from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from hanbada.geo.sphere import distance_m
from hanbada.model.times import DAY_US

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST = 3.0
"""From this score on two records are of one incident; on 54 pairs judged by hand: see docs/decisions/0178."""
MOST_DAYS = 3
MOST_M = 150_000.0
_NEAR = ((4_000.0, 3.0), (20_000.0, 2.0), (70_000.0, 0.5), (MOST_M, -1.0))
_DAYS = (1.5, 0.5, -2.0, -4.0)
_NAMED, _KIND, _OTHER_KIND = 4.0, 1.0, -2.0
_ALIKE, _UNLIKE = (0.45, 2.0), (0.15, -1.0)
_KINDS = ("bulk", "container", "lpg", "lng", "chemical", "crude", "product", "tanker", "fishing", "trawler", "tug",
          "supply", "cargo", "yacht", "dhow", "ferry", "passenger", "fpso", "cable", "barge")  # fmt: skip
_TANKERS = {"lpg", "lng", "chemical", "crude", "product", "tanker"}
_WORD = re.compile(r"[a-z]{4,}|\d+")


class Past(Struct, frozen=True, kw_only=True):
    """One record of one source: what it is called there, when and where, the ship and the account."""

    reference: str
    source: str
    at: int
    lat_deg: float
    lon_deg: float
    ship: str = ""
    ship_kind: str = ""
    text: str = ""


def score(one: Past, other: Past) -> float | None:
    """How much speaks for one incident, in steps of about a log-odds unit; None where it cannot be.

    >>> here = {"at": 0, "lat_deg": 1.0, "lon_deg": 104.0}
    >>> score(Past(reference="a-1", source="a", **here), Past(reference="b-1", source="b", **here)) >= LEAST
    True
    """
    days = abs(one.at // DAY_US - other.at // DAY_US)
    if one.source == other.source or days > MOST_DAYS:
        return None
    away_m = float(distance_m(one.lat_deg, one.lon_deg, other.lat_deg, other.lon_deg))
    near = next((points for most, points in _NEAR if away_m <= most), None)
    if near is None:
        return None
    return near + _DAYS[days] + _ship(one, other) + _words(one.text, other.text)


def _ship(one: Past, other: Past) -> float:
    if _named(one, other) or _named(other, one):
        return _NAMED
    mine, theirs = _kinds(one), _kinds(other)
    if not mine or not theirs:
        return 0.0
    return _KIND if mine & theirs else _OTHER_KIND


def _named(one: Past, other: Past) -> bool:
    """Whether the ship's name stands in what the other says."""
    name = one.ship.strip().upper()
    return len(name) > 3 and not _kinds(one, name) and f" {name} " in f" {other.ship} {other.text} ".upper()


def _kinds(one: Past, said: str | None = None) -> frozenset[str]:
    words = f"{one.ship} {one.ship_kind}".lower() if said is None else said.lower()
    found = {kind for kind in _KINDS if kind in words}
    return frozenset(found | {"tanker"}) if found & _TANKERS else frozenset(found)


def _words(one: str, other: str) -> float:
    """What two accounts share, of the shorter."""
    mine, theirs = (set(_WORD.findall(text.lower())) for text in (one, other))
    if not mine or not theirs:
        return 0.0
    share = len(mine & theirs) / min(len(mine), len(theirs))
    least, points = _ALIKE
    if share >= least:
        return points
    most, taken = _UNLIKE
    return taken if share < most else 0.0


def grouped(records: Iterable[Past]) -> list[list[Past]]:
    """Records by incident, oldest first: each joins the best of those it may be one with, once per source."""
    groups: list[list[Past]] = []
    open_from = 0
    for one in sorted(records, key=lambda each: (each.at, each.reference)):
        while open_from < len(groups) and one.at - groups[open_from][0].at > (MOST_DAYS + 1) * DAY_US:
            open_from += 1
        best = max(range(open_from, len(groups)), key=lambda i: _fit(one, groups[i]), default=None)
        if best is not None and _fit(one, groups[best]) >= LEAST:
            groups[best].append(one)
        else:
            groups.append([one])
    return groups


def _fit(one: Past, group: Sequence[Past]) -> float:
    """How well a record fits all of a group; never if its source already speaks there."""
    found = [score(one, each) for each in group]
    known = [each for each in found if each is not None]
    return min(known) if len(known) == len(found) else -99.0
