"""Lists of values known to be good, read from files: MISP's warning lists (JSON), or one value a line.

Of MISP's kinds of lists `cidr`, `hostname` and `string` are taken; parts of words and regular expressions are not,
since a list that says too much would hide what should be told: they are counted and named.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from hanbada.incidents.indicators import KINDS, Known, plain
from hanbada.model.errors import InputError

TAKEN = ("cidr", "hostname", "string")
MOST = 10_000_000


class Taken(Struct, frozen=True, kw_only=True):
    """A list as it is used, and how many of its values are not (with why)."""

    known: Known
    left_out: int
    why: str = ""


class _List(Struct, frozen=True):
    name: str
    list: tuple[Any, ...]
    type: str = "string"


def read(content: bytes, name: str) -> Taken:
    """A list of good values; raises InputError if it is none."""
    if content.lstrip()[:1] == b"{":
        try:
            found = msgspec.json.decode(content, type=_List)
        except (msgspec.MsgspecError, RecursionError) as error:
            message = f"{name}: no list of known values: {error}"
            raise InputError(message) from None
        if found.type not in TAKEN:
            why = f"a list of {found.type} could hide too much"
            return Taken(known=Known(name=found.name), left_out=len(found.list), why=why)
        return taken(found.name, [str(one) for one in found.list])
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        message = f"{name}: byte {error.start} is not UTF-8"
        raise InputError(message) from None
    return taken(name, [line for line in lines if line.strip() and not line.startswith("#")])


def taken(name: str, values: list[str]) -> Taken:
    """Values by what they are; what is nothing that can be compared is counted."""
    found: dict[str, list[str]] = {"ip": [], "domain": [], "": []}
    left = max(0, len(values) - MOST)
    for value in values[:MOST]:
        for kind in KINDS:
            text = plain(kind, value.removeprefix("."))
            if text is not None:
                found["ip" if kind in {"ipv4", "ipv6"} else "domain" if kind == "domain" else ""].append(text)
                break
        else:
            left += 1
    known = Known(name=name, networks=tuple(found["ip"]), domains=tuple(found["domain"]), values=tuple(found[""]))
    return Taken(known=known, left_out=left, why="no address, name, URL or hash" if left else "")
