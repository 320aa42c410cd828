"""Sightings and tracks: which is which, who was seen but not heard, and how sure that is.

All pairs of a scene are weighed at once. A sighting is a track, a ship nobody hears, or no ship; a track was seen or
missed. The densities of the unheard and the probability of detection are learnt from the scene itself, in turn with the
probabilities of the pairs. Counts are sums of probabilities, so that no threshold pushes them up or down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct

from hanbada.geo.areas import AreaIndex, index_areas
from hanbada.sightings.associating import associate
from hanbada.sightings.placing import METRE, Fixes, Places, offsets, places, shifted, take
from hanbada.sightings.remembering import Clouds, clouds, none
from hanbada.sightings.traffic import Traffic, relative
from hanbada.sightings.weighing import WEIGHTS, Pairs, Seen, Weights, detectable, looks, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from hanbada.tracks.analogs import History
    from hanbada.tracks.paths import Paths

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

Verdict: TypeAlias = Literal["matched", "dark", "unresolved"]
ROUNDS = 8
"""Turns of learning a scene's densities: they settle in three or four."""
DRAWN = 32
"""Points that stand for a density when it is asked how much of it lies in a scene."""
LOOK_US = 300_000_000
"""Sightings of one source so close in time are one look, in which each ship is seen once."""
MARGIN_M = 5000.0
"""Without a footprint, the scene reaches so far around the outermost sightings."""


class Known(NamedTuple):
    """What is known of the vessels: their reports, lengths and types by MMSI; paths, a history, traffic if known."""

    fixes: Fixes
    lengths: Mapping[int, float]
    kinds: Mapping[int, int]
    paths: Paths | None = None
    history: History | None = None
    met: Traffic | None = None


class Candidate(Struct, frozen=True, kw_only=True):
    """A track that a sighting may be."""

    mmsi: int
    track_id: int
    probability: float
    away_m: float
    shift_m: float
    silence_s: float


class Match(Struct, frozen=True, kw_only=True):
    """What became of one sighting.

    `unheard` is the probability that no track is it, `dark` that it is a ship besides. `raft` are tracks that were
    nowhere else and lay beside the one matched.
    """

    sighting_id: str
    line_id: int
    at: int
    lat_deg: float
    lon_deg: float
    verdict: Verdict
    track: Candidate | None
    runner_up: Candidate | None
    unheard: float
    dark: float
    raft: tuple[int, ...] = ()


class Missed(Struct, frozen=True, kw_only=True):
    """A track that should have been seen: the probability that it was in the scene, and that it was not seen."""

    mmsi: int
    track_id: int
    inside: float
    unseen: float


class Matches(Struct, frozen=True, kw_only=True):
    """Everything said of a scene; the counts are sums of probabilities."""

    matches: tuple[Match, ...]
    missed: tuple[Missed, ...]
    heard: float
    dark: float
    no_ship: float
    area_km2: float
    dark_per_km2: float
    detected: float


def match(
    sightings: pa.Table, known: Known, scene: Sequence[NDArray[np.float64]] = (), weights: Weights = WEIGHTS
) -> Matches:
    """Match SIGHTINGS of one look with tracks; `scene` are rings of (longitude, latitude) that the sensor covered.

    Each track is one sighting at most: what saw a ship twice looked twice (`looks_of`).
    """
    weighed = weigh(as_seen(sightings), known, scene, weights)
    return _told(sightings, known, weighed, learnt(weighed, weights), weights)


def looks_of(sightings: pa.Table) -> list[pa.Table]:
    """SIGHTINGS apart by look: one source, and no more than LOOK_US between a sighting and the next."""
    import polars as pl

    frame = pl.DataFrame(sightings).sort("source", "at", "line_id")
    later = (pl.col("at").diff().dt.total_microseconds() > LOOK_US).fill_null(value=False)
    other = (pl.col("source").diff() != 0).fill_null(value=False)
    numbered = frame.with_columns((later | other).cum_sum().alias("look"))
    parts = numbered.partition_by("look", maintain_order=True, include_key=False)
    return [part.to_arrow().cast(sightings.schema) for part in parts]


def weigh(
    seen: Seen, known: Known, scene: Sequence[NDArray[np.float64]], weights: Weights, *, apart: bool = False
) -> Weighed:
    """Every pair that is not out of the question, weighed.

    `apart` leaves a vessel's own past out of the history, as an evaluation must.
    """
    at_us, moment = np.unique(seen.at, return_inverse=True)
    asked = _near(places(known.fixes, at_us), seen, scene)
    cloud = _remembered(known, asked, at_us, apart=apart)
    found = pairs(seen, moment, asked, cloud, weights)
    mmsi = known.fixes.mmsi[asked.track]
    length = np.array([known.lengths.get(one, np.nan) for one in mmsi.tolist()])
    kind = np.array([known.kinds.get(one, 0) for one in mmsi.tolist()], np.int64)
    i, j = found.sighting, found.place
    sizes = np.unique(np.array([known.lengths[one] for one in known.lengths]))
    like = found.log_density + looks(seen, i, sizes, length[j], kind[j], mmsi[j], asked.velocity_ms[j], weights)
    track, inside, share = _per_track(asked, cloud, scene, detectable(length, weights), weights)
    area_m2 = _area_m2(seen, scene)
    return Weighed(seen, asked, found, like, track[j], inside, share, area_m2, _busy(known, seen, scene, area_m2))


def _busy(known: Known, seen: Seen, scene: Sequence[NDArray[np.float64]], area_m2: float) -> Floats:
    lat, lon, _ = _box(seen, scene)
    if known.met is None or lat is None:
        return np.ones(len(seen.at))
    return relative(known.met, seen.lat_deg, seen.lon_deg, (lat, lon), area_m2)


class Weighed(NamedTuple):
    """Pairs with the log of how likely the sighting is if it is the track; `track` numbers tracks from zero.

    Per track: how much of it lies in the scene, and its share of the best probability of detection. `busy` is how much
    likelier than on average ships are met at each sighting.
    """

    seen: Seen
    asked: Places
    pairs: Pairs
    log_like: Floats
    track: Indices
    inside: Floats
    share: Floats
    area_m2: float
    busy: Floats


def as_seen(sightings: pa.Table) -> Seen:
    """The columns of SIGHTINGS that matter as arrays."""
    import polars as pl

    frame = pl.DataFrame(sightings)

    def numbers(name: str) -> Floats:
        return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    return Seen(
        frame["at"].cast(pl.Int64).to_numpy(), numbers("lat_deg"), numbers("lon_deg"), numbers("error_m"),
        numbers("presence"), numbers("length_m"), numbers("length_error_m"), numbers("heading_deg"),
        frame["ship_type"].cast(pl.Int64).fill_null(0).to_numpy(), frame["mmsi"].cast(pl.Int64).fill_null(0).to_numpy(),
        numbers("radial_ms"), numbers("look_deg"), numbers("slant_m"), numbers("flight_deg"),
    )  # fmt: skip


def _near(asked: Places, seen: Seen, scene: Sequence[NDArray[np.float64]]) -> Places:
    """The places that can matter: not farther from the scene than a ship sails in its silence."""
    lat_0, lon_0, half_m = _box(seen, scene)
    if lat_0 is None:
        return asked
    east, north = offsets(
        asked.lat_deg, asked.lon_deg, np.full(len(asked.track), lat_0), np.full(len(asked.track), lon_0)
    )
    reach = 5000.0 + 8.0 * asked.along_m
    kept = (np.abs(east) < half_m[0] + reach) & (np.abs(north) < half_m[1] + reach)
    return take(asked, kept)


def _box(seen: Seen, scene: Sequence[NDArray[np.float64]]) -> tuple[float | None, float, tuple[float, float]]:
    """Middle and half sides in metres of the box around a scene, or around the sightings."""
    corners = np.vstack([*scene]) if len(scene) else np.column_stack([seen.lon_deg, seen.lat_deg])
    if not len(corners):
        return None, 0.0, (0.0, 0.0)
    lon = corners[0, 0] + (corners[:, 0] - corners[0, 0] + 180.0) % 360.0 - 180.0
    lat_0, lon_0 = (corners[:, 1].min() + corners[:, 1].max()) / 2, (lon.min() + lon.max()) / 2
    wide = np.ptp(lon) / 2 * METRE * np.cos(np.radians(lat_0))
    margin = 0.0 if len(scene) else MARGIN_M
    return float(lat_0), float(lon_0), (float(wide) + margin, float(np.ptp(corners[:, 1]) / 2 * METRE) + margin)


def _area_m2(seen: Seen, scene: Sequence[NDArray[np.float64]]) -> float:
    """Area of the scene; of the box around the sightings where no scene is given."""
    lat_0, _, half_m = _box(seen, scene)
    if lat_0 is None or not len(scene):
        return 4 * half_m[0] * half_m[1]
    total = 0.0
    for ring in scene:
        x, y = ring[:, 0] * METRE * np.cos(np.radians(lat_0)), ring[:, 1] * METRE
        total += float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    return abs(total)


def _remembered(known: Known, asked: Places, at_us: Indices, *, apart: bool) -> Clouds:
    if known.history is None or known.paths is None or not len(asked.track):
        return none()
    return clouds(known.history, known.paths, known.fixes, asked, at_us, apart=apart)


def _per_track(
    asked: Places, cloud: Clouds, scene: Sequence[NDArray[np.float64]], share: Floats, weights: Weights
) -> tuple[Indices, Floats, Floats]:
    """The number of the track of each place; per track how much of it lies in the scene, and its share of detection."""
    _, first, which = np.unique(asked.track, return_index=True, return_inverse=True)
    inside = _inside(asked, cloud, scene)[first] if len(scene) else np.ones(len(first))
    one_sided = (asked.before[first] < 0) | (asked.after[first] < 0)
    return which, inside, share[first] * np.where(one_sided, weights.one_sided, 1.0)


def _inside(asked: Places, cloud: Clouds, scene: Sequence[NDArray[np.float64]]) -> Floats:
    """The part of each place's density that lies in the scene."""
    index = index_areas([list(scene)])
    rank = (np.arange(DRAWN) + 0.5) / DRAWN
    radius = np.sqrt(asked.tail[:, None] * ((1 - rank) ** (-2 / asked.tail[:, None]) - 1))
    angle = np.arange(DRAWN) * np.pi * (3 - np.sqrt(5))
    ahead, aside = radius * np.cos(angle) * asked.along_m[:, None], radius * np.sin(angle) * asked.across_m[:, None]
    sine, cosine = np.sin(asked.along)[:, None], np.cos(asked.along)[:, None]
    lat, lon = shifted(
        asked.lat_deg[:, None], asked.lon_deg[:, None], ahead * sine + aside * cosine, ahead * cosine - aside * sine
    )
    found = _held(index, lat, lon).mean(1)
    if len(cloud.of):
        told = (_held(index, cloud.lat_deg, cloud.lon_deg) * cloud.weight).sum(1)
        found[cloud.of] = cloud.share * told + (1 - cloud.share) * found[cloud.of]
    return np.asarray(found)


def _held(index: AreaIndex, lat: Floats, lon: Floats) -> Floats:
    points, _ = index.memberships(np.clip(lat, -90, 90).ravel(), lon.ravel())
    out = np.zeros(lat.size)
    out[points] = 1.0
    return out.reshape(lat.shape)


class Learnt(NamedTuple):
    """Probabilities of pairs, and per sighting of being no track; the density of the dark; probability of detection."""

    probability: Floats
    unheard: Floats
    dark_per_km2: float
    detected: float


def learnt(weighed: Weighed, weights: Weights) -> Learnt:
    """Probabilities from weights: expectation and maximisation in turn.

    What was believed before of densities and detection counts as some area and some ships.
    """
    seen, i, area_km2 = weighed.seen, weighed.pairs.sighting, weighed.area_m2 / 1e6
    now = Learnt(np.zeros(len(i)), np.ones(len(seen.at)), weights.dark_per_km2, weights.detected)
    expected = float((weighed.inside * weighed.share).sum()) + weights.said_ships
    for _ in range(ROUNDS):
        hidden = seen.presence * now.dark_per_km2 * weighed.busy / 1e6
        nobody = hidden + (1 - seen.presence) * weights.false_per_km2 / 1e6
        chance = now.detected * weighed.share
        with np.errstate(divide="ignore"):
            ratio = np.log(seen.presence / nobody)[i] + np.log(chance / (1 - chance * weighed.inside))[weighed.track]
        probability = associate(i, weighed.track, ratio + weighed.log_like).probability
        unheard = np.clip(1.0 - np.bincount(i, probability, len(seen.at)).astype(np.float64), 0.0, 1.0)
        ships = float((unheard * hidden / nobody).sum())
        dark = (ships + weights.dark_per_km2 * weights.said_km2) / (area_km2 + weights.said_km2)
        detected = min(0.99, (float(probability.sum()) + weights.detected * weights.said_ships) / expected)
        now = Learnt(probability, unheard, dark, detected)
    return now


def _told(sightings: pa.Table, known: Known, weighed: Weighed, found: Learnt, weights: Weights) -> Matches:
    """The probabilities as records."""
    seen, own = weighed.seen, weighed.pairs.sighting
    hidden = seen.presence * found.dark_per_km2 * weighed.busy
    dark = found.unheard * hidden / (hidden + (1 - seen.presence) * weights.false_per_km2)
    order = np.lexsort((-found.probability, own))
    begins = np.searchsorted(own[order], np.arange(len(seen.at) + 1))
    names = zip(sightings["sighting_id"].to_pylist(), sightings["line_id"].to_pylist(), strict=True)
    said = []
    for i, name in enumerate(names):
        best = [_candidate(known, weighed, found, k) for k in order[begins[i] : begins[i + 1]][:2].tolist()]
        said.append(_match(seen, i, name, best, (float(found.unheard[i]), float(dark[i])), weights))
    said, missed = _rafts(said, _missed(known, weighed, found), known, weighed.asked, weights)
    return Matches(
        matches=tuple(said),
        missed=tuple(missed),
        heard=float(found.probability.sum()),
        dark=float(dark.sum()),
        no_ship=float((found.unheard - dark).sum()),
        area_km2=weighed.area_m2 / 1e6,
        dark_per_km2=found.dark_per_km2,
        detected=found.detected,
    )


def _candidate(known: Known, weighed: Weighed, found: Learnt, pair: int) -> Candidate:
    seen, asked, i, j = weighed.seen, weighed.asked, weighed.pairs.sighting[pair], weighed.pairs.place[pair]
    east, north = offsets(asked.lat_deg[[j]], asked.lon_deg[[j]], seen.lat_deg[[i]], seen.lon_deg[[i]])
    return Candidate(
        mmsi=int(known.fixes.mmsi[asked.track[j]]),
        track_id=int(known.fixes.track_id[asked.track[j]]),
        probability=float(found.probability[pair]),
        away_m=float(np.hypot(east, north)[0]),
        shift_m=float(weighed.pairs.shift_m[pair]),
        silence_s=float(asked.silence_s[j]),
    )


def _match(
    seen: Seen, i: int, name: tuple[str, int], best: list[Candidate], nobody: tuple[float, float], weights: Weights
) -> Match:
    unheard, dark = nobody
    first = best[0] if best else None
    verdict: Verdict = "unresolved"
    if first is not None and first.probability >= weights.matched:
        verdict = "matched"
    elif unheard >= weights.dark and seen.presence[i] >= weights.dark:
        verdict = "dark"
    return Match(
        sighting_id=name[0], line_id=name[1], at=int(seen.at[i]), lat_deg=float(seen.lat_deg[i]),
        lon_deg=float(seen.lon_deg[i]), verdict=verdict, track=first, runner_up=best[1] if len(best) > 1 else None,
        unheard=unheard, dark=dark,
    )  # fmt: skip


def _missed(known: Known, weighed: Weighed, found: Learnt) -> list[Missed]:
    """Tracks that were likelier in the scene than not, and how likely it is that no sighting is them."""
    asked = weighed.asked
    _, first = np.unique(asked.track, return_index=True)
    seen = np.bincount(weighed.track, found.probability, len(first))
    return [
        Missed(
            mmsi=int(known.fixes.mmsi[asked.track[j]]), track_id=int(known.fixes.track_id[asked.track[j]]),
            inside=float(weighed.inside[t]), unseen=float(1 - seen[t]),
        )
        for t, j in enumerate(first.tolist())
        if weighed.inside[t] > 0.5
    ]  # fmt: skip


def _rafts(
    said: list[Match], missed: list[Missed], known: Known, asked: Places, weights: Weights
) -> tuple[list[Match], list[Missed]]:
    """Tracks not seen that lay beside one that was, and surely there, are of its raft."""
    from msgspec.structs import replace

    place = {int(known.fixes.track_id[track]): j for j, track in enumerate(asked.track.tolist())}
    unseen = [one for one in missed if one.unseen > 0.5 and asked.along_m[place[one.track_id]] < weights.raft_m]
    held: set[int] = set()
    out = []
    for one in said:
        beside: tuple[int, ...] = ()
        if one.verdict == "matched":
            beside = tuple(
                other.mmsi for other in unseen
                if other.track_id not in held and _away_m(asked, place[other.track_id], one) < weights.raft_m
            )  # fmt: skip
            held |= {other.track_id for other in unseen if other.mmsi in beside}
        out.append(replace(one, raft=beside))
    return out, [one for one in missed if one.track_id not in held]


def _away_m(asked: Places, j: int, one: Match) -> float:
    east, north = offsets(asked.lat_deg[[j]], asked.lon_deg[[j]], np.array([one.lat_deg]), np.array([one.lon_deg]))
    return float(np.hypot(east, north)[0])
