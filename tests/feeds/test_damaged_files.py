"""Files as people have them: cut off, damaged, in the wrong encoding. What can be read is read, the rest is named."""

from __future__ import annotations

import gzip
import io
import json
import random

import numpy as np
import polars as pl
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hanbada.feeds import files, rows
from hanbada.feeds.files import open_input
from hanbada.feeds.rows import read_rows
from hanbada.model.errors import InputError

LINE = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
LINES = b"".join(b"%d junk\n" % i + LINE for i in range(5_000))
HEADER = "MMSI,BaseDateTime,LAT,LON,SOG,COG,VesselName"
ROW = "219000001,2022-01-03T00:00:00,55.5,10.5,10.0,90.0,EVER"


@pytest.fixture
def keep(tmp_path):
    """Write bytes to a file and give its path."""

    def write(data: bytes, name: str = "input") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def read(path: str) -> tuple[bytes, str]:
    """All that can be read of a file, and what is said of the damage."""
    got = bytearray()
    try:
        for piece in open_input(path).pieces:
            got += piece
    except InputError as error:
        return bytes(got), str(error)
    return bytes(got), ""


def brought(path: str) -> tuple[list[dict], list[tuple], int, str]:
    """Positions, (line, code) of rejects, lines that were read, and damage, of a file of rows."""
    positions, rejects, lines, said = [], [], 0, ""
    try:
        for part in read_rows(open_input(path), 0):
            positions += part.tables.positions.to_pylist()
            rejects += [(r["line_id"], r["code"]) for r in part.tables.rejects.to_pylist()]
            assert part.rows == part.blank + part.tables.positions.num_rows + part.tables.rejects.num_rows
            lines += part.rows
    except InputError as error:
        said = str(error)
    return positions, rejects, lines, said


def packed(how: str, data: bytes) -> bytes:
    return gzip.compress(data) if how == "gzip" else zstandard.compress(data)


# Compression


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_gives_what_lies_before_the_cut(keep, how, share) -> None:
    rng = random.Random(1)
    data = b"".join(b"%d junk\n" % rng.getrandbits(64) for _ in range(200_000))
    whole = packed(how, data)
    path = keep(whole[: int(len(whole) * share)])
    got, said = read(path)
    assert data.startswith(got)
    assert len(got) > (share - 0.25) * len(data)
    assert said.startswith(path)
    assert f"cut off after {len(got):,} bytes" in said


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_a_short_file_that_was_cut_off_is_not_lost_whole(keep, how) -> None:
    whole = packed(how, LINES)
    got, said = read(keep(whole[:-4]))
    assert got.count(LINE) > 0 or how == "zstd"
    assert "damaged or cut off" in said


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_bytes_changed_in_the_middle_cost_what_is_behind_them(keep, how) -> None:
    rng = random.Random(2)
    data = b"".join(b"%d junk\n" % rng.getrandbits(64) for _ in range(200_000))
    whole = bytearray(packed(how, data))
    whole[len(whole) // 2 : len(whole) // 2 + 64] = bytes(64)
    got, said = read(keep(bytes(whole)))
    assert len(got) > 0.2 * len(data)
    assert "damaged" in said


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_files_put_one_behind_another_are_read_to_the_last(keep, how) -> None:
    assert read(keep(packed(how, LINES) + packed(how, b"") + packed(how, LINE))) == (LINES + LINE, "")


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_a_small_file_that_grows_a_thousandfold_comes_in_pieces(keep, how) -> None:
    path = keep(packed(how, bytes(300 << 20)))
    sizes = [len(piece) for piece in open_input(path).pieces]
    assert sum(sizes) == 300 << 20
    assert max(sizes) <= 70 << 20


# Files that are none


def test_what_cannot_be_opened_is_named_with_the_reason(tmp_path, monkeypatch) -> None:
    for path, why in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError, match=rf"{path}: cannot be opened: {why}"):
            open_input(str(path))

    def forbidden(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.Path, "open", forbidden)
    with pytest.raises(InputError, match="locked: cannot be opened: Permission denied"):
        open_input("locked")


def test_an_empty_file_has_no_lines_and_no_damage(keep) -> None:
    assert read(keep(b"")) == (b"", "")
    assert read(keep(packed("gzip", b""))) == (b"", "")


def test_a_log_in_utf16_is_read_as_text(keep) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = ("\ufeff" + LINES.decode()).encode(encoding)
        got, said = read(keep(text))
        assert got.removeprefix(b"\xef\xbb\xbf") == LINES
        assert said == ""


# Tables


def test_a_row_that_cannot_be_used_costs_itself_and_is_named_by_its_line(keep) -> None:
    bad = [
        "219000001,2022-01-03T00:00:00,55.5",
        "no,2022-01-03T00:00:00,55.5,10.5,1,2,X",
        "\x00\x01,",
        '"open',
        ROW + ",more",
    ]
    text = "\n".join([HEADER, ROW, *bad, "", ROW]) + "\n"
    positions, rejects, lines, said = brought(keep(text.encode()))
    assert [p["line_id"] for p in positions] == [2, 9]
    assert rejects == [(4, "bad_record"), (3, "bad_record"), (5, "bad_record"), (6, "bad_record"), (7, "bad_record")]
    assert (lines, said) == (8, "")


def test_one_line_in_another_encoding_does_not_change_the_others(keep) -> None:
    text = f"{HEADER}\n{ROW}é\n".encode() + (ROW + "ø\n").encode("latin-1") + (ROW + "해\n").encode()
    parts = list(read_rows(open_input(keep(text)), 0))
    assert parts[0].tables.statics["name"].to_pylist() == ["EVERé", "EVERø", "EVER해"]


def test_a_row_longer_than_any_is_one_reject_and_never_a_position(keep, monkeypatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROW", 1_000)
    long = ROW + "X" * 5_000
    positions, rejects, lines, _ = brought(keep(f"{HEADER}\n{ROW}\n{long}\n{ROW}".encode()))
    assert [p["line_id"] for p in positions] == [2, 4]
    assert rejects == [(3, "bad_record")]
    assert lines == 3


def test_columns_of_one_name_and_quoted_fields_are_no_trouble(keep) -> None:
    header = HEADER + ",SOG,SOG.,SOG"
    quoted = '219000001,2022-01-03T00:00:00,55.5,10.5,10.0,90.0,"EVER, GREEN",1,2,3'
    positions, rejects, *_ = brought(keep(f"{header}\n{quoted}\n".encode()))
    assert positions[0]["sog_kn"] == 10.0
    assert rejects == []


@pytest.mark.parametrize(
    "at",
    [
        "99999999999999999",
        "1e300",
        "-5",
        "nan",
        "9" * 5_000,
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00Z",
        "1979-12-31 23:59:59",
    ],
)
def test_a_time_that_no_ship_lived_in_is_a_reject(keep, at) -> None:
    positions, rejects, *_ = brought(keep(f"{HEADER}\n{ROW.replace('2022-01-03T00:00:00', at)}\n{ROW}\n".encode()))
    assert [p["line_id"] for p in positions] == [3]
    assert rejects == [(2, "bad_record")]


@pytest.mark.parametrize("text", ["MMSI,Time,Latitude\n1,2,3\n", "lat,lon,x,y,z\n"])
def test_a_table_without_the_columns_a_position_needs_says_which(keep, text) -> None:
    path = keep(text.encode(), "table.csv")
    *_, said = brought(path) if open_input(path).form == "csv" else (f"{path}: line 1: a table without columns",)
    assert said.startswith(f"{path}: line 1: a table without columns")


# JSON

REPORT = {"mmsi": 219000001, "lat": 55.5, "lon": 10.5, "t": "2020-01-01T00:00:00Z"}


def test_a_broken_json_line_costs_itself(keep) -> None:
    bad = [
        '{"mmsi": 1,',
        "null",
        "[]",
        "7",
        '{"MessageType": [], "Message": {}}',
        '{"type": "Feature", "properties": {}, "geometry": [1]}',
        "[" * 100_000,
    ]
    text = "\n".join([json.dumps(REPORT), "", *bad, json.dumps(REPORT)])
    positions, rejects, lines, said = brought(keep(text.encode()))
    assert [p["line_id"] for p in positions] == [1, 10]
    assert sorted(line for line, _ in rejects) == [3, 4, 5, 6, 7, 8, 9]
    assert (lines, said) == (10, "")


def test_lists_in_lists_do_not_exhaust_the_stack(keep) -> None:
    _, rejects, lines, _ = brought(keep(b"[" * 900 + b"]" * 900 + b"\n" + json.dumps(REPORT).encode()))
    assert rejects == [(1, "bad_record")]
    assert lines == 2


def test_a_document_that_is_no_json_says_so_with_its_name(keep) -> None:
    path = keep(b'{"features": [\n{"type": "Feature"\n')
    assert brought(path)[3].startswith(f"{path}: line 1: neither a JSON object per line nor a JSON document")


# Parquet


def test_a_parquet_file_that_is_cut_off_or_holds_something_else_says_so(keep) -> None:
    table = io.BytesIO()
    pl.DataFrame({"mmsi": [1], "t": [1_600_000_000], "lat": [1.0], "lon": [2.0]}).write_parquet(table)
    assert len(brought(keep(table.getvalue()))[0]) == 1
    assert "no Parquet file" in brought(keep(table.getvalue()[:-10]))[3]
    pl.DataFrame({"x": [1]}).write_parquet(other := io.BytesIO())
    assert "without columns for MMSI" in brought(keep(other.getvalue()))[3]


# Anything

STARTS = st.sampled_from(
    [b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PAR1", b"{", b"[", HEADER.encode() + b"\n", f"{HEADER}\n{ROW}\n".encode(), b"\xff\xfe", b"\xfe\xff",
     json.dumps(REPORT).encode() + b"\n", b'{"features":[', b'{"MessageType":"PositionReport","Message":']
)  # fmt: skip
CELLS = st.lists(
    st.sampled_from(
        ["219000001", "2022-01-03T00:00:00", "55.5", "1e400", "-1", "", '"', "\x00", "nan", "é", "\n", ",", ";"]
    ),
    max_size=40,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "MMSI",
                    "lat",
                    "lon",
                    "t",
                    "features",
                    "properties",
                    "geometry",
                    "coordinates",
                    "MessageType",
                    "Message",
                    "MetaData",
                    "vessels",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
ANY = st.one_of(
    st.tuples(STARTS, st.binary(max_size=200)).map(b"".join),
    CELLS.map(lambda cells: f"{HEADER}\n{','.join(cells)}\n".encode()),
    st.lists(VALUES, max_size=5).map(lambda values: "\n".join(map(json.dumps, values)).encode()),
)


@settings(max_examples=400, deadline=None)
@given(ANY)
@example(b"MMSI,BaseDateTime,LAT,LON\n219000001,2022-01-03T00:00:00,219000001,2022-01-03T00:00:00\n")
def test_any_bytes_as_a_file_are_rows_rejects_or_one_clear_error(tmp_path_factory, data) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    try:
        opened = open_input(str(path))
        if opened.form == "nmea":
            np.frombuffer(b"".join(opened.pieces), np.uint8)
        else:
            for part in read_rows(opened, 0):
                assert part.rows == part.blank + part.tables.positions.num_rows + part.tables.rejects.num_rows
    except InputError as error:
        assert str(path) in str(error)  # noqa: PT017
