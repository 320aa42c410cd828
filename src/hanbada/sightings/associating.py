"""Who is whom among many: the best assignment and the probability of every pair; each has one partner at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanbada.sightings import associating_kernel as k

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_RATIO = 1e-3
"""Pairs less likely than this against both being alone are left out."""
EXACT = 12
"""Up to so many on the smaller side of a component, probabilities are exact."""
NO_WAY = 1e6
"""Cost of what may not be, beside logarithms of weights."""
MOST_LOG = 30.0
"""Beyond this a pair is certain; more would only lose digits."""


class Associated(NamedTuple):
    """Per pair its probability and whether the best assignment has it."""

    probability: NDArray[np.float64]
    best: NDArray[np.bool_]


def associate(row: NDArray[np.int64], column: NDArray[np.int64], log_ratio: NDArray[np.float64]) -> Associated:
    """Associate rows with columns, from the log of each pair's weight to that of both being alone; pairs come once."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    found = Associated(np.zeros(len(row)), np.zeros(len(row), np.bool_))
    kept = np.flatnonzero(log_ratio > np.log(LEAST_RATIO))
    if not len(kept):
        return found
    rows, columns = int(row.max()) + 1, int(column.max()) + 1
    links = coo_array((np.ones(len(kept)), (row[kept], rows + column[kept])), shape=(rows + columns,) * 2)
    part = connected_components(links, directed=False)[1][row[kept]]
    order = kept[np.argsort(part, kind="stable")]
    for group in np.split(order, np.flatnonzero(np.diff(np.sort(part))) + 1):
        _component(group, row[group], column[group], np.minimum(log_ratio[group], MOST_LOG), found)
    return found


def _component(
    group: NDArray[np.int64], row: NDArray[np.int64], column: NDArray[np.int64], log_ratio: NDArray[np.float64],
    found: Associated,
) -> None:  # fmt: skip
    """Fill in the pairs of one component."""
    i, j = (np.unique(side, return_inverse=True)[1] for side in (row, column))
    ratio = np.zeros((int(i.max()) + 1, int(j.max()) + 1))
    ratio[i, j] = np.exp(log_ratio)
    found.probability[group] = probabilities(ratio)[i, j]
    found.best[group] = best_assignment(ratio)[i, j]


def probabilities(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of every pair [row, column], exact where one side is small.

    >>> probabilities(np.array([[1.0, 1.0]])).round(3).tolist()
    [[0.333, 0.333]]
    """
    out = np.empty(ratio.shape)
    if min(ratio.shape) > EXACT:
        k.believed(ratio, out)
    elif ratio.shape[1] <= EXACT:
        k.exact(ratio, out)
    else:
        turned = np.empty(ratio.shape[::-1])
        k.exact(np.ascontiguousarray(ratio.T), turned)
        out = turned.T
    return out


def best_assignment(ratio: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The likeliest assignment as a whole: which pairs it has."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = ratio.shape
    cost = np.full((rows, columns + rows), NO_WAY)
    held = ratio > 0
    cost[:, :columns][held] = -np.log(ratio[held])
    cost[np.arange(rows), columns + np.arange(rows)] = 0.0
    which, to = linear_sum_assignment(cost)
    out = np.zeros(ratio.shape, np.bool_)
    taken = to < columns
    out[which[taken], to[taken]] = True
    return out
