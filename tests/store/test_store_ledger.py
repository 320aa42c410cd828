"""The ledger: it grows, it refuses to change, and what was changed in spite of that is found."""

import hashlib
import sqlite3
from contextlib import closing

import msgspec
import pytest
from makings import NOON
from sqlalchemy import text

from hanbada.model.errors import StoreError
from hanbada.store import ledger
from hanbada.store.database import reading, writing
from hanbada.store.ledger import GENESIS, Deed


@pytest.fixture
def written(engine):
    """A ledger of ten entries."""
    for n in range(5):
        deeds = [Deed(actor="kim", action="did", object_id=f"thing/{n % 2}", body={"n": n, "k": k}) for k in "ab"]
        with writing(engine) as connection:
            ledger.append(connection, deeds, NOON + n)
    return engine


def verified(engine):
    with reading(engine) as connection:
        return ledger.verify(connection)


@pytest.fixture
def tampered(written):
    """Change the ledger behind the back of its triggers, as who owns the database can."""

    def change(statement):
        with written.begin() as connection:
            if written.dialect.name == "postgresql":
                connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER USER"))
                connection.execute(text(statement))
                connection.execute(text("ALTER TABLE ledger ENABLE TRIGGER USER"))
            else:
                for name in ("no_update", "no_delete", "at_the_end"):
                    connection.execute(text(f"DROP TRIGGER ledger_{name}"))
                connection.execute(text(statement))
        return verified(written)

    return change


def test_each_entry_is_chained_to_the_one_before(written):
    with reading(written) as connection:
        entries = list(ledger.entries(connection))
        head = ledger.head(connection)
    assert [one.seq for one in entries] == list(range(1, 11))
    assert [one.previous for one in entries] == [GENESIS, *(one.hash for one in entries[:-1])]
    assert head == (10, entries[-1].hash)
    assert verified(written) is None


def test_the_hash_is_as_documented(written):
    """Anyone can recompute it: SHA-256 of a JSON array, in this order."""
    with reading(written) as connection:
        one = next(ledger.entries(connection, since=3))
    array = f'[4,{NOON + 1},"kim","did","thing/1","{{\\"k\\":\\"b\\",\\"n\\":1}}","{one.previous}"]'
    assert one.hash == hashlib.sha256(array.encode()).hexdigest()


def test_an_empty_ledger_is_whole(engine):
    assert verified(engine) is None
    with reading(engine) as connection:
        assert ledger.head(connection) == (0, GENESIS)


def test_entries_of_one_object_are_found_page_by_page(written, monkeypatch):
    monkeypatch.setattr(ledger, "_PAGE", 2)
    with reading(written) as connection:
        found = [msgspec.json.decode(one.body) for one in ledger.entries(connection, object_id="thing/1")]
        assert len(list(ledger.entries(connection, since=4))) == 6
    assert found == [{"n": n, "k": k} for n in (1, 3) for k in "ab"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor = 'lee' WHERE seq = 3",
        "UPDATE ledger SET seq = 11 WHERE seq = 10",
        "DELETE FROM ledger WHERE seq = 10",
        "DELETE FROM ledger",
    ],
)
def test_the_database_refuses_to_change_or_take_away_an_entry(written, statement):
    with pytest.raises(StoreError, match="only grows"), writing(written) as connection:
        connection.execute(text(statement))
    assert verified(written) is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT"])
def test_sqlite_refuses_to_put_an_entry_in_place_of_another_whoever_asks(written, verb):
    with closing(sqlite3.connect(written.url.database)) as without_our_pragmas:
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            without_our_pragmas.execute(f"{verb} INTO ledger VALUES (3, 0, 'lee', 'did', 'thing/0', '{{}}', '', '')")
    assert verified(written) is None


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_empty_the_ledger(written):
    with pytest.raises(StoreError, match="only grows"), writing(written) as connection:
        connection.execute(text("TRUNCATE ledger"))
    assert verified(written) is None


@pytest.mark.parametrize(
    ("statement", "breaks_at"),
    [
        ("UPDATE ledger SET actor = 'lee' WHERE seq = 3", 3),
        ("UPDATE ledger SET at = at + 1 WHERE seq = 1", 1),
        ("UPDATE ledger SET body = '{}' WHERE seq = 10", 10),
        ("UPDATE ledger SET object_id = 'thing/9' WHERE seq = 5", 5),
        ("UPDATE ledger SET hash = previous WHERE seq = 7", 7),
        ("DELETE FROM ledger WHERE seq = 4", 4),
        ("DELETE FROM ledger WHERE seq <= 2", 1),
        ("UPDATE ledger SET seq = 11 WHERE seq = 9", 9),
    ],
)
def test_a_change_in_spite_of_that_is_found_where_it_is(tampered, statement, breaks_at):
    assert tampered(statement) == breaks_at


def test_an_entry_forged_with_its_own_hash_breaks_the_one_after(written, tampered):
    with reading(written) as connection:
        third = list(ledger.entries(connection))[2]
    forged = msgspec.structs.replace(third, actor="lee")
    assert tampered(f"UPDATE ledger SET actor = 'lee', hash = '{ledger.entry_hash(forged)}' WHERE seq = 3") == 4  # noqa: S608


def test_entries_taken_from_the_end_show_by_a_head_kept_elsewhere(written, tampered):
    with reading(written) as connection:
        before = ledger.head(connection)
    assert tampered("DELETE FROM ledger WHERE seq > 8") is None
    with reading(written) as connection:
        assert ledger.head(connection) != before


def test_a_deed_is_kept_only_if_what_it_tells_of_is(engine):
    def interrupted():
        with writing(engine) as connection:
            ledger.append(connection, [Deed(actor="kim", action="did", object_id="thing/1")], NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with reading(engine) as connection:
        assert ledger.head(connection) == (0, GENESIS)
