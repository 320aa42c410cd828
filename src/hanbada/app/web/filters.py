"""One filter for everything: map, list, replay and export ask the same question of a vessel.

The words in the address are the same everywhere (`types=cargo,tanker&min_kn=5&seen_min=60&source=real&alerts=1`);
`static/js/filter.js` holds the same rule for what the browser draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, cast
from urllib.parse import urlencode

import numpy as np
from msgspec import Struct

from hanbada.app.web import frames, words
from hanbada.app.web.ports import KINDS
from hanbada.model.desk import AlertFilter
from hanbada.model.records import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hanbada.app.web.frames import Frame
    from hanbada.model.records import AlertState

ALERTS_LIMIT = 300
Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees; east below west means that it crosses 180 degrees."""
SOURCES = ("all", "real", "simulated")
SEEN_LIMIT_MIN = frames.AGE_LIMIT_S // 60


class VesselFilter(Struct, frozen=True, kw_only=True):
    """Which vessels: classes, least speed, heard within, real or simulated, with an open alert only, in a box.

    `box_deg` is the box, None for everywhere.
    """

    kinds: tuple[str, ...] = KINDS
    min_kn: float = 0.0
    seen_min: int | None = None
    source: Literal["all", "real", "simulated"] = "all"
    alerts: bool = False
    box_deg: Box | None = None

    @property
    def everything(self) -> bool:
        """True if nothing is held back."""
        return self == VesselFilter()


def parse(query: Mapping[str, str]) -> VesselFilter:
    """The filter an address asks for; what makes no sense is left out."""
    kinds = tuple(kind for kind in KINDS if kind in query["types"].split(",")) if "types" in query else KINDS
    source = query.get("source", "all")
    return VesselFilter(
        kinds=kinds,
        min_kn=max(0.0, number(query.get("min_kn")) or 0.0),
        seen_min=minutes(query.get("seen_min")),
        source=source if source in SOURCES else "all",  # type: ignore[arg-type]
        alerts=query.get("alerts") == "1",
        box_deg=box(query.get("box")),
    )


def number(text: str | None) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def minutes(text: str | None) -> int | None:
    """Whole minutes within what a frame can tell, or None."""
    value = number(text)
    return None if value is None or value <= 0 or value > SEEN_LIMIT_MIN else int(value)


def box(text: str | None) -> Box | None:
    """West, south, east, north in degrees, or None."""
    values = [number(part) for part in (text or "").split(",")]
    if len(values) != 4 or any(value is None for value in values):
        return None
    west, south, east, north = (float(value or 0.0) for value in values)
    return west, south, east, north


def query_of(wanted: VesselFilter) -> str:
    """The filter as an address carries it, empty if it holds nothing back."""
    words: dict[str, str] = {}
    if wanted.kinds != KINDS:
        words["types"] = ",".join(wanted.kinds)
    if wanted.min_kn:
        words["min_kn"] = f"{wanted.min_kn:g}"
    if wanted.seen_min is not None:
        words["seen_min"] = str(wanted.seen_min)
    if wanted.source != "all":
        words["source"] = wanted.source
    if wanted.alerts:
        words["alerts"] = "1"
    if wanted.box_deg:
        words["box"] = ",".join(f"{value:g}" for value in wanted.box_deg)
    return urlencode(words)


def passing(wanted: VesselFilter, frame: Frame) -> NDArray[np.bool_]:
    """Which vessels of a frame fit. A vessel that gave no speed counts as not moving."""
    columns = frame.columns
    kinds = [KINDS.index(kind) for kind in wanted.kinds]
    sog_kn = np.where(columns["sog"] == frames.UNKNOWN, 0, columns["sog"]) / 10
    fits = np.isin(columns["kind"], kinds) & (sog_kn >= wanted.min_kn)
    if wanted.seen_min is not None:
        fits &= columns["age"] <= wanted.seen_min * 60
    if wanted.source != "all":
        fits &= ((columns["flags"] & frames.SIMULATED) > 0) == (wanted.source == "simulated")
    if wanted.alerts:
        fits &= (columns["flags"] & frames.ALERT) > 0
    if wanted.box_deg is not None:
        fits &= inside(wanted.box_deg, columns["lon"] / frames.DEGREE_UNITS, columns["lat"] / frames.DEGREE_UNITS)
    return fits


def inside(box_deg: Box, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which places lie in a box; their longitudes may have run on past 180."""
    west, south, east, north = box_deg
    lon = (lon_deg + 180) % 360 - 180
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    return across & (lat_deg >= south) & (lat_deg <= north)


def alerts_wanted(query: dict[str, str]) -> AlertFilter:
    """The alerts an address asks for; without a state, all but the dismissed."""
    states = tuple(s for s in words.ALERT_STATES if s in query.get("state", "").split(","))
    severities = tuple(s for s in SEVERITIES if s in query.get("severity", "").split(","))
    kinds = tuple(k for k in words.DETECTOR_WORDS if k in query.get("kind", "").split(","))
    mmsi = number(query.get("mmsi"))
    return AlertFilter(
        states=cast("tuple[AlertState, ...]", states or ("new", "acknowledged", "snoozed")),
        severities=severities,
        kinds=kinds,
        mmsi=int(mmsi) if mmsi is not None else None,
        simulated={"simulated": True, "real": False}.get(query.get("source", "")),
        limit=ALERTS_LIMIT,
    )
