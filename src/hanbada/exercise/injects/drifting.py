"""Ships whose engine stops on the way they really sailed: they are carried off, beam on; and slow ships that are not.

Slow ahead along the keel; at anchor, yawing; on a sea anchor; on dynamic positioning; towing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.exercise.injects import Planted, together
from hanbada.exercise.injects.picking import Deck
from hanbada.exercise.injects.staying import (
    CARGO,
    FISHING,
    TANKER,
    Stay,
    carried,
    of_kind,
    stages,
    swinging,
)

if TYPE_CHECKING:
    import numpy as np

    from hanbada.exercise.carrier import Carrier

KINDS = ("drifting",)
TOLERANCE_S = 1200.0
LEAST_MIN = 30.0
DREDGER, TOWING = 33, 31
STAYS = (
    Stay("beam_on", (60.0, 90.0, 120.0), carried(1.6), TANKER, heading_deg=75.0, goes_on=False),
    Stay("beam_on", (60.0, 120.0), carried(2.4), CARGO, heading_deg=-70.0, goes_on=False),
    Stay("not_under_command", (40.0, 60.0, 120.0), carried(1.2), CARGO, nav_status=2.0, goes_on=False),
    Stay("slow_ahead", (90.0,) * 6, carried(2.4), CARGO, heading_deg=6.0, negative_of="beam_on", goes_on=False),
    Stay("yawing", (150.0,) * 6, swinging, CARGO, nav_status=1.0, heading_deg=80.0, negative_of="beam_on"),
    Stay("sea_anchor", (90.0,) * 4, carried(1.0), FISHING, 30, heading_deg=80.0, negative_of="beam_on", goes_on=False),
    Stay("dredging", (90.0,) * 4, carried(1.2), DREDGER, 90, heading_deg=70.0, negative_of="beam_on", goes_on=False),
    Stay("towing", (90.0,) * 4, carried(2.0), TOWING, 30, heading_deg=50.0, negative_of="beam_on", goes_on=False),
)


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Ships adrift, and three times as many that move slowly on purpose."""
    deck = Deck(traffic, dice)
    return together(of_kind("drifting", [part for stay in STAYS for part in stages(deck, stay)], LEAST_MIN))
