"""Dice that are thrown by number: the same question always gets the same answer, in whatever order it is asked.

A question is a row of integers (seed, vessel, tick, purpose); the answer is a hash of them. So any minute of traffic
can be made without what came before it, and two windows that meet agree.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

# The finaliser of splitmix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def thrown(*question: Ints | int) -> NDArray[np.uint64]:
    """64 well-stirred bits per row of the question; single integers stand for every row."""
    stirred: NDArray[np.uint64] = np.zeros(1, np.uint64)
    for part in question:
        stirred = stirred ^ np.atleast_1d(np.asarray(part, np.int64)).view(np.uint64)
        stirred = stirred + _STEP
        stirred = (stirred ^ (stirred >> np.uint64(30))) * _FIRST
        stirred = (stirred ^ (stirred >> np.uint64(27))) * _SECOND
        stirred = stirred ^ (stirred >> np.uint64(31))
    return stirred


def uniform(*question: Ints | int) -> Floats:
    """Numbers in [0, 1).

    >>> bool(uniform(7, 1, 2)[0] == uniform(7, np.array([1, 5]), 2)[0])
    True
    """
    shares: Floats = (thrown(*question) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return shares


def below(top: Ints | int, *question: Ints | int) -> Ints:
    """Whole numbers from 0 to top - 1."""
    return (uniform(*question) * top).astype(np.int64)


def normal(*question: Ints | int) -> Floats:
    """Numbers of the standard normal distribution (Box and Muller 1958)."""
    far: Floats = np.sqrt(-2.0 * np.log1p(-uniform(*question, 1)))
    return far * np.cos(2.0 * np.pi * uniform(*question, 2))
