"""Objects from a TAXII 2.1 server of others: every page since the last time, kept with where they came from.

How far we have come is kept per collection, as the server says it, after the objects are: what broke off is asked for
again, and what comes twice changes nothing. Nothing but `https` is asked, or a server on this machine; what is too
large is refused.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import httpx
import msgspec

from hanbada.app.taxii.asking import MEDIA_TYPE
from hanbada.model.errors import InputError, NotFoundError, RefusedError, UsageError
from hanbada.share.formats.stix.reading import read
from hanbada.store import marks
from hanbada.store.database import reading, writing
from hanbada.store.items import Origin

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from hanbada.store.desk import DeskStore

LARGEST = 32 << 20
"""Bytes of one answer."""
MOST = 50_000
"""Objects of one collection at a time: the next run goes on behind them."""
PAGE = 500
WAIT_S = 30.0
_MARK = f"{marks.OURS}taxii."


class Pulled(NamedTuple):
    """What came of a collection."""

    collection: str
    title: str
    objects: int
    kept: int
    unchanged: int
    refused: int
    losses: int


def checked(address: str) -> str:
    """The address of a server; raises UsageError if it is neither https nor on this machine."""
    parts = urlsplit(address)
    try:
        here = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = parts.hostname == "localhost"
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        message = f"{address}: only https is asked, or http on this machine"
        raise UsageError(message)
    if parts.username or parts.password:
        message = "name and token do not belong into the address: give --user, and the token in HANBADA_TAXII_TOKEN"
        raise UsageError(message)
    return address if address.endswith("/") else address + "/"


class Asker(NamedTuple):
    """A server, and who asks it."""

    client: httpx.Client
    root: str

    def get(self, path: str, query: dict[str, Any] | None = None) -> tuple[dict[str, Any], httpx.Headers]:
        """An answer; raises RefusedError, NotFoundError or InputError for what is none."""
        try:
            with self.client.stream("GET", urljoin(self.root, path), params=query or {}) as answer:
                body = _bounded(answer)
                status, headers = answer.status_code, answer.headers
        except httpx.HTTPError as error:
            message = f"{self.root}: does not answer: {error}"
            raise InputError(message) from None
        if status in {401, 403}:
            message = f"{self.root}: it refuses us ({status}): check --user and the token"
            raise RefusedError(message)
        if status != 200:
            message = f"{urljoin(self.root, path)}: no such thing there ({status})"
            raise NotFoundError(message)
        return _object(body, self.root), headers


def _bounded(answer: httpx.Response) -> bytes:
    found = bytearray()
    for piece in answer.iter_bytes():
        found += piece
        if len(found) > LARGEST:
            message = f"{answer.url.host}: an answer of more than {LARGEST:,} bytes"
            raise InputError(message)
    return bytes(found)


def _object(body: bytes, root: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        message = f"{root}: its answer is not JSON: {error}"
        raise InputError(message) from None
    if not isinstance(found, dict):
        message = f"{root}: its answer is no object"
        raise InputError(message)
    return found


def asker(address: str, user: str | None, token: str | None) -> Asker:
    """A client for a server; a token without a user goes as a bearer token."""
    headers = {"Accept": MEDIA_TYPE}
    if token and not user:
        headers["Authorization"] = f"Bearer {token}"
    auth = (user, token or "") if user else None
    client = httpx.Client(headers=headers, auth=auth, timeout=WAIT_S, follow_redirects=False, trust_env=False)
    return Asker(client, checked(address))


def collections(asks: Asker) -> list[tuple[str, str, str]]:
    """Address, id and title of every collection that may be read, of the API root at the address or of all there."""
    found, _ = asks.get("")
    roots = found.get("api_roots")
    listed: list[tuple[str, str, str]] = []
    for root in roots if isinstance(roots, list) else [""]:
        base = checked(urljoin(asks.root, str(root)))
        _same_server(asks.root, base)
        answer, _ = asks.get(urljoin(base, "collections/"))
        named = answer.get("collections")
        listed += [_collection(base, one) for one in (named if isinstance(named, list) else ()) if _readable(one)]
    return listed


def _readable(one: Any) -> bool:
    return isinstance(one, dict) and one.get("can_read") is True and isinstance(one.get("id"), str)


def _collection(base: str, one: dict[str, Any]) -> tuple[str, str, str]:
    address = urljoin(base, f"collections/{quote(one['id'], safe='')}/")
    return address, one["id"], str(one.get("title", ""))


def _same_server(asked: str, named: str) -> None:
    """A server may not send us, and our token, to another one."""
    if urlsplit(asked)[:2] != urlsplit(named)[:2]:
        message = f"{asked}: it names another server, {urlsplit(named).hostname}: ask that one by its own address"
        raise RefusedError(message)


def pull(asks: Asker, collection: tuple[str, str, str], desk: DeskStore, by: str, at_us: int) -> Pulled:
    """Take what is new in a collection and keep it."""
    address, name, title = collection
    mark = _MARK + address
    objects, last = _pages(asks, address, _come_to(desk.engine, mark))
    bundle = read(msgspec.json.encode({"objects": objects}))
    done = desk.keep_items(bundle.items, Origin(f"taxii: {address}", "stix"), by, at_us)
    if last:
        with writing(desk.engine) as connection:
            marks.put(connection, mark, last, at_us)
    return Pulled(
        name, title, len(objects), len(done.kept), done.unchanged, len(done.refused), len(bundle.losses)
    )  # fmt: skip


def _come_to(engine: Engine, mark: str) -> str:
    with reading(engine) as connection:
        return str(marks.get(connection, mark) or "")


def _pages(asks: Asker, address: str, after: str) -> tuple[list[Any], str]:
    """Objects behind a date, page by page, and the date of the last one."""
    objects: list[Any] = []
    query: dict[str, Any] = {"limit": PAGE} | ({"added_after": after} if after else {})
    last, cursor = after, ""
    while len(objects) < MOST:
        answer, headers = asks.get(urljoin(address, "objects/"), query | ({"next": cursor} if cursor else {}))
        page = answer.get("objects", [])
        objects += page if isinstance(page, list) else []
        last = headers.get("x-taxii-date-added-last") or last
        following = answer.get("next")
        if answer.get("more") is not True or not page or following == cursor:
            break
        # A server that gives no cursor is gone through by the date of the last object, as long as that grows.
        cursor = following if isinstance(following, str) else ""
        if not cursor and query.get("added_after") == last:
            break
        query |= {} if cursor else {"added_after": last}
    return objects, last
