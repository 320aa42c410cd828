"""Whether the past still is what it was: the ledger's chain, the tree over it, checkpoints and cosignatures.

Each is computed again from the entries. Who owns this machine can make all of it agree again, but for what partners
keep: they find the change when they are next asked to cosign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.sharing import auditing
from hanbada.model.audit import Fault, Verified
from hanbada.model.errors import InputError
from hanbada.share.exchange import intervals, keys, logged, notes, tree
from hanbada.share.exchange.notes import Checkpoint
from hanbada.store import audit, ledger, marks, terms
from hanbada.store.events import deed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.exchange import KeyDocument
    from hanbada.store.audit import KeptCheckpoint, Leaf
    from hanbada.store.events import Written

_BACKUP = (
    "keep this machine as it is, compare with the last backup in which `hanbada audit verify` holds, and tell the "
    "partners who cosigned"
)


def verify(connection: Connection, ours: Ours | None, now_us: int) -> Verified:
    """Everything computed again; a node without keys has a chain only."""
    entries = ledger.head(connection)[0]
    fault = _chain(connection)
    size, covered = auditing.extent(connection)
    if fault is None and ours is not None:
        fault = next(_faults(connection, ours, size, entries), None)
    return Verified(
        at=now_us,
        entries=entries,
        size=size,
        root=tree.root(audit.hashes(connection), size).hex(),
        covered=covered,
        checkpoints=len(audit.checkpoints(connection)),
        key="" if ours is None else str(auditing.log_key(ours)),
        fault=fault,
        partners=audit.vouching(connection),
    )


def record(connection: Connection, found: Verified, written: Written) -> None:
    """Keep what a verification found as the last one, and that it was made."""
    marks.put(connection, audit.VERIFIED, found, written.at_us)
    bad = None if found.fault is None else found.fault.what
    deed(connection, written, "audit_verified", "desk", entries=found.entries, size=found.size, fault=bad)


def _chain(connection: Connection) -> Fault | None:
    bad = ledger.verify(connection)
    if bad is None:
        return None
    return Fault(
        what="chain",
        entry=bad,
        why=f"entry {bad} of the ledger was changed, taken away or put in between",
        todo="compare with the last backup in which `hanbada audit verify` holds, and find out who could write here",
    )


def _faults(connection: Connection, ours: Ours, size: int, entries: int) -> Iterator[Fault]:
    """What is wrong beyond the chain, the earliest first."""
    nodes = audit.nodes(connection)
    before = 0
    for leaf in audit.leaves(connection):
        if leaf.last_seq > entries:
            yield _cut(entries, leaf.last_seq)
            return
        if not _same(connection, ours, leaf, before, nodes):
            yield _rewritten(before + 1, leaf)
        before = leaf.last_seq
    yield from _crooked(nodes, size)
    documents = {node: keys.read_document(one.keys) for node, one in terms.partners(connection).items()}
    for one in audit.checkpoints(connection):
        root = tree.root(lambda *at: nodes.get(at, b""), one.size) if one.size <= size else b""
        yield from _of_checkpoint(connection, ours, one, root, documents)


def _same(connection: Connection, ours: Ours, leaf: Leaf, before: int, nodes: dict[tuple[int, int], bytes]) -> bool:
    """Whether an interval still has the root it was closed with, and stands in the tree with it."""
    found = auditing.contents(connection, before, leaf.last_seq)
    root = intervals.sealed(intervals.secret_of(ours.naming, leaf.number), found).root
    hashed = tree.leaf_hash(intervals.record(leaf.closed_at, root))
    return root == leaf.root and nodes.get((0, leaf.number)) == hashed


def _crooked(nodes: dict[tuple[int, int], bytes], size: int) -> Iterator[Fault]:
    """Subtrees that are not over the two below them."""
    level, count = 1, size // 2
    while count:
        for number in range(count):
            below = [nodes.get((level - 1, 2 * number + side), b"") for side in (0, 1)]
            if nodes.get((level, number)) != tree.parent(*below):
                why = f"subtree {number} of level {level} of the audit log is not over its leaves"
                yield Fault(what="tree", entry=None, why=why, todo=_BACKUP)
        level, count = level + 1, count // 2


def _of_checkpoint(
    connection: Connection, ours: Ours, one: KeptCheckpoint, root: bytes, documents: dict[str, KeyDocument]
) -> Iterator[Fault]:
    try:
        note = notes.read(notes.with_lines(one.note, [line.line for line in audit.cosignatures(connection, one.size)]))
        state = notes.read_checkpoint(note.text)
    except InputError as error:
        yield Fault(what="checkpoint", entry=None, why=f"checkpoint {one.size}: {error}", todo=_BACKUP)
        return
    signed = any(notes.signed_by(note, key) for key in auditing.log_keys(ours.document))
    if state != Checkpoint(auditing.log_key(ours).name, one.size, root) or not signed:
        why = f"the tree of {one.size} leaves is not the one whose checkpoint was signed: the past was changed"
        yield Fault(what="checkpoint", entry=None, why=why, todo=_BACKUP)
    for line in audit.cosignatures(connection, one.size):
        partner = documents.get(line.partner)
        if partner is not None and not logged.cosigners_of(note, auditing.cosigner_keys(partner)):
            why = f"{partner.name} did not cosign the checkpoint of {one.size} leaves as it is kept here"
            yield Fault(what="cosignature", entry=None, why=why, todo="ask the partner what it cosigned, and when")


def _cut(entries: int, known: int) -> Fault:
    return Fault(
        what="end",
        entry=entries + 1,
        why=f"the ledger ends at entry {entries}, but had {known} when an interval was closed: its end was cut off",
        todo=_BACKUP,
    )


def _rewritten(first: int, leaf: Leaf) -> Fault:
    return Fault(
        what="interval",
        entry=first,
        why=f"entries {first} to {leaf.last_seq} are not those that interval {leaf.number} was closed with",
        todo=_BACKUP,
    )
