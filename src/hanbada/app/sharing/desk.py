"""The desk and its partners: a person marks an alert or incident for release, and from then on its changes follow.

By default nothing leaves. What a marking grants is decided by the release desk each time; what was retracted or judged
to be nothing is recalled. Subjects are what things are called here ("alert/12", "incident/INC-...", "item/3f..." for an
object that was made here or read from a format); the subject
"standing/gap" stands for all alerts of that kind to come, "standing/any" for those of every kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec
from sqlalchemy import select

from hanbada.accord import notices
from hanbada.app.config import KEYS
from hanbada.app.cooperation import laid_over, named
from hanbada.app.sharing import confiding, publishing
from hanbada.app.sharing import ours as own
from hanbada.app.sharing.confiding import Of
from hanbada.app.sharing.door import wall_us
from hanbada.app.sharing.links import acknowledged
from hanbada.incidents import telling
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.sharing import Item, Marking
from hanbada.release.arrival import lent
from hanbada.store import alerts, exchange, incidents, items, marks, register, terms
from hanbada.store.events import Written, deed
from hanbada.store.schema import alert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.desk import AlertView, KeptItem
    from hanbada.model.records import Detection, Incident
    from hanbada.model.register import ConfidenceNotice
    from hanbada.model.sharing import Decision, Released
    from hanbada.release.rules import Terms
    from hanbada.store.exchange import Telling

STANDING = "standing"
_STANDING = f"{marks.OURS}standing"
RELEASE = "standing release"
"""The actor of what a standing release tells."""
NOTHING = ("false_positive",)
"""Dismissals that say it was none: partners are told so by a recall."""


def nameless(_: Detection) -> str | None:
    """Nobody knows what the sea there is called."""
    return None


class Outlook(NamedTuple):
    """What one partner may have of an object, what leaves, and what it was told last."""

    partner: str
    decision: Decision | None
    released: Released | None
    told: Telling | None


class Release(NamedTuple):
    """An object with its marking (None: nobody marked it), and what each partner may have of it."""

    item: Item
    marked: bool
    recalled: bool
    partners: tuple[Outlook, ...]


def unmarked(ours: Ours) -> Marking:
    """The marking of what nobody marked: for nobody."""
    return Marking(tlp="RED", originator=ours.node, grants=())


def mark(
    connection: Connection, ours: Ours, subject: str, marking: Marking, written: Written,
    area_of: Callable[[Detection], str | None] = nameless,
) -> str:  # fmt: skip
    """Release an alert, incident or object as its marking says, or set a standing release; the id it has elsewhere.

    Raises NotFoundError if there is no such thing, UsageError if it is retracted or may not be marked.
    """
    kind, _, name = subject.partition("/")
    if kind == STANDING:
        _stand(connection, name, marking, written)
        return subject
    found = object_of(connection, ours, subject, marking, area_of)
    if found.gone:
        message = f"{subject} was retracted or found to be nothing: there is nothing to release"
        raise UsageError(message)
    publishing.publish(connection, ours, found.item, subject, written)
    return found.item.item_id


def recall(connection: Connection, ours: Ours, subject: str, written: Written) -> bool:
    """Take back what was released; False if it was not. Everyone who was told is told to purge it."""
    kind, _, name = subject.partition("/")
    if kind == STANDING:
        return _stand(connection, name, None, written)
    return publishing.recall(connection, ours, item_id_of(ours, subject), written)


def item_id_of(ours: Ours, subject: str) -> str:
    """What a subject is called elsewhere; an id that is one already stays."""
    return ours.item_id(subject) if "/" in subject else subject


def standing(connection: Connection) -> dict[str, Marking]:
    """Standing releases by kind of alert."""
    return msgspec.convert(marks.get(connection, _STANDING) or {}, dict[str, Marking])


def _stand(connection: Connection, kind: str, marking: Marking | None, written: Written) -> bool:
    before = standing(connection)
    after = {name: one for name, one in before.items() if name != kind}
    if marking is not None:
        after[kind] = marking
    if after == before:
        return False
    marks.put(connection, _STANDING, msgspec.to_builtins(after), written.at_us)
    body = None if marking is None else msgspec.to_builtins(marking)
    deed(connection, written, "standing_release", f"{STANDING}/{kind}", marking=body)
    return True


def object_of(
    connection: Connection, ours: Ours, subject: str, marking: Marking, area_of: Callable[[Detection], str | None]
) -> Of:
    """What a subject names as the release desk sees it now; raises NotFoundError if there is no such thing."""
    kind, _, name = subject.partition("/")
    if kind == "alert" and name.isdecimal():
        view = alerts.view(connection, int(name), wall_us())
        if view is not None:
            found = _of_alert(ours, view, marking, area_of)
            return found._replace(item=confiding.under(connection, found.item, [view.detection]))
    elif kind == "incident":
        return _of_incident(connection, ours, incidents.named(connection, name), marking)
    elif kind == "notice":
        return _of_notice(connection, ours, name, marking)
    elif kind == "report":
        return confiding.of_report(connection, ours, name, marking)
    elif kind == "item" and (kept := items.found(connection, name)) is not None:
        return _of_item(ours, kept, marking)
    message = f"there is no {subject!r}; write alert/NUMBER, incident/ID, item/KEY, report/ID or notice/ID"
    raise NotFoundError(message)


def _of_alert(ours: Ours, view: AlertView, marking: Marking, area_of: Callable[[Detection], str | None]) -> Of:
    its, found = view.alert, view.detection
    item_id = ours.item_id(f"alert/{its.alert_id}")
    item = telling.of_detection(found, item_id, marking, incident=its.incident_id, area=area_of(found))
    return Of(item, found.state == "retracted" or (its.state == "dismissed" and its.reason in NOTHING))


def _of_notice(connection: Connection, ours: Ours, row_id: str, marking: Marking) -> Of:
    """A notice of the register: of an exercise or transit beforehand, an incident at sea, a call on the hot line."""
    item_id = ours.item_id(f"notice/{row_id}")
    if ("notice", row_id) in register.withdrawn(connection):
        return Of(Item(item_id=item_id, data_class="notice", marking=marking, assertions=()), gone=True)
    row = named(laid_over(register.kept(connection), set()), row_id, "notice").row
    item = notices.item_of(cast("ConfidenceNotice", row), marking)
    return Of(msgspec.structs.replace(item, item_id=item_id), gone=False)


def _of_item(ours: Ours, kept: KeptItem, marking: Marking) -> Of:
    """An object that was made here, under our marking; one of others, under our grants and no less marked than it came.

    What it refers to is called as we would call that; whoever was not told of it does not hear of it.
    """
    its = kept.item
    if kept.format:
        item = lent(its, marking, ours.node, f"{kept.format}: {kept.source}")
    else:
        item = msgspec.structs.replace(its, marking=marking)
    refs = tuple(ours.item_id(items.SUBJECT + items.key_of(kept.source, ref)) for ref in its.refs)
    item_id = ours.item_id(items.SUBJECT + kept.key)
    return Of(msgspec.structs.replace(item, item_id=item_id, refs=refs), gone=kept.withdrawn_at is not None)


def _of_incident(connection: Connection, ours: Ours, about: Incident, marking: Marking) -> Of:
    item_id, raised = ours.item_id(f"incident/{about.incident_id}"), _alerts_of(connection, about.incident_id)
    refs = [ours.item_id(f"alert/{one}") for one in raised]
    views = (alerts.view(connection, one, wall_us()) for one in raised)
    findings = [view.detection for view in views if view is not None]
    item = telling.of_incident(about, item_id, marking, refs, findings)
    return Of(confiding.under(connection, item, findings), gone=False)


def subjects_of(connection: Connection, incident: str) -> list[str]:
    """What an incident consists of here: its alerts, then itself."""
    return [*(f"alert/{one}" for one in _alerts_of(connection, incident)), f"incident/{incident}"]


def _alerts_of(connection: Connection, incident: str) -> list[int]:
    wanted = select(alert.c.alert_id).where(alert.c.incident_id == incident).order_by(alert.c.alert_id)
    return list(connection.scalars(wanted))


def follow(
    connection: Connection, ours: Ours, subjects: Sequence[str], written: Written,
    area_of: Callable[[Detection], str | None] = nameless,
) -> None:  # fmt: skip
    """Tell partners what changed of what was released to them, and what a standing release lets them know."""
    kept, standings = exchange.of_subjects(connection, subjects), standing(connection)
    for subject in subjects:
        before = kept.get(subject)
        if before is not None and not before.recalled:
            _again(connection, ours, before, written, area_of)
        elif before is None and standings and subject.startswith("alert/"):
            _standing(connection, ours, subject, standings, written, area_of)


def _again(
    connection: Connection, ours: Ours, before: exchange.Kept, written: Written,
    area_of: Callable[[Detection], str | None],
) -> None:  # fmt: skip
    now = object_of(connection, ours, before.subject, before.item.marking, area_of)
    if now.gone:
        publishing.recall(connection, ours, before.item.item_id, written)
    elif not _alike(now.item, before.item):
        publishing.publish(connection, ours, now.item, before.subject, written)


def _alike(one: Item, other: Item) -> bool:
    return msgspec.json.encode(one, order="deterministic") == msgspec.json.encode(other, order="deterministic")


def _standing(
    connection: Connection, ours: Ours, subject: str, standings: dict[str, Marking], written: Written,
    area_of: Callable[[Detection], str | None],
) -> None:  # fmt: skip
    view = alerts.view(connection, int(subject.partition("/")[2]), wall_us())
    marking = None if view is None else standings.get(view.detection.kind, standings.get("any"))
    if view is None or marking is None or view.alert.state == "held":
        return
    found = _of_alert(ours, view, marking, area_of)
    item = confiding.under(connection, found.item, [view.detection])
    if not found.gone:
        publishing.publish(connection, ours, item, subject, Written(by=RELEASE, at_us=written.at_us))


def following(
    home: Path, area_of: Callable[[Detection], str | None] = nameless
) -> Callable[[Connection, Sequence[str], Written], None]:
    """What the desk calls in each of its transactions; nothing happens at a node without a name."""

    def changed(connection: Connection, subjects: Sequence[str], written: Written) -> None:
        if subjects and own.known(connection) is not None:
            ours = own.opened(connection, home / KEYS)
            # Terms live by the wall clock, whatever time the picture shows.
            follow(connection, ours, subjects, Written(by=written.by, at_us=wall_us()), area_of)

    return changed


def release_of(
    connection: Connection, ours: Ours, subject: str, marking: Marking | None = None,
    area_of: Callable[[Detection], str | None] = nameless,
) -> Release:  # fmt: skip
    """What each partner may have of an object as it is marked, or would be with another marking; sends nothing.

    `subject` may be the id of an object of ours, or of one that came. Raises NotFoundError if there is none.
    """
    kept = exchange.kept(connection, item_id_of(ours, subject))
    if kept is None:
        given = marking or unmarked(ours)
        item = _came(connection, subject) or object_of(connection, ours, subject, given, area_of).item
    elif marking is not None and kept.subject.startswith(items.SUBJECT):
        item = object_of(connection, ours, kept.subject, marking, area_of).item
    else:
        item = kept.item if marking is None else msgspec.structs.replace(kept.item, marking=marking)
    known, now_us = publishing.terms_of(connection, ours), wall_us()
    outlooks = tuple(_outlook(connection, item, node, known, now_us) for node in sorted(known.partners))
    return Release(item, kept is not None, kept is not None and kept.recalled, outlooks)


def _came(connection: Connection, item_id: str) -> Item | None:
    found = (one.received for one in exchange.all_came(connection) if one.item_id == item_id)
    return next((one.item for one in found if one is not None), None)


def _outlook(connection: Connection, item: Item, node: str, known: Terms, now_us: int) -> Outlook:
    heard = publishing.best(connection, item, node, known, now_us)
    return Outlook(node, heard.decision, heard.released, exchange.told(connection, node, item.item_id))


def tellings(connection: Connection, item_id: str | None = None) -> list[dict[str, Any]]:
    """What was told to whom, and whether they have it, as the ledger of sharing shows it."""
    names = {node: one.partner.name for node, one in terms.partners(connection).items()}
    links = {node: found for node, (found, _) in exchange.links(connection).items()}
    subjects = {one.item.item_id: one.subject for one in exchange.items(connection)}
    return [
        {
            "partner": names.get(one.node, one.node), "item": one.item_id, "subject": subjects[one.item_id],
            "community": one.community, "version": one.version, "outcome": "recalled" if one.recalled else "told",
            "told_at": one.told_at, "acknowledged": acknowledged(links.get(one.node), one),
            "purged_at": one.purged_at,
        }
        for one in exchange.tellings(connection, item_id=item_id)
    ]  # fmt: skip


def arrivals(connection: Connection, item_id: str | None = None) -> list[dict[str, Any]]:
    """What came from whom: facts by name where it is live, only that it came where it is not."""
    names = {node: one.partner.name for node, one in terms.partners(connection).items()}
    states = ("live", "waiting", "recalled", "expired", "refused")
    return [
        {
            "partner": names.get(one.partner, one.partner), "origin": one.origin, "item": one.item_id,
            "state": one.state, "version": one.version, "community": one.community, "came_at": one.came_at,
            "tlp": None if one.received is None else one.received.item.marking.tlp,
            "said": None if one.received is None else _said(one.received.item),
        }
        for one in exchange.all_came(connection, states)
        if item_id in {None, one.item_id}
    ]  # fmt: skip


def _said(item: Item) -> dict[str, Any]:
    return {fact.name: fact.value for fact in item.assertions}
