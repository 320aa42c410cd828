"""Joining a partner, step by step, over the network or on paper: invitation, answer, word back.

Whoever has any of the three hands it to `take`, which does what comes next.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from hanbada.app.sharing import enrolling, seconding
from hanbada.share.exchange import carrier, invites, plain
from hanbada.share.exchange.invites import PREFIX, Answer, Invite
from hanbada.store import terms
from hanbada.store.database import writing

if TYPE_CHECKING:
    from hanbada.app.sharing.door import Door
    from hanbada.app.sharing.enrolling import Waiting


class Step(NamedTuple):
    """What taking a text came to: who waits to be confirmed, and what to carry back, where there is anything."""

    waiting: Waiting | None
    carry: str = ""
    invite: Invite | None = None


def take(door: Door, text: str, by: str, *, offline: bool) -> Step:
    """Take an invitation (it is answered), an answer to one of ours (there is a word back), or a word back.

    Raises InputError for a text that is none of these, or where the partner cannot be reached; RefusedError if the
    invitation is not open, it is not of who it says, or it offers a community where charters take two people.
    """
    bare = "".join(text.split())
    if bare.startswith(PREFIX):
        return _invited(door, bare, by, offline=offline)
    return _answered(door, invites.read_answer(bare), by)


def _invited(door: Door, text: str, by: str, *, offline: bool) -> Step:
    with writing(door.engine) as connection:
        ours = door.ours(connection)
        found, given = enrolling.answer(connection, ours, text, door.written(by))
        seconding.whole(door.four_eyes, found.offer)
        loopback = carrier.is_loopback(ours.document.address)
    if offline or not found.address:
        return Step(None, invites.written_answer(given), found)
    word = plain.read(asyncio.run(_post(found, given, loopback=loopback)), Answer)
    with writing(door.engine) as connection:
        return Step(enrolling.word_came(connection, door.ours(connection), word), "", found)


async def _post(found: Invite, given: Answer, *, loopback: bool) -> bytes:
    async with carrier.connected(found.address, found.certificate, loopback=loopback) as to:
        return await carrier.post(to, carrier.ANSWERS, plain.write(given), carrier.ANSWER_TYPE)


def _answered(door: Door, came: Answer, by: str) -> Step:
    with writing(door.engine) as connection:
        ours = door.ours(connection)
        kept = terms.invited(connection, came.invite_id)
        if kept is not None and plain.read(kept[0].encode(), Invite).node != ours.node:
            return Step(enrolling.word_came(connection, ours, came))
        word = enrolling.answered(connection, ours, came, door.written(by))
        mine = next(one for one in enrolling.waiting(connection, ours) if one.invite.invite_id == came.invite_id)
        return Step(mine, invites.written_answer(word))
