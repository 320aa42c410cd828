"""Warnings as text: NAVTEX (`ZCZC B1B2B3B4` ... `NNNN`), NAVAREA bulletins, and the NMEA sentences of a receiver (NRX).

What stands between ZCZC and NNNN is what is sent; the marking and everything else that was released stand outside it.
Sources: IMO NAVTEX Manual (MSC.1/Circ.1403), IEC 61162-1 for NRX.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.errors import InputError
from hanbada.model.facts import facts_of as facts_known
from hanbada.share.formats import entries, warning_facts
from hanbada.share.formats.contract import Format, Loss, Note, Read, Written, compared, read_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanbada.model.sharing import Item, Released

LARGEST = 8 << 20
MOST = 5_000
CARRIES = {"warning": frozenset(facts_known("warning"))}
_OURS = "HANBADA "
_MESSAGE = re.compile(
    rb"(?:^HANBADA (?P<ours>\{[^\n]*\})\r?\n)?^ZCZC[ \t]?(?P<code>[A-Z]{2}\d\d)?[^\n]*\r?\n"
    rb"(?P<text>.*?)^[ \t]*(?:NNNN|(?=ZCZC))",
    re.MULTILINE | re.DOTALL,
)
_HEAD = re.compile(
    r"^(?:\d{6}Z? [A-Z]{3} \d\d\s+)?(?:NAVAREA [IVX]+|HYDRO(?:LANT|PAC|ARC)|SPECIAL WARNING)\s+(?:\d+(?:/|-)\d+|\d+)",
    re.MULTILINE,
)
_SENTENCE = re.compile(rb"\$(\w\wNRX,[^*\r\n]*)\*([0-9A-Fa-f]{2})")


class _Heard(NamedTuple):
    """A message, what we noted beside it, its code and the year it was heard in."""

    text: str
    ours: bytes | None
    code: str | None
    year: int | None


def write(released: Sequence[Released], note: Note) -> Written:
    """The warnings as messages; who else than a station sends them gives them no code."""
    abouts = [entries.about_of(one) for one in released if one.data_class == "warning"]
    head = "; ".join(entries.note_lines(note, [entries.entry(about) for about in abouts]))
    lines = [warning_facts.sendable(head)]
    for about in abouts:
        text = warning_facts.text_of(about.facts)
        lines += ["", _OURS + entries.packed(about), "ZCZC", text, "NNNN"]
    content = ("\n".join(lines) + "\n").encode()
    return Written(content, compared(CARRIES, released, read(content)))


def read(content: bytes) -> Read:
    """The warnings of a file; raises InputError if it is no text or too large."""
    if len(content) > LARGEST or b"\x00" in content:
        message = f"NAVTEX: {len(content):,} bytes: no text, or more than {LARGEST:,}"
        raise InputError(message)
    heard, losses = _heard(content)
    found = read_all(_item(n, one) for n, one in enumerate(heard[:MOST], 1))
    late = [Loss(item_id="", what="messages", why=f"only the first {MOST} are read")] if len(heard) > MOST else []
    return Read(found.items, (*losses, *found.losses, *late))


def _heard(content: bytes) -> tuple[list[_Heard], list[Loss]]:
    if b"NRX," in content:
        return _sentences(content)
    messages = [
        _Heard(_text(one["text"]), one["ours"], _text(one["code"]) if one["code"] else None, None)
        for one in _MESSAGE.finditer(content)
    ]
    if messages or _OURS.encode() in content:
        return messages, []
    return [_Heard(text, None, None, None) for text in _bulletins(_text(content))], []


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\r", "")


def _bulletins(text: str) -> Iterator[str]:
    """The warnings of a bulletin, each from its number to the next; one without any is a warning by itself."""
    starts = [match.start() for match in _HEAD.finditer(text)]
    for n, start in enumerate(starts):
        yield text[start : starts[n + 1] if n + 1 < len(starts) else len(text)]
    if not starts and re.search(r"[A-Z]{3}", text) and not text.startswith("TLP:"):
        yield text


def _item(number: int, heard: _Heard) -> tuple[Item, list[Loss]]:
    about = entries.unpacked(heard.ours)
    subject = heard.code[1] if heard.code else None
    now = warning_facts.facts_of(heard.text, year=heard.year, subject=subject)
    if about is None or about.data_class != "warning":
        return warning_facts.found(now, what=number)
    ours = warning_facts.text_of(entries.good(about))
    if ours.strip() == heard.text.strip():
        return entries.kept(about, {}, {})
    return entries.kept(about, now, warning_facts.facts_of(ours))


# NMEA sentences


def _sentences(content: bytes) -> tuple[list[_Heard], list[Loss]]:
    """The messages of NRX sentences, put together by their message number; what is damaged or missing is a loss."""
    parts: dict[tuple[str, str], dict[int, list[str]]] = {}
    done: list[_Heard] = []
    losses = [Loss(item_id="", what="sentence", why=why) for why in _damaged(content)]
    for match in _SENTENCE.finditer(content):
        if _sum(match[1]) != int(match[2], 16):
            continue
        fields = match[1].decode("ascii", "replace").split(",", 13)
        if len(fields) < 14 or not (fields[1].isdecimal() and fields[2].isdecimal()):
            losses.append(Loss(item_id="", what="sentence", why="fields are missing"))
            continue
        key, own = (fields[1], fields[3]), parts.setdefault((fields[1], fields[3]), {})
        own[int(fields[2])] = fields
        if set(own) >= set(range(1, min(int(fields[1]), 999) + 1)):
            done.append(_joined([own[n] for n in sorted(own)]))
            del parts[key]
    losses += [Loss(item_id="", what=f"message {number}", why="sentences of it are missing") for _, number in parts]
    return done, losses


def _damaged(content: bytes) -> Iterator[str]:
    bad = sum(_sum(match[1]) != int(match[2], 16) for match in _SENTENCE.finditer(content))
    if bad:
        yield f"{bad} with a wrong checksum"


def _sum(body: bytes) -> int:
    total = 0
    for byte in body:
        total ^= byte
    return total


def _joined(rows: list[list[str]]) -> _Heard:
    text = re.sub(r"\^([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), "".join(row[13] for row in rows))
    year = rows[0][9] if re.fullmatch(r"20\d\d", rows[0][9]) else None
    code = rows[0][4] if re.fullmatch(r"[A-Z]{2}\d\d", rows[0][4]) else None
    return _Heard(text.replace("\r", ""), None, code, int(year) if year else None)


def sniff(head: bytes) -> bool:
    """Whether it begins like messages of NAVTEX, a bulletin or a receiver's sentences."""
    return b"ZCZC" in head or b"NRX," in head or _HEAD.search(_text(head)) is not None or b"NOT FOR NAVIGATION" in head


FORMAT = Format(
    name="navtex", title="NAVTEX and NAVAREA text", media_type="text/plain; charset=utf-8", suffix="txt",
    carries=CARRIES, write=write, read=read, sniff=sniff,
)  # fmt: skip
