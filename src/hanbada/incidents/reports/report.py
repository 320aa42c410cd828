"""A report as it is kept: what it says by its form, whose it is, and the ship it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct

from hanbada.incidents.reports.blank import number_in
from hanbada.incidents.reports.forms import FORMS
from hanbada.incidents.reports.moments import AHEAD_US
from hanbada.model.errors import InputError
from hanbada.model.ids import content_id
from hanbada.reference.imo import imo_valid

if TYPE_CHECKING:
    from hanbada.incidents.reports.parsing import Parsed

MOST_NAME = 120


class ShipReport(Struct, frozen=True, kw_only=True):
    """What a ship or its company told us. `company` owns it: what it says is commercial in confidence.

    `doubts` says of fields what a person should look at; `number` is that of the paper form it was written on.
    """

    report_id: str
    form: str
    received_at: int
    company: str
    values: dict[str, Any]
    doubts: dict[str, str] = {}
    number: str | None = None
    text: str = ""
    entered_by: str = ""
    withdrawn_at: int | None = None
    ended_at: int | None = None
    """When a person said that nothing more is to be expected after this report: the voyage was cancelled."""

    @property
    def at(self) -> int:
        """The moment it speaks of; never later than it could have been sent."""
        said = self.values.get("at")
        return min(said, self.received_at + AHEAD_US) if isinstance(said, int) else self.received_at

    @property
    def ship(self) -> Ship:
        """The ship it speaks of."""
        return ship_of(self.values)


class Ship(NamedTuple):
    """Who a ship says she is. An IMO number whose check digit is wrong names nobody."""

    imo: int | None
    mmsi: int | None
    call_sign: str | None
    name: str | None

    @property
    def known_as(self) -> str:
        """What people call her.

        >>> Ship(9990002, None, None, "OCEAN LARK").known_as
        'OCEAN LARK (IMO 9990002)'
        """
        by = f"IMO {self.imo}" if self.imo else f"MMSI {self.mmsi}" if self.mmsi else self.call_sign
        return f"{self.name} ({by})" if self.name and by else self.name or by or "?"


def ship_of(values: dict[str, Any]) -> Ship:
    """The ship that the values of a report name."""
    imo, mmsi = values.get("imo"), values.get("mmsi")
    call_sign, name = values.get("call_sign"), values.get("ship_name")
    return Ship(
        imo if isinstance(imo, int) and imo_valid(imo) else None,
        mmsi if isinstance(mmsi, int) else None,
        "".join(one for one in str(call_sign).upper() if one.isalnum()) if call_sign else None,
        " ".join(str(name).upper().split())[:MOST_NAME] if name else None,
    )


def report_of(parsed: Parsed, received_us: int, company: str = "", by: str = "") -> ShipReport:
    """The report that a text was read as; raises InputError if it has no form, no ship or nothing obligatory at all.

    The same values under the same form are the same report, whoever sends them again and however they are written;
    a form with a number is the report of that number.
    """
    if parsed.form is None:
        message = f"this says nothing of which report it is: name the form, one of {', '.join(FORMS)}"
        raise InputError(message)
    values = parsed.values
    ship = ship_of(values)
    if ship == Ship(None, None, None, None):
        message = "this names no ship: a report needs a name, an IMO number, an MMSI or a call sign"
        raise InputError(message)
    number = number_in(parsed.text)
    return ShipReport(
        report_id=report_id(parsed.form, values, number), form=parsed.form, received_at=received_us,
        company=" ".join(company.split())[:MOST_NAME] or f"owner of {ship.known_as}", values=values,
        doubts={one.name: one.note for one in parsed.fields if one.note}, number=number, text=parsed.text,
        entered_by=by,
    )  # fmt: skip


def report_id(form: str, values: dict[str, Any], number: str | None = None) -> str:
    """The id of a report: by the number of its paper form, else by what it says."""
    if number:
        return content_id("report", ["number", number])
    said = msgspec.json.encode({name: _plain(value) for name, value in sorted(values.items())})
    return content_id("report", [form, said])


def _plain(value: Any) -> Any:
    """A value without what copying a mail changes."""
    return " ".join(value.casefold().split()) if isinstance(value, str) else value
