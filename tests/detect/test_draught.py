"""What one ship gives and the other takes is found together, in any order, and again from the evidence."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hanbada.detect.draught import Params, changes
from hanbada.engine.local import again
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.model.tables import STATICS
from hanbada.tracks.identity import Word
from ships import NO_PORTS, SECOND, START, Scene

GIVER, TAKER = 440_123_456, 441_000_002
HOUR_S = 3600


def told(*said):
    """STATICS of (MMSI, hour, draught): sister ships of 200 by 32 metres."""
    rows = [{"at": START + round(h * HOUR_S) * SECOND, "mmsi": mmsi, "draught_m": d, "line_id": 10**6 + i}
            for i, (mmsi, h, d) in enumerate(said)]  # fmt: skip
    size = {"to_bow_m": 150, "to_stern_m": 50, "to_port_m": 16, "to_starboard_m": 16, "ship_type": 80, "source": 0}
    columns = {name: [{**size, **row}.get(name) for row in rows] for name in STATICS.names}
    columns["at"] = pa.array(columns["at"]).cast(STATICS.schema.field("at").type)
    return STATICS.build(columns)


def two_tankers():
    scene = Scene()
    for mmsi, lat in ((GIVER, 33.0), (TAKER, 33.002)):
        scene.sail(mmsi, lat, 129.0, 90.0, 2.0, 0, 40 * HOUR_S, 600.0)
    return scene.table()


SAID = told(
    (GIVER, 0, 12.0), (TAKER, 0, 7.0), (GIVER, 10, 12.0), (TAKER, 10, 7.0), (GIVER, 14, 8.0), (TAKER, 14.5, 11.0),
    (GIVER, 18, 8.0), (TAKER, 18.5, 11.0),
)  # fmt: skip


def watched(parts=1, statics=SAID):
    watch, table = start(NO_PORTS, only=["draught"]), two_tankers()
    size = -(-len(table) // parts)
    for begin in range(0, len(table), size):
        take_reports(watch, Reports(table.slice(begin, size), statics if begin == 0 else None))
    settle(watch)
    return watch


def test_a_partner_whose_draught_changed_the_other_way_is_named():
    found = standing(watched())
    assert [[v.mmsi for v in one.vessels] for one in found] == [[GIVER, TAKER], [TAKER, GIVER]]
    assert all(one.reasons[-1].quantity == "opposite_change" for one in found)
    assert found[0].probability > 0.8
    alone = standing(watched(statics=SAID.filter(pc.equal(SAID["mmsi"], GIVER))))
    assert [len(one.vessels) for one in alone] == [1]
    assert alone[0].probability < found[0].probability


def test_static_reports_in_any_order_come_to_the_same():
    backwards = SAID.take(list(range(len(SAID)))[::-1])
    ids = [
        [one.detection_id for one in standing(watched(parts, said))] for parts in (1, 7) for said in (SAID, backwards)
    ]
    assert all(one == ids[0] for one in ids)


def test_it_is_found_again_from_the_reports_of_both():
    for one in standing(watched()):
        anew = again(one, Reports(two_tankers(), SAID), NO_PORTS, None, {})
        assert anew is not None
        assert anew.reasons == one.reasons


def word(value, first_h, last_h):
    return Word(
        "draught_m", value, START + round(first_h * HOUR_S) * SECOND, START + round(last_h * HOUR_S) * SECOND, 2, 1, 2
    )


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ([word(8.0, 0, 10), word(12.0, 11, 20)], 1),
        ([word(8.0, 0, 10), word(12.0, 11, 13)], 0),
        ([word(8.0, 0, 10), word(8.3, 11, 20)], 0),
        ([word(20.0, 0, 10), word(20.8, 11, 20)], 0),
        ([word(8.0, 0, 15), word(12.0, 11, 20)], 0),
        ([word(1.2, 0, 10), word(12.0, 11, 20)], 0),
        ([word(8.0, 0, 10), word(12.0, 11, 20), word(9.0, 21, 30)], 2),
        ([word(8.0, 0, 30), word(12.0, 11, 20), word(9.0, 21, 25)], 0),
    ],
)
def test_which_steps_are_changes(words, count):
    assert len(changes(Params(), words)) == count
