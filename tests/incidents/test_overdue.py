"""Reports that were promised and did not come, and those that came late, twice, or for another ship."""

import random
from typing import Any

import pytest

from hanbada.incidents.reports.alarms import alarms
from hanbada.incidents.reports.report import ShipReport, report_id
from hanbada.incidents.reports.voyages import Voyage, overdue, voyages
from hanbada.model.records import Detection
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, parse_time

IMO, OTHER_IMO = 9990002, 9990014


def us(text: str) -> int:
    found = parse_time(text)
    assert found is not None
    return found


def report(form: str, at: str, received: str | None = None, **values: Any) -> ShipReport:
    said = {"ship_name": "OCEAN LARK", "imo": IMO, "at": us(at), "position": [12.5, 45.0]} | values
    said = {name: value for name, value in said.items() if value is not None}
    return ShipReport(
        report_id=report_id(form, said), form=form, received_at=us(received or at) + (0 if received else MINUTE_US),
        company="Lark Lines", values=said,
    )  # fmt: skip


INITIAL = report("ukmto_vra_initial", "2026-03-04T04:00Z")


def late(reports: list[ShipReport], now: str) -> list[Voyage]:
    return overdue(voyages(reports, us(now)), us(now))


def test_a_daily_report_that_does_not_come_alarms_within_a_quarter_of_an_hour() -> None:
    assert late([INITIAL], "2026-03-04T12:09Z") == []
    assert len(late([INITIAL], "2026-03-04T12:10Z")) == 1


def test_each_noon_is_owed_its_own_report() -> None:
    days = [INITIAL, *(report("ukmto_vra_daily", f"2026-03-0{day}T11:50Z") for day in (4, 5, 6))]
    assert late(days, "2026-03-07T12:09Z") == []
    found = late(days, "2026-03-07T12:15Z")
    assert [one.missed(us("2026-03-07T12:15Z")) for one in found[0].promises] == [1]
    assert [one.missed(us("2026-03-09T12:15Z")) for one in found[0].promises] == [3]


@pytest.mark.parametrize(("at", "due"), [("07:59", "2026-03-04T12:00Z"), ("08:00", "2026-03-05T12:00Z"),
                                         ("23:59", "2026-03-05T12:00Z"), ("00:00", "2026-03-04T12:00Z")])  # fmt: skip
def test_what_noon_a_report_counts_for_does_not_depend_on_midnight(at: str, due: str) -> None:
    found = voyages([report("ukmto_vra_initial", f"2026-03-04T{at}Z")], us("2026-03-05T00:30Z"))
    assert found[0].promises[0].due_at == us(due)


def test_a_position_is_owed_every_eight_hours_in_the_waters_of_the_ifc() -> None:
    first = report("ifc_vcr_initial", "2026-03-10T22:00Z", next_port="Busan")
    assert late([first], "2026-03-11T06:09Z") == []
    assert len(late([first], "2026-03-11T06:10Z")) == 1
    after = report("ifc_vcr_daily", "2026-03-11T05:59Z")
    assert late([first, after], "2026-03-11T13:59Z") == []


def test_an_arrival_at_the_corridor_that_was_announced_is_awaited() -> None:
    said = {"ship_name": "OCEAN LARK", "imo": IMO, "irtc_eta": us("2026-03-08T04:00Z")}
    announced = ShipReport(
        report_id="m1", form="mschoa_movement", received_at=us("2026-03-01T09:00Z"), company="Lark Lines", values=said
    )
    assert late([announced], "2026-03-08T04:09Z") == []
    found = late([announced], "2026-03-08T04:12Z")
    assert [one.what for one in found[0].promises] == ["irtc"]
    there = report("ukmto_vra_daily", "2026-03-08T03:30Z")
    assert late([announced, there], "2026-03-08T04:12Z") == []
    later = report("ukmto_vra_daily", "2026-03-07T12:00Z", irtc_eta=us("2026-03-08T10:00Z"))
    assert late([announced, later], "2026-03-08T04:12Z") == []
    assert [one.what for one in late([announced, later], "2026-03-08T10:12Z")[0].overdue(us("2026-03-08T10:12Z"))] == [
        "irtc"
    ]


def test_a_final_report_or_a_cancelled_voyage_owes_nothing() -> None:
    final = report("ukmto_vra_final", "2026-03-04T10:00Z")
    assert late([INITIAL, final], "2026-03-06T00:00Z") == []
    cancelled = ShipReport(**{name: getattr(INITIAL, name) for name in INITIAL.__struct_fields__} | {"ended_at": 1})
    assert late([cancelled], "2026-03-06T00:00Z") == []
    withdrawn = ShipReport(**{name: getattr(INITIAL, name) for name in INITIAL.__struct_fields__} | {"withdrawn_at": 1})
    assert voyages([withdrawn], us("2026-03-06T00:00Z")) == []


@pytest.mark.parametrize(
    "who",
    [
        {"imo": IMO, "ship_name": "ocean  lark"},
        {"imo": None, "mmsi": 440999001, "ship_name": None},
        {"imo": None, "call_sign": "A8 XY2", "ship_name": None},
        {"imo": None, "ship_name": "Ocean Lark"},
        {"imo": 9990003, "mmsi": 440999001},
    ],
)
def test_a_ship_is_known_by_whatever_she_said_before(who: dict[str, Any]) -> None:
    first = report("ukmto_vra_initial", "2026-03-04T04:00Z", mmsi=440999001, call_sign="A8XY2")
    assert late([first, report("ukmto_vra_daily", "2026-03-04T11:58Z", **who)], "2026-03-04T12:30Z") == []


def test_two_ships_of_one_name_are_never_taken_for_one() -> None:
    one, other = INITIAL, report("ukmto_vra_initial", "2026-03-04T05:00Z", imo=OTHER_IMO)
    nameless = report("ukmto_vra_daily", "2026-03-04T11:58Z", imo=None)
    assert len(late([one, other, nameless], "2026-03-04T12:30Z")) == 2
    named = report("ukmto_vra_daily", "2026-03-04T11:58Z", imo=OTHER_IMO)
    assert [voyage.ship.imo for voyage in late([one, other, named], "2026-03-04T12:30Z")] == [IMO]


def test_reports_of_another_scheme_do_not_keep_a_promise() -> None:
    assert len(late([INITIAL, report("ifc_vcr_daily", "2026-03-04T11:58Z")], "2026-03-04T12:30Z")) == 1


def test_order_and_repetition_change_nothing() -> None:
    some = [INITIAL, *(report("ukmto_vra_daily", f"2026-03-0{day}T11:50Z") for day in (4, 5)),
            report("ukmto_vra_initial", "2026-03-04T05:00Z", imo=OTHER_IMO, ship_name="GULF CONDOR"),
            report("ukmto_vra_final", "2026-03-05T18:00Z", imo=OTHER_IMO, ship_name="GULF CONDOR")]  # fmt: skip
    now = us("2026-03-07T00:00Z")
    wanted = voyages(some, now)
    dice = random.Random(3)
    for _ in range(20):
        mixed = dice.sample(some, len(some))
        assert voyages(mixed, now) == wanted


def test_a_clock_in_the_future_does_not_keep_a_ship_from_being_missed() -> None:
    ahead = report("ukmto_vra_daily", "2026-04-04T11:50Z", received="2026-03-04T11:55Z")
    assert len(late([INITIAL, ahead], "2026-03-05T12:30Z")) == 1


# alarms


def said(reports: list[ShipReport], now: str, standing: dict[str, Detection]) -> list[Detection]:
    at = us(now)
    found = alarms(voyages(reports, at), standing, [one.received_at for one in reports], at)
    for one in found:
        if one.state == "closed":
            standing.pop(one.episode_id, None)
        else:
            standing[one.episode_id] = one
    return found


def test_an_alarm_is_said_once_says_more_as_more_is_missed_and_ends_with_the_report() -> None:
    standing: dict[str, Detection] = {}
    first = said([INITIAL], "2026-03-04T12:10Z", standing)
    assert [(one.kind, one.state, one.version) for one in first] == [("overdue", "open", 1)]
    assert first[0].t_start == us("2026-03-04T12:00Z")
    assert said([INITIAL], "2026-03-04T12:11Z", standing) == []
    again = said([INITIAL], "2026-03-05T12:10Z", standing)
    assert [(one.state, one.version, one.reasons[0].measured) for one in again] == [("revised", 2, 2.0)]
    came = report("ukmto_vra_daily", "2026-03-05T11:50Z", received="2026-03-05T13:00Z")
    over = said([INITIAL, came], "2026-03-05T13:01Z", standing)
    assert [(one.state, one.version, one.episode_id) for one in over] == [("closed", 3, first[0].episode_id)]
    assert standing == {}


def test_every_reason_crosses_its_own_limit() -> None:
    for one in said([INITIAL], "2026-03-06T12:10Z", {}):
        assert all(reason.measured >= reason.limit for reason in one.reasons)
        assert "OCEAN LARK" in one.reasons[0].subject


def test_where_nobody_reports_our_own_mail_is_doubted() -> None:
    found = said([INITIAL], "2026-03-04T16:30Z", {})
    assert found[0].counter_evidence[0].holds
    others = [report("ukmto_vra_daily", "2026-03-04T16:00Z", imo=OTHER_IMO, ship_name="GULF CONDOR")]
    sure = said([INITIAL, *others], "2026-03-04T16:30Z", {})
    assert not sure[0].counter_evidence[0].holds
    assert sure[0].probability > found[0].probability


def test_an_alarm_stands_where_the_ship_last_was_or_in_the_whole_area() -> None:
    assert said([INITIAL], "2026-03-04T12:10Z", {})[0].geometry.coordinates == ((45.0, 12.5),)
    nowhere = report("ukmto_vra_initial", "2026-03-04T04:00Z", position=None)
    assert said([nowhere], "2026-03-04T12:10Z", {})[0].geometry.kind == "polygon"


def test_a_thousand_ships_for_a_month_are_watched_in_one_fold() -> None:
    start = us("2026-03-01T11:50Z")
    some = [
        ShipReport(report_id=f"r{ship}-{day}", form="ukmto_vra_daily", received_at=start + day * DAY_US, company="x",
               values={"ship_name": f"SHIP {ship}", "mmsi": 440000000 + ship, "at": start + day * DAY_US})
        for ship in range(1000) for day in range(3)
    ]  # fmt: skip
    assert len(voyages(some, start + 3 * DAY_US)) == 1000
    assert overdue(voyages(some, start + 2 * DAY_US + HOUR_US), start + 2 * DAY_US + HOUR_US) == []
