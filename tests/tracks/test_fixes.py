"""What a radio knew of its place: the compiled loop agrees with the plain one, however its rows are cut."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hanbada.model.tables import POSITIONS
from hanbada.tracks import fixes, fixes_kernel
from hanbada.tracks.duplicates import Heard, first_heard
from hanbada.tracks.fixes import Fixes, Signs, joined, read
from hanbada.tracks.rows import Rows, rows, table, take
from hanbada.tracks.segments import Segments, feed
from ships import SECOND, Scene

SHIP = 440_123_456


def sailed() -> Rows:
    """A ship that sails, loses her place, reckons, stands still at speed, is elsewhere, and comes back."""
    scene = Scene()
    scene.sail(SHIP, 35.0, 129.0, 90.0, 10.0, 0, 3600, 20.0)
    scene.sail(SHIP, 35.0, 129.4, 90.0, 10.0, 7200, 9000, 20.0)
    for t in range(9000, 10_200, 20):
        scene.report(SHIP, t, 35.0, 129.5, 10.0, 90.0)
    scene.sail(SHIP, 36.5, 129.5, 90.0, 10.0, 10_200, 11_400, 20.0)
    scene.sail(SHIP, 35.0, 129.52, 90.0, 10.0, 11_400, 12_600, 20.0)
    found = rows(scene.table())
    t = (found.at - found.at[0]) / SECOND
    lost, reckoned = (t > 2000) & (t < 3000), (t >= 7800) & (t < 8400)
    lat = np.where(lost, np.nan, found.lat_deg)
    second = np.where(reckoned, 62, 17)
    return found._replace(lat_deg=lat, lon_deg=np.where(lost, np.nan, found.lon_deg), utc_second=second)


def signs_of(given: Rows, *cuts: int) -> Signs:
    segments, state, parts = Segments(), Fixes(), []
    for part in np.split(np.arange(len(given.at)), cuts):
        some = take(given, part)
        parts.append(read(state, some, feed(segments, some)))
    return joined(parts)


def test_every_sign_is_noted_once_in_each_slot_in_which_it_shows() -> None:
    signs = signs_of(sailed())
    kinds = dict(zip(*np.unique(signs.what, return_counts=True), strict=True))
    assert kinds.keys() == set(range(5))
    assert len(set(zip(signs.slot.tolist(), signs.what.tolist(), strict=True))) == len(signs.slot)
    away = signs.what == fixes_kernel.AWAY
    assert (signs.to_lat_deg[away] > 36.0).all()
    assert (signs.lat_deg[away] < 36.0).all()


@pytest.mark.parametrize("cuts", [(7,), (100, 101, 102), tuple(range(50, 600, 50))])
def test_how_rows_are_cut_changes_no_sign(cuts: tuple[int, ...]) -> None:
    for one, other in zip(signs_of(sailed()), signs_of(sailed(), *cuts), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_compiled_loop_does_what_the_plain_one_does(monkeypatch) -> None:
    compiled = signs_of(sailed())
    monkeypatch.setattr(fixes.k, "read", fixes_kernel.read.py_func)
    for one, other in zip(compiled, signs_of(sailed()), strict=True):
        np.testing.assert_array_equal(one, other)


def test_how_a_place_was_found_survives_rows_and_tables() -> None:
    given = sailed()
    told = table(given)
    assert set(told["position_mode"].drop_null().to_pylist()) == {62}
    assert told["utc_second"].null_count == len(told) - told["position_mode"].null_count
    for one, other in zip(rows(told), given, strict=True):
        np.testing.assert_array_equal(one, other)


def test_reports_of_reckoned_places_half_a_minute_apart_are_not_taken_for_copies() -> None:
    at = np.arange(0, 100, 10) * SECOND + 1_700_000_000 * SECOND
    same = POSITIONS.build(
        {
            "at": pa.array(at).cast(pa.timestamp("us", "UTC")),
            "mmsi": np.full(10, SHIP, np.uint32),
            "position_mode": np.full(10, 63, np.uint8),
            "source": np.zeros(10, np.uint16),
            "line_id": np.arange(10, dtype=np.uint64),
        }
    )
    assert first_heard(Heard(), rows(same)).all()
