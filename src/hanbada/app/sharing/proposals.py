"""What somebody asks to be done and another person decides: kept with the reason, and gone after a while.

An officer proposes a release; and where the node wants two people for an act, whoever begins it proposes it. A proposal
changes nothing and sends nothing. It is called by a hash of all it says, so that whoever confirms it confirms that.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
from msgspec import Struct

from hanbada.app.sharing.emergency import Wish
from hanbada.model.errors import NotFoundError
from hanbada.model.sharing import Agreement, Community, Marking
from hanbada.model.times import HOUR_US
from hanbada.store import marks
from hanbada.store.events import Written, deed

if TYPE_CHECKING:
    from sqlalchemy import Connection

Care: TypeAlias = Literal["release", "marking", "charter", "keys", "scope"]
"""What a node may want two people for. `release` is every release that lets more through, `marking` only the lowering
of what was released before."""
LIVES_US = 72 * HOUR_US
"""How long a proposal waits: over a weekend, and not until everybody has forgotten what it was for."""
_KEPT = f"{marks.OURS}proposals"
_NODE = "node"


class Release(Struct, frozen=True, kw_only=True, tag="release"):
    """Release the subject as this marking says, or lower the one it has."""

    marking: Marking


class Charter(Struct, frozen=True, kw_only=True, tag="charter"):
    """Propose a community or its next version, with the agreement it rests on if that is new, and sign it."""

    community: Community
    agreement: Agreement | None = None


class Acceptance(Struct, frozen=True, kw_only=True, tag="acceptance"):
    """Sign a charter that others proposed: the one whose hash this is, and no other."""

    charter: str
    agreement: Agreement | None = None


class Paper(Struct, frozen=True, kw_only=True, tag="agreement"):
    """Keep an agreement, or what changed of one."""

    agreement: Agreement


class Rekey(Struct, frozen=True, kw_only=True, tag="keys"):
    """Sign with another key from now on; `revoke` if the old one is to be believed no further."""

    revoke: bool
    address: str | None = None


class Emergency(Struct, frozen=True, kw_only=True, tag="scope"):
    """Open an emergency scope."""

    wish: Wish


Act: TypeAlias = Release | Charter | Acceptance | Paper | Rekey | Emergency


class Proposal(Struct, frozen=True, kw_only=True):
    """What somebody would like to be done to something, why, and until when another may decide it."""

    subject: str
    act: Act
    why: str
    by: str
    at: int
    until_at: int

    @property
    def kind(self) -> str:
        """Which act it is, in a word."""
        return kind_of(self.act)

    @property
    def name(self) -> str:
        """What it is called: a hash of all it says."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]


def kind_of(act: Act) -> str:
    """Which act it is, in a word."""
    return str(act.__struct_config__.tag)


def waiting(connection: Connection, now_us: int) -> list[Proposal]:
    """Proposals that may still be decided, the oldest first."""
    return [one for one in _kept(connection) if now_us < one.until_at]


def named(connection: Connection, name: str, now_us: int) -> Proposal:
    """A proposal by its name; raises NotFoundError if none of that name waits any more."""
    found = next((one for one in waiting(connection, now_us) if one.name == name), None)
    if found is None:
        message = f"no proposal {name[:80]!r} waits: it was decided, replaced by another, or has run out"
        raise NotFoundError(message)
    return found


def like(connection: Connection, subject: str, act: Act, now_us: int) -> Proposal | None:
    """The proposal that waits to do the same sort of thing to the same subject."""
    sort = (subject, kind_of(act))
    return next((one for one in waiting(connection, now_us) if (one.subject, one.kind) == sort), None)


def propose(connection: Connection, subject: str, act: Act, why: str, written: Written) -> Proposal:
    """Keep a proposal in place of the one there is to do the same sort of thing to the same subject."""
    made = Proposal(
        subject=subject, act=act, why=why, by=written.by, at=written.at_us, until_at=written.at_us + LIVES_US
    )
    sort = (subject, made.kind)
    kept = [one for one in waiting(connection, written.at_us) if (one.subject, one.kind) != sort]
    _put(connection, [*kept, made], written)
    said = msgspec.to_builtins(act)
    deed(connection, written, "proposed", subject, proposal=made.name, act=said, why=why, until_at=made.until_at)
    return made


def drop(connection: Connection, one: Proposal, action: str, written: Written, why: str = "") -> None:
    """Take a proposal off the desk; the ledger keeps under `action` what became of it."""
    _put(connection, [it for it in waiting(connection, written.at_us) if it != one], written)
    deed(connection, written, action, one.subject, proposal=one.name, kind=one.kind, proposed_by=one.by, why=why)


def _kept(connection: Connection) -> list[Proposal]:
    return msgspec.convert(marks.get(connection, _KEPT) or [], list[Proposal])


def _put(connection: Connection, kept: list[Proposal], written: Written) -> None:
    """Keep those that wait; of those that ran out meanwhile the ledger says so."""
    for one in _kept(connection):
        if one.until_at <= written.at_us:
            by = Written(by=_NODE, at_us=written.at_us)
            deed(connection, by, "proposal_expired", one.subject, proposal=one.name, kind=one.kind, proposed_by=one.by)
    marks.put(connection, _KEPT, msgspec.to_builtins(kept), written.at_us)
