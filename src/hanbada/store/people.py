"""People who may sign in, their sessions, and the first run that makes the first of them.

Names are compared as Unicode compares them (NFKC, case folded), so that nobody is taken for somebody else because of a
capital letter or a wide one. Passwords are checked and hashed by the caller, outside of any transaction: it takes long.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, get_args

from sqlalchemy import delete, func, insert, select, update

from hanbada.model.desk import Role, Signed, User
from hanbada.model.errors import NotFoundError, RefusedError, UsageError
from hanbada.store.database import records
from hanbada.store.events import deed
from hanbada.store.schema import person, session

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.store.events import Written

_ALLOWED = re.compile(r"\w(?:[\w.@+'-]{0,62}\w)?")
"""1 to 64 letters, digits and underscores of any script; between them also . @ + ' and -."""


def normal_name(name: str) -> str | None:
    """The name as it is kept and compared; None if it is not allowed.

    >>> normal_name(" \uff2bim.Min-Su "), normal_name("<b>")
    ('kim.min-su', None)
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())
    return folded if _ALLOWED.fullmatch(folded) else None


def everyone(connection: Connection) -> list[User]:
    """Everyone, by name."""
    return sorted(records(connection.execute(select(person)), User), key=lambda one: one.name)


def named(connection: Connection, name: str) -> User:
    """The person of that name; raises NotFoundError if there is none."""
    found = records(connection.execute(select(person).where(person.c.name == normal_name(name))), User)
    if not found:
        message = f"there is no person {name!r}"
        raise NotFoundError(message)
    return found[0]


def password_hash(connection: Connection, name: str) -> str | None:
    """The hash of a person's password; None if there is no such person."""
    return connection.scalar(select(person.c.password).where(person.c.name == normal_name(name)))


def create(connection: Connection, name: str, role: Role, password_hash: str, written: Written) -> User:
    """A new person; raises UsageError if the name is taken or not allowed."""
    kept = normal_name(name)
    if kept is None:
        message = "A name has 1 to 64 letters and digits, with . @ + ' - between them."
        raise UsageError(message)
    if connection.scalar(select(person.c.name).where(person.c.name == kept)):
        message = "This name is taken."
        raise UsageError(message)
    user = User(name=kept, role=_role(role), created_at=written.at_us, created_by=written.by)
    columns = {key: getattr(user, key) for key in user.__struct_fields__}
    connection.execute(insert(person).values(**columns, password=password_hash))
    deed(connection, written, "person_created", f"person/{kept}", role=role)
    return user


def _role(role: Role) -> Role:
    if role not in get_args(Role):
        message = f"there is no role {role!r}"
        raise UsageError(message)
    return role


def change(connection: Connection, name: str, role: Role, written: Written, *, active: bool) -> User:
    """Another role, or no entry; raises RefusedError rather than lose the last active administrator."""
    before = named(connection, name)
    others = select(func.count()).where(person.c.role == "admin", person.c.active, person.c.name != before.name)
    stays = _role(role) == "admin" and active
    if before.role == "admin" and before.active and not stays and not connection.scalar(others):
        message = "The last administrator cannot be lost."
        raise RefusedError(message)
    connection.execute(update(person).where(person.c.name == before.name).values(role=role, active=active))
    if not active:
        end_sessions(connection, before.name)
    deed(connection, written, "person_changed", f"person/{before.name}", role=role, active=active)
    return named(connection, name)


def set_password(connection: Connection, name: str, password_hash: str, written: Written) -> None:
    """A new password, and no session of the old one."""
    user = named(connection, name)
    connection.execute(update(person).where(person.c.name == user.name).values(password=password_hash))
    end_sessions(connection, user.name)
    deed(connection, written, "password_set", f"person/{user.name}")


def sessions(connection: Connection, at_us: int) -> list[Signed]:
    """Who is signed in, since when and until when; the latest first."""
    open_now = select(session.c.name, session.c.opened_at, session.c.until_at).where(session.c.until_at > at_us)
    return records(connection.execute(open_now.order_by(session.c.opened_at.desc())), Signed)


def open_session(connection: Connection, key: str, name: str, at_us: int, until_us: int) -> User:
    """Remember a session; those that are over by now are forgotten."""
    user = named(connection, name)
    connection.execute(delete(session).where((session.c.until_at <= at_us) | (session.c.key == key)))
    connection.execute(insert(session).values(key=key, name=user.name, opened_at=at_us, until_at=until_us))
    return user


def in_session(connection: Connection, key: str, at_us: int) -> User | None:
    """Whose session it is; None if unknown, over, or of somebody who may no longer enter."""
    open_now = (session.c.key == key) & (session.c.until_at > at_us) & person.c.active
    wanted = select(person).join(session, session.c.name == person.c.name).where(open_now)
    return next(iter(records(connection.execute(wanted), User)), None)


def close_session(connection: Connection, key: str) -> str | None:
    """End a session; whose it was, None if it was unknown."""
    name = connection.scalar(select(session.c.name).where(session.c.key == key))
    connection.execute(delete(session).where(session.c.key == key))
    return name


def end_sessions(connection: Connection, name: str) -> None:
    """End every session of a person."""
    connection.execute(delete(session).where(session.c.name == name))
