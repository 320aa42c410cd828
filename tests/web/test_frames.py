"""Vessel frames and replay blocks: what goes in comes out."""

import base64

import numpy as np
import pytest
from fakes import NOW_US, FakeSite

from hanbada.app.web import frames
from hanbada.model.times import MINUTE_US


def vessels(**columns):
    n = len(columns["lon_deg"])
    shared = {
        "lat_deg": np.zeros(n),
        "mmsi": np.arange(n) + 200_000_000,
        "slot": np.arange(n),
        "sog_kn": np.full(n, np.nan),
        "cog_deg": np.full(n, np.nan),
        "heading_deg": np.full(n, np.nan),
        "age_s": np.zeros(n),
        "kind": np.zeros(n, int),
        "flags": np.zeros(n, int),
    }
    return frames.Vessels(**shared | columns)


def test_a_frame_gives_back_what_it_was_made_of():
    given = vessels(
        lon_deg=np.array([-180.0, 179.9999999, 129.41]),
        lat_deg=np.array([-89.9, 0.0, 34.695]),
        sog_kn=np.array([0.0, 102.2, 14.3]),
        cog_deg=np.array([0.0, 359.9, 157.0]),
        heading_deg=np.array([359.0, 0.0, 158.0]),
        age_s=np.array([0.0, 59.6, 1e9]),
        kind=np.array([0, 7, 3]),
        flags=np.array([1, 4, 32]),
    )
    frame = frames.read_vessel_frame(frames.vessel_frame(given, epoch_s=1.5, revision=2**40, marks=frames.FULL))
    assert (frame.epoch_s, frame.revision, frame.marks) == (1.5, 2**40, frames.FULL)
    assert frame.columns["lon"].tolist() == [-1_800_000_000, 1_799_999_999, 1_294_100_000]
    assert frame.columns["sog"].tolist() == [0, 1022, 143]
    assert frame.columns["cog"].tolist() == [0, 3599, 1570]
    assert frame.columns["age"].tolist() == [0, 59, frames.AGE_LIMIT_S]
    assert frame.columns["kind"].tolist() == [0, 7, 3]


def test_unknown_is_not_zero():
    columns = frames.read_vessel_frame(frames.vessel_frame(vessels(lon_deg=np.zeros(1)), epoch_s=0, revision=1)).columns
    assert columns["sog"][0] == columns["cog"][0] == columns["heading"][0] == frames.UNKNOWN
    assert columns["flags"][0] & frames.SOG_UNKNOWN


def test_a_vessel_without_position_is_left_out_but_one_that_is_gone_is_told():
    given = vessels(lon_deg=np.array([np.nan, 1.0, np.nan]), kind=np.array([0, 0, frames.GONE]))
    frame = frames.read_vessel_frame(frames.vessel_frame(given, epoch_s=0, revision=1))
    assert frame.columns["slot"].tolist() == [1, 2]


def test_an_empty_frame_is_a_frame():
    frame = frames.read_vessel_frame(frames.vessel_frame(vessels(lon_deg=np.zeros(0)), epoch_s=3, revision=9))
    assert (frame.revision, len(frame.columns["mmsi"])) == (9, 0)


def test_what_is_no_frame_is_refused():
    with pytest.raises(ValueError, match="not a vessel frame"):
        frames.read_vessel_frame(b"x" * 64)


def test_columns_lie_at_addresses_their_types_allow():
    for layout in (frames.VESSEL_COLUMNS, (*frames.BLOCK_VESSELS, *frames.BLOCK_POSITIONS, *frames.BLOCK_BYTES)):
        widths = [np.dtype(kind).itemsize for _, kind in layout]
        assert widths == sorted(widths, reverse=True)
    assert frames.HEADER_BYTES % 8 == 0


def test_severity_is_in_the_high_bits():
    flags = frames.severity_flags(np.array([0, 1, 2, 3]))
    assert flags.tolist() == [0, 65, 129, 193]


def test_a_replay_block_is_in_order_of_time_and_keeps_to_its_ten_minutes():
    site = FakeSite(40)
    start = (NOW_US - 100 * MINUTE_US) // (10 * MINUTE_US) * (10 * MINUTE_US)
    block = site.replay_block(start)
    many, n = np.frombuffer(block, "<u4", 2, 4)
    assert many == 40
    offsets = np.frombuffer(block, "<u4", n, frames.HEADER_BYTES + 4 * many + 4 * n)
    assert (np.diff(offsets.astype(int)) >= 0).all()
    assert offsets.max() < frames.BLOCK_S * 1000


def test_a_block_of_a_time_nothing_is_kept_of_is_empty():
    assert FakeSite(40).replay_block(0) == b""


def test_a_delta_holds_what_changed_and_brings_the_window_up_to_date():
    site = FakeSite(60)
    before = site.revision
    site.tick(7)
    frame = frames.read_vessel_frame(site.delta_frame(before))
    assert len(frame.columns["mmsi"]) == 7
    assert frame.revision == site.revision
    assert len(frames.read_vessel_frame(site.delta_frame(frame.revision)).columns["mmsi"]) == 0


READ = """async ([frame, block]) => {
  const root = document.querySelector('script[type=module]').src.replace(/static.js.*$/, '');
  const {readBlock, readFrame} = await import(root + 'static/js/frames.js');
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  const plain = (found) => Object.fromEntries(Object.entries(found).map(([name, value]) => [name, ArrayBuffer.isView(value) ? [...value] : value]));
  return [plain(readFrame(bytes(frame))), plain(readBlock(bytes(block)))];
}"""


@pytest.mark.browser
def test_the_browser_reads_what_the_node_wrote(window):
    site = FakeSite(40)
    start = (NOW_US - 100 * MINUTE_US) // (10 * MINUTE_US) * (10 * MINUTE_US)
    written = [site.full_frame(), site.replay_block(start)]
    page = window().open("/login")
    frame, block = page.evaluate(READ, [base64.b64encode(part).decode() for part in written])
    own = frames.read_vessel_frame(written[0])
    assert (frame["n"], frame["epoch"], frame["revision"], frame["marks"]) == (40, own.epoch_s, own.revision, own.marks)
    assert {name: frame[name] for name, _ in frames.VESSEL_COLUMNS} == {
        name: own.columns[name].tolist() for name in own.columns
    }
    many, n = np.frombuffer(written[1], "<u4", 2, 4).tolist()
    at, columns = frames.HEADER_BYTES, {}
    for layout, rows in ((frames.BLOCK_VESSELS, many), (frames.BLOCK_POSITIONS, n), (frames.BLOCK_BYTES, many)):
        for name, kind in layout:
            columns[name] = np.frombuffer(written[1], kind, rows, at).tolist()
            at += rows * np.dtype(kind).itemsize
    assert {name: block[name] for name in columns} == columns
    assert block["start"] * 1e6 == start
