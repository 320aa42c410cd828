"""Signed notes of the C2SP: checkpoints that a log signs and partners cosign, and the keys that read them.

Sources: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature (Ed25519 forms). The name of a key
is not signed in these formats: it is always taken from the node that was enrolled, never from the note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from hanbada.model.errors import InputError
from hanbada.share.exchange.seal import public_of, sound

if TYPE_CHECKING:
    from collections.abc import Iterable

LOG, COSIGNER = 1, 4
"""Algorithm bytes of an Ed25519 note signature, and of a timestamped Ed25519 cosignature."""
_DASH = "\N{EM DASH} "
_LONGEST = 16_384
"""Characters of a note: some hundred signatures."""


class NoteKey(NamedTuple):
    """A public key by the name it signs notes under, as a log or as a cosigner."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        named = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        """The key as text that other programs read too ("vkey")."""
        return f"{self.name}+{self.key_id.hex()}+{coded(bytes([self.algorithm]) + self.public)}"


class Checkpoint(NamedTuple):
    """The state of a log: whose it is, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{coded(self.root)}\n"


class Note(NamedTuple):
    """A text and the signature lines under it, not looked at yet: the name, and key id with signature."""

    text: str
    signatures: tuple[tuple[str, bytes], ...]


def log_key(node: str, public: bytes) -> NoteKey:
    """The key a node signs its own checkpoints with; its name is the origin of its log."""
    return NoteKey(f"hanbada/audit/{node}", LOG, public)


def cosigner_key(node: str, public: bytes) -> NoteKey:
    """The key a node cosigns checkpoints of partners with."""
    return NoteKey(f"hanbada/witness/{node}", COSIGNER, public)


def read_key(text: str) -> NoteKey:
    """A key from its text form; raises InputError if it is none, or its id is not its own."""
    name, key_id, public = [*text.strip().split("+", 2), "", ""][:3]
    raw = uncoded(public, "the key")
    if len(raw) == 33 and raw[0] in {LOG, COSIGNER} and sound(raw[1:]) and _named(name):
        found = NoteKey(name, raw[0], raw[1:])
        if found.key_id.hex() == key_id:
            return found
    message = f"{text[:80]!r} is no key of a log or cosigner, as `hanbada audit key` prints one: NAME+ID+KEY"
    raise InputError(message)


def signed(checkpoint: Checkpoint, name: str, key: SigningKey) -> str:
    """A checkpoint, signed by its log."""
    signature = key.sign(checkpoint.text.encode()).signature
    return f"{checkpoint.text}\n{_line(NoteKey(name, LOG, public_of(key)), signature)}"


def cosignature(checkpoint: Checkpoint, name: str, key: SigningKey, at_s: int) -> str:
    """The line with which a partner says that it saw a checkpoint at a time (seconds since 1970), and that it fits."""
    signature = key.sign(_cosigned(checkpoint.text, at_s)).signature
    return _line(NoteKey(name, COSIGNER, public_of(key)), at_s.to_bytes(8) + signature)


def with_lines(note: str, lines: Iterable[str]) -> str:
    """A note with more signature lines."""
    return note + "".join(lines)


def read(note: str) -> Note:
    """A note taken apart; raises InputError if it has not the form of one."""
    text, parted, lines = note.rpartition("\n\n")
    if not parted or not lines.endswith("\n") or len(note) > _LONGEST or not _printable(text):
        message = "this is no signed note: a text, an empty line, and a signature on each line after it"
        raise InputError(message)
    return Note(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text is; raises InputError if it is none or says more than one does."""
    lines = text.split("\n")
    if len(lines) == 4 and lines[1].isascii() and lines[1].isdigit() and len(lines[1]) < 16 and not lines[3]:
        found = Checkpoint(lines[0], int(lines[1]), uncoded(lines[2], "the root"))
        if len(found.root) == 32 and found.text == text:
            return found
    message = "this is no checkpoint: the name of a log, its size and its root, each on a line"
    raise InputError(message)


def signed_by(note: Note, key: NoteKey) -> bool:
    """Whether a log signed a note with a key."""
    raws = [raw for name, raw in note.signatures if (name, raw[:4]) == (key.name, key.key_id)]
    return key.algorithm == LOG and any(_good(key, note.text.encode(), raw[4:]) for raw in raws)


def cosigned_at(note: Note, key: NoteKey) -> int | None:
    """When the cosigner with a key signed a note (seconds since 1970), None if it did not or the signature is bad."""
    raws = [raw for name, raw in note.signatures if (name, raw[:4]) == (key.name, key.key_id) and len(raw) == 76]
    times = [(int.from_bytes(raw[4:12]), raw[12:]) for raw in raws if key.algorithm == COSIGNER]
    return next((at_s for at_s, raw in times if _good(key, _cosigned(note.text, at_s), raw)), None)


def _cosigned(text: str, at_s: int) -> bytes:
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _good(key: NoteKey, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(key.public).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return sound(key.public)


def _line(key: NoteKey, signature: bytes) -> str:
    return f"{_DASH}{key.name} {coded(key.key_id + signature)}\n"


def _signature(line: str) -> tuple[str, bytes]:
    name, _, signature = line.removeprefix(_DASH).partition(" ")
    raw = uncoded(signature, "a signature")
    if not line.startswith(_DASH) or not _named(name) or len(raw) < 5:
        message = f"{line[:80]!r} is no signature line of a note"
        raise InputError(message)
    return name, raw


def _named(name: str) -> bool:
    return bool(name) and "+" not in name and not any(one.isspace() for one in name)


def _printable(text: str) -> bool:
    return all(one == "\n" or one >= " " for one in text)


def coded(raw: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(raw).decode()


def uncoded(text: str, what: str) -> bytes:
    """Bytes from the one form that base64 has for them; raises InputError for any other."""
    try:
        raw = base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError) as error:
        message = f"{what} is not written in base64"
        raise InputError(message) from error
    if coded(raw) != text:
        message = f"{what} is not written in the one form that base64 has for it"
        raise InputError(message)
    return raw
