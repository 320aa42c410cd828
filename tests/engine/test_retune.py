"""A detector that is given other thresholds while the watch runs says what it would have said with them all along."""

import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_ports
from hanbada.detect import DETECTORS
from hanbada.engine.watch import Reports, retune, settle, standing, start, take_reports
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.traffic import lines
from hanbada.model.errors import UsageError
from hanbada.model.times import MINUTE_US

CURTAIN_US = 1_790_000_000_000_000
KINDS = tuple(kind for kind in DETECTORS if kind != "distress")


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Three hours of the simulated strait."""
    path = tmp_path_factory.mktemp("strait") / "strait.nmea"
    heard = lines(korea_strait(CURTAIN_US), CURTAIN_US - 160 * MINUTE_US, CURTAIN_US + 20 * MINUTE_US, 3)
    path.write_bytes(b"".join(line + b"\n" for line in heard))
    return list(read_reports(str(path), 1, Account("strait")))


def watched(reports: list[Reports], **settings):
    watch = start(known_ports(None), only=KINDS, settings=settings)
    for one in reports:
        take_reports(watch, one)
        settle(watch)
    return watch


def ids(watch, kind):
    return {one.episode_id: one.detection_id for one in standing(watch) if one.kind == kind}


def test_the_same_thresholds_again_change_nothing(reports):
    watch = watched(reports)
    before = {kind: ids(watch, kind) for kind in KINDS}
    assert sum(map(len, before.values())) >= 3
    for kind in KINDS:
        assert retune(watch, kind, {}) == []
    assert {kind: ids(watch, kind) for kind in KINDS} == before


@pytest.mark.parametrize(("kind", "name", "value"), [("encounter", "least_min", "90"), ("gap", "min_h", "1.8")])
def test_other_thresholds_find_what_they_would_have_found_from_the_start(reports, kind, name, value):
    watch = watched(reports)
    before = ids(watch, kind)
    retune(watch, kind, {f"{kind}.{name}": value})
    assert ids(watch, kind) == ids(watched(reports, **{f"{kind}.{name}": value}), kind) != before


def test_a_setting_that_is_not_there_is_refused_and_changes_nothing(reports):
    watch = watched(reports[:1])
    state = watch.detectors["gap"]
    with pytest.raises(UsageError, match="gap has"):
        retune(watch, "gap", {"gap.colour": "1"})
    assert watch.detectors["gap"] is state
