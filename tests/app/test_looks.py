"""Sightings of a running node: kept, matched beside everything else, found again after a restart."""

from __future__ import annotations

import threading

import numpy as np
import pyarrow as pa
import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.app.looks import Looks, drawn
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.traffic import lines
from hanbada.model.errors import InputError, NotFoundError, PackError
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, iso
from hanbada.store.sightings import SeenFile
from hanbada.tracks.identity import Identities
from hanbada.tracks.rows import rows

CURTAIN_US = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def positions(tmp_path_factory):
    """Forty minutes of the simulated strait."""
    path = tmp_path_factory.mktemp("strait") / "strait.nmea"
    heard = lines(korea_strait(CURTAIN_US), CURTAIN_US - 40 * MINUTE_US, CURTAIN_US, 3)
    path.write_bytes(b"".join(line + b"\n" for line in heard))
    return pa.concat_tables([one.positions for one in read_reports(str(path), 1, Account("strait"))])


@pytest.fixture
def node(positions, tmp_path):
    def read(start_us, end_us):
        at = positions["at"].cast(pa.int64()).to_numpy()
        return positions.filter(pa.array((at >= start_us) & (at < end_us)))

    return Looks(tmp_path, read, Identities(), lambda: CURTAIN_US)


def matched(node):
    """What was found, once the matching that asking begins is done."""
    node.found()
    for thread in threading.enumerate():
        if thread.name == "looks":
            thread.join()
    return node.found()


def seen(positions, **changes):
    """A file of a ship that is heard and of one a long way off the traffic."""
    heard = rows(positions)
    one = np.flatnonzero((heard.at > CURTAIN_US - 20 * MINUTE_US) & (heard.sog_kn > 10))[0]
    at, lat, lon = iso(int(heard.at[one])), heard.lat_deg[one], heard.lon_deg[one]
    text = f"id,time,lat,lon\nheard,{at},{lat:.5f},{lon:.5f}\nunheard,{at},{lat + 0.9:.5f},{lon + 0.9:.5f}\n"
    made = {
        "name": "pass.csv",
        "content": text.encode(),
        "added_at": CURTAIN_US,
        "added_by": "kim",
        "sensor": "optical",
    }
    return SeenFile(**made | changes), int(heard.mmsi[one])


def test_a_sighting_of_a_ship_that_is_heard_is_matched_with_a_line_and_another_is_dark(node, positions):
    file, mmsi = seen(positions)
    assert node.add(file).sightings.num_rows == 2
    assert node.found()[0].matches is None
    (look,) = matched(node)
    (found,) = look.matches
    verdicts = {one.sighting_id: one for one in found.matches}
    assert verdicts["heard"].verdict == "matched"
    assert verdicts["heard"].track.mmsi == mmsi
    assert verdicts["unheard"].verdict == "dark"
    kinds = sorted(shape.kind for item in look.shapes for shape in item.shapes)
    assert kinds == ["line", "point", "point"]


def test_files_are_found_again_after_a_restart_and_the_same_file_twice_is_one(node, positions, tmp_path):
    file, _ = seen(positions)
    node.add(file)
    node.add(file)
    again = Looks(tmp_path, node._read, Identities(), lambda: CURTAIN_US)
    assert [look.file for look in again.found()] == [file]
    assert matched(again)[0].matches is not None
    again.drop(file.key)
    assert again.found() == []
    with pytest.raises(NotFoundError):
        again.drop(file.key)


def test_only_what_was_seen_around_the_moment_shown_is_drawn(node, positions):
    node.add(seen(positions)[0])
    looks = matched(node)
    assert len(drawn(looks, CURTAIN_US)) == 3
    assert drawn(looks, CURTAIN_US + 2 * DAY_US) == []
    assert drawn(looks, CURTAIN_US - 2 * HOUR_US) == []


@pytest.mark.parametrize(
    ("content", "scene", "error"),
    [
        (b"id,time,lat,lon\na,soon,1,2\n", None, InputError),
        (b"", None, InputError),
        (b"id,time,lat,lon\na,2026-09-21T00:00:00Z,1,2\n", b"{", PackError),
    ],
)
def test_what_cannot_be_used_is_not_kept(node, positions, content, scene, error):
    with pytest.raises(error):
        node.add(seen(positions, content=content, scene=scene)[0])
    assert node.found() == []


def test_sightings_where_nothing_was_heard_are_dark_or_unsure_and_never_matched(node, positions):
    text = b"id,time,lat,lon\na,2001-01-01T00:00:00Z,1,2\nb,2001-01-01T00:00:00Z,1.1,2.1\n"
    node.add(seen(positions, content=text)[0])
    (look,) = matched(node)
    assert look.fault == ""
    assert {one.verdict for found in look.matches for one in found.matches} <= {"dark", "unresolved"}
