"""Who was over a cable when it failed: the ships near it, ranked.

An operator tells when a cable went dark, to within minutes. Each ship heard near it then is weighed by how far from the
cable it lay at that time, as far as its place and that time are known, and by what its behaviour there
came to. What is left is the share of "none of these": ships that were not heard, and all other causes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from hanbada.model.times import HOUR_US, SECOND_US
from hanbada.tracks.positions import positions_at
from hanbada.tracks.rows import ordered, take
from hanbada.tracks.segments import Segments, feed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from hanbada.detect.contract import Cables
    from hanbada.model.records import Detection
    from hanbada.tracks.positions import Picture
    from hanbada.tracks.rows import Rows

SPAN_US = 2 * HOUR_US
"""Ships that cross the cable within this time of the outage are named with when they did."""
TIME_S = 300.0
"""Standard error of the time of an outage: alarms and logs agree to within minutes."""
STEPS_S = np.arange(-900.0, 901.0, 60.0)
PLACE_M = 500.0
"""How far an anchor may lie from the antenna that tells the place, and the cable from its line, at best."""
NONE_OF_THESE = 0.05
"""Weight of all other causes, against 1 for a ship on the cable at that very time."""
MOST_LIFT = 3000.0
"""What a ship does can make it so many times likelier, and no more: e to the eighth."""


class Suspect(Struct, frozen=True, kw_only=True):
    """A ship near a cable at the time of an outage; `probability` is its share, `behaviour` what its alarm came to.

    `away_m` and `sog_kn` are those of the time of the outage; `crossed_at` is its crossing nearest to that, if any.
    """

    mmsi: int
    cable: str
    probability: float
    away_m: float
    sog_kn: float | None
    crossed_at: int | None
    behaviour: float | None


def behaviour(found: Iterable[Detection], at_us: int) -> dict[int, float]:
    """What the cable alarms around a time came to, by MMSI."""
    told: dict[int, float] = {}
    for one in found:
        if one.kind == "cable" and one.t_start - SPAN_US <= at_us <= (one.t_end or one.t_start) + SPAN_US:
            for vessel in one.vessels:
                told[vessel.mmsi] = max(told.get(vessel.mmsi, 0.0), one.probability)
    return told


def suspects(
    rows: Rows, cables: Cables, at_us: int, cable: int | None = None, alarms: Mapping[int, float] | None = None,
    prior: float = 0.0005,
) -> list[Suspect]:  # fmt: skip
    """The ships near a cable (or any) at a time, the likeliest first; shares add up to less than one.

    `alarms` is what `behaviour` says; `prior` is the share of ordinary crossings at which something is
    wrong, from which they started.
    """
    near = ordered(take(rows, np.abs(rows.at - at_us) <= SPAN_US + HOUR_US))
    trail = feed(Segments(), near)
    then, behaved = positions_at(near, trail, at_us), dict(alarms or {})
    weight: dict[int, float] = {}
    for step_s in STEPS_S.tolist():
        picture = positions_at(near, trail, at_us + round(step_s * SECOND_US))
        likelihood = _over(picture, cables, cable) * _of_time(step_s)
        for mmsi, one in zip(picture.mmsi.tolist(), likelihood.tolist(), strict=True):
            weight[mmsi] = weight.get(mmsi, 0.0) + one
    lifted = {mmsi: one * _lift(behaved.get(mmsi), prior) for mmsi, one in weight.items() if one > 0.0}
    whole = sum(lifted.values()) + NONE_OF_THESE
    crossed = _crossed(near, cables, cable, at_us)
    found = []
    for i in np.flatnonzero(np.isin(then.mmsi, list(lifted))).tolist():
        mmsi, (line, away) = int(then.mmsi[i]), _nearest(then, i, cables, cable)
        found.append(
            Suspect(
                mmsi=mmsi,
                cable=cables.lines[line].name,
                probability=lifted[mmsi] / whole,
                away_m=away,
                sog_kn=None if np.isnan(then.sog_kn[i]) else round(float(then.sog_kn[i]), 1),
                crossed_at=crossed.get(mmsi),
                behaviour=behaved.get(mmsi),
            )
        )
    return sorted(found, key=lambda one: (-one.probability, one.away_m, one.mmsi))


def _of_time(step_s: float) -> float:
    """Weight of a moment so far from the time told; all of them together weigh one."""
    weights = np.exp(-0.5 * (STEPS_S / TIME_S) ** 2)
    return float(np.exp(-0.5 * (step_s / TIME_S) ** 2) / weights.sum())


def _over(picture: Picture, cables: Cables, cable: int | None) -> NDArray[np.float64]:
    """How likely each place lies on a cable: 1 on the line itself, falling off with what nobody knows exactly."""
    segment, away = cables.index.nearest(picture.lat_deg, picture.lon_deg, line=-1 if cable is None else cable)
    drawn = np.array([line.uncertainty_m or PLACE_M for line in cables.lines])
    sigma = np.hypot(np.hypot(picture.sigma_m, PLACE_M), drawn[cables.index.line[segment]])
    return np.where(segment >= 0, np.exp(-0.5 * (away / sigma) ** 2), 0.0)


def _lift(alarm: float | None, prior: float) -> float:
    """What the behaviour of a ship adds: the odds of its alarm over the odds it started from."""
    if alarm is None:
        return 1.0
    return float(np.clip(alarm / (1.0 - alarm) * (1.0 - prior) / prior, 1.0, MOST_LIFT))


def _nearest(picture: Picture, i: int, cables: Cables, cable: int | None) -> tuple[int, float]:
    """The line nearest to an entry of a picture and metres to it (infinity: none near)."""
    here = picture.lat_deg[i : i + 1], picture.lon_deg[i : i + 1]
    segment, away = cables.index.nearest(*here, line=-1 if cable is None else cable)
    return int(cables.index.line[segment[0]]) if segment[0] >= 0 else cable or 0, float(away[0])


def _crossed(near: Rows, cables: Cables, cable: int | None, at_us: int) -> dict[int, int]:
    """When each ship crossed the cable, nearest to a time and within SPAN_US of it."""
    trail = feed(Segments(), near)
    legs = (trail.prev_lat_deg, trail.prev_lon_deg, near.lat_deg, near.lon_deg)
    row, segment, share = cables.index.crossed(*legs, trail.prev_at >= 0)
    found: dict[int, int] = {}
    for i, line, part in zip(row.tolist(), cables.index.line[segment].tolist(), share.tolist(), strict=True):
        at, mmsi = int(trail.prev_at[i] + part * float(near.at[i] - trail.prev_at[i])), int(near.mmsi[i])
        wanted = (cable is None or line == cable) and abs(at - at_us) <= SPAN_US
        if wanted and abs(at - at_us) < abs(found.get(mmsi, at_us + 2 * SPAN_US) - at_us):
            found[mmsi] = at
    return found
