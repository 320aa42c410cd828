"""Partners over real HTTPS on loopback: enrolment by commands, what goes, what comes back, what strangers get."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import msgspec
import pytest
import zstandard
from loopback import Node, enrolled
from peak import forgotten_kib, peak_kib

from hanbada.app.sharing import desk as desks
from hanbada.app.sharing import door as doors
from hanbada.app.sharing import publishing, syncing, turning
from hanbada.model.errors import InputError, RefusedError, UsageError
from hanbada.model.exchange import Frame
from hanbada.model.records import Report
from hanbada.model.sharing import FULL, Assertion, Grant, Item, Marking, Span
from hanbada.share.exchange import carrier, frames, keys, seal, train
from hanbada.share.exchange import link as chain
from hanbada.store import audit, database, exchange, terms
from hanbada.store.database import reading, writing

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))
from makings import detection

NOBODY = (404, b"nothing here\n")


@pytest.fixture(autouse=True)
def no_waiting_for_disks(monkeypatch):
    """Only a loss of power needs what this leaves out; what kills a process here starts its own."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    monkeypatch.setattr(database, "_PRAGMAS", tuple(one.replace("=FULL", "=OFF") for one in database._PRAGMAS))


@pytest.fixture(scope="module")
def joined(tmp_path_factory):
    """Two nodes that joined by commands."""
    home = tmp_path_factory.mktemp("joined")
    kr, fr = Node(home, "kr"), Node(home, "fr")
    with kr.listening():
        enrolled(kr, fr)
    kr.engine.dispose()
    fr.engine.dispose()
    yield kr, fr
    kr.port.close()
    fr.port.close()


@pytest.fixture
def pair(joined, tmp_path):
    """Two nodes that exchange; the first answers at its port."""
    kr, fr = (Node(tmp_path, one.name, like=one) for one in joined)
    with kr.listening():
        yield kr, fr
    kr.close()
    fr.close()


def community(node):
    return node("node", "communities", "--json")[0]["community"]


def alert(node, name="a", **changes):
    """An alert on the desk of a node."""
    (raised,) = node.desk.record([detection(name, **changes)], node.door.now_us())
    return f"alert/{raised.alert_id}"


def came(node):
    return {one["item"]: one for one in node("share", "ledger", "--json")["came"]}


def stranger():
    """Somebody who speaks HTTPS and believes any certificate."""
    return httpx.Client(verify=False, trust_env=False)  # noqa: S501 - a stranger need not be careful


def posted(node, path, body, **headers):
    with stranger() as client:
        answer = client.post(f"{node.address}{path}", content=body, headers=headers)
    return answer.status_code, answer.content


def alone(wire):
    """A body with one frame."""
    return train.MAGIC + train.coupled(wire)


def stored(node):
    with reading(node.engine) as connection:
        return len(exchange.all_came(connection, ("live", "waiting", "recalled", "expired", "refused")))


def test_a_partner_joins_and_an_alert_reaches_it_by_commands_alone(pair):
    kr, fr = pair
    subject = alert(kr)
    kr("share", "mark", subject, "--to", "kr-fr", "--tlp", "AMBER")
    assert fr("share", "pull", "--json")[0]["came"] == 1
    ((item, found),) = came(fr).items()
    assert found["state"] == "live"
    assert found["tlp"] == "AMBER"
    assert found["said"]["vessels"] == [{"mmsi": 440123450}]
    (told,) = kr("share", "ledger", subject, "--json")["told"]
    assert told["item"] == item
    assert told["acknowledged"]
    assert kr.heard


def test_nothing_leaves_until_somebody_says_so(pair):
    kr, fr = pair
    alert(kr)
    assert fr("share", "pull", "--json")[0]["came"] == 0
    assert came(fr) == {}


def test_a_changed_alert_is_told_again_and_a_retracted_one_is_recalled(pair):
    kr, fr = pair
    subject = alert(kr)
    kr("share", "mark", subject, "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    alert(kr, version=2, severity="alarm")
    fr("share", "pull")
    assert [(one["version"], one["said"]["severity"]) for one in came(fr).values()] == [(2, "alarm")]
    alert(kr, version=3, state="retracted")
    fr("share", "pull")
    (gone,) = came(fr).values()
    assert (gone["state"], gone["said"]) == ("recalled", None)
    fr("share", "push")
    assert kr("share", "ledger", subject, "--json")["told"][0]["purged_at"]


def test_a_change_that_a_profile_does_not_show_is_not_told(pair):
    kr, fr = pair
    subject = alert(kr)
    kr("share", "mark", subject, "--to", "kr-fr", "--tlp", "AMBER", "--without", "evidence")
    fr("share", "pull")
    kr.desk.acknowledge(1, "officer", kr.door.now_us())
    assert fr("share", "pull", "--json")[0]["came"] == 0


def test_a_false_positive_is_taken_back(pair):
    kr, fr = pair
    kr("share", "mark", alert(kr), "--to", "kr-fr", "--tlp", "GREEN")
    fr("share", "pull")
    kr.desk.dismiss(1, "false_positive", "officer", kr.door.now_us())
    fr("share", "pull")
    assert [one["state"] for one in came(fr).values()] == ["recalled"]


def test_a_standing_release_tells_alerts_of_its_kind_to_come(pair):
    kr, fr = pair
    alert(kr, "before")
    kr("share", "mark", "standing/gap", "--to", "kr-fr", "--tlp", "AMBER", "--place", "10nmi")
    alert(kr, "after")
    kr("share", "recall", "standing/gap")
    alert(kr, "later")
    fr("share", "pull")
    (one,) = came(fr).values()
    assert one["said"]["place"]["cell_deg"] == pytest.approx(1 / 6, abs=1e-6)


def test_an_incident_is_told_with_its_alerts_once_they_are_told_too(pair):
    kr, fr = pair
    subject = alert(kr)
    incident = kr.desk.open_incident(1, "officer", kr.door.now_us())
    kr("share", "mark", f"incident/{incident.incident_id}", "--to", "kr-fr", "--tlp", "AMBER")
    kr("share", "mark", subject, "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    with reading(fr.engine) as connection:
        refs = {one.item_id: one.received.item.refs for one in exchange.all_came(connection)}
    assert len(refs) == 2
    assert [ref for some in refs.values() for ref in some] == [one for one, some in refs.items() if not some]
    kr.desk.log(incident.incident_id, "asked by VHF", "officer", kr.door.now_us())
    fr("share", "pull")
    assert any("asked by VHF" in json.dumps(one["said"]) for one in came(fr).values())


def test_who_was_told_a_name_is_told_the_incident_without_it_once_it_is_erased(pair):
    kr, fr = pair
    work, at_us = kr.desk.incident_desk, kr.door.now_us()
    facts = {"act": "attack", "person": [{"role": "victim", "name": "Jane Roe"}]}
    made = work.report(Report(title="Boarding", facts=facts, source="master"), "report", "officer", at_us)
    kr("share", "mark", f"incident/{made.incident_id}", "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    (before,) = came(fr).values()
    assert before["said"]["act"] == "attack"
    assert "Jane Roe" in json.dumps(before["said"])
    work.erase(work.subject("jane roe"), "asked", "officer", kr.door.now_us())
    fr("share", "pull")
    (after,) = came(fr).values()
    assert "Jane Roe" not in json.dumps(after)
    with reading(kr.engine) as connection:
        assert not any("Jane Roe" in msgspec.json.encode(one).decode() for one in exchange.items(connection))


def test_a_check_says_every_rule_and_what_would_be_seen_and_sends_nothing(pair):
    kr, fr = pair
    subject = alert(kr)
    before = kr("release", "check", subject, "--to", "fr", "--json", code=4)
    assert (before["outcome"], before["marked"], before["sees"]) == ("withhold", False, None)
    assert "not_granted" in [one["rule"] for one in before["rules"] if not one["allows"]]
    assert all(one["says"] for one in before["rules"])
    kr("share", "mark", subject, "--to", "kr-fr", "--tlp", "AMBER", "--without", "identity")
    after = kr("release", "check", subject, "--to", "fr", "--json")
    assert after["outcome"] == "reduce"
    assert "vessels" not in [one["name"] for one in after["sees"]["facts"]]
    assert "Verringert" in kr("release", "check", subject, "--to", "fr", "--language", "de")
    assert came(fr) == {}


def test_what_is_recalled_is_purged_and_the_receipt_comes_back(pair):
    kr, fr = pair
    subject = alert(kr)
    kr("share", "mark", subject, "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    kr("share", "recall", subject)
    fr("share", "pull")
    fr("share", "push")
    assert [one["state"] for one in came(fr).values()] == ["recalled"]
    assert "purged there" in kr("share", "ledger", subject)


def test_the_same_frames_go_by_stick_and_nothing_counts_twice(pair, tmp_path):
    kr, fr = pair
    kr("share", "mark", alert(kr), "--to", "kr-fr", "--tlp", "AMBER")
    stick, back = tmp_path / "stick", tmp_path / "back"
    kr("share", "export", "--to", "fr", "-o", stick)
    assert fr("share", "import", stick, "-o", back, "--json")["fresh"] == 1
    assert fr("share", "import", stick, "--json")["fresh"] == 0
    assert kr("share", "import", back, "--json")["fresh"] == 0
    assert kr("node", "health", "--json")[0]["waiting"] == 0
    stick.write_bytes(stick.read_bytes()[:-9])
    assert "cut short" in str(fr.fails("share", "import", stick))


def test_joining_works_on_paper_too(tmp_path):
    kr, fr = Node(tmp_path, "kr"), Node(tmp_path, "fr")
    invitation = kr("node", "invite").splitlines()[0]
    answer = fr("node", "join", invitation, "--offline", "--json")["carry"]
    word = kr("node", "join", answer, "--json")
    back = fr("node", "join", word["carry"], "--json")
    assert back["waiting"]["digits"] == word["waiting"]["digits"]
    assert isinstance(fr.fails("node", "confirm", "kr", "00000 " * 6), RefusedError)
    kr.close()
    fr.close()


def test_a_suspended_partner_gets_nothing_and_catches_up_when_resumed(pair):
    kr, fr = pair
    kr("node", "suspend", "fr")
    kr("share", "mark", alert(kr), "--to", "kr-fr", "--tlp", "AMBER")
    assert "does not take" in fr("share", "pull", "--json", code=1)[0]["fault"]
    kr("node", "resume", "fr")
    fr("share", "pull")
    assert len(came(fr)) == 1


def test_whoever_leaves_hears_and_says_nothing_more(pair):
    kr, fr = pair
    fr("node", "leave", community(fr))
    fr("share", "push")
    kr("share", "mark", alert(kr), "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    assert came(fr) == {}


@pytest.mark.parametrize("how", ["rotate", "revoke"])
def test_a_changed_key_reaches_partners_in_the_frame_it_signs(pair, how):
    kr, fr = pair
    kr("node", how)
    kr("share", "mark", alert(kr), "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    assert [one["state"] for one in came(fr).values()] == ["live"]
    assert fr("node", "partners", "--json")[0]["keys"] > 1


def test_a_revoked_key_speaks_no_more(pair):
    kr, fr = pair
    with reading(kr.engine) as connection:
        stolen = kr.door.ours(connection)
    kr("node", "revoke")
    fr("share", "pull")
    with pytest.raises(InputError, match="not known here"):
        doors.take(fr.door, frames.pack(chain.frame(_link(fr), stolen.node, (), 1_000), stolen.key))


def _link(to):
    with reading(to.engine) as connection:
        return msgspec.structs.replace(
            next(iter(exchange.links(connection).values()))[0], partner=to.door.ours(connection).node
        )


def test_terms_that_end_stop_what_comes_after_within_a_minute(pair):
    kr, fr = pair
    with writing(kr.engine) as connection:
        (agreement,) = terms.agreements(connection).values()
        now_us = kr.door.now_us()
        ended = msgspec.structs.replace(agreement, valid=Span(until_at=now_us + 1_000_000))
        terms.put_agreement(connection, ended, kr.door.written("officer"))
    assert syncing.TEND_S <= 60
    later = kr.door._replace(now_us=lambda: now_us + 2_000_000)
    assert turning.tend(later, now_us) == now_us + 2_000_000
    subject = alert(kr)
    kr.door._replace(now_us=later.now_us)
    with writing(kr.engine) as connection:
        from hanbada.app.sharing import desk

        marking = Marking(
            tlp="AMBER", originator=_node(kr), grants=(Grant(community=community(fr), to="anyone", profile=FULL),)
        )
        desk.mark(connection, later.ours(connection), subject, marking, later.written("officer"))
    fr("share", "pull")
    assert came(fr) == {}


def _node(node):
    with reading(node.engine) as connection:
        return node.door.ours(connection).node


def test_a_caveat_that_runs_out_takes_back_what_was_told(pair):
    kr, fr = pair
    now_us = kr.door.now_us()
    marking = Marking(
        tlp="AMBER", originator=_node(kr), grants=(Grant(community=community(kr), to="anyone", profile=FULL),)
    )
    marking = msgspec.structs.replace(
        marking, caveats=msgspec.structs.replace(marking.caveats, until_at=now_us + 60_000_000)
    )
    _publish(kr, marking)
    fr("share", "pull")
    assert len(came(fr)) == 1
    later = fr.door._replace(now_us=lambda: now_us + 61_000_000)
    turning.tend(later, now_us)
    assert [one["state"] for one in came(fr).values()] == ["expired"]
    turning.tend(kr.door._replace(now_us=lambda: now_us + 61_000_000), now_us)
    assert kr("share", "ledger", "--json")["told"][0]["outcome"] == "recalled"


def _publish(node, marking, count=1):
    with writing(node.engine) as connection:
        ours = node.door.ours(connection)
        for number in range(count):
            facts = (Assertion(name="kind", aspect="plain", value=f"gap {number}"),)
            item = Item(item_id=ours.item_id(f"x/{number}"), data_class="alert", marking=marking, assertions=facts)
            publishing.publish(connection, ours, item, f"x/{number}", node.door.written("officer"))


def marked(node):
    grant = Grant(community=community(node), to="anyone", profile=FULL)
    return Marking(tlp="AMBER", originator=_node(node), grants=(grant,))


def test_what_does_not_fit_into_one_frame_goes_in_several_ahead_of_their_answers(pair, monkeypatch):
    kr, fr = pair
    _publish(kr, marked(kr), 40)
    monkeypatch.setattr(doors.traffic, "ROOM", 2_000)
    done = asyncio.run(syncing.exchange(fr.door, _node(kr)))
    _publish(fr, marked(fr), 40)
    sent = asyncio.run(syncing.exchange(fr.door, _node(kr)))
    assert (done.came, sent.went) == (40, 40)
    assert sent.frames > 5
    assert (stored(kr), stored(fr)) == (40, 40)


def test_after_a_link_broke_only_what_did_not_arrive_goes_again(pair, monkeypatch):
    kr, fr = pair
    _publish(fr, marked(fr), 40)
    monkeypatch.setattr(doors.traffic, "ROOM", 2_000)
    whole, packed, broke = carrier.exchange, [], []

    async def breaks(to, going):
        """The first time two frames arrive, and their answer does not."""
        arriving = going if broke else _first(going, 2)
        async for wire in whole(to, arriving):
            if broke:
                yield wire
        if not broke:
            broke.append(stored(kr))
            message = "cut"
            raise InputError(message)

    def counted(*given, **named):
        packed.append(pack(*given, **named).entries)
        return pack(*given, **named)

    pack = doors.pack
    monkeypatch.setattr(carrier, "exchange", breaks)
    monkeypatch.setattr(doors, "pack", counted)
    done = asyncio.run(syncing.exchange(fr.door, _node(kr)))
    assert 0 < broke[0] < 40
    assert stored(kr) == done.went == 40
    assert sum(packed) == 40
    assert packed[2] == 0


async def _first(going, count):
    for _ in range(count):
        yield await anext(going)


def test_a_connection_is_used_again_and_another_made_where_it_is_gone(pair, monkeypatch):
    kr, fr = pair
    made = []
    connected = carrier.connected
    monkeypatch.setattr(carrier, "connected", lambda *given, **named: made.append(given) or connected(*given, **named))

    async def twice():
        line = syncing.Line(fr.door, _node(kr))
        await line.exchange()
        (link,) = line._connection.sockets
        _publish(fr, marked(fr), 2)
        await line.exchange()
        assert line._connection.sockets == [link]
        link.shutdown(socket.SHUT_RDWR)
        _publish(fr, marked(fr), 3)
        await line.exchange()
        await line.close()

    asyncio.run(twice())
    assert stored(kr) == 3
    assert len(made) <= 2


def test_an_hour_has_its_budget_and_only_recalls_go_beyond(pair):
    kr, fr = pair
    _publish(kr, marked(kr), 1)
    fr("share", "pull")
    kr("node", "budget", "fr", 4_096)
    with writing(kr.engine) as connection:
        doors.traffic.add(connection, _node(fr), 4_000, kr.door.now_us())
    _publish(kr, marked(kr), 30)
    assert fr("share", "pull", "--json")[0]["came"] == 0
    health = kr("node", "health", "--json")[0]
    assert health["bytes_an_hour"] == 4_096
    assert health["waiting"] == 29
    with writing(kr.engine) as connection:
        ours = kr.door.ours(connection)
        publishing.recall(connection, ours, ours.item_id("x/0"), kr.door.written("officer"))
    fr("share", "pull")
    assert [one["state"] for one in came(fr).values()] == ["recalled"]
    kr("node", "budget", "fr", 0)
    fr("share", "pull")
    assert len(came(fr)) == 30


def test_a_node_killed_in_the_middle_goes_on_where_it_was(tmp_path):
    kr, fr = Node(tmp_path, "kr"), Node(tmp_path, "fr")
    with kr.listening():
        enrolled(kr, fr)
    kr.port.close()
    _publish(fr, marked(fr), 300)
    address = kr.address.removeprefix("https://")
    words = [sys.executable, "-m", "hanbada.app.cli", "serve", "--exchange", address, "--port", "0", "--data", kr.home]
    for moment in (0.0, 0.05, None):
        serving = subprocess.Popen(words, stderr=subprocess.PIPE)
        assert b"Hanbada is at" in serving.stderr.readline()
        pushing = subprocess.Popen(
            [sys.executable, "-m", "hanbada.app.cli", "share", "push", "--data", fr.home], stdout=subprocess.DEVNULL
        )
        if moment is None:
            assert pushing.wait(60) == 0
        else:
            while stored(kr) == 0 and pushing.poll() is None:
                time.sleep(moment or 0.01)
        serving.send_signal(signal.SIGKILL)
        serving.wait()
        serving.stderr.close()
        pushing.wait(60)
    assert stored(kr) == 300
    assert {one["version"] for one in came(kr).values()} == {1}
    assert kr.desk.ledger_breaks_at() is None
    kr.close()
    fr.close()


# strangers and hostile partners


def _bomb():
    return frames.MAGIC + zstandard.ZstdCompressor(level=3).compress(bytes(300_000_000))


def _deep():
    return json.dumps({"invite_id": "a", "keys": "", "proof": ""}).encode()[:-1] + b',"x":' + b"[" * 30_000 + b"}"


def test_strangers_learn_nothing_whatever_they_send(pair):
    kr, fr = pair
    with reading(fr.engine) as connection:
        ours = fr.door.ours(connection)
    unknown_key = seal.key_from(bytes(range(32)))
    forged = Frame(sender=ours.node, to=_node(kr), epoch=1, your_epoch=1, has={}, lanes={})
    elsewhere = msgspec.structs.replace(forged, to="somebody")
    unknown = msgspec.structs.replace(forged, sender="nobody")
    bodies = [
        b"", b"x", _bomb(), frames.MAGIC + b"\x00" * 100, frames.pack(forged, unknown_key),
        frames.pack(elsewhere, ours.key), frames.pack(unknown, unknown_key), b"HB0\n" + frames.pack(forged, ours.key)[4:],
    ]  # fmt: skip
    answers = {posted(kr, "/exchange", body) for body in (*bodies, *map(alone, bodies))}
    answers |= {posted(kr, "/invite/answer", body) for body in (b"", b"{}", _deep(), b'{"a":NaN}')}
    answers |= {posted(kr, path, b"") for path in ("/", "/exchange/", "/desk", "/invite")}
    with stranger() as client:
        got = client.get(f"{kr.address}/exchange")
    assert answers == {NOBODY}
    assert (got.status_code, got.content) == NOBODY
    assert stored(kr) == 0


def test_bodies_without_end_are_cut_off_and_take_no_room(pair):
    kr, _ = pair
    before = forgotten_kib()

    def endless():
        piece = bytes(65_536)
        for _ in range(16_384):
            yield piece

    with stranger() as client:
        with pytest.raises(httpx.HTTPError):
            client.post(f"{kr.address}/exchange", content=endless()).raise_for_status()
    assert posted(kr, "/exchange", alone(_bomb())) == NOBODY
    assert posted(kr, "/exchange", b"x", **{"content-length": "1"}) == NOBODY
    assert peak_kib() - before <= 64 * 1024
    assert stored(kr) == 0


def test_who_asks_nothing_or_asks_slowly_is_hung_up_on(pair, monkeypatch):
    kr, fr = pair
    monkeypatch.setattr("hanbada.app.sharing.outlet.ASK_S", 0.1)
    host, port = kr.port.getsockname()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for said in (b"", b"POST /exchange HTT"):
        with socket.create_connection((host, port), 10) as plain, context.wrap_socket(plain) as wrapped:
            wrapped.sendall(said)
            assert _hung_up(wrapped)
    assert fr("share", "push", "--json")[0]["fault"] is None


def _hung_up(wrapped):
    try:
        return wrapped.recv(100) == b""
    except ConnectionError:
        return True


def test_old_tls_is_refused(pair):
    kr, _ = pair
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(kr.port.getsockname(), 10) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain)


def test_another_certificate_is_not_spoken_to(pair, tmp_path):
    _, fr = pair
    thief = Node(tmp_path, "thief")
    with thief.listening():
        with pytest.raises(InputError, match="another certificate"):
            asyncio.run(_post(thief.address, _certificate(fr)))
    thief.close()
    assert thief.heard == []


async def _post(address, certificate, *, loopback=True):
    async with carrier.connected(address, certificate, loopback=loopback) as to:
        return await carrier.post(to, carrier.ANSWERS, b"x", carrier.ANSWER_TYPE)


def _certificate(node):
    with reading(node.engine) as connection:
        (one,) = terms.partners(connection).values()
    return keys.read_document(one.keys).certificate


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:1", "https://[::1]:1", "https://[::ffff:127.0.0.1]:1", "https://169.254.169.254",
        "https://0.0.0.0:1", "https://localhost:1", "https://224.0.0.1:1",
    ],
)  # fmt: skip
def test_an_address_that_leads_where_no_partner_is_is_not_connected_to(address):
    with pytest.raises(RefusedError, match="leads to"):
        asyncio.run(_post(address, bytes(32), loopback=False))


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "ftp://example.org", "https://user@example.org", "https://example.org/x", "file:///etc", ""],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(UsageError, match="no address"):
        carrier.place_of(address)


def test_a_frame_replayed_changes_nothing(pair):
    kr, fr = pair
    _publish(fr, marked(fr), 3)
    wire = alone(doors.pack(fr.door, _node(kr)).wire)
    first, again = posted(kr, "/exchange", wire), posted(kr, "/exchange", wire)
    assert first[0] == again[0] == 200
    assert stored(kr) == 3
    assert kr("node", "health", "--json")[0]["link"] == "open"


def test_a_partner_that_tells_two_stories_is_suspended(pair):
    kr, fr = pair
    _publish(kr, marked(kr), 2)
    fr("share", "pull")
    with reading(fr.engine) as connection:
        ours, link = fr.door.ours(connection), next(iter(exchange.links(connection).values()))[0]
    _publish(kr, marked(kr), 4)
    came_at = {lane: msgspec.structs.replace(at, seq=at.seq + 1, head=bytes(32)) for lane, at in link.came.items()}
    lie = chain.frame(msgspec.structs.replace(link, came=came_at), ours.node, (), 1_000)
    posted(kr, "/exchange", alone(frames.pack(lie, ours.key)))
    assert kr("node", "health", "--json")[0]["link"] in {"fork", "rollback"}
    assert "does not take" in fr("share", "push", "--json", code=1)[0]["fault"]


def test_a_partner_whose_clock_is_a_day_off_is_understood(pair):
    kr, fr = pair
    skewed = fr.door._replace(now_us=lambda: kr.door.now_us() + 86_400_000_000)
    with writing(fr.engine) as connection:
        ours = fr.door.ours(connection)
        item = Item(
            item_id=ours.item_id("x"), data_class="alert", marking=marked(fr),
            assertions=(Assertion(name="kind", aspect="plain", value="gap"),),
        )  # fmt: skip
        publishing.publish(connection, ours, item, "x", skewed.written("officer"))
    asyncio.run(syncing.exchange(skewed, _node(kr)))
    assert stored(kr) == 1


def test_a_forged_membership_is_refused_and_changes_nothing(pair):
    from hanbada.app.sharing.links import send
    from hanbada.share.exchange import charters

    kr, fr = pair
    with writing(fr.engine) as connection:
        ours = fr.door.ours(connection)
        ((found, proposal),) = terms.adopted(connection).values()
        wider = msgspec.structs.replace(
            found.community, version=2, members=tuple(
                msgspec.structs.replace(one, max_tlp="RED", steward=one.node == ours.node)
                for one in found.community.members
            ), quorum=1,
        )  # fmt: skip
        forged = charters.signed(charters.proposed(wider, charters.hash_of(proposal)), ours.key)
        send(connection, ours, _node(kr), forged)
    fr("share", "push")
    (force, *others) = kr("node", "communities", "--json")
    assert (force["version"], force["in_force"]) == (1, True)
    assert all(not one["in_force"] for one in others)


def test_time_closes_intervals_of_the_audit_log_and_partners_are_asked_to_vouch(pair):
    kr, _ = pair
    with reading(kr.engine) as connection:
        before = audit.latest_leaf(connection)
    now_us = kr.door.now_us()
    turning.tend(kr.door._replace(now_us=lambda: now_us + 3_600_000_000), now_us)
    with reading(kr.engine) as connection:
        after = audit.latest_leaf(connection)
    assert after is not None
    assert before is None or after.closed_at > before.closed_at


def test_an_agreement_about_a_sea_area_covers_incidents_whose_findings_lie_in_it_and_no_others(pair):
    kr, fr = pair
    subject = alert(kr)
    incident = kr.desk.open_incident(int(subject.partition("/")[2]), "officer", kr.door.now_us())
    with reading(kr.engine) as connection:
        (paper,) = terms.agreements(connection).values()
        ((lon, lat),) = desks.release_of(connection, kr.door.ours(connection), subject).item.place
    around = ((lon - 1, lat - 1), (lon + 1, lat - 1), (lon + 1, lat + 1), (lon - 1, lat + 1))
    elsewhere = tuple((x + 10, y) for x, y in around)
    for ring, outcome in ((elsewhere, 4), (around, 0)):
        with writing(kr.engine) as connection:
            terms.put_agreement(connection, msgspec.structs.replace(paper, areas=(ring,)), kr.door.written("officer"))
        name = f"incident/{incident.incident_id}"
        kr("share", "mark", name, "--to", "kr-fr", "--tlp", "AMBER")
        kr("release", "check", name, "--to", "fr", code=outcome)
        fr("share", "pull")
        assert bool(came(fr)) is (outcome == 0)


def test_a_node_restored_from_a_copy_goes_on_by_commands_alone(pair, tmp_path):
    kr, fr = pair
    kr("share", "mark", alert(kr, "before"), "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    database.settle(fr.engine)
    copied = Node(tmp_path / "copy", "fr", like=fr)
    kr("share", "mark", alert(kr, "after"), "--to", "kr-fr", "--tlp", "AMBER")
    fr("share", "pull")
    assert len(came(copied)) == 1
    assert copied("node", "restored", "--json", "--yes")[0]["partner"] == "kr"
    assert "does not take" in copied("share", "pull", "--json", code=1)[0]["fault"]
    (told,) = copied("node", "restored", "--yes").splitlines()[:1]
    words = told.partition("hanbada ")[2].split()
    kr(*words)
    assert copied("share", "pull", "--json")[0]["fault"] is None
    assert len(came(copied)) == 2
    copied.close()
