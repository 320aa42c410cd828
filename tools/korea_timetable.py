"""Write src/hanbada/exercise/korea_timetable.py: when each everyday vessel of the simulated strait begins her plan.

    python tools/korea_timetable.py           write the timetable
    python tools/korea_timetable.py --check   say which pairs would pass too close by it, exit code 1 if any do

Vessels are placed one at a time, those that sail most often first; who finds no time is placed before them when all
begin anew. Each takes the first departure at which nobody she meets in eight days, after which everything comes again,
would seem to pass within the room both need. That is looked at on the minute as a watch ashore does: courses are drawn
out straight, so that who is about to turn counts as well. What a ship needs is Fujii's ellipse as in
`detect.close_quarters`, asked for with a larger margin.
"""

from __future__ import annotations

import math
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np
from msgspec.structs import replace

from hanbada.app.places import known_ports
from hanbada.detect.close_quarters import OPEN_WATER, RESTRICTED, SERVICE
from hanbada.exercise.chance import below
from hanbada.exercise.korea_fleet import PERIODS_H, SEED, everyday
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.motion import motion_of, states, timetable
from hanbada.exercise.scenario import Shift
from hanbada.geo.sphere import EARTH_M, KNOT_MS, NMI_M
from hanbada.model.times import MINUTE_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.exercise.scenario import Vessel

PAGE = Path(__file__).parents[1] / "src" / "hanbada" / "exercise" / "korea_timetable.py"
HORIZON_MIN = PERIODS_H[-1] * 60
STEP_MIN = 5
SLOWEST_KN, PORT_M, REACH_M, PASS_M = 2.5, 3 * NMI_M, 12 * NMI_M, 0.5 * NMI_M
"""A little more than `close_quarters` asks for."""
SOONEST_S, LATEST_S, STEADY = 90.0, 750.0, 2
RESTRICTED_M = 6 * NMI_M
POSITION_M, WANDER, LENGTH_M = 35.0, 0.03, 50.0
LEAST_P = 0.35
LINE = 118


class Ways(NamedTuple):
    """Of many vessels, minute by minute: metres north, degrees east, m/s north and east, whether that is near a port.

    The speed is NaN for who lies, or is in port.
    """

    north_m: NDArray[np.float32]
    east_deg: NDArray[np.float32]
    north_ms: NDArray[np.float32]
    east_ms: NDArray[np.float32]
    near: NDArray[np.float32]


def ways(vessels: list[Vessel], minutes: int) -> Ways:
    """Where vessels are from story time 0 on, one row each."""
    motion, ports = motion_of(vessels, [timetable(one) for one in vessels]), known_ports(None)
    who, minute = np.repeat(np.arange(len(vessels)), minutes), np.tile(np.arange(minutes), len(vessels))
    at = states(motion, who, minute * MINUTE_US)
    away = at.sog_kn >= SLOWEST_KN
    _, port_m = ports.all_nearest(at.lat_deg[away], at.lon_deg[away])
    near = np.zeros(len(who))
    near[away] = port_m < RESTRICTED_M
    away[away] = port_m >= PORT_M
    speed, course = np.where(away, at.sog_kn * KNOT_MS, np.nan), np.radians(at.cog_deg)
    columns = (np.radians(at.lat_deg) * EARTH_M, at.lon_deg, speed * np.cos(course), speed * np.sin(course), near)
    return Ways(*(column.astype(np.float32).reshape(len(vessels), minutes) for column in columns))


@numba.njit
def half_m(length: float, y: float, x: float, along_y: float, along_x: float, ahead: float, abeam: float) -> float:
    """Half of Fujii's ellipse around a ship that goes (y, x), across a relative motion along a unit vector."""
    part = (x * along_y - y * along_x) / math.hypot(x, y)
    return length * math.sqrt((ahead * part) ** 2 + abeam**2 * (1 - part * part))


@numba.njit
def inside(y: float, x: float, a: Any, b: Any, a_len: float, b_len: float, near: int) -> float:
    """Chance that b, (y, x) from a, passes through the room of the larger; -1 where she does not pass soon and near."""
    go_y, go_x = b[0] - a[0], b[1] - a[1]
    speed = math.hypot(go_y, go_x)
    if speed < SLOWEST_KN * KNOT_MS:
        return -1.0
    along_y, along_x = go_y / speed, go_x / speed
    soon = -(y * along_y + x * along_x) / speed
    cpa = y * along_x - x * along_y
    if soon < SOONEST_S or soon > LATEST_S or abs(cpa) > PASS_M:
        return -1.0
    ahead, abeam = RESTRICTED if near else OPEN_WATER
    own, other = half_m(a_len, *a, along_y, along_x, ahead, abeam), half_m(b_len, *b, along_y, along_x, ahead, abeam)
    half, sigma = max(own, other), math.sqrt(2.0 * (POSITION_M**2 + WANDER**2 * (y * y + x * x)))
    return 0.5 * (math.erfc((-half - cpa) / sigma) - math.erfc((half - cpa) / sigma))


@numba.njit
def closest(own: Any, departs: int, length_m: float, others: Any, lengths: Any, placed: int, told: Any) -> int:
    """Count those she would come too close to; `told` is given the minute of each, or has room for the first only."""
    north, east, north_ms, east_ms, near = own
    last, stood, found = np.full(placed, -9), np.zeros(placed, np.int64), 0
    told[:] = -1
    for minute in range(others[0].shape[0]):
        i = (minute - departs) % len(north)
        if north_ms[i] != north_ms[i]:
            continue
        wide = EARTH_M * math.pi / 180.0 * math.cos(north[i] / EARTH_M)
        for j in range(placed):
            y = others[0][minute, j] - north[i]
            if not abs(y) <= REACH_M or others[2][minute, j] != others[2][minute, j] or told[j % len(told)] >= 0:
                continue
            x = (others[1][minute, j] - east[i]) * wide
            if abs(x) > REACH_M:
                continue
            going = (others[2][minute, j], others[3][minute, j])
            tight = int(near[i] > 0 or others[4][minute, j] > 0)
            chance = inside(y, x, (north_ms[i], east_ms[i]), going, length_m, lengths[j], tight)
            if chance < 0:
                continue
            stood[j] = stood[j] + 1 if last[j] == minute - 1 else 1
            last[j] = minute
            if chance >= LEAST_P and stood[j] >= STEADY:
                found += 1
                if len(told) == 1:
                    return found
                told[j] = minute
    return found


class World:
    """Those who have their places: room for everybody, minute by minute, filled up as it goes."""

    def __init__(self, room: int) -> None:
        self.columns = tuple(np.full((HORIZON_MIN, room), np.nan, np.float32) for _ in Ways._fields)
        self.lengths = np.zeros(room)
        self.keys: list[str] = []

    def put(self, key: str, way: tuple[Any, ...], departs: int, length_m: float) -> None:
        """Give a vessel her place."""
        when = (np.arange(HORIZON_MIN) - departs) % len(way[0])
        for column, own in zip(self.columns, way, strict=True):
            column[:, len(self.keys)] = own[when]
        self.lengths[len(self.keys)] = length_m
        self.keys.append(key)

    def met(self, way: tuple[Any, ...], departs: int, length_m: float, *, all_of_them: bool) -> tuple[int, list[str]]:
        """How many of them a vessel comes too close to, and if all are wanted, whom and when."""
        told = np.full(len(self.keys) if all_of_them else 1, -1)
        count = closest(way, departs, length_m, self.columns, self.lengths, len(self.keys), told)
        return count, [f"{self.keys[j]} at {told[j]}" for j in np.flatnonzero(told >= 0)] if all_of_them else []


def length_of(one: Vessel) -> float:
    """As a watch knows it."""
    return float(sum(one.dimensions_m[:2])) if one.dimensions_m else LENGTH_M


def cast() -> tuple[list[Vessel], list[Vessel]]:
    """Vessels of the story, and where they pretend to be; and the everyday ones that move."""
    strait, others = korea_strait(0), everyday()
    names, moving = {one.key for one in others}, [one for one in others if len(one.steps) > 1 and not serves(one)]
    story = [one for one in strait.vessels if one.key not in names and not serves(one)]
    ghosts = []
    for event in strait.events:
        if isinstance(event, Shift):
            one = next(one for one in story if one.key == event.vessel)
            ghosts.append(replace(one, key=f"ghost of {one.key}"))
    return [*story, *ghosts], moving


def serves(one: Vessel) -> bool:
    """Whether others expect her near: tugs, pilots, guards."""
    return one.ship_type in SERVICE


def ghostly(way: tuple[Any, ...], one: Vessel) -> tuple[Any, ...]:
    """The way of a ship that pretends, moved; any other as it is."""
    for event in korea_strait(0).events:
        if isinstance(event, Shift) and one.key == f"ghost of {event.vessel}":
            return (
                way[0] + np.float32(math.radians(event.north_deg) * EARTH_M),
                way[1] + np.float32(event.east_deg),
                *way[2:],
            )
    return way


def departures() -> dict[str, int]:
    """When each begins, in minutes from the curtain; who finds no time is placed first the next time."""
    world, moving = story_world()
    order, found = sorted(moving, key=lambda one: (timetable(one).cycle_s, -length_of(one))), dict[str, int]()
    while len(found) < len(order):
        found, stage = {}, deepcopy(world)
        for one in order:
            own = way_of(one)
            departs = _free(stage, one, own)
            if departs is None:
                order.insert(0, order.pop(order.index(one)))
                print(f"{one.key} first", flush=True)
                break
            found[one.key] = departs
            stage.put(one.key, own, departs, length_of(one))
    return found


def too_close() -> list[str]:
    """Who comes too close to whom by the timetable as it is."""
    world, moving = story_world()
    told = []
    for one in moving:
        own, departs = way_of(one), round(one.starts_s / 60)
        told += [f"{one.key} and {other}" for other in world.met(own, departs, length_of(one), all_of_them=True)[1]]
        world.put(one.key, own, departs, length_of(one))
    return told


def story_world() -> tuple[World, list[Vessel]]:
    """Those of the story in their places, and those who are to be placed."""
    story, moving = cast()
    world = World(len(story) + len(moving))
    for one, *way in zip(story, *ways(story, 1440), strict=True):
        world.put(one.key, ghostly(tuple(way), one), 0, length_of(one))
    return world, moving


@cache
def way_of(one: Vessel) -> tuple[Any, ...]:
    """A vessel's way by her own clock, from the beginning of her plan to its end."""
    return tuple(column[0] for column in ways([replace(one, starts_s=0.0)], round(timetable(one).cycle_s / 60)))


def _free(world: World, one: Vessel, way: tuple[Any, ...]) -> int | None:
    """The first departure at which she meets nobody, from one of her own on."""
    period = len(way[0])
    begin = int(below(period // STEP_MIN, SEED, sum(map(ord, one.key)), 11)[0]) * STEP_MIN
    times = ((begin + step) % period for step in range(0, period, STEP_MIN))
    return next((at for at in times if not world.met(way, at, length_of(one), all_of_them=False)[0]), None)


def written(found: dict[str, int]) -> str:
    """The module that holds the timetable."""
    lines, line = list[str](), "   "
    for key in sorted(found):
        entry = f' "{key}": {found[key]},'
        if len(line) + len(entry) > LINE:
            lines.append(line)
            line = "   "
        line += entry
    head = (
        '"""When each everyday vessel of the simulated strait begins her plan, so that nobody comes too close.\n\n'
        'Made by tools/korea_timetable.py: change the fleet, then run that.\n"""\n\n'
        "from __future__ import annotations\n\n"
        "DEPARTURES: dict[str, int] = {\n"
    )
    return head + "\n".join([*lines, line]) + '\n}  # fmt: skip\n"""Minutes from the curtain."""\n'


def main() -> int:
    """Write, or check; 1 if anybody comes too close."""
    if "--check" not in sys.argv:
        PAGE.write_text(written(departures()), encoding="utf-8")
        return 0
    told = too_close()
    print(*told, f"{len(told)} pairs too close", sep="\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
