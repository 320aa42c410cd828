"""Nouns of the audit log: what a verification found, and who vouches for how much of the past."""

from __future__ import annotations

from msgspec import Struct


class Fault(Struct, frozen=True, kw_only=True):
    """The first thing that is wrong; `entry` is a number of the ledger where there is one."""

    what: str
    entry: int | None
    why: str
    todo: str


class Vouching(Struct, frozen=True, kw_only=True):
    """How far a partner vouches for our log: the largest checkpoint it cosigned, and when; None if it never did.

    `cosigned` is how often it did; `seen_size` is how much of its own log we have cosigned.
    """

    partner: str
    name: str
    size: int | None
    at: int | None
    cosigned: int
    seen_size: int | None


class Verified(Struct, frozen=True, kw_only=True):
    """What a verification found; `covered` is the last entry of the ledger that is under a closed interval."""

    at: int
    entries: int
    size: int
    root: str
    covered: int
    checkpoints: int
    key: str
    fault: Fault | None
    partners: tuple[Vouching, ...]


class AuditStanding(Struct, frozen=True, kw_only=True):
    """The ledger and its log as they are, nothing of it computed again; `closed_at` is None before the first interval.

    `head` is the hash of the last entry: written down elsewhere, it shows later that nothing was taken from the end.
    """

    entries: int
    head: str
    size: int
    covered: int
    closed_at: int | None
    partners: tuple[Vouching, ...]
    verified: Verified | None


class EntriesWanted(Struct, frozen=True, kw_only=True):
    """Which entries of the ledger to show: what their action, actor and object begin with, and before which number."""

    action: str = ""
    actor: str = ""
    object_id: str = ""
    before: int | None = None
    limit: int = 100
