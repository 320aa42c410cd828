"""JSON as others send it, within bounds: not too large, not too deep, text that is text."""

from __future__ import annotations

from typing import Any

import msgspec

from hanbada.model.errors import InputError

LARGEST = 64 << 20
"""Bytes beyond which a document is refused."""


def parsed(content: bytes, what: str) -> Any:
    """What a document says; raises InputError naming `what` where it cannot be used."""
    if len(content) > LARGEST:
        message = f"{what}: {len(content):,} bytes are more than {LARGEST:,}"
        raise InputError(message)
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"{what}: not JSON: {error}"
    except RecursionError:
        message = f"{what}: refused: nested beyond all measure"
    raise InputError(message)


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; an object by itself is a list of one."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def text(value: Any) -> str | None:
    """Text or a number as text, stripped; None for anything else and for nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).strip() or None
