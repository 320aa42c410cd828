"""What is due to participants: Pushes of what is new or changed for their subscriptions, and of what is taken back.

Every object passes the release desk for the participant's node each time. TLP:AMBER+STRICT goes only where the owner's
own organisation receives it. What could not be delivered stays due.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import httpx
import msgspec

from hanbada.app.cise.standing import Sent, Standing, Subscription, put, standing
from hanbada.app.sharing import publishing
from hanbada.model.errors import InputError
from hanbada.model.ids import content_id, uuid_of
from hanbada.share.formats import cise, cise_1_5_3
from hanbada.share.formats.cise_messages import Message, Service, message_of, written
from hanbada.share.formats.markup import document, local
from hanbada.store import exchange
from hanbada.store.database import reading, writing
from hanbada.store.events import deed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree import ElementTree as ET

    from sqlalchemy import Connection

    from hanbada.app.cise.standing import Participant
    from hanbada.app.sharing.door import Door
    from hanbada.app.sharing.ours import Ours
    from hanbada.model.sharing import Released

MOST = 200
"""Entities of one message."""


class Due(NamedTuple):
    """A message that is due, to which service, and what it says of which objects: a hash each, None is taken back."""

    service_id: str
    message: Message
    says: dict[str, str | None]


class Ready(NamedTuple):
    """An object as it may be sent, with the hash of what is said."""

    released: Released
    entity: ET.Element
    said: str


def due(connection: Connection, ours: Ours, participant: Participant, now_us: int) -> list[Due]:
    """What a participant is to be sent now."""
    its = standing(connection, participant)
    live = [one for one in its.subscriptions if one.ends_at is None or now_us < one.ends_at]
    if not live:
        return []
    ready = list(_ready(connection, ours, participant.node, now_us))
    return [found for one in live for found in _of(one, its, ready, now_us)]


def _ready(connection: Connection, ours: Ours, node: str, now_us: int) -> Iterator[Ready]:
    known = publishing.terms_of(connection, ours)
    if node not in known.partners:
        return
    organisations = {name: one.organisation for name, one in known.partners.items()} | {ours.node: known.organisation}
    for kept in exchange.items(connection):
        released = None if kept.recalled else publishing.best(connection, kept.item, node, known, now_us).released
        if released is None or released.data_class not in cise.CARRIES or cise.blocked(released, organisations):
            continue
        entity, _ = cise.entity(released)
        said = hashlib.sha256(document(entity) + released.tlp.encode()).hexdigest()
        yield Ready(released, entity, said)


def _of(one: Subscription, its: Standing, ready: list[Ready], now_us: int) -> Iterator[Due]:
    wanted = [each for each in ready if cise_1_5_3.SERVICES[local(each.entity)] == one.service_type]
    before = {} if one.asked is not None else its.sent.get(one.service_id, {})
    news = [each for each in wanted if _sent(before, each) != each.said]
    for at in range(0, len(news), MOST):
        yield _push(one, news[at : at + MOST], now_us)
    if one.asked is not None:
        if not news:
            yield _push(one, [], now_us)
        return
    stand = {each.released.item_id for each in wanted}
    yield from (_taken_back(one, name, sent, now_us) for name, sent in before.items() if name not in stand)


def _sent(before: dict[str, Sent], one: Ready) -> str | None:
    sent = before.get(one.released.item_id)
    return None if sent is None else sent.said


def _push(one: Subscription, some: list[Ready], now_us: int) -> Due:
    payload = cise.payload([each.released for each in some], [each.entity for each in some])
    name = content_id("push", [now_us, one.service_id, one.asked, *(each.said for each in some)])
    message = Message(
        kind="Push" if one.asked is None else "PullResponse", message_id=uuid_of(cise.NAMESPACE, name),
        created_at=now_us, correlation_id=one.asked, sender=_provider(one), payload=payload,
        recipient=Service(service_id=one.service_id, operation="Subscribe" if one.asked is None else "Pull"),
        code=None if one.asked is None else "Success",
    )  # fmt: skip
    return Due(one.service_id, message, {each.released.item_id: each.said for each in some})


def _taken_back(one: Subscription, item_id: str, sent: Sent, now_us: int) -> Due:
    name = content_id("feedback", [now_us, one.service_id, item_id])
    message = Message(
        kind="Feedback", message_id=uuid_of(cise.NAMESPACE, name), created_at=now_us, sender=_provider(one),
        recipient=Service(service_id=one.service_id, operation="Feedback"), feedback="delete",
        about=sent.message_id, detail=f"no longer to be held: {uuid_of(cise.NAMESPACE, item_id)}",
    )  # fmt: skip
    return Due(one.service_id, message, {item_id: None})


def _provider(one: Subscription) -> Service:
    return Service(
        service_id=f"hanbada.{one.service_type}.subscribe.provider", operation="Subscribe", role="Provider",
        service_type=one.service_type,
    )  # fmt: skip


def push(door: Door, participant: Participant, post: Callable[[bytes], bool]) -> tuple[int, int]:
    """Send what is due; how many messages were taken, and how many were not and stay due."""
    with reading(door.engine) as connection:
        waiting = due(connection, door.ours(connection), participant, door.now_us())
    taken = 0
    for one in waiting:
        if not post(written(one.message)):
            break
        with writing(door.engine) as connection:
            its, at = standing(connection, participant), door.written()
            put(connection, participant, _noted(its, one), at.at_us)
            about = {"kind": one.message.kind, "message": one.message.message_id, "objects": sorted(one.says)}
            deed(connection, at, "cise_pushed", f"cise/{participant.name}", **about)
        taken += 1
    return taken, len(waiting) - taken


def _noted(its: Standing, one: Due) -> Standing:
    """What is kept once a message was taken; an answered request is over."""
    if one.message.kind == "PullResponse":
        left = tuple(each for each in its.subscriptions if each.asked != one.message.correlation_id)
        return msgspec.structs.replace(its, subscriptions=left)
    mine = dict(its.sent.get(one.service_id, {}))
    for name, said in one.says.items():
        mine.pop(name, None)
        if said is not None:
            mine[name] = Sent(message_id=one.message.message_id, said=said)
    return msgspec.structs.replace(its, sent=its.sent | {one.service_id: mine})


def posted(http: httpx.Client, address: str, content: bytes) -> bool:
    """Post a message; whether it was taken: answered by an Acknowledgement that says Success."""
    try:
        answer = http.post(address, content=content, headers={"Content-Type": "application/xml"})
        return answer.status_code == httpx.codes.OK and message_of(answer.content).code == "Success"
    except (httpx.HTTPError, InputError):
        return False
