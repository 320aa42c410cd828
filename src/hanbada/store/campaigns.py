"""Campaigns, handovers and documents kept, each as a record of its own; the ledger has every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import desc, insert, select, update

from hanbada.incidents import campaign as rules
from hanbada.incidents import documents
from hanbada.model.errors import NotFoundError
from hanbada.model.records import Campaign, Handover
from hanbada.store import incidents
from hanbada.store.database import next_number
from hanbada.store.events import Written, deed
from hanbada.store.schema import campaign, document, handover

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.model.facts import Attached
    from hanbada.model.records import Attribution


def listed(connection: Connection) -> list[Campaign]:
    """Every campaign, latest change first."""
    bodies = connection.scalars(select(campaign.c.body).order_by(desc(campaign.c.changed_at), campaign.c.campaign_id))
    return [msgspec.json.decode(body, type=Campaign) for body in bodies]


def named(connection: Connection, campaign_id: str) -> Campaign:
    """One campaign; raises NotFoundError if there is none of that id."""
    body = connection.scalar(select(campaign.c.body).where(campaign.c.campaign_id == campaign_id))
    if body is None:
        message = f"there is no campaign {campaign_id!r}"
        raise NotFoundError(message)
    return msgspec.json.decode(body, type=Campaign)


def begin(connection: Connection, title: str, written: Written) -> Campaign:
    """A new campaign; raises UsageError if it has no name."""
    new = rules.begun(incidents.next_id(connection, written.at_us, "CAM"), title, written.by, written.at_us)
    body = _json(new)
    connection.execute(insert(campaign).values(campaign_id=new.campaign_id, changed_at=written.at_us, body=body))
    deed(connection, written, "campaign_opened", f"campaign/{new.campaign_id}")
    return new


def join(
    connection: Connection, campaign_id: str, incident_id: str, written: Written, *, leave: bool = False
) -> Campaign:
    """A campaign with one more incident, or one fewer; raises NotFoundError if there is no such incident."""
    now, one = named(connection, campaign_id), incidents.named(connection, incident_id)
    after = (rules.left if leave else rules.joined)(now, one.incident_id)
    return _keep(connection, after, written, "campaign_left" if leave else "campaign_joined", incident=incident_id)


def attribute(connection: Connection, campaign_id: str, attribution: Attribution, written: Written) -> Campaign:
    """A campaign with what somebody makes of it; raises UsageError for a step that there is not."""
    after = rules.attributed(named(connection, campaign_id), attribution)
    said = {"step": attribution.step, "dissents": attribution.dissents}
    return _keep(connection, after, written, "campaign_attributed", **said)


def _keep(connection: Connection, after: Campaign, written: Written, action: str, **said: object) -> Campaign:
    values = {"changed_at": written.at_us, "body": _json(after)}
    connection.execute(update(campaign).where(campaign.c.campaign_id == after.campaign_id).values(**values))
    deed(connection, written, action, f"campaign/{after.campaign_id}", **said)
    return after


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def hand_over(connection: Connection, to: str, note: str, written: Written) -> Handover:
    """The watch handed over."""
    number = next_number(connection, handover.c.number)
    one = Handover(number=number, at=written.at_us, by=written.by, to=to, note=note)
    connection.execute(insert(handover).values(number=number, at=one.at, body=_json(one)))
    deed(connection, written, "watch_handed_over", f"person/{to}", handover=number)
    return one


def handovers(connection: Connection, most: int = 20) -> list[Handover]:
    """The latest handovers, newest first."""
    bodies = connection.scalars(select(handover.c.body).order_by(desc(handover.c.number)).limit(most))
    return [msgspec.json.decode(body, type=Handover) for body in bodies]


def add_document(connection: Connection, content: bytes, title: str, written: Written) -> Attached:
    """Keep a document, once for all incidents it belongs to; raises UsageError if it is none that is taken."""
    one = documents.attached(content, title)
    kept = connection.execute(select(document).where(document.c.sha256 == one.sha256)).first()
    if kept is None:
        values = {"sha256": one.sha256, "media_type": one.media_type, "size": one.size, "added_at": written.at_us}
        connection.execute(insert(document).values(**values, content=content))
    elif kept.content is None:
        connection.execute(update(document).where(document.c.sha256 == one.sha256).values(content=content))
    deed(connection, written, "document_added", f"document/{one.sha256}", size=one.size, media_type=one.media_type)
    return one


def document_of(connection: Connection, sha256: str) -> tuple[str, bytes]:
    """Media type and content; raises NotFoundError if it is not here or was erased."""
    row = connection.execute(select(document).where(document.c.sha256 == sha256)).first()
    if row is None or row.content is None:
        message = f"there is no document {sha256}"
        raise NotFoundError(message)
    return row.media_type, row.content
