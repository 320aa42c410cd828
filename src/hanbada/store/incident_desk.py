"""What people do with incidents beyond opening and logging them: one method, one transaction, as in `store.desk`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.incidents import standing
from hanbada.incidents.retention import PERIOD
from hanbada.model.records import Asserted, Moved
from hanbada.store import campaigns, incidents, retention
from hanbada.store.database import reading, writing
from hanbada.store.events import Written
from hanbada.store.retention import Erasure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Engine

    from hanbada.model.records import Attribution, Campaign, Change, Handover, Incident, Origin, Report
    from hanbada.store.retention import Found


class IncidentDesk:
    """Incidents in a database; `changed` is called within each transaction with what it changed ("incident/INC-1")."""

    def __init__(self, engine: Engine, changed: Callable[[Connection, Sequence[str], Written], None]) -> None:
        self.engine = engine
        self._changed = changed

    def _told(self, connection: Connection, written: Written, *changed: str) -> None:
        self._changed(connection, [f"incident/{one}" for one in changed], written)

    def report(self, report: Report, origin: Origin, by: str, at_us: int) -> Incident:
        """An incident of a report or a form; raises UsageError that names each fact that does not fit."""
        with writing(self.engine) as connection:
            return incidents.open_report(connection, report, origin, Written(by=by, at_us=at_us))

    def bring(self, report: Report, others: Sequence[Asserted], by: str, at_us: int) -> Incident:
        """A past incident of catalogues, closed, with what further records say of it."""
        with writing(self.engine) as connection:
            written = Written(by=by, at_us=at_us)
            now = incidents.open_report(connection, report, "catalogue", written)
            changes: tuple[Change, ...] = (*others, Moved(state="closed"))
            for change in changes:
                now = incidents.do(connection, now.incident_id, change, "", written)
            return now

    def do(self, incident_id: str, change: Change, by: str, at_us: int, text: str = "") -> Incident:
        """One more change of an incident; raises UsageError where it does not fit."""
        with writing(self.engine) as connection:
            written = Written(by=by, at_us=at_us)
            after = incidents.do(connection, incident_id, change, text, written)
            self._told(connection, written, after.incident_id)
            return after

    def merge(self, one: str, into: str, why: str, by: str, at_us: int) -> Incident:
        """All of one incident goes into another; both logs stay."""
        with writing(self.engine) as connection:
            written = Written(by=by, at_us=at_us)
            whole = incidents.merge(connection, one, into, why, written)
            self._told(connection, written, one, whole.incident_id)
            return whole

    def split(
        self, incident_id: str, title: str, keys: Sequence[str], episodes: Sequence[str], mmsis: Sequence[int],
        by: str, at_us: int,
    ) -> Incident:  # fmt: skip
        """What goes from an incident into a new one."""
        with writing(self.engine) as connection:
            written = Written(by=by, at_us=at_us)
            new = incidents.split(connection, incident_id, title, keys, episodes, mmsis, written)
            self._told(connection, written, incident_id)
            return new

    def standing(self, incident_id: str) -> Incident:
        """One incident, or the one it was merged into; raises NotFoundError if there is none."""
        with reading(self.engine) as connection:
            return incidents.standing(connection, incident_id)

    # campaigns

    def campaigns(self) -> list[Campaign]:
        """Every campaign, latest change first."""
        with reading(self.engine) as connection:
            return campaigns.listed(connection)

    def campaign(self, campaign_id: str) -> Campaign:
        """One campaign; raises NotFoundError if there is none."""
        with reading(self.engine) as connection:
            return campaigns.named(connection, campaign_id)

    def begin_campaign(self, title: str, by: str, at_us: int) -> Campaign:
        """A new campaign."""
        with writing(self.engine) as connection:
            return campaigns.begin(connection, title, Written(by=by, at_us=at_us))

    def join_campaign(
        self, campaign_id: str, incident_id: str, by: str, at_us: int, *, leave: bool = False
    ) -> Campaign:
        """A campaign with one more incident, or one fewer."""
        with writing(self.engine) as connection:
            return campaigns.join(connection, campaign_id, incident_id, Written(by=by, at_us=at_us), leave=leave)

    def attribute(self, campaign_id: str, attribution: Attribution) -> Campaign:
        """A campaign with what somebody makes of it."""
        with writing(self.engine) as connection:
            written = Written(by=attribution.by, at_us=attribution.at)
            return campaigns.attribute(connection, campaign_id, attribution, written)

    # the watch

    def hand_over(self, to: str, note: str, by: str, at_us: int) -> Handover:
        """The watch handed over."""
        with writing(self.engine) as connection:
            return campaigns.hand_over(connection, to, note, Written(by=by, at_us=at_us))

    def handovers(self) -> list[Handover]:
        """The latest handovers, newest first."""
        with reading(self.engine) as connection:
            return campaigns.handovers(connection)

    # documents

    def attach(self, incident_id: str, content: bytes, title: str, by: str, at_us: int) -> Incident:
        """A document of an incident; raises UsageError if it is none that is taken."""
        with writing(self.engine) as connection:
            written = Written(by=by, at_us=at_us)
            one = campaigns.add_document(connection, content, title, written)
            said = Asserted(fact="documents", value=(one,), source=by, at=at_us)
            after = incidents.do(connection, incident_id, said, "", written)
            self._told(connection, written, after.incident_id)
            return after

    def document(self, incident_id: str, sha256: str) -> tuple[str, bytes]:
        """Media type and content of a document of an incident; raises NotFoundError if it has none such."""
        with reading(self.engine) as connection:
            listed = standing.documents(incidents.standing(connection, incident_id))
            return campaigns.document_of(connection, sha256 if sha256 in {one.sha256 for one in listed} else "")

    # personal data

    def subject(self, words: str) -> list[Found]:
        """Where somebody or something is named in incidents and their campaigns."""
        with reading(self.engine) as connection:
            return retention.subject(connection, words)

    def erase(self, found: Sequence[Found], ground: str, by: str, at_us: int) -> Erasure:
        """Erase what was found, for good; partners who were told it are told without it."""
        if not found:
            return Erasure(at=at_us, ground=ground, kinds={}, incidents=(), documents=0)
        with writing(self.engine) as connection:
            written = Written(by=by, at_us=at_us)
            done = retention.erase(connection, found, ground, written)
            self._told(connection, written, *done.incidents)
            return done

    def retire(self, by: str, at_us: int) -> Erasure:
        """Erase what has been kept as long as it may be; a node that runs does this by itself, every hour."""
        with reading(self.engine) as connection:
            aged = retention.aged(connection, at_us)
        return self.erase(aged, PERIOD, by, at_us)
