"""MovingPandas' stop detector, as its documentation uses it."""

from __future__ import annotations

import warnings
from datetime import timedelta
from typing import TYPE_CHECKING, Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # optional parts that are not installed
    import geopandas as gpd  # type: ignore[import-untyped]
    import movingpandas as mpd  # type: ignore[import-untyped]
    import pandas as pd  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


def movingpandas_stops(frame: pl.DataFrame, across_m: float, least_h: int) -> Callable[[], list[Any]]:
    """Finds the stops of all ships; the trajectories are made here, once, and are no part of the time."""
    ordered = frame.sort("mmsi", "at")
    columns = pd.DataFrame({name: ordered[name].to_numpy() for name in ("mmsi", "at")})
    places = gpd.points_from_xy(ordered["lon_deg"].to_numpy(), ordered["lat_deg"].to_numpy())
    points = gpd.GeoDataFrame(columns, geometry=places, crs=4326)
    made = mpd.TrajectoryCollection(points, traj_id_col="mmsi", t="at", min_length=0)
    detector = mpd.TrajectoryStopDetector(made)
    return lambda: list(detector.get_stop_time_ranges(max_diameter=across_m, min_duration=timedelta(hours=least_h)))
