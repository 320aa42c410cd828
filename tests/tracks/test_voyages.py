"""Voyages run from port to port, with the way sailed and what the ship said of where it was going."""

from __future__ import annotations

import numpy as np
import pytest
from harbour_scenes import EAST, HOUR_S, OTHER, PORTS, SHIP, WEST, cross, lie, round_trip

from hanbada.geo.sphere import distance_m
from hanbada.model.tables import STATICS, VOYAGES
from hanbada.tracks import calls, voyages
from hanbada.tracks.identity import Identities, learn
from hanbada.tracks.rows import rows
from hanbada.tracks.segments import Segments, feed
from ships import SECOND, START, Scene


def sailed(scene, identities=None, mmsi=SHIP):
    found, segments = rows(scene.table()), Segments()
    state = calls.start(PORTS)
    calls.feed(state, found, feed(segments, found))
    return voyages.of(state, segments, mmsi, identities)


def ends(told):
    return [(v.from_port, v.to_port) for v in told]


def test_a_round_trip_is_two_voyages():
    out, back = sailed(round_trip())
    assert ends([out, back]) == [("WEST", "EAST"), ("EAST", "WEST")]
    for voyage in (out, back):
        assert voyage.distance_m == pytest.approx(distance_m(*WEST, *EAST) - 18_000, rel=0.01)
        assert 3 < (voyage.entered_at - voyage.left_at) / SECOND / HOUR_S < 3.5


def test_a_ship_that_left_is_on_a_voyage_to_nowhere_yet():
    scene = Scene()
    lie(scene, SHIP, WEST, 0, 2)
    cross(scene, SHIP, WEST, (35.0, 128.5), 2, 4)
    (voyage,) = sailed(scene)
    assert ends([voyage]) == [("WEST", None)]
    assert voyage.entered_at is None
    assert voyage.distance_m == pytest.approx(distance_m(*WEST, 35.0, 128.5) - 10_000, rel=0.02)


def test_a_ship_first_seen_at_sea_comes_from_nowhere_known():
    scene = Scene()
    cross(scene, SHIP, (35.0, 128.5), EAST, 0, 3)
    lie(scene, SHIP, EAST, 3, 5)
    (voyage,) = sailed(scene)
    assert ends([voyage]) == [(None, "EAST")]
    assert voyage.left_at is None


def test_a_ship_in_port_all_the_time_makes_no_voyage():
    scene = Scene()
    lie(scene, SHIP, WEST, 0, 20)
    assert sailed(scene) == []


def test_passing_a_port_does_not_end_a_voyage():
    scene = Scene()
    lie(scene, SHIP, (35.0, 127.0), 0, 1)
    far = (35.0, 127.0)
    cross(scene, SHIP, far, WEST, 1, 5)
    cross(scene, SHIP, WEST, EAST, 5, 9)
    lie(scene, SHIP, EAST, 9, 12)
    assert ends(sailed(scene)) == [(None, "EAST")]


def test_a_voyage_goes_on_over_days_of_silence_without_their_way():
    scene = Scene()
    lie(scene, SHIP, WEST, 0, 2)
    cross(scene, SHIP, WEST, (35.0, 128.4), 2, 4)
    cross(scene, SHIP, (35.0, 128.6), EAST, 60, 62)
    lie(scene, SHIP, EAST, 62, 65)
    (voyage,) = sailed(scene)
    assert ends([voyage]) == [("WEST", "EAST")]
    assert voyage.distance_m == pytest.approx(distance_m(35.0, 128.0, 35.0, 128.8) - 18_000, rel=0.03)


def test_a_ship_lost_in_port_and_found_in_another_left_unseen():
    scene = Scene()
    lie(scene, SHIP, WEST, 0, 2)
    lie(scene, SHIP, EAST, 80, 82)
    (voyage,) = sailed(scene)
    assert ends([voyage]) == [("WEST", "EAST")]
    assert (voyage.left_at, voyage.entered_at, voyage.distance_m) == (None, None, 0.0)


def test_two_ships_on_one_number_do_not_sail_from_each_others_ports():
    scene = Scene()
    lie(scene, SHIP, WEST, 0, 2)
    cross(scene, SHIP, WEST, (35.0, 127.0), 2, 6)
    cross(scene, SHIP, (35.0, 129.5), EAST, 0.01, 3)
    lie(scene, SHIP, EAST, 3.01, 6)
    assert sorted(ends(sailed(scene)), key=str) == [("WEST", None), (None, "EAST")]


def say(*words):
    """A type 5 message every six minutes between two hours, for each (destination, from, to)."""
    told = [(t, text) for text, a, b in words for t in np.arange(a * HOUR_S, b * HOUR_S, 360)]
    identities = Identities()
    learn(
        identities,
        STATICS.build(
            {
                "at": np.array([START + round(t * SECOND) for t, _ in told]).astype("datetime64[us]"),
                "mmsi": np.full(len(told), SHIP, np.uint32),
                "destination": [text for _, text in told],
                "source": np.zeros(len(told), np.uint16),
                "line_id": np.arange(1, len(told) + 1, dtype=np.uint64),
            }
        ),
    )
    return identities


def test_a_voyage_knows_every_destination_said_on_the_way():
    out, back = sailed(round_trip(), say(("EAST", 0, 3), ("WRONG", 3, 4), ("EAST PORT", 4, 6.5), ("WEST", 11, 16)))
    assert out.destinations == ("EAST", "WRONG", "EAST PORT")
    assert back.destinations == ("WEST",)
    assert sailed(round_trip())[0].destinations == ()


def test_the_table_is_as_declared():
    table = voyages.voyage_table(sailed(round_trip()))
    assert table.schema == VOYAGES.schema
    assert table.num_rows == 2
    assert voyages.voyage_table([]).num_rows == 0


def test_other_vessels_change_nothing():
    scene = round_trip()
    lie(scene, OTHER, EAST, 0, 5)
    assert sailed(scene) == sailed(round_trip())
