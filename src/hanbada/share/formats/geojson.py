"""GeoJSON (RFC 7946): a FeatureCollection that any map opens, whole between two nodes.

What the file says about itself is its member `note`; everything of an object beside what maps show stands in the
property `hanbada`. Longitudes stay within [-180, 180]: what crosses is cut there (3.1.9), with the times of each part
of a track in `coordTimes`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.model.errors import InputError
from hanbada.model.times import parse_time
from hanbada.share.formats import entries
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, read_all
from hanbada.share.formats.entries import EVERYTHING, OURS, SIMULATED, Entry, Shape, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanbada.model.sharing import Item, Released

MOST = 100_000
"""Features of one file."""
_DEEPEST = 4
_KINDS = {"Point": ("point", 0), "LineString": ("line", 1), "Polygon": ("polygon", 2)}


def collection(found: Sequence[Entry], note: Note) -> bytes:
    """Entries as a FeatureCollection."""
    said = entries.note_lines(note, found)
    whole = {"type": "FeatureCollection", "note": said, "features": list(map(feature, found))}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def feature(entry: Entry) -> dict[str, object]:
    """An entry as a GeoJSON feature."""
    return {"type": "Feature", "id": entry.id, "geometry": geometry(entry), "properties": properties(entry)}


def properties(entry: Entry) -> dict[str, object]:
    """The facts of an entry with name and time."""
    times = [[entries.when(at) for at in shape.at] for shape in pieces(entry) if shape.at]
    found: dict[str, object] = {"name": entry.name, "at": entries.when(entry.at) if entry.at is not None else None}
    found |= entry.facts
    found |= {"coordTimes": times} if times else {}
    found |= {"simulated": True, "label": SIMULATED} if entry.simulated else {"simulated": False}
    return found | ({OURS: msgspec.to_builtins(entry.about)} if entry.about is not None else {})


def geometry(entry: Entry) -> dict[str, object] | None:
    """The geometry of an entry, null if it has none."""
    found = pieces(entry)
    kinds = {shape.kind for shape in found}
    if len(kinds) > 1:
        return {"type": "GeometryCollection", "geometries": [_one_kind([shape]) for shape in found]}
    return _one_kind(found) if found else None


def _one_kind(shapes: list[Shape]) -> dict[str, object]:
    """Shapes of one kind as one geometry."""
    name, depth = {"point": ("Point", 0), "line": ("LineString", 1), "polygon": ("Polygon", 2)}[shapes[0].kind]
    coordinates: list[object] = [
        _rounded(shape.points[0]) if depth == 0 else [_rounded(point) for point in shape.points] for shape in shapes
    ]
    coordinates = [[ring] for ring in coordinates] if depth == 2 else coordinates
    if len(shapes) == 1:
        return {"type": name, "coordinates": coordinates[0]}
    return {"type": f"Multi{name}", "coordinates": coordinates}


def _rounded(point: tuple[float, float]) -> list[float]:
    """To 1e-7 degree: 11 mm."""
    return [round(point[0], 7), round(point[1], 7)]


def write(released: Sequence[Released], note: Note) -> Written:
    """What was released as a FeatureCollection."""
    content = collection(entries.entries_of(released), note)
    return Written(content, compared(EVERYTHING, released, read(content)))


def read(content: bytes) -> Read:
    """The features of a file as objects; raises InputError if it is no GeoJSON."""
    try:
        whole = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        message = f"GeoJSON: not JSON: {error}"
        raise InputError(message) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if isinstance(whole, dict) and whole.get("type") == "Feature":
        features = [whole]
    if not isinstance(features, list):
        message = "GeoJSON: neither a Feature nor a FeatureCollection"
        raise InputError(message)
    found = read_all(one for n, said in enumerate(features[:MOST], 1) for one in _read(n, said))
    odd = [n for n, said in enumerate(features[:MOST], 1) if not isinstance(said, dict)]
    faults = tuple(Loss(item_id="", what=f"feature {n}", why="not a feature") for n in odd)
    late = (Loss(item_id="", what="features", why=f"only the first {MOST} are read"),) if len(features) > MOST else ()
    return Read(found.items, found.losses + faults + late)


def _read(number: int, said: Any) -> Iterator[tuple[Item, list[Loss]]]:
    if not isinstance(said, dict):
        return
    stated = said.get("properties")
    words = stated if isinstance(stated, dict) else {}
    shapes, faults = _shapes(said.get("geometry"), words.get("coordTimes"))
    about = entries.unpacked(words.get(OURS))
    if about is not None:
        item, losses = entries.settled(about, shapes, words)
    else:
        at = words.get("at", words.get("time"))
        item, losses = entries.stranger(
            f"feature {number} {said.get('id')}", _text(words, "name", "title"), _text(words, "description", "text"),
            parse_time(at) if isinstance(at, str) else None, shapes, words,
        )  # fmt: skip
    yield item, losses + [Loss(item_id=item.item_id, what="geometry", why=fault) for fault in faults]


def _text(words: dict[str, Any], *names: str) -> str | None:
    return next((words[name] for name in names if isinstance(words.get(name), str) and words[name].strip()), None)


def _shapes(said: Any, times: Any) -> tuple[list[Shape], list[str]]:
    """The shapes of a geometry, and what is wrong with it; holes of polygons are left out."""
    shapes: list[Shape] = []
    faults: list[str] = []
    _collect(said, shapes, faults, _DEEPEST)
    lines = [one for one in shapes if one.kind == "line"]
    if isinstance(times, list) and lines:
        listed = [times] if times and isinstance(times[0], str) else times
        shapes = _timed(shapes, listed) or shapes
    return shapes, faults


def _collect(said: Any, shapes: list[Shape], faults: list[str], depth: int) -> None:
    if said is None:
        return
    kind = said.get("type") if isinstance(said, dict) else None
    if not isinstance(kind, str) or not depth:
        faults.append("not a geometry")
    elif kind == "GeometryCollection":
        inner = said.get("geometries")
        for one in inner if isinstance(inner, list) else ():
            _collect(one, shapes, faults, depth - 1)
    elif kind.removeprefix("Multi") in _KINDS:
        one = said.get("coordinates")
        for coordinates in (one if isinstance(one, list) else []) if kind.startswith("Multi") else [one]:
            _one(kind.removeprefix("Multi"), coordinates, shapes, faults)
    else:
        faults.append(f"no such geometry: {kind[:40]}")


def _one(kind: str, coordinates: Any, shapes: list[Shape], faults: list[str]) -> None:
    name, depth = _KINDS[kind]
    try:
        rings = coordinates if depth == 2 else [[coordinates] if depth == 0 else coordinates]
        points = tuple(map(_point, rings[0]))
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        faults.append(f"{kind}: coordinates are not as they should be")
        return
    if depth == 2 and len(rings) > 1:
        faults.append("holes of a polygon are left out")
    if points:
        shapes.append(Shape(kind=name if len(points) > 1 else "point", points=points))  # type: ignore[arg-type]


def _point(said: Any) -> tuple[float, float]:
    lon, lat = said[0], said[1]
    if isinstance(lon, bool) or not isinstance(lon, int | float) or not isinstance(lat, int | float):
        raise TypeError
    if not (-540 <= lon <= 540 and -90 <= lat <= 90):
        raise ValueError
    return float(lon), float(lat)


def _timed(shapes: list[Shape], times: list[Any]) -> list[Shape] | None:
    """Lines with their times, None if the two do not fit each other."""
    stated = [
        tuple(parse_time(one) for one in part if isinstance(one, str)) for part in times if isinstance(part, list)
    ]
    if [len(one.points) for one in shapes] != [len(part) for part in stated]:
        return None
    if any(at is None for part in stated for at in part):
        return None
    both = zip(shapes, stated, strict=True)
    return [msgspec.structs.replace(one, at=tuple(at for at in part if at is not None)) for one, part in both]


def sniff(head: bytes) -> bool:
    """Whether it begins like a collection of features."""
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b'"Feature' in head


FORMAT = Format(
    name="geojson", title="GeoJSON", media_type="application/geo+json", suffix="geojson",
    carries=EVERYTHING, write=write, read=read, sniff=sniff,
)  # fmt: skip
