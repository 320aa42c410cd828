"""People, their passwords and sessions, the first run, and the sources, in both databases."""

import pytest
from makings import DAY, HOUR, NOON
from sqlalchemy import select

from hanbada.model.desk import NodeProfile
from hanbada.model.errors import NotFoundError, RefusedError, StoreError, UsageError
from hanbada.store import passwords, sources
from hanbada.store.schema import metadata
from hanbada.store.sources import About

PROFILE = NodeProfile(language="ko", palette="dusk", lon_deg=129.0, lat_deg=35.0, zoom=7.0)
PASSWORD = "a long password 1"
CODE = "one time code"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch):
    """Argon2 as weak as it goes: these tests are not about how long it takes."""
    quick = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)


@pytest.fixture
def staff(desk):
    """A desk with two administrators and an officer."""
    for name, role in (("kim", "admin"), ("lee", "admin"), ("cho", "officer")):
        desk.create_user(name, PASSWORD, role, "setup", NOON)
    return desk


def roles(desk):
    return {user.name: user.role if user.active else None for user in desk.users()}


def test_the_first_run_works_once_and_with_the_right_code_only(desk):
    assert desk.profile() is None
    assert desk.first_run(CODE, PASSWORD, PROFILE, NOON) is None
    desk.set_start_code(CODE, NOON)
    assert desk.first_run("another code", PASSWORD, PROFILE, NOON) is None
    assert desk.users() == []
    user = desk.first_run(CODE, PASSWORD, PROFILE, NOON)
    assert (user.name, user.role) == ("admin", "admin")
    assert desk.profile() == PROFILE
    assert desk.first_run(CODE, "a long password 2", PROFILE, NOON) is None
    with pytest.raises(RefusedError, match="first run is done"):
        desk.set_start_code("a new code", NOON)


def test_a_short_password_does_not_use_up_the_code(desk):
    desk.set_start_code(CODE, NOON)
    with pytest.raises(UsageError, match="12 to 256"):
        desk.first_run(CODE, "short", PROFILE, NOON)
    assert desk.first_run(CODE, PASSWORD, PROFILE, NOON) is not None


def test_a_new_code_takes_the_place_of_the_one_before(desk):
    desk.set_start_code(CODE, NOON)
    desk.set_start_code("a later code", NOON)
    assert desk.first_run(CODE, PASSWORD, PROFILE, NOON) is None
    assert desk.first_run("a later code", PASSWORD, PROFILE, NOON) is not None


def test_the_code_and_passwords_are_nowhere_as_given(desk, engine):
    desk.set_start_code(CODE, NOON)
    desk.create_user("kim", PASSWORD, "admin", "setup", NOON)
    with engine.connect() as connection:
        rows = [str(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    assert len(rows) > 3
    assert not any(secret in row for row in rows for secret in (CODE, PASSWORD))


def test_a_profile_can_be_changed(desk):
    desk.save_profile(PROFILE, "kim", NOON)
    assert desk.profile() == PROFILE


def test_one_enters_with_name_and_password_only(staff):
    assert staff.verify("kim", PASSWORD).role == "admin"
    assert staff.verify(" KIM ", PASSWORD).name == "kim"
    assert staff.verify("kim", "a wrong password") is None
    assert staff.verify("nobody", PASSWORD) is None
    assert staff.verify("<b>", PASSWORD) is None


def test_who_does_not_exist_costs_as_much_time_as_who_does(staff, monkeypatch):
    asked = []
    monkeypatch.setattr(passwords, "fits", lambda kept, password: asked.append(kept is None) or False)
    staff.verify("kim", PASSWORD)
    staff.verify("nobody", PASSWORD)
    assert asked == [False, True]


@pytest.mark.parametrize("name", ["", " ", "<b>", "a b", "-a", "a.", "a\nb", "x" * 65, "a\u202eb"])
def test_a_name_that_could_mislead_is_refused(desk, name):
    with pytest.raises(UsageError, match="A name has"):
        desk.create_user(name, PASSWORD, "viewer", "kim", NOON)


@pytest.mark.parametrize("name", ["kim", "Kim", "\uff4b\uff49\uff4d", " kim "])
def test_a_name_that_looks_the_same_is_taken(staff, name):
    with pytest.raises(UsageError, match="taken"):
        staff.create_user(name, PASSWORD, "viewer", "kim", NOON)


def test_names_of_any_script_are_fine(desk):
    for name in ("김민수", "o'neill", "müller-2", "v"):
        desk.create_user(name, PASSWORD, "viewer", "kim", NOON)
    assert len(desk.users()) == 4


def test_the_last_administrator_cannot_be_lost(staff):
    staff.change_user("lee", "officer", active=True, by="kim", at_us=NOON)
    for role, active in (("officer", True), ("admin", False), ("viewer", False)):
        with pytest.raises(RefusedError, match="last administrator"):
            staff.change_user("kim", role, active=active, by="kim", at_us=NOON)
    assert roles(staff) == {"kim": "admin", "lee": "officer", "cho": "officer"}
    staff.change_user("cho", "admin", active=True, by="kim", at_us=NOON)
    assert staff.change_user("kim", "admin", active=False, by="cho", at_us=NOON).active is False


def test_an_administrator_who_is_not_active_does_not_count(staff):
    staff.change_user("lee", "admin", active=False, by="kim", at_us=NOON)
    with pytest.raises(RefusedError):
        staff.change_user("kim", "viewer", active=True, by="kim", at_us=NOON)


@pytest.mark.parametrize("active", [True, False])
def test_a_role_must_be_one_that_there_is(staff, active):
    with pytest.raises(UsageError, match="captain"):
        staff.change_user("cho", "captain", active=active, by="kim", at_us=NOON)
    with pytest.raises(UsageError, match="captain"):
        staff.create_user("new", PASSWORD, "captain", "kim", NOON)
    assert roles(staff)["cho"] == "officer"


def test_who_may_no_longer_enter_is_out_at_once(staff):
    staff.open_session("key", "cho", NOON, NOON + DAY)
    staff.change_user("cho", "officer", active=False, by="kim", at_us=NOON)
    assert staff.session("key", NOON) is None
    assert staff.verify("cho", PASSWORD) is None
    staff.change_user("cho", "officer", active=True, by="kim", at_us=NOON)
    assert staff.session("key", NOON) is None
    assert staff.verify("cho", PASSWORD).name == "cho"


def test_a_session_lasts_until_its_end_or_until_it_is_closed(staff):
    staff.open_session("key", "cho", NOON, NOON + HOUR)
    staff.open_session("other", "cho", NOON, NOON + HOUR)
    assert staff.session("key", NOON).name == "cho"
    assert staff.session("key", NOON + HOUR - 1) is not None
    assert staff.session("key", NOON + HOUR) is None
    staff.close_session("key", NOON)
    staff.close_session("unknown", NOON)
    assert staff.session("key", NOON) is None
    assert staff.session("other", NOON).name == "cho"


def test_a_change_of_role_counts_in_open_sessions(staff):
    staff.open_session("key", "cho", NOON, NOON + HOUR)
    staff.change_user("cho", "viewer", active=True, by="kim", at_us=NOON)
    assert staff.session("key", NOON).role == "viewer"


def test_a_new_password_ends_sessions(staff):
    staff.open_session("key", "cho", NOON, NOON + HOUR)
    staff.open_session("of kim", "kim", NOON, NOON + HOUR)
    staff.set_password("cho", "a long password 2", "cho", NOON)
    assert staff.session("key", NOON) is None
    assert staff.session("of kim", NOON) is not None
    assert staff.verify("cho", PASSWORD) is None
    assert staff.verify("cho", "a long password 2") is not None


def test_sessions_that_are_over_are_forgotten(staff, engine):
    staff.open_session("old", "cho", NOON, NOON + 1)
    staff.open_session("new", "kim", NOON + HOUR, NOON + DAY)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT key FROM session").scalars().all() == ["new"]


def test_who_is_not_there_cannot_be_changed(desk):
    for act in (
        lambda: desk.change_user("ghost", "viewer", active=True, by="kim", at_us=NOON),
        lambda: desk.set_password("ghost", PASSWORD, "kim", NOON),
        lambda: desk.open_session("key", "ghost", NOON, NOON + 1),
    ):
        with pytest.raises(NotFoundError, match="ghost"):
            act()


def test_what_people_did_stands_in_the_ledger(staff):
    staff.open_session("key", "cho", NOON, NOON + HOUR)
    staff.close_session("key", NOON)
    staff.set_password("cho", "a long password 2", "kim", NOON)
    staff.change_user("cho", "viewer", active=True, by="kim", at_us=NOON)
    assert [(one.actor, one.action) for one in staff.deeds(object_id="person/cho")] == [
        ("setup", "person_created"),
        ("cho", "signed_in"),
        ("cho", "signed_out"),
        ("kim", "password_set"),
        ("kim", "person_changed"),
    ]


def test_a_source_keeps_its_number_for_ever(desk):
    assert desk.source_number("harbour", About(), NOON) == 1
    assert desk.source_number("satellite", About(licence="theirs"), NOON) == 2
    assert desk.source_number("harbour", About(shareable=True), NOON + HOUR) == 1
    assert [(one.number, one.name, one.shareable, one.added_at) for one in desk.sources()] == [
        (1, "harbour", True, NOON),
        (2, "satellite", False, NOON),
    ]


def test_a_source_described_as_before_leaves_no_trace(desk):
    desk.source_number("harbour", About(), NOON)
    head = desk.ledger_head()
    desk.source_number("harbour", About(), NOON + HOUR)
    assert desk.ledger_head() == head
    desk.source_number("harbour", About(licence="ours"), NOON + HOUR)
    assert [one.action for one in desk.deeds(object_id="source/harbour")] == ["source_added", "source_changed"]


def test_a_source_is_described_in_plain_text(desk):
    for name, about in (("", About()), ("a\nb", About()), ("a", About(licence="\x00"))):
        with pytest.raises(UsageError):
            desk.source_number(name, about, NOON)


def test_there_are_as_many_sources_as_a_line_id_can_carry(desk, monkeypatch):
    monkeypatch.setattr(sources, "MOST_SOURCES", 2)
    for name in ("a", "b"):
        desk.source_number(name, About(), NOON)
    with pytest.raises(StoreError, match="no room"):
        desk.source_number("c", About(), NOON)
    assert desk.source_number("b", About(), NOON) == 2
