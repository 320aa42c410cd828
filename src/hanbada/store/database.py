"""The desk database: SQLite in a file, or PostgreSQL by its address, migrated when it is opened.

One writer at a time, whatever the database: SQLite by `BEGIN IMMEDIATE`, PostgreSQL by an advisory lock held to the
end of the transaction. That keeps the ledger one chain, numbers without holes, and look-then-write free of races.
A reader sees one moment throughout. When `writing` returns, what was written survives a loss of power.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from hanbada.model.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, Connection, Engine, Result

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_S = 30
"""How long a writer waits for the one before it."""
_LOCK = 0x48414E42414441
"""Names our advisory lock in PostgreSQL: "HANBADA"."""
_WRITES = "hanbada_writes"
_PIECE = 1_000
_T = TypeVar("_T")
_S = TypeVar("_S", bound=msgspec.Struct)
_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_S * 1000}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # What a partner recalled must not be found in the file either.
    "PRAGMA secure_delete=ON",
    # Without it, INSERT OR REPLACE would take rows away behind the back of the ledger's triggers.
    "PRAGMA recursive_triggers=ON",
)


def open_database(where: Path | str) -> Engine:
    """The database in a file (SQLite) or at a `postgresql://` address, made or migrated to this program's schema.

    Raises StoreError if it cannot be opened, is no database, or was written by a newer program.
    """
    url = _url(where)
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    try:
        _migrate(engine)
    except BaseException:  # whatever it is, Ctrl-C too: its connections must not stay open; raised again
        engine.dispose()
        raise
    return engine


def _url(where: Path | str) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(Path(where).absolute()))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError) as error:
        message = "the address of the database was not understood; write postgresql://USER@HOST/NAME"
        raise UsageError(message) from error
    on_disk = url.database not in {None, "", ":memory:"}
    if url.get_backend_name() not in {"sqlite", "postgresql"} or not on_disk:
        message = f"{url.render_as_string()}: a database is a file or a postgresql:// address"
        raise UsageError(message)
    return url


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made beforehand for the owner alone: it holds digests of passwords and cookies, and WAL files copy its mode.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        message = f"{path}: cannot be opened: {error.strerror}"
        raise StoreError(message) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        message = f"PostgreSQL needs the driver {error.name}: install hanbada[pg]"
        raise UsageError(message) from error


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own idea of transactions: off, `_begin` says when
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database; raises StoreError if it cannot be read."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with _translated(engine, "reading"), engine.connect() as connection:
        yield connection.execution_options(**options)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """The only connection that writes; all of it is kept when the block ends, none of it if the block raises.

    Raises StoreError if it cannot be written, or another writer does not finish within BUSY_S.
    """
    with _translated(engine, "writing"), engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection


def settle(engine: Engine) -> None:
    """Bring all that was written into the database file itself: what was taken away is then nowhere on disk."""
    if engine.dialect.name == "sqlite":
        with _translated(engine, "settling"), engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def next_number(connection: Connection, column: Column[Any]) -> int:
    """The number after the highest in a column, from 1; to be used at once, on a connection of `writing`."""
    return (connection.scalar(select(func.max(column))) or 0) + 1


def records(result: Result[Any], kind: type[_S]) -> list[_S]:
    """Rows as records of a Struct; columns it has no field for are left out."""
    names = kind.__struct_fields__
    return [kind(**{name: row[name] for name in names}) for row in result.mappings()]


def in_pieces(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Values in pieces that fit into one statement."""
    for begin in range(0, len(values), _PIECE):
        yield values[begin : begin + _PIECE]


@contextmanager
def _translated(engine: Engine, action: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        message = f"{action} {engine.url.render_as_string()}: {cause}"
        raise StoreError(message) from error


def _migrate(engine: Engine) -> None:
    """Bring the schema up to ours; whoever comes second finds it done."""
    script = _script()
    with reading(engine) as connection:
        if _revision(MigrationContext.configure(connection)) == script.get_current_head():
            return
    with writing(engine) as connection:
        _refuse_newer(engine, script, _revision(MigrationContext.configure(connection)))
        _run(connection, script)


@cache
def _script() -> ScriptDirectory:
    """The migrations, read once."""
    return ScriptDirectory(MIGRATIONS)


def _revision(context: MigrationContext) -> str | None:
    heads = context.get_current_heads()
    return heads[0] if heads else None


def _refuse_newer(engine: Engine, script: ScriptDirectory, current: str | None) -> None:
    known = {one.revision for one in script.walk_revisions()}
    if current is not None and current not in known:
        message = (
            f"{engine.url.render_as_string()} was written by a newer Hanbada: its schema is {current}, this program "
            f"knows up to {script.get_current_head()}; run the newer program, or name another data directory"
        )
        raise StoreError(message)


def _run(connection: Connection, script: ScriptDirectory) -> None:
    def steps(heads: tuple[str, ...], _context: Any) -> list[Any]:
        ahead = list(script.iterate_revisions("head", heads[0] if heads else "base"))
        return [MigrationStep.upgrade_from_script(script.revision_map, one) for one in reversed(ahead)]

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context):
        context.run_migrations()
