"""Sightings of a running node: files as they were given, matched with what the archive heard around them.

Matching takes seconds, so it is done beside everything else; whoever asks before it is done is told to ask again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from hanbada.app.sightings_of import items, match_all, read_content, scene_of
from hanbada.app.tracks_of import tracked
from hanbada.model.errors import HanbadaError, InputError
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US
from hanbada.store import sightings as store
from hanbada.tracks.rows import rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hanbada.app.exports import Item
    from hanbada.app.sightings_of import ReadFiles
    from hanbada.sightings.matching import Matches
    from hanbada.store.sightings import SeenFile
    from hanbada.tracks.identity import Identities

BEFORE_US, AFTER_US = DAY_US, 3 * HOUR_US
"""How much of the archive around a file's sightings tells where the ships were."""
FRESH_US = DAY_US
AGAIN_US = 15 * MINUTE_US
"""Sightings so young are matched again so often: late reports may say more of them."""


class Look(NamedTuple):
    """A file of sightings: how many rows it had and how many could not be used, and what became of them.

    `matches` is None while it is being matched; `fault` says why it cannot be.
    """

    file: SeenFile
    rows: int
    rejects: tuple[str, ...]
    matches: list[Matches] | None
    shapes: list[Item]
    fault: str = ""


class Looks:
    """The files of a node and what they came to. Any thread may ask."""

    def __init__(
        self, home: Path, read: Callable[[int, int], pa.Table], who: Identities, now_us: Callable[[], int]
    ) -> None:
        self._home, self._read, self._who, self._now_us = home, read, who, now_us
        self._done: dict[str, tuple[int, Look]] = {}
        self._alone = threading.Lock()

    def add(self, one: SeenFile) -> ReadFiles:
        """Keep a file; raises InputError or PackError, keeping nothing, if no sighting in it can be used."""
        read = checked(one)
        store.add(self._home, one)
        return read

    def drop(self, key: str) -> None:
        """Forget a file."""
        store.drop(self._home, key)

    def found(self) -> list[Look]:
        """Every file with what became of its sightings, the latest first; those not matched yet are begun."""
        files = store.kept(self._home)
        due = [one for one in files if self._due(one)]
        if due and self._alone.acquire(blocking=False):
            threading.Thread(target=self._match, args=(due,), name="looks", daemon=True).start()
        return [self._done[one.key][1] if one.key in self._done else _pending(one) for one in files]

    def _due(self, one: SeenFile) -> bool:
        done = self._done.get(one.key)
        if done is None:
            return True
        age_us = self._now_us() - _last(done[1])
        return age_us < FRESH_US and self._now_us() - done[0] > AGAIN_US

    def _match(self, due: list[SeenFile]) -> None:
        try:
            for one in due:
                self._done[one.key] = self._now_us(), self._look(one)
        finally:
            self._alone.release()

    def _look(self, one: SeenFile) -> Look:
        read = read_content(one.name, one.content, one.sensor)
        at = read.sightings["at"].cast(pa.int64()).to_numpy()
        try:
            heard = self._read(int(at.min()) - BEFORE_US, int(at.max()) + AFTER_US)
            told = tracked(rows(heard), self._who)
            found = match_all(read.sightings, told, scene_of(one.scene, one.name))
        except HanbadaError as error:
            return Look(one, read.rows, _said(read), [], [], str(error))
        return Look(one, read.rows, _said(read), found, items(found, told))


def checked(one: SeenFile) -> ReadFiles:
    """What a file holds; raises InputError or PackError if no sighting in it, or not its footprint, can be used."""
    read = read_content(one.name, one.content, one.sensor)
    scene_of(one.scene, f"{one.name}, footprint")
    if not read.sightings.num_rows:
        why = "; ".join(_said(read)[:3]) or "it has no rows"
        message = f"{one.name}: no sighting in it can be used: {why}"
        raise InputError(message)
    return read


def _pending(one: SeenFile) -> Look:
    read = read_content(one.name, one.content, one.sensor)
    return Look(one, read.rows, _said(read), None, [])


def _last(look: Look) -> int:
    return max((one.at for look_ in look.matches or () for one in look_.matches), default=0)


def _said(read: ReadFiles) -> tuple[str, ...]:
    """Rows that could not be used, in words for people who look at the file."""
    return tuple(f"row {one['line_id'] % 2**48}: {one['code']}: {one['detail']}" for one in read.rejects.to_pylist())


def drawn(looks: list[Look], at_us: int) -> list[Item]:
    """What to draw at a moment: sightings of the day before it and of the hour after."""
    shown = [item for look in looks for item in look.shapes]
    return [item for item in shown if item.at is not None and at_us - DAY_US <= item.at <= at_us + HOUR_US]
