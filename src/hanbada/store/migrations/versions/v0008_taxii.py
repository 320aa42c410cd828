"""Readers over TAXII, what each may have, and what they handed in."""

from alembic import op

from hanbada.store.migrations.versions.v0001_desk import flag, index, key, number, text, unique

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """From partners alone."""
    op.create_table(
        "taxii_reader",
        *(text("name"), text("token"), text("node"), flag("may_add"), number("added_at"), text("added_by")),
        *(key("taxii_reader", "name"), unique("taxii_reader", "token")),
    )
    index("taxii_reader", "node")
    op.create_table(
        "taxii_object",
        *(text("community"), text("node"), number("seq"), text("object_id"), text("type"), number("version")),
        *(number("until_at", nullable=True), text("body"), key("taxii_object", "community", "node", "seq")),
    )
    index("taxii_object", "community", "node", "object_id")
    index("taxii_object", "community", "node", "type", "seq")
    op.create_table(
        "taxii_use",
        *(text("community"), text("node"), text("item_id"), text("object_id")),
        key("taxii_use", "community", "node", "item_id", "object_id"),
        sqlite_with_rowid=False,
    )
    index("taxii_use", "community", "node", "object_id")
    op.create_table(
        "taxii_status",
        *(text("status_id"), text("reader"), number("at"), number("objects"), text("body")),
        key("taxii_status", "status_id"),
    )
    index("taxii_status", "reader", "at")
