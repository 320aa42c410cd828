"""Data sets beside the project, opened as packs; each test that needs one is skipped where it is missing."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from hanbada.reference import kinds
from hanbada.reference.reading import Reading
from hanbada.reference.shapes import Area

# Loaded by path: a second conftest elsewhere may go by the same name.
_SPEC = importlib.util.spec_from_file_location("shared_conftest", Path(__file__).parents[1] / "conftest.py")
_CONFTEST = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_CONFTEST)
pack = _CONFTEST.pack


def files(*parts: str) -> dict[str, bytes]:
    """One file of a data set as a pack."""
    path = pack(*parts)
    return {path.name: path.read_bytes()}


def read(kind: str | None, *parts: str) -> Reading[Any]:
    """One file of a data set, read as a kind or as what it is recognised as."""
    return kinds.read(kind, files(*parts))


def holds(area: Area, lat: float, lon: float) -> bool:
    """Even-odd over all rings of an area, on every turn: slow and plain."""
    return any(sum(_crossings(ring, lat, lon + turn) for ring in area.rings) % 2 for turn in (0.0, 360.0, -360.0))


def _crossings(ring: np.ndarray, lat: float, lon: float) -> int:
    a, b = ring[:-1], ring[1:]
    straddle = (a[:, 1] > lat) != (b[:, 1] > lat)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = a[:, 0] + (lat - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return int((straddle & (lon < at)).sum())
