"""Warnings as the facts of an object, from their words and back to words: what their formats have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.model.ids import content_id
from hanbada.model.times import dtg, from_us
from hanbada.share.formats import entries
from hanbada.share.formats.contract import Loss, item
from hanbada.share.formats.warning_text import Number, read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hanbada.model.sharing import Item, Tlp

WIDTH = 69
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -?:().,'=/+\n")
"""What NAVTEX can send (ITU-R M.476, ITA 2)."""
_SPOKEN = {"°": "-", "′": "", "”": "'", "’": "'", "–": "-", "&": "AND", "\t": " ", "\r": ""}


def facts_of(text: str, *, year: int | None = None, subject: str | None = None) -> dict[str, Any]:
    """The facts of a warning by its words."""
    words = read_words(text, year, subject)
    outlines = [one.outline() for one in words.shapes]
    when = words.when
    facts = {
        "kind": words.kind, "number": numbered(words.number, year, subject),
        "cancels": known(words.cancels), "refers": known(words.in_force),
        "issued": when.issued_at, "from": when.from_at, "until": when.until_at, "cancelled": when.cancelled_at,
        "daily": list(when.daily) if when.daily else None, "title": title(text),
        "place": {"geometry": outlines[0]} if outlines else None, "areas": outlines if len(outlines) > 1 else None,
        "text": text.strip() or None,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value not in (None, [])}


def numbered(number: Number | None, year: int | None, subject: str | None = None) -> dict[str, Any] | None:
    """A number as a fact; None without a year."""
    if number is None or (number.year or year) is None:
        return None
    said = {"series": number.series, "number": number.number, "year": number.year or year}
    return said | ({"subject": subject} if subject else {})


def known(numbers: Sequence[Number]) -> list[dict[str, Any]]:
    """Numbers with a year as facts."""
    return [said for one in numbers if (said := numbered(one, None)) is not None]


def title(text: str) -> str | None:
    """The first line that is more than a number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line[:512] for line in lines[1:3] if len(line) > 3), lines[0][:512]) if lines else None


def found(facts: Mapping[str, Any], *, tlp: Tlp | None = None, what: object = None) -> tuple[Item, list[Loss]]:
    """A stranger's warning; its id is that of its number, so that a later issue is the same one."""
    number = facts.get("number")
    named = [number["series"], number["number"], number["year"]] if number else [facts.get("text"), what]
    return item(content_id("warning", named), "warning", facts, tlp=tlp, originator="")


def text_of(facts: Mapping[str, Any]) -> str:
    """A warning in the words and letters of NAVTEX: its own, or made from its facts."""
    text = facts.get("text") or "\n".join(_composed(facts))
    return sendable(text)


def sendable(text: str) -> str:
    """The text in the letters NAVTEX has; what it has not becomes a question mark."""
    plain = "".join(_SPOKEN.get(c, c) for c in text).upper()
    return "".join(c if c in _LETTERS else "?" for c in plain).replace("ZCZC", "ZC ZC").replace("NNNN", "NN NN")


def _composed(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts.get("number"):
        yield entries.numbered(facts["number"])
    if facts.get("issued") is not None:
        yield f"{_time(facts['issued'])}"
    kind = str(facts.get("kind", "")).replace("_", " ")
    yield " ".join(word for word in (facts.get("title"), kind) if word) + "."
    spans = [f"{word} {_time(facts[name])}" for word, name in (("FROM", "from"), ("UNTIL", "until")) if name in facts]
    yield " ".join(spans) + "." if spans else ""
    for shape in facts.get("areas") or [(facts.get("place") or {}).get("geometry")]:
        if shape:
            yield _outlined(shape)
    if facts.get("restriction"):
        yield str(facts["restriction"]).replace("_", " ") + "."
    for one in facts.get("cancels", ()):
        yield f"CANCEL {entries.numbered(one)}."
    if facts.get("cancelled") is not None:
        yield f"CANCEL THIS MSG {_time(facts['cancelled'])}."


def _time(at_us: int) -> str:
    if not entries.dated(at_us):
        return "UNKNOWN"
    group = dtg(at_us)
    return f"{group[:6]} UTC {group[7:10]} {from_us(at_us):%Y}"


def _outlined(shape: Mapping[str, Any]) -> str:
    lead = {"polygon": "AREA BOUNDED BY ", "line": "ALONG LINE JOINING ", "point": "IN POSITION "}[shape["kind"]]
    places = shape["coordinates"][:-1] if shape["coordinates"][0] == shape["coordinates"][-1] else shape["coordinates"]
    return lead + ", ".join(position(lon, lat) for lon, lat in (places or shape["coordinates"])) + "."


def position(lon_deg: float, lat_deg: float) -> str:
    """A position as warnings write it: '34-41.71N 129-24.75E'."""
    lon = (lon_deg + 180) % 360 - 180
    return f"{_angle(lat_deg, 'NS', 2)} {_angle(lon, 'EW', 3)}"


def _angle(deg: float, letters: str, width: int) -> str:
    hundredths = round(abs(deg) * 6000)
    return f"{hundredths // 6000:0{width}d}-{hundredths % 6000 / 100:05.2f}{letters[deg < 0]}"
