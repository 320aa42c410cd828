"""Readers over TAXII: who they read for, their tokens, and what they may have when they come."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, NamedTuple

from hanbada.accord.communities import member_of, resting_on
from hanbada.app.sharing import publishing
from hanbada.app.taxii import shelving
from hanbada.model.desk import TaxiiReader
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.store import exchange, taxii, terms
from hanbada.store.taxii import View

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.sharing import Community
    from hanbada.store.events import Written


class Reading(NamedTuple):
    """A reader as it is shown: the partner it reads for (None: this node), and each collection with its objects."""

    reader: TaxiiReader
    partner: str | None
    collections: tuple[tuple[str, int], ...]


NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def add(
    connection: Connection, ours: Ours, name: str, node: str, written: Written, *, may_add: bool = False
) -> str:  # fmt: skip
    """A reader for a partner, or for this node itself; its token, which is shown once and not kept.

    Raises UsageError for a name that is taken or none, NotFoundError if the node is no partner.
    """
    if not NAME.fullmatch(name):
        message = f"{name!r}: a reader is called by small letters, digits, dots and dashes"
        raise UsageError(message)
    if node != ours.node and node not in terms.partners(connection):
        message = f"{node} is no partner"
        raise NotFoundError(message)
    begun, token = taxii.has_readers(connection, node), secrets.token_urlsafe(32)
    one = TaxiiReader(name=name, node=node, may_add=may_add, added_at=written.at_us, added_by=written.by)
    taxii.put_reader(connection, one, token, written)
    if not begun:
        fill(connection, ours, node, written.at_us)
    return token


def fill(connection: Connection, ours: Ours, node: str, now_us: int) -> None:
    """Shelve what a node may have now."""
    taxii.cleared(connection, node)
    if node == ours.node:
        for kept in list(exchange.items(connection)):
            shelving.own(connection, node, kept, now_us)
        return
    known = publishing.terms_of(connection, ours)
    for one in exchange.tellings(connection, node=node):
        its = None if one.recalled else exchange.kept(connection, one.item_id)
        released = None if its is None else publishing.saying(connection, its, node, known, now_us).heard.released
        if its is not None and released is not None:
            shelving.told(connection, View(released.community, node), its, released, now_us)


def communities(connection: Connection, ours: Ours, node: str, now_us: int) -> list[Community]:
    """The communities that a reader for a node may read: both are members, and an agreement is in force."""
    known = publishing.terms_of(connection, ours)
    partner = known.partners.get(node)
    if node != ours.node and (partner is None or partner.suspended):
        return []
    organisations = (known.organisation, known.organisation if partner is None else partner.organisation)
    return [
        one for _, one in sorted(known.communities.items())
        if (one.closed_at is None or now_us < one.closed_at)
        and all(member_of(one, each) is not None for each in (node, ours.node))
        and (partner is None or any(True for _ in resting_on(one, known.agreements, organisations, now_us)))
    ]  # fmt: skip


def shown(connection: Connection, ours: Ours, now_us: int) -> list[Reading]:
    """Every reader by name, and what it may read now."""
    counts = taxii.counts(connection)
    names = {node: one.partner.name for node, one in terms.partners(connection).items()}
    return [
        Reading(
            one,
            None if one.node == ours.node else names.get(one.node, one.node),
            tuple(
                (each.name, counts.get(View(each.community_id, one.node), 0))
                for each in communities(connection, ours, one.node, now_us)
            ),
        )
        for one in taxii.readers(connection)
    ]
