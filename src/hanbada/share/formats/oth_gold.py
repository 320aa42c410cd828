"""A part of OTH-Gold, written only: contacts (CTC), positions (POS) and remarks (RMKS), in lines of 69 characters.

The specification is not public; the lines follow secondary descriptions and were not checked against a receiver. It
says where vessels are and were; everything else is reported lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.model.times import dtg
from hanbada.share.formats import entries
from hanbada.share.formats.contract import Format, Loss, Note, Written, lost, uncarried
from hanbada.share.formats.warning_facts import sendable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hanbada.model.sharing import Released

LINE = 69
CARRIES = {
    "vessel": frozenset({"vessels", "place", "at"}), "track": frozenset({"vessels", "fixes"}),
    "sighting": frozenset({"vessels", "place", "at"}),
}  # fmt: skip


def write(released: Sequence[Released], note: Note) -> Written:
    """The message, and what of the objects it does not say."""
    found = [one for one in released if one.data_class in CARRIES]
    losses = [loss for one in released for loss in uncarried(CARRIES, one)]
    said = "; ".join(entries.note_lines(note, entries.entries_of(found)))
    lines = [*_remarks(said), f"MSGID/GOLD/HANBADA/0001/{_month(note.written_at)}"]
    for n, one in enumerate(found, 1):
        lines += _contact(n, entries.good(entries.about_of(one)))
        losses += list(_coarse(one))
    return Written("".join(f"{line[:LINE]}\r\n" for line in [*lines, "ENDAT"]).encode(), tuple(losses))


def _coarse(one: Released) -> Iterator[Loss]:
    yield lost(one, "marking", "only in a remark")
    names = (fact.name for fact in one.facts if fact.name in CARRIES[one.data_class])
    yield from (lost(one, name, "names are shortened, positions rounded to a tenth of a minute") for name in names)


def plain(text: object) -> str:
    """Text in capitals without the slash that parts fields."""
    return sendable(str(text)).replace("/", "-").replace("\n", " ").strip()


def _remarks(said: str) -> Iterator[str]:
    for n in range(0, len(said), LINE - 5):
        yield f"RMKS/{plain(said[n : n + LINE - 5])}"


def _month(at_us: int) -> str:
    return dtg(at_us)[7:10] if entries.dated(at_us) else "UNK"


def _contact(number: int, facts: Mapping[str, Any]) -> Iterator[str]:
    ship = (facts.get("vessels") or [{}])[0]
    name = plain(ship.get("name") or "UNKNOWN")[:26]
    yield f"CTC/H{number:04d}/{name}/MER//{ship.get('flag', '')}/{ship.get('mmsi', '')}"
    spots = [(row["at"], row["lon_deg"], row["lat_deg"]) for row in facts.get("fixes", ())]
    geometry = (facts.get("place") or {}).get("geometry")
    if geometry:
        spots.append((facts.get("at"), *geometry["coordinates"][0]))
    yield from (
        f"POS/{_time(at)}/{_angle(lat, 'NS', 2)}/{_angle((lon + 180) % 360 - 180, 'EW', 3)}" for at, lon, lat in spots
    )


def _time(at_us: int | None) -> str:
    if at_us is None or not entries.dated(at_us):
        return "000000Z/UNK"
    group = dtg(at_us)
    return f"{group[:7]}/{group[7:10]}"


def _angle(deg: float, letters: str, width: int) -> str:
    tenths = round(abs(deg) * 600)
    return f"{tenths // 600:0{width}d}{tenths % 600 / 10:04.1f}{letters[deg < 0]}"


FORMAT = Format(
    name="oth_gold", title="OTH-Gold (a part)", media_type="text/plain; charset=us-ascii", suffix="gold",
    carries=CARRIES, write=write,
)  # fmt: skip
