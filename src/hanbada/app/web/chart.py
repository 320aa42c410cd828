"""The base map: vector tiles out of a PMTiles file, and the place names.

The data directory comes first: `packs/basemap/*.pmtiles` and `names.geojson`; what it lacks is in the package.
"""

from __future__ import annotations

import hashlib
import mmap
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from pmtiles.reader import Reader
from pmtiles.tile import Compression
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

BUILT_IN = Path(__file__).parent / "basemap"
KEPT = {"Cache-Control": "private, max-age=86400"}


class Chart:
    """A base map and names, found once."""

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir
        self._lock = Lock()

    @cached_property
    def file(self) -> Path:
        """The PMTiles file in use: the last pack by name, or our own."""
        folder = self._data_dir / "packs" / "basemap" if self._data_dir else None
        packs = sorted(folder.glob("*.pmtiles")) if folder else []
        return packs[-1] if packs else BUILT_IN / "base.pmtiles"

    @cached_property
    def names_file(self) -> Path:
        """The place names in use."""
        own = self._data_dir / "names.geojson" if self._data_dir else None
        return own if own and own.exists() else BUILT_IN / "names.geojson"

    @cached_property
    def reader(self) -> Any:
        """The open archive (pmtiles has no types)."""
        with self.file.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        opened: Any = Reader
        return opened(lambda offset, length: content[offset : offset + length])

    @cached_property
    def version(self) -> str:
        """Changes when another base map is put in place."""
        stat = self.file.stat()
        return hashlib.sha256(f"{self.file.name} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:12]

    @cached_property
    def about(self) -> dict[str, Any]:
        """What the map page needs to know of it."""
        header, metadata = self.reader.header(), self.reader.metadata()
        layers = [str(layer["id"]) for layer in metadata.get("vector_layers", [])]
        return {
            "tiles": f"/chart/{self.version}/{{z}}/{{x}}/{{y}}.mvt",
            "names": "/chart/names.geojson",
            "max_zoom": int(header["max_zoom"]),
            "layers": layers,
            "attribution": str(metadata.get("attribution", "")),
        }

    def tile(self, request: Request) -> Response:
        """One vector tile; no content where there is only sea."""
        z, x, y = (int(request.path_params[axis]) for axis in "zxy")
        if not (z <= self.about["max_zoom"] and x < 2**z and y < 2**z):
            return Response(status_code=404)
        with self._lock:
            content = self.reader.get(z, x, y)
        if content is None:
            return Response(status_code=204, headers=KEPT)
        gzipped = self.reader.header()["tile_compression"] == Compression.GZIP
        encoding = {"Content-Encoding": "gzip"} if gzipped else {}
        return Response(content, headers=KEPT | encoding, media_type="application/vnd.mapbox-vector-tile")

    def names(self, _: Request) -> Response:
        """The place names as GeoJSON."""
        return Response(self.names_file.read_bytes(), headers=KEPT, media_type="application/geo+json")

    def describe(self, _: Request) -> Response:
        """What the map page needs to know of the base map."""
        return JSONResponse(self.about)
