"""The audit log: intervals of the ledger, the tree over them, checkpoints, and what partners cosigned."""

from alembic import op

from hanbada.store.migrations.versions.v0001_desk import key, number, text
from hanbada.store.migrations.versions.v0003_sharing import blob, small

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From a ledger that only its own node checks."""
    op.create_table(
        "audit_leaf",
        *(number("number"), number("closed_at"), number("last_seq"), blob("root")),
        key("audit_leaf", "number"),
    )
    op.create_table(
        "audit_node",
        *(small("level"), number("number"), blob("hash"), key("audit_node", "level", "number")),
        sqlite_with_rowid=False,
    )
    op.create_table("audit_checkpoint", number("size"), number("at"), text("note"), key("audit_checkpoint", "size"))
    op.create_table(
        "cosignature",
        *(number("size"), text("partner"), number("at"), text("line"), key("cosignature", "size", "partner")),
    )
    op.create_table(
        "cosigning",
        *(text("partner"), number("asked_size", nullable=True), number("asked_at", nullable=True), number("told_size")),
        *(number("seen_at", nullable=True), text("seen_note", nullable=True), key("cosigning", "partner")),
    )
