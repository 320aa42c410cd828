"""What is set for a node in `node.toml` in its data directory: by whoever runs the machine, not on the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hanbada.app.sharing.proposals import Care
from hanbada.model.desk import Role
from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from hanbada.app.web.settings import Settings

FILE = "node.toml"


class Provider(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenID Connect provider that people of the organisation sign in through.

    `roles` says which role a value of `claim` gives; who has none of these values does not come in. `also` are further
    origins that the issuer's own document may name.
    """

    issuer: str
    client_id: str
    secret_file: str
    roles: dict[str, Role]
    claim: str = "groups"
    name_claim: str = "preferred_username"
    title: str = ""
    also: tuple[str, ...] = ()


class Configuration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a node: which acts take two people, how browsers reach it by https, who else knows people."""

    four_eyes: tuple[Care, ...] = ()
    origin: str | None = None
    oidc: Provider | None = None


def configured(home: Path) -> Configuration:
    """The settings of the node in a data directory; what is not set is as usual. Raises UsageError for a bad file."""
    import tomllib

    path = home / FILE
    if not path.exists():
        return Configuration()
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Configuration)
        _checked_origin(found.origin)
        if found.oidc is not None:
            _checked_provider(found.oidc, home)
        return found  # noqa: TRY300 - the checks above raise what is caught below
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        message = f"{path}: {error}; docs/how-to/people-and-keys.md shows what may stand there"
        raise UsageError(message) from error


def _checked_origin(origin: str | None) -> None:
    """Raise ValueError for what is no origin over https: passkeys hold for a name, and browsers want it encrypted."""
    if origin is None:
        return
    from urllib.parse import urlsplit

    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.hostname or origin != f"https://{parts.netloc}" or parts.username:
        message = f"origin {origin!r}: write https://HOST or https://HOST:PORT, nothing behind it"
        raise ValueError(message)


def _checked_provider(provider: Provider, home: Path) -> None:
    """Raise ValueError for an issuer without https (but on this machine), or a secret that is not there."""
    from urllib.parse import urlsplit

    parts = urlsplit(provider.issuer)
    here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or here) or parts.query or parts.fragment:
        message = f"issuer {provider.issuer!r}: write https://HOST, and its path if it has one"
        raise ValueError(message)
    if not (home / provider.secret_file).is_file():
        message = f"secret_file {provider.secret_file!r}: no such file in {home}"
        raise ValueError(message)


def reached(settings: Settings, found: Configuration) -> Settings:
    """How screens are served where an origin or a provider is set."""
    settings = msgspec.structs.replace(settings, provider=found.oidc)
    if found.origin is None:
        return settings
    from urllib.parse import urlsplit

    host = urlsplit(found.origin).hostname or ""
    return msgspec.structs.replace(settings, origin=found.origin, secure=True, hosts=(*settings.hosts, host))
