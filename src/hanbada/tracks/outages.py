"""Signs slot by slot: which ships do not know their place, who is heard around them, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hanbada.geo.sphere import EARTH_M, NMI_M, RADIANS
from hanbada.tracks import fixes_kernel as k
from hanbada.tracks.fixes import Signs, joined, near_any, none, take
from hanbada.tracks.ticks import near_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SHIPS = (200_000_000, 800_000_000)
"""MMSI of ships; beacons, base stations and aids to navigation are no witnesses."""
MUTE_SLOTS = 3
"""A ship that tells of itself and reports no place for half an hour is mute: three slots, in which ten were due."""
WELL_HEARD, OF_SLOTS = 5, 6
"""If she was heard in most slots of an hour before: at the edge of reception any message may be missed."""
KNOWN_SLOTS = 144
"""A day: where a ship was before is no longer where she is."""
OWN_WAY_SLOTS = 144
"""A day of a ship's way is compared with where she is said to be: clocks are wrong by hours, ships come back."""
OWN_WAY_M, OWN_WAY_DEG = NMI_M, 10.0


@dataclass(slots=True)
class Slots:
    """Signs and static reports by slot of ten minutes, from the first kept. Owned by one fold, changed in place."""

    signs: dict[int, list[Signs]] = field(default_factory=dict)
    spoken: dict[int, list[tuple[Ints, Ints]]] = field(default_factory=dict)
    first: int = 0


def add(state: Slots, signs: Signs) -> None:
    """Put signs of ships into their slots."""
    signs = take(signs, (signs.mmsi >= SHIPS[0]) & (signs.mmsi < SHIPS[1]))
    signs = take(signs, np.argsort(signs.slot, kind="stable"))
    slots, begins = np.unique(signs.slot, return_index=True)
    edges = [*begins.tolist(), len(signs.slot)]
    for slot, (begin, end) in zip(slots.tolist(), pairwise(edges), strict=True):
        state.signs.setdefault(slot, []).append(take(signs, slice(begin, end)))


def add_spoken(state: Slots, at: Ints, mmsi: Ints, line_id: Ints) -> set[int]:
    """Put static reports of ships into their slots; which slots."""
    ship, slots = (mmsi >= SHIPS[0]) & (mmsi < SHIPS[1]), at // k.SLOT_US
    found: set[int] = set(np.unique(slots[ship]).tolist())
    for slot in found:
        mine = ship & (slots == slot)
        state.spoken.setdefault(slot, []).append((mmsi[mine], line_id[mine]))
    return found


def of(state: Slots, slot: int) -> Signs:
    """All signs of a slot."""
    parts = state.signs.get(slot)
    if parts is None:
        return none()
    if len(parts) > 1:
        state.signs[slot] = parts = [joined(parts)]
    return parts[0]


def drop(state: Slots, since: dict[int, int]) -> set[int]:
    """Drop the signs of some vessels from a time each; the slots that lost some. Static reports stay."""
    mmsi = np.array(sorted(since), np.int64)
    first = np.array([since[one] for one in mmsi.tolist()], np.int64)
    earliest, touched = int(first.min(initial=1 << 62)) // k.SLOT_US, set()
    for slot in [slot for slot in state.signs if slot >= earliest]:
        signs = of(state, slot)
        place = np.minimum(np.searchsorted(mmsi, signs.mmsi), len(mmsi) - 1)
        gone = (mmsi[place] == signs.mmsi) & (signs.at >= first[place])
        if gone.any():
            state.signs[slot] = [take(signs, ~gone)]
            touched.add(slot)
    return touched


def homes(state: Slots, since: dict[int, int]) -> Signs:
    """The last sign at home of each of some vessels before a time each, where one was kept."""
    latest, found = max(since.values(), default=0) // k.SLOT_US, [none()]
    for slot in [slot for slot in state.signs if slot <= latest]:
        signs = of(state, slot)
        before = np.array([since.get(one, 0) for one in signs.mmsi.tolist()], np.int64)
        found.append(take(signs, (signs.what == k.HEARD) & (signs.at < before)))
    signs = joined(found)
    signs = take(signs, np.lexsort((-signs.at, signs.mmsi)))
    return take(signs, np.append(True, signs.mmsi[1:] != signs.mmsi[:-1])[: len(signs.mmsi)])


def keep_latest(state: Slots, count: int) -> None:
    """Drop all but the latest slots, by their number: so no clock that runs ahead takes what others need."""
    held = sorted(state.signs.keys() | state.spoken.keys())
    for old in held[:-count]:
        state.signs.pop(old, None)
        state.spoken.pop(old, None)
    if len(held) > count:
        state.first = max(state.first, held[-count])


def affected(state: Slots, slot: int, least: int) -> Signs:
    """One sign for each ship that did not know her place in a slot or the one before; none if fewer than `least`."""
    signs = joined([part for one in (slot, slot - 1) for part in (_shown(state, one), _mute(state, one))])
    if len(signs.mmsi) < least:
        return none()
    signs = take(signs, np.lexsort((signs.line_id, -signs.at, -signs.what, signs.mmsi)))
    return take(signs, np.append(True, signs.mmsi[1:] != signs.mmsi[:-1]))


def _shown(state: Slots, slot: int) -> Signs:
    """The signs of a slot, but for those elsewhere of ships heard at home as well: these are two on one number."""
    now = of(state, slot)
    home = now.mmsi[now.what == k.HEARD]
    return take(now, (now.what != k.HEARD) & ~((now.what == k.AWAY) & np.isin(now.mmsi, home)))


def _mute(state: Slots, slot: int) -> Signs:
    """Signs of ships that tell of themselves, and report no place, and were well heard before."""
    if slot not in state.spoken:
        return none()
    mmsi, line = (np.concatenate(column) for column in zip(*state.spoken[slot], strict=True))
    for back in range(MUTE_SLOTS):
        silent = ~np.isin(mmsi, of(state, slot - back).mmsi)
        mmsi, line = mmsi[silent], line[silent]
    mmsi, first = np.unique(mmsi, return_index=True)
    last = _last_heard(state, slot - MUTE_SLOTS, mmsi)
    line = line[first][np.isin(mmsi, last.mmsi)]
    nowhere = np.full(len(line), np.nan)
    return last._replace(
        slot=np.full(len(line), slot), what=np.full(len(line), k.MUTE), at=np.full(len(line), slot * k.SLOT_US),
        source=line >> np.int64(48), line_id=line, to_lat_deg=nowhere, to_lon_deg=nowhere,
    )  # fmt: skip


def _last_heard(state: Slots, slot: int, mmsi: Ints) -> Signs:
    """The last signs at home of some ships, from a slot backwards, of those that were well heard then; by MMSI."""
    found, left = [none()], mmsi
    for back in range(KNOWN_SLOTS):
        if not len(left):
            break
        signs = of(state, slot - back)
        mine = take(signs, (signs.what == k.HEARD) & np.isin(signs.mmsi, left))
        if len(mine.mmsi):
            times = np.zeros(len(mine.mmsi), np.int64)
            for before in range(OF_SLOTS):
                then = of(state, slot - back - before)
                times += np.isin(mine.mmsi, then.mmsi[then.what == k.HEARD])
            found.append(take(mine, times >= WELL_HEARD))
            left = left[~np.isin(left, mine.mmsi)]
    signs = joined(found)
    return take(signs, np.argsort(signs.mmsi))


def without_own_way(state: Slots, slot: int, signs: Signs, mmsi: Ints) -> Signs:
    """Without ships said to be elsewhere on their own way, of some: a wrong clock or an old report put them there."""
    before = [of(state, slot - back) for back in range(OWN_WAY_SLOTS)]
    way = joined([take(one, (one.what == k.HEARD) & np.isin(one.mmsi, mmsi)) for one in before])
    way = take(way, np.lexsort((way.at, way.mmsi)))
    kept = np.ones(len(signs.mmsi), np.bool_)
    for i in np.flatnonzero((signs.what == k.AWAY) & np.isin(signs.mmsi, mmsi)).tolist():
        own = slice(*np.searchsorted(way.mmsi, [signs.mmsi[i], signs.mmsi[i] + 1]))
        kept[i] = not _on_own_way(take(way, own), signs, i)
    return take(signs, kept)


def _on_own_way(own: Signs, signs: Signs, i: int) -> bool:
    """Whether the place said in a sign lies on the way of its ship, or on its course made good."""
    lat = np.append(own.lat_deg, signs.lat_deg[i])
    lon = np.append(own.lon_deg, signs.lon_deg[i])
    wide = np.cos(signs.to_lat_deg[i] * RADIANS)
    x = ((lon - signs.to_lon_deg[i] + 540.0) % 360.0 - 180.0) * wide * RADIANS * EARTH_M
    y = (lat - signs.to_lat_deg[i]) * RADIANS * EARTH_M
    if _to_line_m(x, y) <= OWN_WAY_M:
        return True
    far = np.flatnonzero(np.hypot(x - x[-1], y - y[-1]) >= OWN_WAY_M)
    if not len(far):
        return False
    course = np.arctan2(x[-1] - x[far[-1]], y[-1] - y[far[-1]])
    angle = np.degrees(np.arctan2(-x[-1], -y[-1]) - course)
    return bool(abs((angle + 180.0) % 360.0 - 180.0) <= OWN_WAY_DEG)


def _to_line_m(x: Floats, y: Floats) -> float:
    """Metres from the origin to a line through some points."""
    if len(x) < 2:
        return float(np.hypot(x[0], y[0]))
    along_x, along_y = np.diff(x), np.diff(y)
    long = np.maximum(along_x**2 + along_y**2, 1e-9)
    share = np.clip(-(x[:-1] * along_x + y[:-1] * along_y) / long, 0.0, 1.0)
    return float(np.hypot(x[:-1] + share * along_x, y[:-1] + share * along_y).min())


def clusters(signs: Signs, near_m: float, target_m: float, least: int) -> list[Signs]:
    """Ships with a sign that go together: each core has `least` of them within reach, itself among them.

    Within reach by where they are believed to be, or by where they are said to be. Ships at the edge of several
    clusters belong to each.
    """
    pairs = _pairs(signs, near_m, target_m)
    core = np.bincount(pairs.ravel(), minlength=len(signs.mmsi)) + 1 >= least
    label = np.arange(len(signs.mmsi))
    joining = pairs[core[pairs].all(1)]
    while True:
        low = label.copy()
        for a, b in ((0, 1), (1, 0)):
            np.minimum.at(low, joining[:, a], label[joining[:, b]])
        if np.array_equal(low, label):
            break
        label = low
    found = []
    for one in np.unique(label[core]).tolist():
        cores = core & (label == one)
        touching = pairs[cores[pairs].any(1)].ravel()
        cores[touching] = True
        found.append(take(signs, cores))
    return found


def _pairs(signs: Signs, near_m: float, target_m: float) -> Ints:
    """Each pair within reach once, as two columns of places in `signs`."""
    same = np.zeros(len(signs.mmsi), np.int64)
    a, b, _ = near_pairs(same, signs.lat_deg, signs.lon_deg, signs.mmsi, near_m)
    moved = np.flatnonzero(signs.what == k.AWAY)
    c, d, _ = near_pairs(same[moved], signs.to_lat_deg[moved], signs.to_lon_deg[moved], signs.mmsi[moved], target_m)
    both = np.concatenate([np.column_stack([a, b]), np.column_stack([moved[c], moved[d]])])
    return np.unique(both, axis=0)


def heard_near(state: Slots, slot: int, cluster: Signs, reach_m: float) -> tuple[int, int]:
    """Ships heard within reach of a cluster's ships in a slot or the one before, these among them.

    And how many receivers heard the others.
    """
    now = joined([of(state, slot), of(state, slot - 1)])
    sound = take(now, (now.what == k.HEARD) & ~np.isin(now.mmsi, cluster.mmsi))
    near = take(sound, near_any(sound.lat_deg, sound.lon_deg, cluster.lat_deg, cluster.lon_deg, reach_m))
    return len(cluster.mmsi) + len(np.unique(near.mmsi)), len(np.unique(near.source))
