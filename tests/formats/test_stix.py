"""STIX 2.1: the validators of OASIS take what we write, and what others write is read as far as it goes."""

from __future__ import annotations

import json

import jsonschema
import msgspec
import pytest
import releasing
import stix2
import stix2validator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saying import told

from hanbada.model.errors import InputError
from hanbada.model.facts import FACTS
from hanbada.model.sharing import TLPS, Handling, Told
from hanbada.share.formats import named
from hanbada.share.formats.contract import Note
from hanbada.share.formats.stix import patterns
from hanbada.share.formats.stix.extension import DEFINITION, ID, schema
from hanbada.share.formats.stix.markings import IDS, KNOWN

FORMAT = named("stix")
NOTE = Note(title="Test", written_at=1_790_000_000_000_000, author="KR-1")
STRICT = stix2validator.ValidationOptions(strict=True, version="2.1")
SCHEMA = jsonschema.Draft202012Validator(schema())
WHEN = "2026-02-03T04:05:06.000Z"
SHIP = {"mmsi": 440123456, "imo": 9074729, "name": "HANBIT", "flag": "KR"}


def released(data_class, **facts):
    return releasing.released(data_class, facts, tlp="AMBER")


def handling(tlp="AMBER", **about):
    return Handling(**{"tlp": tlp, "onward": "none", "purposes": (), "originator": "KR-1"} | about)


def objects(*some, note=NOTE):
    return json.loads(FORMAT.write(some, note).content)["objects"]


def of_type(its, *some):
    return [one for one in objects(*some) if one["type"] == its]


def checked(content: bytes) -> None:
    """The bundle as both validators of OASIS and the schema of our extension have it."""
    text = content.decode()
    stix2.parse(text, allow_custom=False)
    found = stix2validator.validate_string(text, STRICT)
    assert found.is_valid, [str(one) for one in found.errors]
    for one in json.loads(text).get("objects", []):
        if ID in one.get("extensions", {}):
            SCHEMA.validate(one["extensions"][ID])


@st.composite
def bundles(draw):
    some = draw(st.lists(st.sampled_from(sorted(FACTS)).flatmap(told), min_size=1, max_size=3))
    return [msgspec.structs.replace(one, item_id=f"{one.item_id} {at}") for at, one in enumerate(some)]


def goes_round(some):
    content = FORMAT.write(some, NOTE).content
    checked(content)
    back = {one.item_id: one for one in FORMAT.read(content).items}
    for one in some:
        item = back[one.item_id]
        assert {said.name: said.value for said in item.assertions} == {fact.name: fact.value for fact in one.facts}
        assert (item.marking.tlp, item.marking.originator) == (one.tlp, one.handling.originator)
        assert (item.data_class, item.exercise, item.marking.grants) == (one.data_class, one.exercise, ())


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(bundles())
def test_any_bundle_is_valid_and_comes_back_whole(some):
    goes_round(some)


@pytest.mark.nightly
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(bundles())
def test_a_thousand_bundles_are_valid_and_come_back_whole(some):
    goes_round(some)


def test_the_validator_would_notice():
    bundle = json.loads(FORMAT.write([released("vessel", vessels=[SHIP])], NOTE).content)
    bundle["objects"][-1]["created_by_ref"] = "KR-1"
    assert not stix2validator.validate_string(json.dumps(bundle), STRICT).is_valid
    with pytest.raises(stix2.exceptions.STIXError):
        stix2.parse(json.dumps(bundle), allow_custom=False)


@pytest.mark.parametrize("tlp", TLPS)
def test_colours_stand_under_the_ids_that_oasis_published(tlp):
    one = msgspec.structs.replace(released("comment", text="x"), handling=handling(tlp))
    (mark,) = of_type("marking-definition", one)
    (note,) = of_type("note", one)
    assert note["object_marking_refs"] == [mark["id"]] == [IDS[tlp]]
    assert mark["name"] == f"TLP:{tlp}"
    assert FORMAT.read(FORMAT.write([one], NOTE).content).items[0].marking.tlp == tlp


def test_a_fact_marked_more_strictly_stands_under_its_own_colour_and_nowhere_else():
    facts = (
        Told(name="title", aspect="identity", value="Gap of HANBIT", handling=handling("RED")),
        Told(name="vessels", aspect="identity", value=[SHIP], handling=handling("RED")),
        Told(name="text", aspect="narrative", value="heard again at noon"),
    )
    one = msgspec.structs.replace(released("incident"), handling=handling("GREEN"), facts=facts, exercise=True)
    content = FORMAT.write([one], NOTE).content
    checked(content)
    made = json.loads(content)["objects"]
    for each in made:
        if "HANBIT" in json.dumps({name: value for name, value in each.items() if name != "extensions"}):
            assert each["object_marking_refs"] == [IDS["RED"]], each["type"]
    (item,) = FORMAT.read(content).items
    assert item.marking.tlp == "GREEN"
    assert {said.name: said.marking and said.marking.tlp for said in item.assertions} == {
        "title": "RED", "vessels": "RED", "text": None,
    }  # fmt: skip


def test_how_it_may_be_handled_comes_back():
    about = handling("AMBER", purposes=("sar",), until_at=1_800_000_000_000_000, personal=True)
    one = msgspec.structs.replace(released("comment", text="x"), handling=about)
    marking = FORMAT.read(FORMAT.write([one], NOTE).content).items[0].marking
    assert (marking.caveats.purposes, marking.caveats.until_at, marking.personal) == (("sar",), about.until_at, True)
    assert marking.caveats.no_onward


def test_what_is_not_real_is_loud():
    one = msgspec.structs.replace(released("incident", title="Fire", simulated=True), exercise=True)
    (incident,) = of_type("incident", one)
    assert incident["name"] == "EXERCISE SIMULATED: Fire"
    assert incident["labels"] == ["exercise", "simulated"]


def test_a_place_told_less_exactly_says_how_far_off_it_may_be():
    where = {"geometry": {"kind": "point", "coordinates": [[-181.0, 35.0]]}, "area": "Pacific", "cell_deg": 0.5}
    (spot,) = of_type("location", released("incident", place=where))
    assert (spot["longitude"], spot["latitude"], spot["name"]) == (179.0, 35.0, "Pacific")
    assert 39_000 < spot["precision"] < 40_000


def test_a_sighting_is_one_of_a_vessel_at_a_location():
    place = {"geometry": {"kind": "point", "coordinates": [[129.0, 35.0]]}, "area": None}
    one = released("sighting", at=1_780_000_000_000_000, place=place, error_m=50.0, vessels=[SHIP], confidence=0.7)
    content = FORMAT.write([one], NOTE).content
    checked(content)
    (sighting,) = of_type("sighting", one)
    (spot,) = of_type("location", one)
    assert sighting["where_sighted_refs"] == [spot["id"]]
    assert sighting["sighting_of_ref"] in {it["id"] for it in of_type("identity", one) if it["name"] == "HANBIT"}
    assert (sighting["confidence"], spot["precision"]) == (70, 50.0)


def test_confidence_follows_the_admiralty_scale_where_none_is_said():
    (its,) = of_type("incident", released("incident", credibility=2, reliability="B"))
    assert its["confidence"] == 70
    assert "confidence" not in of_type("incident", released("incident", credibility=6))[0]


@pytest.mark.parametrize("kind", ["ipv4", "domain", "url", "email", "md5", "sha1", "sha256", "mmsi", "imo", "other"])
def test_a_pattern_of_every_kind_comes_back_from_core_stix(kind):
    value = {"md5": "a" * 32, "sha1": "b" * 40, "sha256": "c" * 64}.get(kind, "it's \\ a 'value'")
    wanted = [{"kind": kind, "value": value}]
    assert patterns.read(patterns.written(wanted, "x")) == wanted
    (its,) = of_type("indicator", released("cyber_indicator", kind="indicator", patterns=wanted))
    assert its["extensions"][ID]["core"] == ["kind", "patterns"]


@pytest.mark.parametrize(
    "pattern",
    [
        "[ipv4-addr:value = '1.2.3.4' AND domain-name:value = 'x.y']", "[ipv4-addr:value ISSUBSET '10.0.0.0/8']",
        "[ipv4-addr:value = '1.2.3.4'] FOLLOWEDBY [url:value = 'x']", "[ipv4-addr:value = '1.2.3.4'] WITHIN 5 SECONDS",
        "[process:pid = 5]", "[ipv4-addr:value = '1.2.3.4'", "]", "[", "", "[ipv4-addr:value = '1.2.3.4' OR ]",
    ],
)  # fmt: skip
def test_a_pattern_that_is_more_than_one_comparison_is_not_taken_for_one(pattern):
    assert patterns.read(pattern) is None


def test_ids_of_observables_are_those_of_the_specification():
    wanted = [
        ("ipv4", "198.51.100.3"),
        ("domain", "example.com"),
        ("url", "https://example.com/x"),
        ("sha256", "a" * 64),
    ]
    ours = patterns.observed([{"kind": kind, "value": value} for kind, value in wanted])
    theirs = [
        stix2.IPv4Address(value="198.51.100.3"), stix2.DomainName(value="example.com"),
        stix2.URL(value="https://example.com/x"), stix2.File(hashes={"SHA-256": "a" * 64}),
    ]  # fmt: skip
    assert [one["id"] for one in ours] == [one.id for one in theirs]


def test_the_same_object_has_the_same_id_whenever_it_is_written():
    one = released("incident", title="Fire", opened=1_700_000_000_000_000)
    later = Note(title="Other", written_at=NOTE.written_at + 5_000_000)
    (first,), (second,) = (
        [its for its in objects(one, note=note) if its["type"] == "incident"] for note in (NOTE, later)
    )
    assert (first["id"], first["created"]) == (second["id"], second["created"])
    assert first["modified"] < second["modified"]


# bundles of others


def foreign(*some):
    return FORMAT.read(json.dumps({"type": "bundle", "id": "bundle--x", "objects": list(some)}).encode())


def thing(its, number=1, **about):
    head = {"type": its, "spec_version": "2.1", "created": WHEN, "modified": WHEN}
    return head | {"id": f"{its}--00000000-0000-4000-8000-{number:012d}"} | about


def facts(item):
    return {one.name: one.value for one in item.assertions}


def test_an_indicator_with_its_malware_is_read_with_what_ties_them():
    made = thing("indicator", name="C2", pattern="[ipv4-addr:value = '198.51.100.1']", pattern_type="stix",
                 valid_from=WHEN, confidence=85, labels=["apt"], object_marking_refs=[IDS["AMBER"]],
                 external_references=[{"source_name": "mitre", "external_id": "T1"}])  # fmt: skip
    ware = thing("malware", name="PoisonIvy", is_family=True)
    tie = thing("relationship", relationship_type="indicates", source_ref=made["id"], target_ref=ware["id"])
    items = {one.item_id: one for one in foreign(made, ware, tie).items}
    said = facts(items[made["id"]])
    assert said["patterns"] == [{"kind": "ipv4", "value": "198.51.100.1"}]
    assert (said["title"], said["kind"], said["confidence"], said["labels"]) == ("C2", "indicator", 0.85, ["apt"])
    assert said["external"] == [["mitre", "T1"]]
    assert said["links"] == [{"how": "indicates", "other": ware["id"]}]
    assert items[made["id"]].marking.tlp == "AMBER"
    assert items[ware["id"]].marking.tlp == "RED"


def test_what_is_not_understood_is_named_by_its_path():
    its = thing("campaign", name="X", objective="gain", x_foo_bar=1, extensions={"extension-definition--a": {"b": 1}})
    read = foreign(its, thing("x-song", 2), thing("grouping", 3, context="unspecified"), "text", None)
    named_lost = {(loss.item_id, loss.what) for loss in read.losses}
    assert {(its["id"], "objective"), (its["id"], "x_foo_bar"), (its["id"], "extensions.extension-definition--a")} <= (
        named_lost
    )
    assert {"x-song", "grouping", "None"} <= {what for _, what in named_lost}


@pytest.mark.parametrize(("refs", "tlp"), [
    ([], "RED"), ([IDS["GREEN"], IDS["AMBER+STRICT"]], "AMBER+STRICT"), (["marking-definition--unheard-of"], "RED"),
    ([IDS["CLEAR"], "marking-definition--unheard-of"], "RED"), ("text", "RED"), ([5], "RED"),
    (["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"], "CLEAR"),
])  # fmt: skip
def test_markings_of_others_are_taken_at_their_strictest(refs, tlp):
    (item,) = foreign(thing("tool", name="x", object_marking_refs=refs)).items
    assert item.marking.tlp == tlp


def test_a_bundle_cannot_say_that_red_is_clear():
    forged = thing("marking-definition", definition_type="tlp", definition={"tlp": "white"}) | {"id": IDS["RED"]}
    (item,) = foreign(forged, thing("tool", name="x", object_marking_refs=[IDS["RED"]])).items
    assert item.marking.tlp == "RED"


def test_a_statement_does_not_widen_and_is_told_to_people():
    words = thing("marking-definition", 9, definition_type="statement", definition={"statement": "REL TO KR"})
    read = foreign(words, thing("tool", name="x", object_marking_refs=[words["id"]]))
    assert read.items[0].marking.tlp == "RED"
    assert any("REL TO KR" in loss.why for loss in read.losses)


def test_what_its_source_took_back_is_not_taken():
    read = foreign(thing("tool", name="x", revoked=True))
    assert read.items == ()
    assert read.losses[0].what == "revoked"


def test_of_several_versions_the_latest_counts():
    later = thing("tool", name="new") | {"modified": "2026-03-03T04:05:06.000Z"}
    for some in ((thing("tool", name="old"), later), (later, thing("tool", name="old"))):
        assert facts(foreign(*some).items[0])["title"] == "new"


def test_an_envelope_of_taxii_is_read_too():
    assert len(FORMAT.read(json.dumps({"more": False, "objects": [thing("tool", name="x")]}).encode()).items) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"type": "bundle", "objects": 5}', b"[" * 100_000, b"\xff"])
def test_what_is_no_bundle_is_refused(content):
    with pytest.raises(InputError, match="not a STIX bundle"):
        FORMAT.read(content)


def test_the_colours_of_both_editions_are_known():
    assert set(KNOWN.values()) == set(TLPS)
    assert DEFINITION["id"] == ID
    assert len(KNOWN) == 9
