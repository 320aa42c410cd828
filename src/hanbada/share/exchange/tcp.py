"""What TCP is asked for on links that lose much: each is an option of Linux and left out where it is not offered.

With its own habits TCP comes to a stand where a third is lost: it takes every loss for a queue that is full, and waits
twice as long after each packet lost in vain, up to two minutes.
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    Option: TypeAlias = tuple[int, int, int] | tuple[int, int, bytes]

UNSENT = 16_384
"""Bytes that wait in the machine for a slow link; the rest waits here, where something urgent can still overtake it."""
BBR = b"bbr"
"""Congestion control that goes by rate and delay, not by loss (draft-ietf-ccwg-bbr)."""
RTO_MAX_MS = 44
"""TCP_RTO_MAX_MS: how long to wait at most before a packet is sent again (Linux 6.15, include/uapi/linux/tcp.h)."""
FIRST_MS, LEAST_MS, ROUND_TRIPS = 8_000, 1_500, 2
"""That wait while nothing is known of a link; afterwards so many round trips as measured, and no less than this."""
_INFO = struct.Struct("=8B16I")
_RTT = 8 + 15
"""Where TCP_INFO has the smoothed round trip, in microseconds."""


@cache
def options() -> tuple[Option, ...]:
    """What a socket is asked for before it connects or listens."""
    wanted: list[Option] = [(socket.IPPROTO_TCP, RTO_MAX_MS, FIRST_MS)]
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        wanted.append((socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT))
    if hasattr(socket, "TCP_CONGESTION"):
        wanted.append((socket.IPPROTO_TCP, socket.TCP_CONGESTION, BBR))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        return tuple(one for one in wanted if _offered(tried, one))


def _offered(tried: socket.socket, option: Option) -> bool:
    try:
        tried.setsockopt(*option)
    except OSError:
        return False
    return True


def keep_trying(link: socket.socket) -> None:
    """Let a connection send again what was lost after a few round trips as they are now, however often it was lost."""
    if (socket.IPPROTO_TCP, RTO_MAX_MS, FIRST_MS) in options():
        with suppress(OSError):  # whoever is gone needs none of it
            about = _INFO.unpack(link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size))
            wait_ms = max(LEAST_MS, about[_RTT] * ROUND_TRIPS // 1_000)
            link.setsockopt(socket.IPPROTO_TCP, RTO_MAX_MS, min(wait_ms, 120_000))
