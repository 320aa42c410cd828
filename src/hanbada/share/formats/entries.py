"""What maps, tables and reports show of an object: a name, a time, shapes and words; made of what was released.

Beside what people read an entry has `about`, everything that was released of it as it stands: formats carry that where
they have room for more than their own words, so that nothing is lost between two nodes. Shapes and words a stranger
changed since win over it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from hanbada.geo import cuts
from hanbada.model.facts import FACTS, checked
from hanbada.model.ids import content_id
from hanbada.model.records import Reason
from hanbada.model.sharing import TLPS, Tlp
from hanbada.model.times import iso, parse_time
from hanbada.model.wording import PHRASES, sentence
from hanbada.share.formats.contract import Loss, item
from hanbada.share.formats.markup import carried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hanbada.model.sharing import Item, Released
    from hanbada.share.formats.contract import Note

Kind: TypeAlias = Literal["point", "line", "polygon"]
Cell: TypeAlias = str | int | float | bool | None
Point: TypeAlias = tuple[float, float]
NOT_FOR_NAVIGATION, SIMULATED, EXERCISE = "Not for navigation", "SIMULATED", "EXERCISE"
OURS = "hanbada"
"""The name under which a file has `about`."""
EVERYTHING = {name: frozenset(fact.name for fact in facts) for name, facts in FACTS.items()}
ERA_US = (-62_135_596_800_000_000, 253_402_300_800_000_000)
"""Years 1 to 9999: what a calendar can write."""


class Shape(Struct, frozen=True, kw_only=True):
    """A point, a line or a ring of (longitude, latitude); a line may carry the time of each point, in UTC us."""

    kind: Kind
    points: tuple[Point, ...]
    at: tuple[int, ...] = ()


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An object as it was released: its id, class, marking and facts."""

    id: Annotated[str, Meta(min_length=1, max_length=512)]
    data_class: Literal[
        "alert", "incident", "warning", "track", "vessel", "sighting", "cyber_indicator", "plan", "comment"
    ]
    tlp: Tlp
    onward: str
    originator: Annotated[str, Meta(max_length=512)]
    facts: dict[str, Any]
    exercise: bool = False


class Entry(Struct, frozen=True, kw_only=True):
    """One thing in a file: where it is, when, and what is known of it by column name."""

    id: str
    name: str
    at: int | None
    shapes: tuple[Shape, ...]
    facts: dict[str, Cell]
    simulated: bool = False
    about: About | None = None

    @property
    def label(self) -> str:
        """Its name, with EXERCISE and SIMULATED before it where that is what it is."""
        exercise = [EXERCISE] if self.about is not None and self.about.exercise else []
        return " ".join([*exercise, *([SIMULATED] if self.simulated else []), self.name])


def note_lines(note: Note, entries: Sequence[Entry]) -> list[str]:
    """What a file says about itself, in the order a reader needs it."""
    abouts = [one.about for one in entries if one.about is not None]
    said = [EXERCISE] if any(about.exercise for about in abouts) else []
    said += [SIMULATED] if any(one.simulated for one in entries) else []
    if abouts:
        said += [f"TLP:{max((about.tlp for about in abouts), key=TLPS.index)}", *sorted(set(map(terms, abouts)))]
    said += [NOT_FOR_NAVIGATION, note.title, f"written {when(note.written_at)}"]
    said += [f"by {note.author}"] if note.author else []
    return said + ([f"filter: {note.filter}"] if note.filter or not abouts else [])


def terms(about: About) -> str:
    """How far an object may be passed on, and whose it is."""
    return f"onward {about.onward}, from {about.originator}" if about.originator else f"onward {about.onward}"


def when(at_us: int) -> str:
    """A time as ISO 8601; far outside all calendars as microseconds."""
    return iso(at_us) if ERA_US[0] <= at_us < ERA_US[1] else f"{at_us} us"


def dated(at_us: int | None) -> bool:
    """Whether it is a time that a calendar can write."""
    return at_us is not None and ERA_US[0] <= at_us < ERA_US[1]


# Of what was released


def entries_of(released: Iterable[Released]) -> list[Entry]:
    """What was released, as entries; classes without facts of their own have nothing to show."""
    return [entry(about_of(one)) for one in released if one.data_class in EVERYTHING]


def about_of(one: Released) -> About:
    """An object with the most restrictive colour in it."""
    return About(
        id=one.item_id, data_class=one.data_class, tlp=one.tlp, onward=one.handling.onward,  # type: ignore[arg-type]
        originator=one.handling.originator, facts={fact.name: fact.value for fact in one.facts}, exercise=one.exercise,
    )  # fmt: skip


def entry(about: About) -> Entry:
    """An object as maps and tables show it; a value that is none of its fact is not shown."""
    facts = good(about)
    cells = {name: readable(name, value) for name, value in facts.items() if name not in {"at", "simulated"}}
    return Entry(
        id=about.id,
        name=_name(about.data_class, facts),
        at=next((facts[name] for name in ("at", "from", "issued", "opened") if name in facts), None),
        shapes=tuple(shapes_of(facts)),
        facts={"class": about.data_class} | {name: cell for name, cell in cells.items() if cell is not None},
        simulated=bool(facts.get("simulated")),
        about=about,
    )


def good(about: About) -> dict[str, Any]:
    """The values of an object that are such as their facts want."""
    stated = ((name, checked(about.data_class, name, value)) for name, value in about.facts.items())
    return {name: value for name, value in stated if value is not None}


def _name(data_class: str, facts: Mapping[str, Any]) -> str:
    ships = readable("vessels", facts.get("vessels", [])[:1])
    number = numbered(facts["number"]) if "number" in facts else None
    return str(facts.get("title") or number or ships or facts.get("kind") or data_class)


def shapes_of(facts: Mapping[str, Any]) -> list[Shape]:
    """Every shape an object has."""
    if facts.get("fixes"):
        rows = facts["fixes"]
        return [_line(rows, tuple(row["at"] for row in rows))]
    if facts.get("waypoints"):
        return [_line(facts["waypoints"], ())]
    told = facts.get("areas") or [(facts.get("place") or {}).get("geometry")]
    return [_shape(one) for one in told if one]


def _shape(one: Mapping[str, Any]) -> Shape:
    points = tuple((float(lon), float(lat)) for lon, lat in one["coordinates"])
    kind: Kind = one["kind"] if len(points) > 1 else "point"
    return Shape(kind=kind, points=points if kind != "point" else points[:1])


def _line(rows: Sequence[Mapping[str, Any]], times: tuple[int, ...]) -> Shape:
    points = tuple(continuous([(float(row["lon_deg"]), float(row["lat_deg"])) for row in rows]))
    return Shape(kind="line" if len(points) > 1 else "point", points=points, at=times)


def continuous(points: Sequence[Point]) -> list[Point]:
    """A line that does not jump at 180 degrees but runs on.

    >>> continuous([(179.0, 0.0), (-179.0, 0.0)])
    [(179.0, 0.0), (181.0, 0.0)]
    """
    found: list[Point] = []
    for lon, lat in points:
        turns = round((found[-1][0] - lon) / 360) if found else 0
        found.append((lon + 360 * turns, lat))
    return found


def pieces(entry: Entry) -> list[Shape]:
    """Every shape of an entry, cut where it crosses 180 degrees, so that its longitudes are in [-180, 180]."""
    return [piece for shape in entry.shapes for piece in within(shape)]


def within(shape: Shape) -> list[Shape]:
    """A shape as shapes whose longitudes are in [-180, 180]."""
    if shape.kind == "line" and len(shape.points) > 1:
        times = shape.at or (0,) * len(shape.points)
        return [
            Shape(kind="line", points=tuple(p for p, _ in part), at=tuple(at for _, at in part) if shape.at else ())
            for part in cuts.line(shape.points, times)
        ]
    if shape.kind == "polygon":
        return [Shape(kind="polygon", points=ring) for ring in cuts.ring(shape.points)]
    return [Shape(kind="point", points=((cuts.home(lon), lat),), at=shape.at[:1]) for lon, lat in shape.points[:1]]


# In words


def readable(name: str, value: Any) -> Cell:
    """A fact as a person reads it in one cell; None where only a map or a program can show it."""
    if name in _WORDED:
        return _WORDED[name](value)
    if name in _TIMES:
        return when(value)
    if isinstance(value, str | int | float | bool):
        return value
    plain = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    return ", ".join(value) if plain else None


def numbered(number: Mapping[str, Any]) -> str:
    """A warning's number: 'NAVAREA XI 0123/26'."""
    return f"{number['series']} {number['number']:04d}/{number['year'] % 100:02d}"


def _ship(ship: Mapping[str, Any]) -> str:
    said = [str(ship[key]) for key in ("name", "flag", "call_sign") if ship.get(key)]
    said += [f"{word} {ship[key]}" for key, word in (("mmsi", "MMSI"), ("imo", "IMO")) if ship.get(key) is not None]
    return " ".join(said)


def _said(row: Sequence[Any]) -> str:
    """A reason or an innocent explanation: a sentence if we know it, its numbers if a stranger made it up."""
    quantity, measured, unit, limit, relation = row[:5]
    if quantity not in PHRASES:
        return f"{quantity}: {measured:g} {unit} ({relation} {limit:g})"
    return sentence(Reason(quantity=quantity, measured=measured, unit=unit, limit=limit, relation=relation))


_TIMES = frozenset({"from", "until", "at", "issued", "cancelled", "opened", "changed"})
_WORDED: dict[str, Callable[[Any], Cell]] = {
    "vessels": lambda ships: "; ".join(map(_ship, ships)),
    "place": lambda place: place.get("area"),
    "number": numbered,
    "daily": lambda span: "{:02d}{:02d}-{:02d}{:02d} daily".format(*divmod(span[0], 60), *divmod(span[1], 60)),
    "cancels": lambda numbers: "; ".join(map(numbered, numbers)),
    "refers": lambda numbers: "; ".join(map(numbered, numbers)),
    "reasons": lambda rows: "; ".join(_said(row) for row in rows),
    "against": lambda rows: "; ".join(_said(row) for row in rows),
    "log": lambda lines: "\n".join(f"{when(at)} {text}" for at, text in lines),
    "links": lambda links: "; ".join(f"{one['how']} {one['other']}" for one in links),
    "patterns": lambda patterns: "; ".join(f"{one['kind']} {one['value']}" for one in patterns),
    "external": lambda names: "; ".join(f"{scheme} {name}" for scheme, name in names),
    "about": lambda rows: "; ".join(f"{n}: {word}" for n, word in rows),
}


# And back


def packed(about: About) -> str:
    """An object as JSON of plain ASCII, which every format can carry."""
    return json.dumps(msgspec.to_builtins(about), separators=(",", ":"), allow_nan=False)


def unpacked(said: str | bytes | Mapping[str, Any] | None) -> About | None:
    """The object in such JSON; None if it is none."""
    if said is None:
        return None
    try:
        if isinstance(said, str | bytes):
            return msgspec.json.decode(said, type=About)
        return msgspec.convert(said, About)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def commented(abouts: Iterable[About]) -> bytes:
    """Objects as comments of XML, for formats that have no place for what others add."""
    noted = (packed(one).replace("--", "-\\u002d").encode() for one in abouts)
    return b"".join(b"<!--hanbada " + one + b"-->\n" for one in noted)


def uncommented(content: bytes) -> list[About]:
    """The objects in such comments."""
    found = (unpacked(one) for one in re.findall(rb"<!--hanbada (\{[^\n]*\})-->", content))
    return [one for one in found if one is not None]


def settled(about: About, shapes: Sequence[Shape], words: Mapping[str, Any] | None = None) -> tuple[Item, list[Loss]]:
    """An object of ours in a file, with the shapes and the words the file has now."""
    facts, losses = _reworded(about, words or {})
    if shapes and not _same(pieces(entry(about)), shapes):
        facts = {name: value for name, value in facts.items() if name not in {"place", "areas", "fixes", "waypoints"}}
        facts |= placed(about.data_class, shapes)
        losses.append(Loss(item_id=about.id, what="shape", why="it was moved since we wrote it: what was moved counts"))
    found, unfit = item(
        about.id, about.data_class, {name: facts[name] for name in facts if name in EVERYTHING[about.data_class]},
        tlp=about.tlp, originator=about.originator, exercise=about.exercise,
    )  # fmt: skip
    return found, losses + unfit


def _same(ours: Sequence[Shape], theirs: Sequence[Shape]) -> bool:
    """Whether two files would show the same."""
    if [one.kind for one in ours] != [one.kind for one in theirs]:
        return False
    return all(near(a.points, b.points) for a, b in zip(ours, theirs, strict=True))


def _reworded(about: About, words: Mapping[str, Any]) -> tuple[dict[str, Any], list[Loss]]:
    """The facts with what stands in a file in their place, and what was changed to something that is no such fact."""
    facts, losses = dict(about.facts), []
    shown = entry(about)
    for name, ours in (shown.facts | {"at": None if shown.at is None else when(shown.at)}).items():
        if name not in facts or name not in words or _plain(words[name]) == _plain(ours):
            continue
        new = checked(about.data_class, name, _typed(about, name, words[name]))
        if new is None or _plain(readable(name, new)) != _plain(words[name]):
            losses.append(Loss(item_id=about.id, what=name, why="changed since we wrote it, to what is no such fact"))
        else:
            facts[name] = new
    return facts, losses


def _plain(value: Any) -> str:
    """A cell as it comes out of any of these files."""
    return " ".join(carried(f"{value:.10g}" if isinstance(value, float) else value).split())


def _typed(about: About, name: str, word: Any) -> Any:
    if name in _TIMES:
        return parse_time(str(word))
    ours = about.facts[name]
    if isinstance(word, str) and isinstance(ours, bool):
        return {"yes": True, "true": True, "no": False, "false": False}.get(word.casefold())
    try:
        return type(ours)(word) if isinstance(word, str) and isinstance(ours, int | float) else word
    except ValueError:
        return None


def near(ours: Sequence[Point], theirs: Sequence[Point]) -> bool:
    """Whether points are the same to a tenth of a metre."""
    return len(ours) == len(theirs) and all(
        abs(a[0] - b[0]) < 1e-6 and abs(a[1] - b[1]) < 1e-6 for a, b in zip(ours, theirs, strict=True)
    )


def placed(data_class: str, shapes: Sequence[Shape]) -> dict[str, Any]:
    """Shapes as the facts of an object."""
    where = [{"kind": one.kind, "coordinates": [list(point) for point in one.points]} for one in shapes]
    if data_class == "track":
        rows = [row for one in shapes for row in zip(one.at, one.points, strict=False)]
        return {"fixes": [{"at": at, "lon_deg": lon, "lat_deg": lat} for at, (lon, lat) in rows]}
    if data_class == "plan":
        points = [point for one in shapes for point in one.points]
        return {"waypoints": [{"id": n, "lon_deg": lon, "lat_deg": lat} for n, (lon, lat) in enumerate(points, 1)]}
    if data_class not in EVERYTHING or "place" not in EVERYTHING[data_class] or not where:
        return {}
    many = data_class == "warning" and len(where) > 1
    return {"place": {"geometry": where[0]}} | ({"areas": where} if many else {})


def kept(about: About, now: Mapping[str, Any], then: Mapping[str, Any]) -> tuple[Item, list[Loss]]:
    """An object of ours in a format of others: `now` is what its own words say, `then` what they said when we wrote it.

    Where the two agree nobody touched it and what we noted beside it holds exactly; where not, what is said now counts.
    """
    changed = [name for name in {**now, **then} if now.get(name) != then.get(name)]
    facts = {name: value for name, value in about.facts.items() if name not in changed}
    facts |= {name: now[name] for name in changed if name in now}
    found, losses = item(
        about.id, about.data_class, {name: facts[name] for name in facts if name in EVERYTHING[about.data_class]},
        tlp=about.tlp, originator=about.originator, exercise=about.exercise,
    )  # fmt: skip
    why = "it was changed since we wrote it: what it says now counts"
    return found, [*losses, *(Loss(item_id=about.id, what=name, why=why) for name in changed)]


def stranger(
    where: str, name: str | None, text: str | None, at: int | None, shapes: Sequence[Shape], words: Mapping[str, Any]
) -> tuple[Item, list[Loss]]:
    """A thing in a file that is not ours: a vessel if it has an MMSI or IMO number, a track if its line has times.

    What else it is the file does not say: it becomes an incident for an officer to look at. `where` tells it from
    others in the same file.
    """
    ships = _ships(name, words)
    timed = any(one.kind == "line" and one.at for one in shapes)
    data_class = "track" if timed else "vessel" if ships and len(shapes) == 1 else "incident"
    said: dict[str, Any] = placed(data_class, shapes if timed else shapes[:1]) | {"vessels": ships or None}
    said |= {"text": text or None} if data_class != "track" else {}
    said |= {"at": at} if data_class == "vessel" else {"from": at}
    said |= {"title": name or None} if data_class == "incident" else {}
    found, losses = item(content_id("found", [where, name, text]), data_class, said, tlp=None, originator="")
    if len(shapes) > 1 and not timed:
        losses.append(Loss(item_id=found.item_id, what="shape", why=f"only the first of {len(shapes)} shapes is taken"))
    return found, losses


def _ships(name: str | None, words: Mapping[str, Any]) -> list[dict[str, Any]]:
    low = {str(key).casefold(): value for key, value in words.items()}
    ship: dict[str, Any] = {}
    for key in ("mmsi", "imo"):
        digits = str(low.get(key, "")).strip()
        if digits.isascii() and digits.isdecimal() and len(digits) == {"mmsi": 9, "imo": 7}[key]:
            ship[key] = int(digits)
    return [ship | ({"name": name[:512]} if name else {})] if ship else []
