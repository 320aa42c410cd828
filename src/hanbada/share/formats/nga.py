"""Broadcast warnings of the US National Geospatial-Intelligence Agency as JSON, as its web service gives them.

`https://msi.nga.mil/api/publications/broadcast-warn?output=json`: a list under `broadcast-warn`, each with `navArea`,
`msgYear`, `msgNumber`, `subregion`, `text`, `status`, `issueDate`, `authority` and what cancelled it. Everything of an
object beside that stands in its member `hanbada`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.model.errors import InputError
from hanbada.model.facts import facts_of as facts_known
from hanbada.model.times import dtg, from_us, parse_time
from hanbada.share.formats import entries, warning_facts
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, read_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hanbada.model.sharing import Item, Released

CARRIES = {"warning": frozenset(facts_known("warning"))}
MOST = 20_000
LIST = "broadcast-warn"
_AREAS = {
    "A": "HYDROLANT",
    "P": "HYDROPAC",
    "C": "HYDROARC",
    "4": "NAVAREA IV",
    "12": "NAVAREA XII",
    "S": "SPECIAL WARNING",
}
"""`navArea` of the service and the series it stands for."""
_CODES = {name: code for code, name in _AREAS.items()}


def write(released: Sequence[Released], note: Note) -> Written:
    """The warnings as the service would list them."""
    abouts = [entries.about_of(one) for one in released if one.data_class == "warning"]
    said = entries.note_lines(note, [entries.entry(about) for about in abouts])
    whole = {"note": said, LIST: [_row(about) | {entries.OURS: msgspec.to_builtins(about)} for about in abouts]}
    content = json.dumps(whole, separators=(",", ":"), allow_nan=False).encode()
    return Written(content, compared(CARRIES, released, read(content)))


def _row(about: entries.About) -> dict[str, Any]:
    facts = about.facts
    number = facts.get("number") or {}
    return {
        "msgYear": number.get("year"), "msgNumber": number.get("number"),
        "navArea": _CODES.get(number.get("series", ""), number.get("series")),
        "text": facts.get("text") or warning_facts.text_of(facts), "status": "A",
        "issueDate": _date(facts.get("issued")), "authority": facts.get("authority"),
    }  # fmt: skip


def _date(at_us: int | None) -> str | None:
    if at_us is None or not entries.dated(at_us):
        return None
    group = dtg(at_us)
    return f"{group[:6]}Z {group[7:10]} {from_us(at_us):%Y}"


def read(content: bytes) -> Read:
    """The warnings of a list; raises InputError if it is none."""
    try:
        whole = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        message = f"NGA warnings: not JSON: {error}"
        raise InputError(message) from None
    rows = whole.get(LIST) if isinstance(whole, dict) else None
    if not isinstance(rows, list):
        message = f"NGA warnings: there is no list {LIST!r}"
        raise InputError(message)
    good = [row for row in rows[:MOST] if isinstance(row, dict)]
    left = len(rows) - len(good)
    found = read_all(_item(n, row) for n, row in enumerate(good, 1))
    rest = (Loss(item_id="", what=LIST, why=f"{left} rows are no warnings or too many"),) if left else ()
    return Read(found.items, found.losses + rest)


def _item(number: int, row: Mapping[str, Any]) -> tuple[Item, list[Loss]]:
    about = entries.unpacked(row.get(entries.OURS))
    now = _facts(row)
    if about is not None and about.data_class == "warning":
        return entries.kept(about, now, _facts(_row(msgspec.structs.replace(about, facts=entries.good(about)))))
    return warning_facts.found(now, what=number)


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    year, text = row.get("msgYear"), row.get("text")
    year = year if isinstance(year, int) and 1900 <= year <= 2200 else None
    facts = warning_facts.facts_of(text, year=year) if isinstance(text, str) else {}
    area, count = row.get("navArea"), row.get("msgNumber")
    if isinstance(area, str) and isinstance(count, int) and year is not None:
        facts["number"] = {"series": _AREAS.get(area, area)[:512], "number": count, "year": year}
    issued = row.get("issueDate")
    if isinstance(issued, str):
        facts["issued"] = parse_time(issued.replace(" ", "", 1).replace(" 20", "", 1).replace(" ", ""))
    stopped = row.get("cancelDate")
    if isinstance(stopped, str):
        facts["cancelled"] = parse_time(stopped.replace(" ", "", 1).replace(" 20", "", 1).replace(" ", ""))
    if isinstance(row.get("authority"), str):
        facts["authority"] = row["authority"][:512]
    return {name: value for name, value in facts.items() if value is not None}


def sniff(head: bytes) -> bool:
    """Whether it begins like a list of the service."""
    return b'"broadcast-warn"' in head


FORMAT = Format(
    name="nga", title="NGA broadcast warnings", media_type="application/json", suffix="json",
    carries=CARRIES, write=write, read=read, sniff=sniff,
)  # fmt: skip
