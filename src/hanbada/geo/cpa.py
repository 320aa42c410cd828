"""The closest point of approach (CPA) of two vessels that keep their courses and speeds.

Places and motions are vectors from the middle of the Earth, in metres and metres a second: no meridian is special and
none converge. Two vessels are looked at in the plane that touches the sphere between them; up to 20 nmi apart that and
the great circles they would follow differ by less than a hundredth of their distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.geo.sphere import EARTH_M, KNOT_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Approach(NamedTuple):
    """How pairs approach: CPA in `tcpa_s` (negative: in the past) at `cpa_m`, signed by the side it is passed on.

    `first_deg` is where the second vessel is seen from the bow of the first, 0 to 180 on either side, `second_deg` the
    reverse; `first_across` and `second_across` are the share of each vessel's length that lies across the relative
    motion: 0 if it comes from ahead or astern, 1 from abeam.
    """

    range_m: NDArray[np.float64]
    cpa_m: NDArray[np.float64]
    tcpa_s: NDArray[np.float64]
    relative_kn: NDArray[np.float64]
    first_deg: NDArray[np.float64]
    second_deg: NDArray[np.float64]
    first_across: NDArray[np.float64]
    second_across: NDArray[np.float64]


def places(lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places as vectors (3, n) in metres."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    flat = EARTH_M * np.cos(lat)
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), EARTH_M * np.sin(lat)])


def motions(
    lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], sog_kn: NDArray[np.float64],
    cog_deg: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Motions as vectors (3, n) in metres a second, of speeds and courses at some places."""
    lat, lon, course = np.radians(lat_deg), np.radians(lon_deg), np.radians(cog_deg)
    north, east = KNOT_MS * sog_kn * np.cos(course), KNOT_MS * sog_kn * np.sin(course)
    up = north * np.sin(lat)
    return np.stack(
        [-up * np.cos(lon) - east * np.sin(lon), -up * np.sin(lon) + east * np.cos(lon), north * np.cos(lat)]
    )


def approaches(
    first: NDArray[np.float64], first_ms: NDArray[np.float64], second: NDArray[np.float64],
    second_ms: NDArray[np.float64],
) -> Approach:  # fmt: skip
    """The approach of each pair, from places (3, n) and motions (3, n); NaN where neither moves against the other.

    Two ships 2 nmi apart at 10 knots each meet head-on after six minutes:

    >>> lat, lon = np.array([0.0, 0.0]), np.array([0.0, 1 / 30])
    >>> at, going = places(lat, lon), motions(lat, lon, np.array([10.0, 10.0]), np.array([90.0, 270.0]))
    >>> met = approaches(at[:, :1], going[:, :1], at[:, 1:], going[:, 1:])
    >>> round(met.tcpa_s[0]), round(met.cpa_m[0]), round(met.relative_kn[0])
    (360, 0, 20)
    """
    apart, up = second - first, first + second
    up /= np.linalg.norm(up, axis=0)
    own, other = _flat(first_ms, up), _flat(second_ms, up)
    relative = other - own
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = np.linalg.norm(relative, axis=0)
        ahead = relative / speed
        return Approach(
            range_m=np.linalg.norm(apart, axis=0),
            cpa_m=_dot(np.cross(apart, ahead, axis=0), up),
            tcpa_s=-_dot(apart, ahead) / speed,
            relative_kn=speed / KNOT_MS,
            first_deg=_angle(own, apart),
            second_deg=_angle(other, -apart),
            first_across=np.sin(np.radians(_angle(own, ahead))),
            second_across=np.sin(np.radians(_angle(other, ahead))),
        )


def _dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    dot: NDArray[np.float64] = np.einsum("ij,ij->j", a, b)
    return dot


def _flat(motion: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.float64]:
    return motion - _dot(motion, up) * up


def _angle(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees between directions, 0 to 180."""
    cosine = _dot(a, b) / np.linalg.norm(a, axis=0) / np.linalg.norm(b, axis=0)
    angle: NDArray[np.float64] = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return angle
