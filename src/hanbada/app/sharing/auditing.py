"""The audit log of this node: intervals of the ledger closed by the clock, checkpoints that partners cosign, proofs.

One leaf for each interval whether anything happened or not: what partners see grows with time alone. An entry that is
made in an interval which is still open is not under any checkpoint yet; that is the only span in which a change of the
past could go unnoticed.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import msgspec

from hanbada.app.sharing.links import send
from hanbada.model.errors import InputError, NotFoundError
from hanbada.share.exchange import intervals, keys, logged, notes, plain, tree, witness
from hanbada.share.exchange.intervals import Content
from hanbada.share.exchange.notes import Checkpoint
from hanbada.share.exchange.seal import seal, unseal
from hanbada.store import audit, exchange, ledger, terms
from hanbada.store.audit import Cosignature, Cosigning, KeptCheckpoint, KeptNode, Leaf
from hanbada.store.events import deed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import Alarm, KeyDocument
    from hanbada.share.exchange.intervals import Interval
    from hanbada.share.exchange.notes import NoteKey
    from hanbada.store.events import Written

    Alarms = list[tuple[Alarm, str]]

INTERVAL_US = 5 * 60 * 1_000_000
"""How long an interval is: within it the order of things is not told, and nobody else can vouch for it yet."""
EVERY_US = 60 * 60 * 1_000_000
"""How often partners are asked to cosign: a kilobyte an hour on a quiet link."""
RETRY_US = 24 * EVERY_US
"""A partner that has not answered is asked again after so long, so that nothing heaps up for one that is away."""


def advance(connection: Connection, ours: Ours, written: Written) -> None:
    """Close the intervals that have ended, and ask the partners whose turn it is to cosign; to be called often."""
    close(connection, ours, written.at_us)
    due, last = _partners_due(connection, written.at_us), audit.checkpoint(connection)
    if due or last is None or written.at_us - last.at >= EVERY_US:
        now = checkpoint(connection, ours, written.at_us)
        for standing in due:
            _ask(connection, ours, standing, now, written.at_us)


def is_due(connection: Connection, now_us: int) -> bool:
    """Whether `advance` has anything to do: asked before the one connection that writes is taken for it."""
    last, made = audit.latest_leaf(connection), audit.checkpoint(connection)
    if last is None or made is None or last.closed_at + INTERVAL_US <= now_us:
        return True
    return bool(_partners_due(connection, now_us))


def close(connection: Connection, ours: Ours, now_us: int) -> int:
    """Close every interval that has ended; how many that were.

    The first one to be closed has all entries so far. A clock that was set back closes nothing until it has caught up.
    """
    last = audit.latest_leaf(connection)
    number, before, ended = (0, 0, now_us - now_us % INTERVAL_US - INTERVAL_US) if last is None else (
        last.number + 1, last.last_seq, last.closed_at,
    )  # fmt: skip
    head, fresh, nodes = ledger.head(connection)[0], list[Leaf](), dict[tuple[int, int], bytes]()
    kept = audit.hashes(connection)
    for closed_at in range(ended + INTERVAL_US, now_us + 1, INTERVAL_US):
        one = Leaf(
            number=number,
            closed_at=closed_at,
            last_seq=head,
            root=_interval(connection, ours, number, before, head).root,
        )
        leaf_hash = tree.leaf_hash(intervals.record(closed_at, one.root))
        for whole in tree.grown(lambda *at: nodes.get(at) or kept(*at), number, leaf_hash):
            nodes[whole.level, whole.number] = whole.hash
        fresh.append(one)
        number, before = number + 1, head
    audit.put_leaves(connection, fresh, [KeptNode(level=at[0], number=at[1], hash=one) for at, one in nodes.items()])
    return len(fresh)


def contents(connection: Connection, before: int, last: int) -> dict[int, Content]:
    """Entries of the ledger after one up to another, as they stand in an interval."""
    found = takewhile(lambda one: one.seq <= last, ledger.entries(connection, before) if last > before else ())
    return {one.seq: content(one) for one in found}


def content(entry: ledger.Entry) -> Content:
    """What of an entry is shown."""
    return Content(
        at=entry.at, actor=entry.actor, action=entry.action, object_id=entry.object_id, body=entry.body
    )  # fmt: skip


def _interval(connection: Connection, ours: Ours, number: int, before: int, last: int) -> Interval:
    return intervals.sealed(intervals.secret_of(ours.naming, number), contents(connection, before, last))


# checkpoints


def extent(connection: Connection) -> tuple[int, int]:
    """How many leaves the log has, and the last entry of the ledger that is under one."""
    last = audit.latest_leaf(connection)
    return (0, 0) if last is None else (last.number + 1, last.last_seq)


def log_key(ours: Ours) -> NoteKey:
    """The key that our checkpoints are signed with now."""
    return notes.log_key(ours.node, bytes(ours.key.verify_key))


def log_keys(document: KeyDocument) -> list[NoteKey]:
    """The keys that checkpoints of a node may be signed with."""
    return [notes.log_key(document.node, one.public) for one in document.keys if not one.revoked]


def cosigner_keys(document: KeyDocument) -> list[NoteKey]:
    """The keys that a node may cosign with."""
    return [notes.cosigner_key(document.node, one.public) for one in document.keys if not one.revoked]


def checkpoint(connection: Connection, ours: Ours, now_us: int) -> KeptCheckpoint:
    """Our checkpoint of the tree as it is, signed if it was not before."""
    size, _ = extent(connection)
    kept = audit.checkpoint(connection, size)
    if kept is None:
        name = log_key(ours).name
        state = Checkpoint(name, size, tree.root(audit.hashes(connection), size))
        kept = KeptCheckpoint(size=size, at=now_us, note=notes.signed(state, name, ours.key))
        audit.put_checkpoint(connection, kept)
    return kept


def _partners_due(connection: Connection, now_us: int) -> list[Cosigning]:
    """The partners whose turn it is, but for those whose link is suspended: nothing would reach them."""
    standing, links = audit.cosignings(connection), exchange.links(connection)
    known = [one for one in terms.partners(connection) if one in links and not links[one][0].suspended]
    return [one for node in known if _due(one := standing.get(node, Cosigning(partner=node)), now_us)]


def _due(one: Cosigning, now_us: int) -> bool:
    return one.asked_at is None or now_us - one.asked_at >= (EVERY_US if one.asked_size is None else RETRY_US)


def _ask(connection: Connection, ours: Ours, one: Cosigning, now: KeptCheckpoint, now_us: int) -> None:
    old = min(one.told_size, now.size)
    path = tree.consistency(audit.hashes(connection), old, now.size)
    request = witness.write(old, path, now.note)
    send(connection, ours, one.partner, seal(request, ours.key, witness.ASK))
    audit.put_cosigning(connection, msgspec.structs.replace(one, asked_size=now.size, asked_at=now_us))


def cosign(connection: Connection, ours: Ours, partner: KeyDocument, body: bytes, written: Written) -> Alarms:
    """Answer a partner that asks to cosign its checkpoint; what is wrong with its log, if anything is.

    Raises InputError for what is no such request.
    """
    asked = witness.read(unseal(body, witness.ASK, keys.signer(partner)).payload)
    note = notes.read(asked.note)
    found = notes.read_checkpoint(note.text)
    if not any(found.origin == key.name and notes.signed_by(note, key) for key in log_keys(partner)):
        return [("signature", f"a checkpoint of {found.origin[:80]!r} that {partner.name} did not sign")]
    one = audit.cosignings(connection).get(partner.node, Cosigning(partner=partner.node))
    known = None if one.seen_note is None else notes.read_checkpoint(notes.read(one.seen_note).text)
    judged = witness.judge(known, asked, found)
    if judged.alarm is not None:
        # Both are signed by the partner: kept, they prove to anybody that its log is not one log.
        deed(connection, written, "audit_evidence", f"partner/{partner.node}", known=one.seen_note, found=asked.note)
        return [(judged.alarm, judged.why)]
    text = str(0 if known is None else known.size)
    if judged.status == witness.COSIGNED:
        audit.put_cosigning(connection, msgspec.structs.replace(one, seen_at=written.at_us, seen_note=asked.note))
        name = notes.cosigner_key(ours.node, b"").name
        text = notes.cosignature(found, name, ours.key, written.at_us // 1_000_000)
    answer = witness.Answer(size=found.size, status=judged.status, text=text)
    send(connection, ours, partner.node, seal(plain.write(answer), ours.key, witness.ANSWER))
    return []


def answered(connection: Connection, partner: KeyDocument, body: bytes) -> Alarms:
    """Take a partner's answer to what it was asked to cosign; what is wrong with it, if anything is.

    Raises InputError for what is no such answer.
    """
    answer = plain.read(unseal(body, witness.ANSWER, keys.signer(partner)).payload, witness.Answer)
    one, asked = audit.cosignings(connection).get(partner.node), audit.checkpoint(connection, answer.size)
    if one is None or asked is None:
        return [("form", f"{partner.name} cosigned what it was not asked to")]
    if answer.status == witness.COSIGNED:
        known, alarms = answer.size, _cosigned(connection, partner, asked, answer.text)
    else:
        known, alarms = _known_there(connection, partner, answer)
    if not alarms:
        waits = None if one.asked_size == answer.size else one.asked_size
        audit.put_cosigning(connection, msgspec.structs.replace(one, asked_size=waits, told_size=known))
    return alarms


def _cosigned(connection: Connection, partner: KeyDocument, asked: KeptCheckpoint, line: str) -> Alarms:
    note = notes.read(notes.with_lines(asked.note, [line]))
    at_s = logged.cosigners_of(note, cosigner_keys(partner)).values()
    if not at_s or len(note.signatures) != 2:
        return [("signature", f"{partner.name} cosigned a checkpoint with a signature that is not good")]
    made = Cosignature(size=asked.size, partner=partner.node, at=min(at_s) * 1_000_000, line=line)
    audit.put_cosignature(connection, made)
    return []


def _known_there(connection: Connection, partner: KeyDocument, answer: witness.Answer) -> tuple[int, Alarms]:
    """The size at which the partner knows our log: the next proof begins there."""
    size, _ = extent(connection)
    if answer.status != witness.CONFLICT or not answer.text.isdecimal() or len(answer.text) > 15:
        message = f"{partner.name} answered a checkpoint with {answer.status}, which says nothing"
        raise InputError(message)
    known = int(answer.text)
    cut = f"{partner.name} saw {known} leaves of our audit log, which has {size}: it was cut"
    return known, [("rollback", cut)] if known > size else []


def accept(connection: Connection, partner: str, why: str, written: Written) -> None:
    """Begin again with a partner's log after a person has spoken with it: what was seen of it counts no more.

    Raises NotFoundError if nothing was seen of it.
    """
    one = audit.cosignings(connection).get(partner)
    if one is None or one.seen_note is None:
        message = f"no audit log of {partner!r} was seen here"
        raise NotFoundError(message)
    deed(connection, written, "audit_accepted", f"partner/{partner}", why=why, known=one.seen_note)
    audit.put_cosigning(connection, msgspec.structs.replace(one, seen_at=None, seen_note=None))


# proofs


def prove(connection: Connection, ours: Ours, seq: int, now_us: int) -> str:
    """A proof file for an entry of the ledger, under the checkpoint that most partners cosigned.

    Raises NotFoundError if there is no such entry, or its interval is still open.
    """
    if not 1 <= seq <= ledger.head(connection)[0]:
        message = f"the ledger has no entry {seq}"
        raise NotFoundError(message)
    close(connection, ours, now_us)
    leaf = audit.leaf_of(connection, seq)
    if leaf is None:
        minutes = INTERVAL_US // 60_000_000
        message = f"entry {seq} is in an interval that is still open: ask again in {minutes} minutes"
        raise NotFoundError(message)
    before = audit.leaf(connection, leaf.number - 1)
    interval = _interval(connection, ours, leaf.number, 0 if before is None else before.last_seq, leaf.last_seq)
    entry = next(ledger.entries(connection, seq - 1))
    shown = intervals.shown(interval, seq, content(entry), leaf.closed_at)
    size, note = _best(connection, ours, leaf.number, now_us)
    path = tuple(tree.inclusion(audit.hashes(connection), leaf.number, size))
    return logged.write(logged.Proof(logged.carried(shown), leaf.number, path, note))


def _best(connection: Connection, ours: Ours, number: int, now_us: int) -> tuple[int, str]:
    """The size and note of the checkpoint over a leaf that most partners cosigned, the latest of those."""
    lines: dict[int, list[str]] = {}
    for one in audit.cosignatures(connection):
        lines.setdefault(one.size, []).append(one.line)
    made = [one for one in audit.checkpoints(connection) if one.size > number]
    chosen = max(made, key=lambda one: (len(lines.get(one.size, [])), one.size), default=None)
    kept = chosen or checkpoint(connection, ours, now_us)
    return kept.size, notes.with_lines(kept.note, lines.get(kept.size, []))


def records(connection: Connection, size: int) -> Iterator[bytes]:
    """What the log holds, leaf by leaf."""
    return (intervals.record(one.closed_at, one.root) for one in audit.leaves(connection, size))


def exported(connection: Connection, ours: Ours, now_us: int) -> Iterator[tuple[str, bytes]]:
    """The log as files that anybody can mirror and check: names and contents, the cosigned checkpoint last."""
    close(connection, ours, now_us)
    kept = checkpoint(connection, ours, now_us)
    yield from logged.tiles(audit.hashes(connection), kept.size)
    yield from logged.bundles(list(records(connection, kept.size)))
    lines = [one.line for one in audit.cosignatures(connection, kept.size)]
    yield "checkpoint", notes.with_lines(kept.note, lines).encode()
