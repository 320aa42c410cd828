"""The picture: where every vessel is as we believe it now, in columns, ready to be sent to screens.

The loop changes it, screens read it from other threads; both hold its lock. A vessel's slot is its place in the tracks,
which never changes. `revision` grows with each change, and each slot remembers the revision of its last.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hanbada.app.web import frames
from hanbada.model.ids import LINE_BITS
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US
from hanbada.reference.ship_types_m1371_5 import ship_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from hanbada.tracks.rows import Rows

FIRST_ROOM = 1024
LOST_US = 20 * MINUTE_US
"""Six times the interval of a ship at anchor: who is silent for longer is drawn as lost."""
FORGOTTEN_US = 48 * HOUR_US
MOORED = (1, 5)
SHOWN, LOST_ONES, FORGOTTEN = 0, 1, 2
"""Standing of a vessel in the picture."""

_COLUMNS = {
    "mmsi": np.int64, "at": np.int64, "first_at": np.int64, "reports": np.int64, "revision": np.int64,
    "lat_deg": np.float64, "lon_deg": np.float64, "sog_kn": np.float64, "cog_deg": np.float64,
    "heading_deg": np.int64, "nav_status": np.int64, "kind": np.int64, "simulated": np.bool_, "severity": np.int64,
    "standing": np.int64, "feed": np.int64,
}  # fmt: skip


class Seen(NamedTuple):
    """One vessel as it was seen last; NaN and -1 are unknown."""

    mmsi: int
    at: int
    first_at: int
    reports: int
    lat_deg: float
    lon_deg: float
    sog_kn: float
    cog_deg: float
    heading_deg: int
    nav_status: int
    kind: int
    simulated: bool
    lost: bool
    feed: int


class Picture:
    """Vessels by slot. One thread changes it, any may read it."""

    def __init__(self) -> None:
        self.revision = 0
        self.simulated = False
        self.lock = threading.Lock()
        self._count = 0
        self._slots: dict[int, int] = {}
        self._columns: dict[str, NDArray[Any]] = {name: np.zeros(FIRST_ROOM, kind) for name, kind in _COLUMNS.items()}

    def __len__(self) -> int:
        return self._count

    def take(self, rows: Rows, slot: NDArray[np.int64], simulated: NDArray[np.bool_]) -> list[int]:
        """Rows in the order of time, the slot of each, and whether it is simulated; the MMSI that were not known."""
        if not len(slot):
            return []
        with self.lock:
            self._make_room(int(slot.max()) + 1)
            self.revision += 1
            columns = self._columns
            np.add.at(columns["reports"], slot, 1)
            first = columns["first_at"]
            new = first[slot] == 0
            first[slot[new][::-1]] = rows.at[new][::-1]
            columns["kind"][slot[new]] = ship_class(None)
            here = np.flatnonzero((rows.at >= columns["at"][slot]) & ~np.isnan(rows.lat_deg) & ~np.isnan(rows.lon_deg))
            self._move(rows, slot, simulated, here)
            return [int(one) for one in np.unique(rows.mmsi[new])]

    def _move(self, rows: Rows, slot: NDArray[np.int64], simulated: NDArray[np.bool_], here: NDArray[np.int64]) -> None:
        """What rows say of their vessels; among several of one vessel the last counts."""
        columns, place = self._columns, slot[here]
        for name in ("mmsi", "at", "lat_deg", "lon_deg", "sog_kn", "cog_deg", "heading_deg", "nav_status"):
            columns[name][place] = getattr(rows, name)[here]
        columns["feed"][place] = rows.line_id[here] >> LINE_BITS
        columns["simulated"][place] = simulated[here]
        columns["standing"][place] = SHOWN
        columns["revision"][place] = self.revision
        self.simulated = self.simulated or bool(simulated.any())
        self._slots.update(zip(rows.mmsi[here].tolist(), place.tolist(), strict=True))

    def _make_room(self, count: int) -> None:
        if count > len(self._columns["at"]):
            room = max(2 * len(self._columns["at"]), count)
            for name, column in self._columns.items():
                grown = np.zeros(room, column.dtype)
                grown[: len(column)] = column
                self._columns[name] = grown
        self._count = max(self._count, count)

    def name_kinds(self, ship_types: Mapping[int, int | None]) -> None:
        """Types of ship by MMSI."""
        with self.lock:
            for mmsi, ship_type in ship_types.items():
                slot, kind = self._slots.get(mmsi), ship_class(ship_type)
                if slot is not None and self._columns["kind"][slot] != kind:
                    self._columns["kind"][slot] = kind
                    self._changed(slot)

    def grade(self, severities: Mapping[int, int]) -> None:
        """The rank of the gravest open alert of each vessel that has one: 1 caution, 2 warning, 3 alarm."""
        with self.lock:
            column = self._columns["severity"]
            wanted = np.zeros_like(column)
            for mmsi, rank in severities.items():
                slot = self._slots.get(mmsi)
                if slot is not None:
                    wanted[slot] = rank
            changed = np.flatnonzero(wanted != column)
            self._columns["severity"] = wanted
            self._changed(changed)

    def age(self, now_us: int) -> None:
        """Vessels that fell silent become lost, and after two days forgotten."""
        with self.lock:
            columns, n = self._columns, self._count
            silent = now_us - columns["at"][:n]
            standing = np.where(silent > FORGOTTEN_US, FORGOTTEN, np.where(silent > LOST_US, LOST_ONES, SHOWN))
            changed = np.flatnonzero((standing != columns["standing"][:n]) & (columns["mmsi"][:n] > 0))
            columns["standing"][changed] = standing[changed]
            self._changed(changed)

    def _changed(self, slots: int | NDArray[np.int64]) -> None:
        if isinstance(slots, int) or len(slots):
            self.revision += 1
            self._columns["revision"][slots] = self.revision

    def frame(self, now_us: int, since: int | None = None) -> bytes:
        """Every vessel, or those that changed after a revision, as a vessel frame."""
        with self.lock:
            n, revision = self._count, self.revision
            known = self._columns["mmsi"][:n] > 0
            if since is None:
                wanted = known & (self._columns["standing"][:n] != FORGOTTEN)
            else:
                wanted = known & (self._columns["revision"][:n] > since)
            slot = np.flatnonzero(wanted)
            columns = {name: column[slot] for name, column in self._columns.items()}
        marks = (frames.FULL if since is None else 0) | (frames.SIMULATED_PICTURE if self.simulated else 0)
        vessels = _vessels(columns, slot, now_us)
        return frames.vessel_frame(vessels, epoch_s=now_us / 1e6, revision=revision, marks=marks)

    def seen(self, mmsi: int) -> Seen | None:
        """One vessel."""
        with self.lock:
            slot = self._slots.get(mmsi)
            if slot is None:
                return None
            values = {name: column[slot].item() for name, column in self._columns.items()}
        lost = values.pop("standing") != SHOWN
        return Seen(**{name: value for name, value in values.items() if name in Seen._fields}, lost=lost)

    def known(self) -> list[int]:
        """The MMSI of every vessel."""
        with self.lock:
            return list(self._slots)

    def kinds(self, mmsi: Iterable[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Kind of each vessel, and whether it is simulated; 7 (other) for those not in the picture."""
        with self.lock:
            slot = np.array([self._slots.get(one, -1) for one in mmsi], np.int64)
            known = slot >= 0
            kind = np.where(known, self._columns["kind"][slot], ship_class(None))
            return kind, self._columns["simulated"][slot] & known


def _vessels(columns: dict[str, NDArray[Any]], slot: NDArray[np.int64], now_us: int) -> frames.Vessels:
    standing = columns["standing"]
    flags = np.where(columns["simulated"], frames.SIMULATED, 0) | np.where(standing == LOST_ONES, frames.LOST, 0)
    flags = flags | np.where(np.isin(columns["nav_status"], MOORED), frames.MOORED, 0)
    heading = columns["heading_deg"].astype(np.float64)
    return frames.Vessels(
        lon_deg=columns["lon_deg"],
        lat_deg=columns["lat_deg"],
        mmsi=columns["mmsi"],
        slot=slot,
        sog_kn=columns["sog_kn"],
        cog_deg=columns["cog_deg"],
        heading_deg=np.where(heading < 0, np.nan, heading),
        age_s=(now_us - columns["at"]) / SECOND_US,
        kind=np.where(standing == FORGOTTEN, frames.GONE, columns["kind"]).astype(np.int64),
        flags=(flags | frames.severity_flags(columns["severity"])).astype(np.int64),
    )
