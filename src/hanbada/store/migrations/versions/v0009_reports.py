"""Reports of ships and the consents of their owners."""

from alembic import op

from hanbada.store.migrations.versions.v0001_desk import index, key, number, text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """From a desk that hears ships by radio alone."""
    op.create_table(
        "ship_report",
        *(text("report_id"), text("form"), text("company"), number("imo", nullable=True), text("name", nullable=True)),
        *(number("at"), number("received_at"), text("body"), key("ship_report", "report_id")),
    )
    for name in ("company", "imo", "received_at"):
        index("ship_report", name)
    op.create_table("consent", text("consent_id"), text("company"), text("body"), key("consent", "consent_id"))
    index("consent", "company")
