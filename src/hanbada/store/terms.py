"""What releases rest on, as it is kept: partners with their pinned keys, agreements, communities, open scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import delete, insert, select, update

from hanbada.model.exchange import Charter
from hanbada.model.sharing import Agreement, Partner, Scope
from hanbada.store.events import deed
from hanbada.store.schema import agreement, charter, invite, partner, scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    from hanbada.model.sharing import Community
    from hanbada.store.events import Written


class Enrolled(NamedTuple):
    """A partner with the key document that was pinned, as it was signed."""

    partner: Partner
    keys: bytes


class KeptCharter(NamedTuple):
    """A version of a community: the proposal, the signatures under it, and whether it is in force."""

    proposal: bytes
    signatures: tuple[bytes, ...]
    adopted: bool


def partners(connection: Connection) -> dict[str, Enrolled]:
    """The partners that were enrolled, by node."""
    rows = connection.execute(select(partner).order_by(partner.c.node))
    return {row.node: Enrolled(msgspec.json.decode(row.about, type=Partner), bytes(row.keys)) for row in rows}


def put_partner(connection: Connection, about: Partner, keys: bytes, written: Written) -> None:
    """Enrol a partner, or keep what changed of one."""
    values = {"about": _text(about), "keys": keys, "enrolled_at": written.at_us}
    _put(connection, partner, {"node": about.node}, values)
    deed(connection, written, "partner_set", f"partner/{about.node}", partner=msgspec.to_builtins(about))


def agreements(connection: Connection) -> dict[str, Agreement]:
    """The agreements, by their id."""
    rows = connection.execute(select(agreement).order_by(agreement.c.agreement_id))
    return {row.agreement_id: msgspec.json.decode(row.body, type=Agreement) for row in rows}


def put_agreement(connection: Connection, about: Agreement, written: Written) -> None:
    """Keep an agreement in place of the one with its id."""
    values = {"body": _text(about), "changed_at": written.at_us}
    _put(connection, agreement, {"agreement_id": about.agreement_id}, values)
    deed(
        connection,
        written,
        "agreement_set",
        f"agreement/{about.agreement_id}",
        agreement=msgspec.to_builtins(about),
    )


def communities(connection: Connection) -> dict[str, Community]:
    """The latest version in force of each community, by its id."""
    return {one: found.community for one, (found, _) in adopted(connection).items()}


def adopted(connection: Connection) -> dict[str, tuple[Charter, bytes]]:
    """The latest charter in force of each community, with the proposal that was signed."""
    wanted = select(charter).where(charter.c.adopted_at.is_not(None))
    rows = connection.execute(wanted.order_by(charter.c.community_id, charter.c.version))
    return {row.community_id: (_charter(row.proposal), bytes(row.proposal)) for row in rows}


def community_ids(connection: Connection) -> list[str]:
    """Every community of which a version was proposed or adopted."""
    return list(connection.scalars(select(charter.c.community_id).distinct().order_by(charter.c.community_id)))


def charters(connection: Connection, community_id: str) -> list[KeptCharter]:
    """All versions of a community that were proposed or adopted, oldest first."""
    wanted = select(charter).where(charter.c.community_id == community_id).order_by(charter.c.version)
    return [_kept(row.proposal, row.signatures, row.adopted_at) for row in connection.execute(wanted)]


def latest_charters(connection: Connection) -> list[KeptCharter]:
    """Of each community the version in force, and proposals for a later one."""
    force = {one: found.community.version for one, (found, _) in adopted(connection).items()}
    rows = connection.execute(select(charter).order_by(charter.c.community_id, charter.c.version))
    return [
        _kept(row.proposal, row.signatures, row.adopted_at)
        for row in rows
        if row.version > force.get(row.community_id, 0) or (row.adopted_at and row.version == force[row.community_id])
    ]


def proposal(connection: Connection, body: bytes) -> KeptCharter | None:
    """What is kept of one proposal."""
    row = connection.execute(select(charter).where(charter.c.proposal == body)).first()
    return None if row is None else _kept(row.proposal, row.signatures, row.adopted_at)


def put_charter(connection: Connection, found: Charter, kept: KeptCharter, written: Written) -> None:
    """Keep a proposal with the signatures it has by now, and whether that is enough."""
    about = found.community
    where = {"community_id": about.community_id, "version": about.version, "proposal": kept.proposal}
    signatures = msgspec.msgpack.encode(kept.signatures)
    at_us = written.at_us if kept.adopted else None
    _put(connection, charter, where, {"signatures": signatures, "adopted_at": at_us})
    action = "charter_adopted" if kept.adopted else "charter_signed"
    deed(connection, written, action, f"community/{about.community_id}", version=about.version)


def withdraw_charter(connection: Connection, found: Charter, proposal: bytes, written: Written) -> None:
    """A version that was in force is so no more: another of the same number stays."""
    about = found.community
    where = {"community_id": about.community_id, "version": about.version, "proposal": proposal}
    _put(connection, charter, where, {"adopted_at": None})
    deed(connection, written, "charter_withdrawn", f"community/{about.community_id}", version=about.version)


def scopes(connection: Connection) -> tuple[Scope, ...]:
    """Every scope that was opened."""
    rows = connection.execute(select(scope).order_by(scope.c.scope_id))
    return tuple(msgspec.json.decode(row.body, type=Scope) for row in rows)


def put_scope(connection: Connection, about: Scope, written: Written) -> None:
    """Keep a scope in place of the one with its id."""
    _put(connection, scope, {"scope_id": about.scope_id}, {"body": _text(about)})
    action = "scope_opened" if about.closed_at is None else "scope_closed"
    deed(connection, written, action, f"scope/{about.scope_id}", scope=msgspec.to_builtins(about))


def invites(connection: Connection) -> list[tuple[str, str | None]]:
    """Invitations as they were written, each with the answer that came."""
    rows = connection.execute(select(invite).order_by(invite.c.until_at, invite.c.invite_id))
    return [(row.body, row.answer) for row in rows]


def invited(connection: Connection, invite_id: str) -> tuple[str, str | None] | None:
    """One invitation and the answer to it."""
    row = connection.execute(select(invite).where(invite.c.invite_id == invite_id)).first()
    return None if row is None else (row.body, row.answer)


def put_invite(connection: Connection, invite_id: str, body: str, until_at: int, answer: str | None = None) -> None:
    """Keep an invitation, or the answer to one."""
    _put(connection, invite, {"invite_id": invite_id}, {"body": body, "until_at": until_at, "answer": answer})


def drop_invite(connection: Connection, invite_id: str) -> None:
    """Forget an invitation: it was used, or is no longer wanted."""
    connection.execute(delete(invite).where(invite.c.invite_id == invite_id))


def _charter(body: bytes) -> Charter:
    return msgspec.json.decode(body, type=Charter)


def _kept(body: bytes, signatures: bytes, adopted_at: int | None) -> KeptCharter:
    found: Sequence[bytes] = msgspec.msgpack.decode(signatures, type=tuple[bytes, ...])
    return KeptCharter(bytes(body), tuple(found), adopted_at is not None)


def _text(record: msgspec.Struct) -> str:
    return msgspec.json.encode(record, order="deterministic").decode()


def _put(connection: Connection, table: Table, where: dict[str, object], values: dict[str, object]) -> None:
    chosen = [table.c[name] == value for name, value in where.items()]
    if not connection.execute(update(table).where(*chosen).values(**values)).rowcount:
        connection.execute(insert(table).values(**where, **values))
