"""Signing in through an identity provider: who comes in and as what, and every answer that is not to be believed."""

import json
from base64 import urlsafe_b64encode

import pytest
from fakes import FakeSite
from harness import Client, Clock, Window, serve
from identity import CLIENT, SECRET, Identity
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from test_passkeys import desk  # noqa: F401 - a fixture

from hanbada.app.configuration import configured, reached
from hanbada.app.web import Settings, create
from hanbada.model.errors import UsageError
from hanbada.store import ledger
from hanbada.store.database import reading

NODE = """
[oidc]
issuer = "{issuer}"
client_id = "hanbada"
secret_file = "oidc.secret"
title = "KR <b>"
[oidc.roles]
watch = "officer"
chiefs = "releaser"
"""


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def identity(clock):
    found = Identity(lambda: int(clock.now))
    yield found
    found.stop()


@pytest.fixture
def app(identity, desk, clock, tmp_path):  # noqa: F811
    (tmp_path / "node.toml").write_text(NODE.format(issuer=identity.issuer))
    (tmp_path / "oidc.secret").write_text(SECRET + "\n")
    return create(
        FakeSite(5), desk, reached(Settings(clock=clock, tick_s=0.05, data_dir=tmp_path), configured(tmp_path))
    )


def began(client, identity, target="/alerts"):
    return identity.authorize(client.get("/login/provider", params={"next": target}).headers["location"])


def through(client, identity):
    query = began(client, identity)
    once = client.get("/login/provider/back", params=query)
    assert 'http-equiv="refresh"' in once.text
    return client.get("/login/provider/back", params=query | {"again": "1"})


def people(found):
    return {one.name: one.role for one in found.users()}


def test_it_is_off_by_default(desk, clock):  # noqa: F811
    client = Client(create(FakeSite(5), desk, Settings(clock=clock)))
    assert client.get("/login/provider").status_code == 404
    assert "organisation" not in client.get("/login").text


def test_who_has_a_mapped_role_comes_in_with_it_and_is_made_once(app, identity, desk):  # noqa: F811
    client = Client(app)
    assert "KR &lt;b&gt;" in client.get("/login").text
    answer = through(client, identity)
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    assert client.get("/account").status_code == 200
    assert people(desk)["kim"] == "officer"
    identity.claims = {"groups": ["watch", "chiefs"], "preferred_username": "another name by now"}
    assert through(Client(app), identity).status_code == 303
    assert people(desk) == {"admin": "admin", "kim": "releaser", "officer": "officer"}
    assert Client(app).form("/login", name="kim", password="").status_code == 401
    with reading(desk.engine) as connection:
        done = {(one.actor, one.action) for one in ledger.entries(connection)}
    assert {
        ("identity provider", "person_created"),
        ("identity provider", "person_bound"),
        ("kim", "signed_in"),
    } <= done


@pytest.mark.parametrize("groups", [[], ["others"], "others", None, [3], {"watch": 1}])
def test_nobody_is_made_without_a_mapping(app, identity, desk, groups):  # noqa: F811
    identity.claims = {"groups": groups}
    answer = through(Client(app), identity)
    assert answer.status_code == 401
    assert "gives you no role" in answer.text
    assert "kim" not in people(desk)


def test_a_name_of_ours_is_not_taken_over_but_bound_by_its_owner(app, identity, desk):  # noqa: F811
    identity.claims = {"preferred_username": "Admin", "groups": ["watch"]}
    assert through(Client(app), identity).status_code == 401
    client = Client(app)
    assert client.sign_in("admin").status_code == 303
    assert through(client, identity).headers["location"] == "/account"
    identity.claims["groups"] = []
    stranger = Client(app)
    assert through(stranger, identity).status_code == 303
    assert stranger.get("/people").status_code == 200
    assert people(desk)["admin"] == "admin"


def test_who_may_not_enter_here_does_not_enter_through_the_provider(app, identity, desk):  # noqa: F811
    through(Client(app), identity)
    desk.change_user("kim", "officer", active=False, by="admin", at_us=1)
    assert through(Client(app), identity).status_code == 401


def none_signed(claims):
    parts = [json.dumps({"alg": "none"}), json.dumps(claims)]
    return ".".join(urlsafe_b64encode(one.encode()).rstrip(b"=").decode() for one in parts) + "."


LIES = {
    "wrong nonce": {"nonce": "another"}, "no nonce": {"nonce": None}, "wrong audience": {"aud": "another"},
    "among others": {"aud": [CLIENT, "another"]}, "nobody's": {"aud": []}, "expired": {"exp": 1_000},
    "no end": {"exp": None}, "from the future": {"iat": 9_000_000_000}, "other issuer": {"iss": "https://id.example"},
    "no subject": {"sub": ""}, "a number": {"sub": 3},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_says_something_else_is_refused(app, identity, desk, lie):  # noqa: F811
    identity.claims = LIES[lie]
    answer = through(Client(app), identity)
    assert (answer.status_code, "cannot be believed" in answer.text) == (401, True)
    assert "kim" not in people(desk)


@pytest.mark.parametrize("forged", ["none", "another key", "shared secret", "rubbish", "nothing"])
def test_a_token_that_is_not_signed_by_the_providers_key_is_refused(app, identity, desk, forged):  # noqa: F811
    other = ECKey.generate_key("P-256", {"kid": "1"})
    identity.sign = {
        "none": none_signed,
        "another key": lambda claims: jwt.encode({"alg": "ES256", "kid": "1"}, claims, other),
        "shared secret": lambda claims: jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET)),
        "rubbish": lambda _: "a.b.c",
        "nothing": lambda _: "",
    }[forged]
    assert through(Client(app), identity).status_code == 401
    assert "kim" not in people(desk)


def test_an_issuer_that_names_other_hosts_or_redirects_is_not_followed(app, identity, desk):  # noqa: F811
    other = Identity(lambda: 0)
    for name in ("token_endpoint", "jwks_uri", "authorization_endpoint"):
        identity.lies = {"document": {name: f"{other.issuer}/x"}}
        assert Client(app).get("/login/provider").status_code == 401
    identity.lies = {"document": {"issuer": "https://id.example"}}
    assert Client(app).get("/login/provider").status_code == 401
    for path in ("/.well-known/openid-configuration", "/keys", "/token"):
        client, identity.lies = Client(app), {}
        query = began(client, identity)
        identity.lies = {"redirects": (path,)}
        assert client.get("/login/provider/back", params=query | {"again": "1"}).status_code == 401
    assert other.paths == []
    assert "/elsewhere" not in identity.paths
    assert "kim" not in people(desk)
    other.stop()


def test_an_answer_is_taken_once_by_the_visitor_who_asked(app, identity, desk):  # noqa: F811
    mine, theirs = Client(app), Client(app)
    query = began(mine, identity) | {"again": "1"}
    began(theirs, identity)
    assert theirs.get("/login/provider/back", params=query).status_code == 401
    fresh = began(mine, identity) | {"again": "1"}
    for changed in ({"state": "x"}, {"state": ""}, {"code": "another"}):
        asked = began(mine, identity) | {"again": "1"}
        assert mine.get("/login/provider/back", params=asked | changed).status_code == 401
    assert mine.get("/login/provider/back", params=fresh).status_code == 401
    assert "kim" not in people(desk)


def test_the_local_administrator_comes_in_when_the_provider_is_gone(app, identity):
    identity.stop()
    client = Client(app)
    assert "cannot be reached" in client.get("/login/provider").text
    assert client.sign_in("admin").status_code == 303


@pytest.mark.parametrize(
    "text",
    [
        NODE.format(issuer="http://id.example"), NODE.format(issuer="https://"), NODE.replace("officer", "king"),
        NODE.format(issuer="https://id.example").replace("oidc.secret", "gone"), "[oidc]\nissuer = 'https://id.example'",
    ],
)  # fmt: skip
def test_a_provider_that_cannot_be_is_said_at_the_start(tmp_path, text):
    (tmp_path / "oidc.secret").write_text("x")
    (tmp_path / "node.toml").write_text(text)
    with pytest.raises(UsageError, match=r"node\.toml"):
        configured(tmp_path)


@pytest.mark.browser
def test_a_browser_comes_back_with_its_cookies(browser, identity, desk, tmp_path):  # noqa: F811
    import time

    identity.now_s = lambda: int(time.time())
    (tmp_path / "node.toml").write_text(NODE.format(issuer=identity.issuer))
    (tmp_path / "oidc.secret").write_text(SECRET)
    address, stop = serve(
        create(FakeSite(5), desk, reached(Settings(tick_s=0.1, data_dir=tmp_path), configured(tmp_path)))
    )
    window = Window(browser, address.replace("127.0.0.1", "localhost"))

    try:
        page = window.open("/login")
        page.click('a[href^="/login/provider"]')
        page.wait_for_url(lambda url: "/login" not in url and "authorize" not in url)
        assert people(desk)["kim"] == "officer"
    finally:
        window.close()
        stop()
