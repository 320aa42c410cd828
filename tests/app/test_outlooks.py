"""What a running node says of the next hours, and of how well it hears."""

from __future__ import annotations

import threading

import numpy as np
import pyarrow as pa
import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.app.outlooks import Outlooks
from hanbada.app.places import drawn_reception
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.traffic import lines
from hanbada.model.times import MINUTE_US
from hanbada.tracks.identity import Identities
from hanbada.tracks.reception import Reception, heard_since, listen
from hanbada.tracks.rows import rows
from hanbada.tracks.segments import Segments, feed

CURTAIN_US = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def positions(tmp_path_factory):
    """Three hours of the simulated strait."""
    path = tmp_path_factory.mktemp("strait") / "strait.nmea"
    heard = lines(korea_strait(CURTAIN_US), CURTAIN_US - 180 * MINUTE_US, CURTAIN_US, 3)
    path.write_bytes(b"".join(line + b"\n" for line in heard))
    whole = pa.concat_tables([one.positions for one in read_reports(str(path), 1, Account("strait"))])
    return whole.sort_by([("mmsi", "ascending"), ("at", "ascending"), ("line_id", "ascending")])


def test_a_forecast_is_asked_for_again_until_the_past_is_read_and_then_begins_at_the_ship(positions):
    def read(start_us, end_us, mmsi):
        at = positions["at"].cast(pa.int64()).to_numpy()
        fits = (at >= start_us) & (at < end_us)
        if mmsi is not None:
            fits &= positions["mmsi"].to_numpy() == mmsi
        return positions.filter(pa.array(fits))

    found = rows(positions)
    moving = found.mmsi[np.argmax(np.where(found.sog_kn > 12, found.at, 0))]
    node = Outlooks(read, Identities(), lambda: CURTAIN_US)
    assert node.of(int(moving), 1.0) is None
    for thread in threading.enumerate():
        if thread.name == "past":
            thread.join()
    items = node.of(int(moving), 1.0)
    path, *regions = items
    last = np.flatnonzero(found.mmsi == moving)[-1]
    assert path.shapes[0].points[0] == pytest.approx((found.lon_deg[last], found.lat_deg[last]), abs=0.02)
    assert {region.facts["holds"] for region in regions} == {0.5, 0.9}
    assert node.of(123_456_789, 1.0) == []


def test_a_cell_tells_what_share_of_its_transmissions_was_heard(positions):
    found = rows(positions)
    state = Reception()
    listen(state, found, feed(Segments(), found))
    heard = heard_since(state, CURTAIN_US - 60 * MINUTE_US)
    everything = heard_since(state, 0)
    assert 0 < heard.reports.sum() < everything.reports.sum()
    assert ((everything.share >= 0) & (everything.share <= 1)).all()
    inside = (found.lat_deg.min() >= everything.south_deg.min()) & (found.lat_deg.max() <= everything.north_deg.max())
    assert inside
    drawn = drawn_reception(everything)["features"]
    assert len(drawn) == len(everything.share) == len({str(one["geometry"]) for one in drawn})
    assert drawn_reception(None)["features"] == []
