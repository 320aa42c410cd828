"""Beacons in the water, texts and ships out of control; and tests, single messages and a button pressed by mistake.

A beacon sends eight messages in a burst, one burst a minute; half of them are lost, as most are from the sea surface.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hanbada.exercise.carrier import REPORTS
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import safety_texts, shifted, told
from hanbada.exercise.injects.picking import Deck, inside, steady
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Ints
    from hanbada.exercise.injects.picking import Way

KINDS = ("distress",)
TOLERANCE_S = 600.0
PREFIXES = {970: "SART ACTIVE", 972: "MOB ACTIVE", 974: "EPIRB ACTIVE"}
TESTS = {970: "SART TEST", 972: "MOB TEST", 974: "EPIRB TEST"}
ACTIVE_STATUS, OUT_OF_COMMAND = 14.0, 2.0
BURST, BURST_S = 8, 2
"""Eight messages, 75 slots apart (IEC 61097-14)."""
HEARD = 0.5
BEACONS, CALLS, OUT = 12, 4, 4
TESTED, MARKERS, SINGLE, PRESSED, TALKED = 20, 20, 10, 10, 10
WORDS = ("MAYDAY ENGINE ROOM FIRE", "WE ABANDON SHIP", "MAN OVERBOARD PORT SIDE", "SINKING NEED HELP")
TALK = ("GOOD WATCH", "CHANGE TO CH 12", "NAV WARNING 112 IN FORCE", "DREDGING KEEP CLEAR")


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Calls for help, and what is none."""
    deck = Deck(traffic, dice)
    stages: tuple[tuple[int, Callable[[Way], Planted | None]], ...] = (
        (BEACONS, partial(_beacon, deck, "beacon")),
        (CALLS, partial(_called, deck, WORDS, "")),
        (OUT, partial(_out_of_command, deck, "out_of_command")),
        (TESTED, partial(_beacon, deck, "test")),
        (MARKERS, partial(_marker, deck)),
        (SINGLE, partial(_single, deck)),
        (PRESSED, partial(_out_of_command, deck, "pressed")),
        (TALKED, partial(_called, deck, TALK, "text")),
    )
    return together([part for count, scene in stages for part in deck.stage(count, steady(3.0), scene)])


def _bursts(deck: Deck, begin: int, minutes: int) -> Ints:
    """Times of the messages of so many bursts that are heard; the first two always are."""
    sent = (np.arange(minutes)[:, None] * MINUTE_US + np.arange(BURST) * BURST_S * SECOND_US).ravel() + begin
    heard = deck.dice.random(len(sent)) < HEARD
    heard[:2] = True
    times: Ints = sent[heard].astype(np.int64)
    return times


def _moment(deck: Deck, way: Way) -> int | None:
    span = inside(way, deck.dice, 1800.0, 1800.0)
    return None if span is None else span[0]


def _near(way: Way, at: int, count: int, metres: float) -> tuple[np.ndarray, np.ndarray]:
    """So many times a place near where a ship is at a time."""
    i = int(np.searchsorted(way.at, at))
    return shifted(np.full(count, way.lat_deg[i]), np.full(count, way.lon_deg[i]), metres, metres / 2)


def _beacon(deck: Deck, label: str, way: Way) -> Planted | None:
    """A beacon near a ship: active for twenty minutes, or tested for two."""
    begin, active = _moment(deck, way), label == "beacon"
    if begin is None:
        return None
    prefix = int(deck.dice.choice(list(PREFIXES)))
    mmsi = prefix * 1_000_000 + int(deck.dice.integers(0, 1_000_000))
    at = _bursts(deck, begin, 20 if active else 2)
    status = ACTIVE_STATUS if active else None
    reports = told(mmsi, at, *_near(way, begin, len(at), 800.0), deck.dice, nav_status=status)
    texts = safety_texts(mmsi, at[1::16].tolist(), (PREFIXES if active else TESTS)[prefix])
    span, second = (begin, int(at[-1])), int(at[1])
    truth = _truth(label, (mmsi,), span, second, "" if active else "beacon")
    return Planted((truth,), reports=(reports,), texts=(texts,))


def _marker(deck: Deck, way: Way) -> Planted | None:
    """A net marker that uses a beacon's number (970...) and says nothing of distress."""
    begin = _moment(deck, way)
    if begin is None:
        return None
    mmsi = 970_000_000 + int(deck.dice.integers(0, 1_000_000))
    at = begin + np.arange(0, HOUR_US, 3 * MINUTE_US)
    reports = told(mmsi, at, *_near(way, begin, len(at), 2000.0), deck.dice, nav_status=0.0)
    return Planted((_truth("marker", (mmsi,), (begin, int(at[-1])), begin, "beacon"),), reports=(reports,))


def _single(deck: Deck, way: Way) -> Planted | None:
    """One message of a beacon's number with the status of distress: damaged, or a radio switched off at once."""
    begin = _moment(deck, way)
    if begin is None:
        return None
    mmsi = 972_000_000 + int(deck.dice.integers(0, 1_000_000))
    at = np.array([begin])
    reports = told(mmsi, at, *_near(way, begin, 1, 500.0), nav_status=ACTIVE_STATUS)
    return Planted((_truth("single", (mmsi,), (begin, begin), begin, "beacon"),), reports=(reports,))


def _called(deck: Deck, words: tuple[str, ...], innocent: str, way: Way) -> Planted | None:
    """A ship sends a safety text, three times."""
    begin = _moment(deck, way)
    if begin is None:
        return None
    at = [begin + i * 2 * MINUTE_US for i in range(3)]
    texts = safety_texts(way.mmsi, at, str(deck.dice.choice(words)))
    truth = _truth(innocent or "call", (way.mmsi,), (begin, at[-1]), begin, "call" if innocent else "")
    return Planted((truth,), texts=(texts,))


def _out_of_command(deck: Deck, label: str, way: Way) -> Planted | None:
    """A ship under way reports not under command from a moment on; or once, by a wrong button."""
    begin, lasting = _moment(deck, way), label == "out_of_command"
    if begin is None:
        return None
    own = deck.traffic.reports.filter(pl.col("row").is_in(way.row))
    until = begin + (HOUR_US if lasting else 1)
    during = pl.col("at").is_between(begin, until)
    said = own.with_columns(pl.when(during).then(OUT_OF_COMMAND).otherwise(0.0).alias("nav_status"))
    last = int(way.at[np.searchsorted(way.at, until) - 1])
    times = way.at[way.at >= begin]
    known = int(times[2]) if len(times) > 2 else begin
    truth = _truth(label, (way.mmsi,), (begin, last), known, "" if lasting else "out_of_command")
    return Planted((truth,), way.row, (said.select(*REPORTS),))


def _truth(
    label: str, vessels: tuple[int, ...], span: tuple[int, int], criteria_at: int, negative_of: str = ""
) -> Truth:  # fmt: skip
    return Truth(
        kind="distress",
        label=label,
        expected=not negative_of,
        vessels=vessels,
        t_start=span[0],
        t_end=span[1],
        criteria_at=criteria_at,
        negative_of=negative_of,
    )
