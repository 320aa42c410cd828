"""Communities this node has left, or was told that it is out of: it says nothing more there, whatever is signed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hanbada.store import marks
from hanbada.store.events import deed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from hanbada.model.sharing import Community
    from hanbada.store.events import Written

_LEFT = f"{marks.OURS}left"
_OUT = f"{marks.OURS}expelled"


def leave(connection: Connection, community_id: str, written: Written) -> None:
    """From now on this node is no member here, whatever the others sign."""
    marks.put(connection, _LEFT, sorted({*left(connection), community_id}), written.at_us)
    deed(connection, written, "community_left", f"community/{community_id}")


def left(connection: Connection) -> tuple[str, ...]:
    """The communities that were left."""
    return tuple(marks.get(connection, _LEFT) or ())


def told_out(connection: Connection, community_id: str, version: int, steward: str, written: Written) -> None:
    """Keep what a steward says: that this node is no member of a version."""
    words = marks.get(connection, _OUT) or {}
    said = words.get(community_id, {})
    marks.put(
        connection, _OUT, words | {community_id: said | {steward: max(version, said.get(steward, 0))}}, written.at_us
    )
    deed(connection, written, "community_expelled", f"community/{community_id}", by=steward, version=version)


def expelled(connection: Connection, communities: Mapping[str, Community]) -> set[str]:
    """The communities of which a quorum of stewards says that a later version than is known leaves this node out."""
    words = marks.get(connection, _OUT) or {}
    return {name for name, one in communities.items() if _quorum_says_so(one, words.get(name, {}))}


def _quorum_says_so(community: Community, said: Mapping[str, int]) -> bool:
    stewards = {one.node for one in community.members if one.steward}
    return len([one for one in stewards if said.get(one, 0) > community.version]) >= community.quorum


def without_us(connection: Connection, us: str, communities: Mapping[str, Community]) -> dict[str, Community]:
    """Communities as they hold for this node: those it has left without it, silent in those it is expelled from.

    What others still tell it there before they know may be kept: they decide on that.
    """
    gone, out = left(connection), expelled(connection, communities)
    found = {name: _silent(one, us) if name in out else one for name, one in communities.items()}
    return {name: without(one, us) if name in gone else one for name, one in found.items()}


def _silent(community: Community, node: str) -> Community:
    members = tuple(
        msgspec.structs.replace(one, may_post=False, may_relay=False) if one.node == node else one
        for one in community.members
    )
    return msgspec.structs.replace(community, members=members)


def without(community: Community, node: str) -> Community:
    """A community without a member, its quorum more than half of the stewards who stay, and no more than all."""
    members = tuple(one for one in community.members if one.node != node)
    stewards = sum(one.steward for one in members)
    quorum = max(stewards // 2 + 1, min(community.quorum, stewards))
    return msgspec.structs.replace(community, members=members, quorum=quorum)
