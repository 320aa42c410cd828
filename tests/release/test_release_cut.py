"""Places and times are cut so that nothing can be averaged back, and less detail never tells more."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbada.geo.sphere import distance_m
from hanbada.model.sharing import FULL, NOTHING, PLACES, Assertion, Profile
from hanbada.release.cut import CELL_DEG, MISSING, STEP_US, cell, place, told
from hanbada.release.profiles import SWITCHES, join, meet, within

LON, LAT = st.floats(-180, 180), st.floats(-90, 90)
PROFILES = st.builds(
    Profile, place=st.sampled_from(PLACES), **{name: st.booleans() for name in SWITCHES}
)  # fmt: skip


def point(lon, lat, area=None):
    return {"geometry": {"kind": "point", "coordinates": ((lon, lat),)}, "area": area}


@pytest.mark.parametrize("detail", CELL_DEG)
@given(lon=LON, lat=LAT)
def test_a_cell_is_its_own_cell_and_no_further_from_the_place_than_its_size(detail, lon, lat) -> None:
    middle = cell(lon, lat, CELL_DEG[detail])
    assert cell(*middle, CELL_DEG[detail]) == middle
    assert distance_m(lat, lon, middle[1], middle[0]) <= 1852 * 60 * CELL_DEG[detail] * 1.2


@pytest.mark.parametrize("detail", CELL_DEG)
def test_ten_thousand_reports_of_a_ship_that_lies_still_tell_one_place(detail) -> None:
    lon, lat = cell(129.04, 35.1, CELL_DEG[detail])
    shaken = {cell(lon + (i % 100 - 50) * 1e-5, lat + (i // 100 - 50) * 1e-5, CELL_DEG[detail]) for i in range(10_000)}
    assert shaken == {(lon, lat)}


@given(lat=LAT, detail=st.sampled_from(list(CELL_DEG)))
def test_the_grid_has_no_seam_at_180_degrees(lat, detail) -> None:
    assert cell(180.0, lat, CELL_DEG[detail]) == cell(-180.0, lat, CELL_DEG[detail])


def test_two_things_in_one_cell_are_told_by_the_same_bytes() -> None:
    one, other = place(point(129.041, 35.101), "10nmi"), place(point(129.059, 35.111), "10nmi")
    assert one == other


def test_a_track_is_told_by_the_cells_it_passes_once_each() -> None:
    line = {
        "geometry": {"kind": "line", "coordinates": tuple((129 + i / 1000, 35.0) for i in range(600))},
        "area": None,
    }
    cut = place(line, "10nmi")["geometry"]["coordinates"]
    assert 3 <= len(cut) <= 5
    assert len(set(cut)) == len(cut)


@given(at=st.integers(0, 2**55), detail=st.sampled_from(PLACES))
def test_a_time_is_told_by_the_begin_of_its_step(at, detail) -> None:
    fact = Assertion(name="seen", aspect="time", value=at)
    cut = told(fact, Profile(place=detail, identity=False, source=False, person=False, narrative=False, evidence=False))
    assert cut <= at < cut + STEP_US[detail]


def test_without_detail_a_place_is_its_area_or_nothing() -> None:
    assert place(point(129.0, 35.0, "Korea Strait"), "area") == {"area": "Korea Strait"}
    assert place(point(129.0, 35.0), "area") is MISSING
    assert place(point(129.0, 35.0, "Korea Strait"), "none") is MISSING


@given(one=PROFILES, other=PROFILES, third=PROFILES)
def test_profiles_are_a_lattice(one, other, third) -> None:
    assert meet(one, other) == meet(other, one)
    assert meet(one, meet(other, third)) == meet(meet(one, other), third)
    assert join(one, meet(one, other)) == one == meet(one, join(one, other))
    assert within(NOTHING, one)
    assert within(one, FULL)
    assert within(meet(one, other), one)


@given(profile=PROFILES, lon=LON, lat=LAT)
def test_less_detail_never_tells_apart_what_more_detail_does_not(profile, lon, lat) -> None:
    """What a coarser profile tells is a function of the cell of the finer one's middle, wherever they share borders."""
    facts = [
        Assertion(name="p", aspect="place", value=point(lon, lat, "sea")),
        *(Assertion(name=name, aspect=name, value=1) for name in ("identity", "person", "source", "evidence")),
    ]
    less = meet(profile, NOTHING)
    for fact, (a, b) in itertools.product(facts, [(less, profile), (profile, FULL)]):
        assert told(fact, a) is MISSING or told(fact, b) is not MISSING


def test_every_moment_of_a_way_is_cut_and_nothing_is_told_of_how_many_there_were() -> None:
    fixes = [{"at": 10**15 + i, "lon_deg": 129 + i / 1000, "lat_deg": 35.0, "sog_kn": 9.0} for i in range(600)]
    fewer = place(fixes[::7], "10nmi")
    assert place(fixes, "10nmi") == fewer
    assert set(fewer[0]) == {"at", "lon_deg", "lat_deg"}
    ways = [{"id": 40 + i, "lon_deg": 129 + i / 10, "lat_deg": 35.0, "name": "SECRET ROCK"} for i in range(4)]
    assert [one["id"] for one in place(ways, "30min")] == [1, 2]
    assert place(fixes, "area") is place(ways, "none") is MISSING


def test_several_shapes_are_each_cut() -> None:
    areas = [{"kind": "point", "coordinates": ((129.04, 35.1),)}, {"kind": "point", "coordinates": ((131.04, 35.1),)}]
    cut = place(areas, "10nmi")
    assert [one["kind"] for one in cut] == ["point", "point"]
    assert not any(str(129.04) in str(one) for one in cut)


@pytest.mark.parametrize("value", [12.5, [12.5], [[129.0, 35.0]], "129 35", {"lon": 129.0}, [], None])
def test_a_place_of_no_known_shape_is_told_exactly_or_not_at_all(value) -> None:
    assert place(value, "exact") == value
    for detail in ("none", "area", *CELL_DEG):
        assert place(value, detail) is MISSING


def test_a_named_area_is_told_where_there_is_no_shape() -> None:
    for detail in ("area", *CELL_DEG):
        assert place({"geometry": None, "area": "Korea Strait"}, detail) == {"area": "Korea Strait"}
