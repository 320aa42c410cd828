"""ESRI shapefiles as features: polygons, lines and points with their attribute table.

Format: ESRI Shapefile Technical Description (July 1998) and the dBASE III table beside it. Heights and measures (the Z
and M types) are read over. Coordinates must be geographic: a projected .prj is refused, for we do not reproject.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hanbada.model.errors import PackError
from hanbada.reference.documents import Document, decoded
from hanbada.reference.features import Fault, Feature
from hanbada.reference.shapes import Floats

_HEADER = 100
_FAMILY = {1: "point", 3: "line", 5: "polygon"}
_DBF_FIELD = 32


@dataclass(frozen=True)
class Field:
    """One column of the attribute table: lower-case name, dBASE type letter, where it stands in a record."""

    name: str
    letter: str
    start: int
    width: int


@dataclass(frozen=True)
class Shapefile:
    """A shapefile with its table."""

    data: bytes
    table: bytes
    encoding: str
    format: str = "shapefile"

    @cached_property
    def _offsets(self) -> tuple[int, ...]:
        """Where each record's content begins; the file may be cut off inside the last."""
        at, offsets = _HEADER, []
        while at + 12 <= len(self.data):
            words = struct.unpack_from(">i", self.data, at + 4)[0]
            if words < 2:
                break
            offsets.append(at + 8)
            at += 8 + 2 * words
        return tuple(offsets)

    @property
    def count(self) -> int:
        """How many features there are."""
        return len(self._offsets)

    @property
    def fields(self) -> frozenset[str]:
        """Column names of the table, lower case."""
        return frozenset(one.name for one in self._columns)

    @property
    def shapes(self) -> frozenset[str]:
        """The one shape all records have."""
        kind = struct.unpack_from("<i", self.data, 32)[0] % 10
        return frozenset({_FAMILY[kind]} if kind in _FAMILY else ())

    @cached_property
    def _columns(self) -> tuple[Field, ...]:
        columns, start, at = [], 1, 32
        while at + _DBF_FIELD <= len(self.table) and self.table[at] != 0x0D:
            name = self.table[at : at + 11].split(b"\x00")[0].decode("latin-1").strip().casefold()
            width = self.table[at + 16]
            columns.append(Field(name, chr(self.table[at + 11]), start, width))
            start, at = start + width, at + _DBF_FIELD
        return tuple(columns)

    def _properties(self, index: int) -> Mapping[str, Any]:
        if len(self.table) < 12:
            return {}
        first, width = struct.unpack_from("<HH", self.table, 8)
        record = self.table[first + index * width : first + (index + 1) * width]
        return {one.name: self._value(one, record[one.start : one.start + one.width]) for one in self._columns}

    def _value(self, column: Field, raw: bytes) -> Any:
        text = _text(raw, self.encoding).strip("\x00 ")
        if not text or set(text) == {"*"}:
            return None
        if column.letter in "NF":
            number = float(text)
            return int(number) if number.is_integer() and "." not in text else number
        return text

    def features(self) -> Iterator[Feature | Fault]:
        """Every record, in the order of the file."""
        for index, at in enumerate(self._offsets):
            try:
                yield self._feature(index, at)
            except (struct.error, ValueError, IndexError) as error:
                yield Fault(index + 1, f"record damaged or cut off ({error})")

    def _feature(self, index: int, at: int) -> Feature | Fault:
        kind = struct.unpack_from("<i", self.data, at)[0]
        properties = self._properties(index)
        if kind == 0:
            return Fault(index + 1, "no geometry")
        if kind % 10 == 1:
            return Feature(index + 1, properties, points=(np.array([struct.unpack_from("<2d", self.data, at + 4)]),))
        if kind % 10 == 3:
            return Feature(index + 1, properties, lines=self._parts(at))
        if kind % 10 == 5:
            return Feature(index + 1, properties, polygons=(self._parts(at),))
        return Fault(index + 1, f"shape type {kind} is not a point, line or polygon")

    def _parts(self, at: int) -> tuple[Floats, ...]:
        parts, points = struct.unpack_from("<2i", self.data, at + 36)
        if parts < 1 or points < 1 or at + 44 + 4 * parts + 16 * points > len(self.data):
            message = f"{parts} parts and {points} points do not fit in the file"
            raise ValueError(message)
        starts = np.frombuffer(self.data, "<i4", parts, at + 44)
        if (np.diff(starts) < 0).any() or starts[0] != 0 or starts[-1] > points:
            message = "parts are out of order"
            raise ValueError(message)
        flat = np.frombuffer(self.data, "<f8", 2 * points, at + 44 + 4 * parts).reshape(-1, 2)
        return tuple(piece.astype(np.float64) for piece in np.split(flat, starts[1:]) if len(piece))


def _text(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return decoded(raw)


def opened(document: Document) -> Shapefile:
    """The document as a shapefile; raises PackError if it is too short or its coordinates are projected."""
    if len(document.data) < _HEADER:
        message = f"{document.name}: a shapefile cut off inside its header"
        raise PackError(message)
    projection = document.parts.get(".prj", b"").lstrip().upper()
    if projection.startswith(b"PROJCS"):
        message = f"{document.name}: coordinates are projected; export it again in WGS 84 longitude and latitude"
        raise PackError(message)
    return Shapefile(document.data, document.parts.get(".dbf", b""), _encoding(document.parts.get(".cpg", b"")))


def _encoding(code_page: bytes) -> str:
    """A .cpg file says "UTF-8", "ANSI 1252" or a bare number; without one, UTF-8 is tried first."""
    name = code_page.decode("latin-1").strip().upper().replace("ANSI ", "CP")
    try:
        "".encode(name or "utf-8")
    except LookupError:
        return "utf-8"
    return name or "utf-8"
