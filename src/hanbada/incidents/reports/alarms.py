"""Alarms about reports that were promised and did not come, as findings people are told of like any other.

An alarm names the report after which nothing came. It says more as more is missed, and ends when a report comes or a
person says that none will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hanbada.incidents.reports.voyages import GRACE_US, overdue
from hanbada.model.ids import content_id
from hanbada.model.records import CounterEvidence, Coverage, Detection, Geometry, Reason, Vessel
from hanbada.model.times import HOUR_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hanbada.incidents.reports.report import Ship
    from hanbada.incidents.reports.voyages import Scheme, Voyage

KIND = "overdue"
VERSION = 1
SILENT_DESK_US = 12 * HOUR_US
"""If nobody's report came for so long, our own mail may be the reason."""
LIKELY, DOUBTED = 0.9, 0.5
"""How probable it is that the report was not sent: where others' reports come, and where nobody's do. A first guess."""
AREAS: dict[Scheme, tuple[tuple[float, float], ...]] = {
    "vra": ((32.5, 30.0), (60.0, 26.0), (78.0, 26.0), (78.0, -10.0), (39.0, -10.0), (32.5, 30.0)),
    "vcr": ((92.0, 8.0), (105.0, 22.0), (122.0, 22.0), (122.0, -10.0), (92.0, -8.0), (92.0, 8.0)),
}
"""Where a ship that told no place may be, roughly: the UKMTO area (BMP5: Suez, 78 E, 10 S) and the IFC's waters."""
PROMISES = {"daily": "report_daily", "position": "report_position", "irtc": "report_irtc"}


def alarms(
    found: Iterable[Voyage], standing: Mapping[str, Detection], received: Iterable[int], now_us: int,
    mmsi_of: Callable[[Ship], int | None] = lambda ship: ship.mmsi,
) -> list[Detection]:  # fmt: skip
    """What is to be said now: alarms that are new or say more, and the end of those that are over.

    `standing` are the alarms that go on, by episode; `received` says when reports of any ship came.
    """
    every = list(found)
    latest = max((at for at in received if at <= now_us), default=None)
    now = {one.episode_id: one for one in (_alarm(each, latest, now_us, mmsi_of) for each in overdue(every, now_us))}
    said = [
        _next(before, one) for episode, one in now.items()
        if (before := standing.get(episode)) is None or _missed(before) != _missed(one)
    ]  # fmt: skip
    ended = [_ended(before, now_us) for episode, before in standing.items() if episode not in now]
    return said + ended


def episode_of(voyage: Voyage) -> str:
    """The episode of a silence: by the report it follows."""
    return content_id(KIND, [voyage.scheme, voyage.last_id])


def _alarm(voyage: Voyage, latest: int | None, now_us: int, mmsi_of: Callable[[Ship], int | None]) -> Detection:
    late = voyage.overdue(now_us)
    mmsi = mmsi_of(voyage.ship)
    since_s = SILENT_DESK_US if latest is None else now_us - latest
    deaf = CounterEvidence(
        explanation="desk_silent", measured=since_s / SECOND_US, unit="s", limit=SILENT_DESK_US / SECOND_US,
        relation=">=", weight=-2.2,
    )  # fmt: skip
    vessels = () if mmsi is None else (Vessel(mmsi=mmsi, name=voyage.ship.name, imo=voyage.ship.imo),)
    area = Geometry(kind="polygon", coordinates=AREAS[voyage.scheme])
    place = area if voyage.place is None else Geometry(kind="point", coordinates=(voyage.place,))
    return Detection(
        detection_id=content_id(KIND, [voyage.last_id, [(one.what, one.due_at, one.missed(now_us)) for one in late]]),
        episode_id=episode_of(voyage), kind=KIND, version=1, params_hash=content_id("params", [GRACE_US, VERSION]),
        state="open", severity="warning", t_start=late[0].due_at, t_end=None, geometry=place, vessels=vessels,
        probability=DOUBTED if deaf.holds else LIKELY, reasons=_reasons(voyage, now_us), counter_evidence=(deaf,),
        evidence=(), coverage=Coverage(sources=("reporting desk",)), case=(voyage.scheme, voyage.last_id),
        judged_at=now_us,
    )  # fmt: skip


def _reasons(voyage: Voyage, now_us: int) -> tuple[Reason, ...]:
    """Each broken promise, and how long the ship has been silent."""
    called = voyage.ship.known_as
    late = [
        Reason(quantity=PROMISES[one.what], measured=float(one.missed(now_us)), unit="", limit=1.0, relation=">=",
               subject=called)
        for one in voyage.overdue(now_us)
    ]  # fmt: skip
    due = Reason(
        quantity="report_late", measured=(now_us - voyage.promises[0].due_at) / SECOND_US, unit="s",
        limit=GRACE_US / SECOND_US, relation=">=",
    )  # fmt: skip
    return *late, due


def _missed(one: Detection) -> tuple[tuple[str, float], ...]:
    return tuple((reason.quantity, reason.measured) for reason in one.reasons if reason.quantity != "report_late")


def _next(before: Detection | None, one: Detection) -> Detection:
    if before is None:
        return one
    return replace(one, version=before.version + 1, state="revised", supersedes=before.detection_id)


def _ended(before: Detection, now_us: int) -> Detection:
    """An alarm that is over: a report came, or a person ended the voyage."""
    return replace(
        before, version=before.version + 1, state="closed", t_end=now_us, supersedes=before.detection_id,
        judged_at=now_us, detection_id=content_id(KIND, [before.episode_id, "closed", now_us]),
    )  # fmt: skip
