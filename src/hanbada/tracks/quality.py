"""How far a position is to be believed: the class of its track among the tracks of its MMSI.

A track on its own is good, however short: nothing speaks against it. What stands beside a better track of the same
number is judged by what it could be: noise, a second ship, a displaced copy, a place nobody else was heard at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from hanbada.geo.sphere import EARTH_M, RADIANS
from hanbada.model.tables import TRACKS
from hanbada.tracks.reception import Reception, listen, vessels_near
from hanbada.tracks.rows import table
from hanbada.tracks.segments_kernel import GOOD, MAX_SILENCE, NO_POSITION, REPEAT, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows
    from hanbada.tracks.segments import Track, Trail

NOISE, SHORT, OFFSET, GHOST = 1, 4, 5, 6
QUALITY = ("good", "noise", "no position", "repeat", "short", "offset", "ghost")
"""Names of the classes by number; `short` is Global Fishing Watch's "overlapping and short"."""
LEAST_REPORTS, LEAST_S = 10, 3600.0
"""Less than this beside a better track is noise."""
SHORT_S, FEWER = 86_400.0, 4
"""A track of less than a day with a quarter of the reports of one it overlaps is a stretch of somebody else's."""
OFFSET_M, SAILED_M, SPREAD = 1000.0, 3000.0, 0.05
"""A displaced copy keeps a vector of at least a kilometre while three are sailed, to within a twentieth of the way."""
COMPARED_S = 600.0
"""A copy is compared where the other track has reports at most this far apart."""


class Span(NamedTuple):
    """A track in time."""

    track_id: int
    first_at: int
    last_at: int
    count: int  # type: ignore[assignment]


def classes(tracks: Iterable[Track | Span]) -> dict[int, int]:
    """GOOD, NOISE or SHORT for each of the tracks of one MMSI, from their spans and counts alone."""
    spans = [Span(t.track_id, t.first_at, t.last_at, t.count) for t in tracks]
    return {span.track_id: _class(span, [other for other in spans if _better(other, span)]) for span in spans}


def _better(one: Span, other: Span) -> bool:
    """Whether it has more reports, or as many and came first, and both are of one time."""
    near = one.first_at <= other.last_at + MAX_SILENCE and other.first_at <= one.last_at + MAX_SILENCE
    return near and (-one.count, one.first_at, one.track_id) < (-other.count, other.first_at, other.track_id)


def _class(span: Span, better: list[Span]) -> int:
    length_s = (span.last_at - span.first_at) / SECOND
    if better and (span.count < LEAST_REPORTS or length_s < LEAST_S):
        return NOISE
    longer = [other for other in better if other.count >= FEWER * span.count]
    beside_s = max((_together(span, other) / SECOND for other in longer), default=0.0)
    return SHORT if length_s < SHORT_S and beside_s > 0.5 * length_s else GOOD


def _together(one: Span, other: Span) -> int:
    return max(0, min(one.last_at, other.last_at) - max(one.first_at, other.first_at))


def overlap_s(tracks: Iterable[Track | Span]) -> float:
    """Seconds for which two good tracks of one MMSI run side by side: two ships on one number (24 h a year is much)."""
    found = list(tracks)
    kinds = classes(found)
    good = [Span(t.track_id, t.first_at, t.last_at, t.count) for t in found if kinds[t.track_id] == GOOD]
    return sum(_together(a, b) for i, a in enumerate(good) for b in good[i + 1 :]) / SECOND


def classify(rows: Rows, trail: Trail) -> NDArray[np.uint8]:
    """The class of each row, for rows that hold whole tracks: numbers of QUALITY."""
    kinds = _kinds(rows, trail)
    ids, index = np.unique(trail.track_id, return_inverse=True)
    of_track = np.array([kinds.get(track, GOOD) for track in ids.tolist()], np.uint8)
    out = of_track[index]
    out[(trail.quality == REPEAT) & (out == GOOD)] = REPEAT
    out[trail.place < 0] = NO_POSITION
    return out


def track_table(rows: Rows, trail: Trail, quality: NDArray[np.uint8]) -> pa.Table:
    """TRACKS of some rows."""
    columns = {
        "track_id": pa.array(trail.track_id.astype(np.uint64)),
        "silence_s": pa.array(trail.silence_s, mask=np.isnan(trail.silence_s)),
        "leg_m": pa.array(trail.leg_m, mask=np.isnan(trail.leg_m)),
        "quality": pa.array(quality),
    }
    whole = table(rows)
    arrays = [columns[name] if name in columns else whole[name] for name in TRACKS.names]
    return TRACKS.check(pa.Table.from_arrays(arrays, schema=TRACKS.schema))


def _kinds(rows: Rows, trail: Trail) -> dict[int, int]:
    """The class of every track whose MMSI has several."""
    frame = pl.DataFrame({"mmsi": rows.mmsi, "track": trail.track_id, "at": rows.at, "row": np.arange(len(rows.at))})
    several = pl.col("track").n_unique().over("mmsi") > 1
    frame = frame.filter(pl.lit(trail.place) >= 0).filter(several).sort("mmsi", "at")
    kinds: dict[int, int] = {}
    heard = Reception()
    if frame.height:
        listen(heard, rows, trail)
    for group in frame.partition_by("mmsi"):
        kinds |= _of_one(rows, group, heard)
    return kinds


def _of_one(rows: Rows, group: pl.DataFrame, heard: Reception) -> dict[int, int]:
    """The classes of the tracks of one MMSI."""
    begin, end = pl.col("at").min().alias("first_at"), pl.col("at").max().alias("last_at")
    ends = group.group_by("track").agg(begin, end, pl.len())
    spans = [Span(*values) for values in ends.iter_rows()]
    kinds = classes(spans)
    own = dict(zip(*group.group_by("track").agg("row").get_columns(), strict=True))
    reports = {track: places.to_numpy() for track, places in own.items()}
    for span in spans:
        better = [other for other in spans if _better(other, span)]
        if kinds[span.track_id] == NOISE or not better:
            continue
        mine = reports[span.track_id]
        if any(_copied(rows, reports[other.track_id], mine) for other in better):
            kinds[span.track_id] = OFFSET
        elif not (vessels_near(heard, rows.at[mine], rows.lat_deg[mine], rows.lon_deg[mine]) > 1).any():
            kinds[span.track_id] = GHOST
    return kinds


def _copied(rows: Rows, track: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Whether a track goes beside another by one and the same vector; both as rows in the order of time."""
    after = np.searchsorted(rows.at[track], rows.at[other])
    inside = (after > 0) & (after < len(track))
    other, before, after = other[inside], track[after[inside] - 1], track[after[inside]]
    gap = rows.at[after] - rows.at[before]
    near = (gap > 0) & (gap <= COMPARED_S * SECOND)
    other, before, after, gap = other[near], before[near], after[near], gap[near]
    if len(other) < LEAST_REPORTS:
        return False
    share = (rows.at[other] - rows.at[before]) / gap
    lat = rows.lat_deg[before] + share * (rows.lat_deg[after] - rows.lat_deg[before])
    lon = rows.lon_deg[before] + share * _turned(rows.lon_deg[after] - rows.lon_deg[before])
    north, east = rows.lat_deg[other] - lat, _turned(rows.lon_deg[other] - lon)
    wide = np.cos(rows.lat_deg[other] * RADIANS)
    vector_deg = np.hypot(np.median(north), np.median(east * wide))
    spread_deg = np.quantile(np.hypot(north - np.median(north), (east - np.median(east)) * wide), 0.9)
    sailed_deg = np.hypot(np.ptp(lat), np.ptp(_turned(lon - lon[0])) * np.cos(lat[0] * RADIANS))
    least_deg, far_deg = (way_m / EARTH_M / RADIANS for way_m in (OFFSET_M, SAILED_M))
    return bool(vector_deg >= least_deg and sailed_deg >= far_deg and spread_deg <= SPREAD * sailed_deg)


def _turned(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Differences of longitude the short way round."""
    return (degrees + 540.0) % 360.0 - 180.0
