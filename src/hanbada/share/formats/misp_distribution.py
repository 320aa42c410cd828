"""How far something in MISP may go: distribution codes, sharing groups, what push and pull make of them.

Nothing here ever widens: a code stays or is lowered, parent and child must both let something pass, an empty sharing
group is nobody, what is not published does not leave. The text of a group's `releasability` decides nothing. There is
no "internal instance", which in MISP switches the lowering off.

Source: MISP book, chapters "Sharing / Synchronisation" and "Using the system" (github.com/MISP/misp-book).
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from hanbada.share.formats.json_text import mapping, mappings, text

ORGANISATION, COMMUNITY, CONNECTED, ALL, GROUP, INHERIT = range(6)
"""Your organisation only, this community only, connected communities, all communities, sharing group, as the parent."""
Direction: TypeAlias = Literal["push", "pull"]
_LOWERED = {
    "push": {CONNECTED: COMMUNITY, ALL: ALL},
    "pull": {ORGANISATION: ORGANISATION, COMMUNITY: ORGANISATION, CONNECTED: COMMUNITY, ALL: ALL},
}


class Group(Struct, frozen=True, kw_only=True):
    """A sharing group: UUIDs of its organisations, URLs of its servers; `everyone` at a server where it says so."""

    organisations: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    open_servers: frozenset[str] = frozenset()
    active: bool = True
    roaming: bool = False


NOBODY = Group()


class Peer(Struct, frozen=True, kw_only=True):
    """The other side: the organisation of its sync user, and its server."""

    organisation: str
    server: str = ""


def passed(code: int, direction: Direction, peer: Peer, owner: str, group: Group = NOBODY) -> int | None:
    """The code something arrives with at the other side, None if it does not go there; INHERIT stays as it is.

    >>> passed(CONNECTED, "push", Peer(organisation="b"), owner="a")
    1
    >>> passed(COMMUNITY, "push", Peer(organisation="b"), owner="a") is None
    True
    """
    if code == INHERIT:
        return INHERIT
    if code == GROUP:
        return GROUP if within(group, peer) else None
    if code == ORGANISATION and peer.organisation != owner:
        return None
    return _LOWERED[direction].get(code)


def within(group: Group, peer: Peer) -> bool:
    """Whether a peer is in a group: its organisation or all of its server, and the server unless the group roams."""
    if not group.active or not peer.organisation:
        return False
    open_server = bool(peer.server) and peer.server in group.open_servers
    known_server = group.roaming or open_server or (bool(peer.server) and peer.server in group.servers)
    return known_server and (open_server or peer.organisation in group.organisations)


def stricter(parent: int, child: int) -> int:
    """What holds of a child: the stricter of its own code and its parent's; a group is not comparable and stays one."""
    if child == INHERIT:
        return parent
    if GROUP in {parent, child}:
        return ORGANISATION if ORGANISATION in {parent, child} else GROUP
    return min(parent, child)


def child_passed(
    parent: tuple[int, Group], child: tuple[int, Group], direction: Direction, peer: Peer, owner: str
) -> int | None:
    """The code a child arrives with; None if it or its parent does not go there."""
    above = passed(parent[0], direction, peer, owner, parent[1])
    own = passed(child[0], direction, peer, owner, child[1])
    return None if above is None or own is None else own


def code_of(said: Any, default: int) -> int:
    """A distribution as MISP writes it, a number or its text; what is none of the codes is your organisation only."""
    found = text(said)
    if found is None:
        return default
    return int(found) if found in {"0", "1", "2", "3", "4", "5"} else ORGANISATION


def group_of(said: Any) -> Group:
    """The sharing group in an event; without one, nobody."""
    found = mapping(said)
    servers = mappings(found.get("SharingGroupServer"))
    urls = {text(mapping(one.get("Server")).get("url")) or "": _yes(one.get("all_orgs")) for one in servers}
    orgs = (text(mapping(one.get("Organisation")).get("uuid")) for one in mappings(found.get("SharingGroupOrg")))
    return Group(
        organisations=frozenset(one for one in orgs if one),
        servers=frozenset(url for url in urls if url),
        open_servers=frozenset(url for url, everyone in urls.items() if url and everyone),
        active=_yes(found.get("active", True)),
        roaming=_yes(found.get("roaming", False)),
    )


def _yes(said: Any) -> bool:
    return said in {True, "1", "true"} if isinstance(said, (bool, int, str)) else False


def onward_ends(code: int) -> bool:
    """Whether what arrives with a code may not be passed on at all."""
    return code not in {CONNECTED, ALL}
