"""What companies told this desk, as objects that only their own consents let out.

An alarm about a report that did not come says what the company told us too: that its ship is there. So does an incident
opened from one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hanbada.app.sharing.door import wall_us
from hanbada.incidents.reports.alarms import KIND
from hanbada.incidents.reports.telling import of_report as told
from hanbada.release.confidence import confided, in_force
from hanbada.store import reports

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.incidents.reports.report import ShipReport
    from hanbada.model.records import Detection
    from hanbada.model.sharing import Item, Marking


class Of(NamedTuple):
    """What may be done with one subject: the object as it is now, and why it may no longer be told, if so."""

    item: Item
    gone: bool


def of_report(connection: Connection, ours: Ours, report_id: str, marking: Marking) -> Of:
    """A report as the release desk sees it; raises NotFoundError if there is none."""
    report = reports.named(connection, report_id)
    item = told(report, ours.item_id(reports.SUBJECT + report_id), marking)
    return Of(_confided(connection, item, report), gone=report.withdrawn_at is not None)


def under(connection: Connection, item: Item, findings: Iterable[Detection]) -> Item:
    """An alert or incident under the consents of the companies whose word it rests on; as it was if on nobody's."""
    for report_id in dict.fromkeys(str(one.case[1]) for one in findings if one.kind == KIND and len(one.case) > 1):
        report = reports.found(connection, report_id)
        if report is not None:
            item = _confided(connection, item, report)
    return item


def _confided(connection: Connection, item: Item, report: ShipReport) -> Item:
    consents = reports.consents(connection, report.company)
    return confided(
        item, report.company, in_force(consents, report.company, reports.SUBJECT + report.report_id, wall_us())
    )
