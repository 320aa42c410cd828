"""Pairs of ships near each other: beside every pair by brute force, a k-d tree per tick, and the algorithm in use today.

    python -m bench.encounters [--quick]

The rows are real days off the coasts of the United States and a real week in New York's harbour, and copies of them.
Places at the ticks are interpolated once; brute force and the tree get those very places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np
import polars as pl
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from bench import gfw, rows
from bench.figures import Figure, Scale, tell
from bench.timing import in_turn, ratio, seconds
from hanbada.app.places import known_ports
from hanbada.detect import encounter
from hanbada.detect.contract import Batch, Site
from hanbada.geo.sphere import EARTH_M
from hanbada.tracks import segments
from hanbada.tracks.identity import Identities
from hanbada.tracks.rows import Rows
from hanbada.tracks.rows import rows as arrays
from hanbada.tracks.ticks import Ticks, near_pairs, ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from hanbada.tracks.segments import Trail
    from hanbada.tracks.together import Contacts

    Pairs = NDArray[np.int64]

REACH_M = 500.0
TREE, GFW = (1.5, 4.0), (200.0, 500.0)
SEPARATE_M = 1e-6
"""Two formulas may differ by less than this: a pair so close to the reach may be in or out."""
AS_GFW = encounter.Params(port_m=0.0, slow_kn=1e3, together_kn=1e3, least_p=0.0, least_min=120.0, hole_min=10.0)
"""The detector without its rules on speed, ports and probability: any two ships near each other for two hours."""
LEAST_SHARED = 0.9
WHY = {
    "tree": "Half of the time goes into sorting each tick by strip and longitude, half into distances of neighbours in a strip.",
    "gfw": "Ours looks every minute where reports are that close, ten times as often as theirs, and places ships on the "
    "great circle. A quarter of the time keeps the ways of all ships for partners that come late, a third places those "
    "that stayed together. The peer is written leaner than the pipeline itself, whose own code was measured at 25,000 "
    "rows a second. Next: keep reports, not ways; boxes found without sorting.",
}


class Tracked(NamedTuple):
    """Rows in the order of time with their tracks, and the state behind them."""

    rows: Rows
    trail: Trail
    segments: segments.Segments


def figures(scale: Scale) -> Iterator[Figure]:
    """All of pairs."""
    yield _beside_trees(_tracked(rows.copies(rows.coast(), scale.of(1_000_000, 60_000))), scale)
    yield from _beside_gfw(_sea(scale.of(100_000, 20_000)), scale)


def _sea(count: int) -> pl.DataFrame:
    """Half coast, half harbour."""
    harbour = rows.corpus("us_nyharbor_202012").unique(["mmsi", "at"], keep="first", maintain_order=True)
    return pl.concat([rows.copies(rows.coast(), count // 2), rows.copies(harbour, count // 2)])


def _tracked(frame: pl.DataFrame) -> Tracked:
    found, state = arrays(rows.positions(frame)), segments.Segments()
    return Tracked(found, segments.feed(state, found), state)


def _at_ticks(sea: Tracked) -> Ticks:
    return ticks(sea.rows, sea.trail, np.ones(len(sea.rows.at), np.bool_))


def _beside_trees(sea: Tracked, scale: Scale) -> Figure:
    points = _at_ticks(sea)
    order = np.argsort(points.tick, kind="stable")
    tick, lat, lon = points.tick[order], points.lat_deg[order], points.lon_deg[order]
    who = sea.rows.mmsi[points.row][order]
    begins = np.append(np.flatnonzero(np.append(True, tick[1:] != tick[:-1])), len(tick))
    by_ours = _numbers(*near_pairs(tick, lat, lon, who, REACH_M)[:2])
    by_tree, by_force = _numbers(*_tree_pairs(begins, lat, lon, who)), _numbers(*_all_pairs(begins, lat, lon, who))
    doubtful = _numbers(*_all_pairs(begins, lat, lon, who, REACH_M - SEPARATE_M, REACH_M + SEPARATE_M))
    differ = {
        name: np.setdiff1d(np.setxor1d(by_ours, other), doubtful).size
        for name, other in (("brute force", by_force), ("tree", by_tree))
    }
    sides = {
        "ours": lambda: near_pairs(tick, lat, lon, who, REACH_M),
        "tree": lambda: _tree_pairs(begins, lat, lon, who),
    }
    times = in_turn(sides, scale.of(5, 2))
    pair = ratio(times["tree"], times["ours"])
    return Figure(
        name="encounters.tree", what="pairs at ticks, times as fast as a k-d tree per tick (scipy)", measured=pair.best,
        low=pair.low, high=pair.high, floor=TREE[0], goal=TREE[1],
        how=f"{len(sea.rows.at):,} rows, {len(tick):,} places at {len(begins) - 1:,} ticks, {by_ours.size:,} pairs: ours {seconds(times['ours'])}, tree {seconds(times['tree'])}",
        checked=f"set of pairs: {differ['brute force']} different from brute force over every tick, {differ['tree']} from the tree",
        right=not any(differ.values()), why=WHY["tree"],
    )  # fmt: skip


def _numbers(first: Pairs, second: Pairs) -> Pairs:
    """A pair as one number, whichever comes first."""
    return np.sort(np.minimum(first, second) << 32 | np.maximum(first, second))


def _tree_pairs(begins: Pairs, lat: NDArray[np.float64], lon: NDArray[np.float64], who: Pairs) -> tuple[Pairs, Pairs]:
    """Pairs by a tree over chords of the unit sphere, tick by tick."""
    phi, lam = np.radians(lat), np.radians(lon)
    places = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    chord, found = 2 * np.sin(REACH_M / EARTH_M / 2), []
    for begin, end in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True):
        if end - begin > 1:
            found.append(cKDTree(places[begin:end]).query_pairs(chord, output_type="ndarray") + begin)
    first, second = np.concatenate(found).T
    apart = who[first] != who[second]
    return first[apart], second[apart]


def _all_pairs(
    begins: Pairs,
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    who: Pairs,
    least_m: float = -1.0,
    most_m: float = REACH_M,
) -> tuple[Pairs, Pairs]:
    """Every pair of every tick, by haversines."""
    room = 4 * len(lat)
    while True:
        first, second = np.empty(room, np.int64), np.empty(room, np.int64)
        count = _every(begins, np.radians(lat), np.radians(lon), who, least_m, most_m, first, second)
        if count <= room:
            return first[:count], second[:count]
        room = count


@numba.njit(nogil=True)
def _every(begins, phi, lam, who, least_m, most_m, first, second):  # type: ignore[no-untyped-def]
    count = 0
    for tick in range(len(begins) - 1):
        for i in range(begins[tick], begins[tick + 1]):
            for j in range(i + 1, begins[tick + 1]):
                if abs(phi[i] - phi[j]) * EARTH_M > most_m + 1 or who[i] == who[j]:
                    continue
                wide = np.sin((lam[j] - lam[i]) / 2) ** 2
                apart = (
                    2
                    * EARTH_M
                    * np.arcsin(np.sqrt(np.sin((phi[j] - phi[i]) / 2) ** 2 + np.cos(phi[i]) * np.cos(phi[j]) * wide))
                )
                if least_m <= apart <= most_m:
                    if count < len(first):
                        first[count], second[count] = i, j
                    count += 1
    return count


def _beside_gfw(frame: pl.DataFrame, scale: Scale) -> Iterator[Figure]:
    sea, fixes = _tracked(frame), _fixes(frame)
    at_ticks = gfw.at_ticks(fixes)
    by_s2, places = gfw.contacts(at_ticks, gfw.s2_cells), _places(at_ticks)
    right, checked = _as_gfw(sea, places, by_s2)
    sides: dict[str, Callable[[], object]] = {
        "pairs": lambda: near_pairs(places.tick, places.lat_deg, places.lon_deg, places.ship, REACH_M),
        "their pairs": lambda: gfw.contacts(at_ticks, gfw.s2_cells),
        "their pairs on a plain grid": lambda: gfw.contacts(at_ticks, gfw.plain_cells),
        "whole": lambda: _detector(sea, AS_GFW),
        "detector": lambda: _detector(sea, encounter.Params()),
        "their whole": lambda: gfw.encounters(gfw.contacts(gfw.at_ticks(fixes), gfw.s2_cells)),
    }
    sides["whole"]()
    times = in_turn(sides, scale.of(3, 1))
    same = f"{len(sea.rows.at):,} rows with their tracks, {len(places.tick):,} places at their ticks"
    told = f"{same}: " + ", ".join(f"{name} {seconds(spread)}" for name, spread in times.items())
    for side, other, what, limits in (
        (
            "pairs",
            "their pairs",
            "pairs among the same places, times as fast as Global Fishing Watch's algorithm in Python",
            GFW,
        ),
        ("whole", "their whole", "rows to encounters, any two ships for two hours, times as fast as theirs", GFW),
        (
            "detector",
            "their whole",
            "rows to encounters by the detector's own rules, times as fast as theirs",
            (None, None),
        ),
    ):
        pair = ratio(times[other], times[side])
        yield Figure(
            name=f"encounters.gfw.{side}", what=what, measured=pair.best, low=pair.low, high=pair.high, floor=limits[0],
            goal=limits[1], how=told, checked=checked, right=right, why=WHY["gfw"],
        )  # fmt: skip


class Places(NamedTuple):
    """Ships at ticks."""

    tick: Pairs
    ship: Pairs
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]


def _places(at_ticks: dict[int, list[gfw.Point]]) -> Places:
    points = [(tick, *one[:3]) for tick, at_tick in at_ticks.items() for one in at_tick]
    return Places(*(np.array(column) for column in zip(*points, strict=True)))


def _fixes(frame: pl.DataFrame) -> dict[int, list[gfw.Fix]]:
    found: dict[int, list[gfw.Fix]] = {}
    ordered = frame.sort("mmsi", "at").select("mmsi", pl.col("at").dt.epoch("us") / 1e6, "lat_deg", "lon_deg")
    for ship, *fix in ordered.iter_rows():
        found.setdefault(ship, []).append(gfw.Fix(*fix))
    return found


def _detector(sea: Tracked, params: encounter.Params) -> encounter.State:
    state, site = encounter.start(params), Site(PORTS, Identities(), sea.segments)
    encounter.feed(state, Batch(sea.rows, sea.trail, [], []), site)
    encounter.settle(state, site, 0, whole=True)
    return state


PORTS = known_ports(None)


def _as_gfw(sea: Tracked, places: Places, by_s2: dict[gfw.Pair, list[gfw.Contact]]) -> tuple[bool, str]:
    """Our pairs among their places, and how many of their encounters ours also finds."""
    first, second, _ = near_pairs(places.tick, places.lat_deg, places.lon_deg, places.ship, REACH_M)
    columns = (places.ship[first], places.ship[second], places.tick[first])
    ours = set(zip(*(column.tolist() for column in columns), strict=True))
    theirs = {(*pair, contact[0]) for pair, met in by_s2.items() for contact in met}
    state = _detector(sea, AS_GFW)
    met = gfw.encounters(by_s2)
    found = sum(
        any(_shares(run, one) for key, run in state.cases.items() if key[:2] == (one.ship, one.other)) for one in met
    )
    words = f"{len(theirs):,} contacts at their ticks, {len(ours ^ theirs)} differ; {found} of their {len(met)} encounters are among our {len(state.cases)}"
    return ours == theirs and found >= LEAST_SHARED * len(met), words


def _shares(run: Contacts, one: gfw.Encounter) -> bool:
    """Whether a run of ours has a tick within the encounter."""
    minutes = gfw.TICK_S // 60
    return bool(run.tick[0] <= one.end * minutes and run.tick[-1] >= one.begin * minutes)


if __name__ == "__main__":
    tell("encounters", figures)
