"""NMEA 0183 sentences for a bridge (IEC 61162-1), written only: routes as WPL and RTE, places of others as TLL.

The marking stands in TXT sentences at the beginning, which a plotter may not show: it is reported lost. Sentences are
at most 82 characters; names are shortened to the letters and the length sentences allow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.model.times import from_us
from hanbada.share.formats import entries
from hanbada.share.formats.contract import Format, Loss, Note, Written, lost, uncarried

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hanbada.model.sharing import Released

CARRIES = {
    "plan": frozenset({"waypoints", "title"}), "vessel": frozenset({"place", "vessels", "at"}),
    "sighting": frozenset({"place", "vessels", "at"}),
}  # fmt: skip
NAME, TEXT, MOST_TARGETS = 10, 60, 100
"""Letters of a name, of a text, and targets: TLL numbers them 00 to 99."""


def write(released: Sequence[Released], note: Note) -> Written:
    """The sentences, and what of the objects they do not say."""
    found = [one for one in released if one.data_class in CARRIES]
    losses = [loss for one in released for loss in uncarried(CARRIES, one)]
    losses += [loss for one in found for loss in _coarse(one)]
    said = "; ".join(entries.note_lines(note, entries.entries_of(found)))
    lines = list(_texts(said))
    spots = [one for one in found if one.data_class != "plan"]
    for n, one in enumerate(spots[:MOST_TARGETS]):
        lines += _target(n, entries.good(entries.about_of(one)))
    for n, one in enumerate((one for one in found if one.data_class == "plan"), 1):
        lines += _route(n, entries.good(entries.about_of(one)))
    losses += [
        lost(one, one.data_class, f"only {MOST_TARGETS} targets can be told apart") for one in spots[MOST_TARGETS:]
    ]
    return Written("".join(f"${line}*{_sum(line)}\r\n" for line in lines).encode(), tuple(losses))


def _coarse(one: Released) -> Iterator[Loss]:
    yield lost(one, "marking", "only in a text that a plotter may not show")
    yield from (
        lost(one, fact.name, "names are shortened, positions rounded to a thousandth of a minute")
        for fact in one.facts
        if fact.name in CARRIES[one.data_class]
    )


def _sum(line: str) -> str:
    total = 0
    for c in line.encode():
        total ^= c
    return f"{total:02X}"


def plain(text: object, most: int) -> str:
    """Text without what a sentence is made of."""
    kept = "".join(c if " " <= c <= "~" and c not in "$*,!\\^~" else "?" if c > "~" else " " for c in str(text))
    return kept[:most].strip()


def _texts(said: str) -> Iterator[str]:
    parts = [said[n : n + TEXT] for n in range(0, len(said), TEXT)][:99]
    for n, part in enumerate(parts, 1):
        yield f"ECTXT,{len(parts):02d},{n:02d},01,{plain(part, TEXT)}"


def angle(deg: float, letters: str, width: int) -> str:
    """Degrees, minutes and thousandths as sentences have them: '3441.706,N'."""
    thousandths = round(abs(deg) * 60_000)
    return f"{thousandths // 60_000:0{width}d}{thousandths % 60_000 / 1000:06.3f},{letters[deg < 0]}"


def _place(lon: float, lat: float) -> str:
    return f"{angle(lat, 'NS', 2)},{angle((lon + 180) % 360 - 180, 'EW', 3)}"


def _target(number: int, facts: Mapping[str, Any]) -> Iterator[str]:
    geometry = (facts.get("place") or {}).get("geometry")
    if not geometry:
        return
    ship = (facts.get("vessels") or [{}])[0]
    name = plain(ship.get("name") or ship.get("mmsi") or "", NAME)
    at = facts.get("at")
    clock = f"{from_us(at):%H%M%S.00}" if at is not None and entries.dated(at) else ""
    yield f"ECTLL,{number:02d},{_place(*geometry['coordinates'][0])},{name},{clock},T,"


def _route(number: int, facts: Mapping[str, Any]) -> Iterator[str]:
    rows = facts.get("waypoints", ())
    names = [f"W{number}-{n}" for n in range(1, len(rows) + 1)]
    for name, row in zip(names, rows, strict=True):
        yield f"ECWPL,{_place(row['lon_deg'], row['lat_deg'])},{name}"
    parts = list(_parts(names))
    title = plain(facts.get("title") or f"ROUTE {number}", NAME)
    for n, part in enumerate(parts, 1):
        yield f"ECRTE,{len(parts)},{n},c,{title},{','.join(part)}"


def _parts(names: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for name in names:
        if part and sum(len(one) + 1 for one in part) + len(name) > 44:
            yield part
            part = []
        part.append(name)
    if part:
        yield part


FORMAT = Format(
    name="nmea", title="NMEA 0183 sentences", media_type="text/plain; charset=us-ascii", suffix="nmea",
    carries=CARRIES, write=write,
)  # fmt: skip
