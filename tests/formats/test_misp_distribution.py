"""How far something in MISP may go: the whole table, and that nothing ever widens."""

from __future__ import annotations

import itertools

import pytest

from hanbada.model.sharing import TLPS, Handling
from hanbada.share.formats import misp
from hanbada.share.formats.misp_distribution import (
    ALL,
    COMMUNITY,
    CONNECTED,
    GROUP,
    INHERIT,
    NOBODY,
    ORGANISATION,
    Group,
    Peer,
    child_passed,
    code_of,
    group_of,
    onward_ends,
    passed,
    stricter,
)

OWNER, OTHER = Peer(organisation="owner", server="https://o"), Peer(organisation="other", server="https://x")
MEMBERS = Group(organisations=frozenset({"other"}), servers=frozenset({"https://x"}))
TABLE = [
    (ORGANISATION, "push", OWNER, None), (ORGANISATION, "push", OTHER, None),
    (ORGANISATION, "pull", OWNER, ORGANISATION), (ORGANISATION, "pull", OTHER, None),
    (COMMUNITY, "push", OWNER, None), (COMMUNITY, "push", OTHER, None),
    (COMMUNITY, "pull", OWNER, ORGANISATION), (COMMUNITY, "pull", OTHER, ORGANISATION),
    (CONNECTED, "push", OWNER, COMMUNITY), (CONNECTED, "push", OTHER, COMMUNITY),
    (CONNECTED, "pull", OWNER, COMMUNITY), (CONNECTED, "pull", OTHER, COMMUNITY),
    (ALL, "push", OWNER, ALL), (ALL, "push", OTHER, ALL), (ALL, "pull", OWNER, ALL), (ALL, "pull", OTHER, ALL),
    (GROUP, "push", OWNER, None), (GROUP, "push", OTHER, GROUP),
    (GROUP, "pull", OWNER, None), (GROUP, "pull", OTHER, GROUP),
    (INHERIT, "push", OTHER, INHERIT), (INHERIT, "pull", OTHER, INHERIT),
]  # fmt: skip
WIDTH = {None: -1, ORGANISATION: 0, GROUP: 0.5, COMMUNITY: 1, CONNECTED: 2, ALL: 3}


@pytest.mark.parametrize(("code", "direction", "peer", "arrives"), TABLE)
def test_the_table_of_push_and_pull(code, direction, peer, arrives):
    assert passed(code, direction, peer, "owner", MEMBERS) == arrives


@pytest.mark.parametrize("direction", ["push", "pull"])
@pytest.mark.parametrize("peer", [OWNER, OTHER])
@pytest.mark.parametrize("group", [MEMBERS, NOBODY])
def test_nothing_ever_widens_for_parent_and_child(direction, peer, group):
    for parent, child in itertools.product(range(5), range(6)):
        arrived = child_passed((parent, group), (child, group), direction, peer, "owner")
        above = passed(parent, direction, peer, "owner", group)
        if above is None:
            assert arrived is None, (parent, child)
        if arrived is None:
            continue
        held = stricter(parent, child)
        assert WIDTH[stricter(above, arrived)] <= WIDTH[held], (parent, child)


def test_the_stricter_of_parent_and_child_holds():
    for parent, child in itertools.product(range(4), range(4)):
        assert stricter(parent, child) == min(parent, child)
        assert stricter(parent, INHERIT) == parent
    assert stricter(GROUP, ALL) == stricter(ALL, GROUP) == GROUP
    assert stricter(GROUP, ORGANISATION) == ORGANISATION


@pytest.mark.parametrize("direction", ["push", "pull"])
def test_an_empty_group_is_nobody(direction):
    for peer in (OWNER, OTHER, Peer(organisation="")):
        assert passed(GROUP, direction, peer, "owner", NOBODY) is None
        assert passed(GROUP, direction, peer, "owner", Group(roaming=True)) is None


def said(orgs=("other",), servers=(("https://x", False),), **more):
    return {
        "SharingGroupOrg": [{"extend": True, "Organisation": {"uuid": one}} for one in orgs],
        "SharingGroupServer": [{"all_orgs": everyone, "Server": {"url": url}} for url, everyone in servers],
        **more,
    }


def test_releasability_is_text_and_lets_nobody_in():
    group = group_of(said(orgs=(), servers=(), releasability="other, everyone, all organisations"))
    assert group == NOBODY
    assert passed(GROUP, "pull", OTHER, "owner", group) is None


@pytest.mark.parametrize(
    ("group", "comes"),
    [
        (said(), True),
        (said(active=False), False),
        (said(orgs=("third",)), False),
        (said(servers=(("https://y", False),)), False),
        (said(servers=(), roaming=True), True),
        (said(orgs=(), servers=(("https://x", True),)), True),
        (said(orgs=(), servers=(("", True),)), False),
        ({}, False), ("nonsense", False), (None, False),
    ],
)  # fmt: skip
def test_a_member_at_a_server_of_the_group_gets_it_and_nobody_else(group, comes):
    assert (passed(GROUP, "push", OTHER, "owner", group_of(group)) == GROUP) is comes


@pytest.mark.parametrize("bad", ["6", "-1", "x", [], {}, "٣", 2.5, True])
def test_a_code_that_is_none_is_your_organisation_only(bad):
    assert code_of(bad, ORGANISATION) == ORGANISATION


def test_only_connected_and_all_may_be_passed_on():
    assert [onward_ends(code) for code in range(5)] == [True, True, False, False, True]


@pytest.mark.parametrize("tlp", TLPS)
@pytest.mark.parametrize("onward", ["none", "community", "public"])
def test_what_leaves_has_a_code_no_wider_than_its_handling(tlp, onward):
    code = misp.code(Handling(tlp=tlp, onward=onward, purposes=(), originator="KR-1"))
    most = (
        ALL
        if (tlp, onward) == ("CLEAR", "public")
        else COMMUNITY
        if onward != "none" and tlp in {"CLEAR", "GREEN"}
        else 0
    )
    assert code == most
