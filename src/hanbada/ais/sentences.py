"""Payloads -> `!AIVDM` sentences, for simulated feeds, tests and re-export."""

from __future__ import annotations

PAYLOAD_ROOM = 60
"""Payload characters per sentence: 82 in all, less the longest head and tail."""


def sentences(
    payload: bytes, fill_bits: int, sequence: int = 0, channel: str = "A", talker: str = "AIVDM"
) -> list[bytes]:
    """One sentence, or several numbered parts if the payload does not fit into one; without line ends.

    >>> sentences(b"13HOI:0P0000VOHLCnHQKwvL05Ip", 0)
    [b'!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23']
    """
    pieces = [payload[i : i + PAYLOAD_ROOM] for i in range(0, len(payload), PAYLOAD_ROOM)] or [b""]
    total = len(pieces)
    number = str(sequence % 10) if total > 1 else ""
    return [
        with_checksum(
            f"{talker},{total},{i},{number},{channel},{piece.decode('ascii')},{fill_bits if i == total else 0}"
        )
        for i, piece in enumerate(pieces, start=1)
    ]


def with_checksum(body: str, start: str = "!") -> bytes:
    """The sentence with its start and its checksum."""
    raw = body.encode("ascii")
    value = 0
    for byte in raw:
        value ^= byte
    return f"{start}{body}*{value:02X}".encode("ascii")


def tag_block(at_us: int, station: str) -> bytes:
    """A TAG block with source and time to the millisecond."""
    return b"\\" + with_checksum(f"s:{station},c:{at_us // 1000}", start="") + b"\\"
