"""Files that are cut off, swapped, lying or made to hurt end in one clear error, never in a crash or a full memory."""

import contextlib
import gzip
import io
import json
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sets import files

from hanbada.model.errors import PackError
from hanbada.reference import areas, basemap, documents, kinds

PORT_LINE = b"World Port Index Number,Main Port Name,Latitude,Longitude\n1,BUSAN,35.1,129.0\n"


def zipped(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("cut", [5, 30, 60, 90])
def test_a_zip_cut_off_anywhere_is_an_error(cut: int) -> None:
    whole = zipped({"a.csv": PORT_LINE * 200})
    with pytest.raises(PackError, match=r"damaged|cannot unpack|no pack kind|cut off"):
        kinds.read("ports", {"a.zip": whole[: len(whole) * cut // 100]})


@pytest.mark.parametrize("cut", [5, 50, 95])
def test_a_gzip_cut_off_anywhere_is_an_error(cut: int) -> None:
    whole = gzip.compress(PORT_LINE * 2000)
    with pytest.raises(PackError, match="damaged or cut off"):
        kinds.read("ports", {"a.csv.gz": whole[: max(12, len(whole) * cut // 100)]})


def test_a_zip_whose_content_changed_is_an_error() -> None:
    whole = bytearray(zipped({"a.csv": PORT_LINE * 200}))
    whole[60] ^= 0xFF
    with pytest.raises(PackError):
        kinds.read("ports", {"a.zip": bytes(whole)})


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    chunk = b"\0" * (1 << 20)
    return b"".join([packer.compress(chunk) for _ in range(megabytes)] + [packer.flush()])


@pytest.mark.parametrize("wrap", ["gzip", "zip", "gzip in zip"])
def test_a_bomb_is_refused_before_it_fills_memory(wrap: str) -> None:
    packed = bomb(600)
    content = {
        "gzip": lambda: {"a.csv.gz": packed},
        "zip": lambda: {"a.zip": zipped({"a.csv": b"\0" * (300 << 20)})},
        "gzip in zip": lambda: {"a.zip": zipped({"a.csv.gz": packed})},
    }[wrap]()
    tracemalloc.start()
    try:
        with pytest.raises(PackError, match="made to fill memory"):
            kinds.read("ports", content)
        assert tracemalloc.get_traced_memory()[1] < 300 << 20
    finally:
        tracemalloc.stop()


def test_a_pack_may_not_unpack_past_its_limit() -> None:
    with pytest.raises(PackError, match="unpacks to more than"):
        documents.opened({"a.gz": gzip.compress(b"x" * (3 << 20))}, limit_bytes=2 << 20)
    with pytest.raises(PackError, match="unpacks to more than"):
        documents.opened({"a.zip": zipped({f"{n}": b"x" * (1 << 20) for n in range(3)})}, limit_bytes=2 << 20)


def test_archives_are_opened_to_a_depth_and_no_further() -> None:
    deep = PORT_LINE
    for _ in range(6):
        deep = gzip.compress(deep)
    with pytest.raises(PackError):
        kinds.read("ports", {"a.gz": deep})


def test_a_zip_with_a_password_says_so() -> None:
    whole = bytearray(zipped({"a.csv": PORT_LINE}))
    for at in (whole.find(b"PK\x03\x04") + 6, whole.find(b"PK\x01\x02") + 8):
        whole[at] |= 1
    with pytest.raises(PackError, match="cannot unpack"):
        kinds.read("ports", {"a.zip": bytes(whole)})


def test_members_with_odd_names_are_members_like_others() -> None:
    for name in (".", "..", "/", "a/", "../../etc/p.csv", "\udcff.csv".encode("utf-8", "replace").decode(), "x" * 300):
        reading = kinds.read("ports", {"a.zip": zipped({name: PORT_LINE, "p.csv": PORT_LINE})})
        assert len(reading.rows) in {1, 2}


def test_nothing_at_all_is_an_error() -> None:
    for nothing in ({}, {"a": b""}, {"a.zip": zipped({})}):
        with pytest.raises(PackError):
            kinds.read("ports", nothing)


def test_a_pack_of_another_kind_is_told_what_it_looks_like() -> None:
    with pytest.raises(PackError, match=r"not a pack of kind tss: .*It looks like kind ports \(World Port Index"):
        kinds.read("tss", {"p.csv": PORT_LINE})
    with pytest.raises(PackError, match=r"not a pack of kind ports: .*GeoJSON with 1 features"):
        kinds.read(
            "ports",
            {"x.json": b'{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[1,2]}}'},
        )
    with pytest.raises(PackError, match='no pack kind "port"; there are basemap'):
        kinds.read("port", {"p.csv": PORT_LINE})


def test_json_that_is_no_map_and_text_that_is_no_table_are_told_apart() -> None:
    with pytest.raises(PackError, match="json content"):
        kinds.read(None, {"x.json": b'{"hello": [1, 2, 3]}'})
    with pytest.raises(PackError, match="first line reads dear customer"):
        kinds.read(None, {"x.html": b"Dear customer, your session expired\n"})
    with pytest.raises(PackError, match="unknown binary content"):
        kinds.read(None, {"x.bin": b"\x00\x01\x02\x03" * 50})
    with pytest.raises(PackError, match="not JSON, or cut off"):
        kinds.read(None, {"x.geojson": b'{"type": "FeatureCollection", "features": [{"type": "Fea'})


@pytest.mark.parametrize("field", [b'"' + b"x" * 300_000, b"x" * 20_000_000])
def test_a_table_with_an_endless_field_is_an_error_or_a_reject(field: bytes) -> None:
    told = ""
    try:
        rejects = kinds.read("ports", {"p.csv": PORT_LINE + field + b",,,\n"}).rejects.num_rows
    except PackError as error:
        told, rejects = str(error), 1
    assert rejects == 1
    assert not told or "not readable as a table" in told


def test_rows_with_too_few_or_too_many_fields_are_counted() -> None:
    reading = kinds.read("ports", {"p.csv": PORT_LINE + b"2,SHORT\n3,LONG,1,2,3,4,5\n,,,\n\n4,OFF,95,10\n5,,1,2\n"})
    assert reading.rows["port_id"].to_pylist() == ["wpi-1", "wpi-3"]
    assert reading.rejects["row"].to_pylist() == [2, 4, 5, 6]
    assert reading.rows_in == 6


def test_a_base_map_cut_off_or_lying_is_an_error() -> None:
    with pytest.raises(PackError, match="cut off inside the header"):
        basemap.header(b"PMTiles\x03")
    with pytest.raises(PackError, match="not a PMTiles archive of version 3"):
        basemap.header(b"PMTiles\x02" + bytes(200))
    with pytest.raises(PackError, match="no sense"):
        basemap.header(b"PMTiles\x03" + bytes(92) + bytes([9, 2]) + bytes(120))


@pytest.mark.pack
def test_a_real_base_map_cut_off_is_an_error() -> None:
    data = files("basemap-natural-earth", "base-z6.pmtiles")["base-z6.pmtiles"]
    with pytest.raises(PackError, match="tiles lie outside the file"):
        kinds.read("basemap", {"b.pmtiles": data[:-1000]})


def test_damaged_parquet_is_an_error() -> None:
    with pytest.raises(PackError):
        kinds.read("storms", {"s.parquet": b"PAR1" + b"\x07" * 300 + b"PAR1"})


def test_deeply_nested_json_is_an_error() -> None:
    for nested in (
        b"[" * 100_000 + b"]" * 100_000,
        b'{"type":"FeatureCollection","features":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ):
        with pytest.raises(PackError):
            kinds.read("areas", {"x.json": nested})


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_reading_or_a_pack_error(data: bytes) -> None:
    for head in (
        b"",
        b"\x1f\x8b\x08",
        b"PK\x03\x04",
        b"\x28\xb5\x2f\xfd",
        b"PMTiles\x03",
        b"PAR1",
        b"\x00\x00\x27\x0a",
        b'{"type":',
    ):
        with contextlib.suppress(PackError):
            kinds.read(None, {"file": head + data})


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers(-(10**20), 10**20) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.sampled_from(["Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point", "MultiPoint", "GeometryCollection", "x"]),
    JSON, st.dictionaries(st.sampled_from(["kind", "rule", "buffer_m", "season", "claimants", "direction_deg", "name", "id"]), JSON, max_size=4),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_any_geojson_gives_zones_or_a_pack_error(
    shape: str, coordinates: object, properties: dict[str, object]
) -> None:
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": shape, "coordinates": coordinates}}
    told = "zones: "
    try:
        areas.read_geojson(json.dumps(feature).encode())
    except PackError as error:
        told = str(error)
    assert told.startswith("zones: ")
