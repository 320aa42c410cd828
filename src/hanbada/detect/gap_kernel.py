"""Many silences at once: what should have been heard of each, and how unlikely it is to have missed all of it."""

from typing import Any

import numpy as np

from hanbada.geo.sphere import KNOT_MS
from hanbada.geo.sphere_kernel import destination, distance_m
from hanbada.model.kernel import inlined, kernel
from hanbada.tracks.reception_kernel import J_EXPECTED, J_PEERS, J_SHARE, expected
from hanbada.tracks.segments_kernel import SECOND, due_s

LED_S = 7200.0
"""How long a ship that went on silently is believed to have kept its course."""
# What a silence comes to: seconds between reports due, half hours, mean of peers and of their share heard, share of
# half hours without peers, natural logarithm of the chance to miss all receptions.
W_DUE, W_HALF_HOURS, W_PEERS, W_SHARE, W_EMPTY, W_UNHEARD = range(6)
WEIGHED = 6


@inlined
def led_to(lat: float, lon: float, sog: float, cog: float, span_s: float) -> tuple[float, float]:
    """Where the course leads from where a ship fell silent, and no further than LED_S; there if it has none."""
    if not sog > 0.5 or cog != cog:
        return lat, lon
    return destination(lat, lon, cog, sog * KNOT_MS * min(span_s, LED_S))


@kernel
def ways(off_lat: Any, off_lon: Any, on_lat: Any, on_lon: Any, out: Any) -> None:
    """Metres from where each ship fell silent to where it came back; not a number if it did not."""
    for i in range(len(out)):
        out[i] = distance_m(off_lat[i], off_lon[i], on_lat[i], on_lon[i])


@kernel
def weigh(
    cells: Any, msg_type: Any, nav: Any, sog: Any, cog: Any, own: Any, off_at: Any, off_lat: Any, off_lon: Any,
    until: Any, on_lat: Any, on_lon: Any, burst: float, half_hours: Any, out: Any,
) -> None:  # fmt: skip
    """Fill the columns W_... of each silence; `on_lat` is not a number while it goes on."""
    for i in range(len(off_at)):
        there = on_lat[i], on_lon[i]
        if on_lat[i] != on_lat[i]:
            there = led_to(off_lat[i], off_lon[i], sog[i], cog[i], (until[i] - off_at[i]) / SECOND)
        class_b = 1 if msg_type[i] == 18 or msg_type[i] == 19 else 0
        due, share = due_s(msg_type[i], nav[i], sog[i]), min(1.0, own[i]) if own[i] == own[i] else 0.0
        n = expected(
            cells, off_at[i], until[i], off_lat[i], off_lon[i], there[0], there[1], class_b, due, share, half_hours
        )
        out[i, W_DUE], out[i, W_HALF_HOURS] = due, n
        _sum_up(half_hours, n, burst, out[i])


@inlined
def _sum_up(half_hours: Any, n: int, burst: float, out: Any) -> None:
    """Means over the half hours, and the chance to miss all of them (`gap.unheard_log`)."""
    peers, share, empty, unheard = 0.0, 0.0, 0, 0.0
    for k in range(n):
        peers += half_hours[k, J_PEERS]
        share += half_hours[k, J_SHARE]
        empty += 1 if half_hours[k, J_PEERS] < 1.0 else 0
        phi = min(max(burst * half_hours[k, J_PEERS], 0.5), 2.0)
        unheard -= phi * np.log1p(half_hours[k, J_EXPECTED] / phi)
    out[W_PEERS] = peers / n if n > 0 else 0.0
    out[W_SHARE] = share / n if n > 0 else 0.0
    out[W_EMPTY] = empty / n if n > 0 else 1.0
    out[W_UNHEARD] = unheard
