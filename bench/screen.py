"""200,000 vessels on the map console, drawn in software by Chromium: the figures of bench.bench_screen.

python -m bench.screen [--quick]
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, Scale, skipped, tell
from bench.packs import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

VESSELS = 200_000
COUNTS = {"screen.vessels_in_view", "screen.vessels_drawn", "screen.vessels_kept_after_updates"}
LIMIT_S = 900


def figures(scale: Scale) -> Iterator[Figure]:
    """All of the screen."""
    vessels = scale.of(VESSELS, 20_000)
    command = [sys.executable, "-m", "bench.bench_screen", str(vessels)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        yield skipped("screen", "200,000 vessels on the screen", f"no answer within {LIMIT_S} s")
        return
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    counts = {one["name"]: one["value"] for one in told if one["name"] in COUNTS}
    if set(counts) != COUNTS:
        yield skipped(
            "screen", "200,000 vessels on the screen", (done.stderr.strip().splitlines() or ["no answer"])[-1]
        )
        return
    for one in told:
        if one["name"] not in COUNTS:
            yield _figure(one, counts, vessels)


def _figure(one: dict[str, Any], counts: dict[str, int], vessels: int) -> Figure:
    seen, drawn, kept = (counts[f"screen.vessels_{what}"] for what in ("in_view", "drawn", "kept_after_updates"))
    return Figure(
        name=one["name"], what=f"{one['name'].partition('.')[2].replace('_', ' ')} ({one['unit']})", measured=one["value"], unit=one["unit"],
        floor=one["floor"], goal=one["goal"], less=True, how=f"{vessels:,} vessels at zoom 4, Chromium without a graphics card",
        checked=f"{drawn:,} of {seen:,} vessels in view changed a pixel at their place; {kept:,} of {vessels:,} kept after the updates",
        right=drawn == seen and kept == vessels,
    )  # fmt: skip


if __name__ == "__main__":
    tell("screen", figures)
