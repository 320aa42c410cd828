"""What tracks and detectors are fed: real positions of the open corpus, and copies of them for larger inputs.

A copy is the original turned around the globe by some degrees under other MMSI: its ships move as they did, among one
another and through time, and no two copies meet.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from bench.packs import pack
from hanbada.model.tables import POSITIONS

SHIPS = (200_000_000, 800_000_000)
STEP, TURN_DEG = 7_654_321, 33.3
"""From copy to copy: numbers further on, degrees further east."""


def corpus(source: str | None = None) -> pl.DataFrame:
    """Time, MMSI, place, speed, course and heading of the ships of all sources or one; raises MissingError without."""
    frame = pl.read_parquet(pack("ais-corpus-open", "ais_corpus_open.parquet"))
    wanted = pl.col("mmsi").is_between(*SHIPS, closed="left")
    ships = frame.filter(wanted if source is None else wanted & (pl.col("source") == source))
    return ships.select(
        pl.col("t").alias("at"), "mmsi", pl.col("lat").alias("lat_deg"), pl.col("lon").alias("lon_deg"),
        pl.when(pl.col("sog").is_between(0, 102.2)).then("sog").alias("sog_kn"),
        pl.when((pl.col("cog") >= 0) & (pl.col("cog") < 360)).then("cog").alias("cog_deg"),
        pl.when((pl.col("heading") >= 0) & (pl.col("heading") < 360)).then("heading").alias("heading_deg"),
    )  # fmt: skip


def coast() -> pl.DataFrame:
    """One day of ships off the coasts of the United States: 234 thousand positions of 1,172 ships."""
    return corpus("us_coastal_20200630").unique(["mmsi", "at"], keep="first", maintain_order=True)


def copies(frame: pl.DataFrame, rows: int) -> pl.DataFrame:
    """So many rows: the frame and copies of it, of the last one whole ships only as far as they fit."""
    whole, rest = divmod(rows, len(frame))
    parts = [_turned(frame, copy) for copy in range(whole)]
    sizes = frame.group_by("mmsi", maintain_order=True).len()
    fitting = sizes.filter(pl.col("len").cum_sum() <= rest)["mmsi"]
    parts.append(_turned(frame.filter(pl.col("mmsi").is_in(fitting.implode())), whole))
    return pl.concat(parts)


def _turned(frame: pl.DataFrame, copy: int) -> pl.DataFrame:
    first, last = SHIPS
    return frame.with_columns(
        (pl.col("mmsi") - first + copy * STEP) % (last - first) + first,
        (pl.col("lon_deg") + copy * TURN_DEG + 180) % 360 - 180,
    )


def positions(frame: pl.DataFrame) -> pa.Table:
    """The POSITIONS table of a frame in the order of time, each row a line of its own."""
    frame = frame.sort("at", maintain_order=True)
    columns = {
        "at": frame["at"].cast(pl.Datetime("us", "UTC")),
        "mmsi": frame["mmsi"].cast(pl.UInt32),
        "lat_deg": frame["lat_deg"],
        "lon_deg": frame["lon_deg"],
        "sog_kn": frame["sog_kn"].cast(pl.Float32),
        "cog_deg": frame["cog_deg"].cast(pl.Float32),
        "heading_deg": frame["heading_deg"].cast(pl.UInt16),
    }
    arrays = {name: series.to_arrow() for name, series in columns.items()}
    arrays |= {
        "source": pa.array(np.ones(len(frame), np.uint16)),
        "line_id": pa.array(np.arange(1, len(frame) + 1, dtype=np.uint64)),
    }
    return POSITIONS.build(arrays)
