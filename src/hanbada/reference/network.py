"""The sea network for routes and transit times, as SEA_EDGES: legs between nodes, straits and canals named."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hanbada.geo.sphere import distance_m, wrapped
from hanbada.reference.features import Fault, Feature
from hanbada.reference.reading import Format, Kind, Opened, Outcome, Reading, Reject, Source, read_as, table
from hanbada.reference.tables import SEA_EDGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from hanbada.reference.shapes import Floats

_MARNET = Source(
    "Maritime network of searoute, after Eurostat SeaRoute",
    "https://github.com/genthalili/searoute-py",
    "Apache-2.0 (searoute); the network it derives from: EUPL-1.2 (Eurostat)",
)
_PLACE_DECIMALS = 6
"""Ends of legs that agree to a tenth of a metre are one node."""


def _rows(one: Opened) -> Iterator[tuple[int, Outcome[Mapping[str, Any]]]]:
    nodes: dict[tuple[float, float], int] = {}
    for feature in one.layer.features() if one.layer else ():
        yield feature.number, _legs(feature, nodes)


def _legs(feature: Feature | Fault, nodes: dict[tuple[float, float], int]) -> Outcome[Mapping[str, Any]]:
    if isinstance(feature, Fault):
        return Reject("bad_geometry", feature.reason)
    if not feature.lines:
        return Reject("bad_geometry", "not a line")
    passage = feature.text("passage")
    return [leg for line in feature.lines for leg in _line_legs(line, nodes, passage, feature.number)]


def _line_legs(
    line: Floats, nodes: dict[tuple[float, float], int], passage: str | None, feature: int
) -> Iterator[Mapping[str, Any]]:
    places = [(round(float(lat), _PLACE_DECIMALS), round(wrapped(float(lon)), _PLACE_DECIMALS)) for lon, lat in line]
    for start, end in pairwise(places):
        if start == end:
            continue
        yield {
            "from_node": nodes.setdefault(start, len(nodes)),
            "to_node": nodes.setdefault(end, len(nodes)),
            "from_lat_deg": start[0],
            "from_lon_deg": start[1],
            "to_lat_deg": end[0],
            "to_lon_deg": end[1],
            "length_m": distance_m(*start, *end),
            "passage": passage,
            "feature": feature,
        }


FORMATS: tuple[Format[pa.Table], ...] = (
    Format(
        "searoute marnet, GeoJSON",
        _MARNET,
        lambda one: one.shaped("line") and one.fields == {"passage"},
        lambda one: table("network", "searoute marnet, GeoJSON", one, SEA_EDGES, _rows(one)),
    ),
)

KIND = Kind(
    "network",
    "Sea network",
    "Gives routes, transit times and detours when a strait is closed.",
    "Nothing is missing: the network is built in. A newer one replaces it.",
    FORMATS,
    built_in="4,109 lines of the searoute package",
)


def read(files: Mapping[str, bytes]) -> Reading[pa.Table]:
    """SEA_EDGES of a sea network; raises PackError if the files are none."""
    return read_as(KIND, files)
