"""Exchanging with partners: one round until nothing waits, and the loop that does so for each of them.

Frames go one behind the other in one request, without waiting for answers. Each counts at the partner once it is whole;
after a link broke we first ask how far they have come, so that nothing is sent twice over a thin one.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack, aclosing, suppress
from typing import TYPE_CHECKING, NamedTuple

from hanbada.app.sharing import door as doors
from hanbada.app.sharing import turning
from hanbada.model.errors import HanbadaError, InputError
from hanbada.share.exchange import carrier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hanbada.app.sharing.door import Door, Heard, Standing

STUCK = 3
"""So often entries are sent in vain, or a link breaks, before a round gives up."""
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
        """With a frame that came, and all bytes since the one before."""
        alarms = tuple(f"{alarm}: {why}" for alarm, why in heard.taken.alarms)
        return Round(
            self.went + heard.went, self.came + heard.taken.fresh, self.frames + 1, self.size + size,
            self.alarms + alarms,
        )  # fmt: skip


class _Sent:
    """What went to a partner in a request that still goes on."""

    def __init__(self) -> None:
        self.frames = self.entries = self.size = 0

    async def frames_of(self, door: Door, partner: str, *, bare: bool) -> AsyncIterator[bytes]:
        """The frames that wait, each packed when there is room for it on its way: what is urgent overtakes the rest."""
        after = None
        while True:
            packed = await asyncio.to_thread(doors.pack, door, partner, after, self.size, bare=bare)
            self.frames, self.entries = self.frames + 1, self.entries + packed.entries
            self.size, after = self.size + len(packed.wire), packed.upto
            yield packed.wire
            if not packed.more:
                return


class Line:
    """A connection to a partner, kept open from one exchange to the next, and whether the last one broke."""

    def __init__(self, door: Door, partner: str) -> None:
        self.door, self.partner = door, partner
        self._open = AsyncExitStack()
        self._at: tuple[object, ...] = ()
        self._connection: carrier.Connection
        self._broke = False

    async def exchange(self) -> Round:
        """Exchange frames until nothing waits on either side; once there was a connection, another one if it breaks.

        Raises UsageError if the partner has no address, RefusedError if that leads where no partner is or it does not
        take our frames, InputError if it cannot be reached or answers with none of its own.
        """
        total, vain = Round(), 0
        while True:
            await self._connected()
            sent = _Sent()
            before = total
            try:
                total, waiting = await self._round(total, sent)
            except InputError:
                self._broke, vain = True, vain + 1
                await self.close()
                if not sent.frames or vain >= STUCK:
                    raise
                continue
            bare, self._broke = self._broke, False
            moved = (total.went, total.came) != (before.went, before.came)
            if total.came == before.came and not (waiting and (sent.entries or bare)):
                return total
            vain = 0 if moved or bare else vain + 1
            if vain >= STUCK:
                message = f"{self.partner} answers, but takes no entry of ours"
                raise InputError(message)

    async def _round(self, total: Round, sent: _Sent) -> tuple[Round, int]:
        """One request and its answer; what all came to, and how many entries still wait."""
        waiting = counted = 0
        going = sent.frames_of(self.door, self.partner, bare=self._broke)
        async with aclosing(carrier.exchange(self._connection, going)) as coming:
            async for wire in coming:
                more, counted = sent.size - counted, sent.size
                heard = await asyncio.to_thread(doors.take, self.door, wire, more)
                if heard.taken.partner != self.partner:
                    message = f"{self.partner} answers with a frame of {heard.taken.partner}"
                    raise InputError(message)
                total, waiting = total.more(heard, more + len(wire)), heard.waiting
        return total._replace(frames=total.frames + sent.frames), waiting

    async def _connected(self) -> None:
        at = await asyncio.to_thread(doors.address_of, self.door, self.partner)
        if at == self._at:
            return
        await self.close()
        address, certificate, loopback = at
        opened = carrier.connected(address, certificate, loopback=loopback)
        self._connection = await self._open.enter_async_context(opened)
        self._at = at

    async def close(self) -> None:
        """Hang up."""
        self._at = ()
        await self._open.aclose()


async def exchange(door: Door, partner: str) -> Round:
    """Exchange frames with a partner until nothing waits on either side; raises as `Line.exchange`."""
    line = Line(door, partner)
    try:
        return await line.exchange()
    finally:
        await line.close()


class Follower:
    """Exchanges with one partner whenever there is something to say, and now and then asks."""

    def __init__(self, door: Door, partner: str) -> None:
        self.door, self.partner, self._line = door, partner, Line(door, partner)
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
        try:
            while True:
                self._wake.clear()
                wait_s = await self._once()
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._wake.wait()
        finally:
            await self._line.close()

    async def _once(self) -> float:
        """One round; how long to wait if nothing happens."""
        standing = (await asyncio.to_thread(doors.standings, self.door)).get(self.partner)
        if standing is None or standing.link.suspended or standing.suspended or not standing.document.address:
            return IDLE_S
        try:
            done = await self._line.exchange()
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
