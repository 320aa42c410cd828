"""MISP events: what PyMISP and the real object templates make of ours, and what we make of others'."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import msgspec
import pytest

from hanbada.model.sharing import TLPS, Handling, Released, Told
from hanbada.share.formats import misp
from hanbada.share.formats import misp_2_5 as lists
from hanbada.share.formats.contract import Note

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pymisp
    from pymisp import MISPEvent, MISPObject

NOTE = Note(title="MISP", written_at=1_763_856_000_000_000, author="KR-1")
GOLDEN = Path(__file__).parent / "golden" / "misp.json"
OBJECTS = Path(pymisp.__file__).parent / "data" / "misp-objects" / "objects"
TYPES = json.loads((Path(pymisp.__file__).parent / "data" / "describeTypes.json").read_text())["result"]
SHIP = {"mmsi": 440123450, "imo": 9321483, "name": "MORNING <CALM>", "call_sign": "DSRM7"}
PLACE = {"geometry": {"kind": "point", "coordinates": [[129.0756, 35.1796]]}, "area": "Korea Strait"}
SPOOFED = {
    "kind": "spoofing", "severity": "warning", "probability": 0.8, "from": 1_763_800_000_000_000, "place": PLACE,
    "vessels": [SHIP], "reasons": [["distance", 12.5, "nmi", 5.0, ">="]],
}  # fmt: skip
INDICATOR = {
    "kind": "indicator", "title": "Port terminal", "confidence": 0.85, "reliability": "B", "credibility": 2,
    "patterns": [{"kind": "ipv4", "value": "192.0.2.1"}, {"kind": "domain", "value": "bad.example"},
                 {"kind": "sha256", "value": "0" * 64}, {"kind": "mmsi", "value": "440123450"}],
    "labels": ["PAP:AMBER", "tlp:clear", "hanbada:exercise", "port"], "external": [["cve", "CVE-2024-12345"]],
    "text": "Seen at two terminals.",
}  # fmt: skip


def released(said, data_class="alert", *, tlp="GREEN", onward="none", exercise=False, item_id="alert/s-1"):
    handling = Handling(tlp=tlp, onward=onward, purposes=(), originator="KR-1")
    facts = tuple(Told(name=name, aspect="plain", value=value) for name, value in said.items())
    return Released(
        item_id=item_id, data_class=data_class, to="FR-1", community="c", handling=handling, facts=facts, refs=(),
        exercise=exercise,
    )  # fmt: skip


def event(one):
    return json.loads(misp.write([one], NOTE).content)["Event"]


def tags(one):
    return [tag["name"] for tag in event(one)["Tag"]]


def test_an_alert_is_written_as_it_was_agreed():
    content = misp.write([released(SPOOFED)], NOTE).content
    if os.environ.get("HANBADA_GOLDEN"):
        GOLDEN.write_bytes(msgspec.json.format(content, indent=1))
    assert json.loads(content) == json.loads(GOLDEN.read_bytes())


CASES = [(SPOOFED, "alert"), (INDICATOR, "cyber_indicator"), ({"vessels": [SHIP], "at": 0, "place": PLACE}, "vessel")]


@pytest.mark.parametrize(("said", "data_class"), CASES)
def test_pymisp_takes_our_events_and_gives_them_back(said, data_class):
    whole = misp.write([released(said, data_class)], NOTE).content
    taken = MISPEvent()
    taken.from_json(whole.decode())
    again = json.dumps({"Event": json.loads(taken.to_json())}).encode()
    first, second = misp.read(whole).items[0], misp.read(again).items[0]
    assert (
        {one.name: one.value for one in first.assertions} == {one.name: one.value for one in second.assertions} == said
    )
    assert first.item_id == second.item_id
    assert first.marking == second.marking


@pytest.mark.parametrize("name", [name for name in lists.TEMPLATES if name != "hanbada"])
def test_our_templates_are_those_that_misp_ships(name):
    definition = json.loads((OBJECTS / name / "definition.json").read_text())
    uuid, version, category = lists.TEMPLATES[name]
    assert (definition["uuid"], definition["meta-category"]) == (uuid, category)
    assert definition["version"] >= int(version)


@pytest.mark.parametrize(("said", "data_class"), CASES)
def test_objects_keep_to_their_templates_and_attributes_to_their_types(said, data_class):
    found = event(released(said, data_class))
    for box in found["Object"]:
        for one in box["Attribute"]:
            assert one["category"] in TYPES["category_type_mappings"]
            assert one["type"] in TYPES["category_type_mappings"][one["category"]]
        if box["name"] == "hanbada":
            continue
        definition = json.loads((OBJECTS / box["name"] / "definition.json").read_text())
        relations = [one["object_relation"] for one in box["Attribute"]]
        for one in box["Attribute"]:
            assert definition["attributes"][one["object_relation"]]["misp-attribute"] == one["type"]
        many = {name for name, one in definition["attributes"].items() if one.get("multiple")}
        assert len(set(relations) - many) == len([one for one in relations if one not in many])
        needed = definition.get("requiredOneOf") or relations
        assert set(needed) & set(relations)
        strict = MISPObject(box["name"], strict=True)
        for one in box["Attribute"]:
            strict.add_attribute(one["object_relation"], value=one["value"])
        assert strict.to_json()
    for one in found["Attribute"]:
        assert one["type"] in TYPES["category_type_mappings"][one["category"]]


def test_every_pattern_has_a_type_of_misp_in_its_category():
    for type_, category in lists.PATTERNS.values():
        assert type_ in TYPES["category_type_mappings"][category]


@pytest.mark.parametrize("tlp", TLPS)
def test_an_event_has_exactly_one_tlp_whatever_its_labels_say(tlp):
    names = tags(released(INDICATOR, "cyber_indicator", tlp=tlp))
    assert [name for name in names if name.startswith("tlp:")] == [lists.TLP_TAGS[tlp]]
    assert "hanbada:exercise" not in names
    assert "PAP:AMBER" in names
    assert 'admiralty-scale:source-reliability="b"' in names
    assert 'estimative-language:likelihood-probability="very-likely"' in names


@pytest.mark.parametrize(("probability", "attack"), [(0.3, "other"), (0.8, "spoofing")])
def test_an_attack_is_named_only_where_it_is_likely(probability, attack):
    box = event(released({**SPOOFED, "probability": probability}))["Object"][0]
    fields = {one["object_relation"]: one["value"] for one in box["Attribute"]}
    assert fields["attack-type"] == attack
    assert fields["MMSI"] == "440123450"
    assert float(fields["suspicion-score"]) == pytest.approx(probability * 100)


def test_indicators_are_looked_for_and_mere_sightings_are_not():
    sought = {one["type"]: one["to_ids"] for one in event(released(INDICATOR, "cyber_indicator"))["Attribute"]}
    assert sought == {"ip-dst": True, "domain": True, "sha256": True, "text": False, "comment": False}
    seen = {**INDICATOR, "kind": "observed"}
    assert not any(one["to_ids"] for one in event(released(seen, "cyber_indicator"))["Attribute"])


def test_an_exercise_and_what_is_simulated_are_in_the_title_and_the_tags():
    one = released({**SPOOFED, "simulated": True}, exercise=True)
    assert event(one)["info"].startswith("EXERCISE: SIMULATED: ")
    assert {lists.EXERCISE_TAG, lists.SIMULATED_TAG} <= set(tags(one))


def test_the_same_object_has_the_same_ids_in_every_event():
    later = Note(title="", written_at=NOTE.written_at + 60_000_000)
    first, second = event(released(SPOOFED)), json.loads(misp.write([released(SPOOFED)], later).content)["Event"]
    assert [one["uuid"] for one in first["Object"]] == [one["uuid"] for one in second["Object"]]
    assert first["uuid"] == second["uuid"]
    uuids = [first["uuid"], *(one["uuid"] for box in first["Object"] for one in [box, *box["Attribute"]])]
    assert len(set(uuids)) == len(uuids)


def foreign(**more):
    base = {"uuid": "5f1c0000-0000-4000-8000-000000000001", "info": "Report", "published": True, "distribution": "3",
            "Orgc": {"name": "CERT-XX"}, "Tag": [{"name": "tlp:green"}]}  # fmt: skip
    return base | more


def read(found):
    return misp.read(json.dumps({"Event": found}).encode())


AIS = {"name": "ais", "Attribute": [{"object_relation": name, "type": "text", "value": value} for name, value in (
    ("MMSI", "228002000"), ("IMO-number", "IMO 7710525"), ("name", "ABEILLE"), ("latitude", "42.3"),
    ("longitude", "15.6"), ("last-seen", "2026-01-02T03:04:05Z"))]}  # fmt: skip
OBSERVED = {"name": "ais-observation", "Attribute": [
    {"object_relation": "MMSI", "type": "text", "value": "228002000"},
    {"object_relation": "attack-type", "type": "text", "value": "ghost-vessel"}]}  # fmt: skip


def test_ships_of_another_misp_are_vessels():
    (item,) = read(foreign(Object=[AIS])).items
    said = {one.name: one.value for one in item.assertions}
    assert item.data_class == "vessel"
    assert said["vessels"] == [{"mmsi": 228002000, "imo": 7710525, "name": "ABEILLE"}]
    assert said["place"]["geometry"]["coordinates"] == [[15.6, 42.3]]
    assert item.marking.tlp == "GREEN"
    assert item.marking.originator == "CERT-XX"


def test_whoever_claims_an_attack_reports_an_incident():
    (item,) = read(foreign(Object=[OBSERVED])).items
    assert item.data_class == "incident"
    assert "attack-type: ghost-vessel" in {one.name: one.value for one in item.assertions}["text"]


def test_indicators_of_another_misp_are_read_with_what_is_said_of_them():
    attributes = [{"type": "ip-src|port", "value": "192.0.2.9|443"}, {"type": "filename|sha256", "value": "a.exe|" + "0" * 64},
                  {"type": "hostname", "value": "x.example"}, {"type": "ip-dst", "value": "2001:db8::1"},
                  {"type": "vulnerability", "value": "CVE-2023-1"}, {"type": "btc", "value": "1x"},
                  {"type": "domain", "value": "gone.example", "deleted": True}]  # fmt: skip
    names = [
        "tlp:amber",
        'admiralty-scale:source-reliability="c"',
        'estimative-language:likelihood-probability="likely"',
        "PAP:RED",
    ]
    back = read(foreign(Attribute=attributes, Tag=[{"name": name} for name in names]))
    (item,) = back.items
    said = {one.name: one.value for one in item.assertions}
    assert [one["kind"] for one in said["patterns"]] == ["ipv4", "sha256", "domain", "ipv6"]
    assert (said["reliability"], said["confidence"], said["labels"]) == ("C", 0.55, ["PAP:RED"])
    assert [loss.what for loss in back.losses] == ["btc"]
    assert item.marking.tlp == "AMBER"


@pytest.mark.parametrize(
    ("names", "tlp"),
    [([], "RED"), (["tlp:white"], "CLEAR"), (["tlp:green", "tlp:amber+strict"], "AMBER+STRICT"), (["TLP:Amber"], "AMBER"),
     (["tlp:unclear"], "RED"), (["type:osint"], "RED")],
)  # fmt: skip
def test_the_strictest_tag_holds_and_none_is_red(names, tlp):
    (item,) = read(foreign(Tag=[{"name": name} for name in names])).items
    assert item.marking.tlp == tlp
    assert item.marking.grants == ()


@pytest.mark.parametrize("where", ["Attribute", "Object"])
def test_a_stricter_tag_inside_makes_the_whole_stricter(where):
    inside = {"Attribute": {"type": "domain", "value": "x"}, "Object": AIS}[where] | {"Tag": [{"name": "tlp:red"}]}
    assert {item.marking.tlp for item in read(foreign(**{where: [inside]})).items} == {"RED"}
    ours = event(released(SPOOFED, tlp="CLEAR"))
    ours["Object"][-1]["Attribute"][0]["Tag"] = [{"name": "tlp:amber"}]
    assert read(ours).items[0].marking.tlp == "AMBER"


@pytest.mark.parametrize(("code", "child", "ends"), [
    ("0", "5", True), ("1", "5", True), ("2", "5", True), ("3", "5", False), ("4", "5", True), ("3", "0", True),
    ("3", "1", True), ("3", "2", True), ("3", "3", False), ("3", "4", True), ("x", "5", True), (None, "5", True),
])  # fmt: skip
def test_what_is_read_is_passed_on_only_where_every_part_may_be(code, child, ends):
    attribute = {"type": "domain", "value": "x.example", "distribution": child}
    (item,) = read(foreign(distribution=code, Attribute=[attribute])).items
    assert item.marking.caveats.no_onward is ends


def test_what_was_not_published_is_red():
    (item,) = read(foreign(published=False)).items
    assert item.marking.tlp == "RED"
    assert item.marking.caveats.no_onward


def test_sharing_of_indicators_between_machines_is_not_taken_for_ships():
    box = {"name": "ais-info", "Attribute": [{"object_relation": "country", "type": "text", "value": "KR"}]}
    back = read(foreign(Object=[box]))
    assert "ais-info" in {loss.what for loss in back.losses}
    assert back.items[0].data_class == "cyber_indicator"
