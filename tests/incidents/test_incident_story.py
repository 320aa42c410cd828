"""Incidents as their logs: facts by sources, merge and split without loss, judgements with dissent, what time erases."""

import random

import msgspec
import pytest

from hanbada.incidents import campaign, documents, incident, retention, story, telling, watches
from hanbada.incidents.standing import answers, standing
from hanbada.model.errors import RefusedError, UsageError
from hanbada.model.records import (
    Asserted,
    Assessed,
    Attribution,
    Did,
    Handover,
    LogEntry,
    Moved,
    Report,
    Tasked,
    Withdrew,
)
from hanbada.model.sharing import Marking
from hanbada.model.times import DAY_US

RED = Marking(tlp="RED", originator="us", grants=())
GREEN = Marking(tlp="GREEN", originator="us", grants=())
PLACE = {"geometry": {"kind": "point", "coordinates": [[103.8, 1.1]]}}
REPORT = Report(
    title="Boarding off Bintan",
    facts={"act": "attack", "boarded": True, "place": PLACE, "vessels": [{"name": "OCEAN STAR", "imo": 9074729}]},
    source="master",
    reliability="B",
    credibility=2,
    at=50,
)


def opened(name="INC-A", report=REPORT, at=100):
    return incident.reported(name, report, "kim", at)


def said(fact, value, source="patrol", **about):
    return Asserted(fact=fact, value=value, source=source, **about)


def test_a_report_becomes_an_incident_with_a_source_for_every_fact():
    one = opened()
    assert (one.title, one.origin, one.owner, one.state) == ("Boarding off Bintan", "report", "kim", "open")
    assert {(each.fact, each.source, each.reliability, each.credibility, each.at) for each in one.said} == {
        (name, "master", "B", 2, 50) for name in REPORT.facts
    }


def test_a_report_that_does_not_fit_names_every_fault():
    bad = msgspec.structs.replace(REPORT, facts={"act": "robery", "colour": 1, "boarded": True}, title=" ")
    with pytest.raises(UsageError) as fault:
        opened(report=bad)
    assert all(word in str(fault.value) for word in ("title", "robery", "colour"))
    assert "boarded" not in str(fault.value)


@pytest.mark.parametrize("fact", ["state", "log", "owner", "assessments", "nothing"])
def test_no_source_says_what_is_the_incidents_own(fact):
    with pytest.raises(UsageError, match=fact):
        incident.done(opened(), said(fact, "open"), "kim", 200)


@pytest.mark.parametrize(
    "change",
    [
        said("boarded", True, source=" "),
        said("boarded", True, reliability="G"),
        said("boarded", True, credibility=7),
        Assessed(about="who", percent=50, confidence="high"),
        Assessed(about="who", percent=55, confidence="sure"),
        Tasked(what="", owner="lee"),
        Moved(state="solved"),
        Moved(severity="red"),
        Moved(title=" "),
        Withdrew(key="INC-A/99"),
        Did(key="INC-A/2"),
    ],
)
def test_what_does_not_fit_is_refused(change):
    with pytest.raises(UsageError):
        incident.done(opened(), change, "kim", 200)


def test_the_most_credible_word_stands_and_the_disagreement_shows():
    now = opened()
    now = incident.done(now, said("boarded", False, credibility=5), "lee", 200)
    now = incident.done(now, said("boarded", False, credibility=6, reliability="A"), "lee", 300)
    found = {one.fact: one for one in standing(now.said)}
    assert (found["boarded"].value, found["boarded"].best.source, found["boarded"].disputed) == (True, "master", True)
    assert [one.credibility for one in found["boarded"].others] == [6, 5]
    now = incident.done(now, said("boarded", False, credibility=1), "lee", 400)
    assert answers(now)["boarded"] is False


def test_of_two_equally_credible_words_the_latest_stands():
    now = incident.done(opened(), said("boarded", False, credibility=2, reliability="B"), "lee", 200)
    assert answers(now)["boarded"] is False


def test_facts_that_gather_contradict_nothing():
    now = incident.done(opened(), said("vessels", [{"name": "SKIFF"}]), "lee", 200)
    found = {one.fact: one for one in standing(now.said)}["vessels"]
    assert {ship["name"] for ship in found.value} == {"SKIFF", "OCEAN STAR"}
    assert not found.disputed


def test_what_is_withdrawn_no_longer_counts_and_stays_in_the_log():
    now = opened()
    key = next(one.key for one in now.said if one.fact == "boarded")
    after = incident.done(now, Withdrew(key=key), "kim", 200)
    assert "boarded" not in answers(after)
    assert after.log[: len(now.log)] == now.log


def worked():
    """An incident with everything in it."""
    now = opened()
    for at, change in enumerate(
        (
            said("weapons", ["knives"], marking=RED),
            said("weapons", ["none"], source="agent", marking=GREEN),
            said("person", [{"role": "victim", "name": "A. Officer"}]),
            Tasked(what="call the port", owner="lee", due_at=900),
            Assessed(about="robbery", percent=80, confidence="moderate"),
            Assessed(about="robbery", percent=20, confidence="low", dissents=True, text="no losses"),
            Moved(state="assessing", owner="lee", title="Robbery off Bintan"),
        ),
        200,
    ):
        now = incident.done(now, change, "kim", at)
    return incident.logged(now, "Asked by VHF", "lee", 300)


def test_replaying_the_log_gives_the_incident_again():
    one = worked()
    assert story.replayed("INC-A", one.log) == one
    assert story.replayed("INC-A", msgspec.json.decode(msgspec.json.encode(one.log), type=tuple[LogEntry, ...])) == one


def everything(*incidents):
    """All that incidents hold, whoever holds it."""
    return {
        "keys": sorted(one.key for each in incidents for one in (*each.said, *each.tasks, *each.assessments)),
        "episodes": sorted(one for each in incidents for one in each.episodes),
        "vessels": sorted(one.mmsi for each in incidents for one in each.vessels),
    }


def test_merging_loses_nothing_and_both_histories_stay():
    one, other = worked(), opened("INC-B", at=150)
    before = everything(one, other)
    gone, whole = incident.merged(one, other, "kim", 500, "the same boat")
    assert everything(whole) == before
    assert (gone.merged_into, gone.state) == ("INC-B", "closed")
    assert gone.log[:-1] == one.log
    assert whole.log[:-1] == other.log
    assert [story.replayed(each.incident_id, each.log) for each in (gone, whole)] == [gone, whole]
    assert {said.marking for said in whole.said if said.fact == "weapons"} == {RED, GREEN}


def test_what_was_merged_away_is_written_in_no_more():
    gone, _ = incident.merged(worked(), opened("INC-B"), "kim", 500)
    with pytest.raises(RefusedError, match="INC-B"):
        incident.done(gone, Tasked(what="x", owner="y"), "kim", 600)
    with pytest.raises(UsageError):
        incident.merged(opened(), opened(), "kim", 500)


def test_splitting_loses_nothing_and_says_where_each_part_went():
    one = worked()
    keys = [each.key for each in one.said if each.fact == "weapons"] + [one.tasks[0].key]
    left, new = incident.split(one, "INC-C", "Knives", keys, (), (), "kim", 500)
    assert everything(left, new) == everything(one)
    assert (new.origin, new.title, [each.key for each in new.tasks]) == ("incident", "Knives", [one.tasks[0].key])
    assert [story.replayed(each.incident_id, each.log) for each in (left, new)] == [left, new]
    with pytest.raises(UsageError, match="nothing-such"):
        incident.split(one, "INC-D", "x", ("nothing-such",), (), (), "kim", 500)
    with pytest.raises(UsageError):
        incident.split(one, "INC-D", "x", (), (), (), "kim", 500)


@pytest.mark.parametrize("seed", range(40))
def test_merging_and_splitting_again_and_again_loses_nothing(seed):
    dice = random.Random(seed)
    held = {"INC-A": worked(), "INC-B": opened("INC-B"), "INC-C": opened("INC-C")}
    before = everything(*held.values())
    for step in range(12):
        live = [name for name, one in held.items() if one.merged_into is None]
        one = held[dice.choice(live)]
        if dice.random() < 0.5 and len(live) > 1:
            into = held[dice.choice([name for name in live if name != one.incident_id])]
            pair = incident.merged(one, into, "kim", 600 + step)
        else:
            keys = [each.key for each in one.said if dice.random() < 0.5] or [each.key for each in one.said[:1]]
            if not keys:
                continue
            pair = incident.split(one, f"INC-{step}", "part", keys, (), (), "kim", 600 + step)
        held |= {each.incident_id: each for each in pair}
        assert all(story.replayed(each.incident_id, each.log) == each for each in pair)
    live = [one for one in held.values() if one.merged_into is None]
    assert everything(*live) == before


def test_dissent_stands_beside_what_it_dissents_from():
    assert [(one.percent, one.dissents) for one in worked().assessments] == [(80, False), (20, True)]


def test_a_task_is_done_once():
    now = worked()
    after = incident.done(now, Did(key=now.tasks[0].key), "lee", 700)
    assert (after.tasks[0].done_at, after.tasks[0].done_by) == (700, "lee")
    with pytest.raises(UsageError):
        incident.done(after, Did(key=now.tasks[0].key), "kim", 800)


def test_the_next_watch_sees_what_changed_since_and_what_is_due():
    moved, quiet = worked(), opened("INC-Q", at=100)
    found = watches.view([moved, quiet], 250, 1000)
    assert [(one.incident.incident_id, one.new) for one in found.moved] == [("INC-A", False)]
    assert [entry.text for entry in found.moved[0].entries] == ["Asked by VHF"]
    assert [(one.task.what, one.late) for one in found.due] == [("call the port", True)]
    assert found.quiet == 1


def test_since_the_last_watch_is_since_one_took_or_gave_it():
    given = [Handover(number=1, at=10, by="kim", to="lee"), Handover(number=2, at=20, by="lee", to="cho")]
    assert [watches.since(given, name) for name in ("kim", "lee", "cho", "new")] == [10, 20, 20, 20]
    assert watches.since([], "kim") == 0


def test_attributions_are_kept_and_the_latest_of_each_person_counts():
    one = campaign.begun("CAM-1", "Cables", "kim", 10)
    one = campaign.joined(campaign.joined(one, "INC-A"), "INC-A")
    for at, (by, step, dissents) in enumerate((("kim", 3, False), ("lee", 1, True), ("kim", 7, False)), 20):
        one = campaign.attributed(one, Attribution(at=at, by=by, step=step, confidence="low", dissents=dissents))
    assert [(each.by, each.step) for each in campaign.standing(one)] == [("kim", 7), ("lee", 1)]
    assert len(one.attributions) == 3
    assert one.incidents == ("INC-A",)
    with pytest.raises(UsageError):
        campaign.attributed(one, Attribution(at=1, by="kim", step=11, confidence="low"))
    with pytest.raises(UsageError):
        campaign.begun("CAM-2", " ", "kim", 1)
    times = [each.at for each in campaign.timeline(one, [worked()])]
    assert times == sorted(times)


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<script>\x00", b"\xff\xfe", b"PK\x03\x04zip\x00"])
def test_a_document_that_is_nothing_that_is_taken_is_refused(content):
    with pytest.raises(UsageError):
        documents.attached(content, "report.pdf")


def test_a_document_is_what_it_contains_whatever_it_is_called():
    assert documents.attached(b"%PDF-1.7 x", "photo.png").media_type == "application/pdf"
    with pytest.raises(UsageError, match="bytes"):
        documents.attached(b"x" * (documents.MOST_BYTES + 1), "big")


def test_names_go_a_month_after_the_incident_closed_and_nothing_of_them_stays():
    closed = incident.changed(worked(), "closed", "kim", 1000)
    assert retention.over(closed, 1000 + 29 * DAY_US) == []
    assert retention.over(worked(), 10**18) == []
    places = retention.over(closed, 1000 + 30 * DAY_US)
    assert [place.what for place in places] == ["person"]
    log = list(closed.log)
    for place in places:
        log[place.line - 1] = retention.without(log[place.line - 1], place.what, retention.PERIOD)
    after = story.replayed("INC-A", log)
    assert b"A. Officer" not in msgspec.json.encode(after)
    assert retention.over(after, 10**18 // 4) == []


def test_everything_that_names_somebody_is_found_and_erased_in_merged_incidents_too():
    one = incident.done(worked(), said("text", "A. OFFICER was seen"), "kim", 800)
    one = incident.logged(one, "told a. officer", "kim", 801)
    one = incident.done(one, Assessed(about="A. Officer", percent=55, confidence="low"), "kim", 802)
    gone, whole = incident.merged(one, opened("INC-B"), "kim", 900)
    for each in (gone, whole):
        log = list(each.log)
        places = list(retention.naming(each, "a. officer"))
        assert {place.what for place in places} == ({"person", "text", "words"})
        for place in places:
            log[place.line - 1] = retention.without(log[place.line - 1], place.what, "asked")
        after = story.replayed(each.incident_id, log)
        assert list(retention.naming(after, "a. officer")) == []
        assert b"a. officer" not in msgspec.json.encode(after).lower()


def test_each_word_is_told_with_its_own_marking_and_the_most_credible_last():
    item = telling.of_incident(worked(), "i-1", GREEN)
    weapons = [(one.value, one.source, one.marking) for one in item.assertions if one.name == "weapons"]
    assert weapons == [(["knives"], "patrol", RED), (["none"], "agent", GREEN)]
    people = [one for one in item.assertions if one.name == "person"]
    assert [(one.aspect, one.marking.personal) for one in people] == [("person", True)]
    assert item.place == ((103.8, 1.1),)
    assert {one.name for one in item.assertions if one.name in {"tasks", "task"}} == set()
    judged = next(one.value for one in item.assertions if one.name == "assessments")
    assert all("by" not in one for one in judged)
