"""Whether a marking lets anything through that another does not: what some nodes want a second person for.

Exact where the release rules are (colour, grants, list of partners); where two caveats cannot be compared, the answer
is yes.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from hanbada.model.sharing import TLPS
from hanbada.release.profiles import meet, within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hanbada.model.sharing import Caveats, Marking, Profile

_ANOTHER = ""
"""Stands for every node that no grant and no list names."""


def lets_more(after: Marking, before: Marking) -> bool:
    """Whether `after` lets anybody have, know or do more than `before`."""
    lower = TLPS.index(after.tlp) < TLPS.index(before.tlp)
    dropped = before.personal and not after.personal
    return lower or dropped or _caveats_less(after.caveats, before.caveats) or any(_wider(after, before))


def _wider(after: Marking, before: Marking) -> Iterator[bool]:
    """For each community and node, whether it may have more than before."""
    both = (after, before)
    listed = [one.caveats.only_to for one in both if one.caveats.only_to is not None]
    audiences = [grant.to for one in both for grant in one.grants if grant.to != "anyone"]
    nodes = {_ANOTHER}.union(*listed, *audiences)
    for community in {grant.community for grant in after.grants}:
        for node in nodes:
            now, then = _allowed(after, community, node), _allowed(before, community, node)
            yield now is not None and (then is None or not within(now, then))


def _allowed(marking: Marking, community: str, node: str) -> Profile | None:
    """What a marking grants a node in a community at most; None if nothing."""
    if marking.caveats.only_to is not None and node not in marking.caveats.only_to:
        return None
    grants = [one for one in marking.grants if one.community == community and (one.to == "anyone" or node in one.to)]
    if not grants or (marking.tlp == "RED" and all(one.to == "anyone" for one in grants)):
        return None
    return reduce(meet, (one.profile for one in grants))


def _caveats_less(after: Caveats, before: Caveats) -> bool:
    """Whether a caveat but for the list of partners holds less back."""
    purposes, elsewhere = _beyond(after.purposes, before.purposes), _beyond(after.areas, before.areas)
    earlier = before.from_at is not None and (after.from_at is None or after.from_at < before.from_at)
    longer = before.until_at is not None and (after.until_at is None or after.until_at > before.until_at)
    return purposes or elsewhere or earlier or longer or (before.no_onward and not after.no_onward)


def _beyond(after: Collection[Any] | None, before: Collection[Any] | None) -> bool:
    """Whether a list has what another has not; None is everything."""
    return before is not None and (after is None or not set(after) <= set(before))
