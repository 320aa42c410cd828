"""The desk as it began: people, ledger, detections and alerts, incidents, sources, files of the archive."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """A column of text."""
    return sa.Column(name, sa.Text(), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    """A column of 64-bit numbers."""
    return sa.Column(name, NUMBER, nullable=nullable)


def flag(name: str) -> sa.Column[bool]:
    """A column that says yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    """A primary key."""
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def refers(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    """A column that holds a key of another table."""
    return sa.ForeignKeyConstraint([name], [target], name=f"fk_{table}_{name}")


def unique(table: str, *names: str) -> sa.UniqueConstraint:
    """Columns that together occur once."""
    return sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}")


def index(table: str, *names: str) -> None:
    """An index named after what it holds."""
    op.create_index(f"ix_{table}_{'_'.join(names)}", table, list(names))


def upgrade() -> None:
    """From nothing."""
    people()
    ledger()
    detections()
    incidents()
    alerts()
    archive()


def people() -> None:
    """People, their sessions, and small things kept by name."""
    op.create_table(
        "person",
        *(text("name"), text("role"), flag("active")),
        *(number("created_at"), text("created_by", nullable=True), text("password")),
        key("person", "name"),
    )
    op.create_table(
        "session",
        *(text("key"), text("name"), number("opened_at"), number("until_at")),
        *(key("session", "key"), refers("session", "name", "person.name")),
    )
    index("session", "name")
    index("session", "until_at")
    op.create_table("mark", text("name"), text("body"), number("at"), key("mark", "name"))
    op.create_table(
        "event",
        *(number("seq"), number("at"), text("what"), text("id"), text("state"), text("by", nullable=True)),
        key("event", "seq"),
    )


def ledger() -> None:
    """The ledger, and what refuses to change it."""
    op.create_table(
        "ledger",
        *(number("seq"), number("at")),
        *map(text, ("actor", "action", "object_id", "body", "previous", "hash")),
        key("ledger", "seq"),
    )
    index("ledger", "object_id")
    for statement in {"sqlite": SQLITE_LEDGER, "postgresql": POSTGRESQL_LEDGER}[op.get_bind().dialect.name]:
        op.execute(statement)


SQLITE_LEDGER = (
    "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    """CREATE TRIGGER ledger_at_the_end BEFORE INSERT ON ledger
    WHEN EXISTS (SELECT 1 FROM ledger WHERE seq >= NEW.seq) BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END""",
)
POSTGRESQL_LEDGER = (
    """CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$""",
    """CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()""",
)


def detections() -> None:
    """Every version of every episode, and whom each is about."""
    op.create_table(
        "detection",
        *(number("number"), text("episode_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("version", "said")),
        *map(text, ("detection_id", "content", "kind", "state", "severity")),
        *(number("t_start"), number("t_end", nullable=True), flag("simulated"), number("recorded_at"), text("body")),
        *(key("detection", "number"), unique("detection", "episode_id", "version")),
    )
    index("detection", "detection_id")
    index("detection", "kind", "t_start")
    op.create_table(
        "detection_vessel",
        *(number("mmsi"), number("number")),
        *(key("detection_vessel", "mmsi", "number"), refers("detection_vessel", "number", "detection.number")),
        sqlite_with_rowid=False,
    )


def incidents() -> None:
    """Incidents and their logs."""
    op.create_table(
        "incident",
        *map(text, ("incident_id", "state", "severity")),
        *(number("opened_at"), number("changed_at"), text("owner", nullable=True), flag("simulated"), text("about")),
        key("incident", "incident_id"),
    )
    index("incident", "changed_at")
    op.create_table(
        "incident_entry",
        *(text("incident_id"), sa.Column("number", sa.Integer(), nullable=False), text("body")),
        key("incident_entry", "incident_id", "number"),
        refers("incident_entry", "incident_id", "incident.incident_id"),
    )


def alerts() -> None:
    """One alert for each episode, with what filters ask of its latest version."""
    op.create_table(
        "alert",
        *(number("alert_id"), text("episode_id"), number("latest"), text("state")),
        *(number("raised_at"), number("changed_at"), text("changed_by", nullable=True)),
        *(number("until_at", nullable=True), text("reason", nullable=True), text("incident_id", nullable=True)),
        *(text("kind"), text("severity"), flag("simulated")),
        *(key("alert", "alert_id"), unique("alert", "episode_id")),
        refers("alert", "latest", "detection.number"),
        refers("alert", "incident_id", "incident.incident_id"),
    )
    index("alert", "latest")
    about = ["severity", "kind", "simulated"]
    op.create_index("ix_alert_by_state", "alert", ["state", "raised_at", "alert_id", *about, "until_at"])
    op.create_index("ix_alert_by_time", "alert", ["raised_at", "alert_id", *about])


def archive() -> None:
    """Where lines come from, the files of the archive, and what was heard in each ten minutes."""
    op.create_table(
        "source",
        *(number("number"), text("name"), text("address"), text("licence")),
        *(flag("shareable"), flag("simulated"), number("added_at")),
        *(key("source", "number"), unique("source", "name")),
    )
    op.create_table(
        "file",
        *map(text, ("name", "kind", "period")),
        sa.Column("bucket", sa.Integer(), nullable=False),
        *map(number, ("rows", "bytes", "start_at", "end_at", "added_at")),
        number("retired_at", nullable=True),
        key("file", "name"),
    )
    index("file", "kind", "bucket", "end_at")
    op.create_table(
        "slot",
        *(number("start_at"), number("receptions"), sa.Column("sample", sa.LargeBinary(), nullable=False)),
        key("slot", "start_at"),
    )
