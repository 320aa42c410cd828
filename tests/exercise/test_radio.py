"""The radio link: columns become the same lines as the readable codec makes, slots and dice answer the same every time."""

from itertools import pairwise

import numpy as np
import pytest

from hanbada.ais.codec import encode_payload
from hanbada.ais.m1371_6 import BASE_STATION, LONG_RANGE, POSITION_A, POSITION_B
from hanbada.ais.sentences import sentences, tag_block
from hanbada.exercise import slots
from hanbada.exercise.chance import below, normal, uniform
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.packing import armoured, received
from hanbada.exercise.reception import Receptions, during, heard, listening
from hanbada.exercise.scenario import Outage, Span

ROWS = 300


def columns_of(layout, rng):
    """Values of every field, some not available; of two fields that share bits, one."""
    found = {}
    for field in layout.fields:
        if field.name in {"rot_raw", "position_mode"}:
            continue
        low, high = (field.low / field.divisor, field.high / field.divisor) if field.type != "rot" else (-900.0, 900.0)
        values = rng.uniform(low, high, ROWS)
        if field.divisor == 1 and field.type != "rot":
            values = np.rint(values)
        if field.type == "bool":
            values = rng.integers(0, 2, ROWS).astype(float)
        found[field.name] = np.where(rng.random(ROWS) < 0.1, np.nan, values) if field.name != "mmsi" else values
    return found


@pytest.mark.parametrize("layout", [POSITION_A, POSITION_B, LONG_RANGE, BASE_STATION], ids=lambda one: one.name)
def test_columns_are_packed_as_the_readable_codec_packs_one_message(layout):
    values = columns_of(layout, np.random.default_rng(11))
    types = np.array([layout.msg_types[i % len(layout.msg_types)] for i in range(ROWS)])
    packed = armoured(layout, types, values)
    for i in range(ROWS):
        fields = {name: None if np.isnan(column[i]) else float(column[i]) for name, column in values.items()}
        assert (packed[i].tobytes(), 0) == encode_payload(layout.name, fields, int(types[i]))


def test_lines_are_framed_as_sentences_and_tag_blocks_are():
    rng = np.random.default_rng(5)
    payload = rng.choice(np.frombuffer(b"01239:;<=>?@AHWabw`", np.uint8), (40, 28))
    at = np.arange(40) * 1_000 + 1_772_000_000_000
    found = Receptions(np.arange(40), np.arange(40) % 2, at, at * 1000 + 7)
    made = dict(received(("ONE", "ANOTHER"), found, np.arange(40) % 3 == 0, payload))
    for i in range(40):
        station, channel = ("ONE", "ANOTHER")[i % 2], "B" if i % 3 == 0 else "A"
        expected = tag_block(int(at[i]) * 1000, station) + sentences(payload[i].tobytes(), 0, channel=channel)[0]
        assert made[int(at[i]) * 1000 + 7] == expected


def test_dice_give_the_same_answer_in_whatever_order_they_are_asked():
    who = np.arange(1000)
    order = np.random.default_rng(1).permutation(1000)
    assert np.array_equal(uniform(7, who, 3)[order], uniform(7, who[order], 3))
    assert not np.array_equal(uniform(7, who, 3), uniform(8, who, 3))


def test_dice_are_fair():
    many = np.arange(200_000)
    assert np.mean(uniform(1, many)) == pytest.approx(0.5, abs=0.01)
    assert np.bincount(below(6, 2, many)) == pytest.approx(200_000 / 6, rel=0.02)
    assert (np.mean(normal(3, many)), np.std(normal(3, many))) == pytest.approx((0.0, 1.0), abs=0.01)


@pytest.mark.parametrize("interval", [75, 375, 6750, 13_500])
def test_slots_are_the_same_however_time_is_cut(interval):
    who, begin, end = np.arange(50), 10_000_000, 10_000_000 + 40_000
    whole = slots.due(3, slots.POSITION, who, interval, begin, end)
    cuts = [begin, begin + 1, begin + 7_777, begin + 20_000, end]
    parts = [slots.due(3, slots.POSITION, who, interval, a, b) for a, b in pairwise(cuts)]
    pairs = sorted(zip(whole.who.tolist(), whole.slot.tolist(), strict=True))
    assert sorted((int(w), int(s)) for part in parts for w, s in zip(part.who, part.slot, strict=True)) == pairs
    assert len(pairs) == pytest.approx(50 * 40_000 / interval, rel=0.2)


def test_a_slot_is_kept_for_some_frames_and_picked_anew():
    due = slots.due(3, slots.POSITION, np.array([4]), slots.FRAME, 20_000_000, 20_000_000 + 64 * slots.FRAME)
    order = np.argsort(due.slot)
    places, left = (due.slot % slots.FRAME)[order], due.timeout[order]
    kept = left[:-1] > 0
    assert np.all(places[1:][kept] == places[:-1][kept])
    assert len(set(places.tolist())) > 4


def test_slots_begin_every_26_and_two_thirds_milliseconds():
    assert slots.slot_us(np.array([0, 1, 3])).tolist() == [0, 26_666, 80_000]
    assert [slots.first_slot(at) for at in (0, 1, 26_666, 80_000)] == [0, 1, 1, 3]


def share_heard(scenario, place, reach=1.0, *, long_range=False, at_s=0.0):
    """By how many stations each of 2,000 transmissions from a place is heard, on average, and by which."""
    slot = np.arange(2000) + slots.first_slot(scenario.epoch_at + round(at_s * 1e6))
    spot = np.full(2000, place[0]), np.full(2000, place[1])
    stations = listening(scenario)
    found = heard(
        scenario, stations, 1, slots.POSITION, np.zeros(2000, np.int64), slot, spot, reach, long_range=long_range
    )
    return np.bincount(found.station, minlength=len(scenario.stations)) / 2000


def test_stations_hear_what_is_near_and_the_satellite_hears_long_range_messages():
    scenario = korea_strait(1_772_000_000_000_000)
    near = share_heard(scenario, scenario.stations[0].place)
    assert near[0] == pytest.approx(0.97, abs=0.02)
    assert near[-1] == 0.0
    assert share_heard(scenario, (30.0, 125.0)).sum() == 0.0
    far = share_heard(scenario, (30.0, 125.0), long_range=True)
    assert far[:-1].sum() == 0.0
    assert far[-1] == pytest.approx(0.55, abs=0.05)


def test_weaker_senders_are_heard_less_far():
    scenario = korea_strait(1_772_000_000_000_000)
    strong, weak = (share_heard(scenario, (34.90, 129.45), reach).sum() for reach in (1.0, 0.5))
    assert strong > 2 * weak


def test_a_station_that_is_out_hears_nothing():
    scenario = korea_strait(1_772_000_000_000_000)
    jeju = [station.name for station in scenario.stations].index("SIM-JEJU")
    place = scenario.stations[jeju].place
    assert any(isinstance(event, Outage) and event.station == "SIM-JEJU" for event in scenario.events)
    assert share_heard(scenario, place)[jeju] == 0.0
    assert share_heard(scenario, place, at_s=3600.0)[jeju] > 0.9


def test_a_span_comes_again_with_every_performance_or_every_so_many():
    scenario = korea_strait(0)
    days = np.arange(6) * 86_400_000_000 + 60_000_000
    assert during(Span(from_s=30.0, to_s=90.0), scenario, days).all()
    assert during(Span(from_s=30.0, to_s=90.0, every=3, turn=1), scenario, days).tolist() == [False, True, False] * 2
    assert not during(Span(from_s=90.0, to_s=100.0), scenario, days).any()
