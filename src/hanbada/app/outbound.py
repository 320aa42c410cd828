"""Asking other systems at an address that a person gave: over https, or on this machine; no redirects, no proxies."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx

from hanbada.model.errors import UsageError

SILENT_S = 60.0
"""An answer that stands still for so long is given up."""


def client(address: str) -> httpx.Client:
    """A client for an address; raises UsageError for one that is not asked."""
    checked(address)
    return httpx.Client(timeout=SILENT_S, follow_redirects=False, trust_env=False)


def checked(address: str) -> str:
    """The address, if it may be asked; raises UsageError if not.

    >>> checked("https://example.org/feed"), checked("http://127.0.0.1:8080/")
    ('https://example.org/feed', 'http://127.0.0.1:8080/')
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not (parts.scheme == "https" and host) and not (parts.scheme == "http" and _here(host)):
        message = f"{address[:200]!r} is not asked: write an https address, or one of this machine as a number"
        raise UsageError(message)
    return address


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
