"""Objects made here or read from formats, before anybody marks them."""

import sqlalchemy as sa
from alembic import op

from hanbada.store.migrations.versions.v0001_desk import index, key, number, text
from hanbada.store.migrations.versions.v0003_sharing import small

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From alerts and incidents alone."""
    op.create_table(
        "kept_item",
        *(text("key"), text("data_class"), text("source"), text("format"), small("version"), text("content")),
        *(number("kept_at"), number("changed_at"), number("withdrawn_at", nullable=True)),
        *(number("from_at", nullable=True), number("until_at", nullable=True)),
        *(sa.Column(f"{edge}_deg", sa.Float()) for edge in ("west", "south", "east", "north")),
        *(text("body"), key("kept_item", "key")),
    )
    for names in (("changed_at", "key"), ("data_class", "changed_at", "key"), ("source", "changed_at", "key")):
        index("kept_item", *names)
