"""What an analyst calls from Python, and the figures of a report; the page that shows it is run as it stands."""

import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hanbada.app import analysis, report
from hanbada.model.errors import InputError, NotFoundError, UsageError
from hanbada.tracks.reception import Heard

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "python.md"
SOLENT = files("hanbada.app") / "demo_data" / "solent_20160112.csv.gz"
AT = datetime(2024, 3, 10, 20, tzinfo=UTC)


def test_the_page_runs_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    known = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), known)  # noqa: S102 - our own page
    assert {file.name for file in tmp_path.iterdir()} == {"track.png", "detection.png", "forecast.png", "coverage.svg"}
    assert known["heard"].positions.height == 18_623
    assert {one.kind for one in known["found"]} == {"gap"}
    assert known["map"].layers["forecast"]["features"]


def test_what_cannot_be_done_is_said(tmp_path):
    with pytest.raises(InputError):
        analysis.decode(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="hours: 25"):
        analysis.forecast(SOLENT, AT, 25)
    with pytest.raises(UsageError, match="no detector"):
        analysis.detect(SOLENT, ["nothing"])
    with pytest.raises(NotFoundError, match="before 2001"):
        analysis.forecast(SOLENT, datetime(2001, 1, 1, tzinfo=UTC), 1)


def crossing():
    """A ship that crosses 180 degrees, is silent for three hours, and is simulated."""
    at = [AT + timedelta(hours=hour) for hour in (0, 0.1, 0.2, 3.2, 3.3)]
    lon = [179.8, 179.9, -179.9, -179.5, -179.4]
    return pl.DataFrame({"at": at, "mmsi": [5] * 5, "lat_deg": [10.0] * 5, "lon_deg": lon, "simulated": [True] * 5})


def test_a_track_is_drawn_whole_across_180_degrees_with_its_silence_dashed():
    chart, below = report.plot_track(crossing(), 5).axes
    assert chart.get_title().startswith("SIMULATED")
    west, east = chart.get_xlim()
    assert east - west < 2
    assert [line.get_linestyle() for line in chart.lines[:3]] == ["-", "-", "--"]
    assert "no speed" in below.texts[0].get_text()
    assert "Not for navigation" in [text.get_text() for text in chart.texts]
    with pytest.raises(NotFoundError):
        report.plot_track(crossing(), 6)


def test_cells_on_both_sides_of_180_degrees_are_drawn_side_by_side():
    heard = Heard(
        *(
            np.array(one)
            for one in (
                [179.5, -180.0, 50.0],
                [10.0] * 3,
                [180.0, -179.5, 50.5],
                [10.5] * 3,
                [0.5, 1.0, 1.0],
                [50, 50, 1],
            )
        )
    )
    chart = report.plot_coverage(heard).axes[0]
    west, east = chart.get_xlim()
    assert east - west < 2
