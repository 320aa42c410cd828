"""What `hanbada evaluate --forecast` does: every forecasting method on real recordings, side by side."""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import polars as pl

from hanbada.app.evaluate_command import bundled
from hanbada.exercise.forecast_trial import ALONE, HORIZONS_MIN, NAMED, OURS, STAYS, Tested, Trial, tested
from hanbada.model.errors import UsageError
from hanbada.tracks.paths import Paths, paths
from hanbada.tracks.rows import Rows, ordered
from hanbada.tracks.segments import Segments, feed

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRIALS = (
    Trial("new-york", "New York Harbor, 1 to 7 December 2020", "new_york_202012.parquet", 3.5, tuned=True),
    Trial("us-coast", "Coasts of the United States, 30 June 2020", "us_coastal_20200630.parquet", 2 / 3, tuned=True),
    Trial(
        "virginia", "Virginia Beach, 4 to 6 June 2020",
        "ais-us-tracktable-2020/VirginiaBeach_2020_06_04_to_06_filtered.parquet", 2.0, tuned=True,
    ),
    Trial(
        "denmark", "Ten longest trips, Danish waters, 2 and 3 January 2025",
        "ais-dk-mobilitydb/ais_trips_longest_20250103.parquet", 0.5, tuned=False,
    ),
)  # fmt: skip
"""The first two are bundled; the others lie in a folder of data sets, and are left out without it."""
RESAMPLED, SEED = 400, 1
LEAST = 60
"""Truths that it takes to print a figure."""


def run(only: str | None, folder: Path | None, *, as_json: bool) -> int:
    """Try the recordings that are at hand (or one by name) and print; the exit code."""
    if only is not None and only not in {one.name for one in TRIALS}:
        message = f"--carrier {only}: with --forecast one of {', '.join(one.name for one in TRIALS)}"
        raise UsageError(message)
    for one in TRIALS:
        found = tried(one, folder) if only in {None, one.name} else None
        if found is not None and as_json:
            sys.stdout.buffer.write(msgspec.json.encode({"carrier": one.name, **figures(found)}) + b"\n")
        elif found is not None:
            sys.stdout.write(f"\n{one.title}\n\n{errors_table(found)}\n\n{regions_table(found)}\n")
    return 0


def tried(one: Trial, folder: Path | None) -> Tested | None:
    """The figures of a recording; None if it is not at hand."""
    whole = recording(one, folder)
    if whole is None:
        return None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return tested(one, whole, time.process_time)


def recording(one: Trial, folder: Path | None) -> Paths | None:
    """The paths of a recording; None if it is not at hand."""
    rows = recorded(one, folder)
    return None if rows is None else paths(rows, feed(Segments(), rows))


def recorded(one: Trial, folder: Path | None) -> Rows | None:
    """The reports of a recording by vessel and time; None if it is not at hand."""
    file = Path(bundled(one.file)) if "/" not in one.file else (folder or Path()) / one.file
    if not file.exists():
        return None
    frame = pl.read_parquet(file).unique(["mmsi", "t"], keep="first").sort("mmsi", "t")
    fill, nothing = np.full(len(frame), -1), np.full(len(frame), np.nan)
    lat, lon = (frame[name].cast(pl.Float64).to_numpy() for name in ("lat", "lon"))
    at, mmsi = frame["t"].dt.epoch("us").to_numpy(), frame["mmsi"].cast(pl.Int64).to_numpy()
    numbers = np.arange(1, len(frame) + 1)
    return ordered(Rows(at, mmsi, lat, lon, nothing, nothing, fill, fill, fill, fill, fill * 0, numbers))


def figures(found: Tested) -> dict[str, Any]:
    """Everything measured, by name and horizon in minutes."""
    return {
        "queries": len(found.mmsi),
        "vessels": len(np.unique(found.mmsi)),
        "cpu_ms": round(found.cpu_ms, 2),
        "horizons": {str(minutes): _at_horizon(found, k) for k, minutes in enumerate(HORIZONS_MIN) if told(found, k)},
        "best_of_16_nmi": {name: nmi(np.nanmean(values)) for name, values in found.best_of_16_m.items()},
        "original_nmi": [round(float(one), 2) for one in np.nanmean(found.original_nmi, 0)],
    }


def _at_horizon(found: Tested, k: int) -> dict[str, Any]:
    step = HORIZONS_MIN[k] // 10 - 1
    ratio, low, high = against(found, step, NAMED)
    return {
        "truths": int(np.isfinite(found.errors[OURS][:, step]).sum()),
        "errors_nmi": {name: list(map(nmi, spread(values[:, step]))) for name, values in found.errors.items()},
        "ratio_to_best_baseline": [round(one, 3) for one in (ratio, low, high)],
        "held": {str(share): round(float(np.nanmean(values[:, step])), 3) for share, values in found.held.items()},
        "area_90_km2": round(float(np.nanmedian(found.area_km2[:, k])), 1),
        "energy_nmi": {name: nmi(np.nanmean(values[:, k])) for name, values in found.energy_m.items()},
    }


def told(found: Tested, k: int) -> bool:
    """Whether there are truths enough at a horizon."""
    return bool(np.isfinite(found.errors[OURS][:, HORIZONS_MIN[k] // 10 - 1]).sum() >= LEAST)


def nmi(metres: Any) -> float:
    """Nautical miles to a hundredth."""
    return round(float(metres) / 1852, 2)


def spread(errors: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean, median and 90th percentile in metres."""
    known = errors[np.isfinite(errors)]
    return float(known.mean()), float(np.median(known)), float(np.quantile(known, 0.9))


def against(found: Tested, step: int, names: tuple[str, ...]) -> tuple[float, float, float]:
    """Our mean error over that of the best of some methods, with a 95 % interval by resampling vessels."""
    known = np.isfinite(found.errors[OURS][:, step])
    vessels, which = np.unique(found.mmsi[known], return_inverse=True)
    sums = {n: np.bincount(which, found.errors[n][known, step]) for n in (OURS, *names)}
    best = min(names, key=lambda name: sums[name].sum())
    drawn = np.random.default_rng(SEED).integers(0, len(vessels), (RESAMPLED, len(vessels)))
    ratios = sums[OURS][drawn].sum(1) / sums[best][drawn].sum(1)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(sums[OURS].sum() / sums[best].sum()), float(low), float(high)


def shown(found: Tested) -> list[int]:
    """Indices of the horizons with truths enough."""
    return [k for k in range(len(HORIZONS_MIN)) if told(found, k)]


def errors_table(found: Tested) -> str:
    """Errors of all methods as a Markdown table: mean / median / 90th percentile in nautical miles."""
    columns = shown(found)
    lines = ["| method | " + " | ".join(_span(k) for k in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name in (*NAMED, STAYS, OURS):
        steps = [HORIZONS_MIN[k] // 10 - 1 for k in columns]
        cells = [" / ".join(f"{nmi(v):.2f}" for v in spread(found.errors[name][:, step])) for step in steps]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    for words, names in (("ours / best of the first four", NAMED), ("ours / best of all five", (*NAMED, STAYS))):
        ratios = [against(found, HORIZONS_MIN[k] // 10 - 1, names) for k in columns]
        lines.append(f"| {words} | " + " | ".join(f"{r:.2f} ({lo:.2f} to {hi:.2f})" for r, lo, hi in ratios) + " |")
    return "\n".join(lines)


def regions_table(found: Tested) -> str:
    """What the regions held, how large they are, energy scores."""
    columns = shown(found)
    steps = [HORIZONS_MIN[k] // 10 - 1 for k in columns]
    rows = {
        "truths": [f"{np.isfinite(found.errors[OURS][:, s]).sum():,}" for s in steps],
        "50 % region held": [f"{np.nanmean(found.held[0.5][:, s]):.1%}" for s in steps],
        "90 % region held": [f"{np.nanmean(found.held[0.9][:, s]):.1%}" for s in steps],
        "90 % region, median km²": [f"{np.nanmedian(found.area_km2[:, k]):,.0f}" for k in columns],
        "energy score, nmi": [f"{nmi(np.nanmean(found.energy_m[OURS][:, k])):.2f}" for k in columns],
        "the same, Ornstein-Uhlenbeck": [f"{nmi(np.nanmean(found.energy_m[ALONE][:, k])):.2f}" for k in columns],
    }
    rows |= {f"mean error, {name}": [_mean(found, s, mask) for s in steps] for name, mask in found.strata.items()}
    head = ["| | " + " | ".join(_span(k) for k in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    return "\n".join(head + [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()])


def _span(k: int) -> str:
    minutes = HORIZONS_MIN[k]
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def _mean(found: Tested, step: int, mask: NDArray[np.bool_]) -> str:
    """Our mean error in a stratum beside the best baseline's there, and how many truths."""
    known = mask & np.isfinite(found.errors[OURS][:, step])
    if known.sum() < LEAST // 3:
        return "-"
    best = min(float(found.errors[name][known, step].mean()) for name in (*NAMED, STAYS))
    return f"{nmi(found.errors[OURS][known, step].mean()):.2f} (best other {nmi(best):.2f}, n {known.sum():,})"
