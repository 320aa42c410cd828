"""How the archive's rows stand in Parquet: bit for bit what came, in types that every reader has."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makings import NOON, positions

from hanbada.model.errors import SeamError
from hanbada.store.layout import (
    LAYOUTS,
    POS,
    ROW_GROUP,
    bucket_of,
    from_stored,
    in_order,
    mixed,
    sorted_stored,
    stored_schema,
    to_parquet,
    to_stored,
)

WHOLE = {"u8": 2**8, "u16": 2**16, "u32": 2**32, "u64": 2**64}
DEGREES = st.one_of(
    st.integers(-180 * 600_000, 180 * 600_000).map(lambda n: n / 600_000),  # as AIS sends it
    st.integers(-180 * 600, 180 * 600).map(lambda n: n / 600),  # message type 27
    st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1_000_000),  # as others write it
)
VALUES = {
    "f64": DEGREES,
    "f32": st.integers(0, 4095).map(lambda n: float(np.float32(n / 10))),
    "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    "time": st.integers(0, 4_102_444_800_000_000),
    **{name: st.integers(0, most - 1) for name, most in WHOLE.items()},
}


@st.composite
def tables(draw, layout):
    """Any rows that a seam allows, of values that AIS or its providers can send."""
    count = draw(st.integers(0, 12))
    columns = {}
    for column in layout.table.columns:
        value = VALUES[column.type]
        value = st.one_of(st.none(), value) if column.nullable else value
        columns[column.name] = draw(st.lists(value, min_size=count, max_size=count))
    return layout.table.build(columns)


@pytest.mark.parametrize("folder", LAYOUTS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_read_is_bit_for_bit_what_was_kept(folder, data):
    layout = LAYOUTS[folder]
    table = in_order(data.draw(tables(layout)))
    kept = to_parquet(to_stored(layout, table))
    stored = pq.read_table(io.BytesIO(kept)).cast(stored_schema(layout))
    assert from_stored(layout, stored).equals(table)
    assert sorted_stored(stored).equals(stored)


@settings(max_examples=200, deadline=None)
@given(DEGREES)
def test_every_degree_that_can_be_sent_has_a_whole_number(degrees):
    table = positions([NOON], [1], lat_deg=[degrees])
    assert from_stored(POS, to_stored(POS, table))["lat_deg"][0].as_py() == degrees


@pytest.mark.parametrize(("folder", "count"), [("pos", 15), ("static", 18), ("safety", 8)])
def test_types_are_those_that_spark_and_iceberg_have(folder, count):
    schema = stored_schema(LAYOUTS[folder])
    assert set(schema.types) <= {pa.int16(), pa.int32(), pa.int64(), pa.string()}
    assert schema.names[:4] == ["mmsi", "t", "t_ms", "t_us"]
    assert len(schema.names) == count


def test_the_same_rows_give_the_same_bytes_in_whatever_order_they_came():
    table = positions([NOON + n * 1_000_003 for n in range(50)], [n % 7 + 1 for n in range(50)])
    other_way = table.take(pa.array(range(49, -1, -1)))
    assert to_parquet(to_stored(POS, in_order(table))) == to_parquet(to_stored(POS, in_order(other_way)))


def test_large_files_have_groups_of_rows_that_can_be_skipped():
    count = 3 * ROW_GROUP + 5
    table = positions(np.arange(count) + NOON, np.sort(np.arange(count) % 1000) + 1)
    told = pq.ParquetFile(io.BytesIO(to_parquet(to_stored(POS, table)))).metadata
    assert told.num_row_groups == 3
    assert told.row_group(0).column(0).has_column_index
    assert told.row_group(0).column(0).statistics.max <= told.row_group(1).column(0).statistics.min


@pytest.mark.parametrize(
    "columns", [{"lat_deg": [1000.0]}, {"lat_deg": [float("nan")]}, {"sog_kn": [np.float32("inf")]}]
)
def test_a_number_that_does_not_fit_is_refused(columns):
    with pytest.raises(SeamError, match=next(iter(columns))):
        to_stored(POS, positions([NOON], [1], **columns))


def test_buckets_are_what_they_always_were():
    """Files on disk depend on it: values of the finaliser of MurmurHash3, computed by hand elsewhere."""
    mmsi = np.array([0, 1, 440123450, 2**32 - 1], np.uint32)
    assert mixed(mmsi).tolist() == [fmix32(int(one)) for one in mmsi]
    assert bucket_of(mmsi, 4).tolist() == [fmix32(int(one)) >> 28 for one in mmsi]


def fmix32(value):
    """MurmurHash3's finaliser as its author wrote it, in plain integers."""
    value ^= value >> 16
    value = value * 0x85EBCA6B % 2**32
    value ^= value >> 13
    value = value * 0xC2B2AE35 % 2**32
    return value ^ value >> 16


def test_one_more_bit_splits_each_bucket_in_two():
    mmsi = np.arange(200_000_000, 775_000_000, 99_991)
    assert (bucket_of(mmsi, 5) >> 1 == bucket_of(mmsi, 4)).all()


def test_vessels_of_one_country_spread_over_all_buckets():
    share = np.bincount(bucket_of(np.arange(440_000_000, 440_016_000), 4), minlength=16) / 16_000
    assert share.min() > 0.05
    assert share.max() < 0.08
