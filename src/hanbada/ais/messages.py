"""Lines -> messages with named fields, one at a time: the readable decoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanbada.ais.codec import decode_payload, unpack
from hanbada.ais.lines import LineState, Payload, Reject, finish, read_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hanbada.ais.codec import Fields


@dataclass(frozen=True, slots=True)
class Message:
    """A decoded message: `lines` numbers every line it came in, `at` is UTC microseconds or None."""

    layout: str
    msg_type: int
    fields: Fields
    at: int | None
    station: bytes | None
    lines: tuple[int, ...]


def read_messages(state: LineState, lines: Iterable[bytes]) -> Iterator[Message | Reject]:
    """Messages and rejects of some lines, in the order in which each became whole."""
    for line in lines:
        for outcome in read_line(state, line):
            yield from _decoded(state, outcome)


def finish_messages(state: LineState) -> Iterator[Reject]:
    """Rejects for what still waits when the input ends."""
    yield from finish(state)


def _decoded(state: LineState, outcome: Payload | Reject) -> Iterator[Message | Reject]:
    if isinstance(outcome, Reject):
        yield outcome
        return
    number, bits = unpack(outcome.armoured, outcome.fill_bits)
    layout, fields = decode_payload(number, bits)
    if layout is None or not fields:
        state.counts["reject"] += len(outcome.lines)
        msg_type = number >> bits - 6 if bits >= 6 else 0
        code, detail = ("too_short", f"{bits} bits") if layout else ("unknown_type", f"type {msg_type}")
        yield from (Reject(line, code, detail) for line in outcome.lines)
        return
    yield Message(layout.name, number >> bits - 6, fields, outcome.at, outcome.station, outcome.lines)
