"""Reports of ships at a node: kept once, missed in time, told to nobody but those their owner named."""

import json

import msgspec
import pytest
from command import hanbada
from nodes import BEGIN, FACTS, Clock, Node, enrol, marked, settle

from hanbada.app import reporting
from hanbada.app.overseeing import Overseer
from hanbada.app.sharing import desk, publishing
from hanbada.incidents.reports.alarms import KIND
from hanbada.incidents.reports.report import ShipReport
from hanbada.model.desk import AlertFilter
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.sharing import FULL, Consent, Profile, Scope
from hanbada.model.times import DAY_US, HOUR_US, MINUTE_US, dtg
from hanbada.release.arrival import lent
from hanbada.release.confidence import confided, in_force
from hanbada.release.view import release
from hanbada.store import terms
from hanbada.store.desk import DeskStore

TEXT = """UKMTO INITIAL REPORT
Ship's name: OCEAN LARK
Flag: Liberia
IMO: 9990002
Time: {at}
Position: 12-34.5N 045-06.7E
Course: 085
Speed: 14.5 kn
Destination: Colombo
ETA: {eta}
CSO: J. Haug, +47 555 0101
Nationality of crew: Filipino
Cargo: Containers
"""


def text(at: int = BEGIN) -> bytes:
    return TEXT.format(at=dtg(at), eta=dtg(at + 5 * DAY_US)).encode()


class World:
    """A node with a desk, a partner it shares a community with, and a report of a company."""

    def __init__(self, kr: Node, fr: Node) -> None:
        self.kr, self.fr = kr, fr
        self.desk = DeskStore(kr.engine, lambda: kr.clock.at, self.changed)
        found = reporting.read(text(), BEGIN)
        (self.taken,) = reporting.keep(self.desk.report_desk, found, "Lark Lines", "officer", BEGIN)

    def changed(self, connection, subjects, written) -> None:
        desk.follow(connection, self.kr.ours, subjects, written)

    @property
    def report(self) -> ShipReport:
        assert self.taken.report is not None
        return self.taken.report

    @property
    def subject(self) -> str:
        return f"report/{self.report.report_id}"

    def consent(self, subject: str = "any", **changes) -> Consent:
        one = Consent(
            **{"consent_id": "c1", "company": "Lark Lines", "subject": subject, "community": "kr-fr", "to": "anyone",
               "profile": FULL, "given_by": "J. Haug", "given_at": BEGIN, "reference": "mail of 21 September",
               "entered_by": "officer"} | changes
        )  # fmt: skip
        self.desk.report_desk.give_consent(one, self.kr.clock.written().at_us)
        return one

    def mark(self, subject: str, **changes) -> str:
        found = self.kr.write(desk.mark, subject, marked(self.kr, "kr-fr", **changes))
        settle(self.kr, self.fr)
        return str(found)


@pytest.fixture
def world(tmp_path):
    clock = Clock()
    kr, fr = (Node(tmp_path, name, clock) for name in ("kr", "fr"))
    enrol(kr, fr)
    yield World(kr, fr)
    kr.close()
    fr.close()


def test_a_report_is_kept_once_however_often_it_comes(world):
    again = reporting.read(b"> " + text().replace(b"\n", b"\n> "), BEGIN + HOUR_US)
    (second,) = reporting.keep(world.desk.report_desk, again, "Lark Lines", "officer", BEGIN + HOUR_US)
    assert (second.new, second.report.report_id) == (False, world.report.report_id)
    assert len(world.desk.report_desk.listed()) == 1
    assert world.kr.actions().count("report_kept") == 1


def test_a_paper_form_entered_again_with_other_values_is_refused(world):
    paper = b"Form number: HB-0042\n" + text()
    for _ in range(2):
        reporting.keep(world.desk.report_desk, reporting.read(paper, BEGIN), "Lark Lines", "officer", BEGIN)
    assert len(world.desk.report_desk.listed()) == 2
    other = reporting.read(paper.replace(b"14.5 kn", b"12.0 kn"), BEGIN)
    with pytest.raises(UsageError, match="HB-0042"):
        reporting.keep(world.desk.report_desk, other, "Lark Lines", "officer", BEGIN)


def test_nothing_of_a_report_leaves_without_its_owners_consent(world):
    before = world.kr.frame(world.fr)
    world.mark(world.subject)
    assert world.fr.has() == {}
    assert world.kr.frame(world.fr) == before


def test_what_the_owner_consented_to_leaves_but_never_who_is_on_board(world):
    world.consent()
    told = world.mark(world.subject)
    facts = world.fr.facts(told)
    assert facts["vessels"] == [{"imo": 9990002, "name": "OCEAN LARK"}]
    assert "Colombo" in facts["text"]
    assert not any(word in str(facts) for word in ("Haug", "Filipino", "555"))
    assert world.fr.has()[told].received.item.marking.originator == "owner:Lark Lines"


def test_a_consent_that_is_withdrawn_takes_back_what_it_let_out(world):
    world.consent()
    told = world.mark(world.subject)
    assert told in world.fr.has()
    world.desk.report_desk.take_back_consent("c1", "J. Haug", "officer", world.kr.clock.written().at_us)
    settle(world.kr, world.fr)
    assert told not in world.fr.has()
    (one,) = world.desk.report_desk.consents("Lark Lines")
    assert (one.given_by, one.withdrawn_by) == ("J. Haug", "J. Haug")
    assert {"consent_given", "consent_withdrawn", "told_recall"} <= set(world.kr.actions())
    with pytest.raises(NotFoundError):
        world.desk.report_desk.take_back_consent("c1", "J. Haug", "officer", BEGIN)


@pytest.mark.parametrize(
    "other",
    [{"company": "Other Lines"}, {"community": "kr-sg"}, {"to": ("nobody",)}, {"to": ()}, {"subject": "report/other"},
     {"until_at": BEGIN + 1}, {"given_at": 2**60}],
)  # fmt: skip
def test_a_consent_to_something_else_lets_nothing_out(world, other):
    world.consent(**other)
    world.mark(world.subject)
    assert world.fr.has() == {}


def test_a_consent_grants_no_more_detail_than_it_says(world):
    coarse = Profile(place="30min", identity=False, source=False, person=False, narrative=False, evidence=False)
    world.consent(profile=coarse)
    facts = world.fr.facts(world.mark(world.subject))
    assert set(facts) == {"at", "place"}


def test_emergency_sharing_opens_nothing_that_was_confided(world):
    scope = Scope(
        scope_id="s", community="kr-fr", incident="i-1", nodes=(world.fr.node,), profile=FULL, max_tlp="RED",
        opened_by="officer", opened_at=BEGIN, until_at=BEGIN + DAY_US,
    )  # fmt: skip
    world.kr.write(terms.put_scope, scope, own=False)
    item = world.kr.item("x", marked(world.kr), FACTS, incident="i-1")
    known = world.kr.read(publishing.terms_of, world.kr.ours)
    assert release(item, world.fr.node, "kr-fr", known, BEGIN + 1)[1] is not None
    assert release(confided(item, "Lark Lines", []), world.fr.node, "kr-fr", known, BEGIN + 1)[1] is None


def test_what_came_from_outside_cannot_pass_for_confided(world):
    claims = world.kr.item("x", msgspec.structs.replace(marked(world.kr), originator="owner:Lark Lines"), FACTS)
    under = lent(claims, marked(world.kr, "kr-fr"), world.kr.node, "csv: somebody")
    assert under.marking.originator == "csv: somebody"


def test_more_consents_never_narrow_and_none_is_ever_invented(world):
    given = marked(world.kr, "kr-fr").grants
    one = world.consent()
    assert in_force([one], "Lark Lines", world.subject, BEGIN) == [one]
    item = confided(world.kr.item("x", marked(world.kr), FACTS), "Lark Lines", [one])
    assert item.marking.grants == ()
    item = confided(world.kr.item("x", marked(world.kr, "kr-fr"), FACTS), "Lark Lines", [one, one])
    assert {grant.community for grant in item.marking.grants} == {given[0].community}
    assert all(fact.marking is not None and fact.marking.originator == "owner:Lark Lines" for fact in item.assertions)


# overdue


def overdue_alerts(world) -> list:
    return world.desk.alerts(AlertFilter(kinds=(KIND,)))


def test_a_report_that_does_not_come_is_an_alert_and_ends_with_it(world):
    overseer, at = Overseer(world.desk), BEGIN
    while not (said := overseer.look(at)) and at < BEGIN + 2 * DAY_US:
        at += MINUTE_US
    (due,) = {one.t_start for one in said}
    assert at - due <= 15 * MINUTE_US
    world.desk.record(said, at)
    (view,) = overdue_alerts(world)
    assert (view.alert.state, view.detection.state) == ("new", "open")
    assert overseer.look(at + MINUTE_US) == []
    reporting.keep(world.desk.report_desk, reporting.read(
        f"UKMTO daily report\nIMO: 9990002\nTime: {dtg(at)}\nPosition: 13-00.0N 046-00.0E".encode(), at,
    ), "Lark Lines", "officer", at)  # fmt: skip
    world.desk.record(overseer.look(at + 2 * MINUTE_US), at + 2 * MINUTE_US)
    assert overdue_alerts(world)[0].detection.state == "closed"


def test_a_voyage_that_a_person_ended_is_not_missed(world):
    world.desk.report_desk.end(world.report.report_id, "cancelled by the company", "officer", BEGIN)
    assert Overseer(world.desk).look(BEGIN + 3 * DAY_US) == []


def test_an_alarm_about_a_ship_that_confided_in_us_needs_her_owners_consent_too(world):
    world.kr.write(desk.mark, "standing/any", marked(world.kr, "kr-fr"))
    at = BEGIN + 2 * DAY_US
    world.desk.record(Overseer(world.desk).look(at), at)
    settle(world.kr, world.fr)
    assert len(overdue_alerts(world)) == 1
    assert world.fr.has() == {}
    incident = world.desk.open_incident(overdue_alerts(world)[0].alert.alert_id, "officer", at)
    world.mark(f"incident/{incident.incident_id}")
    assert world.fr.has() == {}


def test_an_alarm_is_told_with_consent(world):
    world.consent()
    world.kr.write(desk.mark, "standing/any", marked(world.kr, "kr-fr"))
    at = BEGIN + 2 * DAY_US
    world.desk.record(Overseer(world.desk).look(at), at)
    settle(world.kr, world.fr)
    (came,) = world.fr.has().values()
    assert came.received.item.marking.originator == "owner:Lark Lines"


# the command


def test_the_command_keeps_lists_shows_and_misses(tmp_path):
    hanbada("node", "init", "--name", "kr", "--organisation", "KR", home=tmp_path)
    added = hanbada("report", "add", "-", "--received", "2026-03-04T05:10:00Z", "--json", home=tmp_path,
                    given=TEXT.format(at="040400Z MAR 26", eta="090600Z MAR 26").encode())  # fmt: skip
    (one,) = json.loads(added.out)
    assert (one["new"], one["form"], one["values"]["at"]) == (True, "ukmto_vra_initial", "2026-03-04T04:00:00Z")
    assert hanbada("report", "show", one["report_id"], home=tmp_path).out.count(b"OCEAN LARK") > 1
    late = hanbada("report", "overdue", "--at", "2026-03-04T12:15:00Z", home=tmp_path)
    assert (late.code, b"OVERDUE OCEAN LARK" in late.out) == (0, True)
    assert hanbada("report", "overdue", "--at", "2026-03-04T12:05:00Z", home=tmp_path).code == 3
    none = hanbada("report", "add", "-", home=tmp_path, given=b"nothing to see here")
    assert none.code == 3
    assert hanbada("report", "show", "report-0", home=tmp_path).code == 3
    assert hanbada("report", "form", "nothing", home=tmp_path).code == 3


def test_forms_are_printed_with_numbers_of_their_own(tmp_path):
    page = hanbada("report", "form", "ukmto_vra_daily", "--html", "--copies", "3", home=tmp_path).out.decode()
    assert page.count("<section>") == 3
    assert len({part[:11] for part in page.split("Form number: <b>")[1:]}) == 3
    assert b"DD-MM.mN" in hanbada("report", "form", "ifc_vcr_daily", home=tmp_path).out
    assert hanbada("report", "form", "ifc_vcr_daily", "--csv", home=tmp_path).out.startswith(
        b"form,form_number,ship_name"
    )
