"""The circle that fits some points on a plane best."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS = 20


class Circle(NamedTuple):
    """Centre and radius, and the root of the mean square distance of the points from it."""

    x: float
    y: float
    radius: float
    off: float


def circle(x: Floats, y: Floats) -> Circle:
    """Taubin's fit (IEEE PAMI 13(11), 1991), by Newton's method on its characteristic polynomial.

    Points on one line have a circle of infinite radius.

    >>> turn = np.radians(np.arange(0.0, 200.0, 20.0))
    >>> [round(one, 6) for one in circle(3.0 + 2.0 * np.cos(turn), 2.0 * np.sin(turn) - 1.0)]
    [3.0, -1.0, 2.0, 0.0]
    """
    at_x, at_y = float(np.mean(x)), float(np.mean(y))
    u, v = x - at_x, y - at_y
    w = u * u + v * v
    uu, vv, uv = float(np.mean(u * u)), float(np.mean(v * v)), float(np.mean(u * v))
    uw, vw, ww = float(np.mean(u * w)), float(np.mean(v * w)), float(np.mean(w * w))
    cx, cy = taubin_centre(uu, vv, uv, uw, vw, ww)
    if not np.isfinite(cx + cy):
        return Circle(at_x, at_y, np.inf, np.inf)
    radius = float(np.sqrt(cx * cx + cy * cy + uu + vv))
    off = float(np.sqrt(np.mean((np.hypot(u - cx, v - cy) - radius) ** 2)))
    return Circle(at_x + cx, at_y + cy, radius, off)


def taubin_centre(uu: float, vv: float, uv: float, uw: float, vw: float, ww: float) -> tuple[float, float]:
    """Centre from the mean products of centred points (u, v) and w = u^2 + v^2; infinite for points on one line."""
    z, det = uu + vv, uu * vv - uv * uv
    var = ww - z * z
    a3, a2 = 4.0 * z, -3.0 * z * z - ww
    a1 = var * z + 4.0 * det * z - uw * uw - vw * vw
    a0 = uw * (uw * vv - vw * uv) + vw * (vw * uu - uw * uv) - var * det
    root, value = 0.0, np.inf
    for _ in range(STEPS):
        here = a0 + root * (a1 + root * (a2 + root * a3))
        slope = a1 + root * (2.0 * a2 + root * 3.0 * a3)
        if abs(here) >= abs(value) or slope == 0.0:
            break
        value, root = here, root - here / slope
    low = root * root - root * z + det
    if abs(low) <= 1e-12 * max(z * z, 1e-30):
        return np.inf, np.inf
    return (uw * (vv - root) - vw * uv) / low / 2.0, (vw * (uu - root) - uw * uv) / low / 2.0
