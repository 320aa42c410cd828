"""Areas drawn across ways that ships really sailed, and beside them.

The area is moved, not the ship: nothing of the carrier changes but for damaged reports. Who is inside when is told by
the distance from the middle of a round area, which is not how the detector tells it. Beside: an area that the ship
passes closely. Out of season: one that holds in other months only. Damaged: one report far off, inside an area.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import shifted, told
from hanbada.exercise.injects.picking import Deck, far_m, steady
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US, from_us
from hanbada.reference.shapes import Area

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Flags, Floats
    from hanbada.exercise.injects.picking import Way
    from hanbada.reference.shapes import Rule

KINDS = ("zone",)
TOLERANCE_S = 900.0
RADIUS_M = 1500.0
CORNERS = 90
EDGE_M = 60.0
"""A report so near the edge that the corners of the area decide: no truth is made of it."""
ENTRIES, DWELLS = 12, 6
BESIDE, SEASONS, DAMAGED, PASSED = 35, 30, 30, 20
BESIDE_M = (150.0, 600.0)
DWELL_MIN = 40.0


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Areas that are entered, or stayed in, and three times as many that are not, or not when they hold."""
    deck = Deck(traffic, dice)
    stages: tuple[tuple[int, Callable[[Way], Planted | None]], ...] = (
        (ENTRIES, partial(_entered, deck)),
        (DWELLS, partial(_dwelt, deck)),
        (BESIDE, partial(_beside, deck)),
        (SEASONS, partial(_out_of_season, deck)),
        (DAMAGED, partial(_damaged, deck)),
        (PASSED, partial(_passed, deck)),
    )
    return together([part for count, scene in stages for part in deck.stage(count, steady(3.0), scene)])


def _entered(deck: Deck, way: Way) -> Planted | None:
    """A closed area lies on her way."""
    middle = _on_the_way(deck, way, 0.0)
    return None if middle is None else _drawn(deck, middle, "entry", "entered")


def _dwelt(deck: Deck, way: Way) -> Planted | None:
    """She lies for an hour or more where nobody may stay."""
    still = way.sog_kn < 0.3
    if still.mean() < 0.7:
        return None
    return _drawn(deck, (float(np.median(way.lat_deg)), float(np.median(way.lon_deg))), "dwell", "dwelt")


def _beside(deck: Deck, way: Way) -> Planted | None:
    """A closed area that she passes closely, outside."""
    middle = _on_the_way(deck, way, RADIUS_M + deck.chance(*BESIDE_M))
    return None if middle is None else _avoided(deck, way, middle, "beside", "entered", "entry")


def _passed(deck: Deck, way: Way) -> Planted | None:
    """An area where nobody may stay, which she crosses without stopping."""
    middle = _on_the_way(deck, way, 0.0)
    if middle is None or (way.sog_kn[far_m(way.lat_deg, way.lon_deg, *middle) < 4000.0] < 6.0).any():
        return None
    return _avoided(deck, way, middle, "passed", "dwelt", "dwell")


def _out_of_season(deck: Deck, way: Way) -> Planted | None:
    """A closed area on her way that holds half a year later."""
    middle, when = _on_the_way(deck, way, 0.0), from_us(int(way.at[0]) + 180 * DAY_US)
    if middle is None:
        return None
    month = when.month * 100
    return _avoided(deck, way, middle, "out_of_season", "entered", "entry", seasons=((month + 1, month + 28),))


def _damaged(deck: Deck, way: Way) -> Planted | None:
    """One report of hers lies inside a closed area far from her way."""
    i = int(deck.dice.integers(5, len(way.at) - 5))
    place = shifted(way.lat_deg[i : i + 1], way.lon_deg[i : i + 1], deck.chance(20_000, 60_000), 0.0)
    middle = (float(place[0][0]), float(place[1][0]))
    reports = told(way.mmsi, way.at[i : i + 1], *place, nav_status=None)
    area = _avoided(deck, way, middle, "damaged", "entered", "entry")
    return None if area is None else Planted(area.truths, way.row[i : i + 1], (reports,), areas=area.areas)


def _on_the_way(deck: Deck, way: Way, aside_m: float) -> tuple[float, float] | None:
    """A place so far aside of where she sails on, under way and far enough from where she is heard first."""
    fast = (way.sog_kn > 5.0) & (far_m(way.lat_deg, way.lon_deg, way.lat_deg[0], way.lon_deg[0]) > 4 * RADIUS_M)
    if not fast.any():
        return None
    i = int(deck.dice.choice(np.flatnonzero(fast)))
    course = np.radians(np.nan_to_num(way.cog_deg[i]) + 90.0)
    lat, lon = shifted(
        way.lat_deg[i : i + 1], way.lon_deg[i : i + 1], aside_m * np.sin(course), aside_m * np.cos(course)
    )
    return float(lat[0]), float(lon[0])


def _drawn(deck: Deck, middle: tuple[float, float], rule: Rule, label: str) -> Planted | None:
    """A round area and every ship that is inside it long enough: they are all true."""
    reports = deck.traffic.reports
    away = far_m(reports["lat_deg"].to_numpy(), reports["lon_deg"].to_numpy(), *middle)
    if (np.abs(away - RADIUS_M) < EDGE_M).any():
        return None
    truths = []
    for mmsi in sorted(set(reports["mmsi"].to_numpy()[away < RADIUS_M].tolist())):
        way = deck.way(mmsi)
        inside = far_m(way.lat_deg, way.lon_deg, *middle) < RADIUS_M
        deck.taken.add(mmsi)
        truths += _visits(way, inside, rule, label)
    return Planted(tuple(truths), areas=(_area(deck, middle, rule),)) if truths else None


def _visits(way: Way, inside: Flags, rule: Rule, label: str) -> list[Truth]:
    """The visits of one ship that break the rule: over the edge, with two reports inside and some way made."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    truths = []
    for first, last in zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True):
        stayed = way.at[last] - way.at[first]
        due = DWELL_MIN * MINUTE_US
        if (stayed >= due) if rule == "dwell" else (first > 0 and last > first and stayed < HOUR_US):
            criteria = int(way.at[first]) + 30 * MINUTE_US if rule == "dwell" else int(way.at[first + 1])
            truths.append(_truth(label, way, (int(way.at[first]), int(way.at[last])), criteria, stayed / SECOND_US))
    return truths


def _avoided(
    deck: Deck, way: Way, middle: tuple[float, float], label: str, negative_of: str, rule: Rule,
    seasons: tuple[tuple[int, int], ...] = (),
) -> Planted | None:  # fmt: skip
    """A round area that no ship breaks the rule of, near one that looks as if she did."""
    reports = deck.traffic.reports
    away = far_m(reports["lat_deg"].to_numpy(), reports["lon_deg"].to_numpy(), *middle)
    within = set(reports["mmsi"].to_numpy()[away < RADIUS_M + EDGE_M].tolist())
    if within - {way.mmsi} or (within and label in {"beside", "damaged"}):
        return None
    near = np.flatnonzero(far_m(way.lat_deg, way.lon_deg, *middle) < 3 * RADIUS_M)
    span = (int(way.at[near[0]]), int(way.at[near[-1]])) if len(near) else (int(way.at[0]), int(way.at[-1]))
    truth = _truth(label, way, span, span[0], 0.0, negative_of)
    return Planted((truth,), areas=(_area(deck, middle, rule, seasons),))


def _area(
    deck: Deck, middle: tuple[float, float], rule: Rule, seasons: tuple[tuple[int, int], ...] = ()
) -> Area:  # fmt: skip
    angle = np.linspace(0.0, 2 * np.pi, CORNERS + 1)
    middle_lat, middle_lon = np.full((CORNERS + 1, 2), middle).T
    lat, lon = shifted(middle_lat, middle_lon, RADIUS_M * np.cos(angle), RADIUS_M * np.sin(angle))
    lat[-1], lon[-1] = lat[0], lon[0]
    ring: Floats = np.column_stack([lon, lat])
    number = int(deck.dice.integers(0, 1 << 40))
    return Area(
        area_id=f"area-{number}", name=f"Area {number % 10_000}", kind="closed", rings=(ring,), source="drawn",
        rule=rule, seasons=seasons,
    )  # fmt: skip


def _truth(
    label: str, way: Way, span: tuple[int, int], criteria_at: int, stayed_s: float, negative_of: str = ""
) -> Truth:  # fmt: skip
    return Truth(
        kind="zone",
        label=label,
        expected=not negative_of,
        vessels=(way.mmsi,),
        t_start=span[0],
        t_end=span[1],
        criteria_at=criteria_at,
        params={} if negative_of else {"minutes": float(round(stayed_s / 60 / 5) * 5)},
        difficulty="hard" if 0 < stayed_s < 300 else "easy",
        negative_of=negative_of,
    )
