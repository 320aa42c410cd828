"""GPX 1.1 (Topografix): waypoints, routes and tracks for plotters and handhelds.

Lines with times are tracks, plans are routes, everything else is a waypoint at its first position. Everything of an
object stands in its `extensions`. GPX knows no areas: read by others an area is only its first corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.geo import cuts
from hanbada.model.ids import content_id
from hanbada.model.times import parse_time
from hanbada.share.formats import entries, markup
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, item, read_all
from hanbada.share.formats.entries import EVERYTHING, OURS, Entry, Shape, pieces
from hanbada.share.formats.kml import xml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from hanbada.model.sharing import Item, Released

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Hanbada"'
    ' xmlns="http://www.topografix.com/GPX/1/1" xmlns:h="urn:hanbada:gpx:1">'
)


def document(found: Sequence[Entry], note: Note) -> bytes:
    """Entries as a GPX file, in the order its schema wants: waypoints, routes, tracks."""
    kinds = [(_kind(entry), entry) for entry in found]
    body = "".join(write(entry) for name, write in _WRITERS.items() for kind, entry in kinds if kind == name)
    said = xml("; ".join(entries.note_lines(note, found)))
    written = f"<time>{entries.when(note.written_at)}</time>"
    head = f"<metadata><name>{xml(note.title)}</name><desc>{said}</desc>{written}</metadata>\n"
    return f"{_HEAD}{head}{body}</gpx>\n".encode()


def _kind(entry: Entry) -> str:
    if entry.about is not None and entry.about.data_class == "plan" and entry.shapes:
        return "rte"
    timed = [at for shape in entry.shapes for at in shape.at]
    return "trk" if timed and all(map(entries.dated, timed)) else "wpt"


def _described(entry: Entry) -> str:
    """Name and facts of an entry as GPX elements."""
    facts = ", ".join(f"{key}={value}" for key, value in entry.facts.items() if value is not None)
    return f"<name>{xml(entry.label)}</name><desc>{xml(facts)}</desc>{_extended(entry)}"


def _extended(entry: Entry) -> str:
    if entry.about is None:
        return ""
    return f"<extensions><h:{OURS}>{xml(entries.packed(entry.about))}</h:{OURS}></extensions>"


def _waypoint(entry: Entry) -> str:
    """A waypoint at an entry's first position, nothing if it has none."""
    found = pieces(entry)
    if not found:
        return ""
    when = f"<time>{entries.when(entry.at or 0)}</time>" if entries.dated(entry.at) else ""
    return f"<wpt{_at(found[0].points[0])}>{when}{_described(entry)}</wpt>\n"


def _at(point: tuple[float, float]) -> str:
    return f' lat="{point[1]:.7f}" lon="{min(point[0], 179.9999999):.7f}"'


def _homes(entry: Entry) -> list[tuple[float, float]]:
    """The points of a route, each turned back within 180 degrees: a route is not cut."""
    return [(cuts.home(lon), lat) for shape in entry.shapes for lon, lat in shape.points]


def _route(entry: Entry) -> str:
    rows = entry.about.facts.get("waypoints", ()) if entry.about is not None else ()
    names = [f"<name>{xml(row['name'])}</name>" if row.get("name") else "" for row in rows]
    points = "".join(f"<rtept{_at(point)}>{name}</rtept>" for point, name in zip(_homes(entry), names, strict=True))
    return f"<rte>{_described(entry)}{points}</rte>\n"


def _track(entry: Entry) -> str:
    """A track with a segment for each line."""
    segments = "".join(
        "<trkseg>"
        + "".join(
            f"<trkpt{_at(point)}><time>{entries.when(at)}</time></trkpt>"
            for point, at in zip(shape.points, shape.at, strict=True)
        )
        + "</trkseg>"
        for shape in pieces(entry)
        if shape.at
    )
    return f"<trk>{_described(entry)}{segments}</trk>\n"


_WRITERS = {"wpt": _waypoint, "rte": _route, "trk": _track}


def write(released: Sequence[Released], note: Note) -> Written:
    """What was released as a GPX file."""
    content = document(entries.entries_of(released), note)
    return Written(content, compared(EVERYTHING, released, read(content)))


def read(content: bytes) -> Read:
    """Waypoints, routes and tracks as objects; raises InputError if it is no XML that can be read."""
    root = markup.parsed(content, "GPX")
    return read_all(_read(n, one) for n, one in enumerate(root, 1) if markup.local(one) in _WRITERS)


def _read(number: int, one: Element) -> tuple[Item, list[Loss]]:
    kind, name = markup.local(one), markup.text(one, "name")
    text = markup.text(one, "desc") or markup.text(one, "cmt")
    about = entries.unpacked(markup.text(one, "extensions", OURS))
    shapes, lost = _shapes(one)
    if about is not None:
        found, losses = _ours(about, kind, shapes)
    elif kind == "rte":
        rows = [row | {"name": markup.text(at, "name")} for at, row in _rows(one)]
        said = {"kind": "voyage", "title": name and name[:512], "text": text, "waypoints": _numbered(rows) or None}
        found, losses = item(content_id("found", ["rte", number, name]), "plan", said, tlp=None, originator="")
    else:
        at = parse_time(markup.text(one, "time") or "")
        found, losses = entries.stranger(f"{kind} {number}", name and name[:512], text, at, shapes, {})
    return found, losses + [Loss(item_id=found.item_id, what=kind, why=why) for why in lost]


def _ours(about: entries.About, kind: str, shapes: list[Shape]) -> tuple[Item, list[Loss]]:
    """One of ours: a waypoint may only stand for its shapes, and a route is not cut."""
    entry = entries.entry(about)
    if kind == "wpt" and [shape.kind for shape in entry.shapes] != ["point"]:
        return entries.settled(about, [])
    if kind == "rte":
        theirs = [point for shape in shapes for point in shape.points]
        return entries.settled(about, [] if entries.near(_homes(entry), theirs) else shapes)
    return entries.settled(about, shapes)


def _numbered(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {"id": n} | {key: value for key, value in row.items() if value is not None} for n, row in enumerate(rows, 1)
    ]


def _shapes(one: Element) -> tuple[list[Shape], list[str]]:
    """The shapes of a waypoint, route or track, and what was wrong with it."""
    kind = markup.local(one)
    if kind == "trk":
        return [shape for part in markup.children(one, "trkseg") for shape in _line(part, "trkpt")], []
    if kind == "rte":
        return list(_line(one, "rtept")), []
    at = _position(one)
    return ([Shape(kind="point", points=(at,))], []) if at else ([], ["its position is none"])


def _line(part: Element, name: str) -> list[Shape]:
    points = [(at, parse_time(markup.text(one, "time") or "")) for one in markup.children(part, name)
              if (at := _position(one)) is not None]  # fmt: skip
    if not points:
        return []
    times = tuple(at for _, at in points if at is not None)
    return [
        Shape(
            kind="line" if len(points) > 1 else "point",
            points=tuple(point for point, _ in points),
            at=times if len(times) == len(points) else (),
        )
    ]


def _rows(one: Element) -> list[tuple[Element, dict[str, object]]]:
    found = [(at, _position(at)) for at in markup.children(one, "rtept")]
    return [(at, {"lon_deg": place[0], "lat_deg": place[1]}) for at, place in found if place is not None]


def _position(one: Element) -> tuple[float, float] | None:
    try:
        lon, lat = float(one.get("lon", "")), float(one.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def sniff(head: bytes) -> bool:
    """Whether it begins like a GPX file."""
    return b"<gpx" in head or b"topografix.com/GPX" in head


FORMAT = Format(
    name="gpx", title="GPX", media_type="application/gpx+xml", suffix="gpx",
    carries=EVERYTHING, write=write, read=read, sniff=sniff,
)  # fmt: skip
