"""The audit log under the eyes of Go's own transparency log code: it accepts ours, and nothing that is near it."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from nodes import Clock, Node, enrol, settle

from hanbada.app.sharing import auditing
from hanbada.model.times import HOUR_US
from hanbada.share.exchange import logged, notes, tree
from hanbada.store import audit, ledger
from hanbada.store.database import writing

PROGRAM = Path(__file__).parents[1] / "share" / "go" / "main.go"
LIBRARY = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")


@pytest.fixture(scope="module")
def go(tmp_path_factory):
    """The program, built once."""
    if shutil.which("go") is None or not LIBRARY.exists():
        pytest.skip("Go and its x/mod are missing: apt-get install golang-go golang-golang-x-mod-dev")
    made = tmp_path_factory.mktemp("go") / "check"
    # Debian keeps libraries as they were before modules; the library path is where its package puts them.
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", made, PROGRAM], check=True, env=os.environ | settings, timeout=300)

    def run(asked):
        done = subprocess.run([made], input=json.dumps(asked).encode(), capture_output=True, check=True, timeout=60)
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A node's log of some weeks, exported, with an entry that is proven and a partner that cosigned."""
    home, clock = tmp_path_factory.mktemp("nodes"), Clock()
    kr, fr = Node(home, "kr", clock), Node(home, "fr", clock)
    enrol(kr, fr)
    kr.write(auditing.advance)
    settle(kr, fr)
    clock.at += 70 * HOUR_US
    kr.write(auditing.advance)
    settle(kr, fr)
    clock.at += 30 * HOUR_US
    with writing(kr.engine) as connection:
        old = audit.checkpoint(connection)
    kr.write(auditing.advance)
    settle(kr, fr)
    with writing(kr.engine) as connection:
        entry = next(one for one in ledger.entries(connection) if one.action == "partner_set")
        proof = logged.read(auditing.prove(connection, kr.ours, entry.seq, clock.at))
        size = notes.read_checkpoint(notes.read(proof.note).text).size
        for name, content in auditing.exported(connection, kr.ours, clock.at):
            path = home / "log" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        consistency = tree.consistency(audit.hashes(connection), old.size, size)
        root = notes.read_checkpoint(notes.read(old.note).text).root
        record = list(auditing.records(connection, size))[proof.leaf]
    for one in (kr, fr):
        one.close()
    return {
        "Key": str(auditing.log_key(kr.ours)), "Cosigner": str(auditing.cosigner_keys(fr.ours.document)[0]),
        "Note": (home / "log" / "checkpoint").read_text(), "Record": coded(record), "Leaf": proof.leaf,
        "Inclusion": [coded(one) for one in proof.path], "OldSize": old.size, "OldRoot": coded(root),
        "Consistency": [coded(one) for one in consistency], "Tiles": str(home / "log"),
    }  # fmt: skip


def coded(raw):
    return base64.b64encode(raw).decode()


def test_go_accepts_checkpoint_proofs_tiles_and_cosignature(go, asked):
    assert go(asked) == dict.fromkeys(("checkpoint", "inclusion", "consistency", "tiles", "cosignature"), True)
    assert asked["OldSize"] > 256, "a tree with a full tile"


@pytest.mark.parametrize(
    ("change", "rejected"),
    [
        ({"Record": coded(b"another")}, {"inclusion"}),
        ({"Leaf": 1}, {"inclusion", "tiles"}),
        ({"Inclusion": []}, {"inclusion", "tiles"}),
        ({"OldRoot": coded(bytes(32))}, {"consistency"}),
        ({"OldSize": 7}, {"consistency"}),
        ({"Tiles": "/nowhere"}, {"tiles"}),
        ({"Cosigner": str(notes.cosigner_key("another", bytes(32)))}, {"cosignature"}),
    ],
)
def test_go_rejects_what_is_wrong_and_only_that(go, asked, change, rejected):
    assert {name for name, good in go(asked | change).items() if not good} == rejected


def test_go_rejects_a_checkpoint_of_another_size(go, asked):
    name, size, rest = asked["Note"].split("\n", 2)
    found = go(asked | {"Note": f"{name}\n{int(size) - 1}\n{rest}"})
    assert (found["checkpoint"], found["cosignature"]) == (False, False)
