"""Reports, facts, merge and split, campaigns, handovers, documents and erasure, kept in both databases."""

import msgspec
import pytest
from makings import HOUR, MINUTE, NOON, detection
from sqlalchemy import select

from hanbada.model.errors import NotFoundError, RefusedError, UsageError
from hanbada.model.records import Asserted, Attribution, Moved, Report, Tasked, Vessel
from hanbada.model.times import DAY_US
from hanbada.store.incidents import digest_of
from hanbada.store.schema import incident_entry

REPORT = Report(title="Boarding", facts={"act": "attack", "boarded": True}, source="master")
NAME = {"role": "victim", "name": "Jane Roe"}


@pytest.fixture
def work(desk):
    return desk.incident_desk


def bodies(desk):
    with desk.engine.connect() as connection:
        return list(
            connection.execute(select(incident_entry.c.incident_id, incident_entry.c.number, incident_entry.c.body))
        )


def test_an_incident_of_a_report_is_kept_whole(desk, work):
    made = work.report(REPORT, "report", "kim", NOON)
    assert desk.incident(made.incident_id) == made
    assert made.incident_id.startswith("INC-")
    with pytest.raises(UsageError):
        work.report(msgspec.structs.replace(REPORT, facts={"act": "x"}), "report", "kim", NOON)
    assert [one.incident_id for one in desk.incidents(())] == [made.incident_id]


def test_what_was_done_is_kept_and_replayed(desk, work):
    name = work.report(REPORT, "report", "kim", NOON).incident_id
    work.do(name, Asserted(fact="boarded", value=False, source="patrol", credibility=1), "lee", NOON + MINUTE)
    work.do(name, Tasked(what="call", owner="lee"), "lee", NOON + MINUTE, "as agreed")
    after = work.do(name, Moved(state="monitoring", owner="cho"), "lee", NOON + HOUR)
    assert desk.incident(name) == after
    assert (after.state, after.owner, after.log[-2].text) == ("monitoring", "cho", "as agreed")
    assert [one.incident_id for one in desk.incidents(("monitoring",))] == [name]


def test_the_ledger_proves_every_line_and_says_none(desk, work):
    name = work.report(REPORT, "report", "kim", NOON).incident_id
    desk.log(name, "a secret word", "kim", NOON + MINUTE)
    told = [msgspec.json.decode(one.body) for one in desk.deeds(object_id=f"incident/{name}")]
    digests = dict(told[0]["lines"]) | {str(one["line"]): one["digest"] for one in told[1:]}
    assert {str(number): digest_of(body) for _, number, body in bodies(desk)} == digests
    assert not any(b"secret" in msgspec.json.encode(one) for one in told)


def test_alerts_go_where_their_incident_went_and_links_lead_there(desk, work):
    desk.record([detection(name, vessels=(1, 2)) for name in "ab"], NOON)
    one, other = (desk.open_incident(number, "kim", NOON + MINUTE).incident_id for number in (1, 2))
    whole = work.merge(one, other, "the same", "lee", NOON + HOUR)
    assert whole.incident_id == other
    assert set(whole.episodes) == {"gap-a", "gap-b"}
    assert [desk.alert(number).alert.incident_id for number in (1, 2)] == [other, other]
    assert work.standing(one).incident_id == other
    assert desk.open_incident(1, "cho", NOON + HOUR).incident_id == other
    assert desk.log(one, "written to the old name", "lee", NOON + HOUR).incident_id == other
    desk.record([detection("a", version=2, state="retracted")], NOON + HOUR)
    assert desk.incident(other).log[-1].text == "Retracted: gap-a"
    assert desk.incident(one).merged_into == other
    with pytest.raises(RefusedError):
        work.merge(one, work.report(REPORT, "report", "kim", NOON).incident_id, "", "lee", NOON + HOUR)


def test_what_is_split_off_takes_its_alerts_along(desk, work):
    desk.record([detection(name, vessels=(1, 2)) for name in "ab"], NOON)
    one, other = (desk.open_incident(number, "kim", NOON + MINUTE).incident_id for number in (1, 2))
    work.merge(one, other, "", "lee", NOON + HOUR)
    new = work.split(other, "Again alone", (), ("gap-a",), (), "lee", NOON + HOUR)
    assert (new.episodes, desk.alert(1).alert.incident_id) == (("gap-a",), new.incident_id)
    assert desk.incident(other).episodes == ("gap-b",)


def test_an_incident_from_before_logs_said_how_they_began_is_read_as_it_was(desk):
    desk.record([detection(vessels=(440123450,))], NOON)
    name = desk.open_incident(1, "kim", NOON + MINUTE).incident_id
    desk.change_incident(name, "assessing", "kim", NOON + HOUR)
    with desk.engine.begin() as connection:
        old = msgspec.json.encode({"at": NOON + MINUTE, "author": "kim", "text": "Opened from alert 1"}).decode()
        connection.execute(incident_entry.update().where(incident_entry.c.number == 1).values(body=old))
        connection.execute(incident_entry.delete().where(incident_entry.c.number == 2))
    one = desk.incident(name)
    assert (one.state, one.owner, one.vessels, len(one.log)) == ("assessing", "kim", (Vessel(mmsi=440123450),), 1)
    assert desk.log(name, "still written", "lee", NOON + 2 * HOUR).state == "assessing"


def test_campaigns_and_handovers_are_kept(work):
    name = work.report(REPORT, "report", "kim", NOON).incident_id
    one = work.begin_campaign("Anchors", "kim", NOON)
    work.join_campaign(one.campaign_id, name, "kim", NOON)
    work.attribute(one.campaign_id, Attribution(at=NOON, by="lee", step=2, confidence="low", dissents=True))
    kept = work.campaign(one.campaign_id)
    assert (kept.incidents, kept.attributions[0].by) == ((name,), "lee")
    assert work.campaigns() == [kept]
    assert work.join_campaign(one.campaign_id, name, "kim", NOON, leave=True).incidents == ()
    with pytest.raises(NotFoundError):
        work.campaign("CAM-NONE")
    work.hand_over("lee", "quiet night\x00", "kim", NOON)
    assert [(given.by, given.to, given.note) for given in work.handovers()] == [("kim", "lee", "quiet night\x00")]


def test_a_document_is_kept_once_and_handed_out_for_its_incident_alone(work):
    one, other = (work.report(REPORT, "report", "kim", NOON).incident_id for _ in range(2))
    after = work.attach(one, b"%PDF-1.4 x", "photo", "kim", NOON)
    (sha256,) = (each["sha256"] for said in after.said if said.fact == "documents" for each in said.value)
    assert work.document(one, sha256) == ("application/pdf", b"%PDF-1.4 x")
    with pytest.raises(NotFoundError):
        work.document(other, sha256)


def test_a_subject_is_found_and_erased_and_only_that_it_was_stays(desk, work):
    name = work.report(REPORT, "report", "kim", NOON).incident_id
    work.do(name, Asserted(fact="person", value=[NAME], source="master"), "kim", NOON)
    desk.log(name, "spoke with JANE ROE", "kim", NOON)
    places = work.subject("jane roe")
    assert sorted(place.what for place in places) == ["person", "words"]
    done = work.erase(places, "asked", "kim", NOON + HOUR)
    assert (done.kinds, done.incidents) == ({"person": 1, "words": 1}, (name,))
    assert work.subject("jane roe") == []
    assert not any("roe" in str(body).lower() for _, _, body in bodies(desk))
    last = desk.deeds(object_id=f"incident/{name}")[-1]
    assert (last.action, "roe" in last.body.lower()) == ("erased", False)
    assert desk.ledger_breaks_at() is None


def test_time_erases_names_and_documents_of_closed_incidents_and_leaves_a_receipt(desk, work):
    name = work.report(REPORT, "report", "kim", NOON).incident_id
    work.do(name, Asserted(fact="person", value=[NAME], source="master"), "kim", NOON)
    after = work.attach(name, b"a note", "note", "kim", NOON)
    (sha256,) = (each["sha256"] for said in after.said if said.fact == "documents" for each in said.value)
    work.do(name, Moved(state="closed"), "kim", NOON)
    assert work.retire("node", NOON + 29 * DAY_US).kinds == {}
    assert work.retire("node", NOON + 30 * DAY_US).kinds == {"person": 1}
    done = work.retire("node", NOON + 365 * DAY_US)
    assert (done.kinds, done.documents) == ({"documents": 1}, 1)
    with pytest.raises(NotFoundError):
        work.document(name, sha256)
    assert [one.action for one in desk.deeds(object_id=f"incident/{name}")].count("erased") == 2
    assert work.retire("node", NOON + 900 * DAY_US).kinds == {}
