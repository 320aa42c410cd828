"""RTZ route plans (IEC 61174, annex S) of editions 1.0, 1.1 and 1.2, and their containers `.rtzp`; written as 1.2.

One route a file. Distances are nautical miles there and metres here; what the schema does not allow (a turn radius over
5 nautical miles, a cross-track distance of 10 and more) stands only in our extension, which has everything that was
released. Schema: https://www.cirm.org/rtz/; limits of ECDIS makers as https://github.com/AndyNibbs/RTZ checks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement

from hanbada.geo.sphere import NMI_M, wrapped
from hanbada.model.errors import InputError
from hanbada.model.facts import facts_of
from hanbada.model.ids import content_id
from hanbada.model.times import parse_iso
from hanbada.share.formats import archives, entries, markup
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, item, lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hanbada.model.sharing import Item, Released
    from hanbada.share.formats.entries import About

EDITION = "1.2"
NAMESPACE = "http://www.cirm.org/RTZ/1/2"
LARGEST_ROUTE = 400_000
"""Bytes: above that ECDIS may refuse it."""
MOST_PARTS, LARGEST_CONTAINER = 200, 32 << 20
MOST_RADIUS_M, MOST_XTD_M = 5 * NMI_M, 10 * NMI_M
CARRIES = {"plan": frozenset(facts_of("plan"))}
_LEGS = {"loxodrome": "Loxodrome", "orthodrome": "Orthodrome"}
_INFO = {
    "routeName",
    "validityPeriodStart",
    "validityPeriodStop",
    "vesselName",
    "vesselMMSI",
    "vesselIMO",
    "routeStatus",
}
_LEG = {"starboardXTD", "portsideXTD", "geometryType", "speedMin", "speedMax"}
_STEP = {"waypointId", "eta", "etd", "speed"}
OURS = ("Hanbada", "objects")
"""Manufacturer and name of our extension."""


def write(released: Sequence[Released], note: Note) -> Written:
    """The first plan that has two waypoints as a route; the others are losses."""
    abouts = {one.item_id: entries.about_of(one) for one in released if one.data_class == "plan"}
    routes = [key for key, about in abouts.items() if len(about.facts.get("waypoints", ())) > 1]
    if not routes:
        return Written(
            markup.document(Element("route", {"xmlns": NAMESPACE, "version": EDITION})), _unwritten(released, None)
        )
    content = markup.document(route(abouts[routes[0]], note))
    first = [one for one in released if one.item_id == routes[0]][:1]
    losses = [*compared(CARRIES, first, read(content)), *_unwritten(released, first[0])]
    if len(content) > LARGEST_ROUTE:
        losses.append(lost(first[0], "size", f"{len(content):,} bytes: ECDIS may refuse more than {LARGEST_ROUTE:,}"))
    return Written(content, tuple(losses))


def _unwritten(released: Sequence[Released], written: Released | None) -> tuple[Loss, ...]:
    why = {True: "a route has at least two waypoints, and a file one route", False: "no such object in this format"}
    return tuple(lost(one, one.data_class, why[one.data_class == "plan"]) for one in released if one is not written)


def route(about: About, note: Note) -> Element:
    """A plan as a route."""
    root = Element("route", {"xmlns": NAMESPACE, "version": EDITION})
    facts = about.facts
    info = _add(root, "routeInfo", routeName=markup.carried(facts.get("title") or about.id))
    status = entries.note_lines(note, [entries.entry(about)])
    _set(info, routeStatus="; ".join(line for line in status if line != note.title), **_said_info(facts))
    waypoints = _add(root, "waypoints")
    numbers = _numbers(facts["waypoints"])
    for number, row in zip(numbers, facts["waypoints"], strict=True):
        _waypoint(waypoints, number, row)
    _schedule(root, numbers, facts["waypoints"])
    ours = _add(_add(root, "extensions"), "extension", manufacturer=OURS[0], name=OURS[1], version="1")
    _add(ours, "object").text = entries.packed(about)
    return root


def _add(parent: Element, tag: str, /, **attributes: str) -> Element:
    return SubElement(parent, tag, attributes)


def _set(element: Element, **attributes: str | None) -> None:
    for name, value in attributes.items():
        if value is not None:
            element.set(name, markup.carried(value))


def _said_info(facts: Mapping[str, Any]) -> dict[str, str | None]:
    ship = (facts.get("vessels") or [{}])[0]
    return {
        "validityPeriodStart": _when(facts.get("from")), "validityPeriodStop": _when(facts.get("until")),
        "vesselName": ship.get("name"), "vesselMMSI": _text(ship.get("mmsi")), "vesselIMO": _text(ship.get("imo")),
    }  # fmt: skip


def _when(at_us: int | None) -> str | None:
    return entries.when(at_us) if at_us is not None and entries.dated(at_us) else None


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _number(value: float | None, most: float | None = None, scale: float = 1.0) -> str | None:
    """A decimal that XML Schema takes, None if the schema would not have it."""
    if value is None or value < 0 or (most is not None and value > most):
        return None
    return f"{value / scale:.6f}".rstrip("0").rstrip(".")


def _numbers(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The ids of waypoints, or their places in the route if they are not all different."""
    ids = [row["id"] for row in rows]
    return ids if len(set(ids)) == len(ids) else list(range(1, len(ids) + 1))


def _waypoint(parent: Element, number: int, row: Mapping[str, Any]) -> None:
    point = _add(parent, "waypoint", id=str(number), revision="0")
    _set(point, name=row.get("name"), radius=_number(row.get("radius_m"), MOST_RADIUS_M, NMI_M))
    _add(point, "position", lat=f"{row['lat_deg']:.8f}", lon=f"{_east(row['lon_deg']):.8f}")
    leg = {
        "starboardXTD": _number(row.get("starboard_m"), MOST_XTD_M - 1, NMI_M),
        "portsideXTD": _number(row.get("port_m"), MOST_XTD_M - 1, NMI_M),
        "geometryType": _LEGS.get(row.get("leg", "")),
        "speedMin": _number(row.get("speed_min_kn")),
        "speedMax": _number(row.get("speed_max_kn")),
    }
    if any(value is not None for value in leg.values()):
        _set(_add(point, "leg"), **leg)


def _east(lon_deg: float) -> float:
    """The longitude in [-180, 180), also once it is rounded."""
    rounded = round(wrapped(lon_deg), 8)
    return -180.0 if rounded >= 180.0 else rounded


def _schedule(root: Element, numbers: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
    steps = [
        (number, {"eta": _when(row.get("eta")), "etd": _when(row.get("etd")), "speed": _number(row.get("speed_kn"))})
        for number, row in zip(numbers, rows, strict=True)
    ]
    timed = [(number, step) for number, step in steps if any(value is not None for value in step.values())]
    if timed:
        manual = _add(_add(_add(root, "schedules"), "schedule", id="1", name="Hanbada"), "manual")
        for number, step in timed:
            _set(_add(manual, "scheduleElement", waypointId=str(number)), **step)


# And back


def read(content: bytes) -> Read:
    """The route of a file or container; raises InputError if there is none that can be read."""
    if content.startswith(b"PK"):
        return _container(content)
    root = markup.parsed(content, "RTZ")
    if markup.local(root) != "route":
        message = f"RTZ: a {markup.local(root)[:40]}, not a route"
        raise InputError(message)
    about, now, losses = entries.unpacked(_ours(root)), _facts(root), list(_left_out(root))
    if not now.get("waypoints"):
        return Read((), (*losses, Loss(item_id="", what="waypoints", why="a route without any")))
    found, more = _kept(about, now) if about is not None else _strange(now)
    losses = [Loss(item_id=found.item_id, what=what, why=why) for what, why in _pairs(losses)] + more
    return Read((found,), tuple(losses))


def _pairs(losses: Sequence[Loss]) -> Iterator[tuple[str, str]]:
    yield from dict.fromkeys((loss.what, loss.why) for loss in losses)


def _kept(about: About, now: Mapping[str, Any]) -> tuple[Item, list[Loss]]:
    if about.data_class != "plan" or entries.entry(about).shapes == () or len(about.facts["waypoints"]) < 2:
        return _strange(now)
    then = _facts(markup.parsed(markup.document(route(about, Note(title="", written_at=0))), "RTZ"))
    return entries.kept(about, now, then)


def _strange(now: Mapping[str, Any]) -> tuple[Item, list[Loss]]:
    name = content_id("route", [now.get("title"), now["waypoints"]])
    return item(name, "plan", {"kind": "voyage"} | dict(now), tlp=None, originator="")


def _container(content: bytes) -> Read:
    files = archives.members(content, "RTZP", most=MOST_PARTS, largest=LARGEST_CONTAINER)
    routes = [name for name in files if name.lower().endswith(".rtz")]
    if not routes:
        message = "RTZP: there is no .rtz file in it"
        raise InputError(message)
    found = read(files[routes[0]])
    rest = (Loss(item_id="", what=name[:200], why="attachments are left out") for name in files if name != routes[0])
    return Read(found.items, (*found.losses, *rest))


def _ours(root: Element) -> str | None:
    for one in markup.children(root, "extensions"):
        for extension in markup.children(one, "extension"):
            if (extension.get("manufacturer"), extension.get("name")) == OURS:
                return markup.text(extension, "object")
    return None


def _facts(root: Element) -> dict[str, Any]:
    """What the route itself says."""
    info = markup.child(root, "routeInfo")
    said = dict(info.attrib) if info is not None else {}
    ship = {
        "name": said.get("vesselName"),
        "mmsi": _whole(said.get("vesselMMSI")),
        "imo": _whole(said.get("vesselIMO")),
    }
    ship = {key: value for key, value in ship.items() if value is not None and value != ""}
    facts = {
        "title": said.get("routeName", "").strip()[:512], "vessels": [ship] if ship else None,
        "from": parse_iso(said.get("validityPeriodStart", "").upper()),
        "until": parse_iso(said.get("validityPeriodStop", "").upper()), "waypoints": _points(root),
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _points(root: Element) -> list[dict[str, Any]]:
    listed = markup.child(root, "waypoints")
    if listed is None:
        return []
    default = markup.child(listed, "defaultWaypoint")
    usual = _attributes(default) | _attributes(markup.child(default, "leg"))
    steps = _steps(root)
    rows = [_row(one, usual, steps) for one in markup.children(listed, "waypoint")]
    good = [row for row in rows if row is not None]
    if len({row["id"] for row in good}) < len(good):
        good = [row | {"id": n} for n, row in enumerate(good, 1)]
    return good


def _attributes(element: Element | None) -> dict[str, str]:
    return dict(element.attrib) if element is not None else {}


def _row(one: Element, usual: Mapping[str, str], steps: Mapping[str, Mapping[str, str]]) -> dict[str, Any] | None:
    place = _attributes(markup.child(one, "position"))
    lon, lat = _decimal(place.get("lon"), 540.0), _decimal(place.get("lat"), 90.0)
    if lon is None or lat is None:
        return None
    leg = {**usual, **_attributes(markup.child(one, "leg"))}
    step = steps.get(one.get("id", ""), {})
    row = {
        "id": _whole(one.get("id")) or 0, "lon_deg": lon, "lat_deg": lat, "name": (one.get("name") or "")[:512] or None,
        "radius_m": _metres(one.get("radius", usual.get("radius"))),
        "leg": next((ours for ours, theirs in _LEGS.items() if theirs == leg.get("geometryType")), None),
        "starboard_m": _metres(leg.get("starboardXTD")), "port_m": _metres(leg.get("portsideXTD")),
        "speed_min_kn": _speed(leg.get("speedMin")), "speed_max_kn": _speed(leg.get("speedMax")),
        "eta": parse_iso(step.get("eta", "").upper()), "etd": parse_iso(step.get("etd", "").upper()),
        "speed_kn": _speed(step.get("speed")),
    }  # fmt: skip
    return {name: value for name, value in row.items() if value is not None}


def _steps(root: Element) -> dict[str, dict[str, str]]:
    """Times of the first schedule by waypoint: what was set by hand, and what was calculated where nothing was."""
    schedule = markup.child(root, "schedules", "schedule")
    found: dict[str, dict[str, str]] = {}
    for kind in ("calculated", "manual"):
        part = markup.child(schedule, kind)
        for step in markup.children(part, "scheduleElement") if part is not None else ():
            found.setdefault(step.get("waypointId", ""), {}).update(_attributes(step))
    return found


def _decimal(text: str | None, most: float) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) <= most else None


def _metres(text: str | None) -> float | None:
    value = _decimal(text, 1e6)
    return None if value is None or value < 0 else value * NMI_M


def _speed(text: str | None) -> float | None:
    value = _decimal(text, 200.0)
    return None if value is None or value < 0 else value


def _whole(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def _left_out(root: Element) -> Iterator[Loss]:
    """What of a route has no place here."""
    schedules = markup.child(root, "schedules")
    if schedules is not None and len(list(markup.children(schedules, "schedule"))) > 1:
        yield Loss(item_id="", what="schedules", why="only the first schedule is taken")
    known = {"routeInfo": _INFO, "leg": _LEG, "scheduleElement": _STEP}
    for one in root.iter():
        name = markup.local(one)
        if name == "extension" and (one.get("manufacturer"), one.get("name")) != OURS:
            what = f"extension {one.get('name', '')} of {one.get('manufacturer', '')}"[:200]
            yield Loss(item_id="", what=what, why="an extension nobody here knows")
        for attribute in sorted(set(one.attrib) - known.get(name, set(one.attrib))):
            yield Loss(item_id="", what=f"{name} {attribute}"[:200], why="no such fact of a plan")


def sniff(head: bytes) -> bool:
    """Whether it begins like a route, or like a container of one."""
    return b"cirm.org/RTZ" in head or (head.startswith(b"PK") and b".rtz" in head)


FORMAT = Format(
    name="rtz", title="RTZ route", media_type="application/rtz+xml", suffix="rtz",
    carries=CARRIES, write=write, read=read, sniff=sniff,
)  # fmt: skip
