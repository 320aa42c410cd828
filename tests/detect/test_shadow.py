"""Indicators: what counts, how it fades, that one more never lowers the score, and what a list adds."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbada.detect.contract import Charts, Listed
from hanbada.engine.local import Kept, again, reports_of, take_archive
from hanbada.engine.watch import Reports, settle, standing, start, take_reports
from hanbada.model.tables import STATICS
from hanbada.model.wording import PHRASES, explanation
from ships import NO_PORTS, START, Scene

SHIP, BEFORE, EARLIER = 355_100_001, 613_100_001, 677_100_001
IMO, DAY_S = 9329760, 86_400


def said(*reports, times=3):
    """Static reports (MMSI, days before the scene, fields), each said some times."""
    rows = [
        {"at": START - round(days * DAY_S * 1e6) + i * 60_000_000, "mmsi": mmsi, "source": 1, **fields}
        for mmsi, days, fields in reports
        for i in range(times)
    ]
    rows = [dict.fromkeys(STATICS.names) | {"line_id": (1 << 48) + i} | row for i, row in enumerate(rows)]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.with_columns(pl.col("at").cast(pl.Datetime("us", "UTC"))).to_arrow().cast(STATICS.schema)


def passage(*mmsi):
    scene = Scene()
    for i, one in enumerate(mmsi or (SHIP,)):
        scene.sail(one, 30.0 + i, 125.0, 90.0, 12.0, 0, 3600, 60.0)
    return scene.table()


def found(statics, *, listed=None, ships=(SHIP,), **options):
    watch = start(
        NO_PORTS,
        only=("shadow",),
        settings={f"shadow.{k}": v for k, v in options.items()},
        charts=Charts(listed=listed),
    )
    take_reports(watch, Reports(passage(*ships), statics))
    settle(watch)
    return standing(watch)


def quantities(detection):
    return [reason.quantity for reason in detection.reasons]


def test_flags_and_names_add_up_and_every_part_is_shown() -> None:
    statics = said(
        (BEFORE, 300, {"imo": IMO, "name": "A STAR"}),
        (EARLIER, 200, {"imo": IMO, "name": "B MOON"}),
        (SHIP, 0, {"imo": IMO, "name": "C SUN"}),
    )
    (one,) = found(statics)
    assert quantities(one) == ["indicators", "flags", "names"]
    assert one.reasons[1].subject == "CM → TZ → PA"
    assert one.reasons[2].subject == "A STAR → B MOON → C SUN"
    assert [v.mmsi for v in one.vessels] == [SHIP, EARLIER, BEFORE]
    assert one.severity == "caution"


def test_a_ship_that_was_sold_once_is_left_alone() -> None:
    statics = said((BEFORE, 100, {"imo": IMO, "name": "A STAR"}), (SHIP, 0, {"imo": IMO, "name": "B MOON"}))
    assert found(statics) == []


def test_another_way_to_write_a_name_is_no_other_name() -> None:
    statics = said(
        *((SHIP, 10 - i, {"name": name}) for i, name in enumerate(("DONGWON 101 HO", "NO.101 DONG WON", "DONGWON101")))
    )
    assert found(statics, least_p=0.01) == []


def test_words_in_another_order_are_an_indicator() -> None:
    (one,) = found(said((SHIP, 20, {"name": "SHUN XING 39"}), (SHIP, 0, {"name": "XING SHUN 39"})), least_p=0.2)
    assert quantities(one) == ["indicators", "names", "swapped_words"]


def test_what_was_said_once_or_twice_is_no_indicator() -> None:
    statics = said((SHIP, 20, {"name": "SHUN XING 39"}), (SHIP, 0, {"name": "XING SHUN 39"}), times=2)
    assert found(statics, least_p=0.01) == []


def test_indicators_fade_by_half_in_a_year() -> None:
    def score(days):
        statics = said(
            (SHIP, days + 20, {"name": "SHUN XING 39"}),
            (SHIP, days, {"name": "XING SHUN 39"}),
            (SHIP, 0, {"call_sign": "3EAB7"}),
        )
        (one,) = found(statics, least_p=0.01, names_p=0.0)
        return one.context["swapped_words"][0]

    assert score(0) == 0.5
    assert score(365) == pytest.approx(0.25, abs=0.01)


def test_numbers_heard_side_by_side_are_two_ships_and_no_change_of_flag() -> None:
    statics = said(*((mmsi, days, {"imo": IMO}) for mmsi in (BEFORE, SHIP) for days in (90, 0)))
    assert found(statics, least_p=0.01, ships=(SHIP, BEFORE)) == []


def test_a_number_of_nobody_a_wrong_imo_number_and_a_foreign_call_sign_are_indicators() -> None:
    (one,) = found(said((299_000_001, 0, {"imo": 9329761})), ships=(299_000_001,), least_p=0.1)
    assert quantities(one) == ["indicators", "imo_unsound", "no_flag"]
    (one,) = found(said((SHIP, 0, {"call_sign": "BLHL"})), least_p=0.05)
    assert quantities(one) == ["indicators", "call_sign_flag"]


def test_a_listed_ship_is_named_by_number_never_by_name() -> None:
    listed = Listed(by_imo={IMO: "List A"}, by_mmsi={BEFORE: "List B"})
    (one,) = found(said((SHIP, 0, {"imo": IMO})), listed=listed)
    assert (quantities(one), one.reasons[1].subject, one.severity) == (["indicators", "listed"], "List A", "warning")
    (one,) = found(None, listed=listed, ships=(BEFORE,))
    assert one.reasons[1].subject == "List B"
    assert found(said((SHIP, 0, {"name": "SOME SHIP"})), listed=listed) == []


def test_the_words_accuse_nobody() -> None:
    (one,) = found(said((SHIP, 0, {"imo": IMO})), listed=Listed(by_imo={IMO: "List A"}))
    text = explanation(one).lower()
    assert "indicators consistent with" in text
    assert "not proof" in text
    assert not {"illegal", "criminal", "sanctions evasion", "smuggl"} & set(text.split())
    assert "{" not in text
    assert {"sale", "small_craft"} <= PHRASES.keys()


PARTS = (
    (BEFORE, 300, {"imo": IMO}), (EARLIER, 200, {"imo": IMO}), (SHIP, 0, {"imo": IMO}), (SHIP, 2, {"name": "A STAR"}), (SHIP, 1, {"name": "B MOON"}),
    (SHIP, 0, {"name": "STAR A"}), (SHIP, 0, {"call_sign": "BLHL"}),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.sets(st.sampled_from(range(len(PARTS))), min_size=1), st.sampled_from(range(len(PARTS))))
def test_one_indicator_more_never_lowers_the_score(chosen, more) -> None:
    def score(parts):
        statics = said(*(PARTS[i] for i in sorted(parts)), (SHIP, 0, {"destination": "X"}))
        return max((one.reasons[0].measured for one in found(statics, least_p=0.001)), default=0.0)

    assert score(chosen | {more}) >= score(chosen) - 1e-9


def test_order_of_static_reports_and_cuts_change_nothing_and_a_finding_is_made_again() -> None:
    statics = said(
        (BEFORE, 300, {"imo": IMO, "name": "A STAR"}),
        (EARLIER, 200, {"imo": IMO, "name": "B MOON"}),
        (SHIP, 0, {"imo": IMO, "name": "C SUN"}),
    )
    whole = {one.detection_id for one in found(statics)}
    for order in itertools.islice(itertools.permutations(range(0, len(statics), 3)), 6):
        watch = start(NO_PORTS, only=("shadow",))
        take_reports(watch, Reports(passage()))
        for begin in order:
            take_reports(watch, Reports(passage().slice(0, 0), statics.slice(begin, 3)))
            settle(watch)
        settle(watch)
        assert {one.detection_id for one in standing(watch)} == whole
    watch, kept = start(NO_PORTS, only=("shadow",)), Kept()
    list(take_archive(watch, [Reports(passage(), statics)], kept))
    (one,) = standing(watch)
    anew = again(one, reports_of(watch, kept, {v.mmsi for v in one.vessels}), NO_PORTS, None, {})
    assert anew is not None
    assert anew.detection_id == one.detection_id
