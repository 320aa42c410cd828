"""The tables of the TAXII server: readers, what each node may have as STIX, what was handed in."""

from sqlalchemy import Boolean, Column, Index, Table, Text

from hanbada.store.naming import NUMBER, metadata

taxii_reader = Table(
    "taxii_reader",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("node", Text, nullable=False, index=True),
    Column("may_add", Boolean, nullable=False),
    Column("added_at", NUMBER, nullable=False),
    Column("added_by", Text, nullable=False),
)

taxii_object = Table(
    "taxii_object",
    metadata,
    Column("community", Text, primary_key=True),
    Column("node", Text, primary_key=True),
    Column("seq", NUMBER, primary_key=True, autoincrement=False),
    Column("object_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", NUMBER, nullable=False),
    Column("until_at", NUMBER),
    Column("body", Text, nullable=False),
    Index(None, "community", "node", "object_id"),
    Index(None, "community", "node", "type", "seq"),
)
"""What each node may have of each community as STIX, as the release desk let it through; `seq` is when it was added."""

taxii_use = Table(
    "taxii_use",
    metadata,
    Column("community", Text, primary_key=True),
    Column("node", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("object_id", Text, primary_key=True),
    Index(None, "community", "node", "object_id"),
    sqlite_with_rowid=False,
)
"""Which objects of STIX stand for which object of ours: one that stands for none any more goes."""

taxii_status = Table(
    "taxii_status",
    metadata,
    Column("status_id", Text, primary_key=True),
    Column("reader", Text, nullable=False),
    Column("at", NUMBER, nullable=False),
    Column("objects", NUMBER, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "reader", "at"),
)
