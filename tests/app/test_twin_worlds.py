"""What a partner may not see changes no byte, count, order, time or error that it gets; and planted leaks are noticed."""

from __future__ import annotations

import msgspec
import pytest
from alliance import found, scratch
from sqlalchemy import func, select
from twins import observed, story, twin

from hanbada.app.sharing import publishing, receiving
from hanbada.app.sharing.ours import Ours
from hanbada.model.errors import InputError
from hanbada.store import exchange, ledger, schema

WORLDS = 200


@pytest.fixture(scope="module")
def template():
    with scratch() as directory:
        found(directory)
        yield directory


def differ(template, seed: int) -> bool:
    """Whether the observer can tell the twins of a seed apart."""
    script = story(seed)
    seen = []
    for one in (script, twin(script, seed)):
        COUNTED.clear()
        with scratch() as home:
            seen.append(observed(template, home, one))
    return seen[0] != seen[1]


def test_the_observer_cannot_tell_twin_worlds_apart(template):
    assert [seed for seed in range(WORLDS) if differ(template, seed)] == []


@pytest.mark.nightly
def test_the_observer_cannot_tell_ten_thousand_twin_worlds_apart(template):
    assert [seed for seed in range(WORLDS, 10_000 + WORLDS) if differ(template, seed)] == []


def test_the_observer_is_told_much_and_the_twins_differ_much(template):
    """Otherwise nothing is shown by their being the same."""
    with scratch() as home:
        one = observed(template, home, story(1))
    assert sum(map(len, one.frames)) > 1_000
    changed = [a != b for seed in range(50) for a, b in zip(story(seed), twin(story(seed), seed), strict=True)]
    assert sum(changed) > len(changed) / 2


COUNTED: dict[object, int] = {}
"""What a planted leak remembers within one world."""
statement, waiting, items, said_all, receive = (
    publishing._statement,
    exchange.waiting,
    exchange.items,
    publishing._tell_all,
    receiving.receive,
)


def sequence_number(_ours, subject):
    return f"{COUNTED.setdefault(subject, len(COUNTED)):032x}"


def told_with(change):
    """A statement that says more than it may; `change` has the connection of the moment."""

    def wrong(ours, known, one, at_us):
        return change(statement(ours, known, one, at_us), one, COUNTED["connection"])

    def with_connection(connection, *given):
        COUNTED["connection"] = connection
        return said_all(connection, *given)

    return [(publishing, "_statement", wrong), (publishing, "_tell_all", with_connection)]


def put(record, **changes):
    return msgspec.structs.replace(record, **changes)


def changes_of(one, connection):
    wanted = select(func.count()).where(schema.ledger.c.object_id == f"item/{one.kept.item.item_id}")
    return connection.scalar(wanted.where(schema.ledger.c.action == "item_set"))


def less_room(connection, link, room, *given):
    others = connection.scalar(select(func.count()).where(schema.outgoing.c.partner != link.partner))
    return waiting(connection, link, max(1, room // (1 + others)), *given)


def latest_first(connection, incident=None):
    return iter(sorted(items(connection, incident), key=lambda one: -one.changed_at))


def with_those_that_refer(connection, ours, known, node, about, written):
    more = [other for one in about for other in exchange.referring(connection, one.item.item_id)]
    return said_all(connection, ours, known, node, [*about, *more], written)


def telling_error(connection, *given):
    try:
        return receive(connection, *given)
    except InputError as error:
        message = f"{error} ({ledger.head(connection)[0]})"
        raise InputError(message) from error


def counting_waits(connection, link):
    return connection.scalar(select(func.count()).select_from(schema.outgoing)), 0


LEAKS = {
    "a reference to what it does not have": lambda: [(publishing, "has", lambda *_: lambda _ref: True)],
    "a version that counts hidden changes": lambda: told_with(
        lambda said, one, connection: put(said, version=changes_of(one, connection))
    ),
    "a counter of all that was ever done": lambda: told_with(
        lambda said, _, connection: put(said, charter=ledger.head(connection)[0])
    ),
    "said again though nothing it sees changed": lambda: [
        (publishing.Saying, "due", property(lambda one: one.last is not None or one.heard.released is not None))
    ],
    "a name from a sequence": lambda: [(Ours, "item_id", sequence_number)],
    "the time of a hidden change": lambda: told_with(
        lambda said, _, connection: put(
            said, issued_at=connection.scalar(select(func.max(schema.item.c.changed_at)))
        )
    ),
    "the size of a frame by what waits for others": lambda: [(exchange, "waiting", less_room)],
    "the order of hidden changes": lambda: [(exchange, "items", latest_first)],
    "a hidden change is the occasion": lambda: [(publishing, "_tell_all", with_those_that_refer)],
    "an error that counts": lambda: [(receiving, "receive", telling_error)],
    "a count of what waits for anybody": lambda: [(exchange, "waits", counting_waits)],
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_caught(template, monkeypatch, leak):
    for where, name, wrong in LEAKS[leak]():
        monkeypatch.setattr(where, name, wrong)
    assert any(differ(template, seed) for seed in range(100)), f"nobody noticed {leak}"
