"""An encounter is open as long as it may go on, and closed once."""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np
import pyarrow as pa

from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from ships import NO_PORTS, SECOND, Scene

ONE, OTHER, THIRD = 440_000_001, 441_000_002, 431_000_003
HOUR, LOOK_S = 3600, 600


def meeting() -> pa.Table:
    """Two ships lie together for three hours and part; a third one sails on, and so does time."""
    scene = Scene()
    for mmsi, lon, course in ((ONE, 0.0, 90.0), (OTHER, 0.002, 270.0)):
        scene.sail(mmsi, 34.0, lon, course, 0.1, 0, 3 * HOUR, 60.0)
        scene.sail(mmsi, 34.0, lon, course, 12.0, 3 * HOUR, 6 * HOUR, 60.0)
    scene.sail(THIRD, 30.0, 5.0, 0.0, 10.0, 0, 6 * HOUR, 60.0)
    return scene.table()


def test_an_encounter_is_told_open_until_it_is_over_then_closed_and_never_revised() -> None:
    table, watch, said = meeting(), start(NO_PORTS, None, ("encounter",)), []
    at = table["at"].cast(pa.int64()).to_numpy()
    edges = np.searchsorted(at, at[0] + np.arange(0, 6 * HOUR, LOOK_S) * SECOND)
    for begin, end in pairwise([*edges.tolist(), len(at)]):
        said += take_reports(watch, Reports(table.slice(begin, end - begin))).said + settle(watch)
    assert [state for state, _ in groupby(one.state for one in said)] == ["open", "closed"]
    assert all((one.t_end is None) == (one.state == "open") for one in said)
    (stands,) = standing(watch)
    assert stands.state == said[-1].state == "closed"


def test_ships_that_are_still_together_are_an_open_encounter_read_at_once() -> None:
    table = meeting()
    part = table.slice(
        0, int(np.searchsorted(table["at"].cast(pa.int64()).to_numpy(), Scene().start_us + HOUR * SECOND))
    )
    watch = start(NO_PORTS, None, ("encounter",))
    take_reports(watch, Reports(part))
    settle(watch)
    assert [(one.state, one.t_end) for one in standing(watch)] == [("open", None)]
