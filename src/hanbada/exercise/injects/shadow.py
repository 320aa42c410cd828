"""Ships that changed flag and name again and again, and honest ones whose papers only look like that.

They sail as they really did. What they say of themselves is put in, and so is what earlier numbers said months before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import statics
from hanbada.exercise.injects.picking import Deck
from hanbada.model.times import DAY_US, HOUR_US

if TYPE_CHECKING:
    import numpy as np

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.injects.picking import Way

KINDS = ("shadow",)
TOLERANCE_S = 800.0 * 86_400
"""A finding begins with its oldest indicator, up to two years before."""
TANKER = 80
FLAGS = (613_000_000, 677_000_000, 518_000_000)
"""Countries of the numbers she had before: Cameroon, Tanzania, Cook Islands."""
NAMES = (("SHUN", "XING", "39"), ("HONG", "TAI", "58"), ("OCEAN", "PEARL", "7"), ("SINAR", "LAUT", "12"))
EACH = 4


class Scene(NamedTuple):
    """Names and numbers in turn, oldest first: days before, which number (3 is hers), how it is written."""

    label: str
    said: tuple[tuple[float, int, str], ...]
    minutes: float = 20.0
    negative_of: str = ""


SCENES = (
    Scene("three_flags", ((300.0, 0, "{0} {1} {2}"), (150.0, 1, "{1} STAR"), (0.0, 3, "{0} MOON"))),
    Scene("swapped", ((90.0, 0, "{0} {1} {2}"), (30.0, 1, "{1} {0} {2}"), (0.0, 3, "{1} {0} {2}"))),
    Scene("sold_once", ((100.0, 0, "{0} {1} {2}"), (0.0, 3, "{1} MOON")), negative_of="three_flags"),
    Scene("long_ago", ((1500.0, 0, "{0} {1} {2}"), (1200.0, 1, "{1} STAR"), (0.0, 3, "{0} MOON")), 20.0, "three_flags"),
    Scene("heard_once", ((300.0, 3, "{0} {1} {2}"), (150.0, 3, "{1} STAR"), (0.0, 3, "{0} MOON")), 5.0, "three_flags"),
    Scene(
        "respelled",
        ((90.0, 3, "{0} {1} {2}"), (30.0, 3, "{0}{1} NO.{2}"), (0.0, 3, "M/V {0} {1}-{2}")),
        20.0,
        "swapped",
    ),
    Scene("renumbered", ((90.0, 3, "{0} {1} {2}"), (0.0, 3, "{0} {1} 1{2}")), 20.0, "swapped"),
    Scene("renamed", ((90.0, 3, "{0} {1} {2}"), (0.0, 3, "{0} MOON {2}")), 20.0, "swapped"),
)


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """What tankers say of themselves, and said before."""
    deck = Deck(traffic, dice)
    long = (pl.col("last_at") - pl.col("first_at") >= 3 * HOUR_US) & (pl.col("interval_s") < 600)
    parts = []
    for scene in SCENES:
        names = iter(NAMES * 2)
        parts += deck.stage(EACH, long, lambda way, s=scene, n=names: _stage(deck, s, way, next(n)))  # type: ignore[misc]
    return together(parts)


def _stage(deck: Deck, scene: Scene, way: Way, name: tuple[str, ...]) -> Planted:
    """One ship's papers: three reports of each, six minutes apart, or one."""
    imo = _imo(int(deck.dice.integers(900_000, 999_999)))
    numbers = (*(deck.number(flag) for flag in FLAGS), way.mmsi)
    begin = int(way.at[0])
    said = []
    for days, which, form in scene.said:
        at = begin - round(days * DAY_US)
        span = (at, at + round(scene.minutes * 60e6))
        said.append(statics(numbers[which], span, 180, name=form.format(*name), imo=imo, ship_type=TANKER))
    older = [numbers[which] for _, which, _ in scene.said if which != 3]
    truth = Truth(
        kind="shadow", label=scene.label, expected=not scene.negative_of,
        vessels=(way.mmsi, *dict.fromkeys(reversed(older))), t_start=begin - round(scene.said[0][0] * DAY_US),
        t_end=int(way.at[-1]), criteria_at=begin + round(scene.minutes * 60e6), negative_of=scene.negative_of,
    )  # fmt: skip
    return Planted((truth,), statics=tuple(said))


def _imo(six: int) -> int:
    """The IMO number that begins with six digits: its check digit is the weighted sum's last."""
    return six * 10 + sum((7 - i) * int(digit) for i, digit in enumerate(str(six))) % 10
