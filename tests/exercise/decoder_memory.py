"""A decoder whose memory is clean, until it cleans up itself: see `test_decoder_memory`."""

import numpy as np
import pytest

from hanbada.ais import columns

_make = columns._arena


@pytest.fixture(scope="module", autouse=True)
def clean_memory():
    """Zeros wherever the decoder of this module's tests has not written yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_arena", lambda program: np.zeros_like(_make(program)))
        yield
