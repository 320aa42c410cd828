"""Put the recordings that `hanbada demo` replays into src/hanbada/app/demo_data, and check them.

    python tools/demo_data.py [--tracktable WHEEL] [--stonesoup SDIST]     write the files and their list
    python tools/demo_data.py --check                                      compare the files with the list

The US recordings come from the Python package tracktable-data, the Solent from the source package of stonesoup; without
the options pip fetches the pinned versions. Positions are kept as published, only put in the order of time: as Parquet
with coordinates in decimals of five places, which is how they were given, so nothing is rounded; the Solent as it is.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

DATA = Path(__file__).parents[1] / "src" / "hanbada" / "app" / "demo_data"
LIST = DATA / "sources.json"
TRACKTABLE, STONESOUP = "tracktable-data==1.7.3.1", "stonesoup==1.9.1"
EXAMPLES = "tracktable_data/python_example_data"
HEADER = 11
"""Fields of a line of a .traj file before its points; its points are MMSI, time, longitude, latitude."""


@dataclass(frozen=True)
class Recording:
    """One file: what it is called here and where it comes from. SHA-256 is of the file as published."""

    file: str
    package: str
    member: str
    licence: str
    sha256: str


RECORDINGS = (
    Recording(
        "us_coastal_20200630.parquet",
        TRACKTABLE,
        f"{EXAMPLES}/US_coastal_2020_06_30.traj",
        "data: US Government, public domain; packaging: BSD-2-Clause, Sandia",
        "af0a4b7fdaeb66669b2a54977bf92328758cf9f3e4bc268b4f04baae67b255b3",
    ),
    Recording(
        "new_york_202012.parquet",
        TRACKTABLE,
        f"{EXAMPLES}/NYHarbor_2020_12_first_week.traj",
        "data: US Government, public domain; packaging: BSD-2-Clause, Sandia",
        "9b18238f5df37fb2c7cae4bbc111dfcbcfbff77ad707b36eb7537826b2308658",
    ),
    Recording(
        "solent_20160112.csv.gz",
        STONESOUP,
        "stonesoup-1.9.1/docs/demos/SolentAIS_20160112_130211.csv",
        "MIT, Crown Copyright Dstl and others",
        "53adaa090db13bd5b0867daf3459e3d96faf5c87ce429f3b4072c7444b5e88d1",
    ),
)


def fetched(package: str, into: Path) -> Path:
    """The archive of a package, by way of whatever index pip is set up with."""
    source = ["--no-binary", "stonesoup"] if package == STONESOUP else []
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *source, "--dest", str(into), package]
    subprocess.run(command, check=True)
    return next(into.glob(f"{package.partition('==')[0].replace('-', '?')}*"))


def member(archive: Path, name: str) -> bytes:
    """A file of a wheel or a source package."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return opened.read(name)
    with tarfile.open(archive) as opened:
        found = opened.extractfile(name)
        if found is None:
            message = f"{archive}: {name} is not a file"
            raise SystemExit(message)
        return found.read()


def positions(published: bytes) -> pl.DataFrame:
    """The points of a .traj file in the order of time."""
    points: list[tuple[str, ...]] = []
    for line in published.decode("ascii").splitlines():
        fields = line.split(",")
        count = int(fields[3])
        values = fields[HEADER : HEADER + 4 * count]
        points += zip(*(values[i::4] for i in range(4)), strict=True)
    frame = pl.DataFrame(points, schema=["mmsi", "t", "lon", "lat"], orient="row")
    exact = (pl.col("lon", "lat").cast(pl.Decimal(8, 5)),)
    times = pl.col("t").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="ms", time_zone="UTC")
    return frame.with_columns(pl.col("mmsi").cast(pl.UInt32), times, *exact).sort("t", "mmsi", maintain_order=True)


def as_parquet(frame: pl.DataFrame) -> bytes:
    """A Parquet file, as small as it gets."""
    coded = {"t": "DELTA_BINARY_PACKED", "lon": "BYTE_STREAM_SPLIT", "lat": "BYTE_STREAM_SPLIT"}
    out = io.BytesIO()
    pq.write_table(
        frame.to_arrow().cast(pa.schema({"mmsi": pa.uint32(), "t": pa.timestamp("ms", "UTC"), **_coordinates()})),
        out,
        compression="zstd",
        compression_level=19,
        use_dictionary=["mmsi"],
        column_encoding=coded,
        store_decimal_as_integer=True,
    )
    return out.getvalue()


def _coordinates() -> dict[str, pa.DataType]:
    return {"lon": pa.decimal128(8, 5), "lat": pa.decimal128(8, 5)}


def made(recording: Recording, published: bytes) -> tuple[bytes, int]:
    """The file as bundled, and its rows."""
    if recording.file.endswith(".parquet"):
        frame = positions(published)
        return as_parquet(frame), len(frame)
    return gzip.compress(published, 9, mtime=0), len(published.splitlines()) - 1


def write(archives: dict[str, Path]) -> None:
    """Every recording, and the list of them."""
    listed = []
    for recording in RECORDINGS:
        published = member(archives[recording.package], recording.member)
        found = hashlib.sha256(published).hexdigest()
        if found != recording.sha256:
            message = f"{recording.member}: SHA-256 is {found}, wanted {recording.sha256}"
            raise SystemExit(message)
        data, rows = made(recording, published)
        (DATA / recording.file).write_bytes(data)
        bundled = {"rows": rows, "bytes": len(data), "bundled_sha256": hashlib.sha256(data).hexdigest()}
        listed.append(asdict(recording) | bundled)
        print(f"{recording.file}: {rows:,} rows, {len(data):,} bytes")
    LIST.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def check() -> int:
    """0 if every listed file is as it was made, else 1."""
    faults = 0
    for one in json.loads(LIST.read_text(encoding="utf-8")):
        if hashlib.sha256((DATA / one["file"]).read_bytes()).hexdigest() != one["bundled_sha256"]:
            faults += 1
            print(f"{one['file']}: is not what was made", file=sys.stderr)
    return 1 if faults else 0


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tracktable", type=Path)
    parser.add_argument("--stonesoup", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    if given.check:
        return check()
    with tempfile.TemporaryDirectory() as scratch:
        into = Path(scratch)
        write({
            TRACKTABLE: given.tracktable or fetched(TRACKTABLE, into),
            STONESOUP: given.stonesoup or fetched(STONESOUP, into),
        })  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
