"""The strait's mix of messages decodes whatever the decoder's memory held before."""

import numpy as np

from hanbada.ais import columns
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.traffic import lines
from hanbada.model.times import MINUTE_US


def test_texts_a_message_lacks_are_null_whatever_memory_held(monkeypatch):
    make = columns._arena
    monkeypatch.setattr(columns, "_arena", lambda program: np.full_like(make(program), 255))
    state = columns.start("seams", 0)
    scenario = korea_strait(0)
    data = b"\n".join(lines(scenario, 0, 3 * MINUTE_US)) + b"\n"
    for block in [*columns.feed(state, data), *columns.finish(state)]:
        if block.messages:
            columns.seams(block)
