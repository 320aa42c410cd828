"""`hanbada rules` on a node that has run: what a rule would do, setting it, and how it did."""

import json

import pytest
from command import hanbada

from hanbada.app.clocks import ReplayClock
from hanbada.app.feeding import known_feed
from hanbada.app.inbox import Lines
from hanbada.app.running import Watching, opened
from hanbada.detect.contract import params_hash
from hanbada.detect.identity import Params
from hanbada.exercise.korea_strait import korea_strait
from hanbada.exercise.traffic import lines
from hanbada.model.times import MINUTE_US

CURTAIN_US = 1_790_000_000_000_000
TO_US = CURTAIN_US + 20 * MINUTE_US


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A node that heard three hours of the simulated strait; its first doubt of an identity led to an incident, others were dismissed."""
    home = tmp_path_factory.mktemp("node")
    story = b"".join(one + b"\n" for one in lines(korea_strait(CURTAIN_US), TO_US - 180 * MINUTE_US, TO_US, 3))
    with opened(home, lambda desk: [known_feed("tcp://127.0.0.1:9", desk, TO_US)], Clock(), Watching()) as node:
        assert node.loop.inbox.offer(Lines(1, TO_US, story, 0.0), len(story))
        node.loop.once(wait_s=0)
        node.loop.look()
        node.loop.write()
        node.loop.keeper.wait()
        first, *others = node.desk.outcomes("identity", 0)
        node.desk.open_incident(first.alert.alert_id, "officer", TO_US)
        for one in others:
            node.desk.dismiss(one.alert.alert_id, "false_positive", "officer", TO_US)
    return home


class Clock(ReplayClock):
    """Stands where the story ends."""

    def __init__(self) -> None:
        pass

    def now_us(self):
        return TO_US

    def reach(self, at_us):
        pass


def test_the_list_tells_how_right_every_rule_was(home):
    ran = hanbada("rules", "list", "--json", home=home)
    found = {one["kind"]: one["precision"] for one in json.loads(ran.out)}
    assert ran.code == 0
    did = found["identity"]
    assert (did["right"], did["wrong"]) == (1, did["raised"] - 1)
    assert did["low"] < did["share"] == 1 / did["raised"] <= did["high"]
    assert found["zone"]["share"] is None
    assert "precision" in hanbada("rules", "list", home=home).out.decode()


def test_other_thresholds_are_tried_on_the_archive_before_they_are_set(home):
    stricter = ("--set", "identity.least_reports=1000000", "--set", "identity.number_m=100000000")
    ran = hanbada("rules", "try", "identity", *stricter, "--json", home=home)
    assert ran.code == 0, ran.err
    tried = json.loads(ran.out)["trial"]
    assert (tried["after"], tried["gone"]) == (0, tried["before"])
    assert tried["wrong_spared"] == tried["before"] - 1 >= 1
    assert tried["right_lost"] == 1


def test_a_rule_that_is_set_is_told_and_held_by(home):
    ran = hanbada("rules", "set", "identity", "--per-watch", "0", "--review", "2027-02-01", "--why", "drill", home=home)
    assert (ran.code, ran.out) == (0, b"identity: at most 0 in 8 hours\n")
    effect = json.loads(hanbada("rules", "try", "identity", "--json", home=home).out)["effect"]
    assert (effect["after"], effect["held_for"]) == (0, {"budget": effect["before"]})
    assert effect["before"] >= 2
    assert (effect["right_lost"], effect["wrong_spared"]) == (1, effect["before"] - 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "distress", "--per-watch", "1", "--why", "x"), "always reaches people"),
        (("set", "gap", "--set", "gap.colour=1", "--why", "x"), "unknown setting gap.colour"),
        (("set", "gap", "--review", "soon", "--why", "x"), "write it as 2027-02-01"),
        (("try", "weather"), "no detector weather"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_message(home, words, said):
    ran = hanbada("rules", *words, home=home)
    assert ran.code == 2
    assert said in ran.err


def test_a_detector_works_by_other_thresholds_at_once_and_what_it_says_then_can_be_explained(home):
    with opened(home, lambda desk: [known_feed("tcp://127.0.0.1:9", desk, TO_US)], Clock(), Watching()) as node:
        node.loop.tune("identity", {"identity.handoff_m": "510"})
        node.loop.once(wait_s=0)
        said = node.desk.outcomes("identity", 0)[0].detection
        assert said.params_hash == params_hash(Params(handoff_m=510.0))
        node.loop.write()
        node.loop.keeper.wait()
    ran = hanbada("explain", said.detection_id, "--json", home=home)
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["identical"]


def test_without_a_node_the_command_says_where_it_looked(tmp_path):
    ran = hanbada("rules", "list", home=tmp_path)
    assert ran.code == 3
    assert str(tmp_path) in ran.err
