"""Passkeys of people, and subjects of an identity provider that people are bound to."""

from alembic import op

from hanbada.store.migrations.versions.v0001_desk import key, number, text
from hanbada.store.migrations.versions.v0003_sharing import blob

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """From people who sign in with passwords alone."""
    op.create_table(
        "passkey",
        *(blob("credential"), text("name"), blob("public_key"), number("uses"), text("label"), number("added_at")),
        *(number("used_at", nullable=True), key("passkey", "credential")),
    )
    op.create_table("bound", *(text("issuer"), text("subject"), text("name"), key("bound", "issuer", "subject")))
