"""Other ways in than a password: passkeys, and subjects of an identity provider that people are bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from hanbada.model.desk import Passkey, User
from hanbada.model.errors import NotFoundError, RefusedError
from hanbada.store import people
from hanbada.store.database import records
from hanbada.store.events import deed
from hanbada.store.schema import bound, passkey, person

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.model.desk import Role
    from hanbada.store.events import Written

NO_PASSWORD = ""
"""Stands where a hash would: no password fits it."""


def passkeys(connection: Connection, name: str) -> list[Passkey]:
    """A person's passkeys, the oldest first."""
    wanted = select(passkey).where(passkey.c.name == people.normal_name(name)).order_by(passkey.c.added_at)
    return records(connection.execute(wanted), Passkey)


def with_credential(connection: Connection, credential: bytes) -> Passkey | None:
    """The passkey with that credential."""
    wanted = select(passkey).where(passkey.c.credential == credential)
    return next(iter(records(connection.execute(wanted), Passkey)), None)


def add_passkey(connection: Connection, one: Passkey, written: Written) -> None:
    """Keep a new passkey; raises RefusedError if its credential is somebody's already."""
    if with_credential(connection, one.credential) is not None:
        message = "This passkey is known already."
        raise RefusedError(message)
    values = {name: getattr(one, name) for name in one.__struct_fields__}
    connection.execute(insert(passkey).values(**values | {"name": people.named(connection, one.name).name}))
    deed(connection, written, "passkey_added", f"person/{one.name}", label=one.label, credential=one.credential.hex())


def use_passkey(connection: Connection, one: Passkey, uses: int, at_us: int) -> User:
    """Note that a passkey was used; whose it is.

    Raises RefusedError if it counts no further than before (there may be a copy of it), or the person may not enter.
    """
    kept = with_credential(connection, one.credential)
    user = None if kept is None else people.named(connection, kept.name)
    if kept is None or user is None or not user.active or (kept.uses and uses <= kept.uses):
        message = "This passkey does not open this door."
        raise RefusedError(message)
    changed = update(passkey).where(passkey.c.credential == one.credential)
    connection.execute(changed.values(uses=uses, used_at=at_us))
    return user


def remove_passkey(connection: Connection, name: str, credential: bytes, written: Written) -> None:
    """Take a passkey away; raises NotFoundError if it is not theirs, RefusedError if it is their last way in."""
    mine = passkeys(connection, name)
    one = next((each for each in mine if each.credential == credential), None)
    if one is None:
        message = "there is no such passkey"
        raise NotFoundError(message)
    bindings = connection.scalar(select(func.count()).select_from(bound).where(bound.c.name == one.name))
    if len(mine) == 1 and not bindings and people.password_hash(connection, name) == NO_PASSWORD:
        message = "This is the last way in: add another first."
        raise RefusedError(message)
    connection.execute(delete(passkey).where(passkey.c.credential == credential))
    deed(connection, written, "passkey_removed", f"person/{one.name}", label=one.label, credential=credential.hex())


def person_bound(connection: Connection, issuer: str, subject: str) -> User | None:
    """Whom a subject of a provider is bound to."""
    its = (bound.c.issuer == issuer) & (bound.c.subject == subject)
    wanted = select(person).join(bound, bound.c.name == person.c.name).where(its)
    return next(iter(records(connection.execute(wanted), User)), None)


def bind(connection: Connection, issuer: str, subject: str, name: str, written: Written) -> None:
    """Let a subject of a provider come in as a person, in place of whom it came in as before."""
    user = people.named(connection, name)
    connection.execute(delete(bound).where((bound.c.issuer == issuer) & (bound.c.subject == subject)))
    connection.execute(insert(bound).values(issuer=issuer, subject=subject, name=user.name))
    deed(connection, written, "person_bound", f"person/{user.name}", issuer=issuer, subject=subject)


def admit(connection: Connection, issuer: str, subject: str, name: str, role: Role | None, written: Written) -> User:
    """Whoever a provider says is here, with the role it gives; raises RefusedError for who may not enter.

    A person is made at the first time, if there is a role for them and their name is nobody's here: who has an account
    binds it. Those who have a password keep the role they were given here.
    """
    user = person_bound(connection, issuer, subject)
    ours = user is not None and people.password_hash(connection, user.name) != NO_PASSWORD
    if role is None and not ours:
        message = "The provider gives you no role at this node."
        raise RefusedError(message)
    if user is None and role is not None:
        user = _made(connection, name, role, written)
        bind(connection, issuer, subject, user.name, written)
    if user is None or not user.active:
        message = "This is not allowed."
        raise RefusedError(message)
    if role is not None and not ours and user.role != role:
        user = people.change(connection, user.name, role, written, active=True)
    return user


def _made(connection: Connection, name: str, role: Role, written: Written) -> User:
    if any(one.name == people.normal_name(name) for one in people.everyone(connection)):
        message = "This name is somebody's here already: sign in with the password and bind the account first."
        raise RefusedError(message)
    return people.create(connection, name, role, NO_PASSWORD, written)
