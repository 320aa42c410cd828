"""A node that runs for weeks: what it remembers does not grow, and it comes to what is found in an archive at once."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pyarrow as pa

from hanbada.engine.watch import Reports, Watch, settle, standing, start, take_reports
from hanbada.geo.sphere import KNOT_MS
from ships import NO_PORTS, SECOND, Scene

KINDS = ("gap", "loitering", "drifting", "voyage", "draught")
SETTINGS = {"loitering.least_p": "0.01", "drifting.least_p": "0.01"}
DAYS, HOUR, DAY = 30, 3600, 86_400
LOOK_H = 6


@cache
def same_every_day() -> pa.Table:
    """Ships that every day sail out, wait near one another for hours, fall silent for hours and come back."""
    scene = Scene()
    for ship in range(3):
        for day in range(DAYS):
            mmsi, t, place = 440_123_450 + ship, day * DAY + ship * 600.0, (34.0 + ship / 50, 129.0)
            place = scene.sail(mmsi, *place, 90.0, 10.0, t, t + 2 * HOUR, 600.0)
            for leg in range(8):
                begin = t + 2 * HOUR + leg * 1800
                place = scene.sail(mmsi, *place, 180.0 * (leg % 2), 1.2, begin, begin + 1800, 300.0)
            away = 10.0 * KNOT_MS * 2 * HOUR
            back = t + 13 * HOUR
            scene.sail(mmsi, place[0], place[1], 270.0, away / KNOT_MS / (8 * HOUR), back, back + 8 * HOUR, 900.0)
    return scene.table()


def remembered(watch: Watch) -> dict[str, int]:
    """How many things of each sort are kept of what ships did."""
    gap, loitering, drifting = (watch.detectors[kind][1] for kind in ("gap", "loitering", "drifting"))
    passages = [watch.detectors[kind][1].passages for kind in ("voyage", "draught")]
    spells = [loitering.cases, drifting.cases, *passages]
    return {
        "silences": len(gap.cases),
        "places of silences": sum(map(len, gap.placed.values())),
        "begins of silences": sum(map(len, gap.ended.values())),
        "spells": sum(len(one.found) + len(one.told) + sum(map(len, one.of_vessel.values())) for one in spells),
        "company": sum(len(one.company.known) + len(one.company.cells) for one in (loitering, drifting)),
    }


@cache
def live() -> tuple[dict[str, str], list[dict[str, int]], int]:
    """What stands after weeks of looking up, what was kept at the end of each day, and how much was retracted."""
    watch, table, kept, retracted = start(NO_PORTS, None, KINDS, SETTINGS), same_every_day(), [], 0
    at = table["at"].cast(pa.int64()).to_numpy()
    edges = np.searchsorted(at, at[0] + np.arange(0, DAYS * 24 + LOOK_H, LOOK_H) * HOUR * SECOND)
    for look, (begin, end) in enumerate(pairwise([*edges.tolist(), len(at)])):
        said = take_reports(watch, Reports(table.slice(begin, end - begin))).said + settle(watch)
        retracted += sum(one.state == "retracted" for one in said)
        if look % (24 // LOOK_H) == 0:
            kept.append(remembered(watch))
    return {one.episode_id: one.detection_id for one in standing(watch)}, kept, retracted


def test_what_is_remembered_does_not_grow_over_thirty_days_of_the_same_traffic() -> None:
    _, kept, _ = live()
    assert all(count > 0 for count in kept[15].values())
    assert kept[29] == kept[20]


def test_what_was_let_go_stands_and_is_what_an_archive_read_at_once_tells() -> None:
    stands, _, retracted = live()
    watch = start(NO_PORTS, None, KINDS, SETTINGS)
    take_reports(watch, Reports(same_every_day()))
    settle(watch)
    at_once = standing(watch)
    assert len({one.t_start // (DAY * SECOND) for one in at_once if one.kind == "loitering"}) == DAYS
    assert retracted == 0
    assert stands == {one.episode_id: one.detection_id for one in at_once}
