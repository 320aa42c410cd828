"""What the screens ask of the node about incidents, beyond opening and logging them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.model.records import Attribution, Campaign, Change, Handover, Incident, Origin, Report


class IncidentDesk(Protocol):
    """What is done with incidents: as the methods of `Desk`. A name that was merged away means what it went into."""

    def report(self, report: Report, origin: Origin, by: str, at_us: int) -> Incident:
        """An incident of a report or a form; UsageError names every fact that does not fit."""

    def do(self, incident_id: str, change: Change, by: str, at_us: int, text: str = "") -> Incident:
        """One more change; UsageError where it does not fit."""

    def merge(self, one: str, into: str, why: str, by: str, at_us: int) -> Incident:
        """All of one incident goes into another; both logs stay."""

    def split(
        self, incident_id: str, title: str, keys: Sequence[str], episodes: Sequence[str], mmsis: Sequence[int],
        by: str, at_us: int,
    ) -> Incident:  # fmt: skip
        """What goes from an incident into a new one."""

    def campaigns(self) -> list[Campaign]:
        """Every campaign, latest change first."""

    def campaign(self, campaign_id: str) -> Campaign:
        """One campaign."""

    def begin_campaign(self, title: str, by: str, at_us: int) -> Campaign:
        """A new campaign."""

    def join_campaign(
        self, campaign_id: str, incident_id: str, by: str, at_us: int, *, leave: bool = False
    ) -> Campaign:
        """A campaign with one more incident, or one fewer."""

    def attribute(self, campaign_id: str, attribution: Attribution) -> Campaign:
        """A campaign with what somebody makes of it."""

    def hand_over(self, to: str, note: str, by: str, at_us: int) -> Handover:
        """The watch handed over."""

    def handovers(self) -> list[Handover]:
        """The latest handovers, newest first."""

    def attach(self, incident_id: str, content: bytes, title: str, by: str, at_us: int) -> Incident:
        """A document of an incident; UsageError if it is none that is taken."""

    def document(self, incident_id: str, sha256: str) -> tuple[str, bytes]:
        """Media type and content of a document of an incident."""
