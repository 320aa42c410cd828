"""Official layouts that no data set here has, written out as published, and the oddities of each."""

import io
import json
import struct
import zipfile

import numpy as np
import polars as pl
import pytest

from hanbada.model.errors import PackError
from hanbada.reference import kinds, registers, shapefile, storms
from hanbada.reference.documents import Document

WPI_OLD = """INDEX_NO,REGION_NO,PORT_NAME,COUNTRY,LATITUDE,LONGITUDE,LAT_DEG,LAT_MIN,LAT_HEMI,LONG_DEG,LONG_MIN,LONG_HEMI,HARBORSIZE
60020.0,57030,BUSAN,KR,35.1,129.033333,35,6,N,129,2,E,L
7000,6585,SOUTHLAND,CL,,,53,30,S,70,55,W,V
7001,6585,NOWHERE,CL,,,,,,,,,
"""

SDN = (
    '36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    '2674,"ABBAS, Abu","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 10 Dec 1948."\n'
    '4243,"EBANO","vessel","CUBA",-0- ,-0- ,"General Cargo","2,595","1,865","Panama",-0- ,'
    "\"Vessel Registration Identification IMO 7406784; MMSI 572469210; f.k.a. 'ANA I'.\"\n"
    '4244,"CUT SHORT","vessel"\n'
    "\x1a\n"
)

GFW_V2 = """s2id,lat,lon,label,sublabel,label_source,iso3,distance_from_shore_m,drift_radius,at_dock
356ec741,34.839,128.4207,TONGYEONG,,top_destination,KOR,120.5,0.1,true
3574e907,34.6914,200.0,PACIFIC,,top_destination,,9000,0.3,false
"""

IBTRACS = """SID,SEASON,NUMBER,BASIN,SUBBASIN,NAME,ISO_TIME,NATURE,LAT,LON,WMO_WIND,WMO_PRES,TRACK_TYPE,USA_WIND,USA_R34_NE,USA_R34_SE,TOKYO_R30_DIR,TOKYO_R30_LONG,STORM_SPEED,STORM_DIR
 ,Year, , , , , , ,degrees_north,degrees_east,kts,mb, ,kts,nmile,nmile, ,nmile,kts,degrees
2022240N24149,2022,73,WP,MM,HINNAMNOR,2022-09-01 00:00:00,TS,22.6,125.5,100,920,main,130,160,140,9,220,3,200
2022240N24149,2022,73,WP,MM,HINNAMNOR,2022-09-01 03:00:00,TS,22.0,185.5, , ,main,125, , , , ,3,360
2022240N24149,2022,73,WP,MM,HINNAMNOR,not a time,TS,22.0,125.0, , ,main, , , , , ,3,200
 ,2022,73,WP,MM,NOT_NAMED,2022-09-01 03:00:00,TS,22.0,125.0, , ,main, , , , , ,3,200
2022240N24149,2022,73,WP,MM,NOT_NAMED,2022-09-02 00:00:00,TS,99.0,125.0, , ,main, , , , , ,3,200
"""


def test_the_old_world_port_index_gives_degrees_from_either_column() -> None:
    reading = kinds.read(None, {"wpi.csv": WPI_OLD.encode("latin-1")})
    rows = reading.rows.to_pylist()
    assert [(row["port_id"], row["country"], row["size"]) for row in rows] == [
        ("wpi-60020", "KR", "large"),
        ("wpi-7000", "CL", "very small"),
    ]
    assert rows[1]["lat_deg"] == -53.5
    assert rows[1]["lon_deg"] == pytest.approx(-70.916667, abs=1e-6)
    assert reading.rejects.to_pylist()[0]["row"] == 3


def test_the_sanctions_list_as_published_gives_its_vessels_only() -> None:
    reading = kinds.read(None, {"sdn.csv": SDN.encode()})
    (vessel,) = reading.rows.to_pylist()
    assert (vessel["name"], vessel["imo"], vessel["mmsi"], vessel["flag"]) == ("EBANO", 7406784, 572469210, "PA")
    assert (vessel["gross_tonnage"], vessel["call_sign"], vessel["list"]) == (1865.0, None, "ofac_sdn")
    assert reading.left_out == {"not a vessel": 2, "end-of-file mark": 1}
    assert reading.rejects["row"].to_pylist() == [4]


def test_named_anchorages_as_downloaded_keep_shore_and_dock() -> None:
    rows = kinds.read(None, {"named_anchorages_v2_pipe_v3.csv": GFW_V2.encode()}).rows.to_pylist()
    assert (rows[0]["at_dock"], rows[0]["shore_m"], rows[0]["country"]) == (True, 120.5, "KR")
    assert (rows[1]["at_dock"], rows[1]["lon_deg"], rows[1]["country"]) == (False, -160.0, None)


def test_ibtracs_as_published_gives_metres_and_wrapped_longitudes() -> None:
    reading = kinds.read(None, {"ibtracs.WP.list.v04r01.csv": IBTRACS.encode()})
    first, second = reading.rows.to_pylist()
    assert first["storm_id"] == second["storm_id"] == "2022240N24149"
    assert first["r34_ne_m"] == 160 * 1852.0
    assert first["tokyo_r30_long_m"] == 220 * 1852.0
    assert (first["tokyo_r30_dir"], first["wind_kn"], first["pressure_hpa"]) == (9, 100.0, 920.0)
    assert (second["lon_deg"], second["wind_kn"], second["r34_ne_m"], second["course_deg"]) == (
        -174.5,
        125.0,
        None,
        0.0,
    )
    assert [(one["row"], one["code"]) for one in reading.rejects.to_pylist()] == [
        (4, "no_time"), (5, "no_identity"), (6, "no_position"),
    ]  # fmt: skip
    assert reading.rows_in == 5


@pytest.mark.parametrize(
    ("typical", "declared", "unit_m"),
    [
        (180.0, "nmile", 1852.0),
        (180.0, None, 1852.0),
        (430.0, "km", 1000.0),
        (430.0, None, 1000.0),
        (180.0, "km", 1000.0),
    ],
)
def test_the_unit_of_wind_radii_is_looked_at_twice(typical: float, declared: str | None, unit_m: float) -> None:
    radii = pl.Series(np.random.default_rng(1).normal(typical, 20.0, 500))
    assert storms.radius_unit_m(radii, declared) == unit_m


def test_kilometres_that_call_themselves_nautical_miles_are_refused() -> None:
    with pytest.raises(PackError, match="look like kilometres"):
        storms.radius_unit_m(pl.Series(np.random.default_rng(1).normal(430.0, 20.0, 500)), "nmile")


def test_a_watch_list_of_ones_own_is_read_by_the_names_of_its_columns() -> None:
    text = "MMSI;IMO;Name;Flag;Watch;Note\n440123456;;SUN RISE;KR;yes;seen twice\n;9329760;EAGLE S;CK;no;\n;;;;;\nabc;;X;;;\n"
    reading = kinds.read(None, {"ours.csv": text.encode("utf-8-sig")})
    rows = reading.rows.to_pylist()
    assert [(row["mmsi"], row["imo"], row["flag"], row["watch"]) for row in rows] == [
        (440123456, None, "KR", True),
        (None, 9329760, "CK", False),
    ]
    assert [(one["row"], one["code"]) for one in reading.rejects.to_pylist()] == [(3, "no_identity"), (4, "bad_number")]
    assert set(registers.LISTS) >= {"user", "ofac_sdn"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    text = "mmsi,name\n440123456,MÜNCHEN\n"
    reading = kinds.read(None, {"list.csv": text.encode(encoding)})
    assert reading.rows["name"].to_pylist() == ["MÜNCHEN"]


def shp(kind: int, shapes: list[bytes]) -> bytes:
    body = b"".join(
        struct.pack(">2i", number, (4 + len(shape)) // 2) + struct.pack("<i", kind if shape else 0) + shape
        for number, shape in enumerate(shapes, 1)
    )
    return (
        struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(body)) // 2)
        + struct.pack("<2i8d", 1000, kind, *[0.0] * 8)
        + body
    )


def poly(*parts: list[tuple[float, float]]) -> bytes:
    points = [point for part in parts for point in part]
    starts = np.cumsum([0, *map(len, parts)])[:-1]
    head = struct.pack("<4d2i", 0, 0, 0, 0, len(parts), len(points))
    return head + struct.pack(f"<{len(parts)}i", *starts) + b"".join(struct.pack("<2d", *point) for point in points)


def dbf(fields: list[tuple[str, str, int]], rows: list[list[str]]) -> bytes:
    width = 1 + sum(size for _, _, size in fields)
    head = struct.pack("<4BIHH20x", 3, 124, 1, 1, len(rows), 33 + 32 * len(fields), width)
    columns = b"".join(
        struct.pack("<11sc4xBB14x", name.encode(), letter.encode(), size, 0) for name, letter, size in fields
    )
    body = b"".join(
        b" " + b"".join(v.encode().ljust(f[2])[: f[2]] for v, f in zip(row, fields, strict=True)) for row in rows
    )
    return head + columns + b"\r" + body


SQUARE = [(179.0, -10.0), (179.0, -5.0), (-179.0, -5.0), (-179.0, -10.0), (179.0, -10.0)]
EEZ_FIELDS = [
    ("MRGID", "N", 10),
    ("GEONAME", "C", 60),
    ("POL_TYPE", "C", 20),
    ("SOVEREIGN1", "C", 20),
    ("SOVEREIGN2", "C", 20),
]


def eez_zip(projection: bytes = b'GEOGCS["WGS84"]') -> bytes:
    table = dbf(
        EEZ_FIELDS,
        [
            ["1", "Fijian EEZ", "200NM", "Fiji", ""],
            ["2", "Overlapping claim A: Fiji / Tonga", "Overlapping claim", "Fiji", "Tonga"],
        ],
    )
    files = {"World_EEZ/eez_v12.shp": shp(5, [poly(SQUARE), poly(SQUARE)]), "World_EEZ/eez_v12.dbf": table,
             "World_EEZ/eez_v12.prj": projection, "World_EEZ/eez_v12.cpg": b"UTF-8",
             "World_EEZ/README.txt": b"read me"}  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_the_world_eez_as_a_shapefile_zip_is_read_by_its_official_names() -> None:
    reading = kinds.read(None, {"World_EEZ_v12.zip": eez_zip()})
    assert [(area.area_id, area.kind, area.claimants) for area in reading.rows] == [
        ("mr-1", "eez", ("FJ",)),
        ("mr-2", "overlapping_claim", ("FJ", "TO")),
    ]
    assert reading.rows[0].bounds[2] - reading.rows[0].bounds[0] == 2.0
    assert reading.left_out == {"file not used: World_EEZ/README.txt": 1}


def test_the_parts_of_a_shapefile_may_come_loose() -> None:
    archive = zipfile.ZipFile(io.BytesIO(eez_zip()))
    loose = {name.split("/")[1]: archive.read(name) for name in archive.namelist()}
    assert len(kinds.read("areas", loose).rows) == 2


def test_projected_coordinates_are_refused() -> None:
    with pytest.raises(PackError, match="projected"):
        kinds.read("areas", {"eez.zip": eez_zip(b'PROJCS["World_Mercator"]')})


def test_heights_and_measures_are_read_over_and_null_shapes_are_faults() -> None:
    with_height = poly(SQUARE) + struct.pack("<2d5d", 0, 1, *[0.0] * 5)
    found = list(shapefile.opened(Document("a.shp", shp(15, [with_height, b""]))).features())
    assert len(found[0].polygons[0][0]) == 5
    assert found[1].reason == "no geometry"


def test_a_shapefile_that_lies_about_its_points_is_a_fault() -> None:
    lying = poly(SQUARE)[:32] + struct.pack("<2i", 1, 10**9) + poly(SQUARE)[40:]
    (found,) = shapefile.opened(Document("a.shp", shp(5, [lying]))).features()
    assert "do not fit" in found.reason


def test_marine_regions_boundary_lines_are_limits() -> None:
    feature = {"type": "Feature", "properties": {"LINE_ID": 12, "LINE_NAME": "Korea 12 NM", "LINE_TYPE": "12 NM", "SOVEREIGN1": "South Korea"},
               "geometry": {"type": "LineString", "coordinates": [[129, 35], [130, 35]]}}  # fmt: skip
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    (line,) = kinds.read(None, {"eez_boundaries_v12.geojson": data}).rows
    assert (line.line_id, line.kind, line.parties) == ("mr-12", "territorial_limit", ("KR",))


def test_asam_without_degrees_is_placed_by_its_words() -> None:
    text = 'reference,date,latitude,longitude,position,navArea,subreg,hostility,victim,description\n2020-1,2020-01-05,,,"1°07\'00""N 103°31\'00""E",XI,71,Robbery,Tanker,x\n2020-2,never,1,2,,XI,71,,,y\n2020-3,2020-01-05,,,nowhere,XI,71,,,z\n'
    reading = kinds.read(None, {"asam.csv": text.encode()})
    (row,) = reading.rows.to_pylist()
    assert row["lat_deg"] == pytest.approx(1.116667, abs=1e-6)
    assert (row["act"], row["at_error_s"]) == ("boarded", 86400)
    assert reading.rejects["code"].to_pylist() == ["no_time", "no_position"]
