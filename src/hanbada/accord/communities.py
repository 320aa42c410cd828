"""Communities: who is in them, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.accord.agreements import binds, live

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hanbada.model.sharing import Agreement, Community, Member


def member_of(community: Community, node: str) -> Member | None:
    """A node's membership, None if it is no member."""
    return next((one for one in community.members if one.node == node), None)


def resting_on(
    community: Community, agreements: Mapping[str, Agreement], organisations: Iterable[str], now_us: int
) -> list[Agreement]:
    """The agreements a community rests on that are in force and bind all of some organisations, by id."""
    wanted = set(organisations)
    named = (agreements.get(one) for one in sorted(set(community.agreements)))
    return [one for one in named if one is not None and live(one, now_us) and binds(one, wanted)]
