"""Where the sun stands: night for those who fish with lamps, light for those who look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hanbada.model.times import DAY_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

J2000_US = 946_728_000_000_000
"""2000-01-01 12:00 UTC."""


def elevation_deg(
    at_us: NDArray[np.int64], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Degrees of the sun's middle above the horizon, without refraction; good to 0.05 degrees from 1950 to 2050.

    Low-precision formulas of the Astronomical Almanac (page C24; J. Michalsky, Solar Energy 40, 1988).

    >>> float(elevation_deg(np.array([1710946800000000]), np.array([0.0]), np.array([-45.0]))[0].round(1))
    88.2
    """
    days = (at_us - J2000_US) / DAY_US
    mean, anomaly = np.radians(280.460 + 0.9856474 * days), np.radians(357.528 + 0.9856003 * days)
    along = mean + np.radians(1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 4e-7 * days)
    ascension = np.arctan2(np.cos(tilt) * np.sin(along), np.cos(along))
    declination = np.arcsin(np.sin(tilt) * np.sin(along))
    sidereal = np.radians(280.46062 + 360.98564737 * days + lon_deg)
    lat, hour = np.radians(lat_deg), sidereal - ascension
    sine = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(hour)
    height: NDArray[np.float64] = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return height
