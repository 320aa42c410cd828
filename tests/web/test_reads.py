"""Who looked at what is marked AMBER or higher is in the ledger, once an hour, and pages do not wait for that."""

import threading

import msgspec
import pytest
from fakes import NOW_US
from partners import made, settle, world_of
from test_release_pages import released, shown, signed_in

from hanbada.app.reads import BATCH, Read, Reads
from hanbada.model.errors import StoreError
from hanbada.model.times import HOUR_US
from hanbada.store import ledger
from hanbada.store.database import open_database, reading, writing


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    return made(tmp_path_factory.mktemp("pattern"))


@pytest.fixture
def world(tmp_path, pattern):
    nodes = world_of(tmp_path, pattern)
    yield nodes
    for one in nodes:
        one.close()


def looked(node, action="looked"):
    node.reads.flush()
    entries = node.read(lambda connection: list(ledger.entries(connection)))
    return [(one.actor, one.object_id, msgspec.json.decode(one.body)) for one in entries if one.action == action]


def test_a_look_at_what_a_partner_marked_amber_is_kept_once_a_person_and_hour(world):
    kr, fr, _ = world
    released(signed_in(kr), place="1nmi")
    settle(kr, fr)
    (came,) = fr.has().values()
    subject = f"received/{came.partner}/{came.origin}/{came.item_id}"
    viewer, officer = signed_in(fr, "viewer"), signed_in(fr, "officer")
    for path in (f"/{subject}", f"/{subject}/card", "/received", "/received.geojson", f"/{subject}"):
        assert viewer.get(path).status_code == 200
    assert looked(fr) == [("viewer", subject, {"tlp": "AMBER"})]
    officer.get("/received.geojson")
    assert [by for by, *_ in looked(fr)] == ["viewer", "officer"]
    fr.clock.at += HOUR_US
    officer = signed_in(fr, "officer")
    officer.get("/received")
    assert [by for by, *_ in looked(fr)] == ["viewer", "officer", "officer"]
    page = signed_in(fr).get("/audit", params={"action": "looked", "object_id": subject})
    assert f"looked {subject[:70]}" in shown(page)


def test_a_look_at_our_own_is_kept_from_amber_up_and_not_below(world):
    kr, *_ = world
    releaser, viewer = signed_in(kr), signed_in(kr, "viewer")
    released(releaser, "alert/2", tlp="GREEN")
    for path in ("/alerts/1", "/alerts/2", "/release/alert/2", "/alerts/2/card"):
        viewer.get(path)
    assert looked(kr) == []
    released(releaser, "alert/1", tlp="AMBER")
    before = len(looked(kr))
    viewer.get("/alerts/1/card")
    assert [one for one in looked(kr)[before:] if one[0] == "viewer"] == [("viewer", "alert/1", {"tlp": "AMBER"})]


def test_reading_the_log_and_the_sessions_is_in_the_log(world):
    kr, *_ = world
    admin = signed_in(kr, "admin")
    admin.get("/audit", params={"action": "told", "actor": "kim"})
    page = admin.get("/people")
    assert "Who is signed in" in page.text
    assert looked(kr, "audit_read") == [("admin", "audit/action=told&actor=kim", {})]
    assert looked(kr, "sessions_read") == [("admin", "sessions", {})]


def read_of(number, hour=0):
    return Read(NOW_US + hour * HOUR_US, "kim", "looked", f"alert/{number}", {"tlp": "RED"})


def kept(engine):
    with reading(engine) as connection:
        return [one.object_id for one in ledger.entries(connection)]


@pytest.fixture
def engine(tmp_path):
    found = open_database(tmp_path / "desk.db")
    yield found
    found.dispose()


def test_an_orderly_stop_loses_nothing_and_a_new_start_says_nothing_twice(engine):
    numbers = range(3 * BATCH + 7)
    first = Reads(engine)
    first.note(map(read_of, numbers))
    first.close()
    again = Reads(engine)
    again.note(map(read_of, numbers))
    again.note([read_of(1, hour=1)])
    again.close()
    assert kept(engine) == [*(f"alert/{number}" for number in numbers), "alert/1"]


def test_a_page_does_not_wait_for_a_writer_that_waits_for_the_disk(engine):
    reads, held, free = Reads(engine), threading.Event(), threading.Event()

    def hold():
        with writing(engine):
            held.set()
            free.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    reads.note([read_of(1), read_of(2)])  # returns while nobody can write
    assert kept(engine) == []
    free.set()
    other.join()
    reads.close()
    assert kept(engine) == ["alert/1", "alert/2"]


def test_what_cannot_be_written_is_tried_again_and_said_at_the_end(engine, monkeypatch):
    from hanbada.app import reads as module

    tries = []

    def broken(_engine):
        tries.append(1)
        if len(tries) < 3:
            message = "no room"
            raise StoreError(message)
        return writing(_engine)

    monkeypatch.setattr(module, "writing", broken)
    monkeypatch.setattr(module, "RETRY_S", 0.0)
    reads = Reads(engine)
    reads.note([read_of(1)])
    reads.flush()
    reads.close()
    assert kept(engine) == ["alert/1"]

    def never(_engine):
        message = "no room"
        raise StoreError(message)

    monkeypatch.setattr(module, "writing", never)
    lost = Reads(engine)
    lost.note([read_of(2)])
    with pytest.raises(StoreError):
        lost.close()
