"""Networks of namespaces joined by a bad link in user space: a rate, a delay, loss, doubling, reordering, cuts.

For machines whose kernel has no netem. Each namespace has one TUN device; a process of its own carries every IP packet
from one to the other as the way between them is. It needs root, `ip` and /dev/net/tun: `missing` says what is not there.

python netem.py SEED NAMESPACE=ADDRESS... : carries until its input ends; a line of it sets one way (see `Network.way`).
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from typing import NamedTuple, Self

import msgspec

TUN, TUNSETIFF, NO_INFO = 0x0001, 0x400454CA, 0x1000
CLONE_NEWNET = 0x40000000
MTU = 1_400
QUEUE_S = 4.0
"""A packet that would wait longer than this for its turn on a slow link is dropped."""


class Way(msgspec.Struct, frozen=True):
    """How packets go one way: bits a second (0: any), seconds of delay and of jitter, shares lost and doubled, cut."""

    rate: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    lost: float = 0.0
    doubled: float = 0.0
    cut: bool = False


class Network:
    """Namespaces that reach each other; `ways` between two of them can be changed while it runs."""

    def __init__(self, *names: str, seed: int = 1, way: Way | None = None) -> None:
        self.names, self.seed, self.first = names, seed, way or Way()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            for name in self.names:
                _ip("netns", "add", self.space(name))
                self._stack.callback(_ip, "netns", "del", self.space(name))
            where = [f"{self.space(name)}={self.address(name)}" for name in self.names]
            self.carrier = subprocess.Popen(
                [sys.executable, __file__, str(self.seed), *where], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self._stack.callback(self._ended)
            assert self.carrier.stdout.readline() == b"up\n"
        except BaseException:
            self._stack.close()
            raise
        for one in self.names:
            for other in self.names:
                self.way(one, other, self.first)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _ended(self) -> None:
        self.carrier.stdin.close()
        self.carrier.stdout.close()
        self.carrier.wait()

    def space(self, name: str) -> str:
        """What the namespace is called: nobody else's on this machine."""
        return f"hb{os.getpid()}-{name}"

    def address(self, name: str) -> str:
        return f"10.99.0.{1 + self.names.index(name)}"

    def way(self, one: str, other: str, way: Way) -> None:
        """Let packets from one to the other go like this from now on."""
        said = {"from": self.address(one), "to": self.address(other), "way": way}
        self.carrier.stdin.write(msgspec.json.encode(said) + b"\n")
        self.carrier.stdin.flush()

    def both(self, one: str, other: str, way: Way) -> None:
        self.way(one, other, way)
        self.way(other, one, way)

    def inside(self, name: str, *words: object) -> list[str]:
        """A command as it is run in a namespace."""
        return ["ip", "netns", "exec", self.space(name), *map(str, words)]


def missing() -> str:
    """Why there can be no network here; "" if there can."""
    try:
        with Network("try"):
            return ""
    except (OSError, subprocess.CalledProcessError, AssertionError) as error:
        return f"no namespaces or TUN devices may be made here ({error})"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


# the process that carries


class _Said(msgspec.Struct, rename={"source": "from", "target": "to"}):
    source: str
    target: str
    way: Way


class _Due(NamedTuple):
    """A packet on its way: when it arrives, in which order it left, at which device."""

    at_s: float
    number: int
    device: int
    packet: bytes


class _Carrier:
    def __init__(self, seed: int, devices: dict[bytes, int]) -> None:
        self.dice, self.devices = random.Random(seed), devices
        self.ways: dict[tuple[bytes, bytes], Way] = {}
        self.free: dict[tuple[bytes, bytes], float] = {}
        self.due: list[_Due] = []
        self.number = 0

    def run(self) -> None:
        """Carry until there is no more input."""
        names = {device: address for address, device in self.devices.items()}
        said = b""
        while True:
            wait_s = max(0.0, self.due[0].at_s - time.monotonic()) if self.due else 1.0
            for one in select.select([0, *names], [], [], wait_s)[0]:
                if one:
                    self.take(names[one], os.read(one, 65_536))
                    continue
                more = os.read(0, 65_536)
                if not more:
                    return
                *lines, said = (said + more).split(b"\n")
                for line in lines:
                    self.set(msgspec.json.decode(line, type=_Said))
            self.deliver(time.monotonic())

    def set(self, said: _Said) -> None:
        self.ways[_packed(said.source), _packed(said.target)] = said.way

    def take(self, source: bytes, packet: bytes) -> None:
        """A packet that left: lost, or due some time from now."""
        where = source, packet[16:20]
        way = self.ways.get(where)
        if packet[0] >> 4 != 4 or way is None or way.cut or self.dice.random() < way.lost:
            return
        at_s = time.monotonic()
        if way.rate:
            begins = max(at_s, self.free.get(where, 0.0))
            if begins - at_s > QUEUE_S:
                return
            at_s = self.free[where] = begins + len(packet) * 8 / way.rate
        for _ in range(1 + (self.dice.random() < way.doubled)):
            late_s = way.delay_s + self.dice.uniform(0, way.jitter_s)
            self.number += 1
            heapq.heappush(self.due, _Due(at_s + late_s, self.number, self.devices[where[1]], packet))

    def deliver(self, now_s: float) -> None:
        while self.due and self.due[0].at_s <= now_s:
            one = heapq.heappop(self.due)
            os.write(one.device, one.packet)


def _packed(address: str) -> bytes:
    return bytes(map(int, address.split(".")))


def _device(space: str, address: str) -> int:
    """The TUN device of a namespace, its address up; this process sees it whatever namespace it is in."""
    libc = ctypes.CDLL(None, use_errno=True)
    home, there = (os.open(path, os.O_RDONLY) for path in ("/proc/self/ns/net", f"/run/netns/{space}"))
    try:
        if libc.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"tun0", TUN | NO_INFO))
        _ip("link", "set", "lo", "up")
        _ip("addr", "add", f"{address}/24", "dev", "tun0")
        _ip("link", "set", "tun0", "mtu", str(MTU), "up")
        if libc.setns(home, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(home)
        os.close(there)
    return device


def main(seed: str, *where: str) -> None:
    pairs = [one.split("=") for one in where]
    with suppress(PermissionError):
        os.nice(-10)  # whatever else runs here is not to be measured as delay
    carrier = _Carrier(int(seed), {_packed(address): _device(space, address) for space, address in pairs})
    sys.stdout.write("up\n")
    sys.stdout.flush()
    carrier.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
