"""What the screens ask of the reporting desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.incidents.reports.report import ShipReport
    from hanbada.model.sharing import Consent


class ReportDesk(Protocol):
    """Reports of ships, and the consents of their owners. Every write carries who and when."""

    def add(self, some: Sequence[ShipReport], by: str, at_us: int) -> list[bool]:
        """Keep reports, all or none; which of them are new."""

    def listed(self, since_us: int = 0, limit: int | None = None) -> list[ShipReport]:
        """Reports received since a time, the latest first."""

    def named(self, report_id: str) -> ShipReport:
        """One report; NotFoundError if there is none."""

    def withdraw(self, report_id: str, why: str, by: str, at_us: int) -> ShipReport:
        """Take back a report that was entered by mistake."""

    def end(self, report_id: str, why: str, by: str, at_us: int) -> ShipReport:
        """Nothing more is to be expected after this report."""

    def consents(self, company: str | None = None) -> list[Consent]:
        """Every consent, withdrawn ones too."""
