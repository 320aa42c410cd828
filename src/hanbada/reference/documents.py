"""One file as received, opened: gzip, zstd and zip taken off within bounds, text decoded, content sniffed.

Nothing here trusts a file name or a size that a file states about itself.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol, TypeAlias, TypeVar

import msgspec

from hanbada.model.errors import PackError

LIMIT_BYTES = 1 << 30
"""Most that one pack may unpack to: the full world EEZ and IBTrACS files stay well below."""
BOMB_RATIO = 200
"""Text packs 5 to 30 times; a file that grows more than this past the first 64 MiB is made to hurt."""
_BOMB_FREE_BYTES = 64 << 20
_CHUNK = 1 << 20
_MOST_MEMBERS = 10_000
_DEEPEST = 3
_LONGEST_FIELD = 1 << 24

T = TypeVar("T")
Content: TypeAlias = Literal["json", "csv", "shapefile", "parquet", "pmtiles", "binary"]
_SIDECARS = frozenset({".dbf", ".prj", ".cpg", ".shx", ".sbn", ".sbx", ".qpj", ".qmd", ".xml", ".fbn", ".fbx", ".ain"})


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Document:
    """One unpacked file; `parts` are the sidecar files of a shapefile by suffix (".dbf", ".prj", ".cpg")."""

    name: str
    data: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def content(self) -> Content:
        """What the bytes are."""
        head = self.data[:512]
        if head[:7] == b"PMTiles":
            return "pmtiles"
        if head[:4] == b"PAR1":
            return "parquet"
        if head[:4] == b"\x00\x00\x27\x0a":
            return "shapefile"
        if head[:3] != b"\xef\xbb\xbf" and head[:2] not in {b"\xff\xfe", b"\xfe\xff"} and b"\x00" in head:
            return "binary"
        return "json" if self._first_letter in "{[" and self._first_letter else "csv"

    @cached_property
    def _first_letter(self) -> str:
        return decoded(self.data[:512]).lstrip()[:1]

    @cached_property
    def utf8(self) -> bytes:
        """The text as UTF-8 without a byte order mark, whatever it came in: UTF-16 with a mark, else Windows-1252."""
        bare = self.data.removeprefix(b"\xef\xbb\xbf")
        try:
            bare.decode("utf-8")
        except UnicodeDecodeError:
            return decoded(self.data).encode("utf-8", "replace")
        return bare

    @cached_property
    def delimiter(self) -> str:
        """The sign between fields of the first line: comma, semicolon or tab."""
        line = decoded(self.data[:8192]).split("\n", 1)[0]
        return max(",;\t", key=line.count)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Field names of the first line of a text, lower case; empty for other content."""
        if self.content != "csv":
            return ()
        try:
            first = next(csv.reader([decoded(self.data[:65536]).split("\n", 1)[0]], delimiter=self.delimiter), [])
        except csv.Error:
            return ()
        return tuple(name.strip().casefold() for name in first)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every line of a text as (number, fields), the header being row 0; raises PackError where it is not text."""
        lines = io.TextIOWrapper(io.BytesIO(self.utf8), encoding="utf-8", newline="")
        reader = csv.reader(lines, delimiter=self.delimiter)
        csv.field_size_limit(_LONGEST_FIELD)
        try:
            yield from enumerate(row for row in reader if row)
        except csv.Error as error:
            message = f"{self.name}: not readable as a table near line {reader.line_num}: {error}"
            raise PackError(message) from error

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Data rows as (number from 1, value by lower-case field name), values stripped; missing fields are empty."""
        names = self.header
        for number, row in self.rows():
            if number > 0:
                values = [value.strip() for value in row] + [""] * (len(names) - len(row))
                yield number, dict(zip(names, values, strict=False))


def from_json(document: Document, shape: type[T]) -> T | None:
    """The document as JSON of a shape, None if it is JSON of another; raises PackError if it is not JSON at all."""
    try:
        return msgspec.json.decode(document.utf8, type=shape)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"{document.name}: not JSON, or cut off ({error})"
        raise PackError(message) from error


def decoded(data: bytes) -> str:
    """Text of bytes whose encoding nobody told us; never fails.

    >>> decoded("Zürich".encode()), decoded("Zürich".encode("latin-1"))
    ('Zürich', 'Zürich')
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and error.start > len(data) - 4:  # a character cut off at the end
                return data[: error.start].decode(encoding)
    return data.decode("latin-1")


def opened(files: Mapping[str, bytes], limit_bytes: int = LIMIT_BYTES) -> tuple[Document, ...]:
    """Every document in the files, unpacked, shapefiles put together with their sidecars.

    Raises PackError for a damaged archive, one that would unpack to more than limit_bytes, or no file at all.
    """
    if not files:
        message = "no file given"
        raise PackError(message)
    members: dict[str, bytes] = {}
    for name, data in files.items():
        for inner, content in _unpacked(name, data, limit_bytes, _DEEPEST):
            members[inner] = content
            if sum(map(len, members.values())) > limit_bytes or len(members) > _MOST_MEMBERS:
                raise PackError(_too_big(name, limit_bytes))
    return tuple(_documents(members))


def _split(name: str) -> tuple[str, str]:
    """A name without its suffix, folded, and the suffix in lower case with its dot.

    >>> _split("World/EEZ.SHP"), _split("README")
    (('world/eez', '.shp'), ('readme', ''))
    """
    stem, dot, suffix = name.casefold().rpartition(".")
    return (stem, f".{suffix}") if dot and "/" not in suffix else (name.casefold(), "")


def _documents(members: Mapping[str, bytes]) -> Iterator[Document]:
    """Shapefiles take their sidecars along; what is no sidecar of one stands alone."""
    parts: dict[str, dict[str, bytes]] = {_split(name)[0]: {} for name in members if _split(name)[1] == ".shp"}
    alone: list[str] = []
    for name, data in members.items():
        stem, suffix = _split(name)
        owner = stem if stem in parts else _split(stem)[0]  # a.shp.xml belongs to a.shp
        if suffix in _SIDECARS and owner in parts:
            parts[owner][suffix] = data
        else:
            alone.append(name)
    for name in alone:
        yield Document(name, members[name], parts.get(_split(name)[0], {}) if _split(name)[1] == ".shp" else {})


def _unpacked(name: str, data: bytes, limit_bytes: int, depth: int) -> Iterator[tuple[str, bytes]]:
    """(Name, content) of everything inside one file."""
    if depth and data[:2] == b"\x1f\x8b":
        inner = name[:-3] if name.lower().endswith(".gz") else name
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            yield from _unpacked(inner, _bounded(name, stream, len(data), limit_bytes), limit_bytes, depth - 1)
    elif depth and data[:4] == b"\x28\xb5\x2f\xfd":
        yield from _unpacked(name.removesuffix(".zst"), _from_zstd(name, data, limit_bytes), limit_bytes, depth - 1)
    elif depth and data[:4] == b"PK\x03\x04":
        yield from _from_zip(name, data, limit_bytes, depth)
    else:
        yield name, data


def _from_zstd(name: str, data: bytes, limit_bytes: int) -> bytes:
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as stream:
            return _bounded(name, stream, len(data), limit_bytes)
    except zstandard.ZstdError as error:
        message = f"{name}: damaged zstd file ({error})"
        raise PackError(message) from error


def _from_zip(name: str, data: bytes, limit_bytes: int, depth: int) -> Iterator[tuple[str, bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        message = f"{name}: damaged zip file ({error})"
        raise PackError(message) from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > _MOST_MEMBERS:
            raise PackError(_too_big(name, limit_bytes))
        left = limit_bytes
        for info in infos:
            content = _member(name, archive, info, left)
            left -= len(content)
            yield from _unpacked(info.filename, content, left, depth - 1)


def _member(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit_bytes: int) -> bytes:
    try:
        with archive.open(info) as stream:
            return _bounded(f"{name}/{info.filename}", stream, max(1, info.compress_size), limit_bytes)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        message = f"{name}: cannot unpack {info.filename} ({error})"
        raise PackError(message) from error


def _bounded(name: str, stream: _Stream, packed: int, limit_bytes: int) -> bytes:
    """All of a stream, unless it grows past the limit or past what honest data packs to."""
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            chunks.append(chunk)
            if size > limit_bytes or (size > _BOMB_FREE_BYTES and size > BOMB_RATIO * packed):
                raise PackError(_too_big(name, limit_bytes))
    except (EOFError, OSError, zlib.error) as error:
        message = f"{name}: damaged or cut off ({error})"
        raise PackError(message) from error
    return b"".join(chunks)


def _too_big(name: str, limit_bytes: int) -> str:
    return f"{name}: unpacks to more than {limit_bytes >> 20} MiB or is made to fill memory; not opened"
