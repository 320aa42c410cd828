"""The words of a report as they reached us: a mail as people forward it, HTML, a file; bounded, never trusted.

What comes out is plain text; every span a parser gives counts characters of it.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser
from typing import NamedTuple

from hanbada.model.errors import InputError

LONGEST = 256 * 1024
"""Bytes of a mail with its attachments' headers; a report is a page."""
MOST_CHARS = 16_000
"""Characters of text that are read; what follows is cut, and said to be."""
LONGEST_LINE = 400
_HEADER = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9-]{0,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n", re.ASCII)
_KNOWN = re.compile(
    r"^(?:from|to|subject|date|received|mime-version|content-type|message-id)[ \t]*:", re.IGNORECASE | re.MULTILINE
)
_FORWARDED = re.compile(
    r"^[ \t>*_]*(?:from|to|cc|bcc|sent|date|subject|reply-to|importance)[*_]*[ \t]*:", re.IGNORECASE
)
_BLANKS = re.compile(r"[^\S\n]")
_ENTITY_BREAKS = {"br", "p", "div", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "hr", "blockquote"}
_CELLS = {"td", "th"}
_UNSEEN = {"script", "style", "head", "title", "template"}
_SAME = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u02b9": "'", "\u2032": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"',
    "\u2033": '"', "\u00ba": "\u00b0", "\u02da": "\u00b0", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-",
    "\u2011": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "\uff1a": ":", "\ufeff": " ",
    "\u200b": " ", "\r": " ", "\x0b": " ", "\x0c": " ", "\u2022": "*", "\u00b7": "*", "\u2028": "\n", "\u2029": "\n",
})  # fmt: skip
"""Characters that mean the same to a sailor; one for one, so that places in the text stay."""


class Words(NamedTuple):
    """What there is to read: the subject of a mail, its text, whether some of it was cut."""

    subject: str
    text: str
    cut: bool


def words_of(raw: bytes | str) -> Words:
    """The text of a report; raises InputError for what is too long or no text."""
    data = raw.encode("utf-8", "replace") if isinstance(raw, str) else raw
    if len(data) > LONGEST:
        message = f"a report of {len(data)} bytes; {LONGEST} are the most: send the text without attachments"
        raise InputError(message)
    if b"\x00" in data:
        message = "this is no text: paste the words of the report, or the mail as it was saved"
        raise InputError(message)
    text = _decoded(data)
    head = _HEADER.match(text.lstrip("\n") + "\n")
    if head is not None and len(_KNOWN.findall(head.group())) > 1:
        subject, text = _mail(data.lstrip(b"\r\n"))
    else:
        subject = ""
        text = _reduced(text) if _looks_html(text) else text
    clean = _clean(text)
    return Words(_clean(subject)[:400], clean[:MOST_CHARS], len(clean) > MOST_CHARS)


def _decoded(data: bytes, charset: str = "utf-8") -> str:
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace")


def _looks_html(text: str) -> bool:
    return re.search(r"<(?:html|body|table|div|p|br)\b[^>]{0,500}>", text[:MOST_CHARS], re.IGNORECASE) is not None


def _mail(data: bytes) -> tuple[str, str]:
    """Subject and text of a mail: its plain part, or its HTML read as text."""
    try:
        parsed = message_from_bytes(data, policy=policy.default)
        part = parsed.get_body(("plain", "html")) if isinstance(parsed, EmailMessage) else None
        subject = str(parsed.get("Subject", ""))
    except (MessageError, ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
        message = f"this mail cannot be read ({type(error).__name__}): paste its text instead"
        raise InputError(message) from error
    if part is None:
        return subject, ""
    text = _payload(part)
    return subject, _reduced(text) if part.get_content_type() == "text/html" else text


def _payload(part: MIMEPart) -> str:
    body = part.get_payload(decode=True)
    data = body if isinstance(body, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    return _decoded(data, "cp1252" if charset.lower() in {"iso-8859-1", "us-ascii", "latin-1"} else charset)


class _Reducer(HTMLParser):
    """Text of HTML: lines where blocks end, a tab between cells, nothing of what a reader does not see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        self.unseen += tag in _UNSEEN
        self._gap(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(self.unseen - (tag in _UNSEEN), 0)
        self._gap(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(_BLANKS.sub(" ", data))

    def _gap(self, tag: str) -> None:
        if tag in _ENTITY_BREAKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append("\t")


def _reduced(text: str) -> str:
    reducer = _Reducer()
    reducer.feed(text)
    reducer.close()
    return re.sub(r"(?m)^\s+|[ \t]+$", "", re.sub(r"[ \t]*\t[ \t]*", "\t", "".join(reducer.parts)))


def _clean(text: str) -> str:
    """Without marks of forwarding and headers of mails in the text, in the characters a parser knows."""
    text = text.translate(_SAME)
    text = "".join(one if one in "\n\t" or one.isprintable() else " " for one in text)
    lines = [re.sub(r"^(?:[ \t]*>)+[ \t]?", "", line).rstrip() for line in text.split("\n")]
    kept = [_wrapped(line) for line, drop in zip(lines, _headers(lines), strict=True) if not drop]
    return "\n".join(kept).strip("\n")


def _wrapped(line: str) -> str:
    """A line that is longer than any a person writes, broken where it has blanks."""
    if len(line) <= LONGEST_LINE:
        return line
    return re.sub(rf"(.{{1,{LONGEST_LINE}}})(?:[ \t]+|\Z)|(.{{{LONGEST_LINE}}})", r"\1\2\n", line)


def _headers(lines: list[str]) -> list[bool]:
    """Which lines are headers of a forwarded mail: two or more together, one with a subject or an address."""
    drop = [False] * len(lines)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _FORWARDED.match(lines[end]):
            end += 1
        block = lines[start:end]
        if len(block) > 1 and any(
            "@" in line or re.match(r"[ \t>*_]*(?:subject|sent)", line, re.IGNORECASE) for line in block
        ):
            drop[start:end] = [not re.match(r"[ \t>*_]*subject", line, re.IGNORECASE) for line in block]
        start = max(end, start + 1)
    return drop
