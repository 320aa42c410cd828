"""A site and a desk in memory: what the screens are tested and developed against. Same seed, same sea."""

from __future__ import annotations

import hashlib
import math
import threading
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from hanbada.app.exports import Item, Shape
from hanbada.app.looks import Look
from hanbada.app.sightings_of import read_content
from hanbada.app.trials import Trial, TrialState
from hanbada.app.web import frames
from hanbada.app.web.ports import (
    CoverageStep,
    Hit,
    PortVisit,
    RawLine,
    SourceHealth,
    Track,
    TrackPart,
    VesselCard,
)
from hanbada.incidents import campaign as campaign_rules
from hanbada.incidents import documents, rules, standing
from hanbada.incidents import incident as incident_rules
from hanbada.model.audit import AuditStanding, EntriesWanted
from hanbada.model.desk import (
    AlertFilter,
    AlertView,
    DeskEvent,
    ItemsWanted,
    KeptItem,
    NodeProfile,
    Outcome,
    Rule,
    Signed,
    User,
)
from hanbada.model.errors import InputError, NotFoundError, RefusedError, UsageError
from hanbada.model.records import (
    SEVERITIES,
    Alert,
    Asserted,
    CounterEvidence,
    Coverage,
    Detection,
    Geometry,
    Handover,
    Incident,
    LogEntry,
    Reason,
    Vessel,
)
from hanbada.model.register import KIND_OF, Kept
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US, parse_time
from hanbada.reference.dossier import Dossier, Fact, Listing, merged
from hanbada.sightings.matching import Candidate, Match, Matches
from hanbada.store import packs
from hanbada.store.items import Keeping, key_of
from hanbada.store.ledger import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hanbada.model.register import Row
    from hanbada.store.sightings import SeenFile

NOW_US = parse_time("2026-11-22T10:43:18Z") or 0
HISTORY_US = 30 * HOUR_US
DEAF = (NOW_US - 9 * HOUR_US, NOW_US - 8 * HOUR_US)
HOSTILE = "\u202eGNP.exe<script>alert(1)</script>\"'=1+1"
NAMES = (
    "HANBIT",
    "SAEBYEOL",
    "MUGUNGHWA",
    "NORDSEE",
    "OCEAN STAR",
    "PACIFIC",
    "ARIRANG",
    "LA MER",
    "DONGHAE",
    "VIKING",
)
KINDS = (0.34, 0.17, 0.05, 0.02, 0.08, 0.24, 0.04, 0.06)


NOTHING_LOGGED = AuditStanding(entries=0, head="0" * 64, size=0, covered=0, closed_at=None, partners=(), verified=None)


@dataclass(frozen=True)
class Special:
    """A vessel with a story."""

    mmsi: int
    name: str
    lat: float
    lon: float
    sog: float
    cog: float
    kind: int
    severity: int = 0
    simulated: bool = False
    silent_h: tuple[float, float] | None = None


SPECIALS = (
    Special(440123450, "HANBIT 9948", 34.62, 129.02, 14.3, 68.0, 0, 3, silent_h=(6.4, 3.2)),
    Special(440987650, "SAEBYEOL 7", 34.90, 129.62, 2.1, 40.0, 1, 3),
    Special(431000777, "KAIYO MARU", 34.885, 129.64, 2.4, 52.0, 5, 2),
    Special(412345670, "OCEAN STAR 31", 34.20, 127.95, 11.2, 268.0, 1, 2),
    Special(636012345, "PACIFIC GRACE", 35.60, 129.95, 13.1, 22.0, 0, 1),
    Special(273456780, HOSTILE, 34.40, 130.05, 8.0, 300.0, 7),
    Special(440555010, "EXERCISE HAEDONG 1", 33.75, 129.20, 17.5, 12.0, 6, 2, simulated=True),
    Special(440555020, "EXERCISE HAEDONG 2", 33.62, 129.05, 16.9, 12.0, 6, simulated=True),
    Special(503000111, "DATELINE", 12.4, 179.4, 15.0, 80.0, 0),
    Special(440000099, "", 35.05, 129.10, 0.0, 0.0, 4),
)


@cache
def sea_legs() -> np.ndarray:
    """Legs of the sea network that is built in: from lon, lat to lon, lat; straight on across 180 degrees."""
    legs = packs.built_in("network").rows
    ends = ("from_lon_deg", "from_lat_deg", "to_lon_deg", "to_lat_deg")
    found = np.column_stack([legs[end].to_numpy() for end in ends])
    found[:, 2] = found[:, 0] + (found[:, 2] - found[:, 0] + 180) % 360 - 180
    return found


def spread(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Longitudes, latitudes and courses of ships along the sea network, crowded in east Asia and Europe."""
    legs = sea_legs()
    middle = (legs[:, :2] + legs[:, 2:]) / 2
    length = np.hypot(*(legs[:, 2:] - legs[:, :2]).T)
    weight = np.minimum(length, 4) + 0.02
    for lon, lat, width, gain in ((127, 33, 9, 20), (118, 22, 9, 9), (104, 3, 7, 7), (3, 52, 8, 12), (15, 38, 12, 4)):
        weight *= 1 + gain * np.exp(-((middle[:, 0] - lon) ** 2 + (middle[:, 1] - lat) ** 2) / (2 * width**2))
    chosen = rng.choice(len(legs), count, p=weight / weight.sum())
    along, aside = rng.random(count), rng.normal(0, 0.16, (2, count))
    lon = legs[chosen, 0] + along * (legs[chosen, 2] - legs[chosen, 0]) + aside[0]
    lat = legs[chosen, 1] + along * (legs[chosen, 3] - legs[chosen, 1]) + aside[1]
    course = np.degrees(np.arctan2(legs[chosen, 2] - legs[chosen, 0], legs[chosen, 3] - legs[chosen, 1]))
    course += np.where(rng.random(count) < 0.5, 180, 0) + rng.normal(0, 9, count)
    return (lon + 180) % 360 - 180, np.clip(lat, -75, 78), course % 360


def sailed(lat: Any, lon: Any, sog: Any, cog: Any, row: Any, at_us: Any) -> tuple[Any, Any]:
    """Running longitude and latitude at a moment of what is at a place at NOW_US, keeping its course but for a little."""
    hours = (at_us - NOW_US) / HOUR_US
    course = np.radians(cog) + 0.05 * np.sin(hours * 1.3 + row)
    way = np.where(np.asarray(sog) < 0.5, 0, sog) * hours / 60
    return lon + way * np.sin(course) / np.cos(np.radians(lat)), np.clip(lat + way * np.cos(course), -84, 84)


def look_at(one: SeenFile, *, done: bool) -> Look:
    """A file whose first sighting is the first special ship; nobody hears the others."""
    read = read_content(one.name, one.content, one.sensor)
    said = tuple(f"row: {each['code']}" for each in read.rejects.to_pylist())
    rows = read.sightings.to_pylist()
    matches = tuple(
        Match(
            sighting_id=row["sighting_id"], line_id=row["line_id"], at=NOW_US, lat_deg=row["lat_deg"],
            lon_deg=row["lon_deg"], verdict="dark" if n else "matched", runner_up=None, unheard=0.97 if n else 0.02,
            dark=0.9 if n else 0.01,
            track=None if n else Candidate(
                mmsi=SPECIALS[0].mmsi, track_id=1, probability=0.96, away_m=80.0, shift_m=0.0, silence_s=30.0
            ),
        )
        for n, row in enumerate(rows)
    )  # fmt: skip
    whole = Matches(
        matches=matches, missed=(), heard=1.0, dark=len(rows) - 1.0, no_ship=0.0, area_km2=10.0, dark_per_km2=0.1,
        detected=0.9,
    )  # fmt: skip
    shapes = [
        Item(
            id=each.sighting_id, name=each.sighting_id, at=each.at, facts={"verdict": each.verdict},
            shapes=(Shape(kind="point", points=((each.lon_deg, each.lat_deg),)),),
        )
        for each in matches
    ]  # fmt: skip
    return Look(one, read.rows, said, [whole] if done else None, shapes if done else [])


class FakeSite:
    """Ships that keep course and speed; every report is a position of that line."""

    def __init__(self, vessels: int = 300, seed: int = 7, clock: Callable[[], int] | None = None) -> None:
        rng = np.random.default_rng(seed)
        self._clock = clock
        self._now = NOW_US
        self._lock = threading.Lock()
        self.revision = 1
        self.simulated = True
        self.deaf: tuple[int, int] = DEAF
        self.asked = 0
        self.tried: list[dict[str, str]] = []
        self.tuned: list[tuple[str, dict[str, str]]] = []
        self.seen_files: list[SeenFile] = []
        self.matched = True
        count = max(0, vessels - len(SPECIALS))
        lon, lat, course = spread(count, rng)
        kind = rng.choice(8, count, p=KINDS)
        moored = rng.random(count) < 0.3
        sog = np.where(moored, rng.random(count) * 0.3, np.clip(rng.normal(12, 4, count), 0.6, 26))
        self.lon0 = np.concatenate([[s.lon for s in SPECIALS], lon])[:vessels]
        self.lat0 = np.concatenate([[s.lat for s in SPECIALS], lat])[:vessels]
        self.sog = np.concatenate([[s.sog for s in SPECIALS], sog])[:vessels].round(1)
        self.cog = np.concatenate([[s.cog for s in SPECIALS], course])[:vessels].round(1)
        self.kind = np.concatenate([[s.kind for s in SPECIALS], kind])[:vessels].astype(int)
        self.mmsi = np.concatenate(
            [[s.mmsi for s in SPECIALS], 200_000_000 + np.arange(count) * 2_503 + rng.integers(0, 2_503, count)]
        )
        self.mmsi = self.mmsi[:vessels].astype(int)
        age_s = np.where(rng.random(count) < 0.9, rng.random(count) * 240, rng.random(count) * 5400)
        self.at = np.concatenate([np.full(len(SPECIALS), 8.0), age_s])[:vessels]
        self.at = (NOW_US - self.at * SECOND_US).astype(np.int64)
        self.flags = np.where(self.sog < 0.5, frames.MOORED, 0)
        self.flags |= np.where((NOW_US - self.at) > 40 * MINUTE_US, frames.LOST, 0)
        for n, special in enumerate(SPECIALS[:vessels]):
            self.flags[n] |= int(frames.severity_flags(np.array([special.severity]))[0])
            self.flags[n] |= frames.SIMULATED if special.simulated else 0
        self.changed = np.ones(len(self.mmsi), np.int64)
        self.rows = {int(m): n for n, m in enumerate(self.mmsi)}

    def alarm(self, count: int, seed: int = 3) -> None:
        """Give alerts to some vessels, for a crowded picture."""
        rng = np.random.default_rng(seed)
        chosen = rng.permutation(len(self.mmsi))[:count]
        self.flags[chosen] |= frames.severity_flags(rng.choice([1, 2, 2, 3], count))

    def now_us(self) -> int:
        return self._clock() if self._clock else self._now

    def advance(self, us: int) -> None:
        self._now += us

    def tick(self, reports: int = 20, seed: int | None = None) -> None:
        """Some vessels report again."""
        with self._lock:
            rng = np.random.default_rng(seed if seed is not None else self.revision)
            chosen = rng.permutation(len(self.mmsi))[:reports]
            self.revision += 1
            self.at[chosen] = self.now_us()
            self.flags[chosen] &= ~frames.LOST
            self.changed[chosen] = self.revision

    def places(self, rows: np.ndarray, at_us: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Running longitudes and latitudes of vessels at moments."""
        return sailed(self.lat0[rows], self.lon0[rows], self.sog[rows], self.cog[rows], rows, at_us)

    def _frame(self, rows: np.ndarray, marks: int) -> bytes:
        lon, lat = self.places(rows, self.at[rows])
        vessels = frames.Vessels(
            lon_deg=(lon + 180) % 360 - 180,
            lat_deg=lat,
            mmsi=self.mmsi[rows],
            slot=rows,
            sog_kn=self.sog[rows],
            cog_deg=self.cog[rows],
            heading_deg=np.where(rows % 9 == 4, np.nan, self.cog[rows]),
            age_s=(self.now_us() - self.at[rows]) / SECOND_US,
            kind=self.kind[rows],
            flags=self.flags[rows],
        )
        marks |= frames.SIMULATED_PICTURE if self.simulated else 0
        return frames.vessel_frame(vessels, epoch_s=self.now_us() / SECOND_US, revision=self.revision, marks=marks)

    def full_frame(self) -> bytes:
        with self._lock:
            return self._frame(np.arange(len(self.mmsi)), frames.FULL)

    def delta_frame(self, since: int) -> bytes:
        with self._lock:
            return self._frame(np.flatnonzero(self.changed > since), 0)

    def name(self, row: int) -> str | None:
        if row < len(SPECIALS):
            return SPECIALS[row].name or None
        return f"{NAMES[row % len(NAMES)]} {row}" if row % 13 else None

    def vessel(self, mmsi: int) -> VesselCard | None:
        row = self.rows.get(mmsi)
        if row is None:
            return None
        (lon,), (lat,) = self.places(np.array([row]), self.at[row : row + 1])
        name, simulated = self.name(row), bool(self.flags[row] & frames.SIMULATED)
        at, source = int(self.at[row]), "simulator" if simulated else "korea-strait"
        return VesselCard(
            mmsi=mmsi, at=at, lat_deg=float(lat), lon_deg=float((lon + 180) % 360 - 180), kind=int(self.kind[row]),
            simulated=simulated, sog_kn=float(self.sog[row]), cog_deg=float(self.cog[row]),
            heading_deg=None if row % 9 == 4 else round(float(self.cog[row])) % 360, nav_status=5 if self.sog[row] < 0.5 else 0,
            name=name, imo=9_000_000 + row, imo_valid=row % 7 != 3, call_sign=f"D{row:04d}", flag=("KOR", "PAN", "JPN", "LBR")[row % 4],
            ship_type=70, length_m=180.0 + row % 90, beam_m=28.0, draught_m=8.1, destination=HOSTILE if row == 5 else "KR PUS",
            eta="11-23T06:00", static_at=at, watched=bool(self.flags[row] & frames.WATCHED), lost=bool(self.flags[row] & frames.LOST),
            first_at=NOW_US - 40 * HOUR_US, reports=4210 + row, sources=(source,) if simulated else (source, "coast-b"),
            port_visits=(PortVisit(port="Busan", entered_at=NOW_US - 60 * HOUR_US, left_at=NOW_US - 41 * HOUR_US, stopped_s=62_000, berthed=True),),
        )  # fmt: skip

    def dossier(self, mmsi: int) -> Dossier:
        """Radio and register disagree about flag and length; a name of the register is another."""
        row = self.rows.get(mmsi)
        if row is None:
            return merged([], [])
        radio = {"source": "korea-strait", "origin": "radio", "reliability": "D", "first_at": NOW_US - 40 * HOUR_US,
                 "last_at": int(self.at[row]), "count": 212}  # fmt: skip
        register = {"source": "Port register", "origin": "port", "reliability": "B", "last_at": NOW_US - 900 * HOUR_US}
        said = (("name", self.name(row) or "-"), ("imo", str(9_000_000 + row)), ("mmsi", str(mmsi)),
                ("call_sign", f"D{row:04d}"), ("flag", "KR"), ("ship_type", "Cargo"), ("length_m", "180"), ("destination", HOSTILE if row == 5 else "KR PUS"))  # fmt: skip
        listed = (
            ("name", self.name(row) or "-"),
            ("former_name", "OCEAN STAR"),
            ("flag", "PA"),
            ("length_m", "182"),
            ("gross_tonnage", "23000"),
        )
        facts = [Fact(what=what, value=value, **radio) for what, value in said]
        facts += [Fact(what=what, value=value, **register) for what, value in listed]
        listing = Listing(which="user", title="A list of the user's own", watch=True, matched_by="name", name="OCEAN STAR",
                          programme="Port list", note=HOSTILE if row == 5 else "seen off Busan", reliability="F", dated_at=NOW_US)  # fmt: skip
        return merged(facts, [listing])

    def track(self, mmsi: int, start_us: int, end_us: int) -> Track:
        row = self.rows.get(mmsi)
        start_us, end_us = max(start_us, NOW_US - HISTORY_US), min(end_us, self.now_us())
        if row is None or end_us <= start_us:
            return Track(mmsi=mmsi, parts=())
        at = np.arange(start_us, end_us, 2 * MINUTE_US, np.int64)
        quiet = SPECIALS[row].silent_h if row < len(SPECIALS) else None
        if quiet:
            at = at[(at < NOW_US - quiet[0] * HOUR_US) | (at > NOW_US - quiet[1] * HOUR_US)]
        lon, lat = self.places(np.full(len(at), row), at)
        sog = np.clip(self.sog[row] + 6 * np.sin((at - NOW_US) / HOUR_US * 1.7 + row), 0, 30).astype(np.float32)
        silent = np.diff(at) > 20 * MINUTE_US
        return Track(mmsi=mmsi, parts=(TrackPart(at_us=at, lon_deg=lon, lat_deg=lat, sog_kn=sog, silent=silent),))

    @cached_property
    def words(self) -> list[tuple[str, int]]:
        return [((self.name(n) or "").upper(), n) for n in range(len(self.mmsi))]

    def search(self, text: str, limit: int) -> list[Hit]:
        wanted = text.upper()
        found = [n for word, n in self.words if wanted in word or str(self.mmsi[n]).startswith(wanted)][:limit]
        return [
            Hit(mmsi=int(self.mmsi[n]), name=self.name(n), imo=9_000_000 + n, call_sign=f"D{n:04d}", matched="name", simulated=bool(self.flags[n] & frames.SIMULATED))
            for n in found
        ]  # fmt: skip

    def replay_block(self, start_us: int) -> bytes:
        if start_us < NOW_US - HISTORY_US or start_us > self.now_us() or self.deaf[0] <= start_us < self.deaf[1]:
            return b""
        rows = np.arange(len(self.mmsi))
        step = 2 * MINUTE_US if len(rows) <= 5000 else 5 * MINUTE_US
        moments = np.arange(start_us, min(start_us + frames.BLOCK_S * SECOND_US, self.now_us()), step)
        at = (moments[:, None] + (rows * 7919 % step)[None, :]).ravel()
        many = np.tile(rows, len(moments))
        lon, lat = self.places(many, at)
        positions = frames.Positions(
            at_us=at, mmsi=self.mmsi[many], lon_deg=(lon + 180) % 360 - 180, lat_deg=lat, sog_kn=self.sog[many],
            cog_deg=self.cog[many], kind=self.kind[many], flags=self.flags[many] & ~frames.LOST,
        )  # fmt: skip
        return frames.replay_block(positions, start_us)

    def time_range(self) -> tuple[int, int]:
        return NOW_US - HISTORY_US, self.now_us()

    def coverage(self, start_us: int, end_us: int, steps: int) -> list[CoverageStep]:
        edges = np.linspace(start_us, end_us, steps + 1)[:-1]
        found = []
        for edge in edges:
            hour = (edge - NOW_US) / HOUR_US
            heard = (
                0
                if self.deaf[0] <= edge < self.deaf[1]
                else round(4000 + 2500 * math.sin(hour / 2.7) + 400 * math.sin(hour * 5))
            )
            found.append(CoverageStep(start_at=int(edge), receptions=heard, vessels=heard // 9))
        return found

    def sources(self) -> list[SourceHealth]:
        now = self.now_us()
        rates = [round(40 + 25 * math.sin(n / 3) + 9 * math.sin(n * 1.7)) for n in range(48)]
        shared = {"queue_limit": 100_000, "shareable": True, "connected": True, "simulated": False}
        return [
            SourceHealth(**shared, name="korea-strait", last_at=now - SECOND_US, rate_per_s=812.4, delay_s=0.4, lines=18_204_112, rejects={"checksum": 812, "short": 33, "part_missing": 1201}, queue=120, dropped=0, licence="Owner's own receivers", clock_offset_s=0.1, history=tuple(rates)),
            SourceHealth(**shared | {"shareable": False}, name="coast-b", last_at=now - 40 * SECOND_US, rate_per_s=96.0, delay_s=2.7, lines=2_204_112, rejects={"checksum": 9012}, queue=4_210, dropped=120, licence="Licensed to this node only", clock_offset_s=-3.4, history=tuple(n // 3 for n in reversed(rates))),
            SourceHealth(**shared | {"connected": False}, name="sat-feed", last_at=now - 9 * HOUR_US, rate_per_s=0.0, delay_s=None, lines=90_112, rejects={}, queue=0, dropped=0, licence="CC BY 4.0", history=(*rates[:20], *[0] * 28)),
            SourceHealth(**shared | {"simulated": True}, name="simulator", last_at=now, rate_per_s=4.0, delay_s=0.0, lines=40_000, rejects={}, queue=0, dropped=0, licence="Simulated; no licence needed", clock_offset_s=0.0),
        ]  # fmt: skip

    def lines(self, line_ids: tuple[int, ...]) -> list[RawLine]:
        return [
            RawLine(line_id=n, source="korea-strait", received_at=NOW_US - HOUR_US + n, text=f"!AIVDM,1,1,,A,16S`2cPP00a3UF6EKT@2:?vOr0S{n % 10},0*0{n % 10}")
            for n in line_ids
        ]  # fmt: skip

    def distrust(self, at_us: int | None = None) -> dict[str, object]:
        ring = [[130.2, 36.1], [131.4, 36.1], [131.4, 37.0], [130.2, 37.0], [130.2, 36.1]]
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"kind": "distrust", "ships": 14},
                    "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
                }
            ],
        }

    def reception(self) -> dict[str, object]:
        cells = [(126 + i / 2, 33 + j / 2, (i + j) / 16) for i in range(8) for j in range(8)]
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"kind": "reception", "share": share, "reports": 9},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[w, s], [w + 0.5, s], [w + 0.5, s + 0.5], [w, s + 0.5], [w, s]]],
                    },
                }
                for w, s, share in cells
            ],
        }

    def looks(self):
        return [look_at(one, done=self.matched) for one in self.seen_files]

    def add_sightings(self, one):
        read = read_content(one.name, one.content, one.sensor)
        if not read.sightings.num_rows:
            message = "no sighting in it can be used"
            raise InputError(message)
        self.seen_files.append(one)
        return read.sightings.num_rows

    def drop_sightings(self, key):
        if key not in {one.key for one in self.seen_files}:
            raise NotFoundError(key)
        self.seen_files = [one for one in self.seen_files if one.key != key]

    def sighted(self, at_us=None):
        return [item for look in self.looks() for item in look.shapes]

    def forecast(self, mmsi: int, hours: float) -> list[Item] | None:
        self.asked += 1
        if self.asked == 1:
            return None
        ship = SPECIALS[0]
        path = Shape(kind="line", points=((ship.lon, ship.lat), (ship.lon + 0.4, ship.lat + 0.1)))
        around = Shape(
            kind="polygon",
            points=tuple(
                (ship.lon + 0.4 + dx, ship.lat + 0.1 + dy)
                for dx, dy in ((-0.1, -0.1), (0.1, -0.1), (0.1, 0.1), (-0.1, 0.1))
            ),
        )
        region = Item(
            id="r", name="90 %", at=NOW_US, shapes=(around,), facts={"what": "region", "holds": 0.9, "after_s": 3540}
        )
        return [Item(id="p", name="path", at=NOW_US, shapes=(path,), facts={"what": "path"}), region]

    def port_m(self, found: Detection) -> float:
        return 500.0 if found.kind == "zone" else math.inf

    def try_thresholds(self, rule: Rule) -> TrialState:
        if f"{rule.kind}.colour" in rule.settings:
            raise UsageError(f"{rule.kind} has no setting {rule.kind}.colour")
        self.tried.append(rule.settings)
        if len(self.tried) == 1:
            return TrialState("running")
        tried = Trial(
            kind=rule.kind,
            settings=rule.settings,
            days=12.5,
            before=9,
            after=4,
            new=1,
            gone=6,
            right_lost=0,
            wrong_spared=3,
        )
        return TrialState("done", tried)

    def tune(self, kind: str, settings: dict[str, str]) -> None:
        self.tuned.append((kind, settings))

    def zones(self) -> dict[str, object]:
        def ring(lon: float, lat: float, wide: float, high: float) -> list[list[float]]:
            return [[lon, lat], [lon + wide, lat + 0.2], [lon + wide, lat + high], [lon, lat + high], [lon, lat]]

        areas = [
            ("Exercise area A", "훈련구역 A", ring(129.6, 34.1, 0.9, 0.7)),
            ("Joint zone", "공동 수역", ring(126.2, 31.8, 1.6, 1.2)),
            ("Overlapping claim", "중첩 주장 수역", ring(126.9, 32.2, 1.8, 1.1)),
        ]
        return {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"name": name, "name_ko": ko, "kind": "user"}, "geometry": {"type": "Polygon", "coordinates": [points]}}
                for name, ko, points in areas
            ],
        }  # fmt: skip


def silence(ship: Special, row: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a vessel was last heard and where it came back."""
    ends = (NOW_US - round(hours * HOUR_US) for hours in ship.silent_h or (3.0, 0.0))
    first, last = (sailed(ship.lat, ship.lon, ship.sog, ship.cog, row, at) for at in ends)
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))


def detection(
    number: int,
    kind: str,
    severity: str,
    specials: tuple[int, ...],
    *,
    hours: float,
    version: int = 1,
    state: str = "open",
    measured: float = 9.27,
    simulated: bool = False,
) -> Detection:
    """A detection about some of SPECIALS."""
    ships = [SPECIALS[n] for n in specials]
    start = NOW_US - round(hours * HOUR_US)
    reasons = {
        "gap": (
            Reason(quantity="silence", measured=measured * 3600, unit="s", limit=21600.0, relation=">="),
            Reason(quantity="off_probability", measured=0.86, unit="share", limit=0.5, relation=">="),
            Reason(quantity="peers", measured=14.0, unit="", limit=5.0, relation=">="),
        ),
        "encounter": (
            Reason(quantity="contact_time", measured=9420.0, unit="s", limit=7200.0, relation=">="),
            Reason(quantity="contact_distance", measured=210.0, unit="m", limit=500.0, relation="<="),
            Reason(
                quantity="port_distance", measured=61_000.0, unit="m", limit=18_520.0, relation=">=", subject="Busan"
            ),
        ),
        "zone": (
            Reason(quantity="entered", measured=2640.0, unit="s", limit=600.0, relation=">=", subject="Joint zone"),
        ),
        "identity": (
            Reason(quantity="imo_shared", measured=40.0, unit="s", limit=600.0, relation="<=", subject="9074729"),
            Reason(quantity="imo_apart", measured=44_000.0, unit="m", limit=5000.0, relation=">="),
        ),
    }.get(
        kind,
        (
            Reason(quantity="implied_speed", measured=61.3, unit="kn", limit=50.0, relation=">="),
            Reason(quantity="jump_distance", measured=113_000.0, unit="m", limit=20_000.0, relation=">="),
        ),
    )
    return Detection(
        detection_id=f"{kind}-{number:04d}-{version}", episode_id=f"{kind}-{number:04d}", kind=kind, version=version, params_hash="0f3a",
        state=state, severity=severity, t_start=start, t_end=None if state == "open" else start + 3 * HOUR_US,
        geometry=Geometry(kind="line", coordinates=silence(ships[0], specials[0])) if kind == "gap" else Geometry(kind="point", coordinates=((ships[0].lon, ships[0].lat),)),
        vessels=tuple(Vessel(mmsi=s.mmsi, name=s.name or None, imo=9_000_000 + n) for s, n in zip(ships, specials, strict=True)),
        probability=0.86 - number * 0.05, reasons=reasons,
        counter_evidence=(CounterEvidence(explanation="out_of_range", measured=0.12, unit="share", limit=0.5, relation=">=", weight=-0.4), CounterEvidence(explanation="in_port", measured=57_400.0, unit="m", limit=9260.0, relation="<=", weight=-1.2, subject="Busan"), CounterEvidence(explanation="usual_gap", measured=3.0, unit="", limit=2.0, relation=">=", weight=-0.9)),
        evidence=tuple(range(number * 100, number * 100 + 7)), coverage=Coverage(sources=("korea-strait", "coast-b"), median_interval_s=42.0, peers=14, reception=0.93),
        supersedes=f"{kind}-{number:04d}-{version - 1}" if version > 1 else None, simulated=simulated,
    )  # fmt: skip


class FakeReportDesk:
    """A reporting desk that nothing came to."""

    def listed(self, since_us: int = 0, limit: int | None = None) -> list[object]:
        return []

    def named(self, report_id: str, *_: object) -> object:
        message = f"there is no report {report_id!r}"
        raise NotFoundError(message)

    withdraw = end = named


@dataclass
class FakeDesk:
    """People and decisions, in dictionaries."""

    code: str | None = None
    people: dict[str, tuple[User, str]] = field(default_factory=dict)
    sessions: dict[str, tuple[str, int]] = field(default_factory=dict)
    views: dict[int, Alert] = field(default_factory=dict)
    episodes: dict[str, list[Detection]] = field(default_factory=dict)
    cases: dict[str, Incident] = field(default_factory=dict)
    log_of_events: list[DeskEvent] = field(default_factory=list)
    set_rules: dict[str, Rule] = field(default_factory=dict)
    objects: dict[str, KeptItem] = field(default_factory=dict)
    register: dict[tuple[str, str], Kept | None] = field(default_factory=dict)
    register_log: list[Entry] = field(default_factory=list)
    audit: AuditStanding = NOTHING_LOGGED
    kept: NodeProfile | None = None
    clock: Callable[[], int] = lambda: NOW_US

    @classmethod
    def manned(cls, **about: object) -> FakeDesk:
        """A desk after its first run, with a person of each role (password: role + ' password 1') and alerts."""
        desk = cls(kept=NodeProfile(language="en", palette="dusk", lon_deg=129.4, lat_deg=34.6, zoom=7.2), **about)
        for role in ("viewer", "officer", "releaser", "admin"):
            desk.create_user(role, f"{role} password 1", role, "tests", NOW_US)
        for found, minutes in ALERTS:
            desk.find(found, NOW_US - minutes * MINUTE_US)
        desk.log_of_events.clear()
        return desk

    # what a detector would do

    def find(self, found: Detection, at_us: int) -> Alert:
        versions = self.episodes.setdefault(found.episode_id, [])
        versions.append(found)
        for alert in self.views.values():
            if alert.episode_id == found.episode_id:
                self.tell("alert", str(alert.alert_id), alert.state, None, at_us)
                return alert
        alert = Alert(
            alert_id=len(self.views) + 101, episode_id=found.episode_id, state="new", raised_at=at_us, changed_at=at_us
        )
        self.views[alert.alert_id] = alert
        self.tell("alert", str(alert.alert_id), "new", None, at_us)
        return alert

    def tell(self, what: str, name: str, state: str, by: str | None, at_us: int) -> None:
        self.log_of_events.append(
            DeskEvent(seq=len(self.log_of_events) + 1, at=at_us, what=what, id=name, state=state, by=by)
        )  # type: ignore[arg-type]

    # objects of other systems

    def keep_items(self, some, origin, by: str, at_us: int) -> Keeping:
        kept, unchanged = [], 0
        for item in some:
            key = key_of(origin.source, item.item_id)
            before = self.objects.get(key)
            if before is not None and before.item == item:
                unchanged += 1
                continue
            one = KeptItem(
                key=key, item=item, source=origin.source, format=origin.format, version=1, content="", kept_at=at_us,
                changed_at=at_us,
            )  # fmt: skip
            self.objects[key] = one
            kept.append(one)
        return Keeping(tuple(kept), unchanged, ())

    def items(self, wanted: ItemsWanted) -> list[KeptItem]:
        fits = [
            one for one in self.objects.values()
            if (not wanted.data_classes or one.item.data_class in wanted.data_classes)
            and (wanted.withdrawn or one.withdrawn_at is None)
            and (wanted.before is None or (one.changed_at, one.key) < wanted.before)
        ]  # fmt: skip
        return sorted(fits, key=lambda one: (one.changed_at, one.key), reverse=True)[: wanted.limit]

    def item(self, key: str) -> KeptItem | None:
        return self.objects.get(key)

    def withdraw_item(self, key: str, why: str, by: str, at_us: int) -> bool:
        self.objects[key] = msgspec.structs.replace(self.objects[key], withdrawn_at=at_us, changed_at=at_us)
        return True

    # the register of cooperation

    def register_rows(self) -> list[Kept]:
        return [one for one in self.register.values() if one is not None]

    def withdrawn_rows(self) -> set[tuple[str, str]]:
        return {name for name, one in self.register.items() if one is None}

    def put_rows(self, rows: Iterable[Row], by: str, at_us: int) -> int:
        listed = list(rows)
        for row in listed:
            name = (KIND_OF[type(row)], row.row_id)
            self.register[name] = Kept(kind=name[0], row=row, version=1, changed_at=at_us, changed_by=by)
            self.enter("register_row_put", name, by, at_us)
        return len(listed)

    def withdraw_row(self, kind: str, row_id: str, why: str, by: str, at_us: int) -> None:
        self.register[kind, row_id] = None
        self.enter("register_row_withdrawn", (kind, row_id), by, at_us)

    def row_history(self, kind: str, row_id: str) -> list[Entry]:
        return [one for one in self.register_log if one.object_id == f"register/{kind}/{row_id}"]

    def enter(self, action: str, name: tuple[str, str], by: str, at_us: int) -> None:
        self.register_log.append(
            Entry(
                seq=len(self.register_log) + 1, at=at_us, actor=by, action=action,
                object_id=f"register/{name[0]}/{name[1]}", body="{}", previous="", hash="",
            )
        )  # fmt: skip

    # the audit log

    def audit_standing(self) -> AuditStanding:
        return self.audit

    def audit_entries(self, wanted: EntriesWanted) -> list[Entry]:
        newest = [one for one in reversed(self.register_log) if wanted.before is None or one.seq < wanted.before]
        fits = (
            one for one in newest
            if one.action.startswith(wanted.action) and one.actor.startswith(wanted.actor)
            and one.object_id.startswith(wanted.object_id)
        )  # fmt: skip
        return list(islice(fits, wanted.limit))

    # people

    def profile(self) -> NodeProfile | None:
        return self.kept

    def first_run(self, code: str, password: str, profile: NodeProfile, at_us: int) -> User | None:
        if self.kept or not self.code or code != self.code:
            return None
        self.kept, self.code = profile, None
        return self.create_user("admin", password, "admin", "first run", at_us)

    def save_profile(self, profile: NodeProfile, by: str, at_us: int) -> None:
        self.kept = profile

    def users(self) -> list[User]:
        return [user for user, _ in sorted(self.people.values(), key=lambda pair: pair[0].name)]

    def create_user(self, name: str, password: str, role: str, by: str, at_us: int) -> User:
        if name in self.people:
            raise UsageError("This name is taken.")
        user = User(name=name, role=role, created_at=at_us, created_by=by)  # type: ignore[arg-type]
        self.people[name] = (user, digest(password))
        return user

    def change_user(self, name: str, role: str, *, active: bool, by: str, at_us: int) -> User:
        user, kept = self.person(name)
        admins = [u for u, _ in self.people.values() if u.role == "admin" and u.active and u.name != name]
        if user.role == "admin" and not admins and not (role == "admin" and active):
            raise RefusedError("The last administrator cannot be lost.")
        changed = msgspec.structs.replace(user, role=role, active=active)
        self.people[name] = (changed, kept)
        return changed

    def set_password(self, name: str, password: str, by: str, at_us: int) -> None:
        self.people[name] = (self.person(name)[0], digest(password))
        self.sessions = {key: held for key, held in self.sessions.items() if held[0] != name}

    def person(self, name: str) -> tuple[User, str]:
        if name not in self.people:
            raise NotFoundError(f"person {name}")
        return self.people[name]

    def verify(self, name: str, password: str) -> User | None:
        user, kept = self.people.get(name, (None, ""))
        return user if user and user.active and kept == digest(password) else None

    def open_session(self, key: str, name: str, at_us: int, until_us: int) -> None:
        self.sessions[key] = (name, until_us)

    def session(self, key: str, at_us: int) -> User | None:
        name, until_us = self.sessions.get(key, ("", 0))
        user = self.people[name][0] if name in self.people and at_us < until_us else None
        return user if user and user.active else None

    def passkeys(self, name: str) -> list:
        return []

    def signed_in(self, at_us: int) -> list[Signed]:
        return [Signed(name=name, opened_at=NOW_US, until_at=until) for name, until in self.sessions.values()]

    def close_session(self, key: str, at_us: int) -> None:
        self.sessions.pop(key, None)

    # alerts

    def alerts(self, wanted: AlertFilter) -> list[AlertView]:
        views = [self.view(alert) for alert in self.views.values()]
        fits = [
            view for view in views
            if (not wanted.states or view.alert.state in wanted.states)
            and (not wanted.severities or view.detection.severity in wanted.severities)
            and (not wanted.kinds or view.detection.kind in wanted.kinds)
            and (wanted.mmsi is None or any(v.mmsi == wanted.mmsi for v in view.detection.vessels))
            and (wanted.simulated is None or view.detection.simulated == wanted.simulated)
            and (wanted.start_us is None or view.alert.raised_at >= wanted.start_us)
            and (wanted.end_us is None or view.alert.raised_at < wanted.end_us)
        ]  # fmt: skip
        return sorted(fits, key=lambda view: -view.alert.raised_at)[: wanted.limit]

    def view(self, alert: Alert) -> AlertView:
        if alert.state == "snoozed" and (alert.until_at or 0) <= self.clock():
            alert = msgspec.structs.replace(alert, state="new")
        return AlertView(alert=alert, detection=self.episodes[alert.episode_id][-1])

    def alert(self, alert_id: int) -> AlertView | None:
        alert = self.views.get(alert_id)
        return self.view(alert) if alert else None

    def change(self, alert_id: int, state: str, by: str, at_us: int, **fields: object) -> Alert:
        if alert_id not in self.views:
            raise NotFoundError(f"alert {alert_id}")
        changed = msgspec.structs.replace(self.views[alert_id], state=state, changed_by=by, changed_at=at_us, **fields)
        self.views[alert_id] = changed
        self.tell("alert", str(alert_id), state, by, at_us)
        return changed

    def acknowledge(self, alert_id: int, by: str, at_us: int) -> Alert:
        return self.change(alert_id, "acknowledged", by, at_us)

    def snooze(self, alert_id: int, until_us: int, by: str, at_us: int) -> Alert:
        return self.change(alert_id, "snoozed", by, at_us, until_at=until_us)

    def dismiss(self, alert_id: int, reason: str, by: str, at_us: int) -> Alert:
        return self.change(alert_id, "dismissed", by, at_us, reason=reason)

    def detections(self, episode_id: str) -> list[Detection]:
        return list(self.episodes.get(episode_id, []))

    def rules(self) -> dict[str, Rule]:
        return dict(self.set_rules)

    def set_rule(self, rule: Rule, by: str, at_us: int) -> Rule:
        self.set_rules[rule.kind] = msgspec.structs.replace(rules.checked(rule), changed_by=by, changed_at=at_us)
        return self.set_rules[rule.kind]

    def outcomes(self, kind: str, since_us: int, port_m: Callable[[Detection], float]) -> list[Outcome]:
        views = [self.view(alert) for alert in self.views.values()]
        return [
            Outcome(detection=view.detection, alert=view.alert, port_m=port_m(view.detection))
            for view in views
            if view.detection.kind == kind and view.alert.raised_at >= since_us
        ]

    # incidents

    @cached_property
    def report_desk(self) -> FakeReportDesk:
        return FakeReportDesk()

    @cached_property
    def incident_desk(self) -> FakeIncidentDesk:
        return FakeIncidentDesk(self)

    def open_incident(self, alert_id: int, by: str, at_us: int) -> Incident:
        view = self.alert(alert_id)
        if view is None:
            raise NotFoundError(f"alert {alert_id}")
        if view.alert.incident_id:
            return self.cases[view.alert.incident_id]
        name, found = f"INC-{len(self.cases) + 1}", view.detection
        title = " ".join([found.kind, *(v.name or str(v.mmsi) for v in found.vessels)])
        case = Incident(
            incident_id=name,
            title=title,
            state="open",
            severity=found.severity,
            opened_at=at_us,
            changed_at=at_us,
            owner=by,
            episodes=(found.episode_id,),
            vessels=found.vessels,
            log=(LogEntry(at=at_us, author=by, text=f"Opened from alert {alert_id}"),),
            simulated=found.simulated,
        )
        self.cases[name] = case
        self.change(alert_id, "acknowledged", by, at_us, incident_id=name)
        self.tell("incident", name, "open", by, at_us)
        return case

    def incidents(self, states: tuple[str, ...]) -> list[Incident]:
        found = [case for case in self.cases.values() if not states or case.state in states]
        return sorted(found, key=lambda case: -case.changed_at)

    def incident(self, incident_id: str) -> Incident | None:
        return self.cases.get(incident_id)

    def log(self, incident_id: str, text: str, by: str, at_us: int) -> Incident:
        case = self.cases[incident_id]
        entry = LogEntry(at=at_us, author=by, text=text)
        self.cases[incident_id] = msgspec.structs.replace(case, log=(*case.log, entry), changed_at=at_us)
        self.tell("incident", incident_id, case.state, by, at_us)
        return self.cases[incident_id]

    def change_incident(self, incident_id: str, state: str, by: str, at_us: int) -> Incident:
        case = msgspec.structs.replace(self.cases[incident_id], state=state, changed_at=at_us)
        self.cases[incident_id] = case
        self.tell("incident", incident_id, state, by, at_us)
        return case

    def latest_seq(self) -> int:
        return len(self.log_of_events)

    def events_since(self, seq: int) -> list[DeskEvent]:
        return self.log_of_events[seq:]


class FakeIncidentDesk:
    """What people do with incidents, by the rules themselves, over the dictionaries of a desk."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk, self.kept, self.watches, self.files = desk, {}, [], {}

    def put(self, *incidents: Incident) -> Incident:
        self.desk.cases.update({one.incident_id: one for one in incidents})
        return incidents[-1]

    def standing(self, name: str) -> Incident:
        one = self.desk.cases.get(name)
        if one is None:
            raise NotFoundError(f"incident {name}")
        return self.standing(one.merged_into) if one.merged_into else one

    def name(self) -> str:
        return f"INC-{len(self.desk.cases) + 1}"

    def report(self, report, origin, by, at_us):
        return self.put(incident_rules.reported(self.name(), report, by, at_us, origin))

    def do(self, incident_id, change, by, at_us, text=""):
        return self.put(incident_rules.done(self.standing(incident_id), change, by, at_us, text))

    def merge(self, one, into, why, by, at_us):
        return self.put(*incident_rules.merged(self.desk.cases[one], self.standing(into), by, at_us, why))

    def split(self, incident_id, title, keys, episodes, mmsis, by, at_us):
        args = (self.standing(incident_id), self.name(), title, keys, episodes, mmsis, by, at_us)
        return self.put(*incident_rules.split(*args))

    def campaigns(self):
        return list(self.kept.values())

    def campaign(self, campaign_id):
        if campaign_id not in self.kept:
            raise NotFoundError(campaign_id)
        return self.kept[campaign_id]

    def keep(self, one):
        self.kept[one.campaign_id] = one
        return one

    def begin_campaign(self, title, by, at_us):
        return self.keep(campaign_rules.begun(f"CAM-{len(self.kept) + 1}", title, by, at_us))

    def join_campaign(self, campaign_id, incident_id, by, at_us, *, leave=False):
        done = campaign_rules.left if leave else campaign_rules.joined
        return self.keep(done(self.campaign(campaign_id), incident_id))

    def attribute(self, campaign_id, attribution):
        return self.keep(campaign_rules.attributed(self.campaign(campaign_id), attribution))

    def hand_over(self, to, note, by, at_us):
        self.watches.insert(0, Handover(number=len(self.watches) + 1, at=at_us, by=by, to=to, note=note))
        return self.watches[0]

    def handovers(self):
        return self.watches

    def attach(self, incident_id, content, title, by, at_us):
        one = documents.attached(content, title)
        self.files[one.sha256] = (one.media_type, content)
        return self.do(incident_id, Asserted(fact="documents", value=(one,), source=by), by, at_us)

    def document(self, incident_id, sha256):
        if sha256 not in {one.sha256 for one in standing.documents(self.standing(incident_id))}:
            raise NotFoundError(sha256)
        return self.files[sha256]


def digest(password: str) -> str:
    """Quick, for tests only: the real desk uses hanbada.app.web.passwords."""
    return hashlib.sha256(password.encode()).hexdigest()


ALERTS = (
    (detection(1, "gap", "alarm", (0,), hours=6.4, version=1, state="open", measured=9.27), 34),
    (detection(1, "gap", "alarm", (0,), hours=6.4, version=2, state="revised", measured=6.43), 4),
    (detection(2, "encounter", "alarm", (1, 2), hours=2.0, state="open"), 12),
    (detection(3, "impossible", "warning", (2,), hours=1.1, state="closed"), 21),
    (detection(4, "zone", "warning", (3,), hours=1.5, state="open"), 33),
    (detection(5, "identity", "caution", (4, 5), hours=4.0, state="closed"), 51),
    (detection(6, "gap", "warning", (6,), hours=5.0, state="open", simulated=True), 58),
)
assert all(found.severity in SEVERITIES for found, _ in ALERTS)
