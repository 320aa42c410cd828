"""Rows for tests of tracks: a small scene with everything in it, rows from plain tuples, real traffic."""

from __future__ import annotations

import numpy as np
import polars as pl

from hanbada.tracks.rows import Rows
from shared_sets import pack
from ships import Scene


def several():
    scene = Scene()
    scene.sail(412_000_005, 32.5, -0.1, 90.0, 10.0, 0, 5400, 20.0)
    scene.sail(412_000_005, 32.5, 0.6, 270.0, 10.0, 5, 5400, 20.0)
    scene.sail(431_000_004, 33.0, -0.2, 90.0, 10.0, 0, 3600, 15.0)
    scene.sail(431_000_004, 33.0, 2.2, 90.0, 10.0, 3700, 5400, 15.0)
    scene.sail(440_000_001, 34.0, -0.01, 90.0, 15.0, 0, 5400, 30.0)
    scene.report(440_000_001, 2000, 36.0, -0.01, 12.0, 90.0)
    return scene.table()


def as_rows(reports):
    columns = [np.array(column) for column in zip(*reports, strict=True)] if reports else [np.zeros(0)] * 7
    at, mmsi, lat, lon, sog, cog, kind = columns
    whole, fill = [c.astype(np.int64) for c in (at, mmsi, kind)], np.full(len(at), -1)
    return Rows(whole[0], whole[1], lat, lon, sog, cog, fill, np.zeros(len(at), np.int64), fill, whole[2], fill * 0,
                np.arange(1, len(at) + 1))  # fmt: skip


def rows_of_frame(frame):
    """Rows of a frame with columns mmsi, t, lat, lon; providers that give no more do exist."""
    count = len(frame)
    fill, nothing = np.full(count, -1), np.full(count, np.nan)
    return Rows(
        frame["t"].cast(pl.Int64).to_numpy(), frame["mmsi"].to_numpy(), frame["lat"].to_numpy(), frame["lon"].to_numpy(),
        nothing, nothing.copy(), fill, fill, fill, fill, fill * 0, np.arange(1, count + 1),
    )  # fmt: skip


def coast_rows():
    """A day of real traffic off the United States, by vessel and time, once each."""
    frame = pl.read_parquet(pack("ais-us-tracktable-2020", "US_coastal_2020_06_30.parquet"))
    return rows_of_frame(frame.unique(["mmsi", "t", "lon", "lat"]).sort("mmsi", "t", "lon", "lat"))
