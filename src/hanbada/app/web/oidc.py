"""Signing in through the organisation's OpenID Connect provider (OpenID Connect Core 1.0; PKCE: RFC 7636).

The authorization code flow, with state, nonce and PKCE all derived from one challenge that works once. We speak only
with the origin of the configured issuer, follow no redirect, and believe an ID token only if its signature, issuer,
audience, times and nonce are right.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from hanbada.app.i18n import N_
from hanbada.model.desk import ROLES, Role
from hanbada.model.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from httpx import Client

    from hanbada.app.configuration import Provider

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by the provider's own key: none and those by a shared secret are not among them."""
LEEWAY_S = 60
TIMEOUT_S = 10.0
LONGEST = 1 << 20
REFUSED = N_("The provider's answer cannot be believed: try again, and tell your administrator if it stays so.")
UNREACHED = N_("The provider cannot be reached.")
NO_ROLE = N_("The provider gives you no role at this node.")


class Endpoints(Struct, frozen=True, kw_only=True):
    """What the issuer says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Attempt(NamedTuple):
    """One try of a visitor to sign in: all of it follows from one challenge."""

    challenge: bytes
    target: str
    back: str

    def word(self, use: str) -> str:
        """A word nobody else can know, for one use."""
        digest = hmac.digest(self.challenge, f"{use} {self.target}".encode(), "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    @property
    def state(self) -> str:
        """What comes back with the answer: the word, and where the visitor wants to go."""
        return f"{self.word('state')}.{urlsafe_b64encode(self.target.encode()).decode()}"


class Subject(NamedTuple):
    """Whom a provider vouches for; no role if none of their values gives one."""

    issuer: str
    subject: str
    name: str
    role: Role | None


def target_of(state: str) -> str:
    """Where a visitor wanted to go, as a state says; raises RefusedError for no state of ours."""
    try:
        return urlsafe_b64decode(state.partition(".")[2].encode()).decode()
    except ValueError as error:
        raise RefusedError(REFUSED) from error


def address(provider: Provider, attempt: Attempt) -> str:
    """Where the browser is sent to sign in.

    Raises InputError if the provider cannot be reached, RefusedError if what it says of itself cannot be believed.
    """
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    with _client() as client:
        found = _endpoints(provider, client)
    proof = create_s256_code_challenge(attempt.word("verifier"))
    return str(
        prepare_grant_uri(
            found.authorization_endpoint, provider.client_id, "code", attempt.back, "openid profile", attempt.state,
            nonce=attempt.word("nonce"), code_challenge=proof, code_challenge_method="S256",
        )
    )  # fmt: skip


def subject(provider: Provider, secret: str, attempt: Attempt, code: str, now_s: float) -> Subject:
    """Whom the provider vouches for with a code.

    Raises InputError if it cannot be reached, RefusedError if what it says cannot be believed.
    """
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    body = prepare_token_request(
        "authorization_code", redirect_uri=attempt.back, code=code, code_verifier=attempt.word("verifier")
    )
    with _client() as client:
        found = _endpoints(provider, client)
        keys = _fetched(client, found.jwks_uri)
        as_us = (quote(provider.client_id, safe=""), quote(secret, safe=""))
        token = _fetched(client, found.token_endpoint, body, as_us)
    claims = _claims(token.get("id_token") if isinstance(token, dict) else None, keys)
    _checked(provider, claims, attempt.word("nonce"), now_s)
    name = str(claims.get(provider.name_claim) or claims["sub"])
    return Subject(provider.issuer, claims["sub"], name, role_of(provider, claims))


def role_of(provider: Provider, claims: Mapping[str, Any]) -> Role | None:
    """The highest role that the values of the claim give."""
    said = claims.get(provider.claim)
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    given = [provider.roles[value] for value in values if isinstance(value, str) and value in provider.roles]
    return max(given, key=ROLES.index, default=None)


def _client() -> Client:
    import httpx

    return httpx.Client(follow_redirects=False, timeout=TIMEOUT_S, trust_env=False)


def _fetched(client: Client, address: str, body: str | None = None, as_us: tuple[str, str] | None = None) -> Any:
    """What the provider answers as JSON: to a question, or to a form that we send under our name."""
    import httpx

    form = {} if body is None else {"content": body, "headers": {"content-type": "application/x-www-form-urlencoded"}}
    try:
        with client.stream("GET" if body is None else "POST", address, auth=as_us, **form) as answer:  # type: ignore[arg-type]
            content = b""
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > LONGEST:
                    raise InputError(UNREACHED)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise InputError(UNREACHED) from error
    if answer.status_code != 200:
        raise RefusedError(REFUSED)
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise RefusedError(REFUSED) from error


def _endpoints(provider: Provider, client: Client) -> Endpoints:
    """The issuer's endpoints, which must be its own."""
    said = _fetched(client, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    try:
        found = msgspec.convert(said, Endpoints)
    except msgspec.ValidationError as error:
        raise RefusedError(REFUSED) from error
    known = {origin(one) for one in (provider.issuer, *provider.also)}
    named = {origin(one) for one in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)}
    if found.issuer != provider.issuer or not named <= known:
        raise RefusedError(REFUSED)
    return found


def origin(address: str) -> str:
    """Scheme, host and port of an address.

    >>> origin("https://id.example:8443/realms/kr?x")
    'https://id.example:8443'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _claims(token: Any, keys: Any) -> dict[str, Any]:
    """What an ID token says, its signature found good."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        return dict(jwt.decode(str(token), KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise RefusedError(REFUSED) from error


def _checked(provider: Provider, claims: Mapping[str, Any], nonce: str, now_s: float) -> None:
    """Raise RefusedError unless a token is of the issuer, for us, of now, and an answer to this very attempt."""
    said = claims.get("aud")
    audience = [said] if isinstance(said, str) else said
    exp, iat = claims.get("exp"), claims.get("iat")
    right = (
        claims.get("iss") == provider.issuer
        and isinstance(audience, list)
        and provider.client_id in audience
        and (len(audience) == 1 or claims.get("azp") == provider.client_id)
        and isinstance(exp, int | float)
        and isinstance(iat, int | float)
        and iat - LEEWAY_S < now_s < exp + LEEWAY_S
        and hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
        and isinstance(claims.get("sub"), str)
        and bool(claims["sub"])
    )
    if not right:
        raise RefusedError(REFUSED)
