"""The desk in both databases: SQLite always, PostgreSQL where there is one to test with."""

import itertools
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from makings import NOON
from sqlalchemy import create_engine, delete, make_url, text

from hanbada.store import database
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore
from hanbada.store.schema import metadata

NAMES = itertools.count(1)
GIVEN = "HANBADA_TEST_PG"
QUICK = "-c fsync=off -c full_page_writes=off -c shared_buffers=16MB"


@pytest.fixture(autouse=True)
def no_waiting_for_disks(monkeypatch):
    """A test cannot take the power away, so it need not wait for what guards against that; `undo` brings it back."""
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda _handle: None)
    monkeypatch.setattr(database, "_PRAGMAS", tuple(one.replace("=FULL", "=OFF") for one in database._PRAGMAS))


@pytest.fixture(scope="session")
def server():
    """The address of a PostgreSQL in which databases may be made: the one that is given, or one of our own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (hanbada[pg])")
    if os.environ.get(GIVEN):
        yield make_url(os.environ[GIVEN])
        return
    if shutil.which("pg_ctl") is None or shutil.which("initdb") is None:
        pytest.skip(f"no PostgreSQL here: install one, or name one in {GIVEN}")
    home = Path(tempfile.mkdtemp(prefix="hanbada-pg-", dir="/tmp"))
    # PostgreSQL will not run as root: there it runs as the user its package made.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(home, user)

    def run(*command):
        subprocess.run(command, user=user, cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=60)

    try:
        run("initdb", "-D", home / "data", "-U", "hanbada", "-A", "trust", "-E", "UTF8", "--no-sync")
        start = f"{QUICK} -c listen_addresses= -c unix_socket_directories={home}"
        run("pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-o", start, "start")
        try:
            yield make_url(f"postgresql://hanbada@/postgres?host={home}")
        finally:
            run("pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home)


@contextmanager
def empty_schema(server):
    """The address of an empty schema, which is quicker to make than a database."""
    name = f"hanbada_test_{os.getpid()}_{next(NAMES)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
        try:
            yield server.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


@pytest.fixture
def postgresql(server):
    """The address of an empty PostgreSQL database."""
    with empty_schema(server) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """Where a database is to be made."""
    return tmp_path / "desk.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql")


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory):
    """A SQLite database without rows: a copy of it opens sooner than one is made."""
    path = tmp_path_factory.mktemp("made") / "desk.sqlite"
    open_database(path).dispose()
    return path


@pytest.fixture(scope="session")
def made_postgresql(server):
    """A PostgreSQL database that tests use in turn, each after its rows were taken out."""
    with empty_schema(server) as address:
        engine = open_database(address)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    """An open database without rows."""
    if request.param == "postgresql":
        opened = request.getfixturevalue("made_postgresql")
        with opened.begin() as connection:
            connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER USER"))
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
            connection.execute(text("ALTER TABLE ledger ENABLE TRIGGER USER"))
        yield opened
        return
    shutil.copy(request.getfixturevalue("made_sqlite"), tmp_path / "desk.sqlite")
    opened = open_database(tmp_path / "desk.sqlite")
    yield opened
    opened.dispose()


class Clock:
    """The picture's time: stands until a test moves it."""

    def __init__(self):
        self.now_us = NOON

    def __call__(self):
        return self.now_us


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(engine, clock):
    return DeskStore(engine, clock)
