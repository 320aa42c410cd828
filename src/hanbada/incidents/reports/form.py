"""What a report form is: a table of the things a ship is asked, under the numbers they have on paper.

A form is data. Its file is named after the document it was taken from, with the edition.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal[
    "text", "story", "name", "call_sign", "imo", "mmsi", "position", "at", "ahead", "course", "speed", "length",
    "count", "yes", "team", "direction", "point",
]  # fmt: skip
"""How a value is read. `text` ends with its line or at the next label, `story` may hold anything. `at` is a moment that
has passed when the report comes, `ahead` one that is still to come."""
UNITS: dict[Kind, str] = {"course": "deg", "speed": "kn", "length": "m", "at": "UTC", "ahead": "UTC"}


class Field(Struct, frozen=True, kw_only=True):
    """One thing that is asked: its number on the form, what it is called there, and other words ships use for it."""

    name: str
    kind: Kind
    number: int
    label: str
    obligatory: bool = False
    says: tuple[str, ...] = ()

    @property
    def unit(self) -> str | None:
        """The unit its value is kept in."""
        return UNITS.get(self.kind)


class Form(Struct, frozen=True, kw_only=True):
    """A form: whose it is, what it is for, where it was taken from, and its fields in their order.

    `marks` are regular expressions that its reports carry in their titles, with how much each says. `phase` is what it
    does to a voyage that is watched.
    """

    name: str
    scheme: Literal["UKMTO", "IFC", "MSCHOA", "IMO"]
    title: str
    source: str
    phase: Literal["begins", "goes_on", "ends", "announces", "beside"]
    fields: tuple[Field, ...]
    marks: tuple[tuple[str, float], ...]

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((one for one in self.fields if one.name == name), None)


def asked(number: int, name: str, kind: Kind, label: str, *says: str, must: bool = True) -> Field:
    """A field as tables write it; `must` says whether the form asks for it in any case."""
    return Field(name=name, kind=kind, number=number, label=label, obligatory=must, says=says)
