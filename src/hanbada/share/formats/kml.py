"""KML 2.2 (OGC 07-147r2): placemarks for globes and charts; lines with times become gx:Track.

Everything of an object stands in its ExtendedData: what people read by name, the whole as `hanbada`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from hanbada.model.times import parse_time
from hanbada.share.formats import entries, markup
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, read_all
from hanbada.share.formats.entries import EVERYTHING, OURS, Entry, Shape, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from hanbada.model.sharing import Item, Released


def xml(text: object) -> str:
    """Text for XML: escaped, without the characters XML 1.0 cannot carry."""
    return escape(markup.carried(text), {'"': "&quot;"})


def document(found: Sequence[Entry], note: Note) -> bytes:
    """Entries as a KML document."""
    body = "".join(placemark(entry) for entry in found)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
        f"<name>{xml(note.title)}</name><description>{xml('; '.join(entries.note_lines(note, found)))}</description>\n"
        f"{body}</Document></kml>\n"
    ).encode()


def placemark(entry: Entry) -> str:
    """One entry of a KML document."""
    tracked = any(shape.at for shape in entry.shapes) or not entries.dated(entry.at)
    when = "" if tracked or entry.at is None else f"<TimeStamp><when>{entries.when(entry.at)}</when></TimeStamp>"
    data = "".join(_datum(key, value) for key, value in entry.facts.items() if value is not None)
    data += _datum(OURS, entries.packed(entry.about)) if entry.about is not None else ""
    shapes = "".join(_shape(shape) for shape in pieces(entry))
    return (
        f"<Placemark><name>{xml(entry.label)}</name>{when}"
        f"<ExtendedData>{data}</ExtendedData><MultiGeometry>{shapes}</MultiGeometry></Placemark>\n"
    )


def _datum(key: str, value: object) -> str:
    return f'<Data name="{xml(key)}"><value>{xml(value)}</value></Data>'


def _shape(shape: Shape) -> str:
    """One geometry of a placemark."""
    if shape.kind == "line" and shape.at and all(map(entries.dated, shape.at)):
        whens = "".join(f"<when>{entries.when(at)}</when>" for at in shape.at)
        coords = "".join(f"<gx:coord>{lon:.7f} {lat:.7f} 0</gx:coord>" for lon, lat in shape.points)
        return f"<gx:Track>{whens}{coords}</gx:Track>"
    text = f"<coordinates>{' '.join(f'{lon:.7f},{lat:.7f},0' for lon, lat in shape.points)}</coordinates>"
    if shape.kind == "polygon":
        return f"<Polygon><outerBoundaryIs><LinearRing>{text}</LinearRing></outerBoundaryIs></Polygon>"
    return f"<LineString>{text}</LineString>" if shape.kind == "line" else f"<Point>{text}</Point>"


def write(released: Sequence[Released], note: Note) -> Written:
    """What was released as a KML document."""
    content = document(entries.entries_of(released), note)
    return Written(content, compared(EVERYTHING, released, read(content)))


def read(content: bytes) -> Read:
    """The placemarks of a document as objects; raises InputError if it is no XML that can be read."""
    root = markup.parsed(content, "KML")
    marks = [one for one in root.iter() if markup.local(one) == "Placemark"]
    others = [markup.local(one) for one in root.iter() if markup.local(one) in _UNREAD]
    found = read_all(_read(n, one) for n, one in enumerate(marks, 1))
    said = (Loss(item_id="", what=name, why=f"{others.count(name)} are left out") for name in sorted(set(others)))
    return Read(found.items, (*found.losses, *said))


_UNREAD = {"NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Model"}


def _read(number: int, mark: Element) -> tuple[Item, list[Loss]]:
    words = dict(_words(mark))
    shapes = list(_shapes(mark))
    about = entries.unpacked(words.get(OURS))
    if about is not None:
        return entries.settled(about, shapes, words)
    at = parse_time(markup.text(mark, "TimeStamp", "when") or markup.text(mark, "TimeSpan", "begin") or "")
    name, text = markup.text(mark, "name"), markup.text(mark, "description")
    return entries.stranger(f"placemark {number}", name and name[:512], text, at, shapes, words)


def _words(mark: Element) -> Iterator[tuple[str, str]]:
    for one in mark.iter():
        if markup.local(one) in {"Data", "SimpleData"}:
            value = markup.text(one, "value") if markup.local(one) == "Data" else (one.text or "").strip()
            yield one.get("name", ""), value or ""


def _shapes(mark: Element) -> Iterator[Shape]:
    for one in mark.iter():
        kind = markup.local(one)
        if kind == "Track":
            yield from _track(one)
        elif kind in {"Point", "LineString"}:
            yield from _shape_of("point" if kind == "Point" else "line", markup.text(one, "coordinates"))
        elif kind == "Polygon":
            yield from _shape_of("polygon", markup.text(one, "outerBoundaryIs", "LinearRing", "coordinates"))


def _shape_of(kind: str, text: str | None) -> Iterator[Shape]:
    points = [_point(part.split(",")) for part in (text or "").split()]
    good = tuple(point for point in points if point is not None)
    if good:
        yield Shape(kind=kind if len(good) > 1 else "point", points=good)  # type: ignore[arg-type]


def _track(track: Element) -> Iterator[Shape]:
    whens = [parse_time((one.text or "").strip()) for one in markup.children(track, "when")]
    points = [_point((one.text or "").split()) for one in markup.children(track, "coord")]
    rows = [(at, p) for at, p in zip(whens, points, strict=False) if at is not None and p is not None]
    if rows:
        kind = "line" if len(rows) > 1 else "point"
        yield Shape(kind=kind, points=tuple(p for _, p in rows), at=tuple(at for at, _ in rows))  # type: ignore[arg-type]


def _point(words: Sequence[str]) -> tuple[float, float] | None:
    try:
        lon, lat = float(words[0]), float(words[1])
    except (ValueError, IndexError):
        return None
    return (lon, lat) if -540 <= lon <= 540 and -90 <= lat <= 90 else None


def sniff(head: bytes) -> bool:
    """Whether it begins like a KML document."""
    return b"<kml" in head or b"opengis.net/kml" in head


FORMAT = Format(
    name="kml", title="KML", media_type="application/vnd.google-earth.kml+xml", suffix="kml",
    carries=EVERYTHING, write=write, read=read, sniff=sniff,
)  # fmt: skip
