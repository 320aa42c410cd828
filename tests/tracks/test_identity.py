"""Who a vessel is goes by vote: a damaged name does not win, a new one does."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.model.tables import STATICS
from hanbada.reference.imo import imo_valid
from hanbada.tracks.identity import MOST_SAID, NOBODY, Identities, learn
from ships import SECOND, START

SHIP, OTHER = 440_123_456, 441_000_002


def said(*reports):
    """STATICS of (seconds, mmsi, values)."""
    names = sorted({name for _, _, values in reports for name in values})
    columns = {
        "at": np.array([START + round(s * SECOND) for s, _, _ in reports]).astype("datetime64[us]"),
        "mmsi": np.array([mmsi for _, mmsi, _ in reports], np.uint32),
        "source": np.zeros(len(reports), np.uint16),
        "line_id": np.arange(1, len(reports) + 1, dtype=np.uint64),
    }
    return STATICS.build(columns | {name: [values.get(name) for _, _, values in reports] for name in names})


def after(*reports):
    state = Identities()
    learn(state, said(*reports))
    return state.get(SHIP)


def named(*names, every_s=360.0):
    return [(i * every_s, SHIP, {"name": name}) for i, name in enumerate(names)]


def test_one_damaged_name_does_not_win():
    assert after(*named("HANBADA", "HANBADA", "HANB@DA", "HANBADA")).name == "HANBADA"
    assert after(*named("HANBADA", "HANBADA", "HANB@DA")).name == "HANBADA"


def test_a_real_renaming_wins_after_three_reports_however_long_the_old_name_was_said():
    names = ["HANBADA"] * 500 + ["SAEBADA"] * 3
    assert after(*named(*names[:-1])).name == "HANBADA"
    assert after(*named(*names)).name == "SAEBADA"


def test_before_three_reports_the_value_said_most_often_counts_and_the_latest_among_equals():
    assert after(*named("HANBADA", "HANBADA", "SAEBADA")).name == "HANBADA"
    assert after(*named("HANBADA", "SAEBADA")).name == "SAEBADA"


def test_of_several_imo_numbers_a_sound_one_is_believed_first():
    reports = said(
        *[(i, SHIP, {"imo": 9329760}) for i in range(3)], *[(i + 9, SHIP, {"imo": 9329761}) for i in range(9)]
    )
    blind, seeing = Identities(), Identities(sound_imo=imo_valid)
    learn(blind, reports)
    learn(seeing, reports)
    assert (blind.get(SHIP).imo, seeing.get(SHIP).imo) == (9329761, 9329760)


def test_the_history_tells_every_value_with_its_times_how_often_and_its_first_line():
    state = Identities()
    learn(state, said(*named("HANBADA", "HANBADA", "SAEBADA", "HANBADA"), (90, SHIP, {"call_sign": "DSAB"})))
    told = [(w.what, w.value, (w.first_at - START) // SECOND, (w.last_at - START) // SECOND, w.count, w.first_line)
            for w in state.history(SHIP)]  # fmt: skip
    assert told == [
        ("name", "HANBADA", 0, 1080, 3, 1),
        ("call_sign", "DSAB", 90, 90, 1, 5),
        ("name", "SAEBADA", 720, 720, 1, 3),
    ]
    assert [w.value for w in state.history(SHIP, "call_sign")] == ["DSAB"]
    assert state.history(OTHER) == []


def test_voyage_data_go_by_the_last_word():
    known = after(
        (0, SHIP, {"destination": "KR PUS", "draught_m": 9.5, "eta": "03-12T06:00"}),
        (360, SHIP, {"destination": "KR PUS", "draught_m": 9.5, "eta": "03-12T06:00"}),
        (720, SHIP, {"destination": "JP TYO", "draught_m": 7.5, "eta": "03-14T06:00"}),
    )
    assert (known.destination, known.draught_m, known.eta) == ("JP TYO", 7.5, "03-14T06:00")


def test_what_a_report_leaves_out_stays_known():
    known = after((0, SHIP, {"name": "HANBADA", "imo": 9329760}), (360, SHIP, {"name": "HANBADA", "imo": None}))
    assert (known.name, known.imo) == ("HANBADA", 9329760)


def test_sizes_add_up_only_where_both_halves_are_known():
    known = after((0, SHIP, {"to_bow_m": 100, "to_stern_m": 20, "to_port_m": 15}))
    assert (known.length_m, known.beam_m) == (120, None)
    assert after((0, SHIP, {"to_port_m": 15, "to_starboard_m": 0})).beam_m == 15


def test_nobody_is_known_before_a_word():
    assert Identities().get(SHIP) is NOBODY
    assert (NOBODY.length_m, NOBODY.beam_m) == (None, None)


def test_a_number_said_by_two_is_told_with_who_said_it_and_when():
    state = Identities()
    assert learn(state, said((0, SHIP, {"imo": 9329760}), (360, SHIP, {"imo": 9329760}))) == set()
    assert learn(state, said((720, OTHER, {"imo": 9329760}))) == {9329760}
    senders = state.imo_senders[9329760]
    assert (senders[SHIP].first_at, senders[SHIP].last_at) == (START, START + 360 * SECOND)
    assert set(senders) == {SHIP, OTHER}


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(12)), st.lists(st.integers(0, 12), max_size=4))
def test_the_order_of_reports_and_their_batches_change_nothing(order, cuts):
    letters = "ABBABACCABCC"
    reports = [
        (
            i // 2 * 60.0,
            SHIP + (i % 3 == 2),
            {"name": letters[i], "draught_m": 5.0 + i, "imo": [9329760, 9329761][i % 2]},
        )
        for i in range(12)
    ]
    table = said(*reports)
    whole, pieces = Identities(), Identities()
    learn(whole, table)
    mixed, edges = table.take(order), [0, *sorted(cuts), 12]
    for a, b in pairwise(edges):
        learn(pieces, mixed.slice(a, b - a))
    for mmsi in (SHIP, SHIP + 1):
        assert pieces.get(mmsi) == whole.get(mmsi)
        assert pieces.history(mmsi) == whole.history(mmsi)
    assert pieces.imo_senders == whole.imo_senders


def test_a_number_that_thousands_use_keeps_what_was_said_last():
    state = Identities()
    learn(state, said(*[(i, SHIP, {"name": f"BUOY {i}"}) for i in range(MOST_SAID + 1)]))
    kept = state.history(SHIP)
    assert len(kept) == MOST_SAID // 2
    assert kept[-1].value == state.get(SHIP).name == f"BUOY {MOST_SAID}"


def test_no_reports_teach_nothing():
    assert learn(Identities(), STATICS.empty()) == set()
