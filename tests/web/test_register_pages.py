"""The register's pages: sorted by links, sourced row by row, honest about what is missing, imported without scripts."""

import csv
import io
import re

import pytest
from fakes import NOW_US

from hanbada.accord.tables import csv_bytes
from hanbada.app.cooperation import seed
from hanbada.app.web.presence import land_path, presence
from hanbada.app.workbooks import read_workbook, workbook
from hanbada.model.register import Deployment, Forum

HEADER = "row_id,code,name,members,source,sourced_on"
HOSTILE = "<script>alert(1)</script>"


def shown(answer):
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def titles(answer):
    return re.findall(r'<th scope="row"><a href="/register/\w+/([\w.-]+)"', answer.text)


def forum(**changes):
    about = {
        "row_id": "forum-x",
        "code": "X",
        "name": "Forum X",
        "members": ("DE", "KR"),
        "areas": (),
        "founded_on": None,
    }
    return Forum(**about | {"source": "here", "sourced_on": seed()[0].sourced_on} | changes)


def test_every_row_of_the_seed_is_listed_and_opens(visit):
    viewer = visit("viewer")
    listed = titles(viewer.get("/register"))
    assert sorted(listed) == sorted(row.row_id for row in seed())
    for kind in ("forum", "instrument", "dialogue", "exercise", "deployment", "transfer", "notice"):
        first = titles(viewer.get(f"/register?kind={kind}"))[0]
        answer = viewer.get(f"/register/{kind}/{first}")
        assert answer.status_code == 200
        assert "Cited source" in shown(answer)


@pytest.mark.parametrize("sort", ["day", "kind", "title", "parties", "until"])
def test_a_list_is_sorted_by_links_and_turned_round(visit, sort):
    viewer = visit("viewer")
    there, back = (titles(viewer.get(f"/register?sort={sort}{turn}")) for turn in ("", "&reverse=1"))
    assert there == back[::-1]
    assert f"sort={sort}" in viewer.get("/register").text or sort == "until"


def test_words_of_an_address_that_mean_nothing_are_passed_over(visit):
    answer = visit("viewer").get("/register?kind=%3Cb%3E&sort=x&party=%27%22%3E&reverse=9")
    assert len(titles(answer)) == len(seed())


def test_papers_show_until_when_they_hold_and_what_is_next(visit):
    page = shown(visit("viewer").get("/register?kind=instrument"))
    assert "Next action" in page
    assert "Find out whether it was renewed" in page


def test_brackets_stand_on_the_page_of_a_transfer(visit):
    page = shown(visit("viewer").get("/register/transfer/kr-no-k9-2017"))
    assert "(2019); (2020); (2021)" in page
    assert "in brackets is an estimate" in page


def test_a_source_is_a_link_only_if_it_is_an_address(visit, node):
    node.desk.put_rows([forum(source="javascript:alert(1)", name=HOSTILE, note=HOSTILE)], HOSTILE, NOW_US)
    for path in ("/register", "/register/forum/forum-x"):
        text = visit("viewer").get(path).text
        assert 'href="javascript' not in text
        assert HOSTILE not in text


def test_a_gap_says_that_it_is_one_of_this_register_only(visit):
    page = shown(visit("viewer").get("/register/gaps?party=DE"))
    assert "it may exist elsewhere" in page
    assert "DE – KR 2" in page


def test_members_of_a_union_count_only_when_they_are_put_in(visit):
    viewer = visit("viewer")
    assert "kr-eu-sdp-2024" not in viewer.get("/register/coverage?party=DE").text
    assert "kr-eu-sdp-2024" in viewer.get("/register/coverage?party=DE&members=EU").text


def test_open_follow_ups_stand_on_the_page_of_what_is_due(visit):
    page = shown(visit("viewer").get("/register/due"))
    assert "no day set – – Follow-up Agreement on the protection of military secrets DE and KR" in page


def test_presence_of_one_year_is_a_map_and_a_table_that_agree(visit):
    answer = visit("viewer").get("/register/presence?year=2021")
    assert "HMS Queen Elizabeth" in shown(answer)
    assert "HNLMS Tromp" not in shown(answer)
    assert answer.text.count('<g class="dot">') == len(set(re.findall(r'<tr><td class="num">(\d+)</td>', answer.text)))


def deployment(lon_deg, lat_deg=0.0):
    row = next(row for row in seed() if isinstance(row, Deployment))
    import msgspec

    return msgspec.structs.replace(row, lon_deg=lon_deg, lat_deg=lat_deg, place=f"at {lon_deg}")


def test_places_on_both_sides_of_180_degrees_stand_side_by_side():
    drawn = presence([deployment(179.5), deployment(-179.5)])
    assert [dot.x for dot in drawn.dots] == [1795.0, 1805.0]
    assert drawn.box[2] < 600


def test_a_map_without_places_shows_the_world_and_land_is_drawn_in_any_box():
    drawn = presence([deployment(None, None)])
    assert (drawn.dots, drawn.box[2]) == ([], 3600.0)
    assert land_path(drawn.box).startswith("M")
    assert land_path((-250.0, 0.0, 1.0, 1.0)) == ""


def test_checking_an_import_keeps_nothing_and_names_every_fault(visit, node):
    table = f"{HEADER}\nforum-x,X,Forum X,DE,here,2026-01-01\nforum-y,Y,{HOSTILE},DE,here,soon\n"
    answer = visit("releaser").form("/register/import", table=table, kind="", do="check")
    page = shown(answer)
    assert "1 row can be used. Nothing was entered yet." in page
    assert "3 sourced_on &#39;soon&#39; cannot be used: write the day as 2024-11-04" in page
    assert HOSTILE not in answer.text
    assert node.desk.register_rows() == []


def test_entering_keeps_the_good_rows_under_the_name_of_who_did_it(visit, node):
    table = csv_bytes("forum", [forum()]).decode("utf-8-sig")
    answer = visit("releaser").form("/register/import", table=table, kind="forum", do="enter")
    assert "New or changed: 1." in shown(answer)
    (kept,) = node.desk.register_rows()
    assert (kept.row, kept.changed_by) == (forum(), "releaser")
    assert "releaser · entered" in shown(visit("viewer").get("/register/forum/forum-x"))


@pytest.mark.parametrize("role", ["viewer", "officer"])
def test_only_a_release_officer_enters_and_withdraws(visit, node, role):
    client = visit(role)
    assert client.get("/register/import").status_code == 403
    assert client.form("/register/import", table=HEADER, do="enter").status_code == 403
    assert client.form("/register/forum/forum-eu/withdraw", why="x").status_code == 403
    assert node.desk.register == {}


def test_a_row_is_withdrawn_with_a_reason_and_then_gone(visit, node):
    releaser = visit("releaser")
    assert releaser.form("/register/forum/forum-eas/withdraw", why=" ").status_code == 400
    assert releaser.form("/register/forum/forum-eas/withdraw", why="out of date").status_code == 303
    assert releaser.get("/register/forum/forum-eas").status_code == 404
    assert "forum-eas" not in titles(releaser.get("/register"))
    assert node.desk.withdrawn_rows() == {("forum", "forum-eas")}


def test_files_hold_what_the_pages_show_and_only_officers_get_them(visit):
    officer = visit("officer")
    lines = list(csv.reader(io.StringIO(officer.get("/register/export/transfer.csv").text.removeprefix("\ufeff"))))
    assert len(lines) == 1 + sum(1 for row in seed() if type(row).__name__ == "Transfer")
    assert len(read_workbook(officer.get("/register/export/register.xlsx").content, "x").rows) == len(seed())
    for name in ("other.csv", "register.zip", "transfer.xlsx"):
        assert officer.get(f"/register/export/{name}").status_code == 404
    assert visit("viewer").get("/register/export/transfer.csv").status_code == 403


def posted(client, files, **fields):
    return client.post(
        "/register/import", data={"csrf": client.token()} | fields, files=files, headers={"origin": "http://localhost"}
    )


def test_a_workbook_and_a_table_are_read_from_files(visit, node):
    releaser = visit("releaser")
    book = workbook([forum()])
    assert "1 row can be used. Nothing was entered yet." in shown(
        posted(releaser, {"file": ("a.xlsx", book)}, do="check")
    )
    assert "New or changed: 1." in shown(posted(releaser, {"file": ("a.xlsx", book)}, do="enter"))
    table = csv_bytes("forum", [forum(name="Forum Y")])
    assert "New or changed: 1." in shown(posted(releaser, {"file": ("a.csv", table)}, do="enter", kind="forum"))
    assert node.desk.register_rows()[0].row == forum(name="Forum Y")
    assert posted(releaser, {"file": ("a.xlsx", b"PK\x03\x04rubbish")}, do="enter").status_code == 400


def test_a_single_row_is_entered_changed_and_faults_stand_at_their_field(visit, node):
    releaser = visit("releaser")
    assert 'name="f.members"' in releaser.get("/register/edit?kind=forum").text
    fields = {"f.row_id": "forum-x", "f.code": "X", "f.name": HOSTILE, "f.members": "DE, KR", "f.source": "here"}
    bad = releaser.form("/register/edit", kind="forum", **fields, **{"f.sourced_on": "soon"})
    assert bad.status_code == 400
    assert "write the day as 2024-11-04" in shown(bad)
    assert HOSTILE not in bad.text
    assert node.desk.register_rows() == []
    assert releaser.form("/register/edit", kind="forum", **fields, **{"f.sourced_on": "2026-01-01"}).status_code == 303
    again = releaser.get("/register/edit?kind=forum&row=forum-x").text
    assert 'value="2026-01-01"' in again
    assert releaser.form("/register/edit", kind="none").status_code == 400
    assert visit("officer").get("/register/edit").status_code == 403
