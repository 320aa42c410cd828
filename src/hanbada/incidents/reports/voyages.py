"""Which ships are under way in a reporting area, what they promised next, and who is overdue.

A fold over reports in the order of the moments they speak of: whatever order they arrived in, and however often, the
same reports give the same voyages. A ship is known by its IMO number, else its MMSI, call sign or name; two that only
share a name are never taken for one while both are under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from hanbada.incidents.reports.forms import FORMS
from hanbada.incidents.reports.report import Ship, ShipReport
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US

if TYPE_CHECKING:
    from collections.abc import Iterable

Scheme: TypeAlias = Literal["vra", "vcr"]
SCHEME_OF: dict[str, Scheme] = {"UKMTO": "vra", "MSCHOA": "vra", "IFC": "vcr"}
NOON_US = 12 * HOUR_US
"""UKMTO asks for a position each day at noon, UTC."""
EARLY_US = 4 * HOUR_US
"""A report sent so shortly before noon is that noon's."""
EVERY_US = 8 * HOUR_US
"""The IFC asks for a position every four to eight hours: eight is what a ship may take."""
NEAR_US = HOUR_US
"""A report from within the hour before an announced arrival is the one that was promised."""
GRACE_US = 10 * MINUTE_US
"""A mail may take so long; people hear of a missing report within a quarter of an hour."""
MOST_OPEN_US = 120 * DAY_US
"""Reports older than this are no longer asked for: no voyage through these waters is so long."""


class Promise(Struct, frozen=True, kw_only=True):
    """What is to come until when: a daily report, a position, or word on arrival at the corridor."""

    what: Literal["daily", "position", "irtc"]
    due_at: int
    every_us: int | None = None

    def missed(self, now_us: int) -> int:
        """How many such reports should have come by now and did not."""
        if now_us < self.due_at + GRACE_US:
            return 0
        return 1 if self.every_us is None else 1 + (now_us - GRACE_US - self.due_at) // self.every_us


class Voyage(Struct, frozen=True, kw_only=True):
    """A ship under way in a reporting area. `place` is where she last said she was, as (longitude, latitude).

    `last_id` is the report after which nothing came; `heard_at` the moment it speaks of, None while she has only been
    announced.
    """

    scheme: Scheme
    ship: Ship
    company: str
    first_id: str
    last_id: str
    last_received_at: int
    heard_at: int | None
    place: tuple[float, float] | None
    irtc_at: int | None
    reports: int
    ended: Literal["", "final", "cancelled"] = ""

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What is still to come, the first first."""
        return tuple(sorted(_promises(self), key=lambda one: one.due_at))

    def overdue(self, now_us: int) -> tuple[Promise, ...]:
        """Promises that were not kept."""
        return tuple(one for one in self.promises if one.missed(now_us))


def _promises(voyage: Voyage) -> list[Promise]:
    if voyage.ended:
        return []
    found = []
    if voyage.heard_at is not None and voyage.scheme == "vra":
        found.append(Promise(what="daily", due_at=noon_after(voyage.heard_at), every_us=DAY_US))
    if voyage.heard_at is not None and voyage.scheme == "vcr":
        found.append(Promise(what="position", due_at=voyage.heard_at + EVERY_US, every_us=EVERY_US))
    if voyage.irtc_at is not None:
        found.append(Promise(what="irtc", due_at=voyage.irtc_at))
    return found


def noon_after(at_us: int) -> int:
    """The noon (UTC) at which the next report is due after one of that moment.

    >>> from hanbada.model.times import iso, parse_time
    >>> iso(noon_after(parse_time("2026-03-04T11:55Z"))), iso(noon_after(parse_time("2026-03-04T04:00Z")))
    ('2026-03-05T12:00:00Z', '2026-03-04T12:00:00Z')
    """
    counts_to = at_us + EARLY_US
    return counts_to + DAY_US - (counts_to - NOON_US) % DAY_US


def voyages(reports: Iterable[ShipReport], now_us: int) -> list[Voyage]:
    """Every voyage that the reports known by now tell of, ended ones too, in the order they began."""
    known = [one for one in reports if one.withdrawn_at is None and one.received_at <= now_us]
    fold = _Fold()
    for report in sorted(known, key=lambda one: (one.at, one.received_at, one.report_id)):
        scheme = SCHEME_OF.get(FORMS[report.form].scheme)
        if scheme is not None:
            fold.take(report, scheme)
    return fold.found


def overdue(found: Iterable[Voyage], now_us: int) -> list[Voyage]:
    """Voyages with a promise that was not kept, the longest silent first."""
    late = [one for one in found if one.overdue(now_us)]
    return sorted(late, key=lambda one: one.promises[0].due_at)


class Key(NamedTuple):
    """One way by which a ship under way is known."""

    scheme: Scheme
    by: str
    value: str | int


class _Fold:
    """Voyages so far, and those under way by what their ships are known as."""

    def __init__(self) -> None:
        self.found: list[Voyage] = []
        self.under_way: dict[Key, set[int]] = {}

    def take(self, report: ShipReport, scheme: Scheme) -> None:
        """One more report."""
        phase = FORMS[report.form].phase
        at = self._of(report.ship, scheme)
        if at is None:
            if phase in {"begins", "announces", "goes_on"} and not self._twin(report.ship, scheme):
                self._begin(report, scheme)
            return
        if phase == "begins" and self._is_new(self.found[at], report):
            self._end(at, "cancelled")
            self._begin(report, scheme)
            return
        self.found[at] = _after(self.found[at], report)
        self._index(at)
        if phase == "ends":
            self._end(at, "final")
        elif report.ended_at is not None:
            self._end(at, "cancelled")

    def _is_new(self, voyage: Voyage, report: ShipReport) -> bool:
        """Whether a first report begins another voyage: the one before was silent for more than two days."""
        return voyage.heard_at is not None and report.at - voyage.heard_at > 2 * DAY_US

    def _begin(self, report: ShipReport, scheme: Scheme) -> None:
        voyage = Voyage(
            scheme=scheme, ship=report.ship, company=report.company, first_id=report.report_id,
            last_id=report.report_id, last_received_at=report.received_at, heard_at=None, place=None, irtc_at=None,
            reports=0,
        )  # fmt: skip
        self.found.append(_after(voyage, report))
        self._index(len(self.found) - 1)
        if report.ended_at is not None:
            self._end(len(self.found) - 1, "cancelled")

    def _end(self, at: int, how: Literal["final", "cancelled"]) -> None:
        self.found[at] = replace(self.found[at], ended=how)
        for places in self.under_way.values():
            places.discard(at)

    def _of(self, ship: Ship, scheme: Scheme) -> int | None:
        """The voyage under way of a ship: by the surest thing it is known by, if nothing surer speaks against it."""
        for key in _keys(ship, scheme):
            places = [at for at in self.under_way.get(key, ()) if not _conflict(self.found[at].ship, ship)]
            if len(places) == 1:
                return places[0]
            if places:
                return None
        return None

    def _twin(self, ship: Ship, scheme: Scheme) -> bool:
        """Whether a ship is only named, and several under way are called so."""
        only_named = ship.imo is None and ship.mmsi is None and ship.call_sign is None
        return only_named and any(self.under_way.get(key) for key in _keys(ship, scheme))

    def _index(self, at: int) -> None:
        for key in _keys(self.found[at].ship, self.found[at].scheme):
            self.under_way.setdefault(key, set()).add(at)


def _keys(ship: Ship, scheme: Scheme) -> list[Key]:
    """What a ship is known by, the surest first."""
    named = (("imo", ship.imo), ("mmsi", ship.mmsi), ("call_sign", ship.call_sign), ("name", ship.name))
    return [Key(scheme, by, value) for by, value in named if value is not None]


def _conflict(one: Ship, other: Ship) -> bool:
    """Whether two ships cannot be one: what is surest of what both say differs."""
    for mine, theirs in ((one.imo, other.imo), (one.mmsi, other.mmsi), (one.call_sign, other.call_sign)):
        if mine is not None and theirs is not None:
            return mine != theirs
    return False


def _after(voyage: Voyage, report: ShipReport) -> Voyage:
    """A voyage after another report of its ship."""
    announces = FORMS[report.form].phase == "announces"
    position = report.values.get("position")
    heard_at = voyage.heard_at if announces else max(report.at, voyage.heard_at or report.at)
    irtc = report.values.get("irtc_eta", voyage.irtc_at)
    kept = irtc is not None and not announces and "irtc_eta" not in report.values and report.at >= irtc - NEAR_US
    said = {by: value for by, value in report.ship._asdict().items() if value is not None}
    return replace(
        voyage, ship=voyage.ship._replace(**said),
        last_id=report.report_id, last_received_at=report.received_at, heard_at=heard_at,
        place=(float(position[1]), float(position[0])) if position else voyage.place,
        irtc_at=None if kept else irtc, reports=voyage.reports + 1,
    )  # fmt: skip
