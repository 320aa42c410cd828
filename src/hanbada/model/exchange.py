"""Nouns of exchange between nodes: what one says to another, and how far each has come with the other.

A statement is what an origin says of one object to one partner; it is signed once and passed on byte for byte. A link
is all that one node has sent another: per lane a dense sequence, each entry chained to the one before by its hash.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from hanbada.model.sharing import Community, Handling, Told

URGENT, USUAL, BULK = LANES = (0, 1, 2)
"""Recalls, distress and what the link itself needs; alerts, incidents and warnings; tracks and the rest."""

Alarm: TypeAlias = Literal[
    "fork", "rollback", "restored", "signature", "form", "relay", "terms", "label", "quota", "clock"
]
"""What can be wrong with what a partner sends. The first four suspend the link until a person looks."""
SUSPENDING: tuple[Alarm, ...] = ("fork", "rollback", "restored", "signature", "form", "quota")


class Statement(Struct, frozen=True, kw_only=True):
    """What an origin says of one of its objects to one node. Without facts it is a recall: nothing of it may be kept.

    `version` counts what this node was told of this object, from 1; `charter` is the version of the community.
    """

    item_id: str
    version: int
    origin: str
    to: str
    community: str
    charter: int
    data_class: str
    issued_at: int
    handling: Handling | None = None
    facts: tuple[Told, ...] | None = None
    refs: tuple[str, ...] = ()
    exercise: bool = False


class Receipt(Struct, frozen=True, kw_only=True):
    """A node's word that it has purged what was recalled."""

    item_id: str
    origin: str
    version: int
    by: str
    purged_at: int


class Certificate(Struct, frozen=True, kw_only=True):
    """A signing key of a node. Once revoked, entries of a lane past the number in `good_until` are not believed."""

    public: bytes
    since_at: int
    revoked: bool = False
    good_until: tuple[tuple[int, int], ...] = ()


class KeyDocument(Struct, frozen=True, kw_only=True):
    """Who a node is and which keys speak for it, signed by its root key; a higher version replaces a lower one.

    `certificate` is the SHA-256 of the certificate that its exchange address shows.
    """

    node: str
    version: int
    name: str
    organisation: str
    address: str
    root: bytes
    keys: tuple[Certificate, ...]
    certificate: bytes = b""


class Charter(Struct, frozen=True, kw_only=True):
    """A version of a community and the hash of the version before it, as its stewards sign it."""

    community: Community
    previous: bytes


class Expulsion(Struct, frozen=True, kw_only=True):
    """A steward's word to a node that it is no member of a version of a community, which it may not see itself."""

    community_id: str
    version: int
    node: str


class Position(Struct, frozen=True, kw_only=True):
    """How far a lane has come: entries counted from 1, and the hash over all of them."""

    seq: int = 0
    head: bytes = bytes(32)


class Link(Struct, frozen=True, kw_only=True):
    """What we know of the exchange with a partner, by lane: what we sent, what of it is acknowledged, what came.

    A node that was restored from a backup begins a new epoch: numbers begin again, and a person confirms it.
    """

    partner: str
    epoch: int = 1
    their_epoch: int = 1
    sent: dict[int, Position] = {}
    acked: dict[int, Position] = {}
    came: dict[int, Position] = {}
    suspended: str = ""


class Frame(Struct, frozen=True, kw_only=True):
    """One message between two nodes, complete in itself: what the sender has, and the next entries for the receiver.

    `has` are the last positions the sender took from the receiver in the receiver's `your_epoch`; `lanes` are runs of
    entries, each with the number of its first.
    """

    sender: str
    to: str
    epoch: int
    your_epoch: int
    has: dict[int, Position]
    lanes: dict[int, tuple[int, tuple[bytes, ...]]]
    more: bool = False


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of a link: its place, the bytes, and the hash over all up to it."""

    lane: int
    seq: int
    body: bytes
    head: bytes
