"""Submarine cables and pipelines: lines a user brings, each with how far off it may be drawn.

No openly licensed world map of cables exists. Routes on public overview maps are schematic by 5 to 20 nautical miles
and must never raise a crossing alarm near shore: a line without `uncertainty_m` is taken for such.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hanbada.geo.sphere import NMI_M
from hanbada.model.errors import PackError
from hanbada.reference import corridors, rings
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import Format, Kind, Opened, Outcome, Reading, Reject, Source, read_as, records
from hanbada.reference.shapes import Area, Line, LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SCHEMATIC_M = 20.0 * NMI_M
"""How far off a line may be whose source does not say."""
_PLAUSIBLE_M = 100_000.0
_EMODNET = Source(
    "Telecommunication and power cables, EMODnet Human Activities",
    "https://emodnet.ec.europa.eu/en/human-activities",
    "per data set, mostly CC BY 4.0",
)
_OWN = Source("Routes from your operator or hydrographic office", "", "as you state it")
_KINDS: dict[str, LineKind] = {"cable": "cable", "pipeline": "pipeline", "": "cable"}


def _rows(one: Opened) -> Iterator[tuple[int, Outcome[Line]]]:
    for feature in one.layer.features() if one.layer else ():
        yield feature.number, _cable(feature)


def _cable(feature: Feature | Fault) -> Outcome[Line]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    if not feature.lines:
        return Reject("bad_geometry", "not a line")
    try:
        return [_line(feature)]
    except PackError as error:
        return Reject("bad_property", str(error))


def _line(feature: Feature) -> Line:
    """The line of a feature; raises PackError with what does not fit."""
    kind = _KINDS.get((feature.text("kind") or "").lower())
    if kind is None:
        message = f'kind is {feature.text("kind")!r}, not "cable" or "pipeline"'
        raise PackError(message)
    return Line(
        line_id=f"cable-{feature.text('id', 'cable_id', 'feature_id') or feature.number}",
        name=feature.text("name", "cable_name", "id") or f"cable {feature.number}",
        kind=kind,
        parts=tuple(rings.line(line) for line in feature.lines),
        source=feature.text("source") or "user",
        uncertainty_m=_uncertainty_m(feature),
        note=feature.text("note", "owners", "operator"),
    )


def _uncertainty_m(feature: Feature) -> float | None:
    try:
        value = feature.number_of("uncertainty_m")
    except ValueError:
        value = math.nan
    if value is not None and not 0.0 <= value <= _PLAUSIBLE_M:
        message = f"uncertainty_m is {feature.text('uncertainty_m')!r}, not metres from 0 to {_PLAUSIBLE_M:g}"
        raise PackError(message)
    return value


def corridor_areas(cables: Sequence[Line], half_width_m: float) -> tuple[Area, ...]:
    """The strips of sea over cables as areas of kind "cable": the half-width and the line's own uncertainty together.

    Each segment of a cable is an area of its own; `direction_deg` is its course. Lines that are only schematic are
    widened by SCHEMATIC_M.
    """
    return tuple(
        Area(
            area_id=f"{cable.line_id}-{part}-{index}",
            name=cable.name,
            kind="cable",
            rings=(ring,),
            source=cable.source,
            direction_deg=course,
            accuracy_m=cable.uncertainty_m,
        )
        for cable in cables
        for part, line in enumerate(cable.parts, 1)
        for index, (ring, course) in enumerate(corridors.pieces(line, half_width_m + _spread_m(cable)), 1)
    )


def _spread_m(cable: Line) -> float:
    return SCHEMATIC_M if cable.uncertainty_m is None else cable.uncertainty_m


def _read(name: str, one: Opened) -> Reading[tuple[Line, ...]]:
    return records("cables", name, one, _rows(one))


FORMATS: tuple[Format[tuple[Line, ...]], ...] = (
    Format(
        "cables with uncertainty_m",
        _OWN,
        lambda one: one.shaped("line") and one.has("uncertainty_m"),
        lambda one: _read("cables with uncertainty_m", one),
    ),
    Format(
        "cable map, GeoJSON or shapefile",
        _EMODNET,
        lambda one: one.shaped("line"),
        lambda one: _read("cable map, GeoJSON or shapefile", one),
        only_if_named=True,
    ),
)

KIND = Kind(
    "cables",
    "Cables and pipelines",
    "Watches ships that slow down, stop or drag over a cable.",
    "Without routes, no cable is watched: there is no open world map of cables, so bring your operators' own.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[tuple[Line, ...]]:
    """Lines of kind "cable" or "pipeline"; raises PackError if the files hold no lines."""
    return read_as(KIND, files)
