"""Exchanging with partners: one round until nothing waits, and the loop that does so for each of them.

Where the way there and back is long, frames go one behind the other without waiting for answers; what then arrives in
another order is not lost, for what is not acknowledged is sent again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from hanbada.app.sharing import door as doors
from hanbada.app.sharing import turning
from hanbada.model.errors import HanbadaError, InputError
from hanbada.share.exchange import carrier

if TYPE_CHECKING:
    import httpx

    from hanbada.app.sharing.door import Door, Heard, Standing
    from hanbada.app.sharing.links import Packed

AHEAD = 4
"""Frames on their way at once on a long link."""
LONG_S = 0.25
"""A link this long there and back is a long one: a frame of the usual room fills 20 Mbit/s for that time."""
STUCK = 3
"""So often the same frame is sent in vain before a round gives up."""
LEAST_S, MOST_S = 5.0, 900.0
IDLE_S = 60.0
"""How often a partner is asked when nothing waits for it: it may not be able to reach us."""
SCANT_S = 900.0
"""The same where there is a budget of bytes."""
LOOK_S = 1.0
TEND_S = 30.0


class Round(NamedTuple):
    """What a round came to: entries that were acknowledged, entries that came, frames and bytes it took, alarms."""

    went: int = 0
    came: int = 0
    frames: int = 0
    size: int = 0
    alarms: tuple[str, ...] = ()

    def more(self, heard: Heard, size: int) -> Round:
        """With another frame and its answer."""
        alarms = tuple(f"{alarm}: {why}" for alarm, why in heard.taken.alarms)
        return Round(
            self.went + heard.went, self.came + heard.taken.fresh, self.frames + 1, self.size + size,
            self.alarms + alarms,
        )  # fmt: skip


class _Way(NamedTuple):
    """A frame on its way, and the answer to come."""

    packed: Packed
    answer: asyncio.Task[bytes]


async def exchange(door: Door, partner: str) -> Round:
    """Exchange frames with a partner until nothing waits on either side.

    Raises UsageError if it has no address, RefusedError if that leads where no partner is, InputError if it cannot be
    reached, does not take our frames, or answers with none of its own.
    """
    address, certificate, loopback = await asyncio.to_thread(doors.address_of, door, partner)
    async with carrier.connected(address, certificate, loopback=loopback) as client:
        way: deque[_Way] = deque()
        try:
            return await _round(door, partner, client, way)
        finally:
            for one in way:
                one.answer.cancel()
            await asyncio.gather(*(one.answer for one in way), return_exceptions=True)


async def _round(door: Door, partner: str, client: httpx.AsyncClient, way: deque[_Way]) -> Round:
    total, vain, ahead = Round(), 0, 1
    while vain < STUCK:
        began = time.monotonic()
        await _fill(door, partner, client, way, ahead)
        one = way.popleft()
        wire = await one.answer
        ahead = AHEAD if time.monotonic() - began > LONG_S else ahead
        heard = await asyncio.to_thread(doors.take, door, wire, len(one.packed.wire))
        if heard.taken.partner != partner:
            message = f"{partner} answers with a frame of {heard.taken.partner}"
            raise InputError(message)
        total = total.more(heard, len(one.packed.wire) + len(wire))
        if not way and not heard.taken.fresh and not (heard.waiting and one.packed.entries):
            return total
        if heard.went or heard.taken.fresh:
            vain = 0
        else:
            # What went ahead may have arrived first: let all arrive, then send again what is missing.
            vain, ahead = vain + (not way), 1
    message = f"{partner} answers, but takes no entry of ours"
    raise InputError(message)


async def _fill(door: Door, partner: str, client: httpx.AsyncClient, way: deque[_Way], ahead: int) -> None:
    """Put frames on their way until there are as many as may be, or no more to send."""
    while not way or (len(way) < ahead and way[-1].packed.more):
        packed = await asyncio.to_thread(doors.pack, door, partner, way[-1].packed.upto if way else None)
        sent = asyncio.Event()
        posting = asyncio.create_task(carrier.post(client, carrier.FRAMES, packed.wire, sent=sent))
        way.append(_Way(packed, posting))
        if packed.more and len(way) < ahead:
            await sent.wait()


class Follower:
    """Exchanges with one partner whenever there is something to say, and now and then asks."""

    def __init__(self, door: Door, partner: str) -> None:
        self.door, self.partner = door, partner
        self._wake = asyncio.Event()
        self._pause_s = LEAST_S
        self._seen: tuple[object, ...] = ()

    def look(self, standing: Standing) -> None:
        """Wake up if there is something new to say."""
        sent = sorted((lane, at.seq) for lane, at in standing.link.sent.items())
        seen = (sent, standing.link.suspended, standing.suspended, standing.document.address)
        if seen != self._seen and standing.waits[0]:
            self._wake.set()
        self._seen = seen

    def heard(self) -> None:
        """The partner said something: it is there, so do not hold back. What we say of it must not echo for ever."""
        if self._pause_s > LEAST_S:
            self._pause_s = LEAST_S
            self._wake.set()

    async def run(self) -> None:
        """Follow the link until cancelled."""
        while True:
            self._wake.clear()
            wait_s = await self._once()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()

    async def _once(self) -> float:
        """One round; how long to wait if nothing happens."""
        standing = (await asyncio.to_thread(doors.standings, self.door)).get(self.partner)
        if standing is None or standing.link.suspended or standing.suspended or not standing.document.address:
            return IDLE_S
        try:
            done = await exchange(self.door, self.partner)
        except HanbadaError as error:
            await asyncio.to_thread(doors.note, self.door, self.partner, str(error))
            self._pause_s = min(MOST_S, self._pause_s * 2)
            return self._pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - only to keep nodes from falling in step
        await asyncio.to_thread(doors.note, self.door, self.partner, "; ".join(done.alarms))
        self._pause_s = LEAST_S
        return SCANT_S if standing.traffic.budget is not None else IDLE_S


class Sync:
    """Follows every partner there is, and tends to what time does to terms and to what came."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._followers: dict[str, Follower] = {}

    def heard(self, partner: str) -> None:
        """A partner sent something by itself."""
        if partner in self._followers:
            self._followers[partner].heard()

    async def run(self) -> None:
        """Until cancelled; raises what a follower ended with, for none of them may end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tend())
            while True:
                for partner, standing in (await asyncio.to_thread(doors.standings, self.door)).items():
                    if partner not in self._followers:
                        self._followers[partner] = Follower(self.door, partner)
                        group.create_task(self._followers[partner].run())
                    self._followers[partner].look(standing)
                await asyncio.sleep(LOOK_S)

    async def _tend(self) -> None:
        since_us = 0
        while True:
            since_us = await asyncio.to_thread(turning.tend, self.door, since_us)
            await asyncio.sleep(TEND_S)
