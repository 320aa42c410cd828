"""A vessel's dossier from what this node holds: static reports it archived, and registers and lists it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from hanbada.model.errors import NotFoundError
from hanbada.model.times import parse_time
from hanbada.reference.dossier import Fact, Register, marks_of, merged, said_by_radio, said_by_register
from hanbada.reference.names import alike
from hanbada.store import packs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pyarrow as pa

    from hanbada.reference.dossier import Dossier


def known_registers(home: Path | None) -> tuple[Register, ...]:
    """Registers and watch lists of the packs added, each with the date of its data, else of its adding."""
    return tuple(
        Register(rows=reading.rows, dated_at=_begin_us(manifest.data_date) or manifest.added_at)
        for manifest, reading in packs.each(home, "registers")
    )


def _begin_us(date: str | None) -> int | None:
    """The first moment of a date, a month or a year; None if it is none of them."""
    return parse_time(f"{date}{'-01-01'[len(date) - 10 :] if len(date) < 10 else ''}T00:00:00Z") if date else None


def dossier_of(
    statics: pa.Table, registers: Iterable[Register], source_of: Callable[[int], str], asked: Iterable[Fact] = ()
) -> Dossier:
    """What static reports of one vessel and some registers say together; `asked` are marks it was asked for by."""
    facts = said_by_radio(statics, source_of)
    marks, listings = marks_of([*facts, *asked]), []
    for register in registers:
        more, found = said_by_register(register, marks)
        facts += more
        listings += found
    return merged(facts, listings)


def asked_for(text: str) -> Fact:
    """What somebody asks a dossier of: nine digits are an MMSI, seven an IMO number, else it is a name."""
    bare = text.strip().upper().removeprefix("IMO").removeprefix("MMSI").strip(" :")
    what = "mmsi" if bare.isdecimal() and len(bare) == 9 else "imo" if bare.isdecimal() and len(bare) == 7 else "name"
    return Fact(what=what, value=text.strip() if what == "name" else bare, source="", origin="", reliability="F")


def of_vessel(statics: pa.Table, asked: Fact) -> pa.Table:
    """The static reports of the vessel that is asked for: of every MMSI that ever said that number or name.

    Raises NotFoundError if a name is that of several vessels, naming them.
    """
    frame = pl.DataFrame(statics)
    if asked.what == "name":
        names = frame["name"].drop_nulls().unique().to_list()
        fits = pl.col("name").is_in([name for name in names if alike(name, asked.value).same])
    else:
        fits = pl.col(asked.what) == int(asked.value)
    mmsi = frame.filter(fits)["mmsi"].unique().sort().to_list()
    if asked.what == "name" and len(mmsi) > 1:
        message = f"{asked.value}: that is what {len(mmsi)} vessels call themselves: ask by MMSI: {mmsi[:12]}"
        raise NotFoundError(message)
    return frame.filter(pl.col("mmsi").is_in(mmsi)).to_arrow().cast(statics.schema)
