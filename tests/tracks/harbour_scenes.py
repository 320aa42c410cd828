"""Harbours and ships that call at them, for tests of calls and voyages; and the rules of calls, written plainly."""

from __future__ import annotations

import math

import numpy as np

from hanbada.geo.sphere import KNOT_MS, NMI_M, bearing_deg, destination, distance_m
from hanbada.tracks.harbours import index_harbours
from ships import SECOND, Scene

SHIP, OTHER = 440_123_456, 441_000_002
HOUR_S = 3600
WEST, EAST = (35.0, 128.0), (35.0, 129.0)
"""Two ports, 49 nautical miles apart."""
PORTS = index_harbours(
    ["WEST", "EAST", "EAST ANCHORAGE"],
    np.array([35.0, 35.0, 35.1]),
    np.array([128.0, 129.0, 129.0]),
    np.array([8000.0, 8000.0, 3000.0]),
    np.array([10_000.0, 10_000.0, 4000.0]),
)


def moved_ports(east_deg):
    return index_harbours(PORTS.names, PORTS.lat_deg, PORTS.lon_deg + east_deg, PORTS.in_m, PORTS.out_m)


def lie(scene, mmsi, place, begin_h, end_h, *, every_s=180.0, nav=5, swing_m=0.0, knots=0.0):
    """A ship at its berth or anchor."""
    for i, t in enumerate(np.arange(begin_h * HOUR_S, end_h * HOUR_S, every_s)):
        where = destination(*place, i * 7.0 % 360, swing_m) if swing_m else place
        scene.report(mmsi, t, *where, knots, 0.0, nav=nav)


def cross(scene, mmsi, begin, end, begin_h, end_h, *, every_s=60.0):
    """A ship on its way at even speed."""
    course, way = bearing_deg(*begin, *end), distance_m(*begin, *end)
    scene.sail(
        mmsi, *begin, course, way / ((end_h - begin_h) * HOUR_S) / KNOT_MS, begin_h * HOUR_S, end_h * HOUR_S, every_s
    )


def round_trip():
    """From WEST, where it lies when first heard, to EAST for six hours and back again, where it still lies."""
    scene = Scene()
    lie(scene, SHIP, WEST, 0, 2)
    cross(scene, SHIP, WEST, EAST, 2, 6)
    lie(scene, SHIP, EAST, 6, 12)
    cross(scene, SHIP, EAST, WEST, 12, 16)
    lie(scene, SHIP, WEST, 16, 20)
    return scene


def plain_calls(harbours, reports):
    """Calls of one track by the rules, looking at every harbour for every report: (at, lat, lon, sog) in time."""
    calls, current, stopped_since = [], None, None
    for i, (at, lat, lon, sog) in enumerate(reports):
        ways = [distance_m(lat, lon, *place) for place in zip(harbours.lat_deg, harbours.lon_deg, strict=True)]
        silent = i > 0 and at - reports[i - 1][0] >= 4 * HOUR_S * SECOND
        made = sog
        if math.isnan(sog) and i and 0 < at - reports[i - 1][0] < 1800 * SECOND:
            gap_s = (at - reports[i - 1][0]) / SECOND
            made = distance_m(*reports[i - 1][1:3], lat, lon) / gap_s / KNOT_MS
        if current and all(way >= out for way, out in zip(ways, harbours.out_m, strict=True)):
            if stopped_since is not None:
                current["stopped"] += reports[i - 1][0] - stopped_since
            current |= {
                "left": None if silent else at,
                "last": reports[i - 1][0],
                "silent": current["silent"] or silent,
            }
            calls.append(current)
            current, stopped_since = None, None
        elif current is None and any(way <= near for way, near in zip(ways, harbours.in_m, strict=True)):
            seen = i > 0 and not silent
            current = {"entered": at if seen else None, "first": at, "stopped": 0, "left": None, "silent": False}
        if current is None:
            continue
        current["silent"] |= silent and at > current["first"]
        if stopped_since is not None and made >= 0.5:
            current["stopped"] += at - stopped_since
            stopped_since = None
        elif stopped_since is None and made <= 0.2:
            stopped_since = at
    if current:
        if stopped_since is not None:
            current["stopped"] += reports[-1][0] - stopped_since
        calls.append(current | {"last": reports[-1][0]})
    return [
        (c["entered"], c["left"], c["first"], c["last"], c["stopped"] / SECOND) for c in calls if c["last"] > c["first"]
    ]


__all__ = [
    "EAST",
    "HOUR_S",
    "NMI_M",
    "OTHER",
    "PORTS",
    "SHIP",
    "WEST",
    "cross",
    "lie",
    "moved_ports",
    "plain_calls",
    "round_trip",
]
