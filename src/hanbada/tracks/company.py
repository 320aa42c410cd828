"""Which spells lie near one another in place and time: ships that do the same have a common reason, or each other."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from hanbada.geo.sphere import EARTH_M, RADIANS, distance_m
from hanbada.tracks import spells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hanbada.tracks.spells import Key, Spell, Spells

Cell: TypeAlias = tuple[int, int, int]
P = TypeVar("P")


class Stretch(NamedTuple):
    """Where a spell began, and when it did and ended."""

    lat_deg: float
    lon_deg: float
    began_at: int
    ended_at: int


@dataclass(slots=True)
class Company:
    """Stretches by the spell's key and by cell: cubes of space, `reach_m` wide, that know no poles and no 180 degrees.

    `changed` are spells that are still to be looked at. Owned by one fold, changed in place.
    """

    reach_m: float
    known: dict[Key, Stretch] = field(default_factory=dict)
    cells: dict[Cell, set[Key]] = field(default_factory=dict)
    changed: set[Key] = field(default_factory=set)


@dataclass(slots=True)
class Accompanied(Generic[P]):
    """Spells that are judged by the company they have too: what a detector of such spells remembers.

    `recalled` is the company that cases had when they were found. Owned by one fold, changed in place.
    """

    params: P
    cases: Spells
    company: Company
    recalled: dict[Key, int] = field(default_factory=dict)
    dirty: set[Key] = field(default_factory=set)


def go_on(state: Accompanied[P], now_us: int) -> None:
    """Time has gone on: spells that changed or ended are to be judged, and those whose company did."""
    _let_go(state)
    state.dirty |= settle(state.company, state.cases, now_us)


def _let_go(state: Accompanied[P]) -> None:
    """Forget old spells that are judged no more, nor company of any that may be."""
    cases, near, judged = state.cases, state.company, state.dirty | state.company.changed

    def needed(key: Key) -> bool:
        beside = _near(near, key, near.known[key]) if key in near.known else ()
        return key in judged or any(one in judged or not spells.is_old(cases, one) for one in beside)

    for key in spells.let_go(cases, needed) & near.known.keys():
        _take_out(near, key)


def _take_out(state: Company, key: Key) -> None:
    cell = _cell(state, state.known.pop(key))
    state.cells[cell].discard(key)
    if not state.cells[cell]:
        del state.cells[cell]


def holds(state: Accompanied[P], key: Key) -> bool:
    """Whether a spell can be judged again."""
    return key in state.cases.told


def cut_back(state: Accompanied[P], since: Mapping[int, int]) -> None:
    """Cut the spells of some vessels back to what does not come again."""
    state.company.changed |= spells.forget(state.cases, since)


def company_of(state: Accompanied[P], key: Key) -> int:
    """How many other vessels did the same near by; when it was found, for a case that is recalled."""
    return state.recalled[key] if key in state.recalled else others(state.company, key)


def settle(state: Company, of: Spells, now_us: int) -> set[Key]:
    """Time has gone on: the spells that changed or ended since, and those that gained or lost company by it."""
    changed, state.changed = state.changed | spells.settle(of, now_us), set()
    touched = set(changed)
    for key in changed:
        touched |= put(state, key, of.found[key] if key in of.told else None)
    return touched


def put(state: Company, key: Key, spell: Spell | None) -> set[Key]:
    """Note how far a spell reaches now (None: there is none); the spells that gained or lost its company."""
    before, now = state.known.get(key), None if spell is None else _stretch(spell)
    changed: set[Key] = set()
    if before is not None:
        changed = set(_near(state, key, before))
        _take_out(state, key)
    if now is not None:
        changed ^= set(_near(state, key, now))
        state.known[key] = now
        state.cells.setdefault(_cell(state, now), set()).add(key)
    return changed


def others(state: Company, key: Key) -> int:
    """How many other vessels have a spell near a spell while it lasts."""
    return len({other[0] >> 32 for other in _near(state, key, state.known[key])}) if key in state.known else 0


def _stretch(spell: Spell) -> Stretch:
    first = spell.samples[0]
    return Stretch(first.lat_deg, first.lon_deg, first.at, spell.held_at)


def _near(state: Company, key: Key, one: Stretch) -> Iterator[Key]:
    x, y, z = _cell(state, one)
    for i, j, k in product((-1, 0, 1), repeat=3):
        for other in state.cells.get((x + i, y + j, z + k), ()):
            there = state.known[other]
            meet = one.began_at <= there.ended_at and there.began_at <= one.ended_at
            near = meet and distance_m(one.lat_deg, one.lon_deg, there.lat_deg, there.lon_deg) <= state.reach_m
            if near and other[0] >> 32 != key[0] >> 32:
                yield other


def _cell(state: Company, one: Stretch) -> Cell:
    lat, lon, size = one.lat_deg * RADIANS, one.lon_deg * RADIANS, EARTH_M / state.reach_m
    flat = math.cos(lat) * size
    return math.floor(flat * math.cos(lon)), math.floor(flat * math.sin(lon)), math.floor(math.sin(lat) * size)
