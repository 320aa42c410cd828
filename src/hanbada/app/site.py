"""The picture as the screens ask for it: from the loop's memory, the archive and the log of lines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from hanbada.app import looks
from hanbada.app.dossiers import asked_for, dossier_of
from hanbada.app.looks import Looks
from hanbada.app.outlooks import Outlooks
from hanbada.app.places import drawn_distrust, drawn_reception
from hanbada.app.raw_lines import raw_lines
from hanbada.app.web import frames
from hanbada.app.web.ports import CoverageStep, Hit, PortVisit, Track, TrackPart, VesselCard
from hanbada.model.ids import LINE_BITS
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hanbada.reference.imo import imo_valid
from hanbada.reference.mmsi import flag_of
from hanbada.tracks import calls
from hanbada.tracks.reception import heard_since
from hanbada.tracks.rows import ordered, rows
from hanbada.tracks.segments import Segments, feed
from hanbada.tracks.trust import distrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from hanbada.app.exports import Item
    from hanbada.app.feeding import Feeding
    from hanbada.app.looks import Look
    from hanbada.app.loop import Loop
    from hanbada.app.picture import Seen
    from hanbada.app.trials import Trials, TrialState
    from hanbada.app.web.ports import RawLine, SourceHealth
    from hanbada.model.desk import Rule
    from hanbada.model.records import Detection
    from hanbada.reference.dossier import Dossier, Register
    from hanbada.store.sightings import SeenFile
    from hanbada.tracks.harbours import Harbours
    from hanbada.tracks.identity import Identity as Claimed
    from hanbada.tracks.rows import Rows

BLOCK_US = frames.BLOCK_S * SECOND_US
SILENT_S = 600.0
"""A leg longer than this is drawn dashed: three intervals of a ship at anchor."""
IDENTITY_US = 90 * DAY_US
CALLS_US = 30 * DAY_US
SETTLED_US = 15 * MINUTE_US
"""Blocks of replay older than this change no more, but for what is heard late."""


RECEPTION_US = 6 * HOUR_US
"""How far back reception is told of on the map."""


class LiveSite:
    """The `Site` of a running node."""

    def __init__(
        self,
        loop: Loop,
        feeding: Feeding,
        drawn: dict[str, Any],
        harbours: Harbours,
        trials: Trials,
        registers: Callable[[], Iterable[Register]],
        home: Path,
    ) -> None:
        self._loop, self._feeding, self._drawn, self._harbours, self._trials = loop, feeding, drawn, harbours, trials
        self._registers = registers
        self._outlooks = Outlooks(loop.keeper.read, loop.state.watch.site.identities, loop.now_us)
        self._looks = Looks(home, loop.keeper.read, loop.state.watch.site.identities, loop.now_us)
        self._settled_block = lru_cache(maxsize=256)(self._block)

    @property
    def revision(self) -> int:
        """Grows with every change of a vessel."""
        return self._loop.picture.revision

    @property
    def simulated(self) -> bool:
        """True if anything in the picture is simulated."""
        return self._loop.picture.simulated

    def now_us(self) -> int:
        """The time of the picture."""
        return self._loop.now_us()

    def full_frame(self) -> bytes:
        """Every vessel."""
        return self._loop.picture.frame(self.now_us())

    def delta_frame(self, since: int) -> bytes:
        """The vessels that changed after a revision."""
        return self._loop.picture.frame(self.now_us(), since)

    def vessel(self, mmsi: int) -> VesselCard | None:
        """One vessel, with what it said of itself and where it called."""
        seen = self._loop.picture.seen(mmsi)
        if seen is None:
            return None
        statics = self._statics(mmsi)
        return _card(seen, self._claimed(mmsi), statics, self._heard_by(seen, statics), self._calls(mmsi))

    def _claimed(self, mmsi: int) -> Claimed:
        return self._loop.state.watch.site.identities.get(mmsi)

    def _statics(self, mmsi: int) -> pl.DataFrame:
        now = self.now_us()
        told = pl.DataFrame(self._loop.keeper.read_statics(now - IDENTITY_US, now + DAY_US, mmsi))
        return told.with_columns(feed=pl.col("line_id") // 2**LINE_BITS)

    def _heard_by(self, seen: Seen, statics: pl.DataFrame) -> tuple[str, ...]:
        numbers = [seen.feed, *statics.sort("at", descending=True)["feed"].to_list()]
        return tuple(self._feeding.name_of(number) for number in dict.fromkeys(numbers))

    def dossier(self, mmsi: int) -> Dossier:
        """What the radio of one vessel said lately and what registers and lists say of it."""
        now = self.now_us()
        statics = self._loop.keeper.read_statics(now - IDENTITY_US, now + DAY_US, mmsi)
        name_of = self._feeding.name_of
        return dossier_of(statics, self._registers(), lambda line: name_of(line >> LINE_BITS), [asked_for(str(mmsi))])

    def _calls(self, mmsi: int) -> tuple[PortVisit, ...]:
        """Where a vessel called in the last weeks, the latest first."""
        now = self.now_us()
        kept = ordered(rows(self._loop.keeper.read(now - CALLS_US, now + DAY_US, mmsi)))
        segments = Segments()
        state = calls.start(self._harbours)
        calls.feed(state, kept, feed(segments, kept))
        calls.settle(state, now)
        return tuple(
            PortVisit(
                port=call.port,
                entered_at=call.entered_at,
                left_at=call.left_at,
                stopped_s=call.stopped_s,
                berthed=call.berthed,
            )
            for call in reversed(calls.of(state, segments, mmsi))
        )

    def track(self, mmsi: int, start_us: int, end_us: int) -> Track:
        """Where a vessel was, track by track."""
        return Track(mmsi=mmsi, parts=track_parts(ordered(rows(self._loop.keeper.read(start_us, end_us, mmsi)))))

    def search(self, text: str, limit: int) -> list[Hit]:
        """Vessels by MMSI, IMO number, name or call sign; those that begin with the text first."""
        wanted = " ".join(text.upper().split())
        if not wanted:
            return []
        found = [hit for hit in map(self._hit_of(wanted), self._known()) if hit is not None]
        found.sort(key=lambda ranked: (ranked[0], ranked[1].name or "~", ranked[1].mmsi))
        return [hit for _, hit in found[:limit]]

    def _known(self) -> list[int]:
        return list(dict.fromkeys([*self._loop.picture.known(), *list(self._loop.state.watch.site.identities.votes)]))

    def _hit_of(self, wanted: str) -> Any:
        simulated = self._loop.state.watch.site.simulated

        def hit(mmsi: int) -> tuple[int, Hit] | None:
            said = self._claimed(mmsi)
            fields = {
                "mmsi": str(mmsi),
                "imo": str(said.imo or ""),
                "name": said.name or "",
                "call_sign": said.call_sign or "",
            }
            for rank in (0, 1):
                for matched, value in fields.items():
                    if value.upper().startswith(wanted) if rank == 0 else wanted in value.upper():
                        return rank, Hit(
                            mmsi=mmsi,
                            name=said.name,
                            imo=said.imo,
                            call_sign=said.call_sign,
                            matched=matched,
                            simulated=mmsi in simulated,
                        )
            return None

        return hit

    def replay_block(self, start_us: int) -> bytes:
        """Ten minutes of positions; blocks that change no more are remembered."""
        settled = start_us + BLOCK_US < self.now_us() - SETTLED_US
        return self._settled_block(start_us) if settled else self._block(start_us)

    def _block(self, start_us: int) -> bytes:
        heard = rows(self._loop.keeper.read(start_us, start_us + BLOCK_US))
        mmsi, whose = np.unique(heard.mmsi, return_inverse=True)
        kind, simulated = self._loop.picture.kinds(mmsi.tolist())
        return frames.replay_block(
            frames.Positions(
                at_us=heard.at,
                mmsi=heard.mmsi,
                lon_deg=heard.lon_deg,
                lat_deg=heard.lat_deg,
                sog_kn=heard.sog_kn,
                cog_deg=heard.cog_deg,
                kind=kind[whose],
                flags=np.where(simulated, frames.SIMULATED, 0)[whose],
            ),
            start_us,
        )

    def time_range(self) -> tuple[int, int]:
        """First and last moment that can be replayed."""
        span, now = self._loop.keeper.archive.span(), self.now_us()
        return (now, now) if span is None else (min(span[0], now), now)

    def coverage(self, start_us: int, end_us: int, steps: int) -> list[CoverageStep]:
        """What all receivers heard in equal steps of time."""
        kept = self._loop.keeper.archive.counts(start_us, end_us, steps)
        fresh = self._loop.keeper.unwritten(start_us, end_us)
        step = ((fresh["at"].cast("int64").to_numpy() - start_us) * steps // max(1, end_us - start_us)).tolist()
        new = np.bincount(step, minlength=steps)
        who = [set[int]() for _ in kept]
        for place, mmsi in zip(step, fresh["mmsi"].to_pylist(), strict=True):
            who[place].add(mmsi)
        return [
            CoverageStep(
                start_at=one.start_at, receptions=one.receptions + int(more), vessels=max(one.vessels, len(their))
            )
            for one, more, their in zip(kept, new, who, strict=True)
        ]

    def sources(self) -> list[SourceHealth]:
        """Every feed."""
        return self._feeding.health(self._loop)

    def lines(self, line_ids: tuple[int, ...]) -> list[RawLine]:
        """Raw lines by id, from the log or from the file they were read from."""
        return raw_lines(line_ids, self._loop.lines, self._feeding)

    def port_m(self, found: Detection) -> float:
        """How far from a port a finding began, in metres."""
        return self._loop.port_m(found)

    def try_thresholds(self, rule: Rule) -> TrialState:
        """What a rule's thresholds would have found in the last days."""
        return self._trials.ask(rule)

    def tune(self, kind: str, settings: dict[str, str]) -> None:
        """Let a detector work with other thresholds from now on."""
        self._loop.tune(kind, settings)

    def zones(self) -> dict[str, Any]:
        """Areas to draw as GeoJSON."""
        return self._drawn

    def distrust(self, at_us: int | None = None) -> dict[str, Any]:
        """Where positions are not to be trusted at a moment (now if not given), to draw as GeoJSON."""
        known = list(self._loop.state.watch.site.distrust.values())
        return drawn_distrust(distrusted(known, self.now_us() if at_us is None else at_us))

    def forecast(self, mmsi: int, hours: float) -> list[Item] | None:
        """A vessel's median path and regions for some hours; None while the past is being read."""
        return self._outlooks.of(mmsi, hours)

    def looks(self) -> list[Look]:
        """Files of sightings with what became of each."""
        return self._looks.found()

    def add_sightings(self, one: SeenFile) -> int:
        """Keep a file of sightings; how many there are."""
        return int(self._looks.add(one).sightings.num_rows)

    def drop_sightings(self, key: str) -> None:
        """Forget a file of sightings."""
        self._looks.drop(key)

    def sighted(self, at_us: int | None = None) -> list[Item]:
        """Sightings and lines to the tracks they were matched with, around a moment."""
        return looks.drawn(self._looks.found(), self.now_us() if at_us is None else at_us)

    def reception(self) -> dict[str, Any]:
        """How well each place was heard of late, to draw as GeoJSON; empty where nobody watches for silences."""
        watched = self._loop.state.watch.detectors.get("gap")
        heard = heard_since(watched[1].reception, self.now_us() - RECEPTION_US) if watched else None
        return drawn_reception(heard)


def track_parts(of_one: Rows) -> tuple[TrackPart, ...]:
    """The tracks of one vessel's rows, in order, as lines that do not jump at 180 degrees; without stray reports."""
    placed = ~np.isnan(of_one.lat_deg) & ~np.isnan(of_one.lon_deg)
    trail = feed(Segments(), of_one)
    parts = []
    for track_id in dict.fromkeys(trail.track_id[placed].tolist()):
        mine = np.flatnonzero(placed & (trail.track_id == track_id))
        if len(mine) > 1:
            parts.append(_part(of_one, mine))
    return tuple(parts)


def _part(of_one: Rows, mine: NDArray[np.int64]) -> TrackPart:
    at, lon = of_one.at[mine], of_one.lon_deg[mine]
    return TrackPart(
        at_us=at,
        lon_deg=np.unwrap(lon, period=360.0),
        lat_deg=of_one.lat_deg[mine],
        sog_kn=of_one.sog_kn[mine].astype(np.float32),
        silent=np.diff(at) > SILENT_S * SECOND_US,
    )


def _card(
    seen: Seen,
    said: Claimed,
    statics: pl.DataFrame,
    sources: tuple[str, ...],
    visits: tuple[PortVisit, ...],
) -> VesselCard:
    return VesselCard(
        mmsi=seen.mmsi,
        at=seen.at,
        lat_deg=seen.lat_deg,
        lon_deg=seen.lon_deg,
        kind=seen.kind,
        simulated=seen.simulated,
        sog_kn=_known(seen.sog_kn),
        cog_deg=_known(seen.cog_deg),
        heading_deg=None if seen.heading_deg < 0 else seen.heading_deg,
        nav_status=None if seen.nav_status < 0 else seen.nav_status,
        name=said.name,
        imo=said.imo,
        imo_valid=None if said.imo is None else imo_valid(said.imo),
        call_sign=said.call_sign,
        flag=flag_of(seen.mmsi),
        ship_type=said.ship_type,
        length_m=said.length_m,
        beam_m=said.beam_m,
        draught_m=said.draught_m,
        destination=said.destination,
        eta=said.eta,
        static_at=None if statics.is_empty() else _us(statics["at"].max()),
        lost=seen.lost,
        first_at=seen.first_at,
        reports=seen.reports,
        sources=sources,
        port_visits=visits,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _us(when: Any) -> int | None:
    """UTC microseconds of what Arrow gives for a time."""
    return None if when is None else round(when.timestamp() * 1e6)
