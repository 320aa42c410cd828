"""Formats of other systems, one file each: what was released as their bytes, and their bytes as objects.

`FORMATS` names them; `sniffed` says which one some bytes look like.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanbada.share.formats.contract import Format

FORMATS: tuple[str, ...] = (
    "objects",
    "misp",
    "stix",
    "cise",
    "s421",
    "s124",
    "cot",
    "rtz",
    "gpx",
    "kml",
    "geojson",
    "nga",
    "csv",
    "navtex",
    "pdf",
    "xlsx",
    "nmea",
    "oth_gold",
)
"""Modules of this package; each has a `FORMAT`."""


def named(name: str) -> Format:
    """A format by its name."""
    found: Format = importlib.import_module(f"hanbada.share.formats.{name}").FORMAT
    return found


def sniffed(head: bytes) -> Format | None:
    """The format whose bytes begin like these, None if none does; the order of `FORMATS` decides between two."""
    return next((one for one in map(named, FORMATS) if one.read is not None and one.sniff(head)), None)
