"""A node from the socket to the desk: nothing is lost on the way, whatever breaks, and it says what a file would."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbada.app.clocks import ReplayClock
from hanbada.app.evidence import found_live
from hanbada.app.feeding import known_feed
from hanbada.app.inbox import Given, Inbox, Lines
from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_ports
from hanbada.app.running import Watching, opened
from hanbada.engine.local import again
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.traffic import lines
from hanbada.feeds.cutting import Cutter
from hanbada.feeds.network import Address, Health, follow, parse_address
from hanbada.model.errors import UsageError
from hanbada.model.times import HOUR_US, MINUTE_US
from hanbada.model.wording import explanation

CURTAIN_US = 1_790_000_000_000_000
FROM_US, TO_US = CURTAIN_US - 70 * MINUTE_US, CURTAIN_US + 20 * MINUTE_US


class Clock:
    """Stands where the story ends."""

    def now_us(self):
        return TO_US

    def reach(self, at_us):
        pass


@pytest.fixture(scope="module")
def story():
    """An hour and a half of the simulated strait as whole lines."""
    return [line + b"\n" for line in lines(korea_strait(CURTAIN_US), FROM_US, TO_US, 3)]


@pytest.fixture(scope="module")
def in_one_go(story, tmp_path_factory):
    """What stands when the same lines are read from a file."""
    path = tmp_path_factory.mktemp("story") / "story.nmea"
    path.write_bytes(b"".join(story))
    watch = start(known_ports(None))
    for reports in read_reports(str(path), 1, Account("story")):
        take_reports(watch, reports)
    settle(watch, TO_US)
    return {one.episode_id: one.detection_id for one in standing(watch)}


def node(home, address="tcp://127.0.0.1:9"):
    return opened(home, lambda desk: [known_feed(address, desk, TO_US)], Clock(), Watching())


def whole(running):
    """What stands on the desk once everything that was heard is judged."""
    loop = running.loop
    loop.tell(settle(loop.state.watch, TO_US), TO_US)
    stands = {one.episode_id: one.detection_id for one in standing(loop.state.watch)}
    assert {one.episode_id for one in running.desk.standing()} == set(stands)
    return stands


def offer(running, some):
    for begin in range(0, len(some), 2000):
        data = b"".join(some[begin : begin + 2000])
        assert running.loop.inbox.offer(Lines(1, TO_US, data, 0.0), len(data))
        running.loop.once(wait_s=0)


def test_lines_over_tcp_come_to_what_the_file_comes_to(story, in_one_go, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sending = threading.Thread(target=send_all, args=(server, [b"".join(story)]))
        sending.start()
        with node(tmp_path, f"tcp://127.0.0.1:{port}") as running:

            async def until_heard():
                feeding = asyncio.create_task(running.feeding.run(running.clock))
                while running.loop.state.tally(1).lines < len(story):
                    await asyncio.to_thread(running.loop.once, 0.05)
                feeding.cancel()

            asyncio.run(asyncio.wait_for(until_heard(), 120))
            tally = running.loop.state.tally(1)
            used = tally.lines - tally.other - sum(tally.rejects.values())
            assert tally.lines == len(story)
            assert used == len(story)
            assert whole(running) == in_one_go
        sending.join()
    assert len(in_one_go) >= 4


def send_all(server, connections):
    """Each connection says one thing and ends."""
    for data in connections:
        connection, _ = server.accept()
        with connection:
            connection.sendall(data)


def test_a_node_that_is_opened_again_goes_on_where_it_was(story, in_one_go, tmp_path):
    half = len(story) // 2
    with node(tmp_path) as running:
        offer(running, story[: half - 5000])
        running.loop.write()
        running.loop.keeper.wait()
        offer(running, story[half - 5000 : half])
        before = running.loop.picture.frame(TO_US)
    with node(tmp_path) as running:
        assert len(running.loop.picture.frame(TO_US)) == len(before)
        assert running.loop.lines.last_line(1) == half
        offer(running, story[half:])
        assert whole(running) == in_one_go


def test_what_a_node_found_is_found_again_from_its_archive(story, tmp_path):
    with node(tmp_path) as running:
        offer(running, story)
        whole(running)
        running.loop.write()
        running.loop.keeper.wait()
        said = list(running.desk.standing())
    assert len(said) >= 4
    for detection in said:
        found = found_live(tmp_path, detection.detection_id)
        anew = again(found.detection, found.reports, known_ports(None), None, found.settings)
        assert anew is not None, detection.kind
        assert explanation(anew) == explanation(detection)


def test_a_node_killed_at_any_moment_loses_no_line_it_kept(story, in_one_go, tmp_path):
    path = tmp_path / "story.nmea"
    path.write_bytes(b"".join(story))
    home = tmp_path / "home"
    for number, after in enumerate((7, 11, 5)):
        command = [sys.executable, str(Path(__file__).parent / "killed_node.py"), str(home), str(path), str(after)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == -signal.SIGKILL, done.stderr
        kept = int(done.stdout.split()[-1])
        with node(home) as running:
            assert running.loop.lines.last_line(1) >= kept, number
    with node(home) as running:
        offer(running, story[running.loop.lines.last_line(1) :])
        assert whole(running) == in_one_go


def test_a_connection_that_breaks_in_a_sentence_is_opened_again_and_the_rest_arrives(story):
    some = story[:300]
    text = b"".join(some)
    got = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("tcp", "127.0.0.1", server.getsockname()[1])
        sending = threading.Thread(target=send_all, args=(server, [text[:10_007], text[10_007:]]))
        sending.start()
        health = Health()

        async def hear():
            task = asyncio.create_task(follow(address, health, lambda data: got.append(data) or True))
            while b"".join(got).count(b"\n") < 301:
                await asyncio.sleep(0.01)
            task.cancel()

        asyncio.run(asyncio.wait_for(hear(), 30))
        sending.join()
    heard = b"".join(got)
    assert health.connections == 2
    assert heard.replace(b"\n", b"") == text.replace(b"\n", b"")
    assert heard.count(b"\n") == 301  # the broken sentence became two lines, each a reject, none lost


def test_datagrams_without_room_are_counted(story):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    health, got = Health(), []

    def take_one(data):
        if got:
            return False
        got.append(data)
        return True

    async def hear():
        task = asyncio.create_task(follow(Address("udp", "127.0.0.1", port), health, take_one))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not health.connected:
                await asyncio.sleep(0.01)
            sender.sendto(story[0].rstrip(b"\n"), ("127.0.0.1", port))
            while not got:
                await asyncio.sleep(0.01)
            for line in story[1:40]:
                sender.sendto(line, ("127.0.0.1", port))
            while health.dropped < 39:
                await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(asyncio.wait_for(hear(), 30))
    assert got == [story[0]]
    assert health.dropped == 39
    assert health.datagrams == 40


def test_a_full_inbox_takes_nothing_and_says_so():
    inbox = Inbox(limit_bytes=10)
    assert inbox.offer(Lines(1, 0, b"12345678\n", 0.0), 9)
    assert not inbox.offer(Lines(1, 0, b"1\n", 0.0), 2)
    assert inbox.waiting_bytes == 9
    assert len(inbox.take(0)) == 1
    assert inbox.offer(Lines(1, 0, b"x" * 50, 0.0), 50)  # larger than the room, but nothing else waits


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=12))
def test_lines_are_the_same_however_a_stream_is_cut(data, cuts):
    cutter = Cutter()
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    whole_lines = b"".join(cutter.whole(data[a:b]) for a, b in itertools.pairwise(edges)) + cutter.rest()
    assert whole_lines == (data if data.endswith(b"\n") or not data else data + b"\n")


def test_reports_from_the_future_are_counted_and_not_believed(story, tmp_path):
    with node(tmp_path) as running:
        wrong = [line.replace(b"c:1", b"c:2") for line in story[:50]]
        late = TO_US + 2 * HOUR_US
        assert late > TO_US
        offer(running, story[:500])
        before = running.loop.state.watch.now_us
        # The stamp's checksum no longer fits, so it is ignored; the line is dated when it reached us.
        offer(running, wrong)
        assert running.loop.state.watch.now_us <= max(before, TO_US)


def test_a_file_is_replayed_from_where_it_was_when_the_node_stopped(story, in_one_go, tmp_path):
    path = tmp_path / "story.nmea"
    path.write_bytes(b"".join(story))
    taken = []
    for least in (40_000, len(in_one_go)):
        clock = ReplayClock(0.0)
        with opened(tmp_path / "home", lambda desk: [known_feed(str(path), desk, 0)], clock, Watching()) as running:
            running.loop.inbox.limit_bytes = 200_000  # so that the file is not in it whole when the node stops

            async def until_taken(running=running, clock=clock, least=least):
                feeding = asyncio.create_task(running.feeding.run(clock))
                rows = running.loop.state.watch.counts
                while not feeding.done() and not (least > len(in_one_go) and rows.rows > least):
                    await asyncio.to_thread(running.loop.once, 0.01)
                feeding.cancel()

            asyncio.run(asyncio.wait_for(until_taken(), 120))
            running.loop.once(wait_s=0)
            taken.append(running.loop.state.tally(1).messages)
            running.loop.write()
            running.loop.keeper.wait()
            watch = running.loop.state.watch
    settle(watch, TO_US)
    assert {one.episode_id for one in standing(watch)} == set(in_one_go)
    assert taken[1] > 0
    assert sum(taken) < 1.02 * sum(line.count(b"AIVDM,1,1") for line in story)  # nothing was taken twice


def test_a_past_taken_in_slices_is_told_as_a_watch_that_was_never_away_would(tmp_path):
    from ships import Scene  # the killed node, which imports this file, has no such path

    scene = Scene(TO_US - 150 * MINUTE_US)
    for pair in range(12):
        for ship, lon in enumerate((150.0, 150.0014)):
            scene.sail(441_000_000 + 2 * pair + ship, 20.0 + pair, lon, 90.0, 0.0, 0, 150 * 60, 60.0)
    table = scene.table(source=1)
    watch = start(known_ports(None))
    take_reports(watch, Reports(table))
    settle(watch, TO_US)
    at = table["at"].cast("int64").to_numpy()
    with node(tmp_path) as running:
        for stop_us in range(scene.start_us + 10 * MINUTE_US, TO_US + 1, 10 * MINUTE_US):
            some = table.filter((at >= stop_us - 10 * MINUTE_US) & (at < stop_us))
            running.loop.take_past([Given(1, Reports(some), 0.0)], stop_us)
        stands = {one.episode_id: one.detection_id for one in running.desk.standing()}
    assert sum(one.kind == "encounter" for one in standing(watch)) == 12
    assert stands == {one.episode_id: one.detection_id for one in standing(watch)}


def test_broken_addresses_are_told_apart():
    assert parse_address("tcp://[2001:db8::1]:4001") == Address("tcp", "2001:db8::1", 4001)
    assert parse_address("/var/log/ais.nmea") is None
    for broken in ("tcp://host", "tcp://:12", "http://host:1", "udp://host:99999"):
        with pytest.raises(UsageError, match="tcp://HOST:PORT"):
            parse_address(broken)


def test_a_file_and_a_network_feed_are_not_served_together(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "hanbada.app.cli", "serve", "--feed", "tcp://127.0.0.1:1", "--feed", "x.nmea"],
        capture_output=True, text=True, check=False, env=os.environ | {"HANBADA_DATA": str(tmp_path)}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "two nodes" in done.stderr
