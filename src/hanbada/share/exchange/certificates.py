"""The certificate of a node's exchange address: made by the node itself, pinned by partners through its SHA-256.

No authority signs it and no name in it is believed, so it has no end either: a partner trusts it because the key
document, which the node's root key signed, names its hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hanbada.model.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_FROM, _UNTIL = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
"""RFC 5280, 4.1.2.5: the last date says that there is none."""


class Made(NamedTuple):
    """A certificate and its private key as PEM, and the SHA-256 that partners pin."""

    certificate: bytes
    key: bytes
    digest: bytes


def make(node: str) -> Made:
    """A new certificate for a node."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), _FROM, _UNTIL)
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Made(certificate.public_bytes(serialization.Encoding.PEM), private, hashlib.sha256(der).digest())


def serving(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a server shows this certificate with: TLS 1.3 only (RFC 8446)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    return context


def pinned(digest: bytes) -> ssl.SSLContext:
    """What a client connects with: TLS 1.3, and nothing is sent unless the certificate has this SHA-256.

    Raises InputError if the digest is none.
    """
    if len(digest) != hashlib.sha256().digest_size:
        message = "the partner's key document names no certificate: it has no address to exchange at"
        raise InputError(message)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the pin below is all that counts: no authority is believed
    context.sslobject_class = _pinning(digest)
    context.sslsocket_class = _refusing()
    return context


def _pinning(digest: bytes) -> type[ssl.SSLObject]:
    class Pinned(ssl.SSLObject):
        """A TLS connection that ends in its handshake if another certificate is shown."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown = self.getpeercert(binary_form=True) or b""
            if hashlib.sha256(shown).digest() != digest:
                message = "another certificate than the pinned one"
                raise ssl.SSLCertVerificationError(message)

    return Pinned


def _refusing() -> type[ssl.SSLSocket]:
    class Refusing(ssl.SSLSocket):
        """Blocking sockets would not be pinned, so there are none."""

        def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - the base's own signature
            message = "this context is for asynchronous connections"
            raise ssl.SSLError(message)

    return Refusing
