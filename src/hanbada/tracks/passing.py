"""What a ship did where its way met a line: crossed it, to and fro, slowly, stopped on it, fell silent beside it.

A touch is one such moment, an episode the touches of one ship and one line within hours. `passing` measures an episode
from what the ship did lately; it knows nothing of ports, of other ships, or of what is suspicious.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import bearing_deg, turn
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US
from hanbada.tracks.pace import Haul, Pace, Speeds, dips_elsewhere, haul, pace, smoothed
from hanbada.tracks.recent import cut, speeds_kn, way_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hanbada.tracks.recent import Lately

CROSSED, STOPPED, HANDED = "crossed", "stopped", "handed"
STILL_KN = 1.0
"""A ship at anchor swings; it does not make way."""
LAY_REPORTS = 4
CLEAR_M = 500.0
"""A ship must have been this far from the line between two crossings, or its antenna crossed it, not the ship."""
HAUL_SHARE = 0.75
"""Below this share of its cruise a ship hauls."""
HAUL_S = 6 * 3600.0
"""How far back a slow stretch is followed."""
NEARLY = 0.8
"""Share of a dip that makes another one of its kind."""
WORTH_KN = 0.5
"""A dip too shallow to ask whether the ship dips like that elsewhere."""


class Touch(NamedTuple):
    """A moment at a line, between two reports; `other` is the MMSI that took over, so long after and so far away."""

    at: int
    what: str
    lat_deg: float
    lon_deg: float
    track_id: int
    lines: tuple[int, ...]
    other: int = 0
    wait_s: float = 0.0
    apart_m: float = 0.0


class Turning(NamedTuple):
    """Where a ship was farthest from the line between two crossings, when it crossed again, if it lay meanwhile."""

    at: int
    lat_deg: float
    lon_deg: float
    away_m: float
    lay: bool


class Stop(NamedTuple):
    """A stay on the line; `from_the_start` if the ship had lain there since it was first heard."""

    begin_at: int
    end_at: int
    lat_deg: float
    lon_deg: float
    at_anchor: bool
    from_the_start: bool


class Passing(NamedTuple):
    """An episode in numbers; None or NaN where the reports do not tell.

    `pace` is that of the crossing `crossed_at` with the strongest dip, `turn_deg` the change of course over that dip,
    `elsewhere` how many dips nearly as deep there were elsewhere, where so many `places` were looked at. `wandered` is
    the way sailed over the way made good in the hours before.
    """

    crossed_at: int | None
    pace: Pace | None
    turn_deg: float
    elsewhere: int
    places: float
    haul: Haul | None
    turnings: tuple[Turning, ...]
    stop: Stop | None
    silent_s: float
    adrift_share: float
    wandered: float
    interval_s: float


def passing(lately: Lately, away_m: NDArray[np.float64], touches: Sequence[Touch], beside_m: float) -> Passing:
    """Measure an episode. `away_m` is how far each report lies from the line (infinity: not near)."""
    began = touches[0].at
    speeds = smoothed(lately, began)
    crossings = [touch for touch in touches if touch.what == CROSSED]
    paced = [(pace(speeds, (touch.at - began) / SECOND_US), touch.at) for touch in crossings]
    best, at = max(paced, key=lambda one: _rank(one[0]), default=(None, None))
    moment = began if at is None else at
    deep = best is not None and best.dip_kn >= WORTH_KN
    moments = {(touch.at - began) / SECOND_US for touch in touches}
    elsewhere, places = (
        dips_elsewhere(speeds, (moment - began) / SECOND_US, best, NEARLY) if best is not None and deep else (0, 0.0)
    )
    hauls = [one for moment_s in sorted(moments) if (one := haul(lately, speeds, moment_s, HAUL_SHARE, HAUL_S))]
    return Passing(
        crossed_at=at,
        pace=best,
        turn_deg=_turned(lately, moment + round(best.low_s * SECOND_US)) if best is not None and deep else 0.0,
        elsewhere=elsewhere,
        places=places,
        haul=max(hauls, key=lambda one: one.end_s - one.begin_s, default=None),
        turnings=_turnings(lately, away_m, crossings),
        stop=_stop(lately, speeds, began, away_m, beside_m),
        silent_s=_silent_s(lately, away_m, touches),
        adrift_share=_adrift_share(lately, speeds, began, moment),
        wandered=_wandered(lately, touches[0].at),
        interval_s=_interval_s(lately, began),
    )


def _interval_s(lately: Lately, began: int) -> float:
    """The usual time between reports from an hour before an episode on; NaN if there are too few."""
    near = lately.at[np.searchsorted(lately.at, began - HOUR_US) :]
    return float(np.median(np.diff(near))) / SECOND_US if len(near) > 1 else float("nan")


def _rank(one: Pace) -> float:
    return one.strength if one.strength == one.strength else -1.0


def _turned(lately: Lately, low_at: int) -> float:
    """Change of course from the ten minutes before a moment to those after it, in degrees."""
    courses = []
    for begin, end in ((-12, -2), (2, 12)):
        first, last = np.searchsorted(lately.at, [low_at + begin * MINUTE_US, low_at + end * MINUTE_US])
        if last - first < 2:
            return 0.0
        courses.append(bearing_deg(*_place(lately, int(first)), *_place(lately, int(last) - 1)))
    return abs(turn(courses[0], courses[1]))


def _place(lately: Lately, i: int) -> tuple[float, float]:
    return float(lately.lat_deg[i]), float(lately.lon_deg[i])


def _turnings(lately: Lately, away_m: NDArray[np.float64], crossings: Sequence[Touch]) -> tuple[Turning, ...]:
    """The farthest place between each two crossings that are two."""
    found, begin = [], crossings[0].at if crossings else 0
    for _, second in pairwise(crossings):
        first, last = np.searchsorted(lately.at, [begin, second.at])
        if last > first:
            far = first + int(np.argmax(away_m[first:last]))
            if away_m[far] >= CLEAR_M:
                lay = _lay(lately, int(first), int(last))
                found.append(Turning(second.at, *_place(lately, far), float(away_m[far]), lay))
                begin = second.at
    return tuple(found)


def _lay(lately: Lately, first: int, last: int) -> bool:
    """Whether a ship lay still for some minutes, as ferries do at their piers."""
    speed = speeds_kn(cut(lately, slice(first, last)))
    return bool(np.sum(speed < STILL_KN / 2) >= LAY_REPORTS)


def _stop(lately: Lately, speeds: Speeds, began: int, away_m: NDArray[np.float64], beside_m: float) -> Stop | None:
    """The longest stay of the ship on the line."""
    speed = np.interp((lately.at - began) / SECOND_US, *speeds) if len(speeds.at_s) else np.full(len(away_m), np.nan)
    still = np.append(np.append(False, (speed < STILL_KN) & (away_m <= beside_m)), False)
    begins, ends = np.flatnonzero(still[1:] & ~still[:-1]), np.flatnonzero(~still[1:] & still[:-1]) - 1
    if not len(begins):
        return None
    longest = int(np.argmax(lately.at[ends] - lately.at[begins]))
    first, last = int(begins[longest]), int(ends[longest])
    return Stop(
        begin_at=int(lately.at[first]),
        end_at=int(lately.at[last]),
        lat_deg=float(lately.lat_deg[first]),
        lon_deg=float(lately.lon_deg[first]),
        at_anchor=bool(np.mean(np.isin(lately.nav_status[first : last + 1], (1, 5))) > 0.5),
        from_the_start=bool(np.all(speed[:first] < STILL_KN)),
    )


def _silent_s(lately: Lately, away_m: NDArray[np.float64], touches: Sequence[Touch]) -> float:
    """The longest silence that begins and ends near the line, from six hours before the episode on."""
    here = (lately.at >= touches[0].at - 6 * HOUR_US) & np.isfinite(away_m)
    steps = np.diff(lately.at)[here[1:] & here[:-1]]
    return float(steps.max(initial=0)) / SECOND_US


def _adrift_share(lately: Lately, speeds: Speeds, began: int, moment: int) -> float:
    """Share of the reports within an hour that say "at anchor" or "moored" of a ship that makes way."""
    near = np.abs(lately.at - moment) <= HOUR_US
    if not near.any() or not len(speeds.at_s):
        return 0.0
    speed = np.interp((lately.at[near] - began) / SECOND_US, *speeds)
    return float(np.mean(np.isin(lately.nav_status[near], (1, 5)) & (speed > 2.5 * STILL_KN)))


def _wandered(lately: Lately, first_at: int) -> float:
    """Way sailed over way made good in the three hours before the last twenty minutes before an episode."""
    first, last = np.searchsorted(lately.at, [first_at - 3 * HOUR_US, first_at - 20 * MINUTE_US])
    if last - first < 30:
        return 1.0
    sailed, made = way_m(cut(lately, slice(first, last)))
    return sailed / max(made, 100.0) if sailed > 3 * 1852.0 else 1.0
