"""Patterns of indicators: comparisons of one property with one value, joined by OR; all others stay text.

What STIX has no observable for (MMSI, IMO number, a pattern in words) is compared as a property of `x-hanbada`.
"""

from __future__ import annotations

import re
from typing import Any

from hanbada.share.formats.stix.identifiers import observable

PATHS = {
    "ipv4": "ipv4-addr:value", "ipv6": "ipv6-addr:value", "domain": "domain-name:value", "url": "url:value",
    "email": "email-addr:value", "md5": "file:hashes.MD5", "sha1": "file:hashes.'SHA-1'",
    "sha256": "file:hashes.'SHA-256'", "mmsi": "x-hanbada:mmsi", "imo": "x-hanbada:imo", "other": "x-hanbada:other",
}  # fmt: skip
"""What is compared for each kind of `Pattern` (STIX 2.1, section 9)."""
_KINDS = {path.replace("'", ""): kind for kind, path in PATHS.items()}
_HASHES = {"md5": ("MD5", 32), "sha1": ("SHA-1", 40), "sha256": ("SHA-256", 64)}
_SIMPLE = {"ipv4": "ipv4-addr", "ipv6": "ipv6-addr", "domain": "domain-name", "url": "url", "email": "email-addr"}
_TEXT = r"'((?:[^'\\]|\\['\\])*)'"
_COMPARED = re.compile(rf"\s*([a-z0-9-]+:[A-Za-z0-9_.'-]+)\s*=\s*{_TEXT}\s*")
_OR = re.compile(r"\s*OR\b")
LONGEST = 512
"""Characters of a pattern that is kept as text."""


def written(patterns: list[dict[str, Any]], item_id: str) -> str:
    """A pattern that matches any of some values; for none at all, one that names the object."""
    if not patterns:
        return f"[x-hanbada:item = {_quoted(item_id)}]"
    return " OR ".join(f"[{PATHS[one['kind']]} = {_quoted(one['value'])}]" for one in patterns)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def read(pattern: str) -> list[dict[str, str]] | None:
    """The comparisons of a pattern that has only simple ones joined by OR; None for any other.

    >>> read("[ipv4-addr:value = '198.51.100.1' OR file:hashes.'SHA-1' = 'ab']")
    [{'kind': 'ipv4', 'value': '198.51.100.1'}, {'kind': 'sha1', 'value': 'ab'}]
    >>> read("[a:b = 'c'] FOLLOWEDBY [a:b = 'd']") is None
    True
    """
    found, at, inside = [], 0, False
    while at < len(pattern):
        if not inside:
            start = re.compile(r"\s*\[").match(pattern, at)
            if start is None:
                return None
            at, inside = start.end(), True
        one = _COMPARED.match(pattern, at)
        kind = None if one is None else _KINDS.get(one[1].replace("'", ""))
        if one is None or kind is None:
            return None
        found.append({"kind": kind, "value": re.sub(r"\\(.)", r"\1", one[2], flags=re.DOTALL)})
        at = one.end()
        if pattern[at : at + 1] == "]":
            at, inside = at + 1, False
            if not pattern[at:].strip():
                return found
        joined = _OR.match(pattern, at)
        if joined is None:
            return None
        at = joined.end()
    return None


def observed(patterns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Observables of values, each once; what has no observable of its own is left out."""
    made = [one for one in map(_observable, patterns) if one is not None]
    return list({one["id"]: one for one in made}.values())


def _observable(pattern: dict[str, Any]) -> dict[str, Any] | None:
    kind, value = pattern["kind"], pattern["value"]
    if kind in _HASHES:
        name, length = _HASHES[kind]
        if not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", value):
            return None
        hashes = {name: value}
        return {"type": "file", "spec_version": "2.1", "id": observable("file", {"hashes": hashes}), "hashes": hashes}
    shape = _SHAPES.get(kind)
    if shape is None or not shape.fullmatch(value):
        return None
    its = _SIMPLE[kind]
    return {"type": its, "spec_version": "2.1", "id": observable(its, {"value": value}), "value": value}


_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_SHAPES = {
    "ipv4": re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}"),
    "ipv6": re.compile(r"(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}"),
    "domain": re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"),
    "url": re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[!-~]*)?"),
    "email": re.compile(r"[A-Za-z0-9._+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,63}"),
}
"""What an observable takes; anything else is said in the extension only."""


def values_of(one: dict[str, Any]) -> list[dict[str, str]]:
    """The values an observable has."""
    kinds = {its: kind for kind, its in _SIMPLE.items()}
    if one.get("type") in kinds and isinstance(one.get("value"), str):
        return [{"kind": kinds[one["type"]], "value": one["value"]}]
    hashes = one.get("hashes")
    if one.get("type") != "file" or not isinstance(hashes, dict):
        return []
    named = {name: kind for kind, (name, _) in _HASHES.items()}
    return [{"kind": named[name], "value": value} for name, value in hashes.items() if name in named]
