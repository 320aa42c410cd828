"""Tracks as paths: places at even steps of time, unbroken by long silences."""

from typing import Any

from hanbada.geo.sphere_kernel import between
from hanbada.model.kernel import kernel
from hanbada.tracks.segments_kernel import SECOND

STEP_US = 120 * SECOND
"""Two minutes: half a mile at 15 kn, finer than harbours bend."""
LONGEST_SILENCE_S = 1800.0
"""Half an hour: across a longer silence the way between two reports is a guess, and guesses make no history."""


@kernel
def count(prev_at: Any, at: Any, anchor: Any, silence: Any) -> int:
    """Points that `emit` makes."""
    n = 0
    for i in range(len(at)):
        if silence[i] <= LONGEST_SILENCE_S:
            n += (at[i] - anchor[i]) // STEP_US - (prev_at[i] - anchor[i]) // STEP_US
    return n


@kernel
def emit(
    order: Any, prev_at: Any, at: Any, anchor: Any, silence: Any, prev_lat: Any, prev_lon: Any, lat: Any, lon: Any,
    row: Any, path: Any, out_at: Any, out_lat: Any, out_lon: Any,
) -> None:  # fmt: skip
    """Fill row, path number, time and place of each point; `order` gives the rows track by track in time."""
    n, number = 0, -1
    for k in range(len(order)):
        i = order[k]
        if not silence[i] <= LONGEST_SILENCE_S:
            number += 1
            continue
        step = (prev_at[i] - anchor[i]) // STEP_US + 1
        while step <= (at[i] - anchor[i]) // STEP_US:
            when = anchor[i] + step * STEP_US
            share = (when - prev_at[i]) / (at[i] - prev_at[i])
            row[n], path[n], out_at[n] = i, number, when
            out_lat[n], out_lon[n] = between(prev_lat[i], prev_lon[i], lat[i], lon[i], share)
            n += 1
            step += 1
