"""The tables of the desk database, declared once; migrations make exactly these (a test compares).

Numbers that name rows are given out by the one writer there is at a time, so nothing here counts by itself. Texts a
stranger typed stand inside canonical JSON, where every character has an escape: PostgreSQL refuses a bare NUL.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from hanbada.store.naming import NUMBER, metadata
from hanbada.store.report_tables import consent, ship_report
from hanbada.store.taxii_tables import taxii_object, taxii_reader, taxii_status, taxii_use

__all__ = ("consent", "metadata", "ship_report", "taxii_object", "taxii_reader", "taxii_status", "taxii_use")

person = Table(
    "person",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", NUMBER, nullable=False),
    Column("created_by", Text),
    Column("password", Text, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", ForeignKey("person.name"), nullable=False, index=True),
    Column("opened_at", NUMBER, nullable=False),
    Column("until_at", NUMBER, nullable=False, index=True),
)

passkey = Table(
    "passkey",
    metadata,
    Column("credential", LargeBinary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("uses", NUMBER, nullable=False),
    Column("label", Text, nullable=False),
    Column("added_at", NUMBER, nullable=False),
    Column("used_at", NUMBER),
)
"""Passkeys of people; `uses` is what the authenticator last counted, 0 if it does not count."""

bound = Table(
    "bound",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
)
"""Subjects of an identity provider, and whom they come in as."""

mark = Table(
    "mark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", NUMBER, nullable=False),
)

source = Table(
    "source",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("shareable", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("added_at", NUMBER, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", NUMBER, primary_key=True, autoincrement=False),
    Column("at", NUMBER, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_id", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("seq", NUMBER, primary_key=True, autoincrement=False),
    Column("at", NUMBER, nullable=False),
    Column("what", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("by", Text),
)

detection = Table(
    "detection",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("episode_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("said", Integer, nullable=False),
    Column("detection_id", Text, nullable=False, index=True),
    Column("content", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("t_start", NUMBER, nullable=False),
    Column("t_end", NUMBER),
    Column("simulated", Boolean, nullable=False),
    Column("recorded_at", NUMBER, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("episode_id", "version"),
    Index(None, "kind", "t_start"),
)

detection_vessel = Table(
    "detection_vessel",
    metadata,
    Column("mmsi", NUMBER, primary_key=True, autoincrement=False),
    Column("number", ForeignKey("detection.number"), primary_key=True),
    sqlite_with_rowid=False,
)

incident = Table(
    "incident",
    metadata,
    Column("incident_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("opened_at", NUMBER, nullable=False),
    Column("changed_at", NUMBER, nullable=False, index=True),
    Column("owner", Text),
    Column("simulated", Boolean, nullable=False),
    Column("about", Text, nullable=False),
)

incident_entry = Table(
    "incident_entry",
    metadata,
    Column("incident_id", ForeignKey("incident.incident_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

campaign = Table(
    "campaign",
    metadata,
    Column("campaign_id", Text, primary_key=True),
    Column("changed_at", NUMBER, nullable=False),
    Column("body", Text, nullable=False),
)

handover = Table(
    "handover",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("at", NUMBER, nullable=False),
    Column("body", Text, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size", NUMBER, nullable=False),
    Column("added_at", NUMBER, nullable=False),
    Column("content", LargeBinary),
)
"""Documents of incidents by their digest; no content: erased."""

alert = Table(
    "alert",
    metadata,
    Column("alert_id", NUMBER, primary_key=True, autoincrement=False),
    Column("episode_id", Text, nullable=False, unique=True),
    Column("latest", ForeignKey("detection.number"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("raised_at", NUMBER, nullable=False),
    Column("changed_at", NUMBER, nullable=False),
    Column("changed_by", Text),
    Column("until_at", NUMBER),
    Column("reason", Text),
    Column("incident_id", ForeignKey("incident.incident_id")),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    # Filters are answered from these indices alone: newest first in each state, or over all.
    Index("ix_alert_by_state", "state", "raised_at", "alert_id", "severity", "kind", "simulated", "until_at"),
    Index("ix_alert_by_time", "raised_at", "alert_id", "severity", "kind", "simulated"),
)

file = Table(
    "file",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("bucket", Integer, nullable=False),
    Column("rows", NUMBER, nullable=False),
    Column("bytes", NUMBER, nullable=False),
    Column("start_at", NUMBER, nullable=False),
    Column("end_at", NUMBER, nullable=False),
    Column("added_at", NUMBER, nullable=False),
    Column("retired_at", NUMBER),
    Index(None, "kind", "bucket", "end_at"),
)

slot = Table(
    "slot",
    metadata,
    Column("start_at", NUMBER, primary_key=True, autoincrement=False),
    Column("receptions", NUMBER, nullable=False),
    Column("sample", LargeBinary, nullable=False),
)

register_row = Table(
    "register_row",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text),
    Column("changed_at", NUMBER, nullable=False),
    Column("changed_by", Text, nullable=False),
)
"""Rows of the register of cooperation as they stand; no body: withdrawn. What stood before is in the ledger."""

partner = Table(
    "partner",
    metadata,
    Column("node", Text, primary_key=True),
    Column("about", Text, nullable=False),
    Column("keys", LargeBinary, nullable=False),
    Column("enrolled_at", NUMBER, nullable=False),
)

invite = Table(
    "invite",
    metadata,
    Column("invite_id", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("until_at", NUMBER, nullable=False),
    Column("answer", Text),
)

agreement = Table(
    "agreement",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("changed_at", NUMBER, nullable=False),
)

charter = Table(
    "charter",
    metadata,
    Column("community_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("proposal", LargeBinary, primary_key=True),
    Column("signatures", LargeBinary, nullable=False),
    Column("adopted_at", NUMBER),
)

scope = Table(
    "scope",
    metadata,
    Column("scope_id", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

item = Table(
    "item",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("subject", Text, nullable=False, unique=True),
    Column("data_class", Text, nullable=False),
    Column("incident", Text, index=True),
    Column("recalled", Boolean, nullable=False),
    Column("changed_at", NUMBER, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

item_ref = Table(
    "item_ref",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("item_id", ForeignKey("item.item_id"), primary_key=True),
    sqlite_with_rowid=False,
)

kept_item = Table(
    "kept_item",
    metadata,
    Column("key", Text, primary_key=True),
    Column("data_class", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("kept_at", NUMBER, nullable=False),
    Column("changed_at", NUMBER, nullable=False),
    Column("withdrawn_at", NUMBER),
    Column("from_at", NUMBER),
    Column("until_at", NUMBER),
    Column("west_deg", Float),
    Column("south_deg", Float),
    Column("east_deg", Float),
    Column("north_deg", Float),
    Column("body", Text, nullable=False),
    Index(None, "changed_at", "key"),
    Index(None, "data_class", "changed_at", "key"),
    Index(None, "source", "changed_at", "key"),
)
"""Objects made here or read from formats, whether or not anybody marked them; `item` has those that were."""

telling = Table(
    "telling",
    metadata,
    Column("node", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("community", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rendition", LargeBinary, nullable=False),
    Column("recalled", Boolean, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("seq", NUMBER, nullable=False),
    Column("told_at", NUMBER, nullable=False),
    Column("purged_at", NUMBER),
    Index(None, "item_id"),
)

link = Table(
    "link",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("heard_at", NUMBER),
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("seq", NUMBER, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

incoming = Table(
    "incoming",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("community", Text, nullable=False),
    Column("charter", Integer, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("until_at", NUMBER, index=True),
    Column("came_at", NUMBER, nullable=False, index=True),
    Column("body", LargeBinary),
)

audit_leaf = Table(
    "audit_leaf",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("closed_at", NUMBER, nullable=False),
    Column("last_seq", NUMBER, nullable=False),
    Column("root", LargeBinary, nullable=False),
)

audit_node = Table(
    "audit_node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("size", NUMBER, primary_key=True, autoincrement=False),
    Column("at", NUMBER, nullable=False),
    Column("note", Text, nullable=False),
)

cosignature = Table(
    "cosignature",
    metadata,
    Column("size", NUMBER, primary_key=True, autoincrement=False),
    Column("partner", Text, primary_key=True),
    Column("at", NUMBER, nullable=False),
    Column("line", Text, nullable=False),
)

cosigning = Table(
    "cosigning",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("asked_size", NUMBER),
    Column("asked_at", NUMBER),
    Column("told_size", NUMBER, nullable=False),
    Column("seen_at", NUMBER),
    Column("seen_note", Text),
)
