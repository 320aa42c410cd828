"""Rings never jump, whatever the file did at 180 degrees; corridors have the width they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sets import holds

from hanbada.geo.sphere import bearing_deg, distance_m
from hanbada.model.errors import PackError
from hanbada.reference import corridors, rings
from hanbada.reference.shapes import Area

FIJI = [[176.0, -19.0], [-178.0, -19.0], [-178.0, -16.0], [176.0, -16.0], [176.0, -19.0]]
IN_FIJI = [(-17.5, 179.0), (-17.5, -179.0), (-17.5, 180.0), (-17.5, -180.0), (-17.5, 176.5), (-17.5, -178.5)]
NOT_IN_FIJI = [(-17.5, 175.0), (-17.5, -177.0), (-17.5, 0.0), (-15.0, 179.0), (-17.5, 90.0)]


def area(*shape: np.ndarray) -> Area:
    return Area(area_id="a", name="a", kind="user", rings=tuple(shape), source="test")


def jumps(ring: np.ndarray) -> float:
    return float(np.abs(np.diff(ring[:, 0])).max())


@pytest.mark.parametrize(
    "ring",
    [
        FIJI,
        [[lon % 360.0, lat] for lon, lat in FIJI],
        [[lon - 360.0 if lon > 0 else lon, lat] for lon, lat in FIJI],
        FIJI[:-1],
        FIJI[::-1],
    ],
    ids=["jumping", "0 to 360", "below -180", "not closed", "the other way round"],
)
def test_a_ring_across_180_is_the_same_area_however_it_was_written(ring: list[list[float]]) -> None:
    shape = rings.ring(ring)
    assert jumps(shape) < 180.0
    assert np.array_equal(shape[0], shape[-1])
    assert all(holds(area(shape), lat, lon) for lat, lon in IN_FIJI)
    assert not any(holds(area(shape), lat, lon) for lat, lon in NOT_IN_FIJI)


def test_two_halves_cut_at_180_hold_the_same_places() -> None:
    west = [[176.0, -19.0], [180.0, -19.0], [180.0, -16.0], [176.0, -16.0], [176.0, -19.0]]
    east = [[-180.0, -19.0], [-178.0, -19.0], [-178.0, -16.0], [-180.0, -16.0], [-180.0, -19.0]]
    both = area(*rings.polygons([[west], [east]]))
    inside = [place for place in IN_FIJI if abs(place[1]) != 180.0]
    assert all(holds(both, lat, lon) for lat, lon in inside)
    assert not any(holds(both, lat, lon) for lat, lon in NOT_IN_FIJI)


def test_a_box_with_west_above_east_crosses_180() -> None:
    shape = rings.box(176.0, -19.0, -178.0, -16.0)
    assert jumps(shape) == 6.0
    assert holds(area(shape), -17.5, 180.0)


def test_a_hole_lies_on_the_turn_of_its_outer_ring() -> None:
    hole = [[-179.5, -18.0], [-179.0, -18.0], [-179.0, -17.0], [-179.5, -17.0], [-179.5, -18.0]]
    shape = rings.polygon([FIJI, hole])
    assert not holds(area(*shape), -17.5, -179.2)
    assert holds(area(*shape), -17.5, -178.5)
    assert shape[1][:, 0].min() >= shape[0][:, 0].min()
    assert shape[1][:, 0].max() <= shape[0][:, 0].max()


def test_a_hole_that_encloses_nothing_is_dropped_and_the_area_kept() -> None:
    assert len(rings.polygon([FIJI, [[179.0, -17.0], [179.0, -17.0], [179.0, -17.0]]])) == 1


def test_polygons_of_one_area_fit_into_one_turn() -> None:
    russia = [[[[20.0, 60.0], [40.0, 60.0], [40.0, 70.0], [20.0, 60.0]]],
              [[[172.0, 60.0], [178.0, 60.0], [178.0, 65.0], [172.0, 60.0]]],
              [[[170.0, 66.0], [-160.0, 66.0], [-160.0, 70.0], [170.0, 66.0]]]]  # fmt: skip
    shape = rings.polygons(russia)
    lons = np.concatenate([ring[:, 0] for ring in shape])
    assert np.ptp(lons) <= 360.0
    assert holds(area(*shape), 61.0, 176.0)
    assert holds(area(*shape), 67.0, -170.0)
    assert holds(area(*shape), 61.0, 35.0)


def test_a_ring_around_a_pole_is_led_over_it() -> None:
    around = [[lon, -70.0 - 3 * (lon % 2)] for lon in range(-180, 180, 7)]
    shape = area(rings.ring(around))
    assert holds(shape, -80.0, 10.0)
    assert holds(shape, -89.9, -179.9)
    assert not holds(shape, -60.0, 10.0)


def test_a_band_right_round_the_earth_keeps_its_width() -> None:
    shape = area(rings.ring([[-180, 60], [180, 60], [180, 70], [-180, 70], [-180, 60]]))
    assert all(holds(shape, 65.0, lon) for lon in (-179.0, 0.0, 179.0))


@pytest.mark.parametrize(
    "points",
    [
        [[0.0, 0.0], [1.0, 1.0]],
        [[0.0, 0.0]],
        [],
        [[0.0, 0.0], [1.0, 91.0], [2.0, 0.0]],
        [[500000.0, 4000000.0], [500001.0, 4000000.0], [500001.0, 4000001.0]],
        [[0.0, float("nan")], [1.0, 1.0], [2.0, 0.0]],
        [["a", "b"], ["c", "d"], ["e", "f"]],
        [[0.0], [1.0], [2.0]],
        [[0.0, 0.0], [1.0], [2.0, 2.0]],
        [None, None, None],
    ],
)
def test_what_is_no_ring_is_refused(points: list[list[float]]) -> None:
    with pytest.raises(PackError):
        rings.ring(points)


@given(
    st.floats(-180, 180), st.floats(-60, 60), st.lists(st.floats(0.2, 8.0), min_size=5, max_size=20),
    st.integers(-1, 1), st.floats(0, 6.28), st.floats(0.0, 9.0),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_turning_the_whole_earth_turns_only_the_answer(
    lon: float, lat: float, radii: list[float], turns: int, way: float, far: float
) -> None:
    corners = np.linspace(0.0, 2.0 * np.pi, len(radii), endpoint=False)
    ring = np.column_stack([lon + radii * np.cos(corners), lat + radii * np.sin(corners)])
    wrapped = ring.copy()
    wrapped[:, 0] = (wrapped[:, 0] + 180.0) % 360.0 - 180.0
    there_lat, there_lon = lat + far * np.sin(way), lon + far * np.cos(way)
    plain = holds(area(rings.ring(ring + np.array([360.0 * turns, 0.0]))), there_lat, there_lon)
    jumped = holds(area(rings.ring(wrapped)), there_lat, (there_lon + 180.0) % 360.0 - 180.0)
    edge = min(abs(there_lat - ring[:, 1]).min(), 1.0)
    assert plain == jumped or edge < 1e-6 or _on_edge(ring, there_lon, there_lat)


def _on_edge(ring: np.ndarray, lon: float, lat: float) -> bool:
    shapely = pytest.importorskip("shapely")
    return shapely.Polygon(ring).exterior.distance(shapely.Point(lon, lat)) < 1e-6


# Corridors


def test_a_corridor_is_as_wide_as_it_says() -> None:
    line = np.array([[129.0, 35.0], [129.3, 35.1], [129.5, 35.4]])
    strip = area(corridors.corridor(line, 500.0))
    for point in (line[0] * 0.5 + line[1] * 0.5, line[1] * 0.3 + line[2] * 0.7):
        course = bearing_deg(line[0][1], line[0][0], line[1][1], line[1][0])
        assert holds(strip, point[1], point[0])
        for side in (90.0, -90.0):
            near, far = (corridors._beside(point, course + side, way) for way in (380.0, 700.0))
            assert holds(strip, near[1], near[0])
            assert not holds(strip, far[1], far[0])


def test_a_corridor_across_180_holds_both_sides() -> None:
    strip = area(corridors.corridor(rings.line([[179.8, 10.0], [-179.8, 10.0]]), 2000.0))
    assert holds(strip, 10.0, 179.99)
    assert holds(strip, 10.0, -179.99)
    assert not holds(strip, 10.1, 180.0)


def test_a_long_corridor_stays_at_its_width_in_the_middle() -> None:
    line = rings.line([[120.0, 60.0], [140.0, 60.0]])
    ring = corridors.corridor(line, 1000.0)
    middle = ring[np.abs(ring[:, 0] - 130.0) < 0.2]
    widths = [distance_m(60.0, 130.0, lat, 130.0) for _, lat in middle]
    assert all(950.0 < width < 1050.0 for width in widths)


def test_a_corridor_that_crosses_itself_is_refused() -> None:
    hairpin = np.array([[0.0, 0.0], [0.1, 0.0], [0.1, 0.002], [0.0, 0.002]])
    with pytest.raises(PackError, match="crosses itself"):
        corridors.corridor(hairpin, 2000.0)


def test_pieces_of_a_lane_cover_it_and_know_their_way() -> None:
    line = np.array([[1.0, 50.0], [1.2, 50.05], [1.3, 50.2], [1.25, 50.4]])
    cut = list(corridors.pieces(line, 463.0))
    assert len(cut) == 3
    assert [round(course) for _, course in cut] == [69, 23, 351]
    for share in np.linspace(0.01, 0.99, 25):
        point = line[1] * (1 - share) + line[2] * share
        assert sum(holds(area(ring), point[1], point[0]) for ring, _ in cut) == 1


def test_a_short_piece_inside_a_bend_does_not_fold() -> None:
    line = np.array([[0.0, 50.0], [0.1, 50.0], [0.1005, 50.0005], [0.1, 50.1]])
    for ring, _ in corridors.pieces(line, 463.0):
        assert not corridors.crosses_itself(ring)


def test_a_circle_leaves_nothing_inside_its_radius_out() -> None:
    ring = area(corridors.circle(np.array([179.99, -18.0]), 5000.0))
    for course in range(0, 360, 5):
        inner = corridors._beside(np.array([179.99, -18.0]), float(course), 4990.0)
        outer = corridors._beside(np.array([179.99, -18.0]), float(course), 5050.0)
        assert holds(ring, inner[1], inner[0])
        assert not holds(ring, outer[1], outer[0])
