"""Anchorages: the anchorage cells and port lists of Global Fishing Watch, as ANCHORAGES."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.reference.countries_iso3166 import country
from hanbada.reference.reading import (
    Format,
    Kind,
    Opened,
    Outcome,
    Reading,
    Reject,
    Source,
    number,
    position,
    read_as,
    table,
    words,
)
from hanbada.reference.tables import ANCHORAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

_GFW = Source(
    "Anchorages and ports, Global Fishing Watch",
    "https://globalfishingwatch.org/datasets-and-code-anchorages/",
    "CC BY-SA 4.0 (data download); Apache-2.0 (lists in the anchorages pipeline)",
)
_TRUTHS = {"true": True, "false": False, "1": True, "0": False, "t": True, "f": False}


def _rows(one: Opened) -> Iterator[tuple[int, Outcome[Mapping[str, Any]]]]:
    stem = one.document.name.rsplit("/", 1)[-1].partition(".")[0]
    for row_number, row in one.document.records():
        yield row_number, _anchorage(row, row.get("s2id") or f"{stem}-{row_number}")


def _anchorage(row: Mapping[str, str], anchorage_id: str) -> Outcome[Mapping[str, Any]]:
    place = position(number(row.get("latitude") or row.get("lat")), number(row.get("longitude") or row.get("lon")))
    label = words(row.get("label"))
    if isinstance(place, Reject):
        return place
    if label is None:
        return Reject("no_name", f"anchorage {anchorage_id} has no label")
    shore = row.get("distance_from_shore_m")
    return [
        {
            "anchorage_id": anchorage_id,
            "label": label,
            "sublabel": words(row.get("sublabel")),
            "country": country(words(row.get("iso3"))),
            "lat_deg": place[0],
            "lon_deg": place[1],
            "shore_m": number(shore),
            "at_dock": _TRUTHS.get((row.get("at_dock") or row.get("dock") or "").lower()),
            "source": "Global Fishing Watch",
        }
    ]


def _read(name: str, one: Opened) -> Reading[pa.Table]:
    return table("anchorages", name, one, ANCHORAGES, _rows(one))


FORMATS: tuple[Format[pa.Table], ...] = (
    Format(
        "named anchorages, CSV",
        _GFW,
        lambda one: one.layer is None and one.has("s2id", "label") and bool({"lat", "latitude"} & one.fields),
        lambda one: _read("named anchorages, CSV", one),
    ),
    Format(
        "port list, CSV",
        _GFW,
        lambda one: one.layer is None and one.has("iso3", "label", "sublabel", "latitude", "longitude"),
        lambda one: _read("port list, CSV", one),
    ),
)

KIND = Kind(
    "anchorages",
    "Anchorages",
    "Tells waiting at anchor from loitering and finds where a port call begins.",
    "Without anchorages, ships waiting off a port more often count as loitering, and calls are found at ports only.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[pa.Table]:
    """ANCHORAGES of a list of anchorages; raises PackError if the files are none we know."""
    return read_as(KIND, files)
