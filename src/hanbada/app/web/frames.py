"""The picture as bytes: vessel frames (now) and replay blocks (before), both in columns.

Numbers are little-endian. A vessel frame is a header of 32 bytes (`HBV1`, n u32, epoch f64 s, revision f64, marks
u32, spare u32) and n values of each column of VESSEL_COLUMNS, one column after the other. A replay block is a header
of 32 bytes (`HBR1`, vessels u32, positions u32, spare u32, start f64 s, span f64 s), the columns of BLOCK_VESSELS and
those of BLOCK_POSITIONS, positions in order of time. `static/js/frames.js` reads both.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

VESSEL_MAGIC, BLOCK_MAGIC = b"HBV1", b"HBR1"
HEADER_BYTES = 32
DEGREE_UNITS = 10_000_000
"""Units of 1e-7 degree: 11 mm, finer than any AIS position (1e-4 minutes)."""
UNKNOWN = 0xFFFF
"""In sog, cog and heading: the radio did not say."""
AGE_LIMIT_S = 0xFFFF
"""Longer ages are clamped: 18 h is old enough to be drawn faint."""
BLOCK_S = 600
"""Ten minutes a replay block."""

VESSEL_COLUMNS = (
    ("lon", "<i4"),
    ("lat", "<i4"),
    ("mmsi", "<u4"),
    ("slot", "<u4"),
    ("sog", "<u2"),
    ("cog", "<u2"),
    ("heading", "<u2"),
    ("age", "<u2"),
    ("kind", "u1"),
    ("flags", "u1"),
)
BLOCK_VESSELS = (("mmsi", "<u4"),)
BLOCK_POSITIONS = (
    ("vessel", "<u4"),
    ("offset", "<u4"),
    ("lon", "<i4"),
    ("lat", "<i4"),
    ("sog", "<u2"),
    ("cog", "<u2"),
)
BLOCK_BYTES = (("kind", "u1"), ("flags", "u1"))

FULL, SIMULATED_PICTURE = 1, 2
"""Marks of a vessel frame: it holds every vessel; something in it is simulated."""

ALERT, WATCHED, SIMULATED, LOST, SOG_UNKNOWN, MOORED = 1, 2, 4, 8, 16, 32
SEVERITY_SHIFT = 6
"""The two high bits of a vessel's flags: 0 no alert, 1 caution, 2 warning, 3 alarm."""
GONE = 255
"""Kind of a vessel that was forgotten: its slot is free."""


class Vessels(Struct, frozen=True, kw_only=True):
    """Vessels as columns of equal length in natural units; NaN is unknown. `slot` is stable for each vessel."""

    lon_deg: Floats
    lat_deg: Floats
    mmsi: Integers
    slot: Integers
    sog_kn: Floats
    cog_deg: Floats
    heading_deg: Floats
    age_s: Floats
    kind: Integers
    flags: Integers


class Frame(Struct, frozen=True, kw_only=True):
    """A vessel frame read back; `columns` holds the arrays of VESSEL_COLUMNS as sent."""

    epoch_s: float
    revision: int
    marks: int
    columns: dict[str, NDArray[np.int64]]


def vessel_frame(vessels: Vessels, *, epoch_s: float, revision: int, marks: int = 0) -> bytes:
    """The frame of vessels; those without a position are left out unless they are GONE."""
    seen = np.isfinite(vessels.lon_deg) & np.isfinite(vessels.lat_deg) | (vessels.kind == GONE)
    flags = vessels.flags | np.where(np.isnan(vessels.sog_kn), SOG_UNKNOWN, 0)
    values = {
        "lon": units(vessels.lon_deg),
        "lat": units(vessels.lat_deg),
        "mmsi": vessels.mmsi,
        "slot": vessels.slot,
        "sog": tenths(vessels.sog_kn),
        "cog": tenths(vessels.cog_deg),
        "heading": whole(vessels.heading_deg),
        "age": np.clip(np.nan_to_num(vessels.age_s, nan=AGE_LIMIT_S), 0, AGE_LIMIT_S),
        "kind": vessels.kind,
        "flags": flags,
    }
    header = struct.pack("<4sIddII", VESSEL_MAGIC, int(seen.sum()), epoch_s, revision, marks, 0)
    return header + columns_bytes(VESSEL_COLUMNS, {name: column[seen] for name, column in values.items()})


def read_vessel_frame(content: bytes) -> Frame:
    """The frame that `vessel_frame` wrote; raises ValueError on anything else."""
    magic, n, epoch_s, revision, marks, _ = struct.unpack_from("<4sIddII", content)
    if magic != VESSEL_MAGIC:
        message = "not a vessel frame"
        raise ValueError(message)
    columns, at = {}, HEADER_BYTES
    for name, kind in VESSEL_COLUMNS:
        columns[name] = np.frombuffer(content, kind, n, at).astype(np.int64)
        at += n * np.dtype(kind).itemsize
    return Frame(epoch_s=epoch_s, revision=int(revision), marks=marks, columns=columns)


class Positions(Struct, frozen=True, kw_only=True):
    """Positions of many vessels in any order, as columns; `kind` and `flags` are those of the vessel."""

    at_us: Integers
    mmsi: Integers
    lon_deg: Floats
    lat_deg: Floats
    sog_kn: Floats
    cog_deg: Floats
    kind: Integers
    flags: Integers


def replay_block(positions: Positions, start_us: int) -> bytes:
    """The block of positions of the ten minutes from `start_us`; empty bytes if there are none."""
    offset_ms = (positions.at_us - start_us) // 1000
    inside = (offset_ms >= 0) & (offset_ms < BLOCK_S * 1000)
    inside &= np.isfinite(positions.lon_deg) & np.isfinite(positions.lat_deg)
    order = np.flatnonzero(inside)[np.argsort(offset_ms[inside], kind="stable")]
    if not len(order):
        return b""
    mmsi, first, vessel = np.unique(positions.mmsi[order], return_index=True, return_inverse=True)
    rows = {
        "vessel": vessel,
        "offset": offset_ms[order],
        "lon": units(positions.lon_deg[order]),
        "lat": units(positions.lat_deg[order]),
        "sog": tenths(positions.sog_kn[order]),
        "cog": tenths(positions.cog_deg[order]),
    }
    header = struct.pack("<4sIIIdd", BLOCK_MAGIC, len(mmsi), len(order), 0, start_us / 1e6, BLOCK_S)
    about = {"kind": positions.kind[order][first], "flags": positions.flags[order][first]}
    tables = ((BLOCK_VESSELS, {"mmsi": mmsi}), (BLOCK_POSITIONS, rows), (BLOCK_BYTES, about))
    return header + b"".join(columns_bytes(layout, values) for layout, values in tables)


def columns_bytes(layout: tuple[tuple[str, str], ...], values: Mapping[str, NDArray[Any]]) -> bytes:
    """Columns in the order and types of a layout."""
    return b"".join(values[name].astype(kind).tobytes() for name, kind in layout)


def units(degrees: Floats) -> Integers:
    """Degrees as whole units, longitudes within [-180, 180]; unknown becomes 0."""
    return np.rint(np.nan_to_num(degrees) * DEGREE_UNITS).astype(np.int64)


def tenths(values: Floats) -> Integers:
    """Tenths, or UNKNOWN."""
    return whole(values * 10)


def whole(values: Floats) -> Integers:
    """Whole numbers, or UNKNOWN."""
    return np.where(np.isnan(values), UNKNOWN, np.clip(np.rint(np.nan_to_num(values)), 0, UNKNOWN - 1)).astype(np.int64)


def severity_flags(rank: Integers) -> Integers:
    """Flags of vessels by the rank of their gravest open alert: 0 none, 1 caution, 2 warning, 3 alarm."""
    return rank << SEVERITY_SHIFT | (rank > 0) * ALERT
