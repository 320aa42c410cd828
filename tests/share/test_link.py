"""Links: any loss, doubling and reordering comes to the same; another history is seen at once."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbada.model.exchange import LANES, Entry, Link, Position
from hanbada.share.exchange import link as chain


class Side:
    """One end of a link, with what it keeps."""

    def __init__(self, us, them):
        self.us, self.link, self.kept, self.got = us, Link(partner=them), {}, []

    def put(self, lane, *bodies):
        self.link, entries = chain.append(self.link, self.us, lane, bodies)
        self.kept |= {(one.lane, one.seq): one for one in entries}

    def say(self, room=10_000):
        def waits(one: Entry):
            return one.seq > self.link.acked.get(one.lane, Position()).seq

        waiting = [self.kept[key] for key in sorted(self.kept) if waits(self.kept[key])]
        return chain.frame(self.link, self.us, waiting, room)

    def hear(self, frame):
        arrival = chain.arrived(self.link, frame, lambda lane, seq: self.kept[lane, seq].head)
        self.link = arrival.link
        self.got += arrival.fresh
        return arrival


def quiet(one, other):
    for _ in range(400):
        before = one.link, other.link
        other.hear(one.say())
        one.hear(other.say())
        if (one.link, other.link) == before:
            return
    raise AssertionError


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "say", "hear", "drop"]), st.integers(0, 1), st.integers(0, 5)), max_size=60
)


@given(STEPS)
def test_whatever_is_lost_doubled_or_late_each_entry_comes_once_and_in_order(steps):
    sides = (Side("a", "b"), Side("b", "a"))
    air = []
    put = {0: [], 1: []}
    for what, who, number in steps:
        if what == "put":
            body = f"{who}{len(put[who])}".encode() * (number + 1)
            put[who].append((number % 3, body))
            sides[who].put(number % 3, body)
        elif what == "say":
            air.append((1 - who, sides[who].say(room=number * 4)))
        elif what == "hear" and air:
            to, frame = air[number % len(air)]
            assert not sides[to].hear(frame).alarms
        elif air:
            air.pop(number % len(air))
    quiet(*sides)
    for who in (0, 1):
        got = [(one.lane, one.body) for one in sides[1 - who].got]
        for lane in LANES:
            assert [body for at, body in got if at == lane] == [body for at, body in put[who] if at == lane]
        assert sides[who].link.acked == sides[who].link.sent == sides[1 - who].link.came


def test_urgent_entries_go_before_a_backlog():
    one = Side("a", "b")
    one.put(2, *[bytes(100)] * 50)
    one.put(0, b"recall")
    assert one.say(room=150).lanes == {0: (1, (b"recall",)), 2: (1, (bytes(100),))}


def test_an_entry_larger_than_the_room_still_goes():
    one = Side("a", "b")
    one.put(1, bytes(500), bytes(500))
    said = one.say(room=10)
    assert said.lanes == {1: (1, (bytes(500),))}
    assert said.more


def test_a_partner_that_has_another_history_than_we_sent_is_suspended():
    one, other = Side("a", "b"), Side("b", "a")
    one.put(1, b"x")
    said = other.say()
    forged = msgspec.structs.replace(said, has={1: Position(seq=1, head=bytes(32))})
    arrival = one.hear(forged)
    assert [alarm for alarm, _ in arrival.alarms] == ["fork"]
    assert one.link.suspended == "fork"


def test_a_partner_that_has_more_than_we_sent_means_we_were_set_back():
    one, other = Side("a", "b"), Side("b", "a")
    forged = msgspec.structs.replace(other.say(), has={1: Position(seq=9, head=bytes(32))})
    assert [alarm for alarm, _ in one.hear(forged).alarms] == ["rollback"]


def test_a_partner_restored_from_a_backup_begins_anew_after_a_person_looked():
    one, other = Side("a", "b"), Side("b", "a")
    one.put(1, b"x", b"y")
    quiet(one, other)
    one.link, one.kept = chain.restarted(one.link, 2), {}
    one.put(1, b"x2")
    assert [alarm for alarm, _ in other.hear(one.say()).alarms] == ["restored"]
    assert other.link.suspended == "restored"
    other.link, other.kept = chain.restarted(other.link, 0, their_epoch=2), {}
    other.put(1, b"z")
    quiet(one, other)
    assert [one.body for one in other.got] == [b"x", b"y", b"x2"]
    assert [one.body for one in one.got] == [b"z"]
    assert (one.link.their_epoch, other.link.their_epoch) == (2, 2)


def test_a_restored_node_takes_nothing_that_does_not_answer_to_its_new_epoch():
    one, other = Side("a", "b"), Side("b", "a")
    other.put(1, b"old")
    before = other.say()
    one.link = chain.restarted(one.link, 1_790_000_000)
    assert one.hear(before) == (one.link, (), ())
    twice = chain.restarted(chain.restarted(one.link, 1_790_000_500), 3)
    assert twice.epoch == 1_790_000_501


def test_a_frame_of_an_epoch_that_is_over_changes_nothing():
    one, other = Side("a", "b"), Side("b", "a")
    one.put(1, b"x")
    late = one.say()
    other.link = chain.restarted(other.link, 2, their_epoch=2)
    before = other.link
    assert other.hear(late).fresh == ()
    assert other.link == before


@pytest.mark.parametrize("part", ["before", "sender", "to", "epoch", "lane", "seq", "body"])
def test_the_hash_over_a_lane_depends_on_all_it_names(part):
    said = {"before": bytes(32), "sender": "a", "to": "b", "epoch": 1, "lane": 0, "seq": 1, "body": b"x"}
    other = said | {part: {"before": bytes([1]) * 32, "sender": "c", "to": "c", "body": b"y"}.get(part, 2)}

    def over(one):
        return chain.head(one["before"], one["sender"], one["to"], (one["epoch"], one["lane"], one["seq"]), one["body"])

    assert over(said) != over(other)
