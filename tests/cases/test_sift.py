"""What a detector drops on arrays, before anything is put into words, its judgement finds to be nothing."""

from __future__ import annotations

import importlib
from collections import Counter

import numpy as np
import pytest

from cases import Case, all_cases, watched
from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_ports
from hanbada.detect import DETECTORS
from hanbada.detect.contract import Charts, cables
from hanbada.engine.watch import settle, start, take_reports
from hanbada.reference.shapes import Line
from shared_sets import pack

SANDY_HOOK = Line(
    line_id="c",
    name="c",
    kind="cable",
    parts=(np.array([[-74.0, 40.4], [-73.0, 40.2]]),),
    source="test",
    uncertainty_m=200.0,
)
SIFTING = [kind for kind in DETECTORS if hasattr(importlib.import_module(f"hanbada.detect.{kind}"), "sift")]


@pytest.fixture
def judged(monkeypatch) -> Counter[str]:
    """Judges what is dropped as well: how many cases each detector kept, dropped, and dropped wrongly."""
    told: Counter[str] = Counter()
    for kind in SIFTING:
        _audit(importlib.import_module(f"hanbada.detect.{kind}"), kind, told, monkeypatch)
    return told


def _audit(module, kind: str, told: Counter[str], monkeypatch) -> None:
    sift = module.sift

    def audited(state, keys, site):
        kept = sift(state, keys, site)
        wrong = [key for key in keys - kept if module.judge(state, key, site) is not None]
        told.update({f"{kind} kept": len(kept), f"{kind} dropped": len(keys - kept), f"{kind} wrong": len(wrong)})
        return kept

    monkeypatch.setattr(module, "sift", audited)


def wrong(told: Counter[str]) -> list[str]:
    return [f"{words}: {count}" for words, count in told.items() if words.endswith("wrong") and count]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_nothing_a_case_holds_is_dropped(case: Case, judged) -> None:
    watched(case, case.table())
    assert wrong(judged) == []


@pytest.mark.pack
def test_nothing_a_real_day_holds_is_dropped_and_most_else_is(judged) -> None:
    path = pack("ais-us-tracktable-2020", "US_coastal_2020_06_30.parquet")
    watch = start(known_ports(None), settings={"gap.least_p": 0.9}, charts=Charts(cables([SANDY_HOOK])))
    for reports in read_reports(str(path), 0, Account("coast")):
        take_reports(watch, reports)
        settle(watch, whole=False)
    settle(watch)
    assert wrong(judged) == []
    assert all(judged[f"{kind} kept"] for kind in SIFTING)
    assert judged["gap dropped"] > 20 * judged["gap kept"]
