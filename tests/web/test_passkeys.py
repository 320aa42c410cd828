"""Passkeys: made, used and taken away; and every answer that is not this passkey to this challenge is refused."""

import json
import re

import pytest
from authenticator import Authenticator
from fakes import NOW_US, FakeSite
from harness import HOST, Client, Clock, Window, serve

from hanbada.app.configuration import Configuration, configured, reached
from hanbada.app.web import Settings, create
from hanbada.app.web.passkeys import LIVES_S
from hanbada.model.desk import NodeProfile, Passkey
from hanbada.model.errors import RefusedError, UsageError
from hanbada.store import doors, ledger, passwords
from hanbada.store.database import open_database, reading, writing
from hanbada.store.desk import DeskStore
from hanbada.store.events import Written

BY = Written(by="tests", at_us=NOW_US)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "hashed", lambda password: f"plain {password}")
    monkeypatch.setattr(passwords, "fits", lambda kept, password: kept == f"plain {password}")
    engine = open_database(tmp_path / "desk.db")
    found = DeskStore(engine, lambda: NOW_US)
    found.set_start_code("1234-5678", NOW_US)
    profile = NodeProfile(language="en", palette="dusk", lon_deg=129.4, lat_deg=34.6, zoom=7.2)
    found.first_run("1234-5678", "admin password 1", profile, NOW_US)
    found.create_user("officer", "officer password 1", "officer", "admin", NOW_US)
    yield found
    engine.dispose()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def visit(desk, clock):
    app = create(FakeSite(5), desk, Settings(clock=clock, tick_s=0.05))
    return lambda: Client(app)


def officer(visit):
    client = visit()
    assert client.sign_in("officer").status_code == 303
    return client


def options(client, path):
    answer = client.form(path)
    assert answer.status_code == 200
    return answer.json()


def add(client, device, label="phone"):
    made = device.create(options(client, "/account/passkeys/options"))
    return client.form("/account/passkeys", credential=made, label=label)


def enter(client, device, given=None):
    given = given or options(client, "/login/passkey/options")
    return client.form("/login/passkey", credential=device.get(given), next="/alerts")


def actions(desk):
    with reading(desk.engine) as connection:
        return [(one.actor, one.action) for one in ledger.entries(connection)]


def test_a_passkey_is_made_signs_in_and_is_taken_away(visit, desk):
    one, other = Authenticator(), Authenticator()
    client = officer(visit)
    assert add(client, one).status_code == 303
    assert add(client, other, "key <b>").status_code == 303
    page = client.get("/account")
    assert "key &lt;b&gt;" in page.text
    stranger = visit()
    answer = enter(stranger, one)
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    assert stranger.get("/account").status_code == 200
    assert desk.passkeys("officer")[0].used_at == NOW_US
    assert client.form("/account/passkeys/remove", credential=one.credential.hex()).status_code == 303
    refused = enter(visit(), one)
    assert refused.status_code == 401
    assert "This passkey does not open this door." in refused.text
    assert {("officer", "passkey_added"), ("officer", "passkey_removed"), ("officer", "signed_in")} <= set(
        actions(desk)
    )


def test_a_challenge_is_good_once_and_for_a_while_and_for_its_visitor(visit, clock):
    device = Authenticator()
    add(officer(visit), device)
    client = visit()
    given = options(client, "/login/passkey/options")
    assert enter(client, device, given).status_code == 303
    client.get("/logout")
    assert enter(client, device, given).status_code == 401  # replayed
    late = visit()
    given = options(late, "/login/passkey/options")
    clock.now += LIVES_S
    assert enter(late, device, given).status_code == 401
    theirs, mine = visit(), visit()
    given = options(theirs, "/login/passkey/options")
    options(mine, "/login/passkey/options")
    assert enter(mine, device, given).status_code == 401
    assert enter(visit(), device).status_code == 303


@pytest.mark.parametrize(
    "about", [{"origin": "http://elsewhere.example"}, {"origin": "https://localhost"}, {"rp_id": "elsewhere.example"}]
)
def test_another_origin_or_name_neither_makes_nor_uses_a_passkey(visit, desk, about):
    client, good = officer(visit), Authenticator()
    assert add(client, Authenticator(**about)).status_code == 400
    assert desk.passkeys("officer") == []
    add(client, good)
    for name, value in about.items():
        setattr(good, name, value)
    assert enter(visit(), good).status_code == 401


def test_a_counter_that_goes_back_is_a_copy_and_stays_out(visit, desk):
    device = Authenticator()
    add(officer(visit), device)
    assert enter(visit(), device).status_code == 303
    device.count -= 1
    assert enter(visit(), device).status_code == 401
    device.count = 0
    assert enter(visit(), device).status_code == 401
    device.count = 40
    assert enter(visit(), device).status_code == 303
    (kept,) = desk.passkeys("officer")
    with pytest.raises(RefusedError):  # two at once with one count: the second is refused where it is written
        desk.use_passkey(kept, kept.uses, NOW_US)


def test_another_key_a_wrong_handle_and_rubbish_are_refused_and_throttled(visit, clock):
    device, thief = Authenticator(), Authenticator()
    add(officer(visit), device)
    thief.credential, thief.handle = device.credential, device.handle
    thief.count = 100
    assert enter(visit(), thief).status_code == 401
    device.handle = b"somebody else"
    assert enter(visit(), device).status_code == 401
    client = visit()
    for rubbish in ("", "{}", "[]", "null", '{"id": 3}', '{"id":"AA","rawId":"AA","type":"public-key","response":{}}'):
        options(client, "/login/passkey/options")
        assert client.form("/login/passkey", credential=rubbish).status_code in (401, 429)
    assert enter(visit(), device).status_code == 429
    clock.now += 4000
    client = officer(visit)
    for rubbish in ("", "{}", json.dumps({"response": {"attestationObject": "AA"}})):
        options(client, "/account/passkeys/options")
        assert client.form("/account/passkeys", credential=rubbish, label="x").status_code == 400


def test_who_may_not_enter_does_not_enter_with_a_passkey_either(visit, desk):
    device = Authenticator()
    add(officer(visit), device)
    desk.change_user("officer", "officer", active=False, by="admin", at_us=NOW_US)
    assert enter(visit(), device).status_code == 401


def test_the_last_way_in_cannot_be_taken_away(desk):
    with writing(desk.engine) as connection:
        one = Passkey(credential=b"1", name="remote", public_key=b"", uses=0, label="x", added_at=1)
        doors.admit(connection, "https://id.example", "s", "remote", "viewer", BY)
        doors.add_passkey(connection, one, BY)
        with pytest.raises(RefusedError):
            doors.add_passkey(connection, one, BY)
        from sqlalchemy import delete

        from hanbada.store.schema import bound

        connection.execute(delete(bound))
        with pytest.raises(RefusedError, match="last way in"):
            doors.remove_passkey(connection, "remote", b"1", BY)


def test_passkeys_hold_for_the_origin_that_is_set_and_for_nothing_else(desk, tmp_path):
    settings = reached(Settings(clock=Clock()), Configuration(origin="https://watch.example"))
    assert settings.secure
    client = Client(create(FakeSite(5), desk, settings))
    for host in ("localhost", "127.0.0.1"):
        answer = client.form("/login/passkey/options", headers={"host": host, "origin": f"http://{host}"})
        assert answer.status_code in (303, 403, 401)
        assert "challenge" not in answer.text
    for bad in ("http://watch.example", "https://watch.example/", "watch.example", "https://"):
        (tmp_path / "node.toml").write_text(f'origin = "{bad}"\n')
        with pytest.raises(UsageError, match="origin"):
            configured(tmp_path)


@pytest.mark.browser
def test_a_browser_makes_a_passkey_signs_in_with_it_and_removes_it(browser, desk):
    address, stop = serve(create(FakeSite(5), desk, Settings(tick_s=0.1)))
    window = Window(browser, address.replace("127.0.0.1", "localhost"))
    try:
        devices = window.context.new_cdp_session(window.page)
        devices.send("WebAuthn.enable")
        about = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        device = {"options": about | {"isUserVerified": True, "automaticPresenceSimulation": True}}
        devices.send("WebAuthn.addVirtualAuthenticator", device)
        page = window.sign_in("officer")
        page = window.open("/account")
        page.fill('[data-passkey="create"] [name="label"]', "virtual")
        page.click('[data-passkey="create"] button')
        page.wait_for_selector("#passkeys td button")
        assert [one.label for one in desk.passkeys("officer")] == ["virtual"]
        window.context.clear_cookies()
        page = window.open("/login")
        page.click('[data-passkey="get"] button')
        page.wait_for_url(lambda url: "/login" not in url)
        assert desk.passkeys("officer")[0].used_at is not None
        page = window.open("/account")
        page.click("#passkeys td button")
        page.wait_for_selector("#passkeys td button", state="detached")
        assert desk.passkeys("officer") == []
        window.context.clear_cookies()
        page = window.open("/login")
        page.click('[data-passkey="get"] button')
        page.wait_for_selector(".fault:not([hidden])")
        assert window.faults == [] or all("401" in one for one in window.faults)
        assert window.outside() == []
    finally:
        window.close()
        stop()


def test_without_scripts_the_password_stays(visit):
    page = visit().get("/login").text
    assert re.search(r'data-passkey="get" hidden', page)
    assert officer(visit).get("/account").status_code == 200
    assert HOST == "http://localhost"
