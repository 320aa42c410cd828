"""Maritime limits and boundary lines: NOAA for the United States, the EEA for Europe, Marine Regions for the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.model.errors import PackError
from hanbada.reference import rings
from hanbada.reference.countries_iso3166 import country
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import Format, Kind, Opened, Outcome, Reading, Reject, Source, read_as, records
from hanbada.reference.shapes import Floats, Line, LineKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_NOAA = Source(
    "Maritime Limits and Boundaries of the United States, NOAA Office of Coast Survey",
    "https://nauticalcharts.noaa.gov/data/us-maritime-limits-and-boundaries.html",
    "public domain (United States Government)",
)
_EEA = Source(
    "Maritime boundaries, European Environment Agency",
    "https://www.eea.europa.eu/en/datahub",
    "CC BY 4.0",
)
_MARINE_REGIONS = Source(
    "Maritime Boundaries, Flanders Marine Institute (Marine Regions)",
    "https://www.marineregions.org/downloads.php",
    "CC BY 4.0",
)


def _line(feature: Feature | Fault, describe: Callable[[Feature], Line]) -> Outcome[Line]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    if not feature.lines:
        return Reject("bad_geometry", "not a line")
    try:
        return [describe(feature)]
    except (PackError, ValueError) as error:
        return Reject("bad_geometry", str(error))


def _parts(feature: Feature) -> tuple[Floats, ...]:
    return tuple(rings.line(line) for line in feature.lines)


def _noaa_kind(feature: Feature) -> LineKind:
    """A limit is what its flags say; a boundary between neighbours, or one line with two meanings, is a boundary."""
    flags: dict[str, LineKind] = {"ts": "territorial_limit", "cz": "contiguous_limit", "eez": "eez_limit"}
    set_flags = [kind for flag, kind in flags.items() if (feature.number_of(flag) or 0.0) > 0.0]
    is_limit = feature.text("feat_type") == "Maritime Limit"
    return set_flags[0] if is_limit and len(set_flags) == 1 else "boundary"


def _noaa(feature: Feature) -> Line:
    notes = [feature.text("feat_type"), feature.text("legal_auth"), feature.text("note")]
    unilateral = (feature.number_of("unilateral") or 0.0) > 0.0
    return Line(
        line_id=f"noaa-{feature.text('objectid') or feature.number}",
        name=f"{feature.text('region') or 'United States'} {feature.text('bound_id') or ''}".strip(),
        kind=_noaa_kind(feature),
        parts=_parts(feature),
        source="NOAA",
        parties=("US",),
        note="; ".join([n for n in notes if n] + (["unilateral"] if unilateral else [])) or None,
    )


def _eea(feature: Feature) -> Line:
    named = feature.text("country") or f"boundary {feature.number}"
    codes = [country(part) for part in named.split("-")]
    return Line(
        line_id=f"eea-{feature.number}",
        name=named,
        kind="boundary",
        parts=_parts(feature),
        source=feature.text("source") or "European Environment Agency",
        parties=tuple(sorted(code for code in codes if code)),
    )


_LINE_TYPES: dict[str, LineKind] = {
    "12 NM": "territorial_limit",
    "24 NM": "contiguous_limit",
    "200 NM": "eez_limit",
}


def _marine_regions(feature: Feature) -> Line:
    codes = [country(feature.text(f"iso_sov{n}", f"sovereign{n}")) for n in (1, 2, 3)]
    kind = feature.text("line_type") or ""
    return Line(
        line_id=f"mr-{feature.text('line_id', 'mrgid', 'id') or feature.number}",
        name=feature.text("line_name") or kind or f"line {feature.number}",
        kind=_LINE_TYPES.get(kind, "boundary"),
        parts=_parts(feature),
        source="Marine Regions",
        parties=tuple(sorted({code for code in codes if code})),
        note=kind or None,
    )


def _format(
    name: str, source: Source, columns: tuple[str, ...], describe: Callable[[Feature], Line]
) -> Format[tuple[Line, ...]]:
    def rows(one: Opened) -> Iterator[tuple[int, Outcome[Line]]]:
        for feature in one.layer.features() if one.layer else ():
            yield feature.number, _line(feature, describe)

    return Format(
        name,
        source,
        lambda one: one.shaped("line") and one.has(*columns),
        lambda one: records("limits", name, one, rows(one)),
    )


FORMATS = (
    _format("NOAA maritime limits", _NOAA, ("bound_id", "feat_type", "ts", "cz", "eez"), _noaa),
    _format("EEA maritime boundaries", _EEA, ("source", "country", "shape_leng"), _eea),
    _format("Marine Regions boundaries", _MARINE_REGIONS, ("line_name", "line_type"), _marine_regions),
)

KIND = Kind(
    "limits",
    "Limits and boundary lines",
    "Draws the 12, 24 and 200 nautical mile limits and agreed boundaries as their keepers publish them.",
    "Without them, only the edges of areas are drawn, and nothing tells an agreed boundary from a claimed one.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[tuple[Line, ...]]:
    """Lines of limits and boundaries; raises PackError if the files are none we know."""
    return read_as(KIND, files)
