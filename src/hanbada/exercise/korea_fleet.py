"""The everyday traffic of the simulated Korea Strait: who sails which route, how fast, how large.

Nothing here raises an alert, or should: ferries, coasters, tankers, fishing boats, tugs, ships at anchor. Nobody makes
way here: that nobody has to is the work of `korea_timetable`. What happens is in `korea_story`.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from hanbada.exercise.chance import below, uniform
from hanbada.exercise.korea_places import MARKS, PORTS, ROUTES, Mark
from hanbada.exercise.korea_timetable import DEPARTURES
from hanbada.exercise.motion import timetable
from hanbada.exercise.numbering import identity
from hanbada.exercise.scenario import Place, Sail, Stay, Step, Vessel
from hanbada.geo.sphere import NMI_M, bearing_deg, destination, turn

SEED = 2024
"""Of the roster: another one would be another fleet."""
HOUR_S = 3600.0
PERIODS_H = (2, 3, 4, 6, 8, 12, 24, 48, 96, 192)
"""Plans repeat by the clock, each period a part of the next but few: after eight days everybody is where they were, and
one timetable keeps them clear of each other for ever."""


class Build(NamedTuple):
    """A kind of vessel: AIS types, length (m), length to beam, draught (m), speed (kn), turning, flags, class B."""

    types: tuple[int, ...]
    length_m: tuple[int, int]
    slender: float
    draught_m: tuple[float, float]
    kn: tuple[float, float]
    turn_deg_min: float
    accel_kn_s: float
    flags: str
    class_b: float = 0.0


BUILDS: dict[str, Build] = {
    "container": Build((71, 72, 70), (180, 366), 7.2, (9.0, 14.5), (14.0, 18.5), 20, 0.02, "PA LR MH HK SG KR DK"),
    "feeder": Build((70, 71, 79), (95, 175), 6.3, (5.5, 9.5), (12.0, 16.0), 28, 0.03, "KR PA HK SG JP CN"),
    "coaster": Build((70, 79, 70), (60, 120), 5.8, (3.5, 6.8), (9.5, 12.5), 35, 0.04, "KR KR JP PA CN"),
    "bulk": Build((70, 74, 70), (150, 229), 6.4, (7.0, 13.5), (11.0, 13.5), 20, 0.02, "PA LR MH HK GR"),
    "tanker": Build((80, 81, 82, 89), (70, 145), 6.0, (4.0, 8.5), (10.0, 13.0), 30, 0.03, "KR KR JP PA SG"),
    "gas": Build((80, 81, 84), (230, 290), 6.3, (9.5, 12.0), (15.0, 18.0), 18, 0.02, "KR PA MH GR"),
    "cars": Build((70, 70), (180, 200), 6.0, (8.5, 10.0), (15.5, 18.5), 20, 0.02, "KR PA JP MH"),
    "ferry": Build((60, 69), (100, 190), 6.5, (4.5, 6.8), (17.0, 22.5), 40, 0.05, "KR JP"),
    "fast": Build((40, 49), (27, 45), 3.4, (1.4, 2.2), (35.0, 38.0), 60, 0.15, "KR JP"),
    "guard": Build((55, 51), (60, 120), 7.0, (3.0, 4.5), (12.0, 17.0), 70, 0.10, "KR KR JP"),
    "tug": Build((52, 52, 31), (28, 38), 3.2, (3.0, 4.2), (8.0, 11.0), 120, 0.10, "KR JP"),
    "pilot": Build((50,), (14, 20), 3.5, (1.2, 1.9), (14.0, 20.0), 150, 0.25, "KR JP"),
    "fishing": Build((30,), (15, 42), 4.2, (1.8, 3.4), (2.4, 4.2), 90, 0.05, "KR KR JP", 0.6),
    "pleasure": Build((36, 37), (9, 16), 3.4, (1.5, 2.2), (4.5, 7.5), 150, 0.10, "KR JP", 1.0),
}  # fmt: skip


class Fleet(NamedTuple):
    """Some vessels of a kind, dealt out over some routes, in port for so many hours at a time."""

    vessels: int
    kind: str
    routes: str
    hours: tuple[float, float] = (6.0, 14.0)


FLEETS: tuple[Fleet, ...] = (
    Fleet(22, "container", "busan-shanghai newport-shanghai newport-shanghai gwangyang-shanghai hakata-shanghai",
          (10, 18)),
    Fleet(6, "bulk", "gwangyang-shanghai ulsan-shanghai", (14, 30)),
    Fleet(28, "feeder", "busan-hakata busan-kitakyushu busan-gwangyang newport-gwangyang ulsan-hakata "
                        "hakata-kitakyushu"),
    Fleet(40, "coaster", "ulsan-pohang masan-busan busan-gwangyang busan-ulsan pohang-kitakyushu hakata-kitakyushu "
                         "masan-ulsan nagasaki-ulsan pohang-donghae busan-donghae"),
    Fleet(32, "tanker", "ulsan-gwangyang ulsan-kitakyushu masan-ulsan ulsan-hakata nagasaki-ulsan busan-ulsan"),
    Fleet(4, "gas", "ulsan-shanghai gwangyang-shanghai", (18, 26)),
    Fleet(6, "cars", "ulsan-shanghai ulsan-hakata", (9, 14)),
    Fleet(4, "coaster", "busan-maizuru kitakyushu-maizuru"),
    Fleet(3, "ferry", "busan-shimonoseki busan-hakata", (4, 7)),
    Fleet(2, "fast", "busan-hakata", (0.8, 1.4)), Fleet(1, "fast", "busan-hitakatsu", (1.0, 1.5)),
    Fleet(1, "ferry", "busan-izuhara", (1.5, 2.5)), Fleet(2, "ferry", "hakata-izuhara", (1.2, 2.2)),
    Fleet(1, "ferry", "hakata-ashibe", (0.8, 1.5)), Fleet(2, "ferry", "jeju-jindo", (1.5, 3.0)),
    Fleet(4, "coaster", "jeju-seogwipo jeju-jindo", (5, 9)), Fleet(2, "guard", "jeju-seogwipo", (1, 2)),
    Fleet(2, "guard", "busan-donghae nagasaki-ulsan", (2, 4)), Fleet(1, "bulk", "okpo-trials", (3, 6)),
)  # fmt: skip

LYING: tuple[tuple[int, str, str, float, float, int, float], ...] = (
    # how many, kind, name, corner (lat, lon), columns, spacing (nmi); status 1 at sea, 5 alongside
    (9, "bulk", "BUSAN ANCHORAGE", 35.015, 129.215, 3, 0.6), (8, "tanker", "ULSAN ANCHORAGE", 35.410, 129.510, 4, 0.6),
    (7, "coaster", "NEW PORT ANCHORAGE", 34.895, 128.905, 4, 0.55),
    (7, "tanker", "YEOSU ANCHORAGE", 34.620, 127.850, 3, 0.6),
    (5, "feeder", "HIBIKI ANCHORAGE", 34.010, 130.780, 5, 0.6),
    (4, "coaster", "POHANG ANCHORAGE", 36.075, 129.440, 4, 0.5),
    (4, "coaster", "HAKATA ANCHORAGE", 33.640, 130.325, 2, 0.4),
    (5, "tug", "BUSAN", 35.095, 129.045, 5, 0.06), (4, "tug", "ULSAN", 35.478, 129.392, 4, 0.06),
    (3, "tug", "POHANG", 36.030, 129.395, 3, 0.06), (3, "tug", "HAKATA", 33.605, 130.385, 3, 0.06),
    (3, "guard", "BUSAN", 35.085, 129.035, 3, 0.08), (3, "container", "BUSAN", 35.105, 129.052, 3, 0.25),
    (6, "fishing", "POHANG", 36.045, 129.385, 6, 0.04),
)  # fmt: skip

GROUNDS: tuple[tuple[int, str, float, float, int], ...] = (
    # how many, flag, south-west corner (lat, lon), columns; boats 3.2 nmi apart
    (9, "KR", 34.660, 129.160, 3), (8, "JP", 34.100, 129.440, 2), (6, "JP", 34.520, 129.140, 3),
    (6, "KR", 34.540, 128.420, 3), (7, "KR", 35.880, 129.660, 3), (8, "KR", 33.230, 126.080, 2),
    (6, "KR", 33.020, 126.250, 6), (5, "JP", 33.900, 129.620, 3),
)  # fmt: skip

PLEASURE: tuple[tuple[int, str, float, float, int], ...] = (
    (8, "KR", 35.130, 129.175, 4), (6, "JP", 33.660, 130.280, 2), (4, "KR", 34.790, 128.780, 2),
    (4, "JP", 34.210, 129.350, 2), (3, "KR", 34.660, 127.820, 1),
)  # fmt: skip

HARBOUR_CRAFT: tuple[tuple[str, str, str], ...] = (
    ("pilot", "BUSAN GATE", "BUSAN ROADS"), ("pilot", "ULSAN GATE", "ULSAN ROADS"),
    ("pilot", "YEOSU BAY", "YEOSU GATE"), ("pilot", "HAKATA BAY", "HAKATA ROADS"),
    ("tug", "BUSAN", "BUSAN GATE"), ("tug", "ULSAN", "ULSAN GATE"),
    ("tug", "GWANGYANG", "YEOSU BAY"), ("tug", "YEONGIL BAY", "POHANG ROADS"), ("guard", "BUSAN GATE", "OFF GEOJE E"),
    ("guard", "HAKATA GATE", "ASHIBE ROADS"),
)  # fmt: skip

SPACING_NMI = {"BUSAN": 0.1, "ULSAN": 0.1, "POHANG": 0.1, "MASAN": 0.1, "HAKATA": 0.1, "DONGHAE": 0.1, "SHANGHAI": 0.8}
BERTH_NMI = 0.32
"""Berths are this far apart where no harbour is on the built-in list of ports: nearer, neighbours seem to meet."""

FIRST = (
    "HANARO", "MIRAE", "SEORAK", "HALLA", "NURI", "GAON", "DASOM", "ARIRANG", "KEUM", "SAEROM", "EUNHA", "BYEOL",
    "AZALEA", "AURORA", "CORAL", "DELTA", "EMERALD", "FALCON", "GINKGO", "HERON", "INDIGO", "JADE", "KESTREL", "LOTUS",
    "MAPLE", "NOVA", "ORCHID", "PEARL", "QUARTZ", "RAVEN", "SAKURA", "TOPAZ",
)  # fmt: skip
LAST = ("BADA", "STAR", "ACE", "WAVE", "DREAM", "BRIDGE", "HORIZON", "SPIRIT", "MARU", "HARMONY", "WIND", "PIONEER")


def everyday() -> tuple[Vessel, ...]:
    """All vessels without a part in the story."""
    makers = (_liners, _lying, _fishers, _yachts, _craft)
    vessels: list[Vessel] = []
    for make in makers:
        vessels += make(len(vessels))
    return tuple(_by_the_clock(one) for one in vessels)


def _by_the_clock(one: Vessel) -> Vessel:
    """The vessel by the timetable: she rests so much longer at first that her plan takes a whole period."""
    cycle_s = timetable(one).cycle_s
    period_s = next(hours * HOUR_S for hours in PERIODS_H if hours * HOUR_S >= cycle_s)
    longer = replace(one.steps[0], for_s=one.steps[0].for_s + period_s - cycle_s)  # type: ignore[union-attr]
    return replace(one, steps=(longer, *one.steps[1:]), starts_s=60.0 * DEPARTURES.get(one.key, 0))


def _share(serial: int, question: int) -> float:
    return float(uniform(SEED, serial, question)[0])


def _between(span: tuple[float, float], serial: int, question: int) -> float:
    return span[0] + (span[1] - span[0]) * _share(serial, question)


def _dealt(choices: tuple[str, ...] | list[str], serial: int, question: int) -> str:
    return choices[int(below(len(choices), SEED, serial, question)[0])]


def name_of(serial: int) -> str:
    """A name nobody else has: words that repeat only with another number."""
    first, last = FIRST[serial % len(FIRST)], LAST[serial // len(FIRST) % len(LAST)]
    return f"{first} {last}"


def vessel(serial: int, kind: str, start: Place, steps: tuple[Step, ...], flag: str | None = None) -> Vessel:
    """The everyday vessel of a serial number, sailing a plan; small, old and simple ones lack this and that."""
    build = BUILDS[kind]
    flag = flag or _dealt(build.flags.split(), serial, 1)
    class_b = _share(serial, 2) < build.class_b
    length = round(_between(build.length_m, serial, 3))
    ahead, beam = round(length * _between((0.1, 0.85), serial, 4)), max(4, round(length / build.slender))
    small = length < 50
    return Vessel(
        key=f"{kind}-{serial}",
        identity=identity(flag, serial, name_of(serial), imo=length >= 55),
        ship_type=int(_dealt([str(one) for one in build.types], serial, 5)),
        class_b=class_b,
        dimensions_m=(ahead, length - ahead, beam // 2, beam - beam // 2) if _share(serial, 6) > 0.04 else None,
        draught_m=round(_between(build.draught_m, serial, 7), 1) if _share(serial, 8) > 0.08 else None,
        turn_deg_min=build.turn_deg_min,
        accel_kn_s=build.accel_kn_s,
        sends_heading=_share(serial, 9) > (0.8 if class_b else 0.4 if small else 0.03),
        sends_turn=length >= 120 or _share(serial, 10) > 0.7,
        start=start,
        steps=steps,
    )


def shifted(place: Place, north_nmi: float, east_nmi: float) -> Place:
    """A place so far north and east of another."""
    lat, lon = destination(*place, 0.0, north_nmi * NMI_M)
    return destination(lat, lon, 90.0, east_nmi * NMI_M)


def _liners(serial: int) -> list[Vessel]:
    made: list[Vessel] = []
    berths: dict[str, int] = {}
    for fleet in FLEETS:
        routes = fleet.routes.split()
        for i in range(fleet.vessels):
            names = ROUTES[routes[i % len(routes)]].split(", ")
            made.append(_liner(serial + len(made), fleet, names, berths))
    return made


def _liner(serial: int, fleet: Fleet, names: list[str], berths: dict[str, int]) -> Vessel:
    kn, keep = _between(BUILDS[fleet.kind].kn, serial, 12), _between((0.45, 1.0), serial, 13)
    ends = [_berth(name, berths) for name in (names[0], names[-1])]
    marks = [MARKS[name] for name in names]
    out, back = passage(marks, ends[1], kn, keep), passage(marks[::-1], ends[0], kn, keep)
    stays = [
        Stay(
            for_s=HOUR_S * _between(fleet.hours, serial, 14 + i),
            status=5,
            port=PORTS.get(name),
            heading_deg=20.0 + 130.0 * i,
        )
        for i, name in enumerate((names[0], names[-1]))
    ]
    return vessel(serial, fleet.kind, ends[0], (stays[0], *out, stays[1], *back))


def _berth(name: str, berths: dict[str, int]) -> Place:
    """The next free place to lie at a mark: rows of five."""
    number = berths[name] = berths.get(name, -1) + 1
    apart = SPACING_NMI.get(name, BERTH_NMI)
    return shifted((MARKS[name].lat_deg, MARKS[name].lon_deg), apart * (number // 5), apart * (number % 5 - 2))


def passage(marks: list[Mark], end: Place, kn: float, keep: float) -> list[Step]:
    """Sail past some marks, keeping to starboard of them, to a berth."""
    steps: list[Step] = []
    for before, mark, after in zip(marks, marks[1:], marks[2:], strict=False):
        course = bearing_deg(before.lat_deg, before.lon_deg, mark.lat_deg, mark.lon_deg)
        course += turn(course, bearing_deg(mark.lat_deg, mark.lon_deg, after.lat_deg, after.lon_deg)) / 2.0
        to = destination(mark.lat_deg, mark.lon_deg, course + 90.0, keep * mark.wide_nmi * NMI_M)
        steps.append(Sail(to=to, kn=min(kn, max(before.limit_kn, mark.limit_kn))))
    return [*steps, Sail(to=end, kn=min(kn, max(marks[-2].limit_kn, marks[-1].limit_kn)))]


def _lying(serial: int) -> list[Vessel]:
    """Ships at anchor and alongside."""
    made: list[Vessel] = []
    for count, kind, name, lat, lon, columns, apart in LYING:
        for i in range(count):
            place = shifted((lat, lon), apart * (i // columns), apart * (i % columns))
            at_sea = "ANCHORAGE" in name
            stay = Stay(for_s=86_400.0, status=1 if at_sea else 5, heading_deg=None if at_sea else 70.0)
            made.append(vessel(serial + len(made), kind, place, (stay,)))
    return made


def _fishers(serial: int) -> list[Vessel]:
    """Boats that trawl around a spot of their own."""
    made: list[Vessel] = []
    for count, flag, lat, lon, columns in GROUNDS:
        for i in range(count):
            spot = shifted((lat, lon), 3.2 * (i // columns), 3.2 * (i % columns))
            made.append(_roamer(serial + len(made), "fishing", spot, flag, reach_nmi=1.25, status=7))
    return made


def _yachts(serial: int) -> list[Vessel]:
    made: list[Vessel] = []
    for count, flag, lat, lon, columns in PLEASURE:
        for i in range(count):
            spot = shifted((lat, lon), 0.9 * (i // columns), 0.9 * (i % columns))
            made.append(_roamer(serial + len(made), "pleasure", spot, flag, reach_nmi=0.3, status=8))
    return made


def _roamer(serial: int, kind: str, spot: Place, flag: str, reach_nmi: float, status: int) -> Vessel:
    """A round of eight legs about a spot, and a pause."""
    kn = _between(BUILDS[kind].kn, serial, 12)
    start = _around(spot, serial, 0, reach_nmi)
    legs = [Sail(to=_around(spot, serial, i, reach_nmi), kn=kn, status=status) for i in range(1, 8)]
    pause = Stay(for_s=900.0 + 1800.0 * _share(serial, 13), status=status, heading_deg=360.0 * _share(serial, 14))
    return vessel(serial, kind, start, (pause, *legs, Sail(to=start, kn=kn, status=status)), flag)


def _around(spot: Place, serial: int, i: int, reach_nmi: float) -> Place:
    return destination(
        *spot, 45.0 * i + 30.0 * _share(serial, 20 + i), reach_nmi * NMI_M * (0.4 + 0.6 * _share(serial, 30 + i))
    )


def _craft(serial: int) -> list[Vessel]:
    """Pilots, tugs and patrols that go out from a mark and come back."""
    made: list[Vessel] = []
    for kind, home, out in HARBOUR_CRAFT:
        number = serial + len(made)
        berth = shifted((MARKS[home].lat_deg, MARKS[home].lon_deg), 0.05, 0.35)
        spot = shifted((MARKS[out].lat_deg, MARKS[out].lon_deg), 0.5, -0.6)
        kn = _between(BUILDS[kind].kn, number, 12)
        lying = Stay(for_s=HOUR_S * _between((0.5, 1.5), number, 13), status=5, heading_deg=10.0)
        waiting = Stay(for_s=HOUR_S * _between((0.2, 0.4), number, 14), status=0, heading_deg=200.0)
        made.append(vessel(number, kind, berth, (lying, Sail(to=spot, kn=kn), waiting, Sail(to=berth, kn=kn))))
    return made
