"""What the map's users take away for other programs: the writers of `share.formats`, and the names of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.model.times import dtg
from hanbada.share.formats.contract import Note
from hanbada.share.formats.csv import table
from hanbada.share.formats.entries import NOT_FOR_NAVIGATION, SIMULATED, Shape
from hanbada.share.formats.entries import Cell as Fact
from hanbada.share.formats.entries import Entry as Item
from hanbada.share.formats.geojson import collection as geojson
from hanbada.share.formats.geojson import feature, geometry
from hanbada.share.formats.gpx import document as gpx
from hanbada.share.formats.kml import document as kml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "FORMATS", "NOT_FOR_NAVIGATION", "SIMULATED", "Fact", "Item", "Note", "Shape", "feature", "file_name", "geojson",
    "geometry", "gpx", "kml", "table",
]  # fmt: skip


def file_name(what: str, suffix: str, written_at: int, items: Sequence[Item]) -> str:
    """A name of plain ASCII; nothing a stranger typed gets into it."""
    simulated = f"-{SIMULATED}" if any(item.simulated for item in items) else ""
    return f"hanbada-{what}-{dtg(written_at)}{simulated}.{suffix}"


FORMATS: dict[str, tuple[str, Callable[[Sequence[Item], Note], bytes]]] = {
    "geojson": ("application/geo+json", geojson),
    "kml": ("application/vnd.google-earth.kml+xml", kml),
    "gpx": ("application/gpx+xml", gpx),
    "csv": ("text/csv; charset=utf-8", table),
}
"""File name suffix -> media type and writer."""
