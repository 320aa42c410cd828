"""A link between two nodes: what to send next, and what of a frame is new. Pure; the caller keeps what comes out.

Each lane is a dense sequence chained by hashes. Whoever has an entry says so by its number and the hash over all up to
it: neither side can later deny what was sent or had. A frame that comes twice, late or out of order changes nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hanbada.model.exchange import LANES, SUSPENDING, Alarm, Entry, Frame, Link, Position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

START = Position()
UNKNOWN = 0
"""A partner's epoch while we wait for the one in which it answers to ours."""
ROOM = 600_000
"""Bytes of entries in a frame where the link sets no narrower bound."""


class Arrival(NamedTuple):
    """What a frame came to: the link afterwards, the entries that are new in their order, and what was wrong."""

    link: Link
    fresh: tuple[Entry, ...]
    alarms: tuple[tuple[Alarm, str], ...]


def head(before: bytes, sender: str, to: str, place: tuple[int, int, int], body: bytes) -> bytes:
    """The hash over a lane up to an entry; `place` is its epoch, lane and number."""
    epoch, lane, seq = place
    tag = f"hanbada link 1\0{sender}\0{to}\0{epoch}\0{lane}\0{seq}\0".encode()
    return hashlib.sha256(tag + before + hashlib.sha256(body).digest()).digest()


def append(link: Link, us: str, lane: int, bodies: Iterable[bytes]) -> tuple[Link, list[Entry]]:
    """The link with more to send on a lane, and the entries to keep."""
    at, entries = link.sent.get(lane, START), []
    for body in bodies:
        seq = at.seq + 1
        at = Position(seq=seq, head=head(at.head, us, link.partner, (link.epoch, lane, seq), body))
        entries.append(Entry(lane=lane, seq=seq, body=body, head=at.head))
    return msgspec.structs.replace(link, sent=link.sent | {lane: at}), entries


def frame(link: Link, us: str, waiting: Sequence[Entry], room: int = ROOM) -> Frame:
    """The next frame to a partner: what we have of theirs, and as many waiting entries as there is room for.

    `waiting` are entries of ours in the order of lane and number; the first always goes, however large.
    """
    runs: dict[int, tuple[int, tuple[bytes, ...]]] = {}
    used = taken = 0
    for one in waiting:
        if taken and used + len(one.body) > room:
            break
        first, bodies = runs.get(one.lane, (one.seq, ()))
        runs[one.lane] = first, (*bodies, one.body)
        used, taken = used + len(one.body), taken + 1
    return Frame(
        sender=us,
        to=link.partner,
        epoch=link.epoch,
        your_epoch=link.their_epoch,
        has=link.came,
        lanes=runs,
        more=taken < len(waiting),
    )


def arrived(link: Link, came: Frame, sent_head: Callable[[int, int], bytes | None]) -> Arrival:
    """What a frame of the partner comes to; `sent_head` gives the hash we kept for a lane and number of ours."""
    if link.their_epoch == UNKNOWN and came.your_epoch == link.epoch:
        link = msgspec.structs.replace(link, their_epoch=came.epoch)
    if came.epoch < link.their_epoch or link.their_epoch == UNKNOWN:
        return Arrival(link, (), ())
    if came.epoch > link.their_epoch:
        return _stopped(link, "restored", f"{link.partner} began epoch {came.epoch} after {link.their_epoch}")
    wrong = _disowned(link, came, sent_head)
    if wrong is not None:
        return _stopped(link, *wrong)
    return _taken(_acknowledged(link, came), came)


def _disowned(link: Link, came: Frame, sent_head: Callable[[int, int], bytes | None]) -> tuple[Alarm, str] | None:
    """What is wrong with what the partner says it has of ours."""
    if came.your_epoch != link.epoch:
        return None
    for lane, at in came.has.items():
        if at.seq > link.sent.get(lane, START).seq:
            return "rollback", f"{link.partner} has entry {at.seq} of lane {lane}, which we have not sent"
        acked = link.acked.get(lane, START)
        kept = acked.head if at.seq == acked.seq else sent_head(lane, at.seq)
        if at.seq >= max(1, acked.seq) and kept != at.head:
            return "fork", f"{link.partner} has another lane {lane} than we sent, up to entry {at.seq}"
    return None


def _acknowledged(link: Link, came: Frame) -> Link:
    if came.your_epoch != link.epoch:
        return link
    newer = {lane: at for lane, at in came.has.items() if at.seq > link.acked.get(lane, START).seq}
    return msgspec.structs.replace(link, acked=link.acked | newer)


def _taken(link: Link, came: Frame) -> Arrival:
    """The entries that follow what we have; what does not is asked for again by saying nothing new."""
    fresh: list[Entry] = []
    have = dict(link.came)
    for lane in LANES:
        first, bodies = came.lanes.get(lane, (1, ()))
        for seq, body in enumerate(bodies, first):
            at = have.get(lane, START)
            if seq == at.seq + 1:
                following = head(at.head, came.sender, came.to, (came.epoch, lane, seq), body)
                have[lane] = Position(seq=seq, head=following)
                fresh.append(Entry(lane=lane, seq=seq, body=body, head=following))
    return Arrival(msgspec.structs.replace(link, came=have), tuple(fresh), ())


def _stopped(link: Link, alarm: Alarm, why: str) -> Arrival:
    suspended = alarm if alarm in SUSPENDING else link.suspended
    return Arrival(msgspec.structs.replace(link, suspended=suspended), (), ((alarm, why),))


def resumed(link: Link) -> Link:
    """The link after a person has looked."""
    return msgspec.structs.replace(link, suspended="")


def restarted(link: Link, at_s: int, their_epoch: int = UNKNOWN) -> Link:
    """The link in a new epoch, in which all is sent anew both ways: one of both nodes was restored from a backup.

    Epochs are seconds since 1970, so that one that was restored twice from the same backup does not begin one again.
    Unless it is known, the partner's epoch is that in which it answers to ours.
    """
    return Link(partner=link.partner, epoch=max(link.epoch + 1, at_s), their_epoch=their_epoch)
