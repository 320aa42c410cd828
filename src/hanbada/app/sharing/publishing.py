"""What leaves: an object that changes, and in the same transaction every statement that this leads to.

The release desk decides for each partner; of several communities it may be told by, the one that lets most through.
Nothing is said to a partner for whom nothing changed. Where what it was told may no longer be, it is recalled; where
only the agreement or membership ended, nothing more is said, and what was told stays until its originator recalls it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hanbada.app.sharing import leaving
from hanbada.app.sharing.links import send
from hanbada.app.taxii import shelving
from hanbada.model.errors import InputError
from hanbada.model.exchange import BULK, URGENT, USUAL, Statement
from hanbada.model.sharing import PLACES, Item
from hanbada.release.rules import Terms
from hanbada.release.view import release
from hanbada.share.exchange import plain, statements
from hanbada.store import exchange, terms
from hanbada.store.events import Written, deed
from hanbada.store.taxii import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.sharing import Decision, Profile, Released
    from hanbada.store.exchange import Kept, Telling

LANE_OF = {"track": BULK, "register": BULK, "plan": BULK}
"""The lanes of what is neither urgent nor usual; recalls are urgent whatever they recall."""
ENDED = ("partner_active", "partner_unknown", "community_open", "may_not_post", "member", "no_agreement")
"""Rules whose no ends a flow: it is no decision about what was told before."""
NARROWED = (
    "not_granted", "tlp_too_high", "red_unnamed", "not_on_list", "outside_area", "not_yet", "caveats", "labelled",
)  # fmt: skip
"""Rules whose no is about the object itself: what was told is taken back."""
LONGEST = 192 * 1024
"""Bytes of an object as JSON: a statement of it stays below what any partner takes."""
_NOTHING = b""


class Heard(NamedTuple):
    """What one partner may have of an object: the decision, and what leaves."""

    decision: Decision | None
    released: Released | None

    @property
    def ended(self) -> bool:
        """Whether only the terms ended: no agreement in force, no member, suspended."""
        no = {one.rule for one in ([] if self.decision is None else self.decision.verdicts) if not one.allows}
        return bool(no & set(ENDED)) and not no & set(NARROWED)


def terms_of(connection: Connection, ours: Ours) -> Terms:
    """All that decisions rest on, as it stands now."""
    known = {node: one.partner for node, one in terms.partners(connection).items()}
    return Terms(
        ours.node,
        ours.document.organisation,
        known,
        leaving.without_us(connection, ours.node, terms.communities(connection)),
        terms.agreements(connection),
        terms.scopes(connection),
    )


def publish(connection: Connection, ours: Ours, item: Item, subject: str, written: Written) -> None:
    """Keep an object as it is now, and tell every partner for whom that changes something.

    Raises InputError for what no partner could read.
    """
    _readable(item)
    _put(connection, ours, exchange.Kept(item=item, subject=subject, recalled=False, changed_at=written.at_us), written)


def recall(connection: Connection, ours: Ours, item_id: str, written: Written) -> bool:
    """Take an object back from everyone who was told it; False if there is none or it was recalled before."""
    kept = exchange.kept(connection, item_id)
    if kept is None or kept.recalled:
        return False
    gone = msgspec.structs.replace(kept, recalled=True, changed_at=written.at_us)
    _put(connection, ours, gone, written)
    return True


def _put(connection: Connection, ours: Ours, kept: Kept, written: Written) -> None:
    exchange.put_item(connection, kept)
    action = "item_recalled" if kept.recalled else "item_set"
    deed(connection, written, action, f"item/{kept.item.item_id}", subject=kept.subject, tlp=kept.item.marking.tlp)
    shelving.own(connection, ours.node, kept, written.at_us)
    known = terms_of(connection, ours)
    found = {node: _tell_all(connection, ours, known, node, [kept], written)[0] for node in sorted(known.partners)}
    if not kept.recalled:
        _note_refusals(connection, kept, found, written)


def _note_refusals(connection: Connection, kept: Kept, found: Mapping[str, Saying], written: Written) -> None:
    """A no is a decision too: who may not have an object, and the rules that say so."""
    decisions = {node: one.heard.decision for node, one in found.items() if one.heard.released is None}
    refused = {
        node: [] if one is None else sorted({said.rule for said in one.verdicts if not said.allows})
        for node, one in decisions.items()
    }
    if refused:
        deed(connection, written, "withheld", f"item/{kept.item.item_id}", **{"from": refused})


def retell(connection: Connection, ours: Ours, written: Written, nodes: Iterable[str] | None = None) -> int:
    """Tell partners what changed for them because terms did, or time passed; how many statements that took."""
    known = terms_of(connection, ours)
    about = list(exchange.items(connection))
    chosen = sorted(known.partners) if nodes is None else sorted(set(nodes) & set(known.partners))
    return sum(one.due for node in chosen for one in _tell_all(connection, ours, known, node, about, written))


def tell_anew(connection: Connection, ours: Ours, written: Written, node: str) -> int:
    """Tell a partner once more what it was told and may still have, and what was taken back; how much that was."""
    known = terms_of(connection, ours)
    found = [saying(connection, kept, node, known, written.at_us) for kept in list(exchange.items(connection))]
    again = [one for one in found if one.due or (one.last is not None and not one.heard.ended)]
    for one in again:
        _say(connection, ours, known, one, written)
    return len(again)


def _readable(item: Item) -> None:
    """Raise InputError for what no partner would take, whoever may have it: too long, too deep, a number too large."""
    written = plain.write(item)
    if len(written) > LONGEST:
        message = f"an object of {len(written)} bytes; {LONGEST} are the most that can be shared: leave something out"
        raise InputError(message)
    plain.read(written, Item)


def _tell_all(
    connection: Connection, ours: Ours, known: Terms, node: str, about: Sequence[Kept], written: Written
) -> list[Saying]:
    """Append what one partner must hear of some objects, and of those that refer to what it has now or has no more.

    Others are left alone even if they refer to these: the partner must not learn when something changed that it may
    not see. What there was to say of each, whether or not it was due.
    """
    found: list[Saying] = []
    while about:
        turned = []
        for kept in about:
            one = saying(connection, kept, node, known, written.at_us)
            found.append(one)
            if one.due:
                _say(connection, ours, known, one, written)
                turned += [kept.item.item_id] if one.turned else []
        about = [other for item_id in turned for other in exchange.referring(connection, item_id)]
    return found


class Saying(NamedTuple):
    """What one partner may have of an object now, and what it was told before."""

    node: str
    kept: Kept
    heard: Heard
    rendition: bytes
    last: Telling | None

    @property
    def due(self) -> bool:
        """Whether the partner must be told: something changed for it, and not only because terms ended."""
        if self.last is None:
            return self.heard.released is not None
        return not (_same(self.last, self.rendition) or (self.heard.released is None and self.heard.ended))

    @property
    def turned(self) -> bool:
        """Whether the partner has it by this and had not before, or the other way round."""
        had = self.last is not None and not self.last.recalled
        return had != (self.heard.released is not None)


def saying(connection: Connection, kept: Kept, node: str, known: Terms, now_us: int) -> Saying:
    """What a partner may have of an object now, and whether it must be told; nothing is sent."""
    last = exchange.told(connection, node, kept.item.item_id)
    heard = Heard(None, None) if kept.recalled else best(connection, kept.item, node, known, now_us, last)
    return Saying(node, kept, heard, _rendition(heard.released), last)


def _same(last: Telling, rendition: bytes) -> bool:
    return last.recalled if rendition == _NOTHING else not last.recalled and last.rendition == rendition


def best(
    connection: Connection, item: Item, node: str, known: Terms, now_us: int, last: Telling | None = None
) -> Heard:
    """What a node may have of an object by the community that lets most through; else why it may have nothing.

    If it was told of it before, the reason is that of the community it was told by.
    """
    found = [release(item, node, one, known, now_us, has(connection, node)) for one in sorted(known.communities)]
    leaving = [(decision, out) for decision, out in found if out is not None]
    if leaving:
        return Heard(*max(leaving, key=lambda one: _detail(one[0].profile)))
    withheld = [decision for decision, _ in found]
    before = None if last is None else next((one for one in withheld if one.community == last.community), None)
    return Heard(before or min(withheld, key=_nearness, default=None), None)


def has(connection: Connection, node: str) -> Callable[[str], bool]:
    """Whether a node was told of an object and still has it."""

    def there(ref: str) -> bool:
        one = exchange.told(connection, node, ref)
        return one is not None and not one.recalled

    return there


def _detail(profile: Profile) -> tuple[int, ...]:
    switches = (profile.identity, profile.evidence, profile.source, profile.narrative, profile.person)
    return PLACES.index(profile.place), *map(int, switches)


def _nearness(decision: Decision) -> int:
    """How far a refusal was from a release: first the one whose terms hold, then the fewest rules against it."""
    ended = any(not one.allows and one.rule in ENDED for one in decision.verdicts)
    return ended * 100 + sum(not one.allows for one in decision.verdicts)


def _rendition(released: Released | None) -> bytes:
    return _NOTHING if released is None else hashlib.sha256(plain.write(released)).digest()


def _say(connection: Connection, ours: Ours, known: Terms, one: Saying, written: Written) -> None:
    statement = _statement(ours, known, one, written.at_us)
    body = statements.write(statement, ours.key)
    recalled = statement.facts is None
    lane = URGENT if recalled else LANE_OF.get(statement.data_class, USUAL)
    entry = send(connection, ours, one.node, body, lane)
    telling = exchange.Telling(
        node=one.node,
        item_id=statement.item_id,
        community=statement.community,
        version=statement.version,
        rendition=one.rendition,
        recalled=recalled,
        lane=lane,
        seq=entry.seq,
        told_at=written.at_us,
    )
    exchange.put_telling(connection, telling)
    released = None if recalled else one.heard.released
    shelving.told(connection, View(statement.community, one.node), one.kept, released, written.at_us)
    facts = {"to": one.node, "community": statement.community, "version": statement.version}
    outcome = "recall" if recalled or one.heard.decision is None else one.heard.decision.outcome
    deed(connection, written, f"told_{outcome}", f"item/{statement.item_id}", **facts)


def _statement(ours: Ours, known: Terms, one: Saying, at_us: int) -> Statement:
    out, last, item = one.heard.released, one.last, one.kept.item
    community = out.community if out is not None else "" if last is None else last.community
    charter = known.communities.get(community)
    return Statement(
        item_id=item.item_id,
        version=max(0 if last is None else last.version, ours.floor) + 1,
        origin=ours.node,
        to=one.node,
        community=community,
        charter=0 if charter is None else charter.version,
        data_class=item.data_class,
        issued_at=at_us,
        handling=None if out is None else out.handling,
        facts=None if out is None else out.facts,
        refs=() if out is None else out.refs,
        exercise=item.exercise,
    )
