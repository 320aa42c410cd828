"""The tables of the reporting desk: reports of ships, and the consents of their owners; bodies are canonical JSON."""

from sqlalchemy import Column, Table, Text

from hanbada.store.naming import NUMBER, metadata

ship_report = Table(
    "ship_report",
    metadata,
    Column("report_id", Text, primary_key=True),
    Column("form", Text, nullable=False),
    Column("company", Text, nullable=False, index=True),
    Column("imo", NUMBER, index=True),
    Column("name", Text),
    Column("at", NUMBER, nullable=False),
    Column("received_at", NUMBER, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("consent_id", Text, primary_key=True),
    Column("company", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
)
