"""Objects of other systems on the screen: seen before they are kept, shown, tied, withdrawn; indicators in a log."""

import json
import re

import pytest
from fakes import HOSTILE
from test_rules_pages import shown


def line(name="w-1", what="warning", tlp="GREEN", **facts):
    return json.dumps({"hanbada": 1, "id": name, "what": what, "tlp": tlp, "originator": "NGA", "facts": facts}) + "\n"


WARNING = line(
    kind="piracy", title="Boarding off Tuas", place={"geometry": {"kind": "point", "coordinates": [[103.6, 1.2]]}}
)
INDICATOR = line(
    "i-1", "cyber_indicator", kind="indicator", title="Scanner", patterns=[{"kind": "ipv4", "value": "45.83.64.1"}]
)
LOG = "2024-05-01T10:00:00Z from 45.83.64.1\nnothing\n10.0.0.1\n"


def posted(client, path, files=None, **fields):
    return client.post(
        path, data={"csrf": client.token()} | fields, files=files, headers={"origin": "http://localhost"}
    )


def previewed(client, content, name="w.jsonl", **fields):
    return posted(client, "/objects/import", {"file": (name, content.encode())}, **fields)


def imported(client, content, **fields):
    token = re.search(r'name="token" value="([^"]+)"', previewed(client, content, **fields).text)[1]
    return client.form("/objects/keep", token=token)


def key_of(node, title):
    return next(key for key, one in node.desk.objects.items() if title in str(one.item.assertions))


def test_a_file_is_seen_before_it_is_kept(visit, node):
    officer = visit("officer")
    page = shown(previewed(officer, WARNING + line("x", "ufo")))
    assert "Boarding off Tuas" in page
    assert "no object this edition knows: ufo" in page
    assert "new" in page
    assert not node.desk.objects
    assert "1 object kept" in shown(imported(officer, WARNING))
    assert "as before" in shown(previewed(officer, WARNING, name="w.jsonl"))
    assert "changed" in shown(previewed(officer, WARNING.replace("Tuas", "Jurong")))


def test_what_was_previewed_is_kept_once_and_by_whoever_looked(visit, node):
    officer, other = visit("officer"), visit("admin")
    token = re.search(r'name="token" value="([^"]+)"', previewed(officer, WARNING).text)[1]
    assert "no longer at hand" in shown(other.form("/objects/keep", token=token))
    assert not node.desk.objects
    assert officer.form("/objects/keep", token=token).status_code == 200
    assert officer.form("/objects/keep", token=token).status_code == 400


@pytest.mark.parametrize(
    ("content", "says"), [("what is this", "does not look like any format"), ("", "Choose a file")]
)
def test_a_file_nobody_can_read_says_so(visit, content, says):
    answer = previewed(visit("officer"), content)
    assert answer.status_code == 400
    assert says in shown(answer)


def test_an_object_shows_what_it_says_and_where_it_is_from(visit, node):
    imported(visit("officer"), WARNING, source="NGA broadcast")
    viewer = visit("viewer")
    assert "Boarding off Tuas" in shown(viewer.get("/objects?what=warning"))
    assert "Boarding off Tuas" not in viewer.get("/objects?what=plan").text
    page = shown(viewer.get(f"/objects/{key_of(node, 'Tuas')}"))
    assert "NGA broadcast" in page
    assert "01°12′" in page or "1°12" in page
    assert "TLP:GREEN" in page
    assert viewer.get("/objects/none").status_code == 404


def test_a_cyber_object_is_tied_to_the_sea(visit, node):
    officer = visit("officer")
    imported(officer, INDICATOR)
    key = key_of(node, "Scanner")
    tie = {"how": "explains", "other": "alert/101", "why": "same night, same port"}
    assert officer.form(f"/objects/{key}/tie", **tie).status_code == 303
    assert "same night, same port" in shown(officer.get(f"/objects/{key}"))
    assert 'href="/alerts/101"' in officer.get("/cyber?tied=1").text
    for bad in ({"other": "alert/999999"}, {"other": f"item/{key}"}, {"how": "owns"}, {"other": "x"}):
        assert officer.form(f"/objects/{key}/tie", **tie | bad).status_code == 400


def test_a_log_is_looked_through_and_its_source_can_be_told(visit, node):
    officer = visit("officer")
    imported(officer, INDICATOR)
    answer = posted(officer, "/cyber/match", {"log": ("auth.log", LOG.encode())})
    assert "1 match" in shown(answer)
    token = re.search(r'name="token" value="([^"]+)"', answer.text)[1]
    assert officer.form("/cyber/tell", token=token).status_code == 303
    (seen,) = [one.item for one in node.desk.objects.values() if one.item.data_class == "sighting"]
    assert seen.refs == ("i-1",)
    assert "45.83" not in str(seen)
    assert officer.form("/cyber/tell", token=token).status_code == 400


def test_an_object_is_withdrawn_with_a_reason(visit, node):
    officer = visit("officer")
    imported(officer, WARNING)
    key = key_of(node, "Tuas")
    assert officer.form(f"/objects/{key}/withdraw", why="").status_code == 400
    assert officer.form(f"/objects/{key}/withdraw", why="cancelled").status_code == 303
    assert "Boarding" not in officer.get("/objects").text
    assert "Boarding" in officer.get("/objects?withdrawn=1").text


def test_texts_of_others_are_texts(visit, node):
    officer = visit("officer")
    hostile = line(
        "w-2", kind="other", title=HOSTILE, text=HOSTILE, cancels=[{"series": HOSTILE, "number": 1, "year": 2020}]
    )
    assert "<script>alert" not in previewed(officer, hostile, name=HOSTILE).text
    imported(officer, hostile, source=HOSTILE)
    for path in ("/objects", f"/objects/{key_of(node, 'cancels')}", "/cyber"):
        assert "<script>alert" not in officer.get(path).text
