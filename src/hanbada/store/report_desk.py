"""The reporting desk that is kept: reports of ships, consents of their owners. Each method is one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from hanbada.store import exchange, findings, reports
from hanbada.store.database import reading, writing
from hanbada.store.events import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Engine

    from hanbada.incidents.reports.report import ShipReport
    from hanbada.model.records import Detection
    from hanbada.model.sharing import Consent


class ReportDesk:
    """Reports and consents in the database of the desk; `changed` is told in each transaction what became of what."""

    def __init__(self, engine: Engine, changed: Callable[[Connection, Sequence[str], Written], None]) -> None:
        self._engine = engine
        self._changed = changed

    @contextmanager
    def _writing(self, subjects: Sequence[str], by: str, at_us: int) -> Iterator[tuple[Connection, Written]]:
        written = Written(by=by, at_us=at_us)
        with writing(self._engine) as connection:
            yield connection, written
            self._changed(connection, subjects, written)

    def add(self, some: Sequence[ShipReport], by: str, at_us: int) -> list[bool]:
        """Keep reports, all or none; which of them are new. UsageError for a form's number with other values."""
        subjects = [reports.SUBJECT + one.report_id for one in some]
        with self._writing(subjects, by, at_us) as (connection, written):
            return [reports.add(connection, one, written) for one in some]

    def listed(self, since_us: int = 0, limit: int | None = None) -> list[ShipReport]:
        """Reports received since a time, the latest first."""
        with reading(self._engine) as connection:
            return reports.listed(connection, since_us, limit)

    def named(self, report_id: str) -> ShipReport:
        """One report; NotFoundError if there is none."""
        with reading(self._engine) as connection:
            return reports.named(connection, report_id)

    def withdraw(self, report_id: str, why: str, by: str, at_us: int) -> ShipReport:
        """Take back a report that was entered by mistake; who was told is told so."""
        with self._writing([reports.SUBJECT + report_id], by, at_us) as (connection, written):
            return reports.withdraw(connection, report_id, why, written)

    def end(self, report_id: str, why: str, by: str, at_us: int) -> ShipReport:
        """Nothing more is to be expected after this report."""
        with self._writing([], by, at_us) as (connection, written):
            return reports.end(connection, report_id, why, written)

    def give_consent(self, one: Consent, at_us: int) -> None:
        """Keep a company's consent."""
        with self._writing([], one.entered_by, at_us) as (connection, written):
            reports.give(connection, one, written)

    def take_back_consent(self, consent_id: str, withdrawn_by: str, by: str, at_us: int) -> Consent:
        """Withdraw a consent; what it alone let out is recalled at once."""
        written = Written(by=by, at_us=at_us)
        with writing(self._engine) as connection:
            one = reports.take_back(connection, consent_id, withdrawn_by, written)
            told = [kept.subject for kept in exchange.items(connection) if not kept.recalled]
            self._changed(connection, told, written)
            return one

    def consents(self, company: str | None = None) -> list[Consent]:
        """Every consent, withdrawn ones too."""
        with reading(self._engine) as connection:
            return reports.consents(connection, company)

    def standing(self, kind: str) -> dict[str, Detection]:
        """The findings of a kind that go on, by episode."""
        with reading(self._engine) as connection:
            return findings.going_on(connection, kind)
