"""Sharing: partners, agreements, communities, objects to tell, what was told to whom and what came."""

import sqlalchemy as sa
from alembic import op

from hanbada.store.migrations.versions.v0001_desk import flag, index, key, number, refers, text, unique

revision = "0003"
down_revision = "0002"


def blob(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    """A column of bytes."""
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def small(name: str) -> sa.Column[int]:
    """A column of small numbers."""
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    """From the desk alone."""
    terms()
    items()
    links()


def terms() -> None:
    """Whom we know and what was agreed."""
    op.create_table("partner", text("node"), text("about"), blob("keys"), number("enrolled_at"), key("partner", "node"))
    op.create_table(
        "invite",
        *(text("invite_id"), text("body"), number("until_at"), text("answer", nullable=True)),
        key("invite", "invite_id"),
    )
    op.create_table(
        "agreement", text("agreement_id"), text("body"), number("changed_at"), key("agreement", "agreement_id")
    )
    op.create_table(
        "charter",
        *(text("community_id"), small("version"), blob("proposal"), blob("signatures")),
        *(number("adopted_at", nullable=True), key("charter", "community_id", "version", "proposal")),
    )
    op.create_table("scope", text("scope_id"), text("body"), key("scope", "scope_id"))


def items() -> None:
    """Objects of ours, and what of them was told to whom."""
    op.create_table(
        "item",
        *(text("item_id"), text("subject"), text("data_class"), text("incident", nullable=True), flag("recalled")),
        *(number("changed_at"), text("body"), key("item", "item_id"), unique("item", "subject")),
    )
    index("item", "incident")
    index("item", "changed_at")
    op.create_table(
        "item_ref",
        *(text("ref"), text("item_id"), key("item_ref", "ref", "item_id")),
        refers("item_ref", "item_id", "item.item_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "telling",
        *(text("node"), text("item_id"), text("community"), small("version"), blob("rendition"), flag("recalled")),
        *(small("lane"), number("seq"), number("told_at"), number("purged_at", nullable=True)),
        key("telling", "node", "item_id"),
    )
    index("telling", "item_id")


def links() -> None:
    """What goes to partners and what came from them."""
    op.create_table("link", text("partner"), text("body"), number("heard_at", nullable=True), key("link", "partner"))
    op.create_table(
        "outgoing",
        *(text("partner"), small("lane"), number("seq"), blob("body"), blob("head")),
        key("outgoing", "partner", "lane", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "incoming",
        *(text("partner"), text("origin"), text("item_id"), small("version"), text("community"), small("charter")),
        *(text("state"), number("until_at", nullable=True), number("came_at"), blob("body", nullable=True)),
        key("incoming", "partner", "origin", "item_id"),
    )
    index("incoming", "state")
    index("incoming", "until_at")
    index("incoming", "came_at")
