"""Who is near whom is what comparing everybody with everybody says, however it came about."""

from __future__ import annotations

import numpy as np

from hanbada.geo.sphere import destination, distance_m
from hanbada.tracks import company
from hanbada.tracks.company import Company
from hanbada.tracks.spells import Sample, Spell

REACH_M = 10_000.0


def spell(lat, lon, began, ended):
    ends = [Sample(at, lat, lon, 1.0, 0.0, -1, -1, 1, holds=True) for at in (began, ended)]
    return Spell(0, 0, np.nan, np.nan, ends, ended)


def plain(spells, key):
    mine, found = spells[key], set()
    for other, theirs in spells.items():
        meet = mine.samples[0].at <= theirs.held_at and theirs.samples[0].at <= mine.held_at
        near = distance_m(*mine.samples[0][1:3], *theirs.samples[0][1:3]) <= REACH_M
        if meet and near and other[0] >> 32 != key[0] >> 32:
            found.add(other[0] >> 32)
    return len(found)


def scattered(rng, lat, lon):
    place = destination(lat, lon, rng.uniform(0, 360), rng.uniform(0, 25_000))
    began = int(rng.integers(0, 50))
    return spell(*place, began, began + int(rng.integers(0, 30)))


def test_company_is_counted_at_180_degrees_and_at_the_pole_and_whoever_gains_or_loses_some_is_told():
    rng = np.random.default_rng(4)
    for lat, lon in ((10.0, 180.0), (34.0, 129.0), (89.9, 0.0)):
        state, spells, counts = Company(REACH_M), {}, {}
        for _ in range(300):
            key = (int(rng.integers(0, 20)) << 32, int(rng.integers(0, 3)))
            now = None if rng.random() < 0.2 else scattered(rng, lat, lon)
            touched = company.put(state, key, now) | {key}
            spells.pop(key, None)
            if now is not None:
                spells[key] = now
            counts.pop(key, None)
            expected = {one: plain(spells, one) for one in spells}
            assert {one: company.others(state, one) for one in spells} == expected
            assert all(one in touched for one in spells if counts.get(one) != expected[one])
            counts = expected
        assert max(counts.values()) > 3
