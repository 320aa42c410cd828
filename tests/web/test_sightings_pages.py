"""The page of sightings: what was seen, which of it is heard, and files that cannot be used."""

from fakes import HOSTILE, SPECIALS
from test_rules_pages import shown

SEEN = "id,time,lat,lon\ns1,2026-11-22T10:40:00Z,34.62,129.02\ns2,2026-11-22T10:40:00Z,34.7,129.3\nbad,soon,1,2\n"


def test_an_officer_gives_a_file_and_everybody_sees_what_became_of_it(visit):
    answer = visit("officer").form("/sightings", name="Pass 12", sensor="sar", content=SEEN, scene="")
    assert answer.status_code == 303
    page = shown(visit("viewer").get("/sightings"))
    assert "Pass 12" in page
    assert "a vessel that is heard" in page
    assert str(SPECIALS[0].mmsi) in page
    assert "a vessel that nobody hears" in page
    assert "1 row could not be used" in page


def test_a_file_without_a_usable_sighting_is_refused_and_what_was_typed_stays(visit, node):
    answer = visit("officer").form(
        "/sightings", name="x", sensor="sar", content="id,time,lat,lon\na,soon,1,2\n", scene=""
    )
    assert answer.status_code == 400
    assert "no sighting in it can be used" in shown(answer)
    assert "a,soon,1,2" in answer.text
    assert node.site.seen_files == []


def test_while_it_is_matched_the_page_says_so_and_asks_again(visit, node):
    visit("officer").form("/sightings", name="x", sensor="sar", content=SEEN, scene="")
    node.site.matched = False
    answer = visit("viewer").get("/sightings")
    assert "Being matched" in shown(answer)
    assert answer.headers["Refresh"] == "3"


def test_the_map_gets_points_and_verdicts(visit):
    visit("officer").form("/sightings", name="x", sensor="sar", content=SEEN, scene="")
    found = visit("viewer").get("/sightings/shapes").json()["features"]
    assert [one["properties"]["verdict"] for one in found] == ["matched", "dark"]


def test_a_viewer_gives_and_forgets_nothing(visit, node):
    viewer = visit("viewer")
    assert viewer.form("/sightings", name="x", sensor="sar", content=SEEN, scene="").status_code == 403
    visit("officer").form("/sightings", name="x", sensor="sar", content=SEEN, scene="")
    key = node.site.seen_files[0].key
    assert viewer.form(f"/sightings/{key}/drop").status_code == 403
    assert visit("officer").form(f"/sightings/{key}/drop").status_code == 303
    assert node.site.seen_files == []


def test_names_that_are_attacks_are_shown_as_text(visit):
    hostile = SEEN.replace("s1", HOSTILE.replace('"', '""').replace(",", ""))
    visit("officer").form("/sightings", name=HOSTILE, sensor="sar", content=hostile, scene="")
    assert "<script>alert" not in visit("viewer").get("/sightings").text
