"""Releases an officer proposes: kept with the reason until a release officer decides. A proposal sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.model.sharing import Marking
from hanbada.store import marks
from hanbada.store.events import deed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.store.events import Written

_PROPOSED = f"{marks.OURS}proposed"


class Proposal(Struct, frozen=True, kw_only=True):
    """A marking somebody would like to see released, and why."""

    subject: str
    marking: Marking
    why: str
    by: str
    at: int


def proposals(connection: Connection) -> dict[str, Proposal]:
    """Proposals that wait, by what they are about, the oldest first."""
    return msgspec.convert(marks.get(connection, _PROPOSED) or {}, dict[str, Proposal])


def propose(connection: Connection, subject: str, marking: Marking, why: str, written: Written) -> None:
    """Keep a proposal in place of the one there is about the same thing."""
    one = Proposal(subject=subject, marking=marking, why=why, by=written.by, at=written.at_us)
    kept = {name: other for name, other in proposals(connection).items() if name != subject}
    _put(connection, kept | {subject: one}, written)
    deed(connection, written, "release_proposed", subject, why=why, marking=msgspec.to_builtins(marking))


def drop(connection: Connection, subject: str, written: Written, why: str = "") -> bool:
    """Take a proposal off the desk; False if there was none."""
    kept = proposals(connection)
    if subject not in kept:
        return False
    _put(connection, {name: one for name, one in kept.items() if name != subject}, written)
    deed(connection, written, "proposal_dropped", subject, why=why)
    return True


def _put(connection: Connection, kept: dict[str, Proposal], written: Written) -> None:
    marks.put(connection, _PROPOSED, msgspec.to_builtins(kept), written.at_us)
