"""Who may open what: sessions, roles, forms, hosts, headers."""

import re

import pytest
from fakes import FakeDesk, FakeSite
from harness import Client

from hanbada.app.web import Settings, create
from hanbada.app.web.gates import host_name
from hanbada.app.web.render import own_address
from hanbada.app.web.routes import DOORS
from hanbada.app.web.throttle import Throttle
from hanbada.app.web.uploads import UPLOAD_LIMIT_BYTES
from hanbada.model.desk import ROLES
from hanbada.store import passwords

GUARDED = [(path, method, needs) for path, method, _, needs in DOORS if needs]
FILLED = {"{id:int}": "101", "{id}": "INC-1", "{mmsi:int}": "440123450", "{start:int}": "1763800000", "{name}": "viewer", "{what}": "vessels", "{suffix}": "csv", "{kind}": "gap"}  # fmt: skip


def filled(path):
    for gap, value in FILLED.items():
        path = path.replace(gap, value)
    return path


@pytest.mark.parametrize(("path", "method", "needs"), GUARDED)
def test_no_door_opens_for_a_stranger(visit, path, method, needs):
    stranger = visit()
    answer = stranger.get(filled(path)) if method == "GET" else stranger.form(filled(path))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize(("path", "method", "needs"), [door for door in GUARDED if door[2] != "viewer"])
def test_a_door_is_shut_for_every_lesser_role(visit, path, method, needs):
    lesser = visit(ROLES[ROLES.index(needs) - 1])
    answer = lesser.get(filled(path)) if method == "GET" else lesser.form(filled(path))
    assert answer.status_code == 403


def test_a_screen_hides_what_its_reader_may_not_do(visit):
    page = visit("viewer").get("/alerts/101").text
    assert "/acknowledge" not in page
    assert "/export/" not in page


def test_a_form_without_its_token_changes_nothing(visit, node):
    officer = visit("officer")
    assert officer.form("/alerts/101/acknowledge", csrf="").status_code == 403
    assert officer.form("/alerts/101/acknowledge", csrf="0" * 64).status_code == 403
    assert node.desk.alert(101).alert.state == "new"


def test_the_token_of_one_visitor_does_not_serve_another(visit, node):
    other = visit("viewer").token()
    assert visit("officer").form("/alerts/101/acknowledge", csrf=other).status_code == 403
    assert node.desk.alert(101).alert.state == "new"


def test_a_form_from_another_origin_changes_nothing(visit, node):
    officer = visit("officer")
    for origin in ("http://evil.example", "null", "http://localhost.evil.example"):
        assert officer.form("/alerts/101/acknowledge", headers={"origin": origin}).status_code == 403
    assert node.desk.alert(101).alert.state == "new"


def test_a_token_in_a_header_serves_scripts(visit, node):
    officer = visit("officer")
    headers = {"x-csrf-token": officer.token(), "origin": "http://localhost"}
    assert officer.post("/alerts/101/acknowledge", headers=headers).status_code == 303
    assert node.desk.alert(101).alert.changed_by == "officer"


def test_a_form_has_a_size(visit):
    assert visit("officer").form("/incidents/INC-1/log", text="x" * 70_000).status_code == 413


def test_signing_in_needs_the_right_password_and_says_no_more_than_no(visit):
    wrong, unknown = visit().sign_in("officer", "wrong password"), visit().sign_in("nobody", "wrong password")
    assert wrong.status_code == unknown.status_code == 401
    message = re.compile(r'role="alert">([^<]+)<')
    assert message.search(wrong.text)[1] == message.search(unknown.text)[1]


def test_whoever_guesses_waits(visit, node):
    guesser = visit()
    for _ in range(5):
        assert guesser.sign_in("officer", "wrong password").status_code == 401
    assert guesser.sign_in("officer").status_code == 429
    node.clock.now += 16
    assert guesser.sign_in("officer").status_code == 303


def test_waits_double_and_success_forgets():
    throttle = Throttle()
    for _ in range(7):
        throttle.failed(("name",), 100.0)
    assert throttle.wait_s(("name",), 100.0) == 60.0
    assert throttle.wait_s(("other",), 100.0) == 0.0
    throttle.succeeded(("name",))
    assert throttle.wait_s(("name",), 100.0) == 0.0


def test_the_session_cookie_cannot_be_read_or_sent_from_elsewhere(visit):
    client = visit()
    cookie = client.sign_in("officer").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie


def test_behind_https_cookies_are_secure():
    app = create(FakeSite(12), FakeDesk.manned(), Settings(secure=True))
    answer = Client(app).get("/login")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_the_desk_keeps_no_cookie_only_its_digest(visit, node):
    client = visit("officer")
    assert client.cookies["hanbada_session"] not in node.desk.sessions
    assert len(node.desk.sessions) == 1


def test_a_new_session_replaces_the_old_one(visit, node):
    client = visit("officer")
    first = client.cookies["hanbada_session"]
    client.form("/login", name="viewer", password="viewer password 1")
    assert client.cookies["hanbada_session"] != first
    assert len(node.desk.sessions) == 1


def test_signing_out_ends_the_session(visit, node):
    client = visit("officer")
    client.form("/logout")
    assert node.desk.sessions == {}
    assert client.get("/").status_code == 303


def test_a_session_ends_by_itself(visit, node):
    client = visit("officer")
    node.clock.now += 13 * 3600
    assert client.get("/").headers["location"] == "/login"


def test_scripts_are_told_where_to_sign_in(visit):
    answer = visit().get("/alerts/inbox", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/login")


def test_after_signing_in_nobody_is_led_elsewhere(visit):
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/x\r\nset-cookie:a=b",
    ):
        answer = visit().form("/login", name="officer", password="officer password 1", next=target)
        assert answer.headers["location"] in {"/", "/x"}, target
    assert own_address("/alerts?state=new") == "/alerts?state=new"


def test_only_our_own_host_names_are_served(visit):
    client = visit()
    assert client.get("/login", headers={"host": "evil.example"}).status_code == 421
    assert client.get("/login", headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert host_name("evil.example:80") == "evil.example"


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/", "/chart/names.geojson"])
def test_every_answer_carries_the_safe_headers(visit, path):
    headers = visit().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_pages_are_not_kept_and_hold_no_inline_code(visit):
    officer = visit("officer")
    for path in ("/", "/alerts", "/incidents", "/vessels", "/vessels/440123450", "/sources", "/account"):
        answer = officer.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text), path
        assert not re.search(r"\s(style|on[a-z]+)=[\"']", answer.text), path
        assert "<style" not in answer.text


def test_nothing_outside_the_assets_is_served(visit):
    client = visit()
    root = re.search(r"/s/[0-9a-f]{16}", client.get("/login").text)[0]
    assert client.get(f"{root}/static/css/frame.css").headers["cache-control"].endswith("immutable")
    for path in ("../application.py", "%2e%2e/application.py", "static/../../application.py", "vendor/vendor.lock"):
        assert client.get(f"{root}/{path}").status_code == 404


# First run and people


@pytest.fixture
def fresh():
    desk = FakeDesk(code="1234-5678")
    return desk, create(FakeSite(12), desk, Settings())


def first_run(client, **fields):
    token = client.get("/setup").text.split('name="csrf" content="')[1].split('"')[0]
    form = {
        "csrf": token,
        "code": "1234-5678",
        "password": "a long password",
        "again": "a long password",
        "area": "korea",
        "language": "ko",
        "palette": "night",
    }
    return client.post("/setup", data=form | fields, headers={"origin": "http://localhost"})


def test_a_new_node_has_no_one_and_opens_only_its_first_run(fresh):
    desk, app = fresh
    client = Client(app)
    for path in ("/", "/login", "/alerts", "/people"):
        assert client.get(path).headers["location"] == "/setup"
    assert desk.users() == []


def test_the_first_run_needs_the_code_that_was_printed(fresh):
    desk, app = fresh
    client = Client(app)
    assert first_run(client, code="0000-0000").status_code == 400
    assert first_run(client, password="short", again="short").status_code == 400
    assert first_run(client, again="another password").status_code == 400
    assert first_run(client, position="nowhere").status_code == 400
    assert desk.users() == []


def test_the_first_run_makes_the_administrator_once(fresh):
    desk, app = fresh
    client = Client(app)
    assert first_run(client, position="35 06.0N 129 02.4E").headers["location"] == "/"
    assert [user.role for user in desk.users()] == ["admin"]
    assert desk.profile().lat_deg == pytest.approx(35.1)
    assert 'lang="ko" data-palette="night"' in client.get("/").text
    assert client.get("/setup").headers["location"] == "/login"


def test_an_administrator_adds_and_changes_people(visit, node):
    admin = visit("admin")
    fields = {"name": "park", "role": "officer", "password": "a long password", "again": "a long password"}
    assert admin.form("/people", **fields).status_code == 303
    assert admin.form("/people", **fields).status_code == 400
    assert admin.form("/people/park", role="viewer").status_code == 303
    assert {user.name: (user.role, user.active) for user in node.desk.users()}["park"] == ("viewer", False)
    assert admin.form("/people/park/password", password="another password", again="another password").status_code == 303
    assert admin.form("/people/admin", role="viewer", active="1").status_code == 400


def test_one_changes_ones_own_password_only_with_the_present_one(visit, node):
    officer = visit("officer")
    fields = {"password": "a newer password", "again": "a newer password"}
    assert officer.form("/account", present="wrong", **fields).status_code == 400
    assert officer.form("/account", present="officer password 1", **fields).status_code == 303
    assert node.desk.verify("officer", "a newer password")


def test_passwords_are_kept_as_argon2id():
    kept = passwords.hashed("a long password")
    assert kept.startswith("$argon2id$")
    assert passwords.fits(kept, "a long password")
    assert not passwords.fits(kept, "another")
    assert not passwords.fits(None, "a person who does not exist")
    assert not passwords.fits("not a hash", "x")


def posted_files(client, csrf=None, **files):
    token = client.token() if csrf is None else csrf
    return client.post("/nowhere", data={"csrf": token}, files=files, headers={"origin": "http://localhost"})


def test_a_form_with_files_needs_its_token_too(visit):
    officer = visit("officer")
    assert posted_files(officer, file=("a.json", b"{}")).status_code == 404
    assert posted_files(officer, "0" * 64, file=("a.json", b"{}")).status_code == 403
    broken = {"content-type": "multipart/form-data", "origin": "http://localhost"}
    assert officer.post("/nowhere", content=b"x", headers=broken).status_code == 403


def test_files_have_a_size_and_strangers_have_none(visit):
    assert posted_files(visit("officer"), file=("a", bytes(UPLOAD_LIMIT_BYTES))).status_code == 413
    assert posted_files(visit(), file=("a", bytes(70_000))).status_code == 413
