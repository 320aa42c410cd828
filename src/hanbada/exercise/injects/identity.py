"""Numbers that lie: a copied number far away, a ship that changes hers under way, two numbers in turn, one IMO twice.

Innocent: a ship that arrives where another left, a radio that restarts, a net marker switched on where a ship falls
silent, one hull that was given a new number and is heard under both, an IMO number nobody was ever given.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hanbada.exercise.carrier import REPORTS
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import renumbered, shifted, statics, told
from hanbada.exercise.injects.picking import Deck, Way, far_m, inside, steady
from hanbada.geo.sphere import EARTH_M, NMI_M
from hanbada.model.times import HOUR_US, MINUTE_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Ints

KINDS = ("identity",)
TOLERANCE_S = 1800.0
CLONE_NMI = (100.0, 300.0, 1000.0, 3000.0)
CLONES_EACH = 2
HANDOFFS = tuple(one for one in product((1.0, 5.0, 30.0), (10.0, 500.0, 2000.0)) if one != (1.0, 2000.0))
"""Minutes of silence and metres between the two numbers; no ship makes 2,000 m in a minute."""
SMALLEST = (1.0, 15.0)
"""One minute and fifteen metres: what was seen of the cable cases of 2025."""
ALTERNATIONS, SHARED = 4, 6
SWITCH_H = 1.0
ARRIVALS, RESTARTS, BEACONS, RENAMED, WRONG_IMO, LATER = 25, 25, 15, 8, 10, 25
LISTENED_US = 3 * HOUR_US
"""Nobody can tell a new number before the node has listened for a while."""


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Conflicts of identity of four classes, and what looks like them."""
    deck = Deck(traffic, dice)
    since = int(traffic.reports["at"].min() or 0) + LISTENED_US  # type: ignore[arg-type]
    stages: list[tuple[int, float, Callable[[Way], Planted | None]]] = [
        *((CLONES_EACH, 4.0, partial(_clone, deck, nmi)) for nmi in CLONE_NMI),
        *((1, 4.0, partial(_handoff, deck, since, *one)) for one in (SMALLEST, *HANDOFFS)),
        (ALTERNATIONS, 6.0, partial(_alternation, deck, since)),
        (SHARED, 4.0, partial(_shared_imo, deck)),
        (ARRIVALS, 4.0, partial(_arrival, deck, since)),
        (LATER, 6.0, partial(_later, deck, since)),
        (RESTARTS, 4.0, partial(_restart, deck, since)),
        (BEACONS, 4.0, partial(_beacon, deck, since)),
        (RENAMED, 4.0, partial(_renumbered_hull, deck)),
        (WRONG_IMO, 4.0, partial(_wrong_imo, deck)),
    ]
    return together([part for count, hours, scene in stages for part in deck.stage(count, steady(hours, 200.0), scene)])


def _clone(deck: Deck, nmi: float, way: Way) -> Planted:
    """Her number is sent by another ship too, which sails as she does so far away."""
    angle = deck.dice.uniform(0, 2 * np.pi)
    lat = np.clip(way.lat_deg + np.degrees(nmi * NMI_M * np.sin(angle) / EARTH_M), -75.0, 75.0)
    lon = shifted(lat, way.lon_deg, nmi * NMI_M * np.cos(angle), 0.0)[1]
    begin, end = inside(way, deck.dice, 2 * 3600.0, 1800.0) or (int(way.at[0]), int(way.at[-1]))
    then = (way.at >= begin) & (way.at <= end)
    twin = told(way.mmsi, way.at[then] + 17_000_000, lat[then], lon[then], deck.dice)
    truth = _truth("clone", "duplicate", (way.mmsi,), (begin, end), begin + 30 * MINUTE_US, nautical_miles=nmi)
    return Planted((truth,), reports=(twin,))


def _cut(deck: Deck, way: Way, since: int) -> int | None:
    """A moment under way from which on she may be another, long after the node began to listen."""
    fit = (way.at > max(since, int(way.at[0]) + HOUR_US)) & (way.at < way.at[-1] - HOUR_US) & (way.sog_kn > 3.0)
    return int(deck.dice.choice(way.at[fit])) if fit.any() else None


def _handoff(deck: Deck, since: int, minutes: float, metres: float, way: Way) -> Planted | None:
    """She falls silent and goes on under another number, so many minutes later and metres aside."""
    cut = _cut(deck, way, since)
    return None if cut is None else _goes_on(deck, way, cut, minutes, metres, "handoff")


def _goes_on(deck: Deck, way: Way, cut: int, minutes: float, metres: float, label: str) -> Planted:
    """A number ends at a moment; from some minutes later on another one reports what she did then, some metres aside.

    The way she makes in between is taken out: it begins where she fell silent.
    """
    other, later = deck.number(way.mmsi), int(minutes * MINUTE_US)
    after, last = way.at > cut, int(np.searchsorted(way.at, cut))
    angle = deck.dice.uniform(0, 2 * np.pi)
    first = int(np.flatnonzero(after)[0])
    north = (way.lat_deg[last] - way.lat_deg[first]) * np.radians(EARTH_M) + metres * np.sin(angle)
    east = (way.lon_deg[last] - way.lon_deg[first]) * np.radians(EARTH_M) * np.cos(np.radians(way.lat_deg[last]))
    lat, lon = shifted(way.lat_deg[after], way.lon_deg[after], east + metres * np.cos(angle), north)
    at = way.at[after] - int(way.at[first]) + cut + later
    known = int(at[0]) + 30 * MINUTE_US
    truth = _truth(label, "handoff", (way.mmsi, other), (cut, int(at[0])), known, minutes=minutes, metres=metres)
    return Planted((truth,), way.row[after], (told(other, at, lat, lon),))


def _alternation(deck: Deck, since: int, way: Way) -> Planted | None:
    """She sends one number and another in turn, an hour each."""
    start = max(since, int(way.at[0]) + int(1.5 * HOUR_US))
    turns = (way.at - start) // int(SWITCH_H * HOUR_US)
    odd: Ints = way.row[(turns >= 0) & (turns % 2 == 0)]
    if turns[-1] < 3:
        return None
    other = deck.number(way.mmsi)
    reports = renumbered(deck.traffic.reports.filter(pl.col("row").is_in(odd)).select(*REPORTS), other)
    first = int(way.at[turns >= 0][0])
    truth = _truth("alternation", "alternation", (way.mmsi, other), (start, int(way.at[-1])), first + 30 * MINUTE_US)
    return Planted((truth,), odd, (reports,))


def _shared_imo(deck: Deck, way: Way) -> Planted | None:
    """Two ships far apart send one IMO number at the same time."""
    for other in deck.shuffled((pl.col("first_at") <= way.at[-1]) & (pl.col("last_at") >= way.at[-1] - HOUR_US)):
        far = far_m(other.lat_deg, other.lon_deg, way.lat_deg[-1], way.lon_deg[-1]).min()
        if other.mmsi != way.mmsi and far > 200 * NMI_M:
            deck.take(other)
            span = (min(int(way.at[0]), int(other.at[0])), max(int(way.at[-1]), int(other.at[-1])))
            said = _imo_of(deck, (way, other), imo(deck.dice))
            return Planted((_truth("shared_imo", "number", (way.mmsi, other.mmsi), span, span[0]),), statics=said)
    return None


def _imo_of(deck: Deck, ways: tuple[Way, ...], number: int) -> tuple[pl.DataFrame, ...]:
    """Static reports of ships that all send one IMO number."""
    names = [f"TRADER {deck.dice.integers(100, 999)}" for _ in ways]
    return tuple(
        statics(way.mmsi, (int(way.at[0]), int(way.at[-1])), 180, imo=number, name=name, ship_type=70)
        for way, name in zip(ways, names, strict=True)
    )


def imo(dice: np.random.Generator, *, sound: bool = True) -> int:
    """An IMO number with the right check digit (seven digits weighted 7 to 2, summed, last digit), or a wrong one."""
    digits: list[int] = [9, *dice.integers(0, 10, 5).tolist()]
    check = sum(digit * weight for digit, weight in zip(digits, range(7, 1, -1), strict=True)) % 10
    number = int("".join(map(str, digits)))
    return number * 10 + (check if sound else (check + 3) % 10)


def _arrival(deck: Deck, since: int, way: Way) -> Planted | None:
    """She falls silent; minutes later somebody new is heard some miles away."""
    cut = _cut(deck, way, since)
    if cut is None:
        return None
    return _innocent(_goes_on(deck, way, cut, deck.chance(5.0, 25.0), deck.chance(9000.0, 20000.0), "arrival"))


def _later(deck: Deck, since: int, way: Way) -> Planted | None:
    """She falls silent; much later somebody new is heard near there."""
    cut = _cut(deck, way, since)
    if cut is None:
        return None
    return _innocent(_goes_on(deck, way, cut, deck.chance(45.0, 90.0), deck.chance(500.0, 5000.0), "later"))


def _innocent(staged: Planted) -> Planted:
    """The same as a hard negative of a handoff."""
    from msgspec.structs import replace

    truths = tuple(replace(one, expected=False, negative_of="handoff", form="") for one in staged.truths)
    return Planted(truths, staged.removed, staged.reports)


def _restart(deck: Deck, since: int, way: Way) -> Planted | None:
    """Her radio restarts: minutes of silence, and the same number again."""
    cut = _cut(deck, way, since)
    if cut is None:
        return None
    gone = (way.at > cut) & (way.at < cut + int(deck.chance(2.0, 20.0) * MINUTE_US))
    truth = _truth("restart", "", (way.mmsi,), (cut, cut + HOUR_US), cut, negative_of="handoff")
    return Planted((truth,), way.row[gone])


def _beacon(deck: Deck, since: int, way: Way) -> Planted | None:
    """A net marker is switched on beside a ship that falls silent (numbers 98 and 99, ITU-R M.585)."""
    cut = _cut(deck, way, since)
    if cut is None:
        return None
    marker = int(deck.dice.choice([98, 99])) * 10_000_000 + int(deck.dice.integers(0, 10_000_000))
    here, after = int(np.searchsorted(way.at, cut)), way.at > cut
    place = shifted(
        np.full(int(after.sum()), way.lat_deg[here]), np.full(int(after.sum()), way.lon_deg[here]), 100.0, 0.0
    )
    reports = told(marker, way.at[after] + MINUTE_US, *place, deck.dice)
    truth = _truth("marker", "", (way.mmsi, marker), (cut, cut + HOUR_US), cut, negative_of="handoff")
    return Planted((truth,), way.row[after], (reports,))


def _renumbered_hull(deck: Deck, way: Way) -> Planted:
    """One hull gets a new number in port and sends her IMO number under both, one after the other, at one place."""
    middle, other = int(way.at[len(way.at) // 2]), deck.number(way.mmsi)
    after = way.at > middle + int(deck.chance(35.0, 60.0) * MINUTE_US)
    gone = way.at > middle
    lat, lon = (np.full(int(after.sum()), one[len(way.at) // 2]) for one in (way.lat_deg, way.lon_deg))
    reports = told(other, way.at[after], lat, lon, deck.dice, nav_status=5.0)
    number, name = imo(deck.dice), f"TRADER {deck.dice.integers(100, 999)}"
    said = (
        statics(way.mmsi, (int(way.at[0]), middle), 180, imo=number, name=name, ship_type=70),
        statics(other, (int(way.at[after][0]), int(way.at[-1])), 180, imo=number, name=name, ship_type=70),
    )
    truth = _truth(
        "one_hull", "", (way.mmsi, other), (int(way.at[0]), int(way.at[-1])), middle, negative_of="shared_imo"
    )
    return Planted((truth,), way.row[gone], (reports,), said)


def _wrong_imo(deck: Deck, way: Way) -> Planted | None:
    """Two ships far apart send one number whose check digit is wrong: nobody was given it."""
    for other in deck.deal(1, pl.col("mmsi") != way.mmsi):
        span = (int(way.at[0]), int(way.at[-1]))
        truth = _truth("wrong_imo", "number", (way.mmsi, other.mmsi), span, span[0], negative_of="shared_imo")
        return Planted((truth,), statics=_imo_of(deck, (way, other), imo(deck.dice, sound=False)))
    return None


def _truth(
    label: str, form: str, vessels: tuple[int, ...], span: tuple[int, int], criteria_at: int, negative_of: str = "",
    **params: float,
) -> Truth:  # fmt: skip
    return Truth(
        kind="identity",
        label=label,
        form=form,
        expected=not negative_of,
        vessels=vessels,
        t_start=span[0],
        t_end=span[1],
        criteria_at=criteria_at,
        params=params,
        negative_of=negative_of,
    )
