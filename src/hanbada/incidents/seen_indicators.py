"""What was found of indicators in logs, as sightings for their source: when and how often, nothing of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.model.facts import facts_of
from hanbada.model.ids import content_id
from hanbada.model.sharing import Assertion, Item, Marking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.incidents.indicators import Match

LOG = "log of a user"
"""What saw it."""


def sightings_of(found: Sequence[Match]) -> list[Item]:
    """One sighting for each indicator that was found outside the lists of good values, in the order of first sight.

    Lines without a time count, and give none. It is RED until whoever owns the log says otherwise.
    """
    by_item: dict[str, list[Match]] = {}
    for one in found:
        if one.known is None:
            by_item.setdefault(one.indicator.item_id, []).append(one)
    return [_sighting(item_id, some) for item_id, some in by_item.items()]


def _sighting(item_id: str, some: Sequence[Match]) -> Item:
    times = [one.at for one in some if one.at is not None]
    said = {
        "at": min(times, default=None),
        "until": max(times, default=None),
        "count": len(some),
        "sensor": LOG,
        "links": [{"how": "sighting_of", "other": item_id}],
    }
    known = facts_of("sighting")
    facts = [
        Assertion(name=name, aspect=known[name].aspect, value=value)
        for name, value in said.items()
        if value is not None
    ]
    name = content_id("sighting", [item_id, len(some), *sorted(times)])
    return Item(
        item_id=name, data_class="sighting", marking=Marking(tlp="RED", originator="", grants=()),
        assertions=tuple(facts), refs=(item_id,),
    )  # fmt: skip
