"""After a node was restored from a backup: every link begins anew, here at once and there when a person has looked.

Nobody here knows what this node said after the backup, so nothing it says again counts against that: it goes out in
the version of the backup, and whoever has a later one keeps it. What was taken back stays taken back. What changes from
now on has a version above all that came before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hanbada.app.sharing import chartering, ours, publishing
from hanbada.app.sharing.links import send
from hanbada.model.times import SECOND_US
from hanbada.share.exchange import link as chain
from hanbada.store import exchange, marks, terms
from hanbada.store.events import deed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.store.events import Written

OF_A_BACKUP = ("rollback", "fork")
"""Why a link stops where this node is the one that was restored: partners have what it does not know it said."""


def restored(connection: Connection, own: Ours, written: Written) -> dict[str, int]:
    """Begin anew with every partner, once a person said that this node was restored; by partner, what to tell it.

    Each partner resumes with the epoch it is told. Until then nothing goes or comes.
    """
    since = written.at_us // SECOND_US
    marks.put(connection, ours.FLOOR, max(since, own.floor + 1), written.at_us)
    before = own._replace(floor=0)
    return {node: anew(connection, before, node, written) for node in terms.partners(connection)}


def anew(
    connection: Connection, own: Ours, node: str, written: Written, their_epoch: int = chain.UNKNOWN
) -> int:  # fmt: skip
    """Begin a new epoch with a partner and put on the link all that it is to have; the number of the epoch."""
    old = exchange.link_to(connection, node)
    link = chain.restarted(old, written.at_us // SECOND_US, their_epoch)
    held = "" if old.suspended in {*OF_A_BACKUP, "restored"} else old.suspended
    exchange.drop_outgoing(connection, node)
    exchange.put_link(connection, msgspec.structs.replace(link, suspended=held))
    deed(connection, written, "link_anew", f"partner/{node}", epoch=link.epoch, their_epoch=their_epoch)
    send(connection, own, node, own.sealed)
    chartering.tell_all(connection, own, node)
    publishing.tell_anew(connection, own, written, node)
    return link.epoch
