"""Measure the matcher on real recordings with reports hidden, and write docs/evaluation/sightings.md.

    python -m tools.sightings_page

Both recordings are bundled. Some minutes on one core.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hanbada import __version__
from hanbada.app.evaluate_forecasts import TRIALS
from hanbada.app.evaluate_sightings import measured, table

PAGE = Path(__file__).parents[1] / "docs" / "evaluation" / "sightings.md"
CLOSE = "<!-- By tools/sightings_page.py from here on. -->"


def main() -> None:
    """Write the page; what stands above the mark is by hand and stays."""
    by_hand = PAGE.read_text().partition(CLOSE)[0]
    lines = [f"Measured {datetime.now(UTC):%Y-%m-%d} with version {__version__}.", ""]
    for one in TRIALS[:2]:
        for sized in (False, True):
            words = "with lengths measured" if sized else "by place alone"
            lines += [f"## {one.title}: {words}", "", table(measured(one.name, None, sized=sized)), ""]
    PAGE.write_text(by_hand + CLOSE + "\n\n" + "\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
