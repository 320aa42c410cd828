"""What comes in: what is new in a frame is kept or refused, and the answer says how far we have come.

Everything a frame leads to, the ledger included, is one transaction: the answer is only sent when all of it is on disk,
and whatever comes twice changes nothing.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hanbada.app.sharing import auditing, chartering, publishing
from hanbada.app.sharing.links import send
from hanbada.model.errors import HanbadaError, InputError, RefusedError
from hanbada.model.exchange import SUSPENDING, URGENT, Receipt
from hanbada.release.arrival import judged, received
from hanbada.share.exchange import charters, frames, keys, plain, statements, witness
from hanbada.share.exchange import link as chain
from hanbada.share.exchange.seal import kind_of, seal, unseal
from hanbada.store import exchange, ledger, terms
from hanbada.store.events import Written, deed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import Alarm, Entry, Frame, KeyDocument, Link, Statement
    from hanbada.release.rules import Terms
    from hanbada.store.exchange import Came

RECEIPT = "receipt+json;v=1"


class Taken(NamedTuple):
    """What a frame came to: the partner it is of, how many entries were new, and what was wrong."""

    partner: str
    fresh: int
    alarms: tuple[tuple[Alarm, str], ...]


class Inlet(NamedTuple):
    """All that taking an entry needs."""

    connection: Connection
    ours: Ours
    terms: Terms
    pinned: dict[str, KeyDocument]
    written: Written


def receive(connection: Connection, ours: Ours, wire: bytes, written: Written) -> Taken:
    """Take a frame of a partner. Raises InputError for what is no frame of a partner to us: nothing is kept of it."""
    inlet = _inlet(connection, ours, written)
    frame = _frame(inlet.pinned, ours, wire)
    link = exchange.link_to(connection, frame.sender)
    if link.suspended:
        message = f"the link with {frame.sender} is suspended: {link.suspended}"
        raise InputError(message)
    arrival = chain.arrived(link, frame, lambda lane, seq: exchange.head_of(connection, link.partner, lane, seq))
    wrong = [*arrival.alarms, *_entered(inlet, arrival.link, arrival.fresh)]
    # Taking entries may have put something on the link itself: receipts, signatures.
    now = exchange.link_to(connection, link.partner)
    grown = msgspec.structs.replace(arrival.link, sent=now.sent, suspended=_suspended(arrival.link, wrong))
    exchange.put_link(connection, grown, heard_at=written.at_us)
    if grown.acked != link.acked:
        exchange.drop_acknowledged(connection, grown)
    for alarm, why in wrong:
        deed(connection, written, f"alarm_{alarm}", f"partner/{link.partner}", why=why)
    return Taken(link.partner, len(arrival.fresh), tuple(wrong))


def _inlet(connection: Connection, ours: Ours, written: Written) -> Inlet:
    return Inlet(connection, ours, publishing.terms_of(connection, ours), _pinned(connection), written)


def opened(connection: Connection, ours: Ours, wire: bytes) -> Frame:
    """A frame of a partner to us whose signature is good; raises InputError otherwise. Nothing is kept."""
    return _frame(_pinned(connection), ours, wire)


def _pinned(connection: Connection) -> dict[str, KeyDocument]:
    return {node: keys.read_document(one.keys) for node, one in terms.partners(connection).items()}


def _frame(pinned: Mapping[str, KeyDocument], ours: Ours, wire: bytes) -> Frame:
    # Who holds a revoked key speaks no more, not even about what came before.
    signers = {node: keys.live_signer(one) for node, one in pinned.items()}
    return frames.unpack(wire, signers.get, ours.node, lambda came: _announced(pinned[came.sender], came))


def _announced(pinned: KeyDocument, came: Frame) -> Callable[[bytes], bytes | None]:
    """The keys that a frame itself brings, certified by the root we pinned: it may be signed with one of the last."""
    for body in reversed(came.lanes.get(URGENT, (1, ()))[1]):
        if kind_of(body) == keys.KIND:
            with suppress(HanbadaError):
                return keys.live_signer(keys.read_document(body, pinned))
    return lambda _: None


def _suspended(link: Link, wrong: list[tuple[Alarm, str]]) -> str:
    return link.suspended or next((alarm for alarm, _ in wrong if alarm in SUSPENDING), "")


def _entered(inlet: Inlet, link: Link, fresh: tuple[Entry, ...]) -> list[tuple[Alarm, str]]:
    """Take each entry; what was wrong. One that cannot be read is refused, the rest is taken.

    Statements that follow each other are taken together; a charter among them may be what the next ones need.
    """
    wrong: list[tuple[Alarm, str]] = []
    for kind, run in groupby(fresh, _kind):
        if kind == statements.KIND:
            wrong += _told(inlet, link.partner, run)
        else:
            wrong += [one for entry in run for one in _guarded(_enter, inlet, link.partner, entry)]
        if kind == charters.KIND:
            inlet = inlet._replace(terms=publishing.terms_of(inlet.connection, inlet.ours))
    return wrong


def _kind(entry: Entry) -> str:
    try:
        return kind_of(entry.body)
    except InputError:
        return ""


def _guarded(
    take: Callable[[Inlet, str, Entry], list[tuple[Alarm, str]]], inlet: Inlet, partner: str, entry: Entry
) -> list[tuple[Alarm, str]]:
    try:
        return take(inlet, partner, entry)
    except InputError as error:
        return [("form", f"entry {entry.seq} of lane {entry.lane}: {error}")]
    except RefusedError as error:
        return [("terms", f"entry {entry.seq} of lane {entry.lane}: {error}")]


def _enter(inlet: Inlet, partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
    kinds: dict[str, Callable[[Inlet, str, Entry], list[tuple[Alarm, str]]]] = {
        RECEIPT: _purged,
        charters.KIND: _charter,
        charters.EXPELLED: _expelled,
        keys.KIND: _keys,
        witness.ASK: _checkpoint,
        witness.ANSWER: _cosignature,
    }
    take = kinds.get(kind_of(entry.body))
    if take is None:
        message = "of a kind this program does not know; one of both nodes needs a newer program"
        raise InputError(message)
    return take(inlet, partner, entry)


def _told(inlet: Inlet, partner: str, entries: Iterable[Entry]) -> list[tuple[Alarm, str]]:
    """Judge statements and keep those that may be kept; what was wrong with the others."""
    keeping: list[tuple[Statement, bytes | None]] = []

    def judge(inlet: Inlet, partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
        claim = statements.claim(entry.body)
        pinned = inlet.pinned.get(claim.origin)
        if pinned is None:
            return [("relay", f"a statement of {claim.origin[:64]!r}, which is no partner")]
        statement, public = statements.proven(claim, keys.signer(pinned))
        if claim.origin == partner and not keys.believed(pinned, public, entry.lane, entry.seq):
            where = f"entry {entry.seq} of lane {entry.lane}"
            return [("signature", f"{where} is signed with a key that was revoked before it")]
        verdict = judged(statement, partner, inlet.terms)
        if verdict.alarm is not None:
            return [(verdict.alarm, verdict.why)]
        keeping.append((statement, entry.body if verdict.state == "wait" else None))
        return []

    wrong = [one for entry in entries for one in _guarded(judge, inlet, partner, entry)]
    _take(inlet, partner, keeping)
    return wrong


def _take(inlet: Inlet, partner: str, told: Sequence[tuple[Statement, bytes | None]]) -> None:
    """Keep what was told in place of older versions; a late version changes nothing. What waits is kept as sealed."""
    before = exchange.came_of(inlet.connection, partner, [statement.item_id for statement, _ in told])
    changed: dict[tuple[str, str], Came] = {}
    deeds, recalls = [], []
    for statement, waiting in told:
        key = statement.origin, statement.item_id
        if not _newer(statement, changed.get(key) or before.get(key)):
            continue
        changed[key] = _came(partner, statement, waiting, inlet.written.at_us)
        deeds.append(_deed(partner, statement, inlet.written))
        recalls += [statement] if statement.facts is None and statement.origin == partner else []
    exchange.put_came(inlet.connection, list(changed.values()))
    ledger.append(inlet.connection, deeds, inlet.written.at_us)
    for statement in recalls:
        _send_receipt(inlet, partner, statement)


def _newer(statement: Statement, before: Came | None) -> bool:
    """Whether a statement says more than what came before it, or is what waited for its terms."""
    if before is None or statement.version > before.version:
        return True
    return statement.version == before.version and before.state == "waiting"


def _deed(partner: str, statement: Statement, written: Written) -> ledger.Deed:
    return ledger.Deed(
        actor=written.by,
        action="came_recall" if statement.facts is None else "came",
        object_id=f"item/{statement.item_id}",
        body={
            "partner": partner,
            "origin": statement.origin,
            "version": statement.version,
            "community": statement.community,
        },
    )


def _came(partner: str, statement: Statement, waiting: bytes | None, now_us: int) -> Came:
    until = None if statement.handling is None else statement.handling.until_at
    kept = received(statement, partner, now_us)
    state = "recalled" if kept is None else "waiting" if waiting is not None else "live"
    if state == "live" and until is not None and until <= now_us:
        state, kept = "expired", None
    return exchange.Came(
        partner=partner, origin=statement.origin, item_id=statement.item_id, version=statement.version,
        community=statement.community, charter=statement.charter, state=state, came_at=now_us, until_at=until,
        body=waiting if state == "waiting" else None if kept is None else plain.write(kept),
    )  # fmt: skip


def _send_receipt(inlet: Inlet, partner: str, statement: Statement) -> None:
    receipt = Receipt(
        item_id=statement.item_id,
        origin=statement.origin,
        version=statement.version,
        by=inlet.ours.node,
        purged_at=inlet.written.at_us,
    )
    send(inlet.connection, inlet.ours, partner, seal(plain.write(receipt), inlet.ours.key, RECEIPT))


def _purged(inlet: Inlet, partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
    receipt = plain.read(unseal(entry.body, RECEIPT, keys.signer(inlet.pinned[partner])).payload, Receipt)
    telling = exchange.told(inlet.connection, partner, receipt.item_id)
    if telling is not None and receipt.version < telling.version:
        return []
    if receipt.by != partner or telling is None or not telling.recalled:
        return [("form", f"a receipt of {receipt.by[:64]!r} for what it was not asked to purge")]
    purged = msgspec.structs.replace(telling, purged_at=receipt.purged_at)
    exchange.put_telling(inlet.connection, purged)
    deed(inlet.connection, inlet.written, "purged", f"item/{receipt.item_id}", by=partner, version=receipt.version)
    return []


def _keys(inlet: Inlet, partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
    found = keys.read_document(entry.body, inlet.pinned[partner])
    about = terms.partners(inlet.connection)[partner].partner
    renamed = msgspec.structs.replace(about, name=found.name, organisation=about.organisation)
    terms.put_partner(inlet.connection, renamed, entry.body, inlet.written)
    inlet.pinned[partner] = found
    return []


def _checkpoint(inlet: Inlet, partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
    return auditing.cosign(inlet.connection, inlet.ours, inlet.pinned[partner], entry.body, inlet.written)


def _cosignature(inlet: Inlet, partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
    return auditing.answered(inlet.connection, inlet.pinned[partner], entry.body)


def _charter(inlet: Inlet, _partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
    found = chartering.signed_by_other(inlet.connection, inlet.ours, entry.body, inlet.written)
    if found is not None:
        reconsider(inlet.connection, inlet.ours, inlet.written, [one.node for one in found.community.members])
    return []


def _expelled(inlet: Inlet, partner: str, entry: Entry) -> list[tuple[Alarm, str]]:
    said = charters.read_expelled(entry.body, keys.signer(inlet.pinned[partner]))
    chartering.told_out(inlet.connection, inlet.ours, partner, said, inlet.written)
    return []


def reconsider(connection: Connection, ours: Ours, written: Written, nodes: Iterable[str] | None = None) -> None:
    """After terms changed: judge again what waited for them, and tell partners (`nodes`) what they may have now."""
    inlet = _inlet(connection, ours, written)
    for one in exchange.all_came(inlet.connection, ("waiting",)):
        if one.body is None or one.origin not in inlet.pinned:
            continue
        statement = statements.read(one.body, keys.signer(inlet.pinned[one.origin]))
        verdict = judged(statement, one.partner, inlet.terms)
        if verdict.state == "keep":
            _take(inlet, one.partner, [(statement, None)])
        elif verdict.alarm is not None:
            exchange.put_came(inlet.connection, [msgspec.structs.replace(one, state="refused", body=None)])
            deed(inlet.connection, inlet.written, f"alarm_{verdict.alarm}", f"partner/{one.partner}", why=verdict.why)
    publishing.retell(connection, ours, written, nodes)


def expire(connection: Connection, written: Written) -> int:
    """Forget the content of what may no longer be kept; how much that was."""
    gone = exchange.run_out(connection, written.at_us)
    exchange.put_came(connection, [msgspec.structs.replace(one, state="expired", body=None) for one in gone])
    for one in gone:
        deed(connection, written, "expired", f"item/{one.item_id}", partner=one.partner, origin=one.origin)
    return len(gone)
