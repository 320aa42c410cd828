"""Ship registers and watch lists, as REGISTER: sanctions, lists of Global Fishing Watch, and a list of the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hanbada.reference.countries_iso3166 import country
from hanbada.reference.reading import (
    Format,
    Kind,
    LeftOut,
    Opened,
    Outcome,
    Reading,
    Reject,
    Source,
    number,
    read_as,
    table,
    words,
)
from hanbada.reference.tables import REGISTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyarrow as pa

LISTS = {
    "ofac_sdn": "Specially Designated Nationals (vessels), United States Treasury",
    "gfw_spoofing": "MMSI used by several ships at once, Global Fishing Watch",
    "gfw_labels": "Vessel types and sizes, Global Fishing Watch",
    "gfw_reefers": "Refrigerated carriers, Global Fishing Watch",
    "gfw_fishing": "Known fishing vessels, Global Fishing Watch",
    "gfw_nonfishing": "Known vessels that do not fish, Global Fishing Watch",
    "user": "A list of the user's own",
}
WATCHED = frozenset({"ofac_sdn", "gfw_spoofing", "user"})
"""Lists on which standing is itself a reason to look; a user's list may say otherwise in its column `watch`."""

_OFAC = Source(
    "Specially Designated Nationals list, Office of Foreign Assets Control",
    "https://sanctionslist.ofac.treas.gov/Home/SdnList",
    "public domain (United States Government)",
)
_GFW = Source(
    "Vessel lists, Global Fishing Watch (treniformis)",
    "https://github.com/GlobalFishingWatch/treniformis",
    "Apache-2.0",
)
_USER = Source("A list of your own", "", "as you state it")

_U32 = 2**32 - 1
_SDN_COLUMNS = (
    "ent_num", "name", "sdn_type", "program", "title", "call_sign", "vessel_type", "tonnage", "grt", "flag", "owner",
    "remarks",
)  # fmt: skip
"""Order of SDN.CSV, which has no header line; "-0-" stands for nothing."""
_SDN_TYPES = {"individual", "vessel", "aircraft", "-0-", ""}
_IMO = re.compile(r"\bIMO[ :]*(\d{7})\b")
_MMSI = re.compile(r"\bMMSI[ :]*(\d{9})\b")
_IDENTITIES = ("mmsi", "imo", "call_sign", "callsign", "name", "shipname", "vessel_name")

Row = dict[str, Any]


def _whole(text: str | None) -> int | None:
    """A whole number that fits the column; None otherwise."""
    value = number(text)
    return int(value) if value is not None and value.is_integer() and 0 <= value <= _U32 else None


def _entry(which: str, row_number: int, **columns: Any) -> Outcome[Mapping[str, Any]]:
    """A row of the register, if it names a ship by anything at all."""
    if not any(columns.get(one) is not None for one in ("mmsi", "imo", "call_sign", "name")):
        return Reject("no_identity", "no MMSI, IMO number, call sign or name that could be one")
    return [{"list": which, "watch": which in WATCHED, "row": row_number, **columns}]


def _found(pattern: re.Pattern[str], remarks: str | None) -> int | None:
    match = pattern.search(remarks or "")
    return int(match[1]) if match else None


def _ofac(row: Mapping[str, str | None], row_number: int) -> Outcome[Mapping[str, Any]]:
    remarks = words(row.get("remarks"))
    return _entry(
        "ofac_sdn",
        row_number,
        mmsi=_whole(row.get("mmsi")) or _found(_MMSI, remarks),
        imo=_whole(row.get("imo")) or _found(_IMO, remarks),
        call_sign=words(row.get("call_sign")),
        name=words(row.get("name")),
        flag=country(words(row.get("flag"))),
        vessel_type=words(row.get("vessel_type")),
        gross_tonnage=number(row.get("grt")),
        programme=(words(row.get("program")) or "").replace("] [", " ") or None,
        note=remarks,
    )


def _sdn_rows(one: Opened) -> Iterator[tuple[int, Outcome[Mapping[str, Any]]]]:
    for index, fields in one.document.rows():
        yield index + 1, _sdn(fields, index + 1)


def _sdn(fields: list[str], row_number: int) -> Outcome[Mapping[str, Any]]:
    if len(fields) < len(_SDN_COLUMNS):
        if len(fields) == 1 and fields[0].strip("\x1a \t") == "":
            return LeftOut("end-of-file mark")
        return Reject("bad_property", f"{len(fields)} fields, not {len(_SDN_COLUMNS)}")
    row = dict(zip(_SDN_COLUMNS, fields, strict=False))
    if row["sdn_type"].strip().lower() != "vessel":
        return LeftOut("not a vessel")
    return _ofac(row, row_number)


def _is_sdn(one: Opened) -> bool:
    first = one.document.header
    return one.layer is None and len(first) == 12 and first[0].isdigit() and first[2].strip() in _SDN_TYPES


def _label(row: Mapping[str, str], row_number: int) -> Outcome[Mapping[str, Any]]:
    return _entry(
        "gfw_labels",
        row_number,
        mmsi=_whole(row["mmsi"]),
        vessel_type=words(row["label"]),
        length_m=number(row["length"]),
        gross_tonnage=number(row["tonnage"]),
        note=words(row.get("split")),
    )


def _reefer(row: Mapping[str, str], row_number: int) -> Outcome[Mapping[str, Any]]:
    return _entry(
        "gfw_reefers",
        row_number,
        mmsi=_whole(row["mmsi"]),
        imo=_whole(row["imo"]),
        call_sign=words(row["call_sign"]),
        flag=country(words(row["flag_state"])),
        vessel_type="reefer",
        length_m=number(row["avg_length"]),
        gross_tonnage=number(row["avg_gross_tonnage"]),
        programme=words(row.get("source")),
    )


def _spoofing(row: Mapping[str, str], row_number: int) -> Outcome[Mapping[str, Any]]:
    return _entry("gfw_spoofing", row_number, mmsi=_whole(row["mmsi"]), year=_whole(row["year"]))


def _user(row: Mapping[str, str], row_number: int) -> Outcome[Mapping[str, Any]]:
    for name in ("mmsi", "imo"):
        if words(row.get(name)) and _whole(row.get(name)) is None:
            return Reject("bad_number", f"{name} is {row[name]!r}, not a number")
    outcome = _entry(
        "user",
        row_number,
        mmsi=_whole(row.get("mmsi")),
        imo=_whole(row.get("imo")),
        call_sign=words(row.get("call_sign") or row.get("callsign")),
        name=words(row.get("name") or row.get("shipname") or row.get("vessel_name")),
        flag=country(words(row.get("flag"))),
        vessel_type=words(row.get("vessel_type") or row.get("type")),
        length_m=number(row.get("length_m") or row.get("length")),
        gross_tonnage=number(row.get("gross_tonnage")),
        programme=words(row.get("programme") or row.get("program") or row.get("list")),
        note=words(row.get("note") or row.get("remarks") or row.get("reason")),
    )
    return outcome if isinstance(outcome, Reject | LeftOut) else [{**outcome[0], "watch": _watched(row)}]


def _watched(row: Mapping[str, str]) -> bool:
    return (row.get("watch") or "yes").strip().lower() not in {"no", "false", "0", "n"}


def _numbers(one: Opened) -> Iterator[tuple[int, Outcome[Mapping[str, Any]]]]:
    """A bare list of MMSI, one to a line; its file name says whether they fish."""
    name = "gfw_nonfishing" if "NONFISHING" in one.document.name.upper() else "gfw_fishing"
    for index, fields in one.document.rows():
        yield index + 1, _entry(name, index + 1, mmsi=_whole(fields[0]))


def _is_numbers(one: Opened) -> bool:
    first = one.document.header
    return one.layer is None and len(first) == 1 and first[0].isdigit() and "FISHING" in one.document.name.upper()


def _rows(
    one: Opened, convert: Callable[[Mapping[str, str], int], Outcome[Mapping[str, Any]]]
) -> Iterator[tuple[int, Outcome[Mapping[str, Any]]]]:
    for row_number, row in one.document.records():
        yield row_number, convert(row, row_number)


def _read(name: str, one: Opened, rows: Iterator[tuple[int, Outcome[Mapping[str, Any]]]]) -> Reading[pa.Table]:
    return table("registers", name, one, REGISTER, rows)


def _headed(
    name: str,
    source: Source,
    columns: tuple[str, ...],
    convert: Callable[[Mapping[str, str], int], Outcome[Mapping[str, Any]]],
) -> Format[pa.Table]:
    """A format known by the names in its header line."""
    return Format(
        name,
        source,
        lambda one: one.layer is None and one.has(*columns),
        lambda one: _read(name, one, _rows(one, convert)),
    )


FORMATS: tuple[Format[pa.Table], ...] = (
    Format("OFAC SDN.CSV", _OFAC, _is_sdn, lambda one: _read("OFAC SDN.CSV", one, _sdn_rows(one))),
    _headed("OFAC vessels, parsed CSV", _OFAC, ("ent_num", "program", "imo", "mmsi", "remarks"), _ofac),
    _headed("GFW vessel labels", _GFW, ("mmsi", "label", "length", "engine_power", "tonnage"), _label),
    _headed("GFW reefers", _GFW, ("mmsi", "imo", "call_sign", "avg_length", "flag_state"), _reefer),
    _headed("GFW spoofing MMSI", _GFW, ("mmsi", "year"), _spoofing),
    Format("GFW list of MMSI", _GFW, _is_numbers, lambda one: _read("GFW list of MMSI", one, _numbers(one))),
    Format(
        "watch list, CSV",
        _USER,
        lambda one: one.document.content == "csv" and bool(one.fields & set(_IDENTITIES)) and _is_ship_list(one),
        lambda one: _read("watch list, CSV", one, _rows(one, _user)),
    ),
)


def _is_ship_list(one: Opened) -> bool:
    """A list of ships, not of reports about them: no positions, no times."""
    return bool({"mmsi", "imo"} & one.fields) and not {"lat", "latitude", "lon", "longitude"} & one.fields


KIND = Kind(
    "registers",
    "Registers and watch lists",
    "Says what a ship is known as elsewhere, and which ships somebody asked to be told about.",
    "Without registers, nothing is checked against sanctions or watch lists, and ship types are only what AIS says.",
    FORMATS,
)


def read(files: Mapping[str, bytes]) -> Reading[pa.Table]:
    """REGISTER of a ship list; raises PackError if the files are none we know."""
    return read_as(KIND, files)
