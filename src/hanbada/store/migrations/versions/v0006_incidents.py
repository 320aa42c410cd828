"""Campaigns, handovers of the watch, documents of incidents."""

from alembic import op

from hanbada.store.migrations.versions.v0001_desk import key, number, text
from hanbada.store.migrations.versions.v0003_sharing import blob

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """From incidents with a log alone."""
    op.create_table("campaign", text("campaign_id"), number("changed_at"), text("body"), key("campaign", "campaign_id"))
    op.create_table("handover", number("number"), number("at"), text("body"), key("handover", "number"))
    op.create_table(
        "document",
        *(text("sha256"), text("media_type"), number("size"), number("added_at"), blob("content", nullable=True)),
        key("document", "sha256"),
    )
