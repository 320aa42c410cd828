"""What becomes of a message that a participant hands in: an Acknowledgement with its code, and what it changes here.

What a participant pushes is kept as its own, granted to nobody. A subscription is kept; what is due is pushed later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

import msgspec

from hanbada.app.cise.standing import Standing, Subscription, put, standing
from hanbada.model.errors import InputError, RefusedError
from hanbada.model.ids import content_id, uuid_of
from hanbada.model.times import DAY_US
from hanbada.share.formats import cise, cise_1_5_3
from hanbada.share.formats.cise_messages import Message, Service, message_of
from hanbada.store import items
from hanbada.store.items import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from hanbada.app.cise.standing import Participant
    from hanbada.store.events import Written

SKEW_US = DAY_US
"""A message that says it was made longer ago, or so far ahead, is refused: it is one of another day played again."""
PROVIDED = (
    "AnomalyService", "CrisisIncidentService", "IncidentService", "IrregularMigrationIncidentService",
    "LawInfringementIncidentService", "MaritimeSafetyIncidentService", "MovementService", "VesselService",
)  # fmt: skip
"""Services that this node has."""
MOST_SUBSCRIPTIONS = 64
"""Subscriptions of one participant."""


class Asked(NamedTuple):
    """A message of a participant, in a transaction."""

    connection: Connection
    participant: Participant
    message: Message
    content: bytes
    written: Written


def acknowledged(connection: Connection, participant: Participant, content: bytes, written_: Written) -> Message:
    """Take a message; the Acknowledgement. Raises InputError for what is no message at all, or classified."""
    message = message_of(content)
    asked = Asked(connection, participant, message, content, written_)
    try:
        found = _taken(asked)
    except RefusedError as refusal:
        code, _, why = str(refusal).partition(": ")
        return acknowledgement(message, code, why, written_.at_us)
    return acknowledgement(message, "Success", "Message delivered", written_.at_us, found)


def _refuse(code: str, why: str) -> NoReturn:
    """Answer with a code that is no success."""
    message = f"{code}: {why}"
    raise RefusedError(message)


def acknowledgement(
    about: Message | None, code: str, detail: str, at_us: int, services: tuple[Service, ...] = ()
) -> Message:
    """An Acknowledgement of a message, or of what was none."""
    name = content_id("ack", [at_us, code, detail, about.message_id if about is not None else ""])
    return Message(
        kind="Acknowledgement", message_id=uuid_of(cise.NAMESPACE, name), created_at=at_us, code=code, detail=detail,
        correlation_id=None if about is None else about.correlation_id or about.message_id,
        recipient=None if about is None else about.sender, services=services,
        priority="Medium" if about is None or about.priority not in cise_1_5_3.PRIORITIES else about.priority,
    )  # fmt: skip


def _taken(asked: Asked) -> tuple[Service, ...]:
    message = asked.message
    if abs(message.created_at - asked.written.at_us) > SKEW_US:
        _refuse("TimestampError", "CreationDateTime is more than a day from now")
    if message.kind == "Acknowledgement":
        return ()
    if message.sender is None or not message.sender.service_id:
        _refuse("BadRequest", "a message needs a Sender with a ServiceID")
    if message.kind == "Push":
        return _pushed(asked)
    if message.kind == "Feedback":
        return _fed_back(asked)
    if message.kind == "PullRequest":
        return _pulled(asked, message.sender)
    _refuse("BadRequest", f"{message.kind} answers nothing that was asked")


def _pushed(asked: Asked) -> tuple[Service, ...]:
    if not asked.participant.may_add:
        _refuse("Unauthorized", "this participant may not push")
    found = cise.read(asked.content)
    if not found.items:
        _refuse("EntityTypeNotAccepted", ", ".join(sorted({one.what for one in found.losses})) or "no entity")
    origin = Origin(f"CISE: {asked.participant.name} ({asked.participant.node[:16]})", "cise")
    done = items.keep(asked.connection, found.items, origin, asked.written)
    if done.refused:
        raise InputError(done.refused[0][1])
    keys = tuple(items.key_of(origin.source, one.item_id) for one in found.items)
    _changed(asked, lambda one: msgspec.structs.replace(one, came=one.came | {asked.message.message_id: keys}))
    return ()


def _fed_back(asked: Asked) -> tuple[Service, ...]:
    """A participant takes back what it pushed; anything else it says of a message is kept nowhere."""
    if asked.message.feedback != "delete":
        return ()
    keys = standing(asked.connection, asked.participant).came.get(asked.message.about or "")
    if keys is None:
        _refuse("InvalidRequestObject", "no such message was pushed by this participant")
    for key in keys:
        items.withdraw(asked.connection, key, asked.message.detail or "taken back", asked.written)
    return ()


def _pulled(asked: Asked, sender: Service) -> tuple[Service, ...]:
    message = asked.message
    if message.pull_type == "Discover":
        return services(message)
    if message.pull_type == "GetSubscribers":
        mine = standing(asked.connection, asked.participant).subscriptions
        return tuple(Service(service_id=one.service_id, operation="Subscribe", role="Consumer") for one in mine)
    wanted = sender.service_type
    if wanted not in PROVIDED:
        _refuse("ServiceTypeNotSupported", f"supported are {', '.join(PROVIDED)}")
    if message.selectors:
        _refuse("BadRequest", "payload selectors are not understood here")
    if message.pull_type == "Unsubscribe":
        _changed(asked, lambda one: _without(one, sender.service_id))
    elif message.pull_type in {"Subscribe", "Request"}:
        once = message.message_id if message.pull_type == "Request" else None
        new = Subscription(service_id=sender.service_id, service_type=wanted, ends_at=message.ends_at, asked=once)
        _changed(asked, lambda one: _with(one, new))
    else:
        _refuse("BadRequest", "a PullRequest needs a PullType")
    return ()


def services(message: Message) -> tuple[Service, ...]:
    """Services of this node that fit what a discovery asks for; all of them where it names no type."""
    types = {one.service_type for one in message.profiles if one.service_type} or set(PROVIDED)
    return tuple(
        Service(
            service_id=f"hanbada.{name}.subscribe.provider", operation="Subscribe", role="Provider", service_type=name
        )
        for name in PROVIDED if name in types
    )  # fmt: skip


def _without(one: Standing, service_id: str) -> Standing:
    left = tuple(each for each in one.subscriptions if each.service_id != service_id)
    if len(left) == len(one.subscriptions):
        _refuse("InvalidRequestObject", "there is no such subscription")
    sent = {name: each for name, each in one.sent.items() if name != service_id}
    return msgspec.structs.replace(one, subscriptions=left, sent=sent)


def _with(one: Standing, new: Subscription) -> Standing:
    others = tuple(each for each in one.subscriptions if (each.service_id, each.asked) != (new.service_id, new.asked))
    if len(others) >= MOST_SUBSCRIPTIONS:
        _refuse("InternalGatewayFault", f"more than {MOST_SUBSCRIPTIONS} subscriptions")
    return msgspec.structs.replace(one, subscriptions=(*others, new))


def _changed(asked: Asked, how: Callable[[Standing], Standing]) -> None:
    who = asked.participant
    put(asked.connection, who, how(standing(asked.connection, who)), asked.written.at_us)
