"""Who this node is: its keys on disk, and its key document in the database.

The root key is only needed to certify another signing key or to revoke one: `root.key` is best kept elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from hanbada.model.errors import NotFoundError, StoreError, UsageError
from hanbada.share.exchange import certificates, keys
from hanbada.share.exchange.seal import key_from, public_of
from hanbada.store import marks
from hanbada.store.events import deed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nacl.signing import SigningKey
    from sqlalchemy import Connection

    from hanbada.model.exchange import KeyDocument
    from hanbada.store.events import Written

ROOT, SIGNING, NEXT = "root.key", "node.key", "node.key.next"
CERTIFICATE, TLS = "exchange.crt", "exchange.key"
FLOOR = f"{marks.OURS}floor"
_DOCUMENT = f"{marks.OURS}node"


class _Secrets(Struct, frozen=True, kw_only=True):
    """What is kept in `node.key`: the seed of the signing key, and what names of objects are made with."""

    signing: bytes
    naming: bytes


class Ours(NamedTuple):
    """This node: what it signs with, what it names objects with, and its key document as it was signed.

    Versions of what it says from now on are above `floor`: what it said before it was restored from a backup is below.
    """

    document: KeyDocument
    sealed: bytes
    key: SigningKey
    naming: bytes
    floor: int = 0

    @property
    def node(self) -> str:
        """What this node is called."""
        return self.document.node

    def item_id(self, subject: str) -> str:
        """What something of ours is called elsewhere: says nothing, not even how many there are, and stays."""
        return hmac.digest(self.naming, subject.encode(), "sha256")[:16].hex()


def make(connection: Connection, directory: Path, about: Mapping[str, str], written: Written) -> Ours:
    """A node's keys and first document; `about` is its name, organisation and address.

    Raises UsageError if this node has keys already.
    """
    if (directory / SIGNING).exists():
        message = f"{directory / SIGNING} exists: this node has a name already"
        raise UsageError(message)
    root, held = secrets.token_bytes(32), _Secrets(signing=secrets.token_bytes(32), naming=secrets.token_bytes(32))
    document = keys.document(key_from(root), key_from(held.signing), about, written.at_us)
    document = msgspec.structs.replace(document, certificate=_certified(directory, document.node))
    _kept_secret(directory / ROOT, root.hex().encode())
    _kept_secret(directory / SIGNING, msgspec.json.encode(held))
    put(connection, keys.sign(document, key_from(root)), written)
    return opened(connection, directory)


def _certified(directory: Path, node: str) -> bytes:
    """A new certificate for the exchange address; what partners pin of it."""
    made = certificates.make(node)
    _kept_secret(directory / TLS, made.key)
    _kept_secret(directory / CERTIFICATE, made.certificate)
    return made.digest


def put(connection: Connection, sealed: bytes, written: Written) -> None:
    """Keep this node's key document."""
    document = keys.read_document(sealed)
    marks.put(connection, _DOCUMENT, sealed, written.at_us)
    deed(connection, written, "node_keys", f"node/{document.node}", version=document.version)


def known(connection: Connection) -> bytes | None:
    """This node's key document as it was signed, None if it has no name yet."""
    kept = marks.get(connection, _DOCUMENT)
    return None if kept is None else msgspec.convert(kept, bytes)


def opened(connection: Connection, directory: Path) -> Ours:
    """This node; raises NotFoundError if it has no keys yet, StoreError if those on disk are not its own."""
    sealed = known(connection)
    if sealed is None or not (directory / SIGNING).exists():
        message = "this node has no name yet: run `hanbada node init --name NAME --organisation CODE`"
        raise NotFoundError(message)
    document = keys.read_document(sealed)
    live = {one.public for one in document.keys if not one.revoked}
    for path in (directory / NEXT, directory / SIGNING):
        held = msgspec.json.decode(path.read_bytes(), type=_Secrets) if path.exists() else None
        if held is not None and public_of(key_from(held.signing)) in live:
            return Ours(document, sealed, key_from(held.signing), held.naming, marks.get(connection, FLOOR) or 0)
    message = f"{directory / SIGNING} is not a key that {document.name} signs with now"
    raise StoreError(message)


def root_key(path: Path, document: KeyDocument) -> SigningKey:
    """The root key from its file; raises UsageError if it is another node's."""
    try:
        root = key_from(bytes.fromhex(path.read_text().strip()))
    except (OSError, ValueError) as error:
        message = f"{path}: cannot be read as a root key: {error}"
        raise UsageError(message) from error
    if public_of(root) != document.root:
        message = f"{path} is not the root key of {document.name}"
        raise UsageError(message)
    return root


def renewed(directory: Path) -> SigningKey:
    """Another signing key beside the one on disk; it counts once the key document names it. Names of objects stay."""
    held = msgspec.json.decode((directory / SIGNING).read_bytes(), type=_Secrets)
    fresh = msgspec.structs.replace(held, signing=secrets.token_bytes(32))
    _kept_secret(directory / NEXT, msgspec.json.encode(fresh))
    return key_from(fresh.signing)


def settled(directory: Path) -> None:
    """Let the new signing key take the place of the old one: its document is on disk."""
    (directory / NEXT).replace(directory / SIGNING)


def fingerprint(document: KeyDocument) -> str:
    """The short hash of a node's root key, for logs."""
    return hashlib.sha256(document.root).hexdigest()[:16]


def _kept_secret(path: Path, content: bytes) -> None:
    """Write a file only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
