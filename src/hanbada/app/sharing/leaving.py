"""Communities this node has left: what the others still have to sign counts here at once."""

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


def leave(connection: Connection, community_id: str, written: Written) -> None:
    """From now on this node is no member here, whatever the others sign."""
    marks.put(connection, _LEFT, sorted({*left(connection), community_id}), written.at_us)
    deed(connection, written, "community_left", f"community/{community_id}")


def left(connection: Connection) -> tuple[str, ...]:
    """The communities that were left."""
    return tuple(marks.get(connection, _LEFT) or ())


def without_us(connection: Connection, us: str, communities: Mapping[str, Community]) -> dict[str, Community]:
    """Communities as they hold for this node: those it has left without it."""
    gone = left(connection)
    return {name: without(one, us) if name in gone else one for name, one in communities.items()}


def without(community: Community, node: str) -> Community:
    """A community without a member, its quorum no larger than the stewards who stay."""
    members = tuple(one for one in community.members if one.node != node)
    stewards = sum(one.steward for one in members)
    return msgspec.structs.replace(community, members=members, quorum=min(community.quorum, max(1, stewards)))
