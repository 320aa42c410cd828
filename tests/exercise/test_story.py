"""The story of the strait through the whole chain: every case raised in time, nothing else, whatever the dice."""

from importlib import resources

import pytest

from hanbada.app.intake import Account, read_reports
from hanbada.app.places import known_ports, known_zones
from hanbada.engine.local import LOOK_US, Kept, take_as_live
from hanbada.engine.watch import standing, start
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.scenario import Outage, programme
from hanbada.exercise.traffic import lines
from hanbada.model.times import MINUTE_US, SECOND_US, parse_time

CURTAIN = parse_time("2026-03-01T00:40:00Z")
UNTIL = CURTAIN + 32 * MINUTE_US
SEED = 7


@pytest.fixture(scope="module")
def strait():
    return korea_strait(CURTAIN)


@pytest.fixture(scope="module")
def sent(strait):
    return list(lines(strait, CURTAIN - round(strait.lead_s * SECOND_US), UNTIL, SEED))


@pytest.fixture(scope="module")
def reports(sent, tmp_path_factory):
    """What the node makes of the lines; it must use every one of them."""
    path = tmp_path_factory.mktemp("strait") / "strait.nmea"
    path.write_bytes(b"\n".join(sent) + b"\n")
    account = Account("strait")
    found = [batch._replace(simulated=True) for batch in read_reports(str(path), 0, account)]
    assert (account.lines, account.used, account.rejects.total()) == (len(sent), len(sent), 0)
    return found


@pytest.fixture(scope="module")
def said(reports):
    """Everything a live watch says of the story, version by version, and what stands at the end."""
    drawn = resources.files("hanbada.app").joinpath("demo_data", "exercise_zones.geojson").read_bytes()
    watch = start(known_ports(None), known_zones(None, drawn))
    versions = list(take_as_live(watch, reports, Kept()))
    assert watch.counts.no_time == watch.counts.too_late == 0
    return versions, standing(watch)


def element_of(scenario, detection):
    """The key of the case a detection belongs to, None for a detection the story does not know."""
    who = {vessel.mmsi for vessel in detection.vessels}
    found = [one.key for one in scenario.story if one.expects == detection.kind and who <= set(one.vessels)]
    return found[0] if found else None


def test_exactly_the_cases_of_the_story_stand_at_the_end(strait, said):
    cases = {one.key for one in strait.story if one.expects is not None}
    assert {one.expects for one in strait.story} == {
        "distress",
        "impossible",
        "identity",
        "gap",
        "encounter",
        "zone",
        None,
    }
    assert sorted(element_of(strait, one) or f"stray {one.kind} {one.vessels}" for one in said[1]) == sorted(cases)


def test_nothing_else_is_said_even_for_a_moment(strait, said):
    assert [one for one in said[0] if element_of(strait, one) is None] == []
    assert [one for one in said[0] if one.state == "retracted"] == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_programme_says_what_there_is_to_see(strait, language):
    assert strait.about[language]
    assert all(cue.text.endswith((".", "다.")) for cue in programme(strait, language))
    assert len({cue.text for cue in programme(strait, language)}) == len(strait.story)


def test_every_case_is_known_when_the_programme_says(strait, said):
    first = {}
    for one in said[0]:
        first.setdefault(element_of(strait, one), one.judged_at)
    cases = [cue for cue in programme(strait) if cue.kind is not None]
    # A watch over an archive looks up every ten minutes only.
    assert [cue.key for cue in cases if not cue.at <= first[cue.key] <= cue.known_at + LOOK_US] == []
    assert [cue.at for cue in cases] == sorted(cue.at for cue in cases)
    standing_at_curtain = {cue.key for cue in cases if first[cue.key] <= CURTAIN}
    assert standing_at_curtain == {"duplicate", "number", "gap", "handoff", "encounter"}


def test_all_of_it_is_marked_as_simulated(said):
    assert all(one.simulated for one in said[0])
    assert all((vessel.name or "SIM").startswith("SIM") for one in said[1] for vessel in one.vessels)


def test_a_handoff_and_a_duplicate_are_about_the_numbers_they_are_about(strait, said):
    by_key = {element_of(strait, one): one for one in said[1]}
    assert len({vessel.mmsi for vessel in by_key["handoff"].vessels}) == 2
    assert len({vessel.track_id for vessel in by_key["duplicate"].vessels}) == 2
    assert by_key["sart"].severity == "alarm"


def test_decoys_are_quiet_though_they_are_heard(strait, reports, said):
    decoys = {mmsi: one.key for one in strait.story if one.expects is None for mmsi in one.vessels}
    heard = {mmsi for batch in reports for mmsi in batch.positions["mmsi"].to_pylist()}
    quiet = {key: [mmsi for mmsi, its in decoys.items() if its == key and mmsi in heard] for key in decoys.values()}
    assert all(quiet.values())
    assert len(quiet["anchorage"]) > 30
    assert len(quiet["fleet"]) > 40
    assert not decoys.keys() & {vessel.mmsi for one in said[0] for vessel in one.vessels}


def test_the_station_that_fails_says_nothing_while_it_fails(strait, sent):
    outage = next(event for event in strait.events if isinstance(event, Outage))
    begin, end = (CURTAIN // 1000 + round(at * 1000) for at in (outage.span.from_s, outage.span.to_s))
    stamps = [
        int(line[line.index(b"c:") + 2 :][:13]) for line in sent if line.startswith(f"\\s:{outage.station},".encode())
    ]
    assert sum(at < begin for at in stamps) > 1000
    assert not [at for at in stamps if begin + 1000 < at < end]
    assert sum(at >= end for at in stamps) > 100
