"""Probabilities of pairs where each side has at most one partner, exactly and by belief propagation."""

from typing import Any

import numpy as np

from hanbada.model.kernel import kernel

ROUNDS, CLOSE = 500, 1e-9
"""Belief propagation ends when no message changes by more than this; it always converges (Williams and Lau 2014)."""


@kernel
def exact(ratio: Any, out: Any) -> None:
    """The probability of every pair, from `ratio` [row, column] of its weight to that of both being alone.

    Sums over all assignments: rows in turn, over the sets of columns already taken. Time and room grow as 2^columns.
    """
    rows, columns = ratio.shape
    sets = 1 << columns
    before, after = np.zeros((rows + 1, sets)), np.ones((rows + 1, sets))
    before[0, 0] = 1.0
    for i in range(rows):
        for taken in range(sets):
            total = before[i, taken]
            for j in range(columns):
                if taken >> j & 1 and ratio[i, j] > 0.0:
                    total += before[i, taken ^ (1 << j)] * ratio[i, j]
            before[i + 1, taken] = total
    for k in range(rows):
        i = rows - 1 - k
        for taken in range(sets):
            total = after[i + 1, taken]
            for j in range(columns):
                if not taken >> j & 1 and ratio[i, j] > 0.0:
                    total += after[i + 1, taken | (1 << j)] * ratio[i, j]
            after[i, taken] = total
    whole = after[0, 0]
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            if ratio[i, j] > 0.0:
                for taken in range(sets):
                    if not taken >> j & 1:
                        total += before[i, taken] * after[i + 1, taken | (1 << j)]
            out[i, j] = ratio[i, j] * total / whole


@kernel
def believed(ratio: Any, out: Any) -> None:
    """The same by loopy belief propagation, close and cheap for many rows and columns."""
    rows, columns = ratio.shape
    back = np.ones((rows, columns))
    for _ in range(ROUNDS):
        change = 0.0
        forth = np.zeros((rows, columns))
        for i in range(rows):
            total = 1.0
            for j in range(columns):
                total += ratio[i, j] * back[i, j]
            for j in range(columns):
                forth[i, j] = ratio[i, j] / (total - ratio[i, j] * back[i, j])
        for j in range(columns):
            total = 1.0
            for i in range(rows):
                total += forth[i, j]
            for i in range(rows):
                new = 1.0 / (total - forth[i, j])
                change = max(change, abs(new - back[i, j]))
                back[i, j] = new
        if change < CLOSE:
            break
    for i in range(rows):
        total = 1.0
        for j in range(columns):
            total += ratio[i, j] * back[i, j]
        for j in range(columns):
            out[i, j] = ratio[i, j] * back[i, j] / total
