"""Objects handed in over TAXII: kept with where they came from, RED where they say nothing, granted to nobody."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.app.sharing import desk
from hanbada.model.errors import InputError
from hanbada.model.times import DAY_US
from hanbada.share.formats.stix.identifiers import stamp
from hanbada.share.formats.stix.reading import read
from hanbada.store import items, taxii
from hanbada.store.events import Written, deed
from hanbada.store.items import Origin

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours

LARGEST = 4 << 20
PER_DAY = 10_000
AT_ONCE = 1_000
"""Bytes of an envelope, and objects of one reader in a day and in one envelope."""
WHOLE = ("no object of ours", "nothing refers to it", "it begins at no object of ours")
"""Why nothing at all came of an object."""


def too_many(connection: Connection, reader: str, now_us: int) -> bool:
    """Whether a reader has handed in all it may for today."""
    return taxii.handed_in(connection, reader, now_us - DAY_US) >= PER_DAY


def take(connection: Connection, ours: Ours, reader: str, body: bytes, now_us: int) -> dict[str, Any]:
    """Keep what an envelope holds; the status of each object. Raises InputError for what is no envelope."""
    posted = _posted(body)
    bundle = read(body)
    origin, written = Origin(f"taxii: {reader}", "stix"), Written(by=f"taxii:{reader}", at_us=now_us)
    done = items.keep(connection, bundle.items, origin, written)
    gone = [items.key_of(origin.source, loss.item_id) for loss in bundle.losses if loss.what == "revoked"]
    ended = [key for key in gone if items.withdraw(connection, key, "revoked by its source", written)]
    subjects = [items.SUBJECT + key for key in (*(one.key for one in done.kept), *ended)]
    desk.follow(connection, ours, subjects, written)
    bad = {loss.item_id: loss.why for loss in bundle.losses if loss.why in WHOLE} | dict(done.refused)
    found = _status(posted, bad, now_us)
    taxii.put_status(connection, reader, found["id"], now_us, len(posted), msgspec.json.encode(found).decode())
    counted = {"objects": len(posted), "kept": len(done.kept), "failed": found["failure_count"]}
    deed(connection, written, "taxii_added", f"taxii/{reader}", **counted)
    return found


def _posted(body: bytes) -> list[Any]:
    try:
        whole = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = f"not an envelope: {error}"
        raise InputError(message) from None
    listed = whole.get("objects") if isinstance(whole, dict) else None
    if not isinstance(listed, list) or not listed or len(listed) > AT_ONCE:
        message = f"not an envelope with a list of 1 to {AT_ONCE} objects"
        raise InputError(message)
    return listed


def _status(posted: list[Any], bad: dict[str, str], now_us: int) -> dict[str, Any]:
    """The status resource (TAXII 2.1, section 4.3)."""
    good: list[dict[str, str]] = []
    failed: list[dict[str, str]] = []
    for at, one in enumerate(posted):
        its = one if isinstance(one, dict) else {}
        name = its.get("id") if isinstance(its.get("id"), str) else f"object {at}"
        version = its.get("modified") or its.get("created")
        about = {"id": str(name), "version": version if isinstance(version, str) else stamp(now_us)}
        why = bad.get(str(name), "" if isinstance(its.get("id"), str) else "it has no id")
        (failed if why else good).append(about | ({"message": why} if why else {}))
    made: dict[str, Any] = {
        "id": str(uuid.uuid4()), "status": "complete", "request_timestamp": stamp(now_us), "total_count": len(posted),
        "success_count": len(good), "failure_count": len(failed), "pending_count": 0,
    }  # fmt: skip
    return made | ({"successes": good} if good else {}) | ({"failures": failed} if failed else {})
