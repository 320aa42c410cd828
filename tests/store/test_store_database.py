"""How the desk database is opened: made, migrated, refused; one writer at a time, one moment for a reader."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from makings import NOON, detection
from sqlalchemy import inspect, text

import hanbada
from hanbada.model.desk import AlertFilter
from hanbada.model.errors import StoreError, UsageError
from hanbada.store import database
from hanbada.store.database import open_database, reading, writing
from hanbada.store.desk import DeskStore
from hanbada.store.schema import metadata

BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def opened(address):
    """Open and close."""
    open_database(address).dispose()


def revision(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


@BOTH
def test_migrations_make_exactly_the_tables_that_are_declared(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


@BOTH
def test_keys_and_what_they_refer_to_are_those_that_are_declared(engine):
    """What Alembic does not compare."""
    found, declared = inspect(engine), metadata.tables
    assert set(found.get_table_names()) == {*declared, "alembic_version"}
    for name, table in declared.items():
        assert found.get_pk_constraint(name)["constrained_columns"] == [column.name for column in table.primary_key]
        refers = {(*key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(name)}
        assert refers == {(key.parent.name, key.column.table.name) for key in table.foreign_keys}


def test_a_database_is_made_once_and_opened_again_with_all_that_is_in_it(address):
    engine = open_database(address)
    DeskStore(engine, lambda: NOON).record([detection()], NOON)
    engine.dispose()
    engine = open_database(address)
    assert len(DeskStore(engine, lambda: NOON).alerts(AlertFilter())) == 1
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(address):
    engine = open_database(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer Hanbada.*9999"):
        open_database(address)
    assert revision(engine) == "9999"
    engine.dispose()


def test_a_migration_that_is_cut_short_leaves_nothing_and_is_done_next_time(address, monkeypatch):
    made, create = [], Operations.create_table

    def cut_short(operations, *columns, **options):
        made.append(columns[0])
        if len(made) == 6:
            raise KeyboardInterrupt
        return create(operations, *columns, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "create_table", cut_short)
        with pytest.raises(KeyboardInterrupt):
            open_database(address)
    engine = (
        database._sqlite(database._url(address))
        if isinstance(address, Path)
        else database._postgresql(database._url(address))
    )
    assert len(made) == 6
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    opened(address)


def test_migrations_are_found_wherever_the_package_is_put(tmp_path):
    """As a wheel puts it: the files of the package and nothing of the project around it."""
    package = Path(hanbada.__file__).parent
    shutil.copytree(
        package, tmp_path / "site" / "hanbada", ignore=shutil.ignore_patterns("__pycache__", "web", "demo_data")
    )
    code = "import hanbada, sys; from hanbada.store.database import open_database; open_database(sys.argv[1]); print(hanbada.__file__)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, tmp_path / "desk.sqlite"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.startswith(str(tmp_path))
    opened(tmp_path / "desk.sqlite")


def test_sqlite_is_told_to_be_careful(tmp_path, monkeypatch):
    monkeypatch.undo()
    engine = open_database(tmp_path / "desk.sqlite")
    with reading(engine) as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        }
    engine.dispose()
    assert said == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": database.BUSY_S * 1000,
        "recursive_triggers": 1,
    }


@SQLITE
def test_only_its_owner_may_read_the_file(engine):
    assert Path(engine.url.database).stat().st_mode & 0o077 == 0


@BOTH
def test_what_an_interrupted_writer_wrote_is_gone(engine):
    def interrupted():
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO mark VALUES ('a', '1', 0)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM mark")) == 0


@BOTH
def test_a_reader_sees_one_moment_while_a_writer_goes_on(engine):
    desk = DeskStore(engine, lambda: NOON)
    with reading(engine) as connection:
        before = connection.scalar(text("SELECT count(*) FROM alert"))
        desk.record([detection()], NOON)
        assert connection.scalar(text("SELECT count(*) FROM alert")) == before == 0
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM alert")) == 1


@SQLITE
def test_a_writer_that_waits_too_long_is_told(engine, monkeypatch):
    monkeypatch.setattr(database, "_PRAGMAS", ("PRAGMA busy_timeout=1",))
    second = open_database(Path(engine.url.database))
    with writing(engine), pytest.raises(StoreError, match="locked"):
        DeskStore(second, lambda: NOON).set_mark("a", 1, NOON)
    second.dispose()


@BOTH
def test_rows_that_refer_to_nothing_are_refused(engine):
    orphan = "INSERT INTO session VALUES ('key', 'ghost', 0, 1)"
    with pytest.raises(StoreError, match=r"(?i)foreign key"), writing(engine) as connection:
        connection.execute(text(orphan))


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear sir, " * 500)
    with pytest.raises(StoreError, match=r"letter\.txt"):
        open_database(path)
    assert path.read_text() == "Dear sir, " * 500


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_database(tmp_path / "file" / "desk.sqlite")


@pytest.mark.parametrize(
    "where", ["mysql://kim@host/desk", "postgresql://kim:secret@host", "sqlite://", "sqlite:///:memory:", "a://b c://"]
)
def test_an_address_of_another_kind_is_refused_without_telling_its_password(where):
    with pytest.raises(UsageError) as caught:
        open_database(where)
    assert "secret" not in str(caught.value)


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="reading postgresql") as caught:
        open_database(f"postgresql://kim:secret@/desk?host={tmp_path}")
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"hanbada\[pg\]"):
        open_database("postgresql://kim@host/desk")
