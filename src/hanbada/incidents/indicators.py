"""Indicators of compromise found in a user's log lines: addresses, domains, URLs and hashes, however they are written.

A value is made plain first (case, "hxxp", "[.]", a trailing dot, IPv6 in its shortest form), so that how it was written
does not matter. A domain is found in its subdomains too, a network in its addresses. What a list of known good values
names is still told, but as known: an indicator for a public resolver says more about the list than about the line.
Nothing here looks a value up anywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from hanbada.model.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hanbada.model.sharing import Item

KINDS = ("ipv4", "ipv6", "domain", "url", "md5", "sha1", "sha256", "email")
"""Kinds of patterns that can stand in a line of a log."""
Standing = Literal["valid", "early", "expired", "undated"]
_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
LONGEST_LINE = 65_536
"""Characters of a line that are looked at."""


class Indicator(Struct, frozen=True, kw_only=True):
    """One value to look for: from which object, of what kind, in force from and until when (UTC us)."""

    item_id: str
    kind: str
    value: str
    title: str = ""
    from_at: int | None = None
    until_at: int | None = None


class Match(Struct, frozen=True, kw_only=True):
    """A value found in a line (numbered from 1), where it stands, what it matches, and whether that counts.

    `at` is the time the line gives, None where it gives none. `known` names the list of good values it stands on.
    """

    line: int
    start: int
    end: int
    value: str
    indicator: Indicator
    standing: Standing
    at: int | None = None
    known: str | None = None


class Known(Struct, frozen=True, kw_only=True):
    """A list of values known to be good: networks, domains (with what is below them) and other values, all plain."""

    name: str
    networks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


SPECIAL = Known(
    name="special-purpose addresses and names",
    networks=(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::1/128", "::/128", "100::/64", "2001:db8::/32", "3fff::/20", "fc00::/7",
        "fe80::/10", "ff00::/8",
    ),
    domains=(
        "test", "example", "invalid", "localhost", "local", "onion", "home.arpa", "example.com", "example.net",
        "example.org",
    ),
)  # fmt: skip
"""Networks and names that mean nobody on the open net (RFC 6890, RFC 9637, RFC 6761, RFC 2606, RFC 6762, RFC 8375)."""


# Values made plain

_DEFANGED = re.compile(r"\[(\.|:|://|@)\]|\((\.)\)|\{(\.)\}|\[(?:dot|d)\]|\[at\]", re.IGNORECASE)
_SCHEME = re.compile(r"^(h(?:xx|tt|\*\*)p(s?)|f[tx]p)(\[?:\]?//)", re.IGNORECASE)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"^(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]$")


def refanged(text: str) -> str:
    """A text as it was before somebody made it harmless.

    >>> refanged("hxxps://evil[.]example/a(.)b")
    'https://evil.example/a.b'
    """
    plain = _DEFANGED.sub(lambda m: "@" if m.group().lower() == "[at]" else m[1] or m[2] or m[3] or ".", text)
    return _SCHEME.sub(lambda m: ("ftp" if m[1][0] in "fF" else f"http{m[2].lower()}") + "://", plain)


def plain(kind: str, value: str) -> str | None:
    """A value as it is compared, None if it is none of its kind; a network of addresses keeps its length.

    >>> plain("ipv6", "2001:DB8::0:1"), plain("domain", "Evil[.]Example."), plain("ipv4", "300.1.1.1")
    ('2001:db8::1', 'evil.example', None)
    """
    text = refanged(value.strip())
    match kind:
        case "ipv4" | "ipv6":
            return _address(text, 4 if kind == "ipv4" else 6)
        case "domain":
            return _domain(text)
        case "url":
            return _url(text)
        case "email":
            user, at, host = text.rpartition("@")
            domain = _domain(host)
            return f"{user.lower()}@{domain}" if at and user and domain else None
        case "md5" | "sha1" | "sha256":
            digest = text.lower()
            return digest if _HASHES.get(len(digest)) == kind and re.fullmatch("[0-9a-f]+", digest) else None
        case _:
            return None


def _address(text: str, version: int) -> str | None:
    try:
        if "/" in text:
            network = ip_network(text, strict=False)
            whole = network.prefixlen == network.max_prefixlen
            return (str(network.network_address) if whole else str(network)) if network.version == version else None
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str(address) if address.version == version else None


def _domain(text: str) -> str | None:
    name = text.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return None
    return name if len(name) <= 253 and _DOMAIN.match(name) else None


def _url(text: str) -> str | None:
    scheme, found, rest = text.partition("://")
    if not found or not rest:
        return None
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2].lower()
    for port in (":80", ":443"):
        host = host.removesuffix(port)
    return f"{scheme.lower()}://{host.rstrip('.')}{slash}{path.partition('#')[0]}".rstrip("/")


# What to look for


class Watchlist(NamedTuple):
    """Indicators by kind and plain value, networks by the length of their prefix, and the lists of good values."""

    exact: dict[tuple[str, str], list[Indicator]]
    networks: dict[int, dict[int, dict[int, list[Indicator]]]]
    known: tuple[Known, ...]
    good: dict[int, dict[int, dict[int, str]]]

    @property
    def size(self) -> int:
        """How many values are looked for."""
        nets = (len(nets) for lengths in self.networks.values() for nets in lengths.values())
        return len(self.exact) + sum(nets)


def indicators_of(item: Item) -> Iterator[Indicator]:
    """What to look for in logs, of an object of the class `cyber_indicator`; what it is not plain is left out."""
    said = {fact.name: fact.value for fact in item.assertions}
    for pattern in said.get("patterns", ()):
        value = plain(pattern["kind"], pattern["value"])
        if value is not None:
            yield Indicator(
                item_id=item.item_id, kind=pattern["kind"], value=value, title=said.get("title") or "",
                from_at=said.get("from"), until_at=said.get("until"),
            )  # fmt: skip


def watchlist(indicators: Iterable[Indicator], known: Sequence[Known] = (SPECIAL,)) -> Watchlist:
    """Indicators ready to be looked for; `known` are the lists of good values."""
    exact: dict[tuple[str, str], list[Indicator]] = {}
    networks: dict[int, dict[int, dict[int, list[Indicator]]]] = {4: {}, 6: {}}
    for one in indicators:
        if "/" in one.value and one.kind in {"ipv4", "ipv6"}:
            network = ip_network(one.value)
            by_length = networks[network.version].setdefault(network.prefixlen, {})
            by_length.setdefault(int(network.network_address), []).append(one)
        else:
            exact.setdefault((one.kind, one.value), []).append(one)
    return Watchlist(exact, networks, tuple(known), _good(known))


def _good(known: Sequence[Known]) -> dict[int, dict[int, dict[int, str]]]:
    good: dict[int, dict[int, dict[int, str]]] = {4: {}, 6: {}}
    for one in known:
        for text in one.networks:
            network = ip_network(text, strict=False)
            good[network.version].setdefault(network.prefixlen, {})[int(network.network_address)] = one.name
    return good


# Looking

_CANDIDATE = re.compile(
    r"""
    (?P<url>(?:h(?:tt|xx|\*\*)ps?|f[tx]p)(?:\[?:\]?//)[^\s"'<>|\\^`]{3,2048})
  | (?P<email>[\w.+-]{1,64}(?:@|\[@\]|\[at\])(?:[\w-]{1,63}(?:\.|\[\.\]|\[dot\])){1,8}[a-z]{2,63})
  | (?P<hash>\b[0-9a-f]{32}(?:[0-9a-f]{8}(?:[0-9a-f]{24})?)?\b)
  | (?P<ipv4>(?<![\w.])\d{1,3}(?:(?:\.|\[\.\]|\(\.\))\d{1,3}){3}(?![\w]|\.\d))
  | (?P<ipv6>(?<![\w:.])(?=[0-9a-f]*:[0-9a-f:]*:)[0-9a-f:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:]))
  | (?P<domain>(?<![\w@.-])(?:[\w-]{1,63}(?:\.|\[\.\]|\(\.\)|\[dot\])){1,10}[a-z][a-z0-9-]{1,62}(?![\w-]))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"""[^\s"'<>|]+""")
_SHORTEST_HASH = 32
_MONTHS = {
    name: f"{n:02}"
    for n, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}
_COMMON = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})")
"""The time in the common log format of web servers."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")


def matches(lines: Iterable[tuple[int, str]], wanted: Watchlist) -> Iterator[Match]:
    """Every value of the watchlist in numbered lines, in order; a line is looked at up to `LONGEST_LINE`."""
    for number, line in lines:
        seen = list(_in_line(number, line[:LONGEST_LINE], wanted))
        if seen:
            at = time_of(line)
            yield from (_judged(one, at) for one in seen)


def _in_line(number: int, line: str, wanted: Watchlist) -> Iterator[Match]:
    for word in _WORD.finditer(line):
        text = word.group()
        if "." not in text and ":" not in text and len(text) < _SHORTEST_HASH:
            continue
        for start, end, kind, value in _candidates(text):
            for one in _hits(kind, value, wanted):
                yield Match(
                    line=number, start=word.start() + start, end=word.start() + end, value=text[start:end],
                    indicator=one, standing="undated", known=good(kind, value, wanted),
                )  # fmt: skip


@lru_cache(maxsize=1 << 16)
def _candidates(word: str) -> tuple[tuple[int, int, str, str], ...]:
    """What stands in a word: where, its kind and plain value. Logs say the same words again and again."""
    return tuple(
        (found.start(), found.end(), kind, value)
        for found in _CANDIDATE.finditer(word)
        for kind, value in candidates(found.lastgroup or "", found.group())
    )


def candidates(group: str, text: str) -> Iterator[tuple[str, str]]:
    """What a piece of a line can be: kind and plain value; an URL and a mail address name a host too.

    >>> list(candidates("url", "hxxp://a[.]evil.example:8080/x"))
    [('url', 'http://a.evil.example:8080/x'), ('domain', 'a.evil.example')]
    """
    if group == "hash":
        yield _HASHES[len(text)], text.lower()
        return
    text = text.rstrip(".,;:)]}!?") if group == "url" else text
    value = plain(group, text)
    if value is None:
        return
    yield group, value
    if group in {"url", "email"}:
        host = value.partition("://")[2].partition("/")[0] if group == "url" else value.rpartition("@")[2]
        bare = host.strip("[]") if host.startswith("[") else host.partition(":")[0]
        for kind in ("ipv4", "ipv6", "domain"):
            other = plain(kind, bare)
            if other is not None:
                yield kind, other
                return


def _hits(kind: str, value: str, wanted: Watchlist) -> Iterator[Indicator]:
    for name in parents(value) if kind == "domain" else (value,):
        yield from wanted.exact.get((kind, name), ())
    if kind in {"ipv4", "ipv6"}:
        yield from _in_networks(value, wanted)


def _in_networks(value: str, wanted: Watchlist) -> Iterator[Indicator]:
    address: IPv4Address | IPv6Address = ip_address(value)
    for length, nets in wanted.networks[address.version].items():
        yield from nets.get(_masked(address, length), ())


def _masked(address: IPv4Address | IPv6Address, length: int) -> int:
    spare = address.max_prefixlen - length
    return int(address) >> spare << spare


def parents(domain: str) -> list[str]:
    """A name and every name it is below, without the last label alone.

    >>> parents("a.b.example")
    ['a.b.example', 'b.example']
    """
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]


def good(kind: str, value: str, wanted: Watchlist) -> str | None:
    """The list of good values that a plain value stands on, None if on none."""
    if kind in {"ipv4", "ipv6"}:
        address = ip_address(value)
        lengths = wanted.good[address.version]
        return next((name for length, nets in lengths.items() if (name := nets.get(_masked(address, length)))), None)
    host = value if kind == "domain" else value.rpartition("@")[2] if kind == "email" else ""
    names = {*parents(host), host.rpartition(".")[2]} if host else set()
    return next((one.name for one in wanted.known if names & set(one.domains) or value in one.values), None)


def time_of(line: str) -> int | None:
    """The first time a line gives (ISO 8601, UTC where it names no zone; or the common log format), UTC us, or None."""
    if (found := _TIME.search(line)) is not None:
        return parse_time(found.group().replace(",", "."))
    if (found := _COMMON.search(line)) is not None and found[2] in _MONTHS:
        day, month, year, clock, zone = found.groups()
        return parse_time(f"{year}-{_MONTHS[month]}-{day}T{clock}{zone}")
    return None


def _judged(one: Match, at: int | None) -> Match:
    about = one.indicator
    standing: Standing = "valid"
    if at is None:
        standing = "undated"
    elif about.from_at is not None and at < about.from_at:
        standing = "early"
    elif about.until_at is not None and at >= about.until_at:
        standing = "expired"
    return Match(
        line=one.line, start=one.start, end=one.end, value=one.value, indicator=about, standing=standing, at=at,
        known=one.known,
    )  # fmt: skip
