"""Cursor on Target events (MITRE, event schema 2.0) for tactical maps: one event an object that has a place.

Nobody is called hostile: a vessel is neutral, what nobody identified is unknown, and a stranger's judgement of who is
hostile is not taken over. Everything of an object stands in the event's detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from hanbada.geo.sphere import wrapped
from hanbada.model.errors import InputError
from hanbada.model.times import DAY_US, parse_iso
from hanbada.share.formats import entries, markup
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, read_all
from hanbada.share.formats.entries import EVERYTHING, OURS, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.sharing import Item, Released
    from hanbada.share.formats.entries import Entry

TYPES = {"vessel": "a-n-S", "track": "a-n-S", "sighting": "a-u-S", "plan": "b-m-r"}
OTHER_TYPE = "b-m-p-s-m"
"""A marked spot: alerts, incidents, warnings and whatever else is no craft."""
UNKNOWN_M = "9999999.0"
"""The schema's word for an error or a height nobody knows."""


def write(released: Sequence[Released], note: Note) -> Written:
    """An event for each object with a place."""
    root = Element(
        "events", {"note": markup.carried("; ".join(entries.note_lines(note, entries.entries_of(released))))}
    )
    for one in entries.entries_of(released):
        if one.shapes:
            root.append(event(one, note))
    content = markup.document(root)
    return Written(content, compared(EVERYTHING, released, read(content)))


def event(one: Entry, note: Note) -> Element:
    """An object as an event at its first position."""
    about = one.about
    data_class = about.data_class if about is not None else ""
    begin = one.at if one.at is not None and entries.dated(one.at) else note.written_at
    stale = begin + DAY_US if entries.dated(begin + DAY_US) else begin
    found = Element("event", {
        "version": "2.0", "uid": markup.carried(one.id), "type": TYPES.get(data_class, OTHER_TYPE), "how": "m-g",
        "time": entries.when(note.written_at), "start": entries.when(begin), "stale": entries.when(stale),
    })  # fmt: skip
    lon, lat = one.shapes[0].points[0]
    place = {"lat": f"{lat:.7f}", "lon": f"{_east(lon):.7f}", "hae": UNKNOWN_M, "ce": UNKNOWN_M, "le": UNKNOWN_M}
    SubElement(found, "point", place)
    detail = SubElement(found, "detail")
    SubElement(detail, "contact", {"callsign": markup.carried(one.label)})
    facts = ", ".join(f"{key}={value}" for key, value in one.facts.items() if value is not None)
    said = f"TLP:{about.tlp}, {entries.terms(about)}. " if about is not None else ""
    SubElement(detail, "remarks").text = f"{said}{entries.NOT_FOR_NAVIGATION}. {facts}"
    if about is not None:
        SubElement(detail, OURS).text = entries.packed(about)
    return found


def _east(lon: float) -> float:
    return round(wrapped(lon), 7)


def read(content: bytes) -> Read:
    """The events of a document; raises InputError if it is no XML that can be read, or has no event."""
    root = markup.parsed(content, "CoT")
    events = [root] if markup.local(root) == "event" else list(markup.children(root, "event"))
    if not events and markup.local(root) != "events":
        message = f"CoT: a {markup.local(root)[:40]}, no event"
        raise InputError(message)
    return read_all(_read(n, one) for n, one in enumerate(events, 1))


def _read(number: int, one: Element) -> tuple[Item, list[Loss]]:
    about = entries.unpacked(markup.text(one, "detail", OURS))
    spot = _point(markup.child(one, "point"))
    shapes = [Shape(kind="point", points=(spot,))] if spot is not None else []
    if about is not None:
        return entries.settled(about, shapes if _is_point(entries.entry(about)) else [])
    contact = markup.child(one, "detail", "contact")
    name = contact.get("callsign") if contact is not None else None
    at = parse_iso(one.get("start") or one.get("time") or "")
    found, losses = entries.stranger(
        f"event {number} {one.get('uid')}", name and name[:512], markup.text(one, "detail", "remarks"), at, shapes, {}
    )
    kind = one.get("type", "")
    if kind.startswith("a-") and kind[2:3] not in {"n", "u"}:
        losses.append(
            Loss(item_id=found.item_id, what="type", why=f"{kind[:20]}: whose side somebody is on is not taken over")
        )
    return found, losses


def _is_point(entry: Entry) -> bool:
    return [shape.kind for shape in entry.shapes] == ["point"] and -180 <= entry.shapes[0].points[0][0] < 180


def _point(point: Element | None) -> tuple[float, float] | None:
    try:
        lon, lat = (float(point.get(name, "")) for name in ("lon", "lat")) if point is not None else (999.0, 999.0)
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def sniff(head: bytes) -> bool:
    """Whether it begins like an event."""
    return b"<event" in head


FORMAT = Format(
    name="cot", title="Cursor on Target", media_type="application/xml", suffix="cot",
    carries=EVERYTHING, write=write, read=read, sniff=sniff,
)  # fmt: skip
