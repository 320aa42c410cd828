"""The base map: vector tiles out of a PMTiles file, and the place names.

What the owner brought comes first: the base map pack added last (`hanbada pack add`), and `names.geojson` in the data
directory; what is missing is in the package. A pack added while we run shows with the next page. A pack whose tiles
are pictures, or hold no layer `land`, cannot be drawn in our palettes and is passed over.
"""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from pmtiles.reader import Reader
from pmtiles.tile import Compression, TileType
from starlette.responses import JSONResponse, Response

from hanbada.store import packs

if TYPE_CHECKING:
    from starlette.requests import Request

BUILT_IN = Path(__file__).parent / "basemap"
KEPT = {"Cache-Control": "private, max-age=86400"}


class Archive(Struct, frozen=True, kw_only=True):
    """An open PMTiles file. `version` is in the address of its tiles: another file, another address."""

    file: Path
    version: str
    reader: Any
    max_zoom: int
    gzipped: bool
    drawable: bool
    layers: tuple[str, ...]
    attribution: str


def opened(file: Path) -> Archive:
    """A PMTiles file, mapped into memory (pmtiles has no types)."""
    with file.open("rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    anything: Any = Reader
    reader = anything(lambda offset, length: content[offset : offset + length])
    header, metadata, stat = reader.header(), reader.metadata(), file.stat()
    layers = tuple(str(layer["id"]) for layer in metadata.get("vector_layers", []))
    return Archive(
        file=file,
        version=hashlib.sha256(f"{file} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:12],
        reader=reader,
        max_zoom=int(header["max_zoom"]),
        gzipped=header["tile_compression"] == Compression.GZIP,
        drawable=header["tile_type"] == TileType.MVT and "land" in layers,
        layers=layers,
        attribution=str(metadata.get("attribution", "")),
    )


class Chart:
    """The base map and names of a node; archives stay open once they were."""

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir
        self._lock = Lock()
        self._opened: dict[Path, Archive] = {}

    @property
    def archive(self) -> Archive:
        """The archive in use now."""
        pack = packs.file_of(self._data_dir, "basemap", ".pmtiles") if self._data_dir else None
        found = self._open(pack) if pack else None
        return found if found and found.drawable else self._open(BUILT_IN / "base.pmtiles")

    def _open(self, file: Path) -> Archive:
        with self._lock:
            if file not in self._opened:
                self._opened[file] = opened(file)
            return self._opened[file]

    @property
    def names_file(self) -> Path:
        """The place names in use."""
        own = self._data_dir / "names.geojson" if self._data_dir else None
        return own if own and own.exists() else BUILT_IN / "names.geojson"

    @property
    def about(self) -> dict[str, Any]:
        """What a page with a map needs to know of it."""
        archive = self.archive
        return {
            "tiles": f"/chart/{archive.version}/{{z}}/{{x}}/{{y}}.mvt",
            "names": "/chart/names.geojson",
            "max_zoom": archive.max_zoom,
            "layers": list(archive.layers),
            "attribution": archive.attribution,
        }

    def tile(self, request: Request) -> Response:
        """One vector tile; no content where there is only sea. A page opened before a pack was added keeps its own."""
        with self._lock:
            archives = {archive.version: archive for archive in self._opened.values()}
        archive = archives.get(request.path_params["version"]) or self.archive
        z, x, y = (int(request.path_params[axis]) for axis in "zxy")
        if not (z <= archive.max_zoom and x < 2**z and y < 2**z):
            return Response(status_code=404)
        with self._lock:
            content = archive.reader.get(z, x, y)
        if content is None:
            return Response(status_code=204, headers=KEPT)
        encoding = {"Content-Encoding": "gzip"} if archive.gzipped else {}
        return Response(content, headers=KEPT | encoding, media_type="application/vnd.mapbox-vector-tile")

    def names(self, _: Request) -> Response:
        """The place names as GeoJSON."""
        return Response(self.names_file.read_bytes(), headers=KEPT, media_type="application/geo+json")

    def describe(self, _: Request) -> Response:
        """What the map page needs to know of the base map."""
        return JSONResponse(self.about)
