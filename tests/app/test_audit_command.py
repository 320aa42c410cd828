"""`hanbada audit` as others run it: on a node whose past is sound, and on one whose past was changed."""

import json

import pytest
from command import hanbada
from nodes import Clock, Node, enrol, marked, settle
from sqlalchemy import text

from hanbada.app.config import DATABASE, KEYS
from hanbada.app.sharing import auditing
from hanbada.model.times import DAY_US
from hanbada.store.database import open_database, writing


@pytest.fixture
def home(tmp_path):
    """The data directory of a node that a partner cosigned for."""
    clock = Clock()
    kr, fr = Node(tmp_path, "kr", clock), Node(tmp_path, "fr", clock)
    enrol(kr, fr)
    kr.publish("alert/1", marked(kr, "kr-fr"))
    for _ in range(2):
        clock.at += DAY_US
        kr.write(auditing.advance)
        settle(kr, fr)
    for one in (kr, fr):
        one.close()
        (one.directory / KEYS).mkdir()
        for file in ("root.key", "node.key"):
            (one.directory / file).rename(one.directory / KEYS / file)
        (one.directory / "desk.db").rename(one.directory / DATABASE)
    return kr.directory


def test_a_sound_log_verifies_and_says_who_vouches(home):
    ran = hanbada("audit", "verify", "--json", home=home)
    found = json.loads(ran.out)
    assert (ran.code, found["fault"], found["partners"][0]["name"]) == (0, None, "fr")
    assert found["partners"][0]["size"] == found["size"]
    told = hanbada("audit", "verify", home=home)
    assert (told.code, told.out.splitlines()[-1]) == (0, b"nothing was changed")


def test_a_changed_row_ends_with_1_its_number_and_what_to_do(home):
    engine = open_database(home / DATABASE)
    with writing(engine) as connection:
        connection.execute(text("DROP TRIGGER ledger_no_update"))
        connection.execute(text("UPDATE ledger SET actor = 'nobody' WHERE seq = 4"))
    engine.dispose()
    ran = hanbada("audit", "verify", home=home)
    assert (ran.code, ran.out.startswith(b"WRONG (entry 4): "), b"what to do: " in ran.out) == (1, True, True)


def test_a_proof_is_checked_without_a_node(home, tmp_path):
    file = tmp_path / "entry.tlog-proof"
    proved = hanbada("audit", "prove", "5", "-o", file, "--json", home=home)
    key = json.loads(proved.out)["key"]
    cosigner = json.loads(hanbada("audit", "key", "--json", home=home.parent / "fr").out)["cosigner"]
    nowhere = tmp_path / "nowhere"
    ran = hanbada("audit", "check", file, "--key", key, "--cosigner", cosigner, "--json", home=nowhere)
    found = json.loads(ran.out)
    assert (ran.code, list(found["cosigned"])) == (0, [cosigner.partition("+")[0]])
    assert "not checked" in hanbada("audit", "check", file, "--key", key, home=nowhere).out.decode()
    file.write_text(file.read_text().replace("index ", "index 1"))
    ran = hanbada("audit", "check", file, "--key", key, home=nowhere)
    assert (ran.code, "not in the log" in ran.err) == (1, True)


def test_what_is_not_there_or_no_key_is_said(home, tmp_path):
    assert hanbada("audit", "prove", "5000", "-o", tmp_path / "x", home=home).code == 3
    assert hanbada("audit", "verify", home=tmp_path / "nowhere").code == 3
    assert hanbada("audit", "check", tmp_path / "none", "--key", "x", home=home).code == 2
    assert hanbada("audit", "accept", "nobody", "--why", "x", home=home).code == 3


def test_the_log_is_exported_as_tiles(home, tmp_path):
    ran = hanbada("audit", "export", tmp_path / "log", "--json", home=home)
    assert ran.code == 0
    assert (tmp_path / "log" / "checkpoint").read_text().startswith("hanbada/audit/")
    assert (tmp_path / "log" / "tile" / "0" / "000").stat().st_size == 256 * 32


def test_a_node_without_a_name_has_a_chain_only(tmp_path):
    open_database(tmp_path / DATABASE).dispose()
    ran = hanbada("audit", "verify", home=tmp_path)
    assert (ran.code, b"no name yet" in ran.out) == (0, True)
