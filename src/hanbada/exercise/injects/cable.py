"""Cables drawn across ways that ships really sailed, over which they slow down, haul, turn about, stop, or change name.

Few ships of a recording are on passage for hours, so each such way is sailed by several, each at a place of its own in
mid-ocean: the same motion, at the same time. Around the cable she is heard every half minute, as near a shore; she
keeps her way and is late where she lost time.
Innocent are those that pass as they did, that dip far from the cable, or again and again, that take a pilot, that lie
in an anchorage charted there, and convoys of which every ship slows down. All say that they are cargo ships.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.detect.contract import Charts, cables
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import at_ocean, displaced, shifted, statics, told
from hanbada.exercise.injects.picking import Deck, Way, between, steady
from hanbada.geo.points import index_points
from hanbada.geo.sphere import NMI_M
from hanbada.model.times import MINUTE_US, SECOND_US
from hanbada.reference.shapes import Line

if TYPE_CHECKING:
    import polars as pl

    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats, Ints

KINDS = ("cable",)
TOLERANCE_S = 3600.0
CARGO = 70
EVERY_S = 30.0
AROUND_US, HEARD_US = 80 * MINUTE_US, 50 * MINUTE_US
"""Heard so densely for so long around the cable; from so long before that on, and until so long after it.

What she did earlier and later is left out: ferries come back, tugs go to and fro, and both would touch the cable again.
"""
LEAST_KN, HAULS_KN = 7.0, 9.0
"""What goes slower is on no passage; whose cruise is slower cannot haul, says the detector, but tows or trawls."""
TRIED = 40
"""Moments of each way that are looked at."""
CABLE_M, UNSURE_M = 6_000.0, 200.0
"""Half the length of what is drawn, and how far off it may be."""
CONVOY, APART_US = 5, 3 * MINUTE_US
RAMP_S = 60.0


class Scene(NamedTuple):
    """What she does: of how much of her speed, for how many minutes, how long from the cable; and to and fro."""

    label: str
    count: int  # type: ignore[assignment]
    lost_kn: float = 0.0
    minutes: float = 0.0
    off_min: float = 0.0
    lost_share: float = 0.0
    times: int = 1
    swing_nmi: float = 0.0
    renamed_s: float = 0.0
    convoy: int = 0
    anchorage: bool = False
    negative_of: str = ""


SCENES = (
    Scene("dip", 3, 1.5, 5.0),
    Scene("dip", 2, 2.5, 8.0),
    Scene("dip", 1, 4.0, 10.0),
    Scene("haul", 2, minutes=150.0, lost_share=0.35),
    Scene("wiggle", 2, minutes=90.0, lost_share=1.0, swing_nmi=1.0),
    Scene("stop", 2, minutes=30.0, lost_share=1.0),
    Scene("handoff", 2, renamed_s=60.0),
    Scene("passed", 14, negative_of="dip"),
    Scene("dip_off", 10, 2.0, 6.0, off_min=35.0, negative_of="dip"),
    Scene("uneven", 4, 1.5, 5.0, times=5, negative_of="dip"),
    Scene("pilot", 4, minutes=10.0, lost_share=0.7, negative_of="dip"),
    Scene("convoy", 2, 1.5, 5.0, convoy=CONVOY, negative_of="dip"),
    Scene("anchored", 5, minutes=30.0, lost_share=1.0, anchorage=True, negative_of="stop"),
)


class Moment(NamedTuple):
    """When a ship is on passage, and at what speed."""

    way: Way
    at_us: int
    knots: float


@dataclass(slots=True)
class Drawn:
    """Cables and anchorages that the site is to know. Owned by one `plant`, changed in place."""

    lines: list[Line] = field(default_factory=list)
    anchorages: list[tuple[float, float]] = field(default_factory=list)


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Ships that harm a cable, and three times as many that merely cross one."""
    deck, drawn, parts = Deck(traffic, dice), Drawn(), list[Planted]()
    pool = [one for way in deck.shuffled(steady(3.0, 400.0)) for one in _crossings(deck, way)]
    for scene in SCENES if pool else ():
        for _ in range(scene.count):
            fit = [one for one in pool if one.knots >= HAULS_KN] if scene.label == "haul" else pool
            way, at_us, _ = (fit or pool)[int(dice.integers(len(fit or pool)))]
            hers = displaced(way, at_ocean(dice))._replace(mmsi=deck.number(way.mmsi))
            parts.append(_staged(deck, drawn, scene, hers, at_us))
    lat, lon = np.array(drawn.anchorages or [(-80.0, 0.0)]).T
    anchorages = index_points([f"Inject {i}" for i in range(len(lat))], lat, lon)
    return dataclasses.replace(together(parts), charts=Charts(cables=cables(drawn.lines), anchorages=anchorages))


def _crossings(deck: Deck, way: Way) -> list[Moment]:
    """Moments on passage: at speed, straight on and heard for two hours before and after."""
    fast = (way.sog_kn >= LEAST_KN) & (way.at >= way.at[0] + AROUND_US + HEARD_US)
    fast &= way.at <= way.at[-1] - AROUND_US - HEARD_US
    tried = np.sort(deck.dice.permutation(np.flatnonzero(fast))[:TRIED]).tolist()
    return [_moment(way, i) for i in tried if _on_passage(way, int(way.at[i]))]


def _moment(way: Way, i: int) -> Moment:
    """That part of her way in which she is on passage, and her speed."""
    at_us = int(way.at[i])
    heard = between(way, at_us - AROUND_US - HEARD_US, at_us + AROUND_US + HEARD_US)
    part = Way(
        way.mmsi, way.row[heard], way.at[heard], way.lat_deg[heard], way.lon_deg[heard], way.sog_kn[heard],
        way.cog_deg[heard],
    )  # fmt: skip
    return Moment(part, at_us, float(way.sog_kn[i]))


def _on_passage(way: Way, at_us: int) -> bool:
    first, last = np.searchsorted(way.at, [at_us - AROUND_US - HEARD_US, at_us + AROUND_US])
    course = np.radians(way.cog_deg[first:last])
    straight = np.hypot(np.nanmean(np.sin(course)), np.nanmean(np.cos(course)))
    near = way.sog_kn[first:last]
    return bool(straight > 0.97 and np.nanmin(near) >= LEAST_KN - 2.0)


def _staged(deck: Deck, drawn: Drawn, scene: Scene, way: Way, at_us: int) -> Planted:
    """A cable across her way, and what she does there."""
    at = _heard(way, at_us)
    sailed = _sailed_us(scene, way, at, at_us)
    lat, lon, course = _places(way, sailed)
    middle = int(np.searchsorted(at, at_us))
    _draw(deck, drawn, scene, (float(lat[middle]), float(lon[middle])), float(course[middle]))
    aside = _swing_m(scene, at, at_us)
    lat, lon = shifted(lat, lon, aside * np.sin(course[middle]), aside * np.cos(course[middle]))
    return _told(deck, scene, way, at_us, (at, lat, lon))


def _heard(way: Way, at_us: int) -> Ints:
    """When she is heard: as recorded, and every half minute around the cable."""
    dense = np.arange(at_us - AROUND_US, at_us + AROUND_US + 1, int(EVERY_S * SECOND_US))
    return np.concatenate([way.at[way.at < dense[0]], dense, way.at[way.at > dense[-1]]])


def _sailed_us(scene: Scene, way: Way, at: Ints, at_us: int) -> Ints:
    """When she really was where she is at some times: earlier by what she lost."""
    usual = np.interp(at, way.at, np.nan_to_num(way.sog_kn, nan=LEAST_KN))
    share = scene.lost_share or scene.lost_kn / np.maximum(usual, LEAST_KN - 2.0)
    slow = np.zeros(len(at))
    for i in range(scene.times):
        middle_s = 60 * scene.off_min + (i - scene.times // 2) * 1200.0
        away_s = np.abs((at - at_us) / SECOND_US - middle_s) - 30.0 * scene.minutes
        slow = np.maximum(slow, np.clip(-away_s / RAMP_S + 0.5, 0.0, 1.0))
    slow = slow * share if scene.minutes else np.zeros(len(at))
    lost = np.append(0.0, np.cumsum(np.diff(at) * (slow[1:] + slow[:-1]) / 2))
    sailed: Ints = (at - lost).astype(np.int64)
    return sailed


def _places(way: Way, at: Ints) -> tuple[Floats, Floats, Floats]:
    """Where she was at some times, and her course (radians)."""
    lat = np.interp(at, way.at, way.lat_deg)
    lon = np.interp(at, way.at, np.unwrap(way.lon_deg, period=360.0))
    ahead_lat = np.interp(at + 5 * MINUTE_US, way.at, way.lat_deg)
    ahead_lon = np.interp(at + 5 * MINUTE_US, way.at, np.unwrap(way.lon_deg, period=360.0))
    return lat, lon, np.arctan2((ahead_lon - lon) * np.cos(np.radians(lat)), ahead_lat - lat)


def _swing_m(scene: Scene, at: Ints, at_us: int) -> Floats:
    """Metres along her course by which she goes to and fro over the cable, while she makes no way."""
    if not scene.swing_nmi:
        return np.zeros(len(at))
    phase = np.clip((at - at_us) / (scene.minutes * MINUTE_US) + 0.5, 0.0, 1.0)
    out: Floats = scene.swing_nmi * NMI_M * np.sin(3 * np.pi * phase)
    return out


def _draw(deck: Deck, drawn: Drawn, scene: Scene, middle: tuple[float, float], course: float) -> None:
    """A cable across a course; an anchorage on it, if there is one."""
    lat, lon = np.full(2, middle[0]), np.full(2, middle[1])
    half = np.array([-CABLE_M, CABLE_M])
    ends = shifted(lat, lon, half * np.cos(course), -half * np.sin(course))
    number = int(deck.dice.integers(0, 1 << 40))
    drawn.lines.append(
        Line(
            line_id=f"cable-{number}", name=f"Cable {number % 10_000}", kind="cable", source="drawn",
            parts=(np.column_stack(ends[::-1]),), uncertainty_m=UNSURE_M,
        )
    )  # fmt: skip
    if scene.anchorage:
        drawn.anchorages.append(middle)


def _told(deck: Deck, scene: Scene, way: Way, at_us: int, sailed: tuple[Ints, Floats, Floats]) -> Planted:
    """Her reports, those of her convoy, what they say they are, and the truth of each."""
    at, lat, lon = sailed
    span = int(way.at[0]), int(way.at[-1])
    if scene.renamed_s:
        return _renamed(deck, scene, way, at_us, sailed)
    reports, said, truths = [told(way.mmsi, at, lat, lon, deck.dice)], [_cargo(way.mmsi, span)], [way.mmsi]
    for i in range(scene.convoy):
        other = deck.number(way.mmsi)
        beside = shifted(lat, lon, *deck.dice.uniform(-600.0, 600.0, 2))
        reports.append(told(other, at + (i + 1) * APART_US, *beside, deck.dice))
        said.append(_cargo(other, span))
        truths.append(other)
    return Planted(
        tuple(_truth(scene, (mmsi,), at_us + i * APART_US) for i, mmsi in enumerate(truths)), reports=tuple(reports),
        statics=tuple(said),
    )  # fmt: skip


def _renamed(deck: Deck, scene: Scene, way: Way, at_us: int, sailed: tuple[Ints, Floats, Floats]) -> Planted:
    """She falls silent at the cable, and goes on under another number."""
    at, lat, lon = sailed
    other, before, after = deck.number(way.mmsi), at <= at_us, at >= at_us + scene.renamed_s * SECOND_US
    reports = tuple(
        told(mmsi, at[part], lat[part], lon[part], deck.dice) for mmsi, part in ((way.mmsi, before), (other, after))
    )
    said = _cargo(way.mmsi, (int(at[0]), at_us)), _cargo(other, (int(at[after][0]), int(at[-1])))
    return Planted((_truth(scene, (way.mmsi, other), at_us),), reports=reports, statics=said)


def _cargo(mmsi: int, span: tuple[int, int]) -> pl.DataFrame:
    return statics(mmsi, span, 150, ship_type=CARGO)


def _truth(scene: Scene, vessels: tuple[int, ...], at_us: int) -> Truth:
    half = int(max(1.0, scene.minutes / 2) * MINUTE_US)
    params = {"knots": scene.lost_kn, "minutes": scene.minutes} if scene.lost_kn else {}
    return Truth(
        kind="cable", label=scene.label, expected=not scene.negative_of, vessels=vessels, t_start=at_us - half,
        t_end=at_us + half, criteria_at=at_us + half + 15 * MINUTE_US, params=params,
        difficulty="hard" if 0 < scene.lost_kn < 2.0 else "easy", negative_of=scene.negative_of,
    )  # fmt: skip
