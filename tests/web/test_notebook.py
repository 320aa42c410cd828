"""The map in a notebook: what Python gives it, and what a browser shows of it with nobody else to ask."""

import html
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pyarrow as pa
import pytest
from harness import Window, pixels, serve
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from hanbada.app import layers, notebook
from hanbada.model.errors import UsageError
from hanbada.model.records import CounterEvidence, Coverage, Detection, Geometry, Reason, Vessel
from hanbada.model.times import HOUR_US, to_us
from hanbada.share.formats.geojson import properties

AT = datetime(2024, 3, 10, 20, tzinfo=UTC)
HOSTILE = '<img src=x onerror="window.harmed=1">'


def detection(**changes):
    """A silence near Busan."""
    values = {
        "detection_id": "d1", "episode_id": "e1", "kind": "gap", "version": 1, "params_hash": "p", "state": "closed",
        "severity": "alarm", "t_start": to_us(AT), "t_end": to_us(AT) + 3 * HOUR_US,
        "geometry": Geometry(kind="line", coordinates=((129.2, 34.9), (129.6, 34.7))),
        "vessels": (Vessel(mmsi=440123456, name=HOSTILE),), "probability": 0.87,
        "reasons": (Reason(quantity="silence", measured=10800.0, unit="s", limit=3600.0, relation=">="),),
        "counter_evidence": (
            CounterEvidence(explanation="reception", measured=0.9, unit="", limit=0.3, relation="<=", weight=-1.0),
        ),
        "evidence": (), "coverage": Coverage(),
    }  # fmt: skip
    return Detection(**(values | changes))


def reports(lons=(129.0, 129.1, 129.2, 129.6), hours=(0, 0.1, 0.2, 3.2), mmsi=440123456, **columns):
    at = [AT + timedelta(hours=hour) for hour in hours]
    rows = {
        "at": at,
        "mmsi": [mmsi] * len(lons),
        "lat_deg": [35.0 - 0.1 * n for n in range(len(lons))],
        "lon_deg": list(lons),
    }
    return pl.DataFrame(rows | {name: [value] * len(lons) for name, value in columns.items()})


# Tables to items


def test_a_vessel_stands_where_it_was_last_heard_whatever_the_order():
    frame = pl.concat([reports(), reports(mmsi=3, lons=[1.0], hours=[0])]).sample(fraction=1, shuffle=True, seed=3)
    found = {item.id: item for item in layers.vessels(frame)}
    assert set(found) == {"440123456", "3"}
    assert found["440123456"].shapes[0].points == ((129.6, 34.7),)
    assert found["440123456"].at == to_us(AT + timedelta(hours=3.2))


def test_polars_and_arrow_give_the_same():
    frame = reports(sog_kn=12.5)
    assert layers.vessels(frame) == layers.vessels(frame.to_arrow())
    assert layers.tracks(frame) == layers.tracks(frame.to_arrow())


def test_times_may_be_microseconds_or_times_in_any_zone():
    frame = reports()
    numbers = frame.with_columns(pl.col("at").dt.epoch("us"))
    abroad = frame.with_columns(pl.col("at").dt.convert_time_zone("Asia/Seoul"))
    assert layers.vessels(frame) == layers.vessels(numbers) == layers.vessels(abroad)


def test_a_silence_is_an_item_of_its_own_between_what_was_heard():
    heard, gap = layers.tracks(reports(lons=(129.0, 129.1, 129.2, 129.6, 129.7), hours=(0, 0.1, 0.2, 3.2, 3.3)))
    assert [len(shape.points) for shape in heard.shapes] == [3, 2]
    assert gap.facts["silent_h"] == 3.0
    assert gap.shapes[0].points == ((129.2, 34.8), (129.6, 34.7))


def test_a_track_across_180_degrees_is_cut_there():
    (track,) = layers.tracks(reports(lons=(179.8, 179.9, -179.9, -179.8), hours=(0, 0.1, 0.2, 0.3)))
    (feature,) = notebook.collection([track])["features"]
    west, east = feature["geometry"]["coordinates"]
    assert feature["geometry"]["type"] == "MultiLineString"
    assert (west[-1][0], east[0][0]) == (180.0, -180.0)
    assert all(lon > 179 for lon, _ in west)
    assert all(lon < -179 for lon, _ in east)


def test_reports_without_a_place_or_called_noise_are_left_out():
    frame = reports().with_columns(pl.when(pl.int_range(pl.len()) < 2).then("lat_deg"), quality=pl.Series([0, 0, 1, 0]))
    (track,) = layers.tracks(frame)
    assert track.shapes[0].points == ((129.0, 35.0), (129.1, 34.9))
    assert layers.vessels(frame.clear()) == layers.tracks(frame.clear()) == []


def test_null_and_nan_facts_are_not_told():
    (item,) = layers.vessels(reports(sog_kn=float("nan"), cog_deg=None))
    assert set(item.facts) == {"mmsi", "kind"}


def test_a_table_that_lacks_a_column_says_which():
    with pytest.raises(UsageError, match="column lon_deg is missing; there are at, mmsi, lat_deg"):
        layers.vessels(reports().drop("lon_deg"))
    with pytest.raises(UsageError, match="column at is String"):
        layers.tracks(reports().with_columns(at=pl.lit("noon")))
    with pytest.raises(UsageError, match="not list"):
        layers.framed([1], "vessels", ())


def test_detections_carry_their_reasons_and_what_speaks_against_them():
    (item,) = layers.detections([detection(simulated=True)])
    assert str(item.facts["text"]).count("\n") == 4
    assert item.facts["mmsi"] == "440123456"
    assert properties(item)["label"] == "SIMULATED"


def test_areas_may_be_any_geojson_and_nothing_else():
    ring = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    one = {"type": "Feature", "properties": {"name": "Box"}, "geometry": ring}
    for given in (one, json.dumps(one), json.dumps({"type": "FeatureCollection", "features": [one]}).encode()):
        (found,) = notebook.areas_of(given)["features"]
        assert found["properties"]["name"] == "Box"
        assert found["geometry"] == ring
    assert notebook.areas_of(ring)["features"][0]["properties"]["name"] == "area 1"
    for wrong in ("{", {"type": "Topology"}, 7):
        with pytest.raises(UsageError, match="GeoJSON"):
            notebook.areas_of(wrong)


# The widget


def made(**more):
    seen = pa.table({"at": pa.array([to_us(AT)]), "sighting_id": ["s1"], "lat_deg": [34.95], "lon_deg": [129.3]})
    area = {"type": "Polygon", "coordinates": [[[129.0, 34.5], [129.3, 34.5], [129.3, 34.65], [129.0, 34.5]]]}
    ships = pl.concat(
        [reports(name=HOSTILE, heading_deg=118), reports(mmsi=3, lons=[129.45], hours=[0], name="B", heading_deg=40)]
    )
    values = {"vessels": ships, "tracks": reports(), "detections": [detection()], "sightings": seen, "areas": area}
    return notebook.Map(**(values | more))


def test_a_map_says_what_it_holds_and_rejects_a_palette_that_is_none():
    one = made()
    assert {name: len(layer["features"]) for name, layer in one.layers.items()} == {
        "areas": 1, "forecast": 0, "tracks": 2, "detections": 1, "sightings": 1, "vessels": 2,
    }  # fmt: skip
    assert one.selected is None
    with pytest.raises(notebook.traitlets.TraitError):
        one.palette = "pink"


def test_the_styles_leave_the_page_of_the_notebook_as_it_is():
    assert ":root" not in notebook.styles()
    assert '[data-palette="day"] {' in notebook.styles()


def test_every_tile_of_the_base_map_can_be_found_in_the_bytes():
    data, archive = notebook.tiles(), notebook.opened(notebook.BUILT_IN / "base.pmtiles")
    count = int.from_bytes(data[:4], "little")
    for number in (0, count // 2, count - 1):
        begin = 4 + 20 * number
        z, x, y, start, length = memoryview(data[begin : begin + 20]).cast("I")
        start += 4 + 20 * count
        assert data[start : start + length] == archive.reader.get(z, x, y)


PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><style>%s body{margin:8px}</style><div id="out"></div><script type="module">
const state = await (await fetch("/state")).json();
state.base = new DataView(await (await fetch("/base")).arrayBuffer());
const acts = {};
const model = window.model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; (acts[`change:${name}`] ?? []).forEach((act) => act()); },
  save_changes: () => { window.saved = structuredClone(state.selected); },
  on: (event, act) => (acts[event] ??= []).push(act),
  off: (event, act) => { acts[event] = acts[event].filter((one) => one !== act); },
};
const widget = (await import("/widget.js")).default;
window.end = widget.render({ model, el: document.querySelector("#out") });
window.acts = acts;
</script>"""


@pytest.fixture
def page(browser):
    """Opens a page that hosts a map as a notebook would; at the end nobody else was asked, and nothing complained."""
    opened = []

    def show(one):
        state = {name: getattr(one, name) for name in ("chart", "layers", "note", "palette", "height_px", "selected")}
        routes = [
            Route("/", lambda _: HTMLResponse(PAGE % one._css)),
            Route("/state", lambda _: JSONResponse(state)),
            Route("/base", lambda _: Response(one.base)),
            Route("/widget.js", lambda _: Response(one._esm, media_type="text/javascript")),
        ]
        address, stop = serve(Starlette(routes=routes))
        window = Window(browser, address)
        opened.append(SimpleNamespace(window=window, stop=stop))
        window.page.goto(address)
        window.wait("document.querySelector('.hanbada-map')?.dataset.drawn === '1'")
        window.page.evaluate(
            "() => new Promise((done) => { const { map } = document.querySelector('.hanbada-map').hanbada;"
            " map.loaded() ? done() : map.once('idle', done); })"
        )
        return window

    yield show
    for one in opened:
        outside, faults = one.window.outside(), one.window.faults
        one.window.close()
        one.stop()
        assert outside == []
        assert faults == []


def rendered(window, layer):
    code = "(id) => document.querySelector('.hanbada-map').hanbada.map.queryRenderedFeatures({layers: [id]}).map((one) => one.properties.id)"
    return sorted(set(window.page.evaluate(code, layer)))


@pytest.mark.browser
def test_the_map_shows_land_and_everything_given_and_asks_nobody_else(page):
    window = page(made())
    assert rendered(window, "ship") == ["3", "440123456"]
    assert rendered(window, "found-line") == ["d1"]
    assert rendered(window, "sighting") == ["s1"]
    assert rendered(window, "area-fill") == ["0"]
    assert rendered(window, "track-line") == ["440123456"]
    assert rendered(window, "track-gap") == ["440123456-2"]
    land = "document.querySelector('.hanbada-map').hanbada.map.queryRenderedFeatures({layers: ['land']}).length"
    assert window.page.evaluate(land) > 0
    text = window.page.inner_text(".hanbada-map")
    assert "Not for navigation" in text
    assert "SIMULATED" not in text
    drawn = pixels(window.page.screenshot())
    assert len({tuple(pixel) for pixel in drawn[20:500:4, 20:700:4].reshape(-1, 3).tolist()}) > 20


@pytest.mark.browser
def test_what_is_clicked_is_returned_and_told_as_text(page):
    window = page(made(palette="day"))
    code = "() => { const {map} = document.querySelector('.hanbada-map').hanbada; const p = map.project([129.6, 34.7]); const b = map.getCanvas().getBoundingClientRect(); return [p.x + b.x, p.y + b.y]; }"
    window.page.mouse.click(*window.page.evaluate(code))
    window.wait("window.saved")
    saved = window.page.evaluate("window.saved")
    assert (saved["layer"], saved["id"], saved["mmsi"]) == ("vessels", "440123456", 440123456)
    assert html.escape(HOSTILE, quote=False) in window.page.inner_html("aside h3")
    window.page.click("aside button.alarm")
    window.wait("window.saved?.layer === 'detections'")
    assert "Probability 0.87" in window.page.inner_text("aside .reasons")
    assert HOSTILE in window.page.inner_text("aside .reasons")
    assert window.page.evaluate("window.harmed") is None


@pytest.mark.browser
def test_python_changes_the_palette_the_selection_and_what_is_shown(page):
    window = page(made(detections=[detection(simulated=True)]))
    assert window.page.inner_text(".simulated") == "SIMULATED"
    sea = pixels(window.page.screenshot())[480, 500].sum()
    window.page.evaluate("model.set('palette', 'day')")
    window.wait("!document.querySelector('.hanbada-map').hanbada.restyling")
    window.wait("document.querySelector('.hanbada-map').hanbada.map.loaded()")
    assert pixels(window.page.screenshot())[480, 500].sum() > sea + 200
    window.page.evaluate("model.set('selected', {layer: 'vessels', id: '3'})")
    assert window.page.inner_text("aside h3 >> nth=0") == "B"
    window.page.evaluate(
        "model.set('layers', {...model.get('layers'), vessels: {type: 'FeatureCollection', features: []}})"
    )
    window.page.evaluate(
        "() => document.querySelector('.hanbada-map').hanbada.map.once('idle', () => (window.idle = 1))"
    )
    window.wait("window.idle")
    assert rendered(window, "ship") == []
    window.page.evaluate("window.end()")
    assert window.page.evaluate("Object.values(acts).flat().length") == 0
