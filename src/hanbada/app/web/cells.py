"""The release matrix as it is drawn: one cell for each aspect of what each partner would get, and why it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from hanbada.app.i18n import N_
from hanbada.app.sharing.matrix import Column, Outcome
from hanbada.app.web.render import letter
from hanbada.app.web.told import Shown, shown
from hanbada.model.sharing import PLACES, Aspect, Verdict
from hanbada.release.cut import STEP_US

if TYPE_CHECKING:
    from hanbada.app.sharing.matrix import Matrix
    from hanbada.model.sharing import Decision, Item, Profile

ROWS: tuple[tuple[Aspect, str], ...] = (
    ("plain", N_("What it is")),
    ("place", N_("Position")),
    ("time", N_("Time")),
    ("identity", N_("Identity")),
    ("evidence", N_("Evidence")),
    ("source", N_("Sources")),
    ("person", N_("People")),
    ("narrative", N_("Narrative")),
)
"""The rows of the matrix, and what they are called."""
Limit: TypeAlias = Literal["", "grant", "member", "marking"]
"""Whose word it is that no more of something is told: the grant's, the membership's, or a fact's own marking's."""


class Cell(Struct, frozen=True, kw_only=True):
    """What a partner gets of one aspect: told, reduced, withheld, or nothing because there is nothing to tell."""

    aspect: Aspect
    state: Literal["told", "reduced", "withheld", "empty"]
    limit: Limit = ""
    step_us: int = 1


class Shape(Struct, frozen=True, kw_only=True):
    """A column as it is drawn. `no` is the first rule against all of it; `raw` is what would leave, to the letter."""

    column: Column
    cells: tuple[Cell, ...]
    shown: Shown
    no: Verdict | None
    raw: str
    outcome: Outcome | None


def shapes(found: Matrix) -> list[Shape]:
    """Every column of a matrix."""
    return [_shape(found, at, column) for at, column in enumerate(found.columns)]


def _shape(found: Matrix, at: int, column: Column) -> Shape:
    released = column.released
    return Shape(
        column=column, cells=tuple(cell(found.item, column, aspect) for aspect, _ in ROWS),
        shown=shown(() if released is None else released.facts), raw="" if released is None else letter(released),
        no=next((one for one in column.decision.verdicts if not one.allows), None),
        outcome=next((one for one in found.outcomes if one.column == at), None),
    )  # fmt: skip


def cell(item: Item, column: Column, aspect: Aspect) -> Cell:
    """What one partner gets of one aspect."""
    names = {one.name for one in item.assertions if one.aspect == aspect}
    if not names:
        return Cell(aspect=aspect, state="empty")
    outcomes = {one.outcome for one in column.decision.cuts if one.name in names} or {"withheld"}
    if outcomes == {"told"}:
        return Cell(aspect=aspect, state="told")
    limit = _limit(column, aspect, _own(column.decision, names))
    if outcomes == {"withheld"}:
        return Cell(aspect=aspect, state="withheld", limit=limit)
    return Cell(aspect=aspect, state="reduced", limit=limit, step_us=STEP_US[column.decision.profile.place])


def _own(decision: Decision, names: set[str]) -> bool:
    """Whether a fact stays for a marking of its own."""
    return any(one.name in names and one.rule not in {"", *(aspect for aspect, _ in ROWS)} for one in decision.cuts)


def _limit(column: Column, aspect: Aspect, own: bool) -> Limit:  # noqa: FBT001 - one more fact
    if own:
        return "marking"
    granted, ceiling = column.granted, column.ceiling
    if granted is None or ceiling is None:
        return "grant"
    return "grant" if _detail(granted, aspect) <= _detail(ceiling, aspect) else "member"


def _detail(profile: Profile, aspect: Aspect) -> int:
    if aspect in {"place", "time"}:
        return PLACES.index(profile.place)
    return int(getattr(profile, aspect, True))
