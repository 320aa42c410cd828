"""What came from partners, as people look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hanbada.model.errors import NotFoundError
from hanbada.model.sharing import Item
from hanbada.store import exchange, terms

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.store.exchange import Came

STATES = ("live", "recalled", "expired", "waiting", "refused")
"""What came, what its originator took back, what ran out, what waits for a charter, what was refused."""
MOST = 500


class Arrival(Struct, frozen=True, kw_only=True):
    """Something that came: who sent it, whose it is, and what it says; `item` is None if nothing of it may be read."""

    partner: str
    partner_name: str
    origin: str
    origin_name: str
    item_id: str
    version: int
    community: str
    community_name: str
    state: str
    came_at: int
    until_at: int | None
    item: Item | None


def arrivals(connection: Connection, states: tuple[str, ...] = STATES) -> list[Arrival]:
    """What came in these states, the latest first."""
    names, communities = _names(connection), _communities(connection)
    return [_arrival(one, names, communities) for one in exchange.all_came(connection, states, MOST)]


def arrival(connection: Connection, partner: str, origin: str, item_id: str) -> Arrival:
    """One thing that came; raises NotFoundError if it did not."""
    found = exchange.came(connection, partner, origin, item_id)
    if found is None:
        message = f"nothing of that name came from {partner}"
        raise NotFoundError(message)
    return _arrival(found, _names(connection), _communities(connection))


def _names(connection: Connection) -> dict[str, str]:
    return {node: one.partner.name for node, one in terms.partners(connection).items()}


def _communities(connection: Connection) -> dict[str, str]:
    return {name: one.name for name, one in terms.communities(connection).items()}


def _arrival(one: Came, names: dict[str, str], communities: dict[str, str]) -> Arrival:
    received = one.received
    return Arrival(
        partner=one.partner, partner_name=names.get(one.partner, one.partner), origin=one.origin,
        origin_name=names.get(one.origin, one.origin), item_id=one.item_id, version=one.version,
        community=one.community, community_name=communities.get(one.community, one.community), state=one.state,
        came_at=one.came_at, until_at=one.until_at, item=None if received is None else received.item,
    )  # fmt: skip
