"""The recordings of the demo: small, whole, as published, and read by the node without a row left over."""

import hashlib
import json
from importlib import resources
from pathlib import Path

import polars as pl
import pytest

from hanbada.app.intake import Account, read_reports
from shared_sets import pack

DATA = Path(str(resources.files("hanbada.app") / "demo_data"))
SOURCES = json.loads((DATA / "sources.json").read_text(encoding="utf-8"))
PUBLISHED = {
    "us_coastal_20200630.parquet": ("ais-us-tracktable-2020", "US_coastal_2020_06_30.parquet"),
    "new_york_202012.parquet": ("ais-us-tracktable-2020", "NYHarbor_2020_12_first_week.parquet"),
}


def positions_of(path):
    account = Account(path.name)
    found = [pl.DataFrame(batch.positions) for batch in read_reports(str(path), 0, account)]
    return pl.concat(found), account


@pytest.mark.parametrize("one", SOURCES, ids=lambda one: one["file"])
def test_a_recording_is_read_to_its_last_row_in_the_order_of_time(one):
    positions, account = positions_of(DATA / one["file"])
    assert (account.lines, account.rejects.total(), account.damage) == (one["rows"], 0, None)
    assert len(positions) == one["rows"]
    assert positions["at"].is_sorted()
    assert positions["lat_deg"].null_count() == 0


@pytest.mark.parametrize("one", SOURCES, ids=lambda one: one["file"])
def test_a_recording_is_listed_with_its_content_source_and_licence(one):
    assert hashlib.sha256((DATA / one["file"]).read_bytes()).hexdigest() == one["bundled_sha256"]
    assert "==" in one["package"]
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{one['file']}`"))
    assert f"{one['rows']:,}" in row
    assert one["licence"].split(",")[0].removeprefix("data: ") in row


def test_everything_bundled_is_listed_and_small():
    files = {path.name for path in DATA.iterdir()}
    assert files == {one["file"] for one in SOURCES} | {"README.md", "sources.json", "exercise_zones.geojson"}
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 4_000_000


@pytest.mark.pack
@pytest.mark.parametrize("name", PUBLISHED)
def test_positions_are_as_published(name):
    ours, _ = positions_of(DATA / name)
    theirs = pl.read_parquet(pack(*PUBLISHED[name])).sort("t", "mmsi", "lon", "lat")
    ours = ours.sort("at", "mmsi", "lon_deg", "lat_deg")
    assert ours["mmsi"].cast(pl.Int64).to_list() == theirs["mmsi"].to_list()
    assert (ours["at"].dt.replace_time_zone(None).dt.timestamp("us") == theirs["t"].dt.timestamp("us")).all()
    assert (ours["lat_deg"] - theirs["lat"]).abs().max() < 1e-9
    assert (ours["lon_deg"] - theirs["lon"]).abs().max() < 1e-9
