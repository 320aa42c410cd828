"""Reports of ships that are kept, once each, and the consents of their owners; every change is in the ledger.

A report is never changed. Entered again it changes nothing; one that was entered by mistake is withdrawn, and a voyage
that was given up ends after its last report. Consents are withdrawn, never dropped: who gave which when stays readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from sqlalchemy import desc, insert, select, update

from hanbada.incidents.reports.report import ShipReport
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.sharing import Consent
from hanbada.store.events import Written, deed
from hanbada.store.schema import consent, ship_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

SUBJECT = "report/"


def add(connection: Connection, report: ShipReport, written: Written) -> bool:
    """Keep a report; False if it was kept before. Raises UsageError if its form's number carries other values."""
    before = found(connection, report.report_id)
    if before is not None:
        if report.number and before.values != report.values:
            message = f"form {report.number} was entered before with other values: withdraw that report first"
            raise UsageError(message)
        return False
    ship = report.ship
    connection.execute(
        insert(ship_report).values(
            report_id=report.report_id, form=report.form, company=report.company, imo=ship.imo, name=ship.name,
            at=report.at, received_at=report.received_at, body=_json(report),
        )
    )  # fmt: skip
    deed(connection, written, "report_kept", SUBJECT + report.report_id, form=report.form, company=report.company)
    return True


def _json(value: ShipReport | Consent) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def found(connection: Connection, report_id: str) -> ShipReport | None:
    """One report."""
    body = connection.scalar(select(ship_report.c.body).where(ship_report.c.report_id == report_id))
    return None if body is None else msgspec.json.decode(body, type=ShipReport)


def named(connection: Connection, report_id: str) -> ShipReport:
    """One report; raises NotFoundError if there is none of that id."""
    one = found(connection, report_id)
    if one is None:
        message = f"there is no report {report_id!r}"
        raise NotFoundError(message)
    return one


def listed(connection: Connection, since_us: int, limit: int | None = None) -> list[ShipReport]:
    """Reports received since a time, the latest first."""
    wanted = select(ship_report.c.body).where(ship_report.c.received_at >= since_us)
    wanted = wanted.order_by(desc(ship_report.c.received_at), ship_report.c.report_id).limit(limit)
    return [msgspec.json.decode(body, type=ShipReport) for body in connection.scalars(wanted)]


def of_company(connection: Connection, company: str) -> list[str]:
    """The ids of a company's reports."""
    wanted = select(ship_report.c.report_id).where(ship_report.c.company == company)
    return list(connection.scalars(wanted.order_by(ship_report.c.report_id)))


def withdraw(connection: Connection, report_id: str, why: str, written: Written) -> ShipReport:
    """Take back a report that was entered by mistake."""
    return _set(connection, report_id, "report_withdrawn", why, written, withdrawn_at=written.at_us)


def end(connection: Connection, report_id: str, why: str, written: Written) -> ShipReport:
    """Nothing more is to be expected after this report: the voyage was cancelled."""
    return _set(connection, report_id, "voyage_ended", why, written, ended_at=written.at_us)


def _set(connection: Connection, report_id: str, action: str, why: str, written: Written, **to: int) -> ShipReport:
    if not why.strip():
        message = "say why: it is kept beside the report"
        raise UsageError(message)
    after = replace(named(connection, report_id), **to)
    connection.execute(update(ship_report).where(ship_report.c.report_id == report_id).values(body=_json(after)))
    deed(connection, written, action, SUBJECT + report_id, why=why)
    return after


def give(connection: Connection, one: Consent, written: Written) -> None:
    """Keep a consent; raises UsageError for one that was kept before."""
    if connection.scalar(select(consent.c.body).where(consent.c.consent_id == one.consent_id)) is not None:
        message = "this consent is kept already"
        raise UsageError(message)
    connection.execute(insert(consent).values(consent_id=one.consent_id, company=one.company, body=_json(one)))
    facts = {"company": one.company, "given_by": one.given_by, "given_at": one.given_at, "community": one.community}
    deed(connection, written, "consent_given", f"consent/{one.consent_id}", **facts)


def take_back(connection: Connection, consent_id: str, by: str, written: Written) -> Consent:
    """Withdraw a consent at the word of a person of the company; raises NotFoundError if there is none in force."""
    body = connection.scalar(select(consent.c.body).where(consent.c.consent_id == consent_id))
    one = None if body is None else msgspec.json.decode(body, type=Consent)
    if one is None or one.withdrawn_at is not None:
        message = f"there is no consent {consent_id!r} in force"
        raise NotFoundError(message)
    after = replace(one, withdrawn_at=written.at_us, withdrawn_by=by)
    connection.execute(update(consent).where(consent.c.consent_id == consent_id).values(body=_json(after)))
    deed(connection, written, "consent_withdrawn", f"consent/{consent_id}", company=one.company, withdrawn_by=by)
    return after


def consents(connection: Connection, company: str | None = None) -> list[Consent]:
    """Every consent, withdrawn ones too, of one company or of all."""
    wanted = select(consent.c.body).order_by(consent.c.company, consent.c.consent_id)
    if company is not None:
        wanted = wanted.where(consent.c.company == company)
    return [msgspec.json.decode(body, type=Consent) for body in connection.scalars(wanted)]


def subjects_of(connection: Connection, company: str) -> Sequence[str]:
    """What of a company may have been released."""
    return [SUBJECT + report_id for report_id in of_company(connection, company)]
