"""Figures for a report: a track with its silences, a detection with its evidence, a forecast, how well one heard.

Each is a Matplotlib figure, to be shown in a notebook or saved (`figure.savefig("track.png")`). Every figure says that
it is not for navigation, and whether anything in it is SIMULATED.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from hanbada.app import layers
from hanbada.app.drawing import drawing
from hanbada.app.exports import NOT_FOR_NAVIGATION, SIMULATED
from hanbada.model.angles import angle, turned
from hanbada.model.errors import NotFoundError
from hanbada.model.times import dtg, from_us
from hanbada.model.wording import explanation
from hanbada.store import packs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from hanbada.app.analysis import Forecasts
    from hanbada.app.exports import Item
    from hanbada.app.layers import Course, Frame
    from hanbada.model.records import Detection
    from hanbada.tracks.reception import Heard

LAND, COAST, SEA, TRACK, OTHER = "#e7dfc9", "#8b8369", "#f3f7fa", "#0072b2", "#009e73"
SEVERITY = {"alarm": "#d3142f", "warning": "#ce5a00", "caution": "#9e7600"}
LEAST_DEG = 0.05
"""A map is at least so wide and high: three nautical miles."""
MARGIN = 0.08
LEAST_SHARE = 0.7
LEAST_REPORTS = 20
"""Of fewer reports in a cell a share says little; a single wrong position would stretch the map over continents."""
AROUND_US = 6 * 3_600_000_000
"""So much of the tracks is drawn before and after a detection."""


def plot_track(tracks: Frame, mmsi: int) -> Figure:
    """The tracks of a vessel on a map, silences dashed, and its speed over time; raises NotFoundError if not heard."""
    own = [course for course in layers.courses(tracks) if course.mmsi == mmsi]
    if not own:
        message = f"{mmsi}: no position of it in these tracks"
        raise NotFoundError(message)
    with drawing(f"track-{mmsi}", 8, 7) as figure:
        chart, below = figure.subplots(2, 1, height_ratios=[4, 1])
        for course in own:
            _course(chart, course, own[0].lon_deg[0])
            below.plot(_times(course), course.sog_kn, ".", markersize=2, color=TRACK)
        below.set(ylabel="speed (kn)", ylim=(0, None))
        if all(np.isnan(course.sog_kn).all() for course in own):
            below.text(0.5, 0.5, "no speed was reported", transform=below.transAxes, ha="center", va="center")
        first, last = min(int(c.at[0]) for c in own), max(int(c.at[-1]) for c in own)
        _finish(chart, f"{mmsi}, {dtg(first)} to {dtg(last)}", simulated=any(course.simulated for course in own))
        return cast("Figure", figure)


def plot_detection(found: Detection, tracks: Frame) -> Figure:
    """A detection on a map with the tracks of its vessels around that time, and its reasons in words beside it."""
    wanted = {vessel.mmsi for vessel in found.vessels}
    end = found.t_end if found.t_end is not None else found.t_start
    with drawing(found.detection_id, 11, 6) as figure:
        chart, beside = figure.subplots(1, 2, width_ratios=[3, 2])
        lon_deg = found.geometry.coordinates[0][0]
        near = (course for course in layers.courses(tracks) if course.mmsi in wanted)
        for number, course in enumerate(_between(near, found.t_start - AROUND_US, end + AROUND_US)):
            _course(chart, course, lon_deg, OTHER if number % 2 else TRACK, name=str(course.mmsi))
        lon, lat = zip(*found.geometry.coordinates, strict=True)
        if found.geometry.kind == "polygon":
            lon, lat = (*lon, lon[0]), (*lat, lat[0])
        shown = {"marker": "o", "markersize": 9} if found.geometry.kind == "point" else {"linewidth": 4}
        chart.plot(lon, lat, color=SEVERITY[found.severity], alpha=0.6, **shown)
        chart.set_anchor("N")
        beside.set_axis_off()
        beside.text(0, 1, _plain(explanation(found)), va="top", wrap=True, parse_math=False)
        _finish(chart, f"{found.kind}, {dtg(found.t_start)}", simulated=found.simulated)
        return cast("Figure", figure)


def plot_forecast(found: Forecasts) -> Figure:
    """The median paths and the regions that hold half and nine tenths of what may come."""
    with drawing("forecast", 8, 6.5) as figure:
        chart = figure.subplots()
        lon_deg = found.items[0].shapes[0].points[0][0] if found.items else 0.0
        for item in found.items:
            _forecast(chart, item, lon_deg)
        title = f"Forecast at {dtg(found.outlook.at_us)} for {found.hours:g} h: median path, 50 % and 90 % regions"
        _finish(chart, title, simulated=any(item.simulated for item in found.items))
        return cast("Figure", figure)


def plot_coverage(heard: Heard, least_reports: int = LEAST_REPORTS) -> Figure:
    """How well each cell was heard, as the share of the transmissions due that came; cells of too few are left out."""
    from matplotlib.collections import PolyCollection

    enough = heard.reports >= least_reports
    columns: dict[str, Any] = {name: getattr(heard, name)[enough] for name in heard._fields}
    few, heard = int((~enough).sum()), heard._replace(**columns)
    with drawing("coverage", 8, 6) as figure:
        chart = figure.subplots()
        cells = PolyCollection(_boxes(heard), array=heard.share, cmap="cividis", edgecolors="none", alpha=0.75)
        cells.set_clim(0, 1)
        chart.add_collection(cells)
        chart.autoscale_view()
        figure.colorbar(cells, ax=chart, label="share of transmissions due that were heard", shrink=0.8)
        _finish(
            chart,
            f"How well {len(heard.share)} cells were heard; {few} of fewer than {least_reports} reports left out",
            simulated=False,
        )
        return cast("Figure", figure)


def _boxes(heard: Heard) -> list[Any]:
    """The corners of the cells, west of 180 degrees continued beyond it where that brings them together."""
    turn = np.zeros(len(heard.west_deg))
    if len(turn):
        east = np.where(heard.west_deg < 0, 360.0, 0.0)
        turn = east if np.ptp(heard.west_deg + east) < np.ptp(heard.west_deg) else turn
    west, end = heard.west_deg + turn, heard.east_deg + turn
    corners = [(west, heard.south_deg), (end, heard.south_deg), (end, heard.north_deg), (west, heard.north_deg)]
    return list(np.array([np.column_stack(corner) for corner in corners]).transpose(1, 0, 2))


def _course(chart: Any, course: Course, lon_deg: float, colour: str = TRACK, name: str | None = None) -> None:
    """A track: whole where it was heard, dashed over silences; longitudes as near as may be to the one given."""
    lon = course.lon_deg + 360.0 * round((lon_deg - course.lon_deg[0]) / 360.0)
    heard, silences = layers.parts(course)
    for one in heard:
        chart.plot(lon[one], course.lat_deg[one], color=colour, linewidth=1.2, label=name)
        name = None
    for one in silences:
        chart.plot(lon[one], course.lat_deg[one], color=colour, linewidth=1.1, linestyle=(0, (4, 3)))
    chart.plot(lon[-1:], course.lat_deg[-1:], "o", color=colour, markersize=4)


def _between(courses: Iterable[Course], begin: int, end: int) -> list[Course]:
    """Tracks as far as they lie in a span; those of which nothing does are left out."""
    found = []
    for one in courses:
        here = (one.at >= begin) & (one.at <= end)
        if here.any():
            arrays = {name: getattr(one, name)[here] for name in ("at", "lat_deg", "lon_deg", "sog_kn")}
            found.append(one._replace(**arrays))
    return found


def _times(course: Course) -> Sequence[Any]:
    return [from_us(at) for at in course.at.tolist()]


def _forecast(chart: Any, item: Item, lon_deg: float) -> None:
    for shape in item.shapes:
        lon, lat = (np.array(one) for one in zip(*shape.points, strict=True))
        lon += 360.0 * round((lon_deg - lon[0]) / 360.0)
        if shape.kind == "line":
            chart.plot(lon, lat, color="0.15", linewidth=1.4, linestyle=(0, (4, 2)), zorder=4)
            chart.plot(lon[:1], lat[:1], "o", color="0.15", markersize=5, zorder=4)
        else:
            half = item.facts["holds"] == 0.5
            chart.fill(lon, lat, color=TRACK, alpha=0.22 if half else 0.09, linewidth=0, zorder=3)
            chart.plot(lon, lat, color=TRACK, linewidth=0.6, alpha=0.8, zorder=3)


def _finish(chart: Any, title: str, *, simulated: bool) -> None:
    """Land, a frame that keeps angles true, degrees as sailors write them, and what must be said."""
    west, east = _widened(*chart.get_xlim())
    south, north = _widened(*chart.get_ylim())
    stretch = 1 / max(0.05, float(np.cos(np.radians((south + north) / 2))))
    west, east = _as_wide(west, east, (north - south) * stretch)
    south, north = _as_wide(south, north, (east - west) / stretch)
    _land(chart, west, south, east, north)
    chart.set(xlim=(west, east), ylim=(max(-90.0, south), min(90.0, north)), facecolor=SEA)
    chart.set_aspect(stretch, adjustable="box")
    chart.xaxis.set_major_formatter(lambda lon, _: _short(turned(float(lon)), "EW", 3))
    chart.yaxis.set_major_formatter(lambda lat, _: _short(float(lat), "NS", 2))
    chart.locator_params(axis="both", nbins=5)
    chart.grid(color="0.8", linewidth=0.4)
    if chart.get_legend_handles_labels()[0]:
        chart.legend(loc="best", framealpha=0.8)
    chart.set_title(f"{SIMULATED}: {title}" if simulated else title)
    chart.text(0.01, 0.01, NOT_FOR_NAVIGATION, transform=chart.transAxes, fontsize=7, color="0.35")


def _as_wide(low: float, high: float, other: float) -> tuple[float, float]:
    """A span, at least LEAST_SHARE of the one across it: maps are not slits."""
    half = max(high - low, LEAST_SHARE * other) / 2
    return (low + high) / 2 - half, (low + high) / 2 + half


def _widened(low: float, high: float) -> tuple[float, float]:
    """A span with a margin, and at least LEAST_DEG."""
    half = max(LEAST_DEG, (high - low) * (1 + MARGIN)) / 2
    return (low + high) / 2 - half, (low + high) / 2 + half


def _short(deg: float, letters: str, width: int) -> str:
    """Degrees and minutes, with thousandths only where there are any.

    >>> _short(50.75, "NS", 2)
    '50°45′N'
    """
    return angle(deg, letters, width).replace(".000′", "′")


def _land(chart: Any, west: float, south: float, east: float, north: float) -> None:
    """The coast, drawn as far as the frame shows it."""
    from matplotlib.collections import PolyCollection

    shown = []
    for area in packs.built_in("land_fine").rows:
        for turn in (-360.0, 0.0, 360.0):
            ring = area.rings[0] + np.array([turn, 0.0])
            (left, low), (right, top) = ring.min(axis=0), ring.max(axis=0)
            if left < east and right > west and low < north and top > south:
                shown.append(ring)
    coast = PolyCollection(shown, facecolors=LAND, edgecolors=COAST, linewidths=0.6, zorder=0)
    chart.add_collection(coast, autolim=False)


def _plain(text: str) -> str:
    """Text a stranger had a hand in, without what Matplotlib has no glyph for."""
    return "".join(one if one.isprintable() or one == "\n" else "?" for one in text)
