"""What happens in the simulated Korea Strait, once a day: the story a watch should tell, and its decoys.

Times are minutes from the curtain, turned into seconds where records need them. Every plan lasts a day, so that the
story comes again and nobody jumps. Places that must agree with the exercise zones (exercise_zones.geojson of
app/demo_data) are those of the wrong-way coaster, the yacht and the idle bulk carrier.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from hanbada.exercise.korea_fleet import passage, shifted
from hanbada.exercise.korea_places import MARKS, PORTS, ROUTES, Mark
from hanbada.exercise.korea_words import ABOUT
from hanbada.exercise.motion import timetable
from hanbada.exercise.numbering import identity
from hanbada.exercise.scenario import (
    Beacon,
    Element,
    Event,
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
from hanbada.geo.sphere import NMI_M, destination, distance_m

DAY_MIN = 1440.0
PERIOD_S = DAY_MIN * 60.0
LEAD_S = 3 * 3600.0
"""Listening time before the curtain: it takes two hours until a new number means something, then it must settle."""
SART, TEST_SART = 970_000_001, 970_000_002
"""Beacon numbers of maker 00, which is nobody."""
RENAMED = 8
"""Numbers the renumbering ship goes through before the first comes back: longer ago than a track lives."""
SURVEYORS = 3
"""Ships that take turns at jumping: one that jumped every day would look like two ships on one number."""
SURVEY_NMI, SURVEY_KN, SURVEY_ROUNDS = 1.4, 5.5, 22
ADRIFT_KN, ADRIFT_DEG = 0.4, 55.0
"""How tankers that meet drift."""
NUC, ANCHORED, MOORED, FISHING = 2, 1, 5, 7


class Part(NamedTuple):
    """Who plays: type, length, beam, draught (m), flag, turn rate, acceleration, class B."""

    ship_type: int
    length_m: int
    beam_m: int
    draught_m: float
    flag: str = "KR"
    turn_deg_min: float = 40.0
    accel_kn_s: float = 0.05
    class_b: bool = False


class Act(NamedTuple):
    """A part of the story: who plays, what befalls them, what a watch should make of it."""

    vessels: list[Vessel]
    events: list[Event]
    elements: list[Element]


TANKER, CARGO = Part(80, 106, 17, 6.4, "PA"), Part(70, 97, 16, 5.6)
BULK = Part(74, 190, 32, 11.2, "PA", 25.0, 0.02)
TRAWLER, SURVEYOR = Part(30, 34, 8, 2.9, "KR", 90.0, 0.06), Part(33, 48, 11, 3.2, "KR", 120.0, 0.08)
GUARD, PILOT = Part(55, 98, 14, 4.3, "KR", 70.0, 0.1), Part(50, 17, 5, 1.6, "KR", 150.0, 0.25)
TUG, BARGE = Part(52, 36, 11, 4.0, "KR", 60.0), Part(90, 84, 24, 3.1, "KR", 60.0)
YACHT = Part(37, 21, 6, 2.4, "KR", 120.0, 0.1, class_b=True)


def _cast(key: str, serial: int, name: str, part: Part, starts_min: float, start: Place, *steps: Step) -> Vessel:
    ahead, port = part.length_m // 4, part.beam_m // 2
    return Vessel(
        key=key,
        identity=identity(part.flag, serial, name, imo=part.length_m >= 55),
        ship_type=part.ship_type,
        class_b=part.class_b,
        dimensions_m=(ahead, part.length_m - ahead, port, part.beam_m - port),
        draught_m=part.draught_m,
        turn_deg_min=part.turn_deg_min,
        accel_kn_s=part.accel_kn_s,
        start=start,
        steps=(*steps, _until(DAY_MIN, steps[0].status, steps[0].heading_deg)),
        starts_s=starts_min * 60.0,
    )


def _element(key: str, expects: str | None, begins_min: float, seen_min: float, *vessels: int) -> Element:
    english, korean = ABOUT[key]
    return Element(
        key=key,
        about={"en": english, "ko": korean},
        expects=expects,
        vessels=vessels,
        begins_s=begins_min * 60.0,
        seen_s=seen_min * 60.0,
    )


def _until(minute: float, status: int = 0, heading_deg: float | None = None) -> Wait:
    """Wait until so many minutes into the plan."""
    return Wait(until_s=minute * 60.0, status=status, heading_deg=heading_deg)


def _rounds(corners: tuple[Place, ...], kn: float, rounds: int, status: int = 0) -> list[Step]:
    """Sail around some corners, from the first back to it."""
    return [Sail(to=corner, kn=kn, status=status) for _ in range(rounds) for corner in (*corners[1:], corners[0])]


def _box(south: float, west: float, high_nmi: float, wide_nmi: float) -> tuple[Place, ...]:
    corner = (south, west)
    return corner, shifted(corner, high_nmi, 0), shifted(corner, high_nmi, wide_nmi), shifted(corner, 0, wide_nmi)


def _span(from_min: float, to_min: float, every: int = 1, turn: int = 0) -> Span:
    return Span(from_s=from_min * 60.0, to_s=to_min * 60.0, every=every, turn=turn)


def _quay(name: str, number: int) -> Place:
    """Where the parts lie in a harbour, clear of the everyday berths."""
    return shifted((MARKS[name].lat_deg, MARKS[name].lon_deg), -0.35, 0.35 * number)


def _in_port(name: str, hours: float) -> Stay:
    return Stay(for_s=hours * 3600.0, status=MOORED, heading_deg=40.0, port=PORTS[name])


def _trade(key: str, serial: int, name: str, part: Part, route: str, kn: float, hours: float = 2.0) -> Vessel:
    """There and back on an everyday route, once a day, with some hours in the far port."""
    names = ROUTES[route].split(", ")
    marks, here, there = [MARKS[one] for one in names], _quay(names[0], serial % 3), _quay(names[-1], serial % 3)
    steps = (_in_port(names[0], 0.5), *passage(marks, there, kn, 0.7), _in_port(names[-1], hours))
    return _cast(key, serial, name, part, 0.0, here, *steps, *passage(marks[::-1], here, kn, 0.7))


def _passing(vessel: Vessel, place: Place, at_min: float) -> Vessel:
    """The vessel with her plan begun so that she is first nearest a place at a time."""
    knot = min(timetable(vessel).knots, key=lambda knot: round(distance_m(knot.lat_deg, knot.lon_deg, *place) / 1000.0))
    return replace(vessel, starts_s=at_min * 60.0 - knot.at_s)


def _off(name: str) -> Place:
    return MARKS[name].lat_deg, MARKS[name].lon_deg


def _distress() -> Act:
    """A trawler not under command, a beacon near her, a patrol ship that comes; and a beacon tested in port."""
    home, lost = (34.735, 129.660), (34.745, 129.705)
    drifted, standing = destination(*lost, 60.0, 1.4 * NMI_M), shifted(lost, 0.9, 0.2)
    grounds, beat = _box(*home, 1.5, 2.0), _box(34.860, 129.500, 4.0, 5.0)
    trawler = _cast(
        "not-under-command", 900, "HAEWON 77", TRAWLER, -45.0, home, Stay(for_s=600.0, status=FISHING),
        Sail(to=lost, kn=4.2), _until(46.0), Sail(to=drifted, kn=1.1, status=NUC, heading_deg=150.0),
        Sail(to=home, kn=6.0), *_rounds(grounds, 3.4, 9, FISHING),
    )  # fmt: skip
    guard = _cast(
        "rescuer", 901, "GUARD 3012", GUARD, -10.0, beat[0], _until(22.0), Sail(to=standing, kn=20.0),
        Sail(to=destination(*standing, 60.0, 0.7 * NMI_M), kn=0.9, heading_deg=150.0), Sail(to=beat[0], kn=15.0),
        *_rounds(beat, 12.0, 13),
    )  # fmt: skip
    beacons: list[Event] = [
        Beacon(mmsi=SART, place=shifted(lost, 0.1, 0.35), span=_span(3, 72), drift_kn=0.9, drift_deg=60.0),
        Beacon(mmsi=TEST_SART, place=(35.468, 129.400), span=_span(5, 7), test=True),
    ]
    elements = [
        _element("sart", "distress", 3, 5, SART),
        _element("not-under-command", "distress", 1, 5, trawler.identity.mmsi),
        _element("sart-test", None, 5, 10, TEST_SART),
    ]
    return Act([trawler, guard], beacons, elements)


def _silent() -> Act:
    """A tanker goes silent among ships that are heard; all of Jeju goes silent because a station does."""
    tanker = _trade("silent", 902, "SOLAR GRACE", TANKER, "ulsan-kitakyushu", 13.0)
    tanker = _passing(tanker, _off("EAST SEA"), -105.0)
    events: list[Event] = [
        Silence(vessel="silent", span=_span(-80, 60)),
        Outage(station="SIM-JEJU", span=_span(-75, 15)),
    ]
    elements = [
        _element("gap", "gap", -80, 0, tanker.identity.mmsi),
        _element("outage", None, -75, 20),
    ]
    return Act([tanker], events, elements)


def _meetings() -> Act:
    """Two tankers meet for more than two hours; a pilot, a tow and pair trawlers look similar.

    The second comes when the first has been adrift for a quarter of an hour: neither sails close to the other.
    """
    there = (33.720, 128.800)
    beside = shifted(destination(*there, ADRIFT_DEG, ADRIFT_KN * NMI_M / 4), 0.0, 0.04)
    yeosu = ["YEOSU BAY", "YEOSU GATE", "YEOSU ROADS"]
    hakata = ["HAKATA GATE", "HAKATA ROADS", "IKI S", "OFF HIRADO", "OFF UKU"]
    vessels = [
        _caller("meeting-a", 903, "AMBER DAWN", yeosu, there, -63.0),
        _caller("meeting-b", 904, "TIGER LILY", hakata, beside, -48.0),
        *_boarding(),
        *_tow(),
        *_pair(),
    ]
    who = {vessel.key: vessel.identity.mmsi for vessel in vessels}
    elements = [
        _element("encounter", "encounter", -48, 0, who["meeting-a"], who["meeting-b"]),
        _element("pilot", None, 34, 50, who["boarded"], who["pilot"]),
        _element("tow", None, -180, 60, who["tug"], who["barge"]),
        _element("pair-trawl", None, -180, 60, who["trawler-a"], who["trawler-b"]),
    ]
    return Act(vessels, [], elements)


def _caller(key: str, serial: int, name: str, marks: list[str], there: Place, at_min: float) -> Vessel:
    """From an anchorage to a place at sea; lies there adrift until two and a half hours have passed, sails home."""
    way = [_off(mark) for mark in marks]
    home, drifted = shifted(way[0], -0.6, 0.6), destination(*there, ADRIFT_DEG, NMI_M)
    out = [Sail(to=place, kn=11.0) for place in (*way[1:], there)]
    back = [Sail(to=place, kn=11.0) for place in (*way[:0:-1], home)]
    vessel = _cast(
        key, serial, name, TANKER, 0.0, home, Stay(for_s=1800.0, status=ANCHORED), *out,
        Sail(to=drifted, kn=ADRIFT_KN, heading_deg=310.0), *back,
    )  # fmt: skip
    return _passing(vessel, there, at_min)


def _boarding() -> list[Vessel]:
    """The boat waits on the ship's way and runs beside her for fifteen minutes."""
    anchor, course, kn = (34.930, 129.290), 300.0, 5.0
    way = destination(*anchor, course, 3.2 * NMI_M)
    abeam = destination(*destination(*anchor, course, 1.0 * NMI_M), course - 90.0, 35.0)
    berth = _quay("BUSAN", 2)
    ways = [MARKS[name] for name in ("BUSAN ROADS", "BUSAN GATE", "BUSAN")]
    bulk = _cast(
        "boarded", 905, "GLORIA PEAK", BULK, 0.0, anchor, Stay(for_s=1200.0, status=ANCHORED), Sail(to=way, kn=kn),
        *passage(ways, berth, 8.0, 0.2), _in_port("BUSAN", 12.0), *passage(ways[::-1], way, 8.0, 0.2),
        Sail(to=anchor, kn=7.0), Stay(for_s=600.0, status=ANCHORED),
    )  # fmt: skip
    base = (34.990, 129.200)
    boat = _cast(
        "pilot", 906, "BUSAN PILOT 5", PILOT, 0.0, base, Stay(for_s=300.0, status=0), Sail(to=abeam, kn=16.0),
        _until(34.6, 0, course), Sail(to=destination(*abeam, course, 1.25 * NMI_M), kn=kn), Sail(to=base, kn=16.0),
    )  # fmt: skip
    return [bulk, boat]


def _tow() -> list[Vessel]:
    """Ulsan to Pohang and back, the barge a minute and a half behind her tug."""
    tug = _trade("tug", 907, "TOWER ONE", TUG, "ulsan-pohang", 7.4)
    tug = _passing(tug, _off("OFF GAMPO"), 30.0)
    barge = _cast("barge", 908, "BARGE 2200", BARGE, 0.0, tug.start, *tug.steps[:-1])
    return [tug, replace(barge, starts_s=tug.starts_s + 90.0)]


def _pair() -> list[Vessel]:
    """Side by side, eight hundred metres apart."""
    corners = _box(34.330, 128.960, 2.1, 3.2)
    beside = tuple(shifted(corner, 0.30, 0.30) for corner in corners)
    begin = Stay(for_s=60.0, status=FISHING)
    return [
        _cast("trawler-a", 909, "DAEYANG 101", TRAWLER, -20.0, corners[0], begin, *_rounds(corners, 3.2, 7, FISHING)),
        _cast("trawler-b", 910, "DAEYANG 102", TRAWLER, -20.0, beside[0], begin, *_rounds(beside, 3.2, 7, FISHING)),
    ]


def _identities() -> Act:
    """Two ships on one number, one ship on several, one IMO number on two, a ship that jumps."""
    twins = [
        _passing(_trade("twin-a", 911, "CORAL REEF", CARGO, "ulsan-pohang", 9.5), _off("OFF GAMPO"), -60.0),
        _passing(_trade("twin-b", 911, "ROYAL OAK", CARGO, "newport-gwangyang", 10.5), _off("OFF YOKJI"), -60.0),
    ]
    renamed = _trade("renamed", 930, "BADA HANA 39", CARGO, "busan-gwangyang", 11.0)
    renamed = _passing(renamed, _off("BUSAN ROADS"), -56.0)
    names = [identity("KR", 930 + i, "HANA BADA 39" if i % 2 else "BADA HANA 39") for i in range(RENAMED)]
    clones = [
        _passing(_trade("hull-a", 913, "PROUD EAGLE", CARGO, "hakata-kitakyushu", 9.5), _off("HIBIKI"), 0.0),
        _passing(_trade("hull-b", 914, "PROUD HAWK", CARGO, "ulsan-pohang", 10.0), _off("OFF GAMPO"), 90.0),
    ]
    clones[1] = replace(clones[1], identity=replace(clones[1].identity, imo=clones[0].identity.imo))
    surveyors, jumps = _jumps()
    events: list[Event] = [
        Renumber(vessel="renamed", at_s=-50 * 60.0, identities=tuple(names)),
        Silence(vessel="renamed", span=_span(-50.7, -50)),
        *jumps,
    ]
    elements = [
        _element("duplicate", "identity", -180, 0, twins[0].identity.mmsi),
        _element("number", "identity", -180, 0, *(one.identity.mmsi for one in clones)),
        _element("handoff", "identity", -50, 0, *(one.mmsi for one in names)),
        _element("jump", "impossible", 10, 20, *(one.identity.mmsi for one in surveyors)),
    ]
    return Act([*twins, renamed, *clones, *surveyors], events, elements)


def _jumps() -> tuple[list[Vessel], list[Event]]:
    vessels: list[Vessel] = []
    events: list[Event] = []
    for i in range(SURVEYORS):
        key, corners = f"surveyor-{i}", _box(*shifted((34.905, 129.330), 0.0, 2.6 * i), SURVEY_NMI, SURVEY_NMI)
        rounds = _rounds(corners, SURVEY_KN, SURVEY_ROUNDS, 3)
        begin = Stay(for_s=60.0, status=3)
        vessels.append(_cast(key, 915 + i, f"SURVEY {i + 1}", SURVEYOR, -60.0, corners[0], begin, *rounds))
        events += [
            Silence(vessel=key, span=_span(9, 10, SURVEYORS, i)),
            Shift(vessel=key, span=_span(10, 33, SURVEYORS, i), north_deg=-0.08, east_deg=0.8),
            Silence(vessel=key, span=_span(33, 34, SURVEYORS, i)),
        ]
    return vessels, events


def _rules() -> Act:
    """A lane sailed the wrong way, a closed area entered, a stay where none is allowed, a radio without a position."""
    vessels = [_wrong_way(), _intruder(), _idler()]
    wrong, yacht, idler = (vessel.identity.mmsi for vessel in vessels)
    blind = _cast("blind", 923, "OLD FAITHFUL", CARGO, 0.0, (35.385, 129.560), Stay(for_s=3600.0, status=ANCHORED))
    elements = [
        _element("wrong-way", "zone", 2, 20, wrong),
        _element("intruder", "zone", 7, 20, yacht),
        _element("dwell", "zone", -8, 30, idler),
        _element("blind", None, 12, 30, blind.identity.mmsi),
    ]
    return Act([*vessels, blind], [NoFix(vessel="blind", span=_span(12, 22))], elements)


def _wrong_way() -> Vessel:
    """From Gwangyang to Busan New Port by the lane of those who come the other way; back along the coast."""
    enter, leave = (34.205, 128.455), (34.530, 128.862)
    home, far = _quay("GWANGYANG", 1), _quay("NEW PORT", 1)
    marks = [MARKS[name] for name in ROUTES["newport-gwangyang"].split(", ")]
    vessel = _cast(
        "wrong-way", 921, "HASTY LADY", CARGO, 0.0, home, _in_port("GWANGYANG", 1.0),
        *passage([*marks[:5:-1], Mark(*enter)], enter, 11.0, 0.5), Sail(to=leave, kn=11.0),
        *passage([Mark(*leave), *marks[2::-1]], far, 11.0, 0.5), _in_port("NEW PORT", 1.0),
        *passage(marks, home, 11.0, 0.5),
    )  # fmt: skip
    return _passing(vessel, enter, 0.0)


def _intruder() -> Vessel:
    """A yacht that sails from Iki around the south of Tsushima for the day."""
    berth = _quay("ASHIBE", 1)
    middle = (34.060, 128.900)
    way = ((33.850, 129.850), (33.960, 129.720), (34.010, 129.270), middle)
    out = [Sail(to=place, kn=9.0, status=0) for place in way]
    back = [Sail(to=place, kn=9.0, status=0) for place in (*way[2::-1], berth)]
    linger = Sail(to=(34.045, 128.860), kn=3.0)
    vessel = _cast("intruder", 922, "WANDERER", YACHT, 0.0, berth, _in_port("ASHIBE", 1.0), *out, linger, *back)
    return _passing(vessel, middle, 40.0)


def _idler() -> Vessel:
    """A bulk carrier that waits adrift for her berth in Ulsan."""
    berth, waits = _quay("ULSAN", 1), (34.990, 129.630)
    marks = [MARKS[name] for name in ("ULSAN", "ULSAN GATE", "ULSAN ROADS", "OFF GORI")]
    adrift = Sail(to=destination(*waits, 45.0, 3.2 * NMI_M), kn=0.7, heading_deg=120.0)
    vessel = _cast(
        "idler", 924, "PATIENT HEART", BULK, 0.0, berth, _in_port("ULSAN", 6.0), *passage(marks, waits, 10.0, 0.5),
        adrift, *passage(marks[::-1], berth, 10.0, 0.5),
    )  # fmt: skip
    return _passing(vessel, waits, 25.0)


def crowds(others: tuple[Vessel, ...]) -> list[Element]:
    """The decoys among everyday vessels: those who lie at anchor, those who fish."""
    anchored = [one.identity.mmsi for one in others if one.steps[0].status == ANCHORED]
    fishing = [one.identity.mmsi for one in others if one.steps[0].status == FISHING]
    return [_element("anchorage", None, -180, 60, *anchored), _element("fleet", None, -180, 60, *fishing)]


def story() -> Act:
    """The cast, what befalls them, and what a watch should make of it."""
    acts = (_distress(), _silent(), _meetings(), _identities(), _rules())
    return Act(
        [vessel for act in acts for vessel in act.vessels],
        [event for act in acts for event in act.events],
        [element for act in acts for element in act.elements],
    )
