"""Messages of the CISE service model: Push, PullRequest, PullResponse, Feedback, Acknowledgement.

A message is an envelope (who, to whom, about which earlier message) and at most one payload with its handling. What is
above NonClassified is refused in both directions: this system is for unclassified use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

from msgspec import Struct

from hanbada.model.errors import InputError
from hanbada.model.times import iso, parse_iso
from hanbada.share.formats import cise_1_5_3 as cise
from hanbada.share.formats.markup import child, children, document, local, parsed, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Part: TypeAlias = "str | ET.Element | Iterable[str | ET.Element] | None"
TYPE = f"{{{cise.XSI_NS}}}type"


class Service(Struct, frozen=True, kw_only=True):
    """One end of a message: an id like `kr.hanbada.incident.push.provider`, and what it does."""

    service_id: str
    operation: str = "Push"
    role: str | None = None
    service_type: str | None = None


class Payload(Struct, frozen=True, kw_only=True):
    """What is carried, and how it must be treated. `until_at` is when it must be gone."""

    entities: tuple[ET.Element, ...] = ()
    level: str = "NonClassified"
    sensitivity: str = "NonSpecified"
    personal: bool = False
    purpose: str = "NonSpecified"
    until_at: int | None = None


class Message(Struct, frozen=True, kw_only=True):
    """A message; which of the later fields it has depends on its `kind`.

    `detail` is the AckDetail, ErrorDetail or Reason; `selectors` are (XPath, operator) and are not evaluated here;
    `services` are those of an Acknowledgement that answers a discovery.
    """

    kind: str
    message_id: str
    created_at: int
    priority: str = "Medium"
    requires_ack: bool = False
    correlation_id: str | None = None
    context_id: str | None = None
    sender: Service | None = None
    recipient: Service | None = None
    payload: Payload | None = None
    pull_type: str | None = None
    ends_at: int | None = None
    selectors: tuple[tuple[str, str], ...] = ()
    profiles: tuple[Service, ...] = ()
    code: str | None = None
    detail: str | None = None
    feedback: str | None = None
    about: str | None = None
    services: tuple[Service, ...] = ()


def node(tag: str, parts: Mapping[str, Part], kind: str | None = None) -> ET.Element:
    """An element with its parts in the order of its class; `kind` names the class where it is told by `xsi:type`."""
    element = ET.Element(tag)
    if kind is not None:
        element.set(TYPE, ET.QName(f"{cise.ENTITY_NS}{cise.TYPES[kind]}/", kind))  # type: ignore[arg-type]
    order = cise.ORDER["Location" if kind == "NamedLocation" else kind or tag]
    for name in sorted(parts, key=order.index):
        for part in _each(parts[name]):
            element.append(leaf(name, part) if isinstance(part, str) else part)
    return element


def leaf(tag: str, said: str) -> ET.Element:
    """An element that is text."""
    element = ET.Element(tag)
    element.text = said
    return element


def _each(part: Part) -> Iterable[str | ET.Element]:
    if part is None:
        return ()
    return (part,) if isinstance(part, (str, ET.Element)) else part


def written(message: Message) -> bytes:
    """The bytes of a message."""
    parts: dict[str, Part] = {
        "ContextID": message.context_id,
        "CorrelationID": message.correlation_id,
        "CreationDateTime": iso(message.created_at),
        "MessageID": message.message_id,
        "Priority": message.priority,
        "RequiresAck": _flag(message.requires_ack),
        "Sender": _service("Sender", message.sender),
        "Recipient": _service("Recipient", message.recipient),
        "Payload": _payload(message.payload),
        **_own_parts(message),
    }
    root = node(message.kind, {name: part for name, part in parts.items() if part is not None})
    root.tag = f"{{{cise.MESSAGE_NS}}}{message.kind}"
    return document(root)


def _own_parts(message: Message) -> dict[str, Part]:
    if message.kind == "Acknowledgement":
        services = [found for one in message.services if (found := _service("DiscoveredServices", one)) is not None]
        return {"AckCode": message.code, "AckDetail": message.detail, "DiscoveredServices": services}
    if message.kind == "PullResponse":
        return {"ErrorDetail": message.detail, "ResultCode": message.code}
    if message.kind == "Feedback":
        return {"FeedbackType": message.feedback, "Reason": message.detail, "RefMessageID": message.about}
    if message.kind == "PullRequest":
        return {"PullType": message.pull_type, "Requests": _subscription(message.ends_at)}
    return {}


def _subscription(ends_at: int | None) -> ET.Element | None:
    if ends_at is None:
        return None
    element = node("Requests", {"SubscriptionEnd": iso(ends_at)})
    element.set(TYPE, ET.QName(cise.SERVICE_NS, "SubscriptionCapability"))  # type: ignore[arg-type]
    return element


def _service(tag: str, service: Service | None) -> ET.Element | None:
    if service is None:
        return None
    return node(
        tag,
        {
            "ServiceID": service.service_id,
            "ServiceOperation": service.operation,
            "ServiceRole": service.role,
            "ServiceType": service.service_type,
        },
    )


def _payload(payload: Payload | None) -> ET.Element | None:
    if payload is None:
        return None
    if payload.level not in cise.UNCLASSIFIED:
        message = f"refused: {payload.level} must not be sent: this system is for unclassified use"
        raise InputError(message)
    element = node(
        "Payload",
        {
            "InformationSecurityLevel": payload.level,
            "InformationSensitivity": payload.sensitivity,
            "IsPersonalData": _flag(payload.personal),
            "Purpose": payload.purpose,
            "RetentionPeriod": None if payload.until_at is None else iso(payload.until_at),
            "EnsureEncryption": "false",
            "*": payload.entities,
        },
    )
    element.set(TYPE, ET.QName(cise.MESSAGE_NS, "XmlEntityPayload"))  # type: ignore[arg-type]
    return element


def _flag(value: bool) -> str:  # noqa: FBT001 - it is the value
    return "true" if value else "false"


def message_of(content: bytes, what: str = "CISE message") -> Message:
    """The message in some bytes; raises InputError naming `what` if there is none, or if it is classified."""
    root = parsed(content, what)
    kind = local(root)
    if kind not in cise.MESSAGES or not root.tag.startswith("{" + cise.MESSAGE_NS):
        fault = f"{what}: <{kind}> is no message of CISE ({cise.MESSAGE_NS})"
        raise InputError(fault)
    created = _time(root, "CreationDateTime")
    message_id = text(root, "MessageID")
    if created is None or message_id is None:
        fault = f"{what}: no {'MessageID' if message_id is None else 'CreationDateTime that is a time'}"
        raise InputError(fault)
    return Message(
        kind=kind, message_id=message_id, created_at=created, priority=text(root, "Priority") or "Medium",
        requires_ack=text(root, "RequiresAck") in {"true", "1"}, correlation_id=text(root, "CorrelationID"),
        context_id=text(root, "ContextID"), sender=_end(child(root, "Sender")),
        recipient=_end(child(root, "Recipient")), payload=_carried(child(root, "Payload"), what),
        pull_type=_one_of(root, "PullType", cise.PULLS), ends_at=_time(child(root, "Requests"), "SubscriptionEnd"),
        selectors=tuple(_selectors(root)), profiles=tuple(_ends(root, "DiscoveryProfiles")),
        code=text(root, "AckCode") or text(root, "ResultCode"),
        detail=text(root, "AckDetail") or text(root, "ErrorDetail") or text(root, "Reason"),
        feedback=_one_of(root, "FeedbackType", cise.FEEDBACKS), about=text(root, "RefMessageID"),
        services=tuple(_ends(root, "DiscoveredServices")),
    )  # fmt: skip


def _time(element: ET.Element | None, name: str) -> int | None:
    said = None if element is None else text(element, name)
    return None if said is None else parse_iso(said)


def _one_of(root: ET.Element, name: str, known: Sequence[str]) -> str | None:
    said = text(root, name)
    return said if said in known else None


def _ends(root: ET.Element, name: str) -> Iterable[Service]:
    return (found for one in children(root, name) if (found := _end(one)) is not None)


def _end(element: ET.Element | None) -> Service | None:
    if element is None:
        return None
    return Service(
        service_id=text(element, "ServiceID") or "",
        operation=text(element, "ServiceOperation") or "",
        role=text(element, "ServiceRole"),
        service_type=text(element, "ServiceType"),
    )


def _selectors(root: ET.Element) -> Iterable[tuple[str, str]]:
    asked = child(root, "PayloadSelector")
    for one in () if asked is None else children(asked, "Selectors"):
        yield text(one, "Selector") or "", text(one, "Operator") or ""


def _carried(element: ET.Element | None, what: str) -> Payload | None:
    if element is None:
        return None
    level = text(element, "InformationSecurityLevel") or "NonSpecified"
    if level not in cise.UNCLASSIFIED:
        fault = f"{what}: refused: it is marked {level}, and this system is for unclassified use"
        raise InputError(fault)
    if text(element, "Entities") is not None or text(element, "EnsureEncryption") in {"true", "1"}:
        fault = f"{what}: an encrypted payload cannot be read here"
        raise InputError(fault)
    return Payload(
        entities=tuple(one for one in element if local(one) not in cise.ORDER["Payload"]),
        level=level,
        sensitivity=text(element, "InformationSensitivity") or "NonSpecified",
        personal=text(element, "IsPersonalData") in {"true", "1"},
        purpose=text(element, "Purpose") or "NonSpecified",
        until_at=_time(element, "RetentionPeriod"),
    )


def kind_of(element: ET.Element) -> str:
    """The class of an element: what its `xsi:type` says, else its name."""
    return (element.get(TYPE) or "").rpartition(":")[2] or local(element)


def raw(element: ET.Element | None, name: str) -> str | None:
    """What stands in a child with its spaces, None if nothing does."""
    found = child(element, name)
    return None if found is None else found.text or None
