"""Interference against plain clustering: as much found, a tenth of what is raised for nothing.

The plain one takes every report without a place and every step faster than fifty knots as a sign, and clusters signs
by DBSCAN (Ester et al. 1996) with the same reach, time and number: four signs within 15 nmi and 20 minutes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from hanbada.app.evaluate_command import bundled, carrier_of, decoded, run_chain
from hanbada.exercise import scoring
from hanbada.exercise.evaluation import dice_of
from hanbada.exercise.injects import inject, planted
from hanbada.exercise.wire import lines
from hanbada.geo.sphere import EARTH_M, KNOT_MS, NMI_M, RADIANS
from hanbada.tracks.rows import ordered, rows
from ships import NO_PORTS

REACH_M, REACH_S, LEAST, FAST_KN = 15 * NMI_M, 1200.0, 4, 50.0


def plain_clusters(sent: bytes) -> list[tuple[set[int], int, int]]:
    """Ships, begin and end of each cluster of signs."""
    told = ordered(rows(pa.concat_tables([reports.positions for reports in decoded(sent)])))
    lat, lon = _filled(told.lat_deg, told.mmsi), _filled(told.lon_deg, told.mmsi)
    xyz = EARTH_M * np.column_stack([
        np.cos(lat * RADIANS) * np.cos(lon * RADIANS), np.cos(lat * RADIANS) * np.sin(lon * RADIANS),
        np.sin(lat * RADIANS),
    ])  # fmt: skip
    step = np.append(0.0, np.linalg.norm(np.diff(xyz, axis=0), axis=1))
    gap_s = np.append(np.inf, np.diff(told.at) / 1e6)
    same = np.append(False, told.mmsi[1:] == told.mmsi[:-1])
    fast = same & (step > NMI_M) & (step / np.maximum(gap_s, 1.0) > FAST_KN * KNOT_MS)
    sign = np.flatnonzero((np.isnan(told.lat_deg) | fast) & ~np.isnan(lat))
    scaled = np.column_stack([xyz[sign] / REACH_M, told.at[sign] / 1e6 / REACH_S])
    pairs = cKDTree(scaled).query_pairs(1.0, output_type="ndarray")
    core = np.bincount(pairs.ravel(), minlength=len(sign)) + 1 >= LEAST
    kept = pairs[core[pairs].any(1)]
    size = len(sign)
    _, label = connected_components(coo_matrix((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), (size, size)))
    found = [sign[label == one] for one in np.unique(label[core])]
    return [(set(told.mmsi[rows_].tolist()), int(told.at[rows_].min()), int(told.at[rows_].max())) for rows_ in found]


def _filled(values: np.ndarray, mmsi: np.ndarray) -> np.ndarray:
    """Each value, or the last one known of the ship."""
    known = ~np.isnan(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), 0))
    return np.where(mmsi[last] == mmsi, values[last], np.nan)


@pytest.mark.parametrize("seed", [1])
def test_as_much_is_found_as_by_plain_clustering_and_a_tenth_is_raised_for_nothing(seed: int) -> None:
    module, traffic = inject("interference"), carrier_of(bundled("us_coastal_20200630.parquet"))
    what = module.plant(traffic, dice_of("interference", seed, 0))
    sent, truths = lines(planted(traffic, what)), [one for one in what.truths if one.expected]
    plain = plain_clusters(sent)

    def is_of(truth, ships, begin, end):
        return bool(ships & set(truth.vessels)) and begin <= truth.t_end and end >= truth.t_start

    plain_found = sum(any(is_of(truth, *one) for one in plain) for truth in truths)
    plain_false = sum(not any(is_of(truth, *one) for truth in truths) for one in plain)
    said = run_chain(NO_PORTS, sent, only=("interference",))
    matched = scoring.match(what.truths, scoring.episodes(said.said, said.stands), ("interference",), 1800.0, set())
    found = sum(one.found for one in matched.of_truths if one.truth.expected)
    false = len(matched.stray) + sum(bool(one.episodes) for one in matched.of_truths if not one.truth.expected)
    assert found >= plain_found
    assert plain_false >= 10
    assert false <= 0.1 * plain_false
