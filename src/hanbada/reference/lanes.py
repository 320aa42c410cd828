"""Where ships mostly go: drawn shipping lanes as lines, for context and as a prior for the usual way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.model.errors import PackError
from hanbada.reference import rings
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import Format, Kind, Opened, Outcome, Reading, Reject, Source, read_as, records
from hanbada.reference.shapes import Line, LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LANES = Source(
    "Global shipping lanes, digitised from a map of the CIA",
    "https://github.com/newzealandpaul/Shipping-Lanes",
    "CC BY 4.0",
)
_KINDS: dict[str, LineKind] = {"major": "lane_major", "middle": "lane_middle", "minor": "lane_minor"}


def _rows(one: Opened) -> Iterator[tuple[int, Outcome[Line]]]:
    for feature in one.layer.features() if one.layer else ():
        yield feature.number, _lane(feature)


def _lane(feature: Feature | Fault) -> Outcome[Line]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    rank = (feature.text("type") or "").lower()
    if rank not in _KINDS:
        return Reject("bad_property", f"type is {rank!r}, not one of {', '.join(_KINDS)}")
    try:
        parts = tuple(rings.line(line) for line in feature.lines)
    except PackError as error:
        return Reject("bad_geometry", str(error))
    return [
        Line(
            line_id=f"lane-{rank}",
            name=f"{rank} shipping lanes",
            kind=_KINDS[rank],
            parts=parts,
            source="CIA map, digitised",
        )
    ]


def _fits(one: Opened) -> bool:
    if not (one.shaped("line") and one.has("type")) or one.layer is None:
        return False
    first = next(iter(one.layer.features()), None)
    return isinstance(first, Feature) and (first.text("type") or "").lower() in _KINDS


FORMATS: tuple[Format[tuple[Line, ...]], ...] = (
    Format(
        "shipping lanes, GeoJSON",
        _LANES,
        _fits,
        lambda one: records("lanes", "shipping lanes, GeoJSON", one, _rows(one)),
    ),
)

KIND = Kind(
    "lanes",
    "Shipping lanes",
    "Shows where ships usually go.",
    "Without drawn lanes, the map shows no lanes, and leaving the usual way is judged by the sea network alone.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[tuple[Line, ...]]:
    """Lines of kind "lane_major", "lane_middle" or "lane_minor"; raises PackError if the files are none."""
    return read_as(KIND, files)
