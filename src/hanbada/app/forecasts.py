"""Forecasts for people: one vessel's median path, regions and particles as items that files and maps take.

Nothing here draws or prints: a screen and the command `hanbada forecast` both take these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.app.exports import Item, Shape
from hanbada.geo.rasters import outlines
from hanbada.model.times import HOUR_US, SECOND_US, iso
from hanbada.tracks import regions
from hanbada.tracks.analogs import History, Params, remember, states, until_moment
from hanbada.tracks.forecast import ALONE, MANNER, PLACE, STEP_US, THIN, Forecast, forecast, latest
from hanbada.tracks.paths import Paths, part, paths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hanbada.app.tracks_of import Told

LONGEST_SILENCE_US = 8 * HOUR_US
"""Ships silent for longer are not forecast: nobody knows what they did since."""
MOST_HOURS = 24
"""Forecasts beyond a day are guesses in fine clothes."""
REGION_STEPS = 3
"""A region is drawn every half hour, and at the end."""


class Outlook(NamedTuple):
    """What is forecast of some ships at a moment: the forecast, levels of its regions and their kinds [ship, step].

    `untold` ships were heard but have too little behind them: a single report, or a silence just before the last.
    """

    at_us: int
    forecast: Forecast
    levels: regions.Levels
    kinds: NDArray[np.int64]
    untold: int


def known_past(told: Told, until_us: int) -> History:
    """The history that the reports before a moment make."""
    types = {one: told.identities.get(one).ship_type or 0 for one in np.unique(told.rows.mmsi).tolist()}
    whole = remember(paths(told.rows, told.trail), types)
    return until_moment(whole, until_us, Params())


def outlook(told: Told, past: History, at_us: int, hours: float, wanted: Iterable[int] | None = None) -> Outlook:
    """The forecast of every ship heard up to a moment (or of some MMSI), until so many hours after it.

    A forecast begins at a ship's last report. Reports after the moment must not be among those told.
    """
    now = _anchored(told)
    points = latest(now, at_us)
    fresh = now.at[points] >= at_us - LONGEST_SILENCE_US
    asked = np.isin(now.mmsi[points], list(wanted)) if wanted is not None else fresh
    points, heard = points[asked], _heard(told, at_us, wanted)
    since = int(at_us - now.at[points].min()) if len(points) else 0
    steps = max(1, int(np.ceil((hours * HOUR_US + since) / STEP_US)))
    types = np.array([(told.identities.get(one).ship_type or 0) // 10 for one in now.mmsi[points].tolist()], np.int64)
    found = forecast(past, now, points, steps, kinds=types)
    kinds = regions.kinds_of(found, states(now, points, Params()).velocity)
    return Outlook(at_us, found, regions.calibrate(past, steps), kinds, max(0, heard - len(points)))


def _anchored(told: Told) -> Paths:
    """Paths whose last points are the last reports of their tracks."""
    rows, trail = told.rows, told.trail
    track, which = np.unique(trail.track_id, return_inverse=True)
    last = np.full(len(track), np.iinfo(np.int64).min)
    np.maximum.at(last, which, rows.at)
    whole = paths(rows, trail, last[which])
    ends = np.flatnonzero(whole.at == last[np.searchsorted(track, whole.track_id)])
    kept = np.isin(whole.track_id, whole.track_id[ends])
    return whole if kept.all() else part(whole, kept)


def _heard(told: Told, at_us: int, wanted: Iterable[int] | None) -> int:
    """Tracks heard of late."""
    placed = (told.trail.place >= 0) & (told.rows.at >= at_us - LONGEST_SILENCE_US)
    if wanted is not None:
        placed = (told.trail.place >= 0) & np.isin(told.rows.mmsi, list(wanted))
    return len(np.unique(told.trail.track_id[placed]))


def steps_of(found: Outlook, ship: int, hours: float) -> list[int]:
    """The steps of a ship's forecast that lie after the moment, within the hours asked for."""
    ends = found.forecast.at[ship] + (np.arange(found.forecast.weight.shape[2]) + 1) * STEP_US
    return np.flatnonzero((ends > found.at_us) & (ends <= found.at_us + hours * HOUR_US + STEP_US - 1)).tolist()


def described(found: Outlook, ship: int, hours: float) -> dict[str, Any]:
    """One ship's forecast as an object: median path, what it rests on, and whether history was thin."""
    one, steps = found.forecast, steps_of(found, ship, hours)
    path = [
        {"at": iso(_at(one, ship, s)), **_place(one, ship, s), "radius_90_m": _radius(found, ship, s)} for s in steps
    ]
    middle = steps[len(steps) // 2] if steps else 0
    shares = {name: round(float(one.basis[ship, k, middle]), 3) for name, k in BASES}
    return {
        "mmsi": int(one.mmsi[ship]),
        "track_id": int(one.track_id[ship]),
        "heard_at": iso(int(one.at[ship])),
        "lat_deg": round(float(one.origin[ship, 0]), 6),
        "lon_deg": round(float(one.origin[ship, 1]), 6),
        "rests_on": shares,
        "thin_history": bool(one.basis[ship, PLACE, middle] < THIN),
        "path": path,
    }


BASES = (("ships_there", PLACE), ("ships_alike", MANNER), ("ship_alone", ALONE))
"""What shares of a forecast are called."""


def _at(one: Forecast, ship: int, step: int) -> int:
    return int(one.at[ship]) + (step + 1) * STEP_US


def _place(one: Forecast, ship: int, step: int) -> dict[str, float]:
    lat, lon = one.median[ship, step]
    return {"lat_deg": round(float(lat), 6), "lon_deg": round(float(lon), 6)}


def _radius(found: Outlook, ship: int, step: int) -> int:
    """The radius of a circle as large as the 90 % region, in metres."""
    grid = regions.raster(found.forecast, ship, step)
    inside = grid.log_density >= _level(found, ship, step, 1)
    return round(float(np.sqrt(inside.sum() * grid.cell_m2 / np.pi)))


def _level(found: Outlook, ship: int, step: int, share: int) -> float:
    """Log density at the edge of a region."""
    least = found.levels.least[found.kinds[ship, step], share, step]
    return float(found.forecast.level[ship, step] + least)


def items(found: Outlook, ship: int, hours: float) -> list[Item]:
    """One ship's forecast as items: the median path from its last report, and regions every half hour."""
    one, steps = found.forecast, steps_of(found, ship, hours)
    name = f"forecast of {one.mmsi[ship]}"
    facts = described(found, ship, hours)
    thin = {"thin_history": facts["thin_history"], **facts["rests_on"]}
    places = [one.origin[ship], *(one.median[ship, s] for s in steps)]
    lons = np.unwrap([p[1] for p in places], period=360.0)
    line = Shape(
        kind="line",
        points=tuple((float(lon), float(p[0])) for lon, p in zip(lons, places, strict=True)),
        at=(int(one.at[ship]), *(_at(one, ship, s) for s in steps)),
    )
    path = Item(
        id=f"{one.track_id[ship]}-path", name=name, at=found.at_us, shapes=(line,), facts={"what": "path", **thin}
    )
    drawn = [s for k, s in enumerate(steps) if k % REGION_STEPS == REGION_STEPS - 1 or s == steps[-1]]
    return [path, *(_region(found, ship, s, share) for s in drawn for share in (1, 0))]


def _region(found: Outlook, ship: int, step: int, share: int) -> Item:
    one, held = found.forecast, regions.SHARES[share]
    rings = outlines(regions.raster(one, ship, step), _level(found, ship, step, share))
    after_s = (_at(one, ship, step) - found.at_us) // SECOND_US
    return Item(
        id=f"{one.track_id[ship]}-{step}-{round(held * 100)}",
        name=f"{round(held * 100)} % of {one.mmsi[ship]}",
        at=_at(one, ship, step),
        shapes=tuple(Shape(kind="polygon", points=ring) for ring in rings),
        facts={"what": "region", "holds": held, "after_s": int(after_s)},
    )
