"""Single vessels: grouping, tracks, every detection that looks at one ship, and stays, beside MovingPandas' stops.

    python -m bench.vessels [--quick]

The rows are one real day off the coasts of the United States, and copies of it (bench.rows). Ours takes them in the
order of time, mixed as they came: it removes repeats, groups by ship, cuts tracks, runs the detectors distress,
impossible, identity, gap and zone, and finds stays. MovingPandas finds stops only, in trajectories made beforehand.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from test_stops import plain_stays  # type: ignore[import-not-found]

from bench import rows
from bench.figures import Figure, Scale, tell
from bench.packs import MissingError, pack
from bench.pandas_stops import movingpandas_stops
from bench.timing import Spread, in_turn, ratio, seconds
from hanbada.app.places import known_ports
from hanbada.detect import distress
from hanbada.detect.contract import Zones
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.geo.areas import index_areas
from hanbada.reference.areas import read_geojson
from hanbada.tracks import segments, stops
from hanbada.tracks.rows import rows as arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl
    import pyarrow as pa

    from hanbada.detect.contract import Batch, Detector, Key, Ports
    from hanbada.engine.watch import Watch
    from hanbada.tracks.stops import Stop

KINDS = ("distress", "impossible", "identity", "gap", "zone")
BATCH = 100_000
"""Rows taken at a time, as an archive gives them."""
ACROSS_M, LEAST_H = 1000, 2
STOPS = (1000.0, 3000.0)
GROWTH = (14.0, 11.0)
LEAST_SHARED = 0.75
"""Of MovingPandas' stopped time, how much lies in our stays: it looks for the best begin of each stop, ours begins anew
where the box bursts and does not reach across eight hours of silence."""
WHY = {
    "stops": "A fifth of the time puts findings into words, a quarter gives rows their tracks: 90 ns a row, a third of it the "
    "course made good of rows that report none, as all of these. The rest is spread over twenty passes of 5 to 30 ns a "
    "row. Tracks and stays alone stay below the floor too (vessels.tracks). Next: fewer passes over a row.",
    "growth": "Ten times the ships no longer fit into the processor's cache: tracks, receptions and contents heard are looked up "
    "at random, and take twice as long a row. What is left in Python grows with what is found.",
}


class Site(NamedTuple):
    """What the chain knows beforehand."""

    ports: Ports
    zones: Zones | None


def figures(scale: Scale) -> Iterator[Figure]:
    """All of single vessels."""
    coast, site = rows.coast(), Site(known_ports(None), _zones())
    yield from _beside_movingpandas(rows.copies(coast, scale.of(len(coast), 5_000)), site, scale)
    yield _growth(coast, site, scale)


def _zones() -> Zones | None:
    try:
        straits = read_geojson(pack("geo-chokepoints", "chokepoints.geojson").read_bytes())
    except MissingError:
        return None
    return Zones(straits, index_areas([area.rings for area in straits]))


class Staying:
    """Stays as one more fold of the chain, on the tracks it has: a detector that finds nothing."""

    CARD = distress.CARD

    @staticmethod
    def feed(state: StaysState, batch: Batch, _site: object) -> None:
        """Take rows."""
        stops.feed(state.stays, batch.rows, batch.trail)

    @staticmethod
    def settle(state: StaysState, _site: object, _now_us: int, *, whole: bool) -> None:
        """Nothing depends on time alone."""


@dataclass
class StaysState:
    """What the chain asks of a detector's state, and the stays."""

    stays: stops.Stops = field(default_factory=lambda: stops.Stops(ACROSS_M, LEAST_H * 3600))
    dirty: set[Key] = field(default_factory=set)


def chain(table: pa.Table, site: Site) -> tuple[Watch, list[Stop]]:
    """Everything that looks at one vessel, over an archive."""
    watch, staying = start(site.ports, site.zones, KINDS), StaysState()
    watch.detectors["stays"] = (cast("Detector", Staying), staying)
    for begin in range(0, table.num_rows, BATCH):
        take_reports(watch, Reports(table.slice(begin, BATCH)))
    settle(watch)
    return watch, stops.all_of(staying.stays, watch.site.segments)


def stays(table: pa.Table) -> list[Stop]:
    """Tracks and stays alone."""
    state, found = segments.Segments(), arrays(table)
    return stops.find(found, segments.feed(state, found), state, ACROSS_M, LEAST_H * 3600)


def _beside_movingpandas(frame: pl.DataFrame, site: Site, scale: Scale) -> Iterator[Figure]:
    table, detect = rows.positions(frame), movingpandas_stops(frame, ACROSS_M, LEAST_H)
    theirs, ours = detect(), stays(table)
    right, checked = _compared(table, ours, theirs)
    sides: dict[str, Callable[[], object]] = {
        "tracks": lambda: stays(table),
        "all": lambda: chain(table, site),
    }
    sides["all"]()
    times = in_turn({**sides, "peer": detect}, scale.of(3, 1))
    told = f"{len(frame):,} rows of {frame['mmsi'].n_unique():,} ships: MovingPandas {seconds(times['peer'])}"
    for name, side, what, limits in (
        (
            "vessels.stops",
            "all",
            "grouping and all detections of single vessels, times as fast as MovingPandas' stops",
            STOPS,
        ),
        (
            "vessels.tracks",
            "tracks",
            "grouping, tracks and stays alone, times as fast as MovingPandas' stops",
            (None, None),
        ),
    ):
        pair = ratio(times["peer"], times[side])
        yield Figure(
            name=name, what=what, measured=pair.best, low=pair.low, high=pair.high, floor=limits[0], goal=limits[1],
            how=f"{told}, ours {seconds(times[side])}: {_rate(len(frame), times[side])}", checked=checked, right=right, why=WHY["stops"],
        )  # fmt: skip


def _rate(count: int, spread: Spread) -> str:
    return f"{count / spread.best / 1e6:.2f} M rows/s"


def _compared(table: pa.Table, ours: list[Stop], theirs: list[Any]) -> tuple[bool, str]:
    """Ours against a plain writing of the same rules, and how much of MovingPandas' stopped time is in ours."""
    told = sorted((stop.track_id, stop.began_at, stop.ended_at, stop.reports) for stop in ours)
    same = told == sorted(_plain(table))
    of_ship: dict[int, list[tuple[float, float]]] = {}
    for stop in ours:
        of_ship.setdefault(stop.mmsi, []).append((stop.began_at / 1e6, stop.ended_at / 1e6))
    whole = shared = 0.0
    for one in theirs:
        begin, end = one.t_0.timestamp(), one.t_n.timestamp()
        whole += end - begin
        shared += sum(max(0.0, min(end, b) - max(begin, a)) for a, b in of_ship.get(one.traj_id, ()))
    words = f"{len(ours)} stays, {'' if same else 'NOT '}those of plain Python; MovingPandas {len(theirs)}, {shared / max(whole, 1):.0%} of its time in ours"
    return same and shared >= LEAST_SHARED * whole, words


def _plain(table: pa.Table) -> Iterator[tuple[int, int, int, int]]:
    found, state = arrays(table), segments.Segments()
    track = segments.feed(state, found).track_id
    for one in np.unique(track[track >= 0]).tolist():
        own = track == one
        columns = (found.at[own].tolist(), found.lat_deg[own].tolist(), found.lon_deg[own].tolist())
        yield from ((one, *stay) for stay in plain_stays(*columns, across_m=ACROSS_M, least_s=LEAST_H * 3600))


def _growth(coast: pl.DataFrame, site: Site, scale: Scale) -> Figure:
    """What ten times the rows cost."""
    few = scale.of(1_000_000, 100_000)
    cost: dict[int, float] = {}
    said: dict[int, Watch] = {}
    stayed: dict[int, int] = {}
    for count in (few, 10 * few):
        table = rows.positions(rows.copies(coast, count))
        begun = time.process_time()
        said[count], stayed[count] = _counted(chain(table, site))
        cost[count] = time.process_time() - begun
    kinds = {count: Counter(one.kind for one in standing(watch)) for count, watch in said.items()}
    share = stayed[10 * few] / max(stayed[few], 1)
    right = all(watch.counts.rows == _rows(coast, count) for count, watch in said.items()) and 9.5 < share < 10.5
    return Figure(
        name="vessels.growth", what="what ten times the rows cost", measured=cost[10 * few] / cost[few], floor=GROWTH[0],
        goal=GROWTH[1], less=True, how=", ".join(f"{count:,} rows: {used:.3g} s" for count, used in cost.items()),
        checked=f"detections {_told(kinds[few])} and {_told(kinds[10 * few])}; stays {stayed[few]:,} and {stayed[10 * few]:,}; every row counted",
        right=right, why=WHY["growth"],
    )  # fmt: skip


def _counted(found: tuple[Watch, list[Stop]]) -> tuple[Watch, int]:
    return found[0], len(found[1])


def _rows(coast: pl.DataFrame, count: int) -> int:
    return len(rows.copies(coast, count))


def _told(kinds: Counter[str]) -> str:
    return ", ".join(f"{n:,} {kind}" for kind, n in sorted(kinds.items())) or "none"


if __name__ == "__main__":
    tell("vessels", figures)
