"""Ships that fell silent, found by place and time, against asking every one of them."""

import numpy as np

from hanbada.geo.sphere import distance_m
from hanbada.tracks.silences import Place, around, put, take_out

MINUTE_US = 60_000_000


def some(count=400, seed=3):
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(-70, 70, count), rng.uniform(176, 184, count)
    lat[: count // 2] = rng.uniform(10, 14, count // 2)
    lon = (lon + 180) % 360 - 180
    at = rng.integers(0, 600, count) * MINUTE_US
    return [Place(int(at[i]), 1000 + i, float(lat[i]), float(lon[i])) for i in range(count)]


def test_the_same_are_found_as_by_asking_every_one_across_180_degrees_too():
    places, listed = {}, some()
    for one in listed:
        put(places, one)
    span, found_any = (-30 * MINUTE_US, 120 * MINUTE_US), 0
    for middle in listed[::7]:
        for within_m in (30_000.0, 200_000.0):
            found = {one.mmsi for one in around(places, middle, span, within_m)}
            asked = {
                one.mmsi
                for one in listed
                if span[0] <= one.off_at - middle.off_at <= span[1]
                and distance_m(middle.lat_deg, middle.lon_deg, one.lat_deg, one.lon_deg) <= within_m
            }
            assert found == asked
            found_any += len(found) > 1
    assert found_any > 20


def test_what_was_taken_out_is_found_no_more():
    places, listed = {}, some(60)
    for one in listed:
        put(places, one)
    for one in listed[::2]:
        take_out(places, one)
    left = {one.mmsi for middle in listed for one in around(places, middle, (0, 0), 1.0)}
    assert left == {one.mmsi for one in listed[1::2]}
