"""The audit log of nodes that cosign for each other, and what becomes of one whose past is changed."""

from contextlib import closing

import msgspec
import pytest
from nodes import Clock, Node, enrol, marked, settle
from sqlalchemy import delete, func, text

from hanbada.app.sharing import auditing, verifying
from hanbada.model.errors import InputError, NotFoundError
from hanbada.model.times import HOUR_US, MINUTE_US
from hanbada.share.exchange import logged, notes, plain, seal, tree, witness
from hanbada.store import audit, exchange, ledger, schema
from hanbada.store.database import reading, writing

KEYS = ("ledger_no_update", "ledger_no_delete", "ledger_at_the_end")


@pytest.fixture
def world(tmp_path):
    clock = Clock()
    nodes = [Node(tmp_path, name, clock) for name in ("kr", "fr", "sg")]
    kr, fr, sg = nodes
    enrol(kr, fr)
    enrol(kr, sg)
    kr.publish("alert/1", marked(kr, "kr-fr"))
    yield nodes
    for one in nodes:
        one.close()


def passing(clock, *nodes, minutes=60):
    """Some time passes, and what is due is done and told."""
    clock.at += minutes * MINUTE_US
    for one in nodes:
        one.write(auditing.advance)
    exchanged(*nodes)


def exchanged(*nodes):
    """Exchange frames until nobody has anything to say, or a link was suspended."""
    try:
        settle(*nodes)
    except InputError as error:
        if "suspended" not in str(error):
            raise


def verified(node):
    return node.read(verifying.verify, node.ours, node.clock.at)


def size(node):
    return node.read(audit.latest_leaf).number + 1


def rewrite(node, *statements):
    """What who owns the machine can do to its database."""
    with writing(node.engine) as connection:
        for one in (*(f"DROP TRIGGER IF EXISTS {key}" for key in KEYS), *statements):
            connection.execute(text(one))


def rechain(node):
    """Give every entry the hash it should have after a change, as a forger would."""
    with writing(node.engine) as connection:
        previous = ledger.GENESIS
        for entry in list(ledger.entries(connection)):
            forged = ledger.Entry(**{**{k: getattr(entry, k) for k in entry.__struct_fields__}, "previous": previous})
            previous = ledger.entry_hash(forged)
            connection.execute(
                text("UPDATE ledger SET previous = :p, hash = :h WHERE seq = :s"),
                {"p": forged.previous, "h": previous, "s": entry.seq},
            )


def regrow(node):
    """Build the tree anew over a changed past, as a forger would who has the keys of the node."""
    with writing(node.engine) as connection:
        closed = [one.closed_at for one in audit.leaves(connection)]
        for table in (schema.audit_leaf, schema.audit_node, schema.audit_checkpoint, schema.cosignature):
            connection.execute(delete(table))
        last = 0
        for at in closed:
            last = at
        auditing.close(connection, node.ours, closed[0])
        auditing.close(connection, node.ours, last)
        auditing.checkpoint(connection, node.ours, last)


def test_partners_cosign_and_a_sound_log_verifies(world):
    kr, fr, sg = world
    passing(kr.clock, *world)
    passing(kr.clock, *world)
    found = verified(kr)
    assert found.fault is None
    assert {one.name: one.size for one in found.partners} == {"fr": size(kr), "sg": size(kr)}
    assert all(one.cosigned == 2 for one in found.partners)
    assert all(verified(one).fault is None for one in (fr, sg))


def test_the_tree_grows_with_time_alone(world):
    kr, fr, _ = world
    passing(kr.clock, *world)
    before = size(kr), size(fr)
    for number in range(20):
        kr.publish(f"alert/{number}", marked(kr))
    passing(kr.clock, *world)
    assert (size(kr) - before[0], size(fr) - before[1]) == (12, 12)


def test_what_leaves_for_a_partner_is_as_long_whether_much_happened_or_nothing(tmp_path):
    wires = []
    for name, count in (("busy", 40), ("calm", 0)):
        (tmp_path / name).mkdir()
        kr, fr = (Node(tmp_path / name, one, clock) for clock in [Clock()] for one in ("kr", "fr"))
        with closing(kr), closing(fr):
            enrol(kr, fr)
            passing(kr.clock, kr, fr)
            for number in range(count):
                kr.publish(f"alert/{number}", marked(kr))
            kr.clock.at = 1_790_100_000_000_000
            kr.write(auditing.advance)
            with reading(kr.engine) as connection:
                (asked,) = exchange.waiting(connection, exchange.link_to(connection, fr.node), 10**6, 10)
            wires.append(len(asked.body))
    assert wires[0] == wires[1]


def test_a_partner_that_is_away_is_not_asked_again_and_again(world):
    kr, fr, _ = world
    for _ in range(20):
        kr.clock.at += HOUR_US
        kr.write(auditing.advance)
    with reading(kr.engine) as connection:
        assert exchange.waits(connection, exchange.link_to(connection, fr.node))[0] == 2, "the alert and one request"


def test_a_partner_that_was_away_cosigns_again_when_it_is_back(world):
    kr, *_ = world
    for _ in range(80):
        kr.clock.at += HOUR_US
        kr.write(auditing.advance)
    settle(*world)
    passing(kr.clock, *world)
    assert {one.size for one in kr.read(audit.vouching)} == {size(kr)}
    assert not any(action.startswith("alarm") for one in world for action in one.actions())


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE ledger SET body = '{}' WHERE action = 'partner_set'", "chain"),
        ("DELETE FROM ledger WHERE seq = 3", "chain"),
        ("DELETE FROM ledger WHERE seq > 5", "end"),
        ("DELETE FROM audit_leaf WHERE number > 3", "checkpoint"),
        ("UPDATE audit_leaf SET root = zeroblob(32) WHERE number = 1", "interval"),
        ("UPDATE audit_node SET hash = zeroblob(32) WHERE level = 0 AND number = 1", "interval"),
        ("UPDATE audit_node SET hash = zeroblob(32) WHERE level = 2", "tree"),
        ("UPDATE audit_checkpoint SET note = replace(note, 'hanbada', 'another')", "checkpoint"),
        ("UPDATE cosignature SET line = replace(line, '/witness/', '/stranger/')", "cosignature"),
    ],
)
def test_a_change_of_the_past_is_found_here(world, statement, what):
    kr, *_ = world
    passing(kr.clock, *world)
    passing(kr.clock, *world)
    rewrite(kr, statement)
    fault = verified(kr).fault
    assert (fault.what, bool(fault.todo)) == (what, True)


def test_a_change_with_the_chain_made_anew_is_found_by_the_tree(world):
    kr, *_ = world
    passing(kr.clock, *world)
    rewrite(kr, "UPDATE ledger SET actor = 'nobody' WHERE seq = 4")
    rechain(kr)
    fault = verified(kr).fault
    assert (fault.what, fault.entry) == ("interval", 1)


def test_a_change_with_chain_and_tree_made_anew_is_found_by_the_partner(world):
    kr, fr, sg = world
    passing(kr.clock, *world)
    rewrite(kr, "UPDATE ledger SET actor = 'nobody' WHERE seq = 4")
    rechain(kr)
    regrow(kr)
    assert verified(kr).fault is None, "the forger did it well"
    passing(kr.clock, kr, fr, minutes=90)
    assert exchange_of(fr, kr).suspended == "fork"
    assert {"alarm_fork", "audit_evidence"} <= set(fr.actions())
    assert exchange_of(sg, kr).suspended == ""


def test_a_tail_cut_off_with_its_leaves_is_found_by_the_partner(world):
    kr, fr, _ = world
    passing(kr.clock, *world)
    gone = size(kr)
    passing(kr.clock, *world)
    leaf, node, made, signed = schema.audit_leaf, schema.audit_node, schema.audit_checkpoint, schema.cosignature
    with writing(kr.engine) as connection:
        connection.execute(delete(leaf).where(leaf.c.number >= gone))
        connection.execute(delete(node).where((node.c.number + 1) * func.power(2, node.c.level) > gone))
        connection.execute(delete(made).where(made.c.size > gone))
        connection.execute(delete(signed).where(signed.c.size > gone))
    with writing(kr.engine) as connection:
        auditing._ask(
            connection, kr.ours, audit.cosignings(connection)[fr.node], audit.checkpoint(connection), kr.clock.at
        )
    exchanged(kr, fr)
    assert exchange_of(fr, kr).suspended == "rollback"


def test_a_log_that_was_restored_counts_again_once_a_person_accepts_it(world):
    kr, fr, _ = world
    passing(kr.clock, *world)
    rewrite(kr, "UPDATE ledger SET actor = 'nobody' WHERE seq = 4")
    rechain(kr)
    regrow(kr)
    passing(kr.clock, kr, fr, minutes=90)
    fr.write(auditing.accept, kr.node, "restored from the backup of Monday; read aloud", own=False)
    assert fr.actions()[-1] == "audit_accepted"
    with pytest.raises(NotFoundError):
        fr.write(auditing.accept, kr.node, "again", own=False)


def test_an_entry_is_proven_to_who_has_only_keys(world):
    kr, fr, sg = world
    passing(kr.clock, *world)
    passing(kr.clock, *world)
    with writing(kr.engine) as connection:
        told = next(one for one in ledger.entries(connection) if one.action == "told_release")
        file = auditing.prove(connection, kr.ours, told.seq, kr.clock.at)
    cosigners = [key for one in (fr, sg) for key in auditing.cosigner_keys(one.ours.document)]
    found = logged.check(logged.read(file), auditing.log_key(kr.ours), cosigners)
    assert found.shown.content == auditing.content(told)
    assert set(found.cosigned) == {one.name for one in cosigners}
    with pytest.raises(InputError, match="not signed with the key"):
        logged.check(logged.read(file), auditing.log_key(fr.ours), cosigners)


def test_an_entry_of_an_open_interval_is_not_proven_yet(world):
    kr, *_ = world
    passing(kr.clock, *world)
    kr.publish("alert/2", marked(kr))
    with writing(kr.engine) as connection:
        last, _ = ledger.head(connection)
        with pytest.raises(NotFoundError, match="still open"):
            auditing.prove(connection, kr.ours, last, kr.clock.at)
        with pytest.raises(NotFoundError, match="no entry"):
            auditing.prove(connection, kr.ours, last + 1, kr.clock.at)
        auditing.prove(connection, kr.ours, last, kr.clock.at + 5 * MINUTE_US)


def test_a_partner_that_knows_another_size_is_asked_from_there(world):
    kr, *_ = world
    passing(kr.clock, *world)
    rewrite(kr, "UPDATE cosigning SET told_size = 1")
    passing(kr.clock, *world)
    passing(kr.clock, *world)
    assert verified(kr).fault is None
    assert next(one.size for one in kr.read(audit.vouching) if one.name == "fr") == size(kr)


def test_a_checkpoint_of_another_log_and_a_false_cosignature_are_refused(world):
    kr, fr, sg = world
    passing(kr.clock, *world)
    with writing(fr.engine) as connection:
        foreign = auditing.checkpoint(connection, fr.ours, fr.clock.at).note
    request = seal.seal(witness.write(0, (), foreign), kr.ours.key, witness.ASK)
    assert sg.write(auditing.cosign, kr.ours.document, request)[0][0] == "signature"
    kr.clock.at += HOUR_US
    kr.write(auditing.advance)
    with reading(kr.engine) as connection:
        asked = notes.read_checkpoint(notes.read(audit.checkpoint(connection).note).text)
    line = notes.cosignature(asked, notes.cosigner_key(fr.node, b"").name, sg.ours.key, 5)
    answer = witness.Answer(size=asked.size, status=200, text=line)
    sealed = seal.seal(plain.write(answer), fr.ours.key, witness.ANSWER)
    with writing(kr.engine) as connection:
        assert auditing.answered(connection, fr.ours.document, sealed)[0][0] == "signature"


def test_intervals_while_a_node_was_off_are_closed_when_it_is_back(world):
    kr, *_ = world
    passing(kr.clock, *world)
    before = size(kr)
    kr.clock.at += 7 * 24 * HOUR_US
    kr.write(auditing.advance)
    assert size(kr) - before == 7 * 24 * 12
    with reading(kr.engine) as connection:
        hashes = [tree.leaf_hash(record) for record in auditing.records(connection, size(kr))]
        assert tree.root(audit.hashes(connection), size(kr)) == _root(hashes)
    assert verified(kr).fault is None


def test_nothing_is_due_until_an_interval_ends_nor_for_a_partner_whose_link_is_suspended(world):
    kr, fr, _ = world
    passing(kr.clock, *world)
    assert not kr.read(auditing.is_due, kr.clock.at)
    assert kr.read(auditing.is_due, kr.clock.at + auditing.INTERVAL_US)
    with writing(kr.engine) as connection:
        link = exchange.link_to(connection, fr.node)
        exchange.put_link(connection, msgspec.structs.replace(link, suspended="fork"))
    kr.clock.at += HOUR_US
    kr.write(auditing.advance)
    assert not kr.read(auditing.is_due, kr.clock.at)


def test_a_clock_that_was_set_back_closes_nothing(world):
    kr, *_ = world
    passing(kr.clock, *world)
    before = size(kr)
    kr.clock.at -= 3 * HOUR_US
    kr.write(auditing.advance)
    assert size(kr) == before


def test_a_no_of_the_release_desk_stands_in_the_ledger_with_its_rules(world):
    kr, fr, sg = world
    with reading(kr.engine) as connection:
        (said,) = [one for one in ledger.entries(connection) if one.action == "withheld"]
    refused = msgspec.json.decode(said.body)["from"]
    assert list(refused) == [sg.node]
    assert refused[sg.node], "no rule is named"
    kr.publish("alert/1", marked(kr, "kr-fr", "kr-sg"))
    assert kr.actions().count("withheld") == 1
    assert fr.node not in refused


def exchange_of(node, other):
    return node.read(exchange.link_to, other.node)


def _root(hashes):
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        hashes = [tree.parent(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)] + odd
    return hashes[0]
