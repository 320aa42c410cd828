"""Rows of words, one per open track, that a fold over tracks keeps beside those of `segments`: they grow, and go back.

A fold numbers its rows as `segments` numbers its open tracks (`Trail.place`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hanbada.tracks.segments import vessel_places
from hanbada.tracks.segments_kernel import OPEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hanbada.tracks.segments import Segments, Trail

FIRST_ROWS = 1024


def no_words(width: int) -> NDArray[np.int64]:
    """Words of tracks nobody has seen yet."""
    return np.zeros((FIRST_ROWS, width), np.int64)


def with_room(words: NDArray[np.int64], trail: Trail) -> NDArray[np.int64]:
    """The words, with a row for every open track of a trail."""
    wanted = int(trail.place.max(initial=-1)) + 1
    if wanted <= len(words):
        return words
    grown = np.zeros((max(wanted, 2 * len(words)), words.shape[1]), np.int64)
    grown[: len(words)] = words
    return grown


def rows_of_vessels(segments: Segments, mmsi: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of all open tracks that some vessels may have, vessel by vessel."""
    return (vessel_places(segments, mmsi)[:, None] * OPEN + np.arange(OPEN)).ravel()


def put_back(
    words: NDArray[np.int64], here: NDArray[np.int64], earlier: NDArray[np.int64], there: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The words with some rows as they were in an earlier state, where those have other numbers."""
    if int(here.max(initial=-1)) >= len(words):
        grown = np.zeros((2 * int(here.max()) + 2, words.shape[1]), np.int64)
        grown[: len(words)] = words
        words = grown
    known = there < len(earlier)
    words[here] = 0
    words[here[known]] = earlier[there[known]]
    return words
