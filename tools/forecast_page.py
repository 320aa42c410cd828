"""Measure forecasts on real recordings and write docs/evaluation/forecast.md.

    python -m tools.forecast_page [--data FOLDER]

Two recordings are bundled; the others are read from a folder with the sets named on the page and left out without it.
A few minutes on one core.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from hanbada import __version__
from hanbada.app.evaluate_forecasts import TRIALS, errors_table, nmi, regions_table, tried
from hanbada.exercise.forecast_trial import ALONE, OURS, Tested

PAGE = Path(__file__).parents[1] / "docs" / "evaluation" / "forecast.md"
CLOSE = "<!-- By tools/forecast_page.py from here on. -->"


def main() -> None:
    """Write the page; what stands above the mark is by hand and stays."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    folder = parser.parse_args().data
    by_hand = PAGE.read_text().partition(CLOSE)[0]
    lines = [f"Measured {datetime.now(UTC):%Y-%m-%d} with version {__version__}.", ""]
    for one in TRIALS:
        found = tried(one, folder)
        lines += [f"## {one.title}", ""]
        lines += ["The recording was not at hand.", ""] if found is None else section(found)
    PAGE.write_text(by_hand + CLOSE + "\n\n" + "\n".join(lines).rstrip() + "\n")


def section(found: Tested) -> list[str]:
    """What is said of one recording."""
    vessels = len(np.unique(found.mmsi))
    best = {name: f"{nmi(np.nanmean(values)):.2f}" for name, values in found.best_of_16_m.items()}
    orig = " / ".join(f"{one:.2f}" for one in np.nanmean(found.original_nmi, 0))
    asked = int(np.isfinite(found.original_nmi[:, 0]).sum())
    said = (
        f"{len(found.mmsi):,} forecasts of {vessels:,} vessels from histories of up to {found.states:,} states; "
        f"{found.cpu_ms:.1f} ms of one core per ship and three hours."
    )
    other = (
        f"Best of 16 whole ways over three hours (mean error of the best): {best[OURS]} nmi; eight of the "
        f"Ornstein-Uhlenbeck process: {best[ALONE]} nmi. By TrAISformer's own counting (best of 16 per step, its "
        f"scale, at 70 / 130 / 190 min, three hours known before; {asked:,} forecasts): {orig} nmi."
    )
    units = "Errors in nautical miles, mean / median / 90th percentile:"
    return [said, "", units, "", errors_table(found), "", regions_table(found), "", other, ""]


if __name__ == "__main__":
    main()
