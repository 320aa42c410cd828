"""Ids made from content, so that the same facts carry the same name on every machine.

A line id says where a line came from: the high 16 bits number the source within a run, the low 48 the line.
"""

import hashlib
from collections.abc import Iterable

LINE_BITS = 48
LINE_MASK = (1 << LINE_BITS) - 1


def line_id(source: int, line: int) -> int:
    """The id of line `line` (from 1) of source number `source`.

    >>> split_line_id(line_id(3, 17))
    (3, 17)
    """
    return source << LINE_BITS | line


def split_line_id(value: int) -> tuple[int, int]:
    """Source number and line number of a line id."""
    return value >> LINE_BITS, value & LINE_MASK


def content_id(prefix: str, parts: Iterable[object]) -> str:
    """`prefix` and 12 hexadecimal digits of a hash over the parts, in order.

    >>> content_id("gap", [440123456, 1.5]) == content_id("gap", [440123456, 1.5])
    True
    """
    digest = hashlib.blake2b(digest_size=6)
    for part in parts:
        digest.update(repr(part).encode())
        digest.update(b"\x1f")
    return f"{prefix}-{digest.hexdigest()}"


def uuid_of(namespace: str, name: str) -> str:
    """The UUID of a name within a namespace, itself a UUID: version 5 of RFC 9562, section 5.5.

    >>> uuid_of("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")
    '2ed6657d-e927-568b-95e1-2665a8aea6a2'
    """
    digest = hashlib.sha1(bytes.fromhex(namespace.replace("-", "")) + name.encode(), usedforsecurity=False).digest()
    value = int.from_bytes(digest[:16], "big")
    value = value & ~(0xF << 76) | 5 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
