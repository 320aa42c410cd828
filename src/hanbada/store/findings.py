"""Detections as they were said: every version of every episode, and the alert that each episode raises once.

A watch that starts again after a crash says again what it said before. `said` is the number it gave a version: the
same content under the same number, no later than the last one kept, is a repetition and changes nothing. (The
detection id alone would not do: a retraction carries the id of what it retracts, and so does a version of which only
the evidence grew.) `version` counts what is kept, from 1 without holes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import desc, insert, select

from hanbada.incidents.incident import WATCH
from hanbada.model.errors import SeamError
from hanbada.model.records import Detection
from hanbada.store import ledger
from hanbada.store.database import in_pieces, next_number
from hanbada.store.schema import alert, detection, detection_vessel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection


class Kept(NamedTuple):
    """A version that is kept, without its body."""

    version: int
    said: int
    content: str


class Fresh(NamedTuple):
    """A version to keep: `number` is its row, `before` the version before it."""

    number: int
    found: Detection
    said: int
    content: str


def record(connection: Connection, found: Iterable[Detection], at_us: int) -> list[tuple[int, Detection]]:
    """Keep what is new of some detections, in their order: rows of `detection` with what they hold.

    Raises SeamError for a detection that JSON cannot carry (a number that is not finite).
    """
    said = list(found)
    kept = _kept(connection, {one.episode_id for one in said})
    fresh = _fresh(said, kept, next_number(connection, detection.c.number))
    if not fresh:
        return []
    connection.execute(insert(detection), [_row(one, at_us) for one in fresh])
    pairs = [{"mmsi": mmsi, "number": one.number} for one in fresh for mmsi in {v.mmsi for v in one.found.vessels}]
    if pairs:
        connection.execute(insert(detection_vessel), pairs)
    ledger.append(connection, [_deed(one) for one in fresh], at_us)
    return [(one.number, one.found) for one in fresh]


def _kept(connection: Connection, episodes: Iterable[str]) -> dict[str, list[Kept]]:
    """What is kept of some episodes, oldest version first."""
    columns = (detection.c.episode_id, detection.c.version, detection.c.said, detection.c.content)
    kept: dict[str, list[Kept]] = {}
    for piece in in_pieces(sorted(episodes)):
        wanted = select(*columns).where(detection.c.episode_id.in_(piece)).order_by(detection.c.version)
        for row in connection.execute(wanted):
            kept.setdefault(row.episode_id, []).append(Kept(row.version, row.said, row.content))
    return kept


def _fresh(said: Sequence[Detection], kept: dict[str, list[Kept]], number: int) -> list[Fresh]:
    fresh: list[Fresh] = []
    for one in said:
        versions, content = kept.setdefault(one.episode_id, []), _content(one)
        if _repeats(versions, one.version, content):
            continue
        version = len(versions) + 1
        versions.append(Kept(version, one.version, content))
        numbered = msgspec.structs.replace(one, version=version)
        fresh.append(Fresh(number + len(fresh), numbered, one.version, content))
    return fresh


def _repeats(kept: Sequence[Kept], said: int, content: str) -> bool:
    if not kept:
        return False
    last = kept[-1]
    return content == last.content or (said <= last.said and any((k.said, k.content) == (said, content) for k in kept))


def _content(one: Detection) -> str:
    """SHA-256 of everything in a detection but the number of its version."""
    bare = msgspec.structs.replace(one, version=0)
    body = _body(bare)
    try:
        sound = msgspec.json.decode(body, type=Detection) == bare
    except msgspec.ValidationError:
        sound = False
    if not sound:
        message = f"{one.detection_id}: holds what JSON cannot carry, such as a number that is not finite"
        raise SeamError(message)
    return hashlib.sha256(body).hexdigest()


def _body(one: Detection) -> bytes:
    return msgspec.json.encode(one, order="deterministic")


def _row(fresh: Fresh, at_us: int) -> dict[str, Any]:
    names = ("episode_id", "version", "detection_id", "kind", "state", "severity", "t_start", "t_end", "simulated")
    row = {name: getattr(fresh.found, name) for name in names}
    own = {"number": fresh.number, "said": fresh.said, "content": fresh.content, "recorded_at": at_us}
    return row | own | {"body": _body(fresh.found).decode()}


def _deed(fresh: Fresh) -> ledger.Deed:
    found = fresh.found
    action = "raised" if found.version == 1 else "retracted" if found.state == "retracted" else "revised"
    body = {
        "detection_id": found.detection_id,
        "version": found.version,
        "state": found.state,
        "content": fresh.content,
    }
    return ledger.Deed(actor=WATCH, action=action, object_id=f"episode/{found.episode_id}", body=body)


def of_episode(connection: Connection, episode_id: str) -> list[Detection]:
    """Every version of an episode, oldest first."""
    wanted = select(detection.c.body).where(detection.c.episode_id == episode_id).order_by(detection.c.version)
    return [read_body(body) for body in connection.scalars(wanted)]


def find(connection: Connection, detection_id: str) -> Detection | None:
    """The newest version that carries this id; None if none does."""
    wanted = select(detection.c.body).where(detection.c.detection_id == detection_id)
    body = connection.scalar(wanted.order_by(desc(detection.c.number)).limit(1))
    return None if body is None else read_body(body)


def read_body(body: str) -> Detection:
    """A detection as it was kept."""
    return msgspec.json.decode(body, type=Detection)


def going_on(connection: Connection, kind: str) -> dict[str, Detection]:
    """The latest version of every episode of a kind that has not ended, by episode."""
    wanted = select(detection.c.body).join(alert, alert.c.latest == detection.c.number)
    wanted = wanted.where(detection.c.kind == kind, detection.c.state.in_(("open", "revised")))
    found = (msgspec.json.decode(body, type=Detection) for body in connection.scalars(wanted))
    return {one.episode_id: one for one in found}


def standing(connection: Connection, after: int, limit: int) -> list[tuple[int, Detection]]:
    """The next episodes by the number of their alert, each with its latest version unless that is a retraction."""
    wanted = (
        select(alert.c.alert_id, detection.c.body)
        .join(detection, detection.c.number == alert.c.latest)
        .where(alert.c.alert_id > after, detection.c.state != "retracted")
        .order_by(alert.c.alert_id)
        .limit(limit)
    )
    return [(row.alert_id, read_body(row.body)) for row in connection.execute(wanted)]
