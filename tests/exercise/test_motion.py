"""Plans and places: nobody jumps, runs faster than she can, crosses land, or keeps an appointment she cannot keep."""

from importlib import resources

import numpy as np
import pytest
from msgspec.structs import replace

from hanbada.app.places import known_zones
from hanbada.exercise.korea_places import HARBOURS, MARKS
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.motion import motion_of, next_call, states, timetable
from hanbada.exercise.numbering import identity
from hanbada.exercise.scenario import Sail, Stay, Vessel, Wait
from hanbada.geo.areas import index_areas
from hanbada.geo.sphere import KNOT_MS, NMI_M, destination, distance_m, turn
from hanbada.model.errors import UsageError
from hanbada.store.packs import built_in

HOUR_S = 3600.0
QUAY = (35.0, 129.5)
AWAY = destination(*QUAY, 90.0, 20 * NMI_M)


def ship(*steps, **more):
    given = {"key": "one", "identity": identity("KR", 1, "ONE"), "ship_type": 70, "start": QUAY, "steps": steps}
    return Vessel(**(given | more))


def there_and_back(kn=12.0):
    return ship(
        Stay(for_s=HOUR_S, port="HERE"), Sail(to=AWAY, kn=kn), Stay(for_s=60.0, port="THERE"), Sail(to=QUAY, kn=kn)
    )


def at_times(vessel, seconds):
    plan = timetable(vessel)
    motion = motion_of([vessel], [plan])
    story_us = (np.asarray(seconds, float) * 1e6).astype(np.int64) + motion.begin_us[0]
    return states(motion, np.zeros(len(story_us), np.int64), story_us), plan


def test_a_ship_sails_at_her_speed_on_her_course_and_comes_home():
    vessel = there_and_back()
    state, plan = at_times(vessel, [0.0, HOUR_S + 1800.0, HOUR_S * 2])
    assert (state.lat_deg[0], state.lon_deg[0]) == pytest.approx(QUAY)
    assert state.sog_kn.tolist() == pytest.approx([0.0, 12.0, 12.0], abs=0.02)
    assert state.cog_deg[1:].tolist() == pytest.approx([90.0, 90.0], abs=0.3)
    assert np.isnan(state.cog_deg[0])
    assert plan.cycle_s == pytest.approx(HOUR_S + 60.0 + 2 * 20 * NMI_M / (12 * KNOT_MS), rel=0.1)
    assert plan.knots[-1].lat_deg == QUAY[0]


def test_a_plan_begins_again_where_it_ended():
    vessel = there_and_back()
    cycle_s = timetable(vessel).cycle_s
    first, _ = at_times(vessel, np.linspace(0.0, cycle_s - 1.0, 50))
    again, _ = at_times(vessel, np.linspace(0.0, cycle_s - 1.0, 50) + 7 * round(cycle_s * 1e6) / 1e6)
    assert again.lat_deg == pytest.approx(first.lat_deg, abs=1e-6)
    assert again.sog_kn == pytest.approx(first.sog_kn, abs=1e-3)


def test_a_turn_takes_as_long_as_the_ship_needs():
    north = destination(*AWAY, 0.0, 20 * NMI_M)
    vessel = ship(
        Stay(for_s=60.0), Sail(to=AWAY, kn=12.0), Sail(to=north, kn=12.0), Sail(to=QUAY, kn=12.0), turn_deg_min=30.0
    )
    seconds = np.arange(0.0, timetable(vessel).cycle_s, 1.0)
    state, _ = at_times(vessel, seconds)
    turning = (state.cog_deg > 3.0) & (state.cog_deg < 87.0)
    assert np.sum(turning) == pytest.approx(90.0 / 30.0 * 60.0, rel=0.1)
    assert np.nanmax(-state.rot_deg_min[turning]) == pytest.approx(40.0, abs=10.0)
    assert np.min(state.sog_kn[turning]) == pytest.approx(12.0 * 0.5**0.5, abs=0.2)


def test_a_ship_waits_for_her_appointment_or_cannot_keep_it():
    steps = (Stay(for_s=60.0), Sail(to=AWAY, kn=12.0), Wait(until_s=3 * HOUR_S), Sail(to=QUAY, kn=12.0))
    state, _ = at_times(ship(*steps), [3 * HOUR_S - 5.0, 3 * HOUR_S + 600.0])
    assert distance_m(state.lat_deg[0], state.lon_deg[0], *AWAY) < 1.0
    assert state.sog_kn[1] > 11.0
    with pytest.raises(UsageError, match=r"one comes \d+ s too late to wait until 3600 s"):
        timetable(ship(steps[0], steps[1], Wait(until_s=HOUR_S), steps[3]))


@pytest.mark.parametrize(
    "steps", [(), (Sail(to=AWAY, kn=9.0), Sail(to=QUAY, kn=9.0)), (Stay(for_s=9.0), Sail(to=AWAY, kn=9.0))]
)
def test_a_plan_that_does_not_begin_with_a_stay_or_end_at_home_is_refused(steps):
    with pytest.raises(UsageError, match="must begin with a stay and end where it began"):
        timetable(ship(*steps))


def test_a_plan_longer_than_eleven_days_is_refused():
    with pytest.raises(UsageError, match="takes 2000000 s"):
        timetable(ship(Stay(for_s=2_000_000.0)))


def test_ships_say_where_they_are_bound():
    plan = timetable(there_and_back())
    assert next_call(plan, HOUR_S * 2)[0] == "THERE"
    port, away_s = next_call(plan, plan.cycle_s - 600.0)
    assert (port, away_s) == ("HERE", pytest.approx(600.0))
    assert next_call(timetable(ship(Stay(for_s=60.0))), 1.0) == (None, 0.0)


@pytest.fixture(scope="module")
def strait():
    """The scenario, its plans, and everybody every two minutes of a plan's cycle, at most of two days."""
    scenario = korea_strait(0)
    plans = [timetable(vessel) for vessel in scenario.vessels]
    motion = motion_of(scenario.vessels, plans)
    seconds = [np.arange(0.0, min(plan.cycle_s, 48 * HOUR_S), 120.0) for plan in plans]
    who = np.repeat(np.arange(len(plans)), [len(one) for one in seconds])
    story_us = (np.concatenate(seconds) * 1e6).astype(np.int64) + motion.begin_us[who]
    return scenario, who, states(motion, who, story_us)


def test_everybody_in_the_strait_keeps_to_the_speed_of_her_plan(strait):
    scenario, who, state = strait
    top = np.array(
        [max((step.kn for step in one.steps if isinstance(step, Sail)), default=0.0) for one in scenario.vessels]
    )
    assert np.all(state.sog_kn <= top[who] * 1.02 + 0.01)


def test_nobody_in_the_strait_jumps(strait):
    _, who, state = strait
    lat, lon = np.radians(state.lat_deg), np.radians(state.lon_deg)
    way_m = 6_371_000.0 * np.hypot(np.diff(lat), np.diff(lon) * np.cos(lat[1:]))
    same = np.diff(who) == 0
    fastest = np.maximum(state.sog_kn[1:], state.sog_kn[:-1])
    assert np.all(way_m[same] <= (fastest[same] * KNOT_MS + 0.5) * 120.0 * 1.05 + 1.0)


def test_nobody_in_the_strait_sails_over_land(strait):
    scenario, who, state = strait
    corner, other = (min(state.lon_deg), min(state.lat_deg)), (max(state.lon_deg), max(state.lat_deg))
    areas = [area.rings for area in built_in("land_fine").rows]
    near_by = [
        rings for rings in areas if any(np.any(np.all((ring > corner) & (ring < other), axis=1)) for ring in rings)
    ]
    assert len(near_by) > 50
    ashore = np.unique(index_areas(near_by).memberships(state.lat_deg, state.lon_deg)[0])
    for i in ashore.tolist():
        place = float(state.lat_deg[i]), float(state.lon_deg[i])
        near = min(distance_m(*place, MARKS[name].lat_deg, MARKS[name].lon_deg) for name in HARBOURS)
        assert near < 4 * NMI_M, f"{scenario.vessels[who[i]].key} is ashore at {place}"


def test_a_ship_that_begins_later_is_where_the_other_was_so_much_earlier():
    early, late = there_and_back(), replace(there_and_back(), starts_s=1234.0)
    plans = [timetable(early), timetable(late)]
    motion = motion_of([early, late], plans)
    story_us = np.array([9_000_000_000, 9_000_000_000 + 1_234_000_000], np.int64)
    state = states(motion, np.array([0, 1]), story_us)
    assert state.lat_deg[0] == state.lat_deg[1]
    assert state.sog_kn[0] == state.sog_kn[1]


def test_everyday_traffic_keeps_clear_of_the_exercise_zones_and_goes_with_the_lanes(strait):
    scenario, who, state = strait
    drawn = resources.files("hanbada.app").joinpath("demo_data", "exercise_zones.geojson").read_bytes()
    zones = known_zones(None, drawn)
    points, zone = zones.index.memberships(state.lat_deg, state.lon_deg)
    entered, against = set(), set()
    for i, area in zip(points.tolist(), (zones.areas[z] for z in zone.tolist()), strict=True):
        key = scenario.vessels[who[i]].key
        if area.rule != "wrong_way":
            entered.add((key, area.rule))
        elif state.sog_kn[i] > 3.0 and abs(turn(area.direction_deg, state.cog_deg[i])) > 80.0:
            against.add(key)
    assert entered == {("intruder", "entry"), ("idler", "dwell")}
    assert against == {"wrong-way"}
