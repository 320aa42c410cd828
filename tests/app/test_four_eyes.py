"""Four eyes by command: who may begin, who may finish, exit codes, and what the ledger keeps."""

import json

import msgspec
import pytest
from command import hanbada
from nodes import Clock, Node, enrol, paper

from hanbada.app.config import DATABASE, KEYS
from hanbada.app.configuration import Configuration, configured
from hanbada.app.sharing import changing, proposals, seconding
from hanbada.app.sharing.proposals import Release
from hanbada.app.sharing.seconding import Room
from hanbada.model.errors import RefusedError, UsageError
from hanbada.model.sharing import FULL, Community, Grant, Marking, Member
from hanbada.store import ledger, people
from hanbada.store import passwords as kept
from hanbada.store.database import open_database, reading, writing
from hanbada.store.events import Written

ADMINS = {"ada": "admin", "bea": "admin", "col": "releaser"}
HASH = kept.hashed("a password of 12")


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    """A node with a partner, three people, and two eyes for nothing of what it does."""
    directory, clock = tmp_path_factory.mktemp("pattern"), Clock()
    kr, fr = Node(directory, "kr", clock), Node(directory, "fr", clock)
    enrol(kr, fr)
    for name, role in ADMINS.items():
        kr.write(lambda c, w, name=name, role=role: people.create(c, name, role, HASH, w), own=False)
    for one in (kr, fr):
        one.close()
    return directory


@pytest.fixture
def home(tmp_path, pattern):
    import shutil

    home = tmp_path / "kr"
    shutil.copytree(pattern / "kr", home)
    (home / KEYS).mkdir()
    for file in ("root.key", "node.key"):
        (home / file).rename(home / KEYS / file)
    for file in home.glob("desk.db*"):
        file.rename(home / file.name.replace("desk.db", DATABASE))
    (home / "node.toml").write_text('four_eyes = ["charter", "keys", "release"]\n')
    return home


def run(home, *words, password="a password of 12"):  # noqa: S107
    return hanbada(*words, home=home, given=f"{password}\n".encode())


def waiting(home):
    return json.loads(run(home, "proposals", "list", "--json").out)


def actions(home):
    engine = open_database(home / DATABASE)
    with reading(engine) as connection:
        found = [(one.actor, one.action) for one in ledger.entries(connection)]
    engine.dispose()
    return found


def test_new_keys_take_two_administrators(home):
    assert run(home, "node", "rotate").code == 2
    before = (home / KEYS / "node.key").read_bytes()
    asked = run(home, "node", "rotate", "--address", "https://new.example", "--as", "ada")
    assert (asked.code, b"another person decides it" in asked.out) == (0, True)
    assert (home / KEYS / "node.key").read_bytes() == before
    (one,) = waiting(home)
    assert (one["by"], one["act"]) == ("ada", {"type": "keys", "revoke": False, "address": "https://new.example"})
    assert run(home, "proposals", "confirm", one["name"], "--as", "ada").code == 4
    assert run(home, "proposals", "confirm", one["name"], "--as", "bea", password="another").code == 4
    assert run(home, "proposals", "confirm", one["name"], "--as", "col").code == 4
    assert (home / KEYS / "node.key").read_bytes() == before
    done = run(home, "proposals", "confirm", one["name"], "--as", "bea")
    assert (done.code, waiting(home)) == (0, [])
    assert (home / KEYS / "node.key").read_bytes() != before
    assert run(home, "proposals", "confirm", one["name"], "--as", "bea").code == 3
    assert {("ada", "proposed"), ("bea", "proposal_confirmed"), ("bea", "node_keys")} <= set(actions(home))


def test_a_root_key_kept_elsewhere_is_named_by_whoever_confirms(home, tmp_path):
    (home / KEYS / "root.key").rename(tmp_path / "root.key")
    run(home, "node", "revoke", "--as", "ada")
    (one,) = waiting(home)
    assert run(home, "proposals", "confirm", one["name"], "--as", "bea").code == 2
    assert waiting(home) == [one]
    done = run(home, "proposals", "confirm", one["name"], "--as", "bea", "--root", tmp_path / "root.key")
    assert (done.code, waiting(home)) == (0, [])


def test_a_community_and_its_agreement_take_two(home, tmp_path):
    engine = open_database(home / DATABASE)
    with reading(engine) as connection:
        from hanbada.app.sharing import ours
        from hanbada.store import terms

        us, (them,) = ours.opened(connection, home / KEYS).node, terms.partners(connection)
    engine.dispose()
    seats = tuple(Member(node=one, max_tlp="AMBER", profile=FULL, steward=one == us) for one in (us, them))
    community = Community(
        community_id="two", name="Two", version=1, members=seats, agreements=("letter",), quorum=1, purposes=("safety",)
    )
    files = {"community": community, "agreement": paper("letter", "KR", "FR")}
    for name, value in files.items():
        (tmp_path / f"{name}.json").write_bytes(msgspec.json.encode(value))
    words = ("node", "propose", tmp_path / "community.json", "--agreement", tmp_path / "agreement.json")
    assert run(home, *words).code == 2
    assert run(home, *words, "--as", "ada").code == 0
    assert "charter_signed" not in {action for _, action in actions(home)[-3:]}
    assert run(home, *words, "--as", "ada").code == 4
    # Asking for the very same is confirming it.
    assert b"in force" in run(home, *words, "--as", "col").out
    assert ("col", "agreement_set") in actions(home)
    assert run(home, "node", "invite", "--with", "FR", "--title", "Letter").code == 4


def test_a_release_by_command_takes_two_where_every_release_does(home):
    engine = open_database(home / DATABASE)
    room = Room(home / KEYS, ("release",))
    act = Release(
        marking=Marking(tlp="GREEN", originator="x", grants=(Grant(community="c", to="anyone", profile=FULL),))
    )
    with writing(engine) as connection:
        from hanbada.app.sharing import ours

        its = ours.opened(connection, home / KEYS)
        one, other = Written(by="ada", at_us=5), Written(by="bea", at_us=6)
        asked = seconding.perform(connection, its, room, "standing/gap", act, one, "for the watch")
        assert asked is not None
        assert asked.why == "for the watch"
        with pytest.raises(RefusedError, match="another person"):
            seconding.perform(connection, its, room, "standing/gap", act, one)
        with pytest.raises(RefusedError, match="another person"):
            seconding.confirm(connection, its, room, asked.name, one)
        assert seconding.confirm(connection, its, room, asked.name, other) == asked
        assert proposals.waiting(connection, 7) == []
        wider = Release(marking=msgspec.structs.replace(act.marking, tlp="CLEAR"))
        assert seconding.takes_two(connection, room, "standing/gap", wider)
        assert not seconding.takes_two(connection, room, "standing/gap", act)
        assert not seconding.takes_two(connection, Room(home / KEYS, ("charter",)), "standing/gap", wider)
    engine.dispose()


def test_without_a_setting_nothing_takes_two(home):
    (home / "node.toml").unlink()
    assert run(home, "node", "rotate").code == 0
    assert configured(home) == Configuration()


@pytest.mark.parametrize(
    "text", ['four_eyes = ["everything"]', "four_eyes = 3", "four = []", "four_eyes = [", "\udcff"]
)
def test_a_setting_that_says_nothing_known_stops_the_node_and_says_where(tmp_path, text):
    (tmp_path / "node.toml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match=r"node\.toml: "):
        configured(tmp_path)


def test_keys_that_could_not_be_made_leave_the_proposal_and_the_old_keys(home, monkeypatch):
    engine = open_database(home / DATABASE)
    run(home, "node", "rotate", "--as", "ada")
    (one,) = waiting(home)

    def broken(*_given, **_named):
        message = "no room on the disk"
        raise UsageError(message)

    monkeypatch.setattr(changing, "rotate", broken)
    from hanbada.app.sharing.screens import Screens

    with pytest.raises(UsageError):
        Screens(engine, home / KEYS, four_eyes=("keys",)).confirm_proposal("bea", one["at"] + 1, one["name"])
    engine.dispose()
    assert waiting(home) == [one]
