"""Findings that rest on positions where positions are not to be trusted: lowered, or withheld.

Detectors do not know each other, so this is done once for all of them, after each has judged. What was withheld is
kept: when a disturbance is taken back, or turns out smaller, it is judged again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hanbada.detect.contract import counter, named, probability
from hanbada.tracks.trust import Distrust, distrust_of, rests_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.engine.versions import Case
    from hanbada.model.records import Detection

WEIGHT = -4.0
"""Log-odds: one in fifty findings on such positions is taken to be true all the same."""
LEAST_P = 0.5
"""Below, it is not raised."""
LEAST_SHIPS = 1
"""Any disturbance that stands counts: it is judged on its own."""
MOST_P = 0.999
"""No finding is surer than this before it is weighed."""
CONTEXT = "distrusted"
"""What a lowered finding carries to be weighed the same again."""


@dataclass(slots=True)
class Trust:
    """Disturbances by case, findings withheld for them, and what is to be said again as it was. Changed in place."""

    regions: dict[Case, Distrust]
    withheld: dict[Case, Detection] = field(default_factory=dict)
    recalled: dict[Case, float] = field(default_factory=dict)


def note(trust: Trust, case: Case, found: Detection | None, standing: Iterable[tuple[Case, Detection]]) -> list[Case]:
    """Take a disturbance, or its end (None), among all that stands; the cases to judge again for it."""
    before, now = trust.regions.pop(case, None), None if found is None else distrust_of(found)
    if now is not None:
        trust.regions[case] = now
    if before == now:
        return []
    changed = [region for region in (before, now) if region is not None]
    cases = [*standing, *trust.withheld.items()]
    return [one for one, its in cases if any(rests_on(its, region) for region in changed)]


def weighed(trust: Trust, case: Case, found: Detection | None) -> Detection | None:
    """The finding; lowered, or None, where it rests on positions that are not to be trusted."""
    trust.withheld.pop(case, None)
    if found is None:
        return None
    ships = trust.recalled.get(
        case, max((one.ships for one in trust.regions.values() if rests_on(found, one)), default=0)
    )
    if not ships:
        return found
    low = _lowered(found, ships)
    if low.probability < LEAST_P:
        trust.withheld[case] = found
        return None
    return low


def _lowered(found: Detection, ships: float) -> Detection:
    doubt = counter("distrusted", ships, ">=", LEAST_SHIPS, "", WEIGHT)
    return named(
        replace(
            found,
            severity="caution",
            probability=probability(min(found.probability, MOST_P), (doubt,)),
            counter_evidence=(*found.counter_evidence, doubt),
            context=found.context | {CONTEXT: [float(ships)]},
        )
    )


def recall(trust: Trust, case: Case, found: Detection) -> None:
    """Weigh a case as it was when that version of it was said."""
    if CONTEXT in found.context:
        trust.recalled[case] = found.context[CONTEXT][0]


def forget_before(trust: Trust, at_us: int) -> None:
    """Drop what ended before a time."""
    for case in [case for case, region in trust.regions.items() if region.end_at < at_us]:
        del trust.regions[case]
    for case in [case for case, one in trust.withheld.items() if one.t_end is not None and one.t_end < at_us]:
        del trust.withheld[case]
