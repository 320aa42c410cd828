"""The page of the audit log: what it says of the past, who may see it, entries by filter, page by page."""

import re

import pytest
from fakes import NOW_US
from msgspec.structs import replace

from hanbada.model.audit import Fault, Verified, Vouching
from hanbada.store.ledger import Entry

HOSTILE = "<script>alert(1)</script>"
FRANCE = Vouching(partner="fr", name="France <b>", size=24, at=NOW_US, cosigned=2, seen_size=12)
FAULT = Fault(what="chain", entry=7, why=f"entry 7 was changed {HOSTILE}", todo="compare with a backup")
SOUND = Verified(
    at=NOW_US, entries=250, size=24, root="ab" * 32, covered=249, checkpoints=2, key="", fault=None, partners=(FRANCE,)
)


@pytest.fixture
def logged(node):
    """A node with entries."""
    node.desk.register_log += [
        Entry(
            seq=seq, at=NOW_US + seq, actor="kim" if seq % 2 else "lee", action="told_release" if seq % 5 else "read",
            object_id=f"item/{seq}", body='{"a":"' + HOSTILE + '"}' if seq == 250 else "{}", previous="", hash="",
        )
        for seq in range(1, 251)
    ]  # fmt: skip
    node.desk.audit = replace(node.desk.audit, entries=250, size=24, covered=249, closed_at=NOW_US)
    return node


def shown(answer):
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def numbers(answer):
    return [int(one) for one in re.findall(r'<th scope="row" class="num">(\d+)</th>', answer.text)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Not verified yet."),
        ({"verified": SOUND}, "no partner vouches"),
        ({"verified": SOUND, "partners": (FRANCE,)}, "Nothing was changed, and partners vouch for it."),
        ({"verified": replace(SOUND, fault=FAULT), "partners": (FRANCE,)}, "Something was changed."),
    ],
)
def test_the_page_begins_with_the_answer(visit, logged, changes, says):
    logged.desk.audit = replace(logged.desk.audit, **changes)
    assert says in shown(visit("releaser").get("/audit"))


def test_a_fault_is_told_with_what_to_do_and_as_text(visit, logged):
    logged.desk.audit = replace(logged.desk.audit, verified=replace(SOUND, fault=FAULT), partners=(FRANCE,))
    answer = visit("admin").get("/audit")
    assert "Entry 7 was changed, taken away or put in between. Keep this machine as it is" in shown(answer)
    assert HOSTILE not in answer.text
    assert "France <b>" not in answer.text


def test_entries_come_the_newest_first_and_page_by_page(visit, logged):
    releaser = visit("releaser")
    first = releaser.get("/audit")
    assert numbers(first) == list(range(250, 150, -1))
    link = re.search(r'href="(/audit\?[^"]*before=151[^"]*)"', first.text).group(1).replace("&amp;", "&")
    assert numbers(releaser.get(link)) == list(range(150, 50, -1))
    assert "Earlier" not in shown(releaser.get("/audit?before=51"))


def test_filters_are_how_words_begin_and_nonsense_is_left_out(visit, logged):
    releaser = visit("releaser")
    assert numbers(releaser.get("/audit?action=re&actor=lee")) == list(range(250, 0, -10))
    assert numbers(releaser.get("/audit?object_id=item/24")) == [*range(249, 239, -1), 24]
    assert "No entry fits." in shown(releaser.get("/audit", params={"actor": HOSTILE}))
    assert len(numbers(releaser.get("/audit?before=-1"))) == 100
    assert HOSTILE not in releaser.get("/audit", params={"actor": HOSTILE}).text


def test_only_release_officers_and_administrators_see_it_or_a_way_to_it(visit, logged):
    assert visit("officer").get("/audit").status_code == 403
    assert 'href="/audit"' not in visit("officer").get("/alerts").text
    assert 'href="/audit"' in visit("admin").get("/alerts").text
