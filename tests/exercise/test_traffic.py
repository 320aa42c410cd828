"""Simulated traffic: lines any decoder reads, the same however a window is cut, at the intervals the rules ask for."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.scenario import numbers
from hanbada.exercise.traffic import arrivals, lines
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US, parse_time
from hanbada.reference.imo import imo_valid
from hanbada.reference.mmsi import flag_of, mmsi_class

CURTAIN = parse_time("2026-03-01T00:40:00Z")
MINUTES = 12


@pytest.fixture(scope="module")
def strait():
    return korea_strait(CURTAIN)


@pytest.fixture(scope="module")
def window(strait):
    return list(arrivals(strait, CURTAIN, CURTAIN + MINUTES * MINUTE_US, 3))


@pytest.fixture(scope="module")
def tables(window, tmp_path_factory):
    """Positions, statics and safety texts of the window, and the account of its lines."""
    path = tmp_path_factory.mktemp("strait") / "window.nmea"
    path.write_bytes(b"\n".join(line for _, line in window) + b"\n")
    account = Account("window")
    found = list(read_reports(str(path), 0, account))
    return [pl.concat([pl.DataFrame(one[i]) for one in found]) for i in range(3)], account


def msg_type(sentence):
    """The type a payload begins with."""
    value = sentence.split(b"!")[-1].split(b",")[5][0] - 48
    return value - 8 if value > 40 else value


def times_s(positions, mmsi):
    """When a ship transmitted: stamps of several receivers of one transmission count once."""
    at = positions.filter(pl.col("mmsi") == mmsi)["at"].cast(pl.Int64).sort().to_numpy() / 1e6
    return at[np.append(True, np.diff(at) > 0.2)]


@pytest.mark.parametrize("cut_s", [0.001, 83.456789, 301.5])
def test_a_window_cut_in_two_gives_the_same_lines(strait, window, cut_s):
    cut = CURTAIN + round(cut_s * SECOND_US)
    end = CURTAIN + 6 * MINUTE_US
    parts = [*arrivals(strait, CURTAIN, cut, 3), *arrivals(strait, cut, end, 3)]
    assert parts == [one for one in window if one[0] < end]


def test_lines_come_in_the_order_in_which_they_reach_us(strait, window):
    at = [one for one, _ in window]
    assert at == sorted(at)
    assert at[0] >= CURTAIN
    assert at[-1] < CURTAIN + MINUTES * MINUTE_US
    assert len(window) > 1500 * MINUTES


def test_lines_are_the_arrivals_without_their_times(strait, window):
    assert list(lines(strait, CURTAIN, CURTAIN + MINUTE_US, 3)) == [
        line for at, line in window if at < CURTAIN + MINUTE_US
    ]


def test_other_dice_give_other_lines_of_the_same_ships(strait, window):
    other = list(arrivals(strait, CURTAIN, CURTAIN + MINUTE_US, 4))
    assert not {line for _, line in other} & {line for _, line in window}


def test_a_window_years_ahead_is_as_easily_had(strait):
    far = CURTAIN + 50_000 * HOUR_US
    assert len(list(lines(strait, far, far + MINUTE_US))) > 1000


def test_copies_of_a_transmission_differ_in_the_tag_block_only(window):
    copies = {}
    for _, line in window:
        tag, sentence = line[1:].split(b"\\", 1)
        if msg_type(sentence) in {3, 18}:
            copies.setdefault(sentence, []).append(tag)
    several = [tags for tags in copies.values() if len(tags) > 1]
    assert len(several) > 300
    assert all(len({tag.split(b",")[0] for tag in tags}) > 1 for tags in several)


def test_reports_come_at_the_intervals_the_rules_ask_for(strait, tables):
    positions = tables[0][0]
    by_key = {vessel.key: vessel.identity.mmsi for vessel in strait.vessels}
    anchored, under_way = by_key["blind"], by_key["tug"]
    assert np.median(np.diff(times_s(positions, anchored))) == pytest.approx(180.0, abs=20.0)
    assert np.median(np.diff(times_s(positions, under_way))) == pytest.approx(10.0, abs=1.0)
    assert np.min(np.diff(times_s(positions, under_way))) > 7.9
    class_b = np.diff(times_s(positions, by_key["intruder"]))
    assert np.median(class_b) == pytest.approx(30.0, abs=31.0)
    assert np.min(class_b) > 23.9


def test_every_line_is_used_and_every_kind_of_message_is_there(window, tables):
    assert (tables[1].lines, tables[1].used) == (len(window), len(window))
    first_parts = [line for _, line in window if b",2,2," not in line]
    assert {msg_type(line) for line in first_parts} == {1, 3, 4, 5, 14, 18, 21, 24, 27}


def test_two_parts_of_a_message_follow_each_other(window):
    found = [line for _, line in window]
    for one, other in pairwise(found):
        if b"AIVDM,2,1," in one:
            assert b"AIVDM,2,2," in other
            assert one.split(b"\\")[1] == other.split(b"\\")[1]


def test_whoever_is_heard_says_sim_and_has_a_number_nobody_can_have(strait, tables):
    positions, statics, safety = tables[0]
    everybody = numbers(strait)
    heard = set(positions["mmsi"].to_list()) | set(statics["mmsi"].to_list())
    assert len(heard) > 250
    assert heard <= everybody
    assert statics["name"].drop_nulls().str.starts_with("SIM ").all()
    assert {flag_of(mmsi) for mmsi in everybody} == {None}
    assert {mmsi_class(mmsi) for mmsi in everybody} == {"ship", "coast", "aton", "sart"}
    assert "SIMULATED TRAFFIC - EXERCISE ONLY" in safety["text"].to_list()


def test_simulated_imo_numbers_are_valid_and_of_a_range_no_ship_has(strait):
    imo = [vessel.identity.imo for vessel in strait.vessels if vessel.identity.imo]
    assert len(imo) > 150
    assert all(imo_valid(one) and 5_900_000 <= one < 5_910_000 for one in imo)


def test_mmsi_and_keys_of_vessels_are_their_own_but_for_the_twins(strait):
    keys = [vessel.key for vessel in strait.vessels]
    assert len(set(keys)) == len(keys)
    mmsi = [vessel.identity.mmsi for vessel in strait.vessels]
    assert len(set(mmsi)) == len(mmsi) - 1
    names = [vessel.identity.name for vessel in strait.vessels]
    assert len(set(names)) == len(names)
