"""Navigational warnings on the page and on the map: in force or not, by all that came, in whatever order."""

from fakes import HOSTILE, NOW_US
from test_objects_pages import imported, line
from test_rules_pages import shown

HOUR_US = 3_600_000_000


def warning(number, hours=-2, **facts):
    said = {
        "kind": "piracy",
        "number": {"series": "NAVAREA XI", "number": number, "year": 2026},
        "issued": NOW_US + hours * HOUR_US,
    }
    where = {"geometry": {"kind": "point", "coordinates": [[103.6, 1.2]]}}
    return line(f"w-{number}-{hours}", "warning", **said | {"text": f"TEXT OF {number}", "place": where} | facts)


def numbers(visit):
    return [one["properties"]["name"] for one in visit("viewer").get("/warnings.geojson").json()["features"]]


def cancel(number, by, hours=-1):
    return warning(by, hours, kind="other", cancels=[{"series": "Navarea  xi", "number": number, "year": 2026}])


def test_what_is_cancelled_leaves_page_and_map_at_once_in_whatever_order_it_came(visit, node):
    officer = visit("officer")
    imported(officer, cancel(512, 515))
    imported(officer, warning(512) + warning(513))
    assert numbers(visit) == ["NAVAREA XI 513/26", "NAVAREA XI 515/26"]
    page = shown(visit("viewer").get("/warnings"))
    in_force, _, ended = page.partition("No longer in force")
    assert "TEXT OF 513" in in_force
    assert "TEXT OF 512" in ended
    assert "cancelled" in ended


def test_what_is_over_or_not_yet_issued_is_not_in_force(visit, node):
    imported(
        visit("officer"), warning(1, until=NOW_US - 1) + warning(2, cancelled=NOW_US + HOUR_US) + warning(3, hours=2)
    )
    assert numbers(visit) == ["NAVAREA XI 2/26"]
    at = (NOW_US + 3 * HOUR_US) // 1_000_000
    later = visit("viewer").get(f"/warnings.geojson?at={at}").json()["features"]
    assert [one["properties"]["name"] for one in later] == ["NAVAREA XI 3/26"]


def test_a_bulletin_ends_what_it_leaves_out_and_names_what_never_came(visit, node):
    named = [{"series": "NAVAREA XI", "number": one, "year": 2026} for one in (2, 9)]
    imported(visit("officer"), warning(1) + warning(2) + warning(600, -1, kind="in_force", refers=named))
    assert numbers(visit) == ["NAVAREA XI 2/26"]
    page = shown(visit("viewer").get("/warnings"))
    assert "they never came: NAVAREA XI 9/26" in page
    assert "not in the bulletin" in page


def test_a_withdrawn_object_is_no_warning_and_every_shape_is_drawn(visit, node):
    areas = [
        {"kind": "polygon", "coordinates": [[179, 0], [181, 0], [181, 1], [179, 0]]},
        {"kind": "point", "coordinates": [[1, 2]]},
    ]
    officer = visit("officer")
    imported(officer, warning(7, areas=areas))
    (feature,) = visit("viewer").get("/warnings.geojson").json()["features"]
    assert feature["geometry"]["type"] == "GeometryCollection"
    assert all(abs(lon) <= 180 for one in feature["geometry"]["geometries"] for lon in _lons(one["coordinates"]))
    key = feature["properties"]["address"].rpartition("/")[2]
    officer.form(f"/objects/{key}/withdraw", why="wrong")
    assert numbers(visit) == []


def _lons(coordinates):
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0]
        return
    for one in coordinates:
        yield from _lons(one)


def test_texts_that_are_attacks_are_texts(visit, node):
    about = {"kind": "other", "text": HOSTILE, "number": {"series": HOSTILE, "number": 1, "year": 2026}}
    imported(visit("officer"), line("w", "warning", **about))
    assert "<script>alert" not in visit("viewer").get("/warnings").text
