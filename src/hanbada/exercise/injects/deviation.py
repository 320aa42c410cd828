"""Ways that a dozen ships sail one after another in mid-ocean, and the next one who leaves them.

Recordings of a day have few places where eight ships go on for hours, so passages are invented, each a little beside
the one before; the times at which ships are heard are real. The last one turns away, sails miles beside, goes around by
a place of her own, or turns back. Innocent are those that follow, that give room, that go where ways part, that are
diverted like those just before, that have new orders, and all behind few others.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from hanbada.detect.contract import Charts
from hanbada.exercise.injects import Planted, Truth, together
from hanbada.exercise.injects.editing import Path, along, at_sea, path_of, shifted, statics, told, where_on
from hanbada.exercise.injects.picking import Deck, steady
from hanbada.geo.sphere import NMI_M
from hanbada.model.times import HOUR_US, MINUTE_US
from hanbada.reference.destinations import destinations

if TYPE_CHECKING:
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.chance import Floats
    from hanbada.exercise.injects.picking import Way

KINDS = ("deviation",)
TOLERANCE_S = 5400.0
CARGO = 70
LEAST_H, LONGEST_H = 5.0, 7.0
BEND_M = 20_000.0
APART_US = 25 * MINUTE_US
"""From one ship of a way to the next."""
BESIDE_M = 500.0
"""Standard deviation of how far beside one another they sail."""
AWAY_SHARE = 0.35
"""She leaves after so much of her way."""
KNOWN_US = 75 * MINUTE_US
"""An hour of legs off the ways, and what it takes to be off them."""


class Scene(NamedTuple):
    """How she leaves: to how many miles aside, within how many miles, on a course turned by so much; others alike."""

    label: str
    count: int  # type: ignore[assignment]
    aside_nmi: float = 0.0
    turn_deg: float = 0.0
    before: int = 12
    alike: int = 0
    parting: int = 0
    orders: bool = False
    back: bool = False
    negative_of: str = ""


SCENES = (
    *(Scene("offset", 1, aside_nmi=nmi) for nmi in (4.0, 8.0, 16.0, 30.0)),
    *(Scene("early_turn", 1, turn_deg=deg) for deg in (25.0, 40.0, 60.0)),
    *(Scene("detour", 1, aside_nmi=nmi, back=True) for nmi in (10.0, 20.0)),
    Scene("turned_back", 1, turn_deg=175.0),
    Scene("follows", 8, negative_of="offset"),
    Scene("gives_room", 6, aside_nmi=1.2, negative_of="offset"),
    Scene("few_before", 5, turn_deg=40.0, before=6, negative_of="early_turn"),
    Scene("ways_part", 4, turn_deg=40.0, parting=5, negative_of="early_turn"),
    Scene("diverted", 4, turn_deg=40.0, alike=3, negative_of="early_turn"),
    Scene("new_orders", 4, turn_deg=40.0, orders=True, negative_of="early_turn"),
)
Port = tuple[str, str, float, float]


def plant(traffic: Carrier, dice: np.random.Generator) -> Planted:
    """Ships that leave a way of many, and three times as many that do not, or for a reason."""
    deck, ports, parts = Deck(traffic, dice), list[Port](), list[Planted]()
    for scene in SCENES:
        parts += deck.stage(scene.count, steady(LEAST_H, 600.0), partial(_staged, deck, scene, ports))
    return dataclasses.replace(together(parts), charts=Charts(destinations=destinations(ports)))


def _staged(deck: Deck, scene: Scene, ports: list[Port], heard: Way) -> Planted:
    """A way of others, and hers: as often heard as a real ship, for some hours."""
    way = _passage(deck, heard)
    late_us = (scene.before + scene.alike + scene.parting + 1) * APART_US
    turns = [-25.0 - 20.0 * i for i in range(scene.parting)] + [0.0] * scene.before
    reports: list[pl.DataFrame] = []
    said: list[pl.DataFrame] = []
    for i, turn_deg in enumerate(turns):
        _add(deck, way, partial(_turned, turn_deg), i * APART_US - late_us, reports, said)
    for i in range(scene.alike):
        _add(deck, way, partial(_turned, scene.turn_deg), -(scene.alike - i) * APART_US, reports, said)
    mmsi, lat, lon = _add(deck, way, partial(_astray, scene), 0, reports, said)
    left = int(way.at[0] + AWAY_SHARE * (way.at[-1] - way.at[0]))
    if scene.orders:
        said[-1] = _ordered(deck, mmsi, way, left, (float(lat[-1]), float(lon[-1])), ports)
    return Planted((_truth(scene, mmsi, left, int(way.at[-1])),), reports=tuple(reports), statics=tuple(said))


def _passage(deck: Deck, heard: Way) -> Way:
    """A passage in mid-ocean with a bend in it."""
    at = heard.at[: int(np.searchsorted(heard.at, heard.at[0] + LONGEST_H * HOUR_US))]
    heard = heard._replace(at=at[np.unique(at // MINUTE_US, return_index=True)[1]])
    lat, lon = at_sea(deck.dice, heard, deck.chance(11.0, 16.0))
    bend = deck.chance(-BEND_M, BEND_M) * np.linspace(0.0, 1.0, len(lat)) ** 2
    lat, lon = shifted(lat, lon, bend, -bend)
    return heard._replace(lat_deg=lat, lon_deg=lon)


def _add(
    deck: Deck, way: Way, changed: partial[tuple[Floats, Floats]], later_us: int, reports: list[pl.DataFrame],
    said: list[pl.DataFrame],
) -> tuple[int, Floats, Floats]:  # fmt: skip
    """A ship on a way, changed, at another time and a little beside it; her number and places."""
    mmsi, beside = deck.number(way.mmsi), deck.dice.normal(0.0, BESIDE_M, 2)
    lat, lon = changed(way)
    lat, lon = shifted(lat, lon, *beside)
    reports.append(told(mmsi, way.at + later_us, lat, lon, deck.dice))
    said.append(statics(mmsi, (int(way.at[0]) + later_us, int(way.at[-1]) + later_us), 150, ship_type=CARGO))
    return mmsi, lat, lon


def _turned(turn_deg: float, way: Way) -> tuple[Floats, Floats]:
    """A way that is turned about the place where ships leave it."""
    if not turn_deg:
        return way.lat_deg, np.unwrap(way.lon_deg, period=360.0)
    path, made = path_of(way), _made_m(way)
    left = AWAY_SHARE * path.along_m[-1]
    lat, lon = along(path, np.minimum(made, left))
    course = _course(path, left) + np.radians(turn_deg)
    on = np.maximum(made - left, 0.0)
    return shifted(lat, lon, on * np.sin(course), on * np.cos(course))


def _astray(scene: Scene, way: Way) -> tuple[Floats, Floats]:
    """Her own way."""
    if not scene.aside_nmi:
        return _turned(scene.turn_deg, way)
    path, made = path_of(way), _made_m(way)
    left, whole = AWAY_SHARE * path.along_m[-1], path.along_m[-1]
    share = np.clip((made - left) / max(2.0 * scene.aside_nmi * NMI_M, 5 * NMI_M), 0.0, 1.0)
    if scene.back:
        share = np.minimum(share, np.clip((whole - made) / (0.3 * whole), 0.0, 1.0))
    course = _course(path, left) + np.pi / 2
    lat, lon = along(path, made)
    aside = scene.aside_nmi * NMI_M * share
    return shifted(lat, lon, aside * np.sin(course), aside * np.cos(course))


def _made_m(way: Way) -> Floats:
    """Metres made along her path at each report."""
    path = path_of(way)
    made: Floats = np.array([where_on(path, way, int(at)) for at in way.at[:: max(1, len(way.at) // 200)]])
    return np.interp(way.at, way.at[:: max(1, len(way.at) // 200)], made)


def _course(path: Path, metres: float) -> float:
    """The course of a path at a place, over ten miles (radians)."""
    lat, lon = along(path, np.array([metres - 5 * NMI_M, metres + 5 * NMI_M]))
    return float(np.arctan2((lon[1] - lon[0]) * np.cos(np.radians(lat[0])), lat[1] - lat[0]))


def _ordered(
    deck: Deck, mmsi: int, way: Way, left: int, last: tuple[float, float], ports: list[Port]
) -> pl.DataFrame:  # fmt: skip
    """What she says: that she goes where she goes indeed, since an hour before she turned; elsewhere before."""
    letters = "".join(chr(65 + int(one)) for one in deck.dice.integers(0, 26, 12))
    there = float(path_of(way).lat_deg[-1]), float(path_of(way).lon_deg[-1])
    for name, place in ((letters[:6], there), (letters[6:], last)):
        ports.append((f"Inject {name}", f"ZZ{name[:3]}", *place))
    first, then = ports[-2][1], ports[-1][1]
    told_at = left - HOUR_US
    before = statics(mmsi, (int(way.at[0]), told_at), 150, ship_type=CARGO, destination=first)
    return pl.concat([before, statics(mmsi, (told_at, int(way.at[-1])), 150, ship_type=CARGO, destination=then)])


def _truth(scene: Scene, mmsi: int, left: int, end: int) -> Truth:
    size = {"nmi": scene.aside_nmi} if scene.aside_nmi else {"deg": scene.turn_deg} if scene.turn_deg else {}
    return Truth(
        kind="deviation", label=scene.label, expected=not scene.negative_of, vessels=(mmsi,), t_start=left, t_end=end,
        criteria_at=left + KNOWN_US, params=size, difficulty="hard" if 0 < scene.aside_nmi < 6 else "easy",
        negative_of=scene.negative_of,
    )  # fmt: skip
