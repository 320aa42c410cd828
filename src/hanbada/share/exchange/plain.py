"""JSON as it may come from anybody: no name twice, no NaN, nothing deep, no number that another program rounds.

Sealed payloads are read once, after their signature was found good, and never written again.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from hanbada.model.errors import InputError

DEEPEST = 32
LARGEST = 2**53
_T = TypeVar("_T")


def write(value: Any) -> bytes:
    """A record as JSON, its names in a fixed order."""
    return msgspec.json.encode(value, order="deterministic")


def read(payload: bytes, kind: type[_T]) -> _T:
    """A record from JSON; raises InputError if it is none, says something twice, or lacks what it must say."""
    try:
        tree = json.loads(payload.decode(), object_pairs_hook=_once, parse_constant=_refused, parse_int=_whole)
        _shallow(tree, DEEPEST)
        return msgspec.convert(tree, kind, str_keys=True)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        message = f"what was sent cannot be read: {error}"
        raise InputError(message) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name stands twice in one object"
        raise ValueError(message)
    return found


def _refused(constant: str) -> float:
    message = f"{constant} is no number"
    raise ValueError(message)


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(number := int(digits)) > LARGEST:
        message = "a number is larger than 2^53"
        raise ValueError(message)
    return number


def _shallow(tree: Any, deepest: int) -> None:
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    if inner and deepest == 0:
        message = f"nested deeper than {DEEPEST}"
        raise ValueError(message)
    for one in inner:
        if isinstance(one, (dict, list)):
            _shallow(one, deepest - 1)
