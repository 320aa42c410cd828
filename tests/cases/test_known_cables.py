"""The cable cases of 2023 to 2025 as reconstructed: each ship is caught, ranked first, and can be explained again."""

from __future__ import annotations

import pytest

from cases import all_cases, watched
from hanbada.engine.local import Kept, again, reports_of, take_archive
from hanbada.engine.watch import Reports, standing
from hanbada.incidents.suspects import behaviour, suspects
from hanbada.model.times import parse_time
from hanbada.tracks.rows import joined
from ships import NO_PORTS

CASES = {case.folder.name: case for case in all_cases() if case.kind == "cable"}
RECONSTRUCTED = {
    "raises-dip-of-1.5-kn-over-a-pipeline": (200_000_001, "2023-10-07T22:21:30Z", "Balticconnector"),
    "raises-haul-over-two-cables": (200_000_002, "2024-11-18T00:30:00Z", "Finland to Germany"),
    "raises-tanker-at-eight-knots": (200_000_003, "2024-12-25T10:26:00Z", "Estlink 2"),
    "raises-zigzag-over-a-cable": (200_000_004, "2025-02-24T19:00:00Z", "Taiwan to Penghu"),
    "raises-another-name-within-a-minute": (613_003_889, "2025-01-03T04:40:00Z", "Trans-Pacific"),
}


@pytest.mark.parametrize("name", RECONSTRUCTED)
def test_the_ship_of_a_known_case_is_ranked_first_for_the_outage(name: str) -> None:
    culprit, when, cable = RECONSTRUCTED[name]
    case = CASES[name]
    watch, laid = watched(case, case.table()), case.charts().cables
    assert max(standing(watch), key=lambda one: one.probability).vessels[0].mmsi == culprit
    number = next(i for i, line in enumerate(laid.lines) if line.name == cable)
    at = parse_time(when)
    alarms = behaviour(standing(watch), at)
    ranked = suspects(joined(watch.window.parts), laid, at, number, alarms)
    assert ranked[0].mmsi == culprit
    assert ranked[0].probability > 0.5


def test_a_finding_can_be_made_again_from_the_reports_of_its_ships_alone() -> None:
    for name in RECONSTRUCTED:
        case = CASES[name]
        watch, kept = watched(case, case.table().slice(0, 1)), Kept()
        list(take_archive(watch, [Reports(case.table())], kept))
        kept.statics = [case.statics()]
        assert standing(watch)
        for one in standing(watch):
            reports = reports_of(watch, kept, {vessel.mmsi for vessel in one.vessels})
            anew = again(one, reports, NO_PORTS, case.zones(), {}, case.charts())
            assert anew is not None
            assert anew.detection_id == one.detection_id
