"""What happens in the simulated Korea Strait, every four hours anew: the story a watch should tell, and its decoys.

Times are minutes from the curtain, turned into seconds where records need them. Places that must agree with the
exercise zones (app/demo_data/exercise_zones.geojson) are the lanes' and the closed area's.
"""

from __future__ import annotations

from typing import NamedTuple

from hanbada.exercise.korea_fleet import shifted
from hanbada.exercise.korea_words import ABOUT
from hanbada.exercise.numbering import identity
from hanbada.exercise.scenario import (
    Beacon,
    Element,
    Event,
    Identity,
    NoFix,
    Outage,
    Place,
    Renumber,
    Sail,
    Shift,
    Silence,
    Span,
    Stay,
    Step,
    Vessel,
    Wait,
)
from hanbada.geo.sphere import NMI_M, destination

PERIOD_MIN = 240.0
PERIOD_S = PERIOD_MIN * 60.0
LEAD_S = 3 * 3600.0
"""Listening time before the curtain: it takes two hours until a new number means something, then it must settle."""
SART, TEST_SART = 970_000_001, 970_000_002
"""Maker number 00 is nobody's (ITU-R M.585-9: makers are numbered from 01)."""
RENAMED = 24
"""Numbers the renumbering ship goes through before the first comes back: longer ago than a track lives."""
SURVEYORS = 6
"""Ships that take turns at jumping: one that jumped every four hours would look like two ships on one number."""


class Part(NamedTuple):
    """Who plays: type, length, beam, draught (m), turn rate, acceleration, flag."""

    ship_type: int
    length_m: int
    beam_m: int
    draught_m: float
    flag: str = "KR"
    turn_deg_min: float = 40.0
    accel_kn_s: float = 0.05


TANKER, CARGO = Part(80, 106, 17, 6.4, "PA"), Part(70, 97, 16, 5.6)
TRAWLER, SURVEYOR = Part(30, 34, 8, 2.9, "KR", 90.0, 0.06), Part(33, 48, 11, 3.2, "KR", 120.0, 0.08)


def _cast(key: str, serial: int, name: str, part: Part, starts_min: float, start: Place, *steps: Step) -> Vessel:
    return Vessel(
        key=key,
        identity=identity(part.flag, serial, name, imo=part.length_m >= 55),
        ship_type=part.ship_type,
        dimensions_m=(
            part.length_m // 4,
            part.length_m - part.length_m // 4,
            part.beam_m // 2,
            part.beam_m - part.beam_m // 2,
        ),
        draught_m=part.draught_m,
        turn_deg_min=part.turn_deg_min,
        accel_kn_s=part.accel_kn_s,
        start=start,
        steps=steps,
        starts_s=starts_min * 60.0,
    )


def _element(
    key: str, expects: str | None, seen_min: float, vessels: tuple[int, ...], explained_by: str | None = None
) -> Element:
    english, korean = ABOUT[key]
    return Element(
        key=key,
        about={"en": english, "ko": korean},
        expects=expects,
        vessels=vessels,
        seen_s=seen_min * 60.0,
        explained_by=explained_by,
    )


def _until(minute: float, status: int = 0, heading_deg: float | None = None) -> Wait:
    """Wait until so many minutes into the plan."""
    return Wait(until_s=minute * 60.0, status=status, heading_deg=heading_deg)


def _round(corners: tuple[Place, ...], kn: float, status: int = 0) -> tuple[Step, ...]:
    """Sail around some corners and wait for the next repetition at the first."""
    legs = [Sail(to=corner, kn=kn, status=status) for corner in (*corners[1:], corners[0])]
    return Stay(for_s=30.0, status=status), *legs, _until(PERIOD_MIN, status)


def _box(south: float, west: float, high_nmi: float, wide_nmi: float) -> tuple[Place, ...]:
    corner = (south, west)
    return corner, shifted(corner, high_nmi, 0), shifted(corner, high_nmi, wide_nmi), shifted(corner, 0, wide_nmi)


def _span(from_min: float, to_min: float, every: int = 1, turn: int = 0) -> Span:
    return Span(from_s=from_min * 60.0, to_s=to_min * 60.0, every=every, turn=turn)


def _distress() -> tuple[list[Vessel], list[Event], list[Element]]:
    """A trawler not under command, a beacon near her, a patrol ship that comes; and a beacon tested in port."""
    home, lost = (34.735, 129.660), (34.745, 129.705)
    drifted, standing = destination(*lost, 60.0, 1.4 * NMI_M), shifted(lost, 0.9, 0.2)
    patrol = (34.960, 129.560)
    trawler = _cast(
        "not-under-command", 900, "HAEWON 77", TRAWLER, -45.0, home, Stay(for_s=600.0), Sail(to=lost, kn=4.2),
        _until(46.0), Sail(to=drifted, kn=1.1, status=2, heading_deg=150.0), Sail(to=home, kn=6.0), _until(PERIOD_MIN),
    )  # fmt: skip
    guard = _cast(
        "rescuer", 901, "GUARD 3012", Part(55, 98, 14, 4.3, "KR", 70.0, 0.1), 0.0, patrol, Stay(for_s=720.0),
        Sail(to=standing, kn=20.0), Sail(to=destination(*standing, 60.0, 0.7 * NMI_M), kn=0.9, heading_deg=150.0),
        Sail(to=patrol, kn=15.0), _until(PERIOD_MIN),
    )  # fmt: skip
    beacons: list[Event] = [
        Beacon(mmsi=SART, place=shifted(lost, 0.1, 0.35), span=_span(3, 72), drift_kn=0.9, drift_deg=60.0),
        Beacon(mmsi=TEST_SART, place=(35.468, 129.400), span=_span(5, 7), test=True),
    ]
    story = [
        _element("sart", "distress", 5, (SART,)),
        _element("not-under-command", "distress", 5, (trawler.identity.mmsi,)),
        _element("sart-test", None, 10, (TEST_SART,)),
    ]  # fmt: skip
    return [trawler, guard], beacons, story


def _silent() -> tuple[list[Vessel], list[Event], list[Element]]:
    """A tanker goes silent among ships that are heard; all of Jeju goes silent because a station does."""
    tanker = _cast(
        "silent", 902, "SOLAR GRACE", TANKER, -150.0, (34.30, 129.82), *_round(_box(34.30, 129.82, 10.0, 8.0), 10.4)
    )
    events: list[Event] = [
        Silence(vessel="silent", span=_span(-50, 85)),
        Outage(station="SIM-JEJU", span=_span(-75, 15)),
    ]
    story = [
        _element("gap", "gap", 20, (tanker.identity.mmsi,)),
        _element("outage", None, 20, ()),
    ]  # fmt: skip
    return [tanker], events, story


def _meetings() -> tuple[list[Vessel], list[Event], list[Element]]:
    """Two tankers meet for two and a half hours; a pilot, a tow and pair trawlers look similar."""
    there = (33.720, 128.800)
    vessels = [
        _caller("meeting-a", 903, "AMBER DAWN", (33.815, 128.790), there),
        _caller("meeting-b", 904, "TIGER LILY", (33.650, 128.900), shifted(there, 0.0, 0.04)),
        *_boarding(),
        *_tow(),
        *_pair(),
    ]
    who = {vessel.key: vessel.identity.mmsi for vessel in vessels}
    story = [
        _element("encounter", "encounter", 20, (who["meeting-a"], who["meeting-b"])),
        _element("pilot", None, 100, (who["boarded"], who["pilot"]), "tug_or_pilot"),
        _element("tow", None, 120, (who["tug"], who["barge"]), "tug_or_pilot"),
        _element("pair-trawl", None, 60, (who["trawler-a"], who["trawler-b"]), "pair_trawl"),
    ]  # fmt: skip
    return vessels, [], story


def _caller(key: str, serial: int, name: str, home: Place, there: Place) -> Vessel:
    """Sails to a place, lies there adrift until two and a half hours have passed, sails home."""
    drifted = destination(*there, 55.0, NMI_M)
    return _cast(
        key, serial, name, TANKER, -65.0, home, Stay(for_s=60.0), Sail(to=there, kn=11.0), _until(45.0, 0, 310.0),
        Sail(to=drifted, kn=0.4, heading_deg=310.0), Sail(to=home, kn=11.0), _until(PERIOD_MIN),
    )  # fmt: skip


def _boarding() -> list[Vessel]:
    """The boat waits on the ship's way and runs beside her for fifteen minutes."""
    anchor, course, kn = (34.930, 129.290), 300.0, 5.0
    way = destination(*anchor, course, 3.2 * NMI_M)
    abeam = destination(*destination(*anchor, course, 1.0 * NMI_M), course - 90.0, 35.0)
    bulk = _cast(
        "boarded", 905, "GLORIA PEAK", Part(74, 190, 32, 11.2, "PA", 25.0, 0.02), 0.0, anchor,
        Stay(for_s=1200.0, status=1), Sail(to=way, kn=kn), Sail(to=shifted(way, 1.5, 1.5), kn=7.0),
        Sail(to=anchor, kn=7.0), _until(PERIOD_MIN, 1),
    )  # fmt: skip
    base = (34.990, 129.200)
    boat = _cast(
        "pilot", 906, "BUSAN PILOT 5", Part(50, 17, 5, 1.6, "KR", 150.0, 0.25), 0.0, base, Stay(for_s=300.0, status=0),
        Sail(to=abeam, kn=16.0), _until(34.6, 0, course), Sail(to=destination(*abeam, course, 1.25 * NMI_M), kn=kn),
        Sail(to=base, kn=16.0), _until(PERIOD_MIN),
    )  # fmt: skip
    return [bulk, boat]


def _tow() -> list[Vessel]:
    """Out from Ulsan and back at 5 knots, the barge two minutes behind her tug."""
    start, out = (35.425, 129.450), (35.300, 129.570)
    steps = (Stay(for_s=60.0), Sail(to=out, kn=5.2), Sail(to=start, kn=5.2), _until(PERIOD_MIN))
    return [
        _cast("tug", 907, "TOWER ONE", Part(52, 36, 11, 4.0, "KR", 60.0), -30.0, start, *steps),
        _cast("barge", 908, "BARGE 2200", Part(90, 84, 24, 3.1, "KR", 60.0), -28.0, start, *steps),
    ]


def _pair() -> list[Vessel]:
    corners = _box(34.330, 128.960, 2.1, 3.2)
    beside = tuple(shifted(corner, 0.13, 0.13) for corner in corners)
    return [
        _cast("trawler-a", 909, "DAEYANG 101", TRAWLER, -20.0, corners[0], *_round(corners, 3.2, 7)),
        _cast("trawler-b", 910, "DAEYANG 102", TRAWLER, -20.0, beside[0], *_round(beside, 3.2, 7)),
    ]


def _identities() -> tuple[list[Vessel], list[Event], list[Element]]:
    """Two ships on one number, one ship on several, one IMO number on two, a ship that jumps."""
    pohang, yeosu, geoje = (35.950, 129.850), (34.260, 127.980), (34.665, 128.820)
    twins = [
        _cast("twin-a", 911, "CORAL REEF", CARGO, -60.0, pohang, *_round(_box(*pohang, 8.0, 10.0), 10.0)),
        _cast(
            "twin-b",
            911,
            "ROYAL OAK",
            Part(70, 132, 20, 7.1, "KR"),
            -60.0,
            yeosu,
            *_round(_box(*yeosu, 7.0, 9.0), 10.0),
        ),
    ]
    renamed = _cast("renamed", 930, "BADA HANA 39", CARGO, -60.0, geoje, *_round(_box(*geoje, 5.0, 6.5), 8.0))
    names = [identity("KR", 930 + i, "HANA BADA 39" if i % 2 else "BADA HANA 39") for i in range(RENAMED)]
    cloned = [
        _cast("hull-a", 913, "PROUD EAGLE", CARGO, -60.0, (33.93, 130.30), *_round(_box(33.93, 130.30, 6.0, 9.0), 9.5)),
        _cast("hull-b", 914, "PROUD HAWK", CARGO, -60.0, (35.45, 129.80), *_round(_box(35.45, 129.80, 8.0, 9.0), 9.5)),
    ]
    cloned[1] = _with_imo(cloned[1], cloned[0].identity)
    jumpers, jumps = _jumps()
    events: list[Event] = [
        Renumber(vessel="renamed", at_s=-20 * 60.0, identities=tuple(names)),
        Silence(vessel="renamed", span=_span(-20.7, -20)),
        *jumps,
    ]
    who = tuple(one.mmsi for one in names)
    story = [
        _element("duplicate", "identity", 20, (twins[0].identity.mmsi,)),
        _element("handoff", "identity", 20, who),
        _element("number", "identity", 20, tuple(one.identity.mmsi for one in cloned)),
        _element("jump", "impossible", 20, tuple(one.identity.mmsi for one in jumpers)),
    ]  # fmt: skip
    return [*twins, renamed, *cloned, *jumpers], events, story


def _with_imo(vessel: Vessel, other: Identity) -> Vessel:
    from msgspec.structs import replace

    return replace(vessel, identity=replace(vessel.identity, imo=other.imo))


def _jumps() -> tuple[list[Vessel], list[Event]]:
    vessels: list[Vessel] = []
    events: list[Event] = []
    for i in range(SURVEYORS):
        corner, key = shifted((34.905, 129.330), 2.2 * (i // 3), 2.6 * (i % 3)), f"surveyor-{i}"
        vessels.append(
            _cast(key, 915 + i, f"SURVEY {i + 1}", SURVEYOR, -60.0, corner, *_round(_box(*corner, 1.4, 1.4), 5.5, 3))
        )
        events += [
            Silence(vessel=key, span=_span(9, 10, SURVEYORS, i)),
            Shift(vessel=key, span=_span(10, 33, SURVEYORS, i), north_deg=-0.08, east_deg=0.8),
            Silence(vessel=key, span=_span(33, 34, SURVEYORS, i)),
        ]
    return vessels, events


def _rules() -> tuple[list[Vessel], list[Event], list[Element]]:
    """A coaster that sails a lane the wrong way, a yacht in a closed area, a radio without a position."""
    enter, leave = (34.290, 128.570), (34.400, 128.712)
    outside, aside = (34.350, 128.465), (34.460, 128.607)
    wrong = _cast(
        "wrong-way", 921, "HASTY LADY", CARGO, -30.0, outside, Stay(for_s=120.0), Sail(to=enter, kn=11.0),
        Sail(to=leave, kn=11.0), Sail(to=aside, kn=11.0), Sail(to=outside, kn=9.0), _until(PERIOD_MIN),
    )  # fmt: skip
    west, middle, north = (34.050, 128.760), (34.060, 128.900), (34.030, 128.840)
    yacht = _cast(
        "intruder", 922, "WANDERER", Part(37, 21, 6, 2.4, "KR", 120.0, 0.1), -30.0, west, Stay(for_s=60.0),
        _until(16.0), Sail(to=middle, kn=9.0), Sail(to=north, kn=9.0), Sail(to=west, kn=9.0), _until(PERIOD_MIN),
    )  # fmt: skip
    blind = _cast("blind", 923, "OLD FAITHFUL", CARGO, 0.0, (35.385, 129.560), Stay(for_s=86_400.0, status=1))
    events: list[Event] = [NoFix(vessel="blind", span=_span(12, 22))]
    story = [
        _element("wrong-way", "zone", 20, (wrong.identity.mmsi,)),
        _element("intruder", "zone", 20, (yacht.identity.mmsi,)),
        _element("blind", None, 30, (blind.identity.mmsi,)),
    ]  # fmt: skip
    return [wrong, yacht, blind], events, story


def story() -> tuple[tuple[Vessel, ...], tuple[Event, ...], tuple[Element, ...]]:
    """The cast, what befalls them, and what a watch should make of it."""
    acts = (_distress(), _silent(), _meetings(), _identities(), _rules())
    vessels = tuple(vessel for act in acts for vessel in act[0])
    events = tuple(event for act in acts for event in act[1])
    elements = tuple(element for act in acts for element in act[2])
    return vessels, events, elements
