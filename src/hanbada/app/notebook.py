"""The map in a notebook: `Map(vessels=…, tracks=…, detections=…)` shows it, `map.selected` is what was clicked.

It is an anywidget (Jupyter, JupyterLab, VS Code, marimo). Everything it needs goes to the browser with it: MapLibre,
the scripts of the console, its palettes and our base map. No request leaves the machine, and it goes on working when
the kernel is busy or gone; a map weighs about four megabytes for that.
"""

from __future__ import annotations

import json
import re
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from hanbada.app import layers
from hanbada.app.exports import NOT_FOR_NAVIGATION, Item, feature
from hanbada.app.web import assets
from hanbada.app.web.chart import BUILT_IN, opened
from hanbada.model.errors import UsageError

try:
    import anywidget
    import traitlets
except ImportError as error:
    MESSAGE = "maps in notebooks need anywidget: pip install 'hanbada[notebook]'"
    raise UsageError(MESSAGE) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hanbada.app.layers import Frame
    from hanbada.model.records import Detection

    Tabled: TypeAlias = Frame | Sequence[Item]

SCRIPT = "static/js/notebook.js"
WORKER = "vendor/maplibre-gl-worker.mjs"
STYLES = ("static/css/palettes.css", "static/css/notebook.css")
PALETTES = ("day", "dusk", "night")
_IMPORT = re.compile(r'(?m)^(import .*? from )"(\.[^"]+)";')


class Map(anywidget.AnyWidget):
    """A map of vessels, tracks, detections, sightings and areas; assign `palette` or `selected` and it follows.

    `vessels`, `tracks` and `sightings` are Polars or Arrow tables (see `hanbada.app.layers`) or items, `areas` is
    GeoJSON (text, bytes or a dict), `forecast` the items of `hanbada.app.forecasts.items`. `selected` has the layer,
    the id and the facts of what was clicked, and is None if nothing is. Raises UsageError for data of another form.
    """

    _esm: ClassVar[Any] = ""
    _css: ClassVar[Any] = ""
    base = traitlets.Bytes().tag(sync=True)
    chart = traitlets.Dict().tag(sync=True)
    layers = traitlets.Dict().tag(sync=True)
    note = traitlets.Unicode(NOT_FOR_NAVIGATION).tag(sync=True)
    palette = traitlets.Enum(PALETTES, "dusk").tag(sync=True)
    height_px = traitlets.Int(520).tag(sync=True)
    selected = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        *,
        vessels: Tabled | None = None,
        tracks: Tabled | None = None,
        detections: Iterable[Detection] = (),
        sightings: Tabled | None = None,
        areas: Any = None,
        forecast: Sequence[Item] = (),
        **traits: Any,
    ) -> None:
        drawn = {
            "areas": areas_of(areas),
            "forecast": collection(forecast),
            "tracks": collection(_items(tracks, layers.tracks)),
            "detections": collection(layers.detections(detections)),
            "sightings": collection(_items(sightings, layers.sightings)),
            "vessels": collection(_items(vessels, layers.vessels)),
        }
        super().__init__(_esm=bundle(), _css=styles(), base=tiles(), chart=chart(), layers=drawn, **traits)


def _items(given: Tabled | None, read: Callable[[Any], list[Item]]) -> Sequence[Item]:
    """Items as they are, tables as items."""
    if given is None:
        return ()
    return given if isinstance(given, list | tuple) else read(given)


def collection(items: Iterable[Item]) -> dict[str, Any]:
    """Items as GeoJSON, cut at 180 degrees; each feature says its id among its properties too."""
    features = [feature(item) for item in items]
    for one in features:
        one["properties"] = {"id": one["id"], **one["properties"]}  # type: ignore[dict-item]
    return {"type": "FeatureCollection", "features": features}


def areas_of(given: Any) -> dict[str, Any]:
    """GeoJSON of any form as a collection whose features have ids; raises UsageError if it is none."""
    try:
        read = json.loads(given) if isinstance(given, str | bytes) else given
    except ValueError as error:
        message = f"areas: not GeoJSON: {error}"
        raise UsageError(message) from error
    if read is None:
        return {"type": "FeatureCollection", "features": []}
    kind = read.get("type") if isinstance(read, dict) else None
    found = read.get("features", []) if kind == "FeatureCollection" else [read]
    if kind in {"Polygon", "MultiPolygon", "LineString", "MultiLineString"}:
        found = [{"type": "Feature", "geometry": read}]
    elif kind not in {"FeatureCollection", "Feature"}:
        message = f"areas: give a GeoJSON FeatureCollection, Feature or geometry, not {kind or type(given).__name__}"
        raise UsageError(message)
    return {"type": "FeatureCollection", "features": [_area(one, number) for number, one in enumerate(found)]}


def _area(one: Any, number: int) -> dict[str, Any]:
    own = {"id": str(one.get("id", number)), "name": f"area {number + 1}", **(one.get("properties") or {})}
    return {"type": "Feature", "id": own["id"], "geometry": one.get("geometry"), "properties": own}


# What goes to the browser


@cache
def bundle() -> str:
    """The scripts as one module: each becomes a blob in the browser, imported by the ones that come after it."""
    files = assets.Assets().files
    order: dict[str, str] = {}
    _gather(SCRIPT, files, order)
    order[WORKER] = files[WORKER].read_text(encoding="utf-8")
    return (
        f"const sources = {json.dumps(order)}, at = {{}};\n"
        "for (const [name, text] of Object.entries(sources)) {\n"
        '  const own = text.replace(/^(import .*? from )"hanbada:([^"]+)"/gm, (_, it, one) => `${it}"${at[one]}"`);\n'
        '  at[name] = URL.createObjectURL(new Blob([own], { type: "text/javascript" }));\n'
        "}\n"
        f"const {{ show }} = await import(at[{json.dumps(SCRIPT)}]);\n"
        f"export default {{ render: ({{ model, el }}) => show(model, el, at[{json.dumps(WORKER)}]) }};\n"
    )


def _gather(name: str, files: dict[str, Path], order: dict[str, str]) -> None:
    """A script after those it imports, which it then names by where they lie in the package."""
    if name in order:
        return
    folder, text = Path(name).parent, files[name].read_text(encoding="utf-8")

    def lies(match: re.Match[str]) -> str:
        return _joined(folder, match[2])

    for match in _IMPORT.finditer(text):
        _gather(lies(match), files, order)
    order[name] = _IMPORT.sub(lambda match: f'{match[1]}"hanbada:{lies(match)}";', text)


def _joined(folder: Path, address: str) -> str:
    """The address of a script as seen from a folder.

    >>> _joined(Path("static/js"), "../../vendor/maplibre-gl.mjs")
    'vendor/maplibre-gl.mjs'
    """
    parts: list[str] = []
    for one in (folder / address).parts:
        parts = parts[:-1] if one == ".." else [*parts, one]
    return "/".join(parts)


@cache
def styles() -> str:
    """The palettes, for the map's own box alone, and its style."""
    files = assets.Assets().files
    return "\n".join(files[name].read_text(encoding="utf-8").replace(":root, ", "") for name in STYLES)


@cache
def chart() -> dict[str, Any]:
    """What the scripts need to know of the base map."""
    archive = opened(BUILT_IN / "base.pmtiles")
    return {
        "tiles": "hanbada://{z}/{x}/{y}",
        "names": json.loads((BUILT_IN / "names.geojson").read_text(encoding="utf-8")),
        "max_zoom": archive.max_zoom,
        "layers": list(archive.layers),
        "attribution": archive.attribution,
    }


@cache
def tiles() -> bytes:
    """The base map: how many tiles; of each z, x, y, where it begins and how long it is (u32); the gzipped tiles."""
    import pmtiles.reader

    reader: Any = pmtiles.reader  # pmtiles has no types
    with (BUILT_IN / "base.pmtiles").open("rb") as file:
        found = list(reader.all_tiles(reader.MmapSource(file)))
    contents = {content: 0 for _, content in found}
    end = 0
    for content in contents:
        contents[content], end = end, end + len(content)
    index = [number for place, content in found for number in (*place, contents[content], len(content))]
    return struct.pack(f"<{1 + len(index)}I", len(found), *index) + b"".join(contents)
