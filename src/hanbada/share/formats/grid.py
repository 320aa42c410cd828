"""Entries as rows and columns, for CSV and XLSX: one row an entry, or one a position for tracks; and back.

Times are ISO 8601; positions stand in decimal degrees and in degrees and minutes. What the file says about itself is in
the column `note` of the first row, out of the way of programs; everything of an object in the last columns of its first
row. A cell that a spreadsheet would run as a formula is kept from it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from hanbada.geo import cuts
from hanbada.model.angles import angle
from hanbada.model.cells import FORMULA_STARTS, guarded, unguarded
from hanbada.model.times import parse_time
from hanbada.share.formats import entries
from hanbada.share.formats.contract import Loss, Note, Read, read_all
from hanbada.share.formats.entries import OURS, SIMULATED, Cell, Entry, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hanbada.model.sharing import Item
    from hanbada.share.formats.entries import Point

MOST_ROWS, MOST_COLUMNS = 200_000, 200
WIDEST = 32_000
"""Characters in a cell; a spreadsheet holds 32,767."""
_FIXED = ("id", "name", "at", "lat_deg", "lon_deg", "lat", "lon")
_NAMES = {
    "at": ("at", "time", "timestamp", "basedatetime", "date"), "lat_deg": ("lat_deg", "latitude", "lat", "y"),
    "lon_deg": ("lon_deg", "longitude", "lon", "lng", "long", "x"), "name": ("name", "title", "vesselname"),
    "text": ("text", "description", "remarks", "comment"),
}  # fmt: skip


def rows(found: Sequence[Entry], note: Note) -> Iterator[list[str]]:
    """The rows, the first of them the names of the columns."""
    keys = list(dict.fromkeys(key for entry in found for key in entry.facts))
    packed = [_chunks(entry) for entry in found]
    wide = max((len(one) for one in packed), default=0)
    yield [*_FIXED, *keys, "simulated", "note", *(OURS if n == 1 else f"{OURS}_{n}" for n in range(1, wide + 1))]
    said = "; ".join(entries.note_lines(note, found))
    for entry, chunks in zip(found, packed, strict=True):
        for at, point in _moments(entry):
            cells: list[Cell] = [entry.id, entry.name, entries.when(at) if at is not None else "", *_place(point)]
            cells += [entry.facts.get(key) for key in keys]
            cells += [SIMULATED if entry.simulated else "", said, *chunks, *[""] * (wide - len(chunks))]
            yield [cell(value) for value in cells]
            said, chunks = "", []  # noqa: PLW2901 - said once for each entry
    if said:
        yield ["" for _ in (*_FIXED, *keys, "simulated")] + [said] + [""] * wide


def _chunks(entry: Entry) -> list[str]:
    text = entries.packed(entry.about) if entry.about is not None else ""
    return [text[n : n + WIDEST] for n in range(0, len(text), WIDEST)]


def _moments(entry: Entry) -> Iterable[tuple[int | None, Point | None]]:
    """The rows of an entry: every timed position, or the entry itself."""
    timed = [(at, point) for one in entry.shapes if one.at for at, point in zip(one.at, one.points, strict=True)]
    if timed:
        return timed
    return [(entry.at, entry.shapes[0].points[0] if entry.shapes and entry.shapes[0].points else None)]


def _place(point: Point | None) -> list[Cell]:
    """A position as four cells, empty if unknown."""
    if point is None:
        return [None] * 4
    lon, lat = cuts.home(point[0]), point[1]
    return [round(lat, 7), round(lon, 7), angle(lat, "NS", 2), angle(lon, "EW", 3)]


def cell(value: Cell) -> str:
    """A cell's text; one that a spreadsheet would run as a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    text = "".join(c for c in value if c >= " " or c in "\n\t")
    return f"'{text}" if value.startswith(FORMULA_STARTS) else guarded(text)


def read(lines: Iterable[Sequence[str]], what: str) -> Read:
    """Rows as objects: those with the same id are one of ours, any other row is a thing of its own."""
    listed = iter(lines)
    names = [name.strip().casefold() for name in next(listed, ())]
    cells = [dict(zip(names, map(unguarded, line), strict=False)) for line in listed if any(line)]
    known = cells[:MOST_ROWS]
    grouped = [list(group) for _, group in groupby(enumerate(known, 1), lambda row: row[1].get("id") or row[0])]
    found = read_all(one for group in grouped for one in _objects(group))
    late = len(cells) - len(known)
    return Read(
        found.items, found.losses + ((Loss(item_id="", what=what, why=f"{late} rows too many"),) if late else ())
    )


def _objects(group: list[tuple[int, dict[str, str]]]) -> Iterator[tuple[Item, list[Loss]]]:
    first = group[0][1]
    about = entries.unpacked("".join(value for name, value in first.items() if name.startswith(OURS)) or None)
    if about is not None:
        yield entries.settled(about, _moved(about, [row for _, row in group]), first)
        return
    for number, row in group:
        if any(value for name, value in row.items() if name != "note"):
            point = _point(row)
            at = parse_time(_of(row, "at") or "")
            shapes = [Shape(kind="point", points=(point,))] if point else []
            name, text = _of(row, "name"), _of(row, "text")
            yield entries.stranger(f"row {number}", name and name[:512], text, at, shapes, row)


def _moved(about: entries.About, group: list[dict[str, str]]) -> list[Shape]:
    """The shapes of one of ours whose positions were changed in the file, none if they were not."""
    entry = entries.entry(about)
    ours = [_place(point)[:2] for _, point in _moments(entry)]
    if [[row.get("lat_deg", ""), row.get("lon_deg", "")] for row in group] == [[cell(v) for v in one] for one in ours]:
        return []
    points = [(point, parse_time(_of(row, "at") or "")) for row in group if (point := _point(row)) is not None]
    times = tuple(at for _, at in points if at is not None)
    if not points:
        return []
    line = tuple(entries.continuous([point for point, _ in points]))
    return [Shape(kind="line" if len(line) > 1 else "point", points=line, at=times if len(times) == len(line) else ())]


def _of(row: dict[str, str], what: str) -> str | None:
    return next((row[name].strip() for name in _NAMES[what] if row.get(name, "").strip()), None)


def _point(row: dict[str, Any]) -> tuple[float, float] | None:
    try:
        lon, lat = float(_of(row, "lon_deg") or ""), float(_of(row, "lat_deg") or "")
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
