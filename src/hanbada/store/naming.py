"""What all tables of the desk database share: how large numbers are kept, and how what belongs to a table is called."""

from sqlalchemy import BigInteger, Integer, MetaData

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere; SQLite calls that INTEGER and keeps its rows by it."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
