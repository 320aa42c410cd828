"""Facts cut to a profile: places to the middle of a cell of a fixed grid, times to the begin of a fixed step.

The grid knows nothing of the object: two things in one cell are told by the same bytes, and ten thousand reports of a
ship that lies still tell no more than one. There is no noise that could be averaged away.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.sharing import Assertion, Place, Profile

CELL_DEG: dict[Place, float] = {"1nmi": 1 / 60, "10nmi": 1 / 6, "30min": 0.5}
"""Height of a cell; its width is about the same distance."""
STEP_US: dict[Place, int] = {
    "exact": 1, "1nmi": 10 * MINUTE_US, "10nmi": HOUR_US, "30min": 6 * HOUR_US, "area": DAY_US, "none": DAY_US,
}  # fmt: skip
"""About what a ship needs to cross such a cell: a finer time would tell the way inside."""
MISSING = object()
"""What is told of a fact that is withheld."""


def told(fact: Assertion, profile: Profile) -> Any:
    """What a profile lets through of a fact: all, less, or MISSING."""
    if fact.aspect == "plain":
        return fact.value
    if fact.aspect == "time":
        return _step(fact.value, STEP_US[profile.place])
    if fact.aspect == "place":
        return place(fact.value, profile.place)
    return fact.value if getattr(profile, fact.aspect) else MISSING


def _step(at_us: int | None, step_us: int) -> int | None:
    return None if at_us is None else at_us // step_us * step_us


def place(value: Any, detail: Place) -> Any:
    """A place, or what stands with the places (shapes, ways, how far off), in some detail; MISSING if nothing is left.

    What has none of these shapes is told exactly or not at all.
    """
    if detail == "exact":
        return value
    if isinstance(value, dict) and "geometry" in value:
        return _placed(value, detail)
    if detail in {"none", "area"} or not isinstance(value, (list, tuple)):
        return MISSING
    found = [_on_grid(one, detail) for one in value]
    told = [one for at, one in enumerate(found) if one is not MISSING and (at == 0 or found[at - 1] != one)]
    # Its own numbers would tell how many points there were between.
    numbered = isinstance(value[0], dict) and "id" in value[0] if value else False
    return ([{"id": at} | one for at, one in enumerate(told, 1)] if numbered else told) or MISSING


def _placed(value: dict[str, Any], detail: Place) -> Any:
    area, shape = value.get("area"), value["geometry"]
    if detail in {"none", "area"} or shape is None:
        return {"area": area} if detail != "none" and area else MISSING
    return {"geometry": _shape(shape, detail), "area": area, "cell_deg": round(CELL_DEG[detail], 6)}


def _shape(shape: dict[str, Any], detail: Place) -> dict[str, Any]:
    cells = list(dict.fromkeys(cell(lon, lat, CELL_DEG[detail]) for lon, lat in shape["coordinates"]))
    return {"kind": "point" if len(cells) == 1 else _kind(shape["kind"], cells), "coordinates": cells}


def _on_grid(one: Any, detail: Place) -> Any:
    """A shape among several, or a moment of a way: where and when, and nothing else of it."""
    if not isinstance(one, dict):
        return MISSING
    if "coordinates" in one:
        return _shape(one, detail)
    if "lon_deg" not in one:
        return MISSING
    lon, lat = cell(one["lon_deg"], one["lat_deg"], CELL_DEG[detail])
    at = {"at": _step(one["at"], STEP_US[detail])} if "at" in one else {}
    return at | {"lon_deg": lon, "lat_deg": lat}


def _kind(kind: str, cells: list[tuple[float, float]]) -> str:
    """A ring of which two cells are left is a line."""
    return "line" if kind == "polygon" and len(cells) < 3 else kind


def cell(lon_deg: float, lat_deg: float, height_deg: float) -> tuple[float, float]:
    """The middle of the cell that holds a place: bands of latitude, each cut into a whole number of cells.

    >>> cell(179.999, 10.0, 0.5) == cell(-180.001, 10.0, 0.5)
    True
    >>> cell(129.04, 35.10, 1 / 6)
    (128.993213, 35.083333)
    """
    band = min(math.floor((lat_deg + 90.0) / height_deg + 1e-9), round(180.0 / height_deg) - 1)
    middle = -90.0 + (band + 0.5) * height_deg
    count = max(1, round(360.0 / height_deg * math.cos(math.radians(middle))))
    column = math.floor((lon_deg + 180.0) % 360.0 / 360.0 * count + 1e-9) % count
    return round(-180.0 + (column + 0.5) * 360.0 / count, 6), round(middle, 6)


def texts(value: Any) -> Iterable[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(key)
            yield from texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts(inner)
