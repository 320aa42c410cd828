"""Indicators consistent with a ship that hides who she is, or that stands on a watch list: a score, not an accusation.

What it flags
    A ship that lately sailed under several flags or names, whose names are the same words in another order, whose
    numbers and call sign do not fit together; and any ship on a watch list of this node.

Why it matters
    Ships that evade sanctions or safety rules change flag and name faster than others do. IMO asks flag and port
    states to look at such ships more closely (resolution A.1192(33), 2023).

How it decides
    Each indicator has a weight and a date, and is worth half after twelve months. They are put together as if each
    alone could be the reason (noisy or): one more never lowers the sum. What a radio says counts from the third time
    on. Names are compared as `reference.names` does, flags are those of all MMSI that sent her IMO number one after
    another. Standing on a list is a reason of its own and named beside the score.

Known false alarms
    Ships that were sold, old ships of honest owners, units set up wrongly, call signs kept after a change of flag,
    lists that are out of date. A person decides; nothing here says that a law was broken.

Sources
    Indicators after IMO A.1192(33) and the practice of port state control; the weights are set by hand, not learned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from hanbada.detect.contract import Card, counter, detection, probability, reason, vessel
from hanbada.model.records import Coverage, Geometry
from hanbada.model.times import DAY_US
from hanbada.reference.call_signs_itu import call_sign_fits
from hanbada.reference.imo import imo_valid
from hanbada.reference.mmsi import flag_of
from hanbada.reference.names import alike
from hanbada.tracks.segments import tracks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.detect.contract import Again, Batch, Key, Site
    from hanbada.model.records import Detection, Reason
    from hanbada.tracks.identity import Sender, Word
    from hanbada.tracks.segments import Track

CARD = Card(kind="shadow", partition="vessel", lookback_s=63_072_000, severity="warning", trusts="nothing")
SHIPS = range(200_000_000, 800_000_000)
MERCHANT = range(70, 90)
"""Cargo ships and tankers."""
MONTH_US = 30 * DAY_US


class Params(Struct, frozen=True):
    """Thresholds and weights: the probability that an indicator alone would make it worth a look."""

    flags_p: float = 0.3
    """A second flag in two years: sales do that too."""
    more_flags_p: float = 0.55
    """Three flags in two years: few ships are sold that often."""
    names_p: float = 0.25
    """A second name in two years: sales do that too."""
    more_names_p: float = 0.45
    """Three names in two years."""
    swapped_p: float = 0.5
    """The same words in another order: meant to be overlooked."""
    no_flag_p: float = 0.35
    """A number that no administration gives out."""
    call_sign_p: float = 0.15
    """A call sign of another administration: often just not changed yet."""
    imo_p: float = 0.25
    """An IMO number whose check digit is wrong, said again and again."""
    listed_p: float = 0.6
    """A watch list names her: somebody asked to be told."""
    said: int = 3
    """Reports that say the same before it counts: damaged ones do not."""
    window_d: float = 730.0
    """Two years."""
    half_life_d: float = 365.0
    """What was long ago says less of today."""
    handed_on_d: float = 2.0
    """Numbers of one ship follow each other; those heard side by side longer than this are two ships."""
    least_p: float = 0.5
    """More likely than not to be worth a person's look."""


class Indicator(NamedTuple):
    """One indicator: what the reason is called, measured against its limit, about what, when, its weight, its lines."""

    quantity: str
    measured: float
    limit: float
    subject: str
    at: int
    weight: float
    lines: tuple[int, ...]


@dataclass(slots=True)
class State:
    """Ships that spoke; those with an indicator are cases."""

    params: Params
    spoken: set[int] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    cases: dict[Key, None] = field(default_factory=dict)
    dirty: set[Key] = field(default_factory=set)


def start(params: Params) -> State:
    """No cases yet."""
    return State(params)


def feed(state: State, batch: Batch, site: Site) -> None:  # noqa: ARG001
    """Note who spoke, whose IMO number another one sent as well, and who was heard for the first time."""
    state.spoken.update(np.unique(batch.spoken.mmsi).tolist())
    state.spoken.update(birth.mmsi for birth in batch.births)
    state.numbers |= batch.numbers


def settle(state: State, site: Site, now_us: int, *, whole: bool) -> None:  # noqa: ARG001
    """Judge those who spoke and said more than one thing, or one that does not fit, or who are listed."""
    for imo in state.numbers:
        state.spoken.update(site.identities.imo_senders.get(imo, ()))
    for mmsi in state.spoken:
        if mmsi in SHIPS and ((mmsi,) in state.cases or _worth_a_look(mmsi, site)):
            state.cases[mmsi,] = None
            state.dirty.add((mmsi,))
    state.spoken, state.numbers = set(), set()


def _worth_a_look(mmsi: int, site: Site) -> bool:
    """Cheap and never wrongly no: whether there can be an indicator at all."""
    votes, told = site.identities.votes.get(mmsi), site.identities.get(mmsi)
    if votes is None:
        return _listed(mmsi, None, site) is not None
    several = len({said[0] for said in votes.said}) > 1 or len({said[2] for said in votes.said}) > 1
    shared = told.imo is not None and len(site.identities.imo_senders.get(told.imo, ())) > 1
    odd = told.imo is not None and not imo_valid(told.imo)
    flag = flag_of(mmsi)
    foreign = flag is not None and told.call_sign is not None and call_sign_fits(told.call_sign, flag) is False
    return several or shared or odd or foreign or flag is None or _listed(mmsi, told.imo, site) is not None


def _listed(mmsi: int, imo: int | None, site: Site) -> str | None:
    listed = site.charts.listed
    return None if listed is None else listed.by_imo.get(imo or 0) or listed.by_mmsi.get(mmsi)


def judge(state: State, case: Key, site: Site) -> Detection | None:
    """What the indicators come to together, and what else they may mean."""
    (mmsi,), params = case, state.params
    track = _first_track(mmsi, site)
    numbers = _numbers_of_ship(params, mmsi, site)
    if track is None or numbers[-1] != mmsi:
        return None
    told = [word for one in numbers for word in site.identities.history(one, "name", "call_sign", "imo")]
    words = [word for word in told if word.count >= params.said and word.first_at >= 0]
    now = max([track.first_at, *(word.last_at for word in told)])
    found = [one for one in _indicators(params, mmsi, numbers, words, now, site) if one is not None]
    if not found:
        return None
    faded = [_faded(params, one, now) for one in found]
    score = 1.0 - math.prod(1.0 - weight for weight in faded)
    changes = max([one.measured - 1 for one in found if one.quantity in {"flags", "names"}], default=0.0)
    kind = site.identities.get(mmsi).ship_type or 0
    sale = counter("sale", changes, "<=", 1.0, "", -1.0 if changes else 0.0)
    counters = (sale, counter("small_craft", kind, "<=", MERCHANT[0] - 1, "", -0.7)) if kind else (sale,)
    chance = probability(min(score, 0.98), counters)
    if chance < params.least_p:
        return None
    reasons = tuple(reason(one.quantity, one.measured, ">=", one.limit, "", one.subject) for one in found)
    return detection(
        CARD,
        params,
        case,
        state="open",
        t_start=min(one.at for one in found),
        t_end=None,
        geometry=Geometry(kind="point", coordinates=((track.first_lon_deg, track.first_lat_deg),)),
        vessels=tuple(vessel(one, site) for one in reversed(numbers)),
        chance=chance,
        reasons=(_score(params, score), *reasons),
        counters=counters,
        lines=[track.first_line, *(line for one in found for line in one.lines)],
        coverage=Coverage(),
        site=site,
        severity="warning" if any(one.quantity == "listed" for one in found) else "caution",
        context={one.quantity: [round(weight, 4)] for one, weight in zip(found, faded, strict=True)},
    )


def _score(params: Params, score: float) -> Reason:
    """The sum, and what it may and may not be called."""
    return reason("indicators", score, ">=", min(score, params.least_p), "share")


def _faded(params: Params, one: Indicator, now: int) -> float:
    """An indicator's weight by whole months since; standing on a list does not fade."""
    months = max(0, now - one.at) // MONTH_US
    return one.weight if one.quantity == "listed" else one.weight * 0.5 ** (months * 30 / params.half_life_d)


def _first_track(mmsi: int, site: Site) -> Track | None:
    tracks = tracks_of(site.segments, mmsi).values()
    return min(tracks, key=lambda track: (track.first_at, track.track_id), default=None)


def _numbers_of_ship(params: Params, mmsi: int, site: Site) -> list[int]:
    """The MMSI that sent her IMO number one after another, hers among them, the latest at the end."""
    imo = site.identities.get(mmsi).imo
    if imo is None or not imo_valid(imo):
        return [mmsi]
    senders = sorted(site.identities.imo_senders.get(imo, {}).values(), key=lambda one: (one.first_at, one.mmsi))
    beside_us = int(params.handed_on_d * DAY_US)
    if len(senders) < 2 or any(_beside(a, b, beside_us) for a, b in combinations(senders, 2)):
        return [mmsi]
    return [one.mmsi for one in senders]


def _beside(a: Sender, b: Sender, most_us: int) -> bool:
    return min(a.last_at, b.last_at) - max(a.first_at, b.first_at) > most_us


def _indicators(
    params: Params, mmsi: int, numbers: list[int], words: list[Word], now: int, site: Site
) -> Iterable[Indicator | None]:
    since = now - int(params.window_d * DAY_US)
    lately = [word for word in words if word.last_at >= since]
    yield _on_a_list(params, mmsi, now, site)
    yield _several_flags(params, numbers, since, site)
    names = _different([word for word in lately if word.what == "name"])
    if len(names) > 1:
        weight = params.more_names_p if len(names) > 2 else params.names_p
        yield _of_words("names", len(names), 2, names, weight)
    swapped = [w for pair in combinations(names, 2) if alike(pair[0].value, pair[1].value).token_swap for w in pair]
    if swapped:
        yield _of_words("swapped_words", 1, 1, swapped, params.swapped_p)
    unsound = [word for word in lately if word.what == "imo" and not imo_valid(word.value)]
    if unsound:
        yield _of_words("imo_unsound", 1, 1, unsound, params.imo_p)
    flag = flag_of(mmsi)
    if flag is None:
        yield Indicator("no_flag", 1, 1, str(mmsi), now, params.no_flag_p, ())
        return
    signs = [word for word in lately if word.what == "call_sign" and word.last_at >= now - DAY_US]
    foreign = [word for word in signs if call_sign_fits(word.value, flag) is False]
    if foreign and len(foreign) == len(signs):
        yield _of_words("call_sign_flag", 1, 1, foreign, params.call_sign_p)


def _on_a_list(params: Params, mmsi: int, now: int, site: Site) -> Indicator | None:
    title = _listed(mmsi, site.identities.get(mmsi).imo, site)
    return None if title is None else Indicator("listed", 1, 1, title, now, params.listed_p, ())


def _several_flags(params: Params, numbers: list[int], since: int, site: Site) -> Indicator | None:
    senders = site.identities.imo_senders.get(site.identities.get(numbers[-1]).imo or 0, {})
    lately = [senders[one] for one in numbers if one in senders and senders[one].last_at >= since]
    flags = list(dict.fromkeys(flag for one in lately if (flag := flag_of(one.mmsi)) is not None))
    if len(flags) < 2:
        return None
    weight = params.more_flags_p if len(flags) > 2 else params.flags_p
    lines = tuple(one.line_id for one in lately)
    return Indicator("flags", len(flags), 2, " → ".join(flags), lately[-1].first_at, weight, lines)


def _different(names: list[Word]) -> list[Word]:
    """Names in the order of time without those that are another way to write one before."""
    kept: list[Word] = []
    for word in sorted(names, key=lambda word: (word.first_at, word.first_line)):
        found = [alike(word.value, known.value) for known in kept]
        if not any(one.same and not one.token_swap for one in found):
            kept.append(word)
    return kept


def _of_words(quantity: str, measured: float, limit: float, words: list[Word], weight: float) -> Indicator:
    said = list(dict.fromkeys(str(word.value) for word in words))
    lines = tuple(line for word in words for line in (word.first_line, word.last_line))
    return Indicator(quantity, measured, limit, " → ".join(said), max(word.first_at for word in words), weight, lines)


def forget(state: State, again: Again) -> None:
    """Static reports do not come again; where a ship was first heard may be another place."""
    state.dirty.update(key for key in state.cases if key[0] in again.since)
