"""Charters, key documents and invitations: who decides, who follows, and who only pretends."""

import msgspec
import pytest

from hanbada.model.errors import InputError, RefusedError
from hanbada.model.sharing import FULL, Agreement, Community, Member, Span
from hanbada.share.exchange import charters, invites, keys
from hanbada.share.exchange.seal import key_from, kid, public_of

KEYS = {name: key_from(name.encode() * 32) for name in "abc"}
KNOWN = {name: {kid(public_of(key)): public_of(key)}.get for name, key in KEYS.items()}


def community(version=1, members="ab", quorum=2, **changes):
    made = tuple(Member(node=one, max_tlp="AMBER", profile=FULL, may_post=True, steward=True) for one in members)
    return Community(
        community_id="x", name="X", version=version, members=made, agreements=("p",), quorum=quorum,
        purposes=("safety",), **changes,
    )  # fmt: skip


def signed(proposal, names):
    return [charters.signed(proposal, KEYS[one]) for one in names]


FIRST = charters.proposed(community(), bytes(32))


def test_a_charter_is_in_force_when_its_quorum_has_signed_it():
    assert charters.adopted(signed(FIRST, "a"), None, KNOWN) is None
    assert charters.adopted(signed(FIRST, "ab"), None, KNOWN).community == community()


def test_the_same_steward_twice_is_one():
    assert charters.adopted(signed(FIRST, "aa"), None, KNOWN) is None


def test_the_stewards_before_decide_on_the_next_version():
    second = charters.proposed(community(2, "abc", 2), charters.hash_of(FIRST))
    assert charters.adopted(signed(second, "c"), FIRST, KNOWN) is None
    assert charters.adopted(signed(second, "ac"), FIRST, KNOWN) is None
    assert charters.adopted(signed(second, "ab"), FIRST, KNOWN).community.version == 2


def test_a_signature_under_another_proposal_does_not_count():
    other = charters.proposed(community(members="abc"), bytes(32))
    assert charters.adopted([*signed(FIRST, "a"), *signed(other, "b")], None, KNOWN) is None


@pytest.mark.parametrize(
    "wrong",
    [community(1), community(2, exercise=True), community(2, "aba")],
    ids=["repeats", "other world", "member twice"],
)
def test_a_version_that_does_not_follow_is_refused(wrong):
    proposal = charters.proposed(wrong, charters.hash_of(FIRST))
    with pytest.raises(RefusedError, match="does not follow"):
        charters.adopted(signed(proposal, "ab"), FIRST, KNOWN)


def test_who_was_out_for_a_while_is_taken_in_again_by_the_stewards_it_knew():
    third = charters.proposed(community(3), b"h" * 32)
    assert charters.adopted(signed(third, "a"), FIRST, KNOWN) is None
    assert charters.adopted(signed(third, "ab"), FIRST, KNOWN).community.version == 3


def test_a_version_that_names_another_past_is_refused():
    with pytest.raises(RefusedError):
        charters.adopted(signed(charters.proposed(community(2), bytes(32)), "ab"), FIRST, KNOWN)


@pytest.mark.parametrize("quorum", [0, 1])
def test_a_quorum_of_half_the_stewards_or_less_is_refused(quorum):
    half = charters.proposed(community(quorum=quorum), bytes(32))
    with pytest.raises(RefusedError, match="more than half"):
        charters.adopted(signed(half, "ab"), None, KNOWN)


def test_of_two_rivals_the_same_stays_whichever_came_first():
    made = [charters.proposed(community(2, name), charters.hash_of(FIRST)) for name in ("abc", "ba")]
    low, high = sorted(made, key=charters.hash_of)
    assert charters.rivals(low, high)
    assert charters.replaced(signed(low, "ab"), high, FIRST, KNOWN) == charters.read(low)
    assert charters.replaced(signed(high, "ab"), low, FIRST, KNOWN) is None
    assert charters.replaced(signed(low, "a"), high, FIRST, KNOWN) is None


def test_who_was_expelled_decides_no_more_on_a_rival_unless_the_version_before_let_it():
    made = [charters.proposed(community(2, name, 1), charters.hash_of(FIRST)) for name in ("a", "b")]
    low, high = sorted(made, key=charters.hash_of)
    (held,), (other,) = charters.read(high).community.members, charters.read(low).community.members
    assert charters.replaced(signed(low, other.node), high, None, KNOWN) is None
    assert charters.replaced(signed(low, held.node), high, None, KNOWN) == charters.read(low)


# key documents

ROOT, SIGNING = key_from(b"r" * 32), key_from(b"s" * 32)
ABOUT = {"name": "KR", "organisation": "KR", "address": "https://kr"}
DOCUMENT = keys.document(ROOT, SIGNING, ABOUT, 1)


def test_a_key_document_is_read_with_the_root_it_names():
    assert keys.read_document(keys.sign(DOCUMENT, ROOT)) == DOCUMENT


def test_a_document_signed_by_another_root_is_refused():
    with pytest.raises(InputError):
        keys.read_document(keys.sign(DOCUMENT, SIGNING))


def test_a_document_that_takes_the_name_of_another_node_is_refused():
    stolen = msgspec.structs.replace(DOCUMENT, root=public_of(SIGNING))
    with pytest.raises(InputError):
        keys.read_document(keys.sign(stolen, SIGNING))


def test_a_pinned_document_is_replaced_by_a_later_one_of_the_same_root_only():
    later = keys.rotated(DOCUMENT, KEYS["a"], 2)
    assert keys.read_document(keys.sign(later, ROOT), DOCUMENT) == later
    assert keys.newest(later) == public_of(KEYS["a"])
    with pytest.raises(RefusedError):
        keys.read_document(keys.sign(DOCUMENT, ROOT), later)
    other = keys.document(KEYS["b"], SIGNING, ABOUT, 1)
    with pytest.raises(RefusedError):
        keys.read_document(keys.sign(other, KEYS["b"]), DOCUMENT)


def test_a_revoked_key_is_believed_up_to_the_last_good_entry_and_no_clock_is_asked():
    gone = keys.revoked(keys.rotated(DOCUMENT, KEYS["a"], 2), public_of(SIGNING), {1: 7})
    assert keys.believed(gone, public_of(SIGNING), 1, 7)
    assert not keys.believed(gone, public_of(SIGNING), 1, 8)
    assert not keys.believed(gone, public_of(SIGNING), 2, 1)
    assert not keys.believed(gone, public_of(KEYS["b"]), 1, 1)
    assert keys.read_document(keys.sign(gone, ROOT)) == gone


def test_a_document_that_names_a_key_of_small_order_is_refused():
    weak = msgspec.structs.replace(DOCUMENT.keys[0], public=bytes(32))
    with pytest.raises(InputError):
        keys.read_document(keys.sign(msgspec.structs.replace(DOCUMENT, keys=(weak,)), ROOT))


# invitations

PAPER = Agreement(
    agreement_id="p", title="Paper", kind="bilateral", parties=("KR", "FR"), reference="", data_classes="any",
    purposes="any", areas="any", incidents="any", onward="none", valid=Span(),
)  # fmt: skip
OFFER = invites.Offer(
    community_id="x", name="KR-FR", agreement=PAPER, max_tlp="AMBER", profile=FULL, purposes=("safety",)
)
INVITE = invites.Invite(
    invite_id="i", node=DOCUMENT.node, name="KR", address="https://kr", certificate=b"", secret=b"z" * 32, until_at=100,
    offer=OFFER,
)  # fmt: skip
THEIRS = keys.document(KEYS["b"], KEYS["b"], {"name": "FR", "organisation": "FR", "address": ""}, 1)
SEALED = keys.sign(THEIRS, KEYS["b"])


def test_an_invitation_is_read_from_its_text_whatever_breaks_the_lines():
    text = invites.written(INVITE)
    assert invites.read("\n ".join(text[i : i + 60] for i in range(0, len(text), 60))) == INVITE


@pytest.mark.parametrize("text", ["", "hello", invites.PREFIX, invites.written(INVITE)[:-7], invites.PREFIX + "!!!"])
def test_a_text_that_is_no_whole_invitation_says_so(text):
    with pytest.raises(InputError):
        invites.read(text)


def test_an_answer_proves_that_the_invitation_was_had():
    answer = invites.answer(INVITE, SEALED, 50)
    assert invites.accepted(INVITE, answer, DOCUMENT.node, 60) == THEIRS
    stranger = msgspec.structs.replace(INVITE, secret=b"y" * 32)
    with pytest.raises(RefusedError):
        invites.accepted(INVITE, invites.answer(stranger, SEALED, 50), DOCUMENT.node, 60)


def test_an_invitation_runs_out_on_both_sides():
    with pytest.raises(RefusedError):
        invites.answer(INVITE, SEALED, 100)
    with pytest.raises(RefusedError):
        invites.accepted(INVITE, invites.answer(INVITE, SEALED, 50), DOCUMENT.node, 100)


def test_an_answer_is_not_taken_for_the_word_back():
    answer = invites.answer(INVITE, SEALED, 50)
    with pytest.raises(RefusedError):
        invites.accepted(INVITE, answer, THEIRS.node)
    word = invites.word_back(INVITE, keys.sign(DOCUMENT, ROOT), THEIRS.node)
    assert invites.accepted(INVITE, word, THEIRS.node) == DOCUMENT


def test_both_nodes_make_the_same_community_of_an_offer():
    assert invites.bilateral(OFFER, "a", "b") == invites.bilateral(OFFER, "b", "a")
    assert invites.bilateral(OFFER, "a", "b").quorum == 2
