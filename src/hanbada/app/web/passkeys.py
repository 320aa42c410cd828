"""Passkeys: challenges that work once, and what the library makes of what a browser answers (W3C WebAuthn, level 3).

A passkey holds for a name. That is the host of the configured origin, or localhost; by an address of numbers there are
none. Challenges are kept in memory, tied to the visitor's cookie, and gone with their first use, good or not.
"""

from __future__ import annotations

import hashlib
import secrets
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from hanbada.app.i18n import N_
from hanbada.model.desk import Passkey
from hanbada.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.app.web.settings import Settings

LIVES_S = 300.0
MOST_WAITING = 10_000
LABEL_LIMIT = 60
WRONG = N_("This passkey does not open this door.")


class Place(NamedTuple):
    """The name that passkeys hold for, and the origin that answers must come from."""

    rp_id: str
    origin: str


def place_of(settings: Settings, host: str) -> Place | None:
    """Where passkeys work for a request to a host; None where they do not."""
    if settings.origin is not None:
        parts = urlsplit(settings.origin)
        return Place(parts.hostname or "", settings.origin) if host == parts.netloc else None
    return Place("localhost", f"http://{host}") if host.split(":", maxsplit=1)[0] == "localhost" else None


class Challenges:
    """Challenges that wait for an answer: one for each visitor and use."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[tuple[str, str], tuple[bytes, float]] = {}

    def give(self, visitor: str, use: str, now_s: float) -> bytes:
        """A new challenge in place of the one there was."""
        challenge = secrets.token_bytes(32)
        with self._lock:
            self._waiting.pop((visitor, use), None)
            self._waiting[visitor, use] = challenge, now_s + LIVES_S
            while len(self._waiting) > MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
        return challenge

    def take(self, visitor: str, use: str, now_s: float) -> bytes:
        """The challenge that was given, once; raises RefusedError if there is none, or it is too old."""
        with self._lock:
            challenge, until_s = self._waiting.pop((visitor, use), (b"", 0.0))
        if now_s >= until_s:
            message = N_("That took too long: try again.")
            raise RefusedError(message)
        return challenge


def handle_of(name: str) -> bytes:
    """What an authenticator calls a person: says nothing about them."""
    return hashlib.sha256(f"hanbada person {name}".encode()).digest()


def registering(place: Place, name: str, known: Iterable[Passkey], challenge: bytes) -> str:
    """What a browser needs to make a passkey, as JSON."""
    import webauthn
    from webauthn.helpers import structs

    chosen = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=place.rp_id, rp_name="Hanbada", user_name=name, user_id=handle_of(name), challenge=challenge,
        authenticator_selection=chosen,
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one.credential) for one in known],
    )  # fmt: skip
    return webauthn.options_to_json(options)


def signing_in(place: Place, challenge: bytes) -> str:
    """What a browser needs to sign in with any passkey it has for us, as JSON."""
    import webauthn

    return webauthn.options_to_json(webauthn.generate_authentication_options(rp_id=place.rp_id, challenge=challenge))


def registered(place: Place, challenge: bytes, answer: str, name: str, label: str, at_us: int) -> Passkey:
    """The passkey that was made; raises RefusedError for an answer that is not to this challenge, from this origin."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=place.rp_id, expected_origin=place.origin
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise RefusedError(WRONG) from error
    return Passkey(
        credential=found.credential_id, name=name, public_key=found.credential_public_key, uses=found.sign_count,
        label=label[:LABEL_LIMIT] or "passkey", added_at=at_us,
    )  # fmt: skip


def credential_of(answer: str) -> tuple[bytes, bytes]:
    """Which credential answers, and as whom (empty if it does not say); raises RefusedError for no answer at all."""
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = parse_authentication_credential_json(answer)
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise RefusedError(WRONG) from error
    return found.raw_id, found.response.user_handle or b""


def answered(place: Place, challenge: bytes, answer: str, one: Passkey) -> int:
    """What the authenticator counts now; raises RefusedError if it is not this passkey that answers this challenge."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=place.rp_id, expected_origin=place.origin,
            credential_public_key=one.public_key, credential_current_sign_count=one.uses,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise RefusedError(WRONG) from error
    return found.new_sign_count
