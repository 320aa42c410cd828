"""Cargo ships and tankers that slow down in open water, go to and fro for hours and sail on; and those with a reason.

At anchor, with the status or without; hauling a line; tugs and yachts; pilots' boardings; ships that wait off a port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.exercise.injects import Planted, together
from hanbada.exercise.injects.picking import Deck
from hanbada.exercise.injects.staying import (
    CARGO,
    FISHING,
    TANKER,
    TUG,
    YACHT,
    Stay,
    of_kind,
    stages,
    swinging,
    to_and_fro,
)

if TYPE_CHECKING:
    import numpy as np

    from hanbada.exercise.carrier import Carrier

KINDS = ("loitering",)
TOLERANCE_S = 1800.0
LEAST_MIN = 120.0
STAYS = (
    Stay("loiter", (150.0, 180.0, 180.0, 240.0, 240.0), to_and_fro, TANKER),
    Stay("loiter", (150.0, 180.0, 240.0), to_and_fro, CARGO),
    Stay("anchor", (180.0,) * 6, swinging, CARGO, nav_status=1.0, negative_of="loiter"),
    Stay("anchor_unsaid", (180.0,) * 4, swinging, TANKER, negative_of="loiter"),
    Stay("longliner", (180.0,) * 5, to_and_fro, FISHING, 24, nav_status=7.0, negative_of="loiter"),
    Stay("tug", (180.0,) * 4, to_and_fro, TUG, 30, negative_of="loiter"),
    Stay("yacht", (180.0,) * 2, to_and_fro, YACHT, 14, negative_of="loiter"),
    Stay("boarding", (25.0, 35.0, 45.0, 60.0), to_and_fro, CARGO, negative_of="loiter"),
    Stay("off_port", (180.0,) * 5, to_and_fro, CARGO, negative_of="loiter", port_m=(3000.0, 8000.0)),
)


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Ships that loiter, and three times as many that are slow for a reason."""
    deck = Deck(traffic, dice)
    return together(of_kind("loitering", [part for stay in STAYS for part in stages(deck, stay)], LEAST_MIN))
