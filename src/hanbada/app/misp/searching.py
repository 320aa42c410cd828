"""What of its events a reader asked for: the filters of `restSearch` that are understood; any other is refused.

A filter that were overlooked would answer another question than was asked.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from hanbada.app.misp.events import attributes
from hanbada.model.errors import InputError
from hanbada.model.times import SECOND_US, iso, parse_iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hanbada.app.misp.events import Event

UNDERSTOOD = frozenset({
    "returnFormat", "page", "limit", "eventid", "uuid", "eventinfo", "searchall", "value", "type", "category", "tags",
    "tag", "org", "to_ids", "published", "timestamp", "publish_timestamp", "last", "from", "to", "date", "datefrom",
    "dateuntil", "metadata", "deleted", "enforceWarninglist", "object_name", "minimal", "sort", "direction",
    "includeEventUuid", "includeEventTags", "includeContext", "withAttachments", "sgReferenceOnly",
})  # fmt: skip
"""Deleted things, warning lists, attachments and sharing groups need no work here: there are none."""
MOST = 1_000
"""Events in one answer."""
_AGO = re.compile(r"(\d{1,6})([dhms])\Z")
_UNITS_S = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def checked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for; raises InputError for a filter or a format of answer that is not understood."""
    given = {name: value for name, value in asked.items() if not _nothing(name, value)}
    unknown = sorted(given.keys() - UNDERSTOOD)
    if unknown:
        message = f"not understood: {', '.join(unknown)}; understood are {', '.join(sorted(UNDERSTOOD))}"
        raise InputError(message)
    if str(given.get("returnFormat", "json")) != "json":
        message = f"returnFormat {given['returnFormat']}: only json is answered"
        raise InputError(message)
    return given


def _nothing(name: str, value: Any) -> bool:
    """Whether a filter asks for nothing: programs send all they know, most of it empty or switched off."""
    return value is None or value == "" or (name not in {"published", "to_ids"} and value in (False, "0"))


def found(events: Iterable[Event], asked: Mapping[str, Any], now_us: int) -> list[Event]:
    """The events that fit, page by page as asked, the latest first."""
    fits = [one for one in events if all(test(one) for test in _of_events(asked, now_us))]
    fits.sort(key=lambda one: (one["timestamp"], one["uuid"]), reverse=True)
    return paged(fits, asked)


def found_attributes(events: Iterable[Event], asked: Mapping[str, Any], now_us: int) -> list[dict[str, Any]]:
    """The attributes that fit, of events that fit, each with the head of its event."""
    tests = list(_of_attributes(asked))
    heads = ("id", "uuid", "info", "distribution", "orgc_id")
    return paged(
        [
            attribute | {"Event": {name: one[name] for name in heads if name in one}}
            for one in found(events, {**asked, "page": None, "limit": None}, now_us)
            for attribute in attributes(one)
            if all(test(attribute) for test in tests)
        ],
        asked,
    )


def paged(rows: list[dict[str, Any]], asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One page of some rows; raises InputError for a page or a limit that is no number."""
    limit = min(_whole(asked.get("limit"), "limit") or MOST, MOST)
    start = (max(_whole(asked.get("page"), "page") or 1, 1) - 1) * limit
    return rows[start : start + limit]


def _whole(said: Any, name: str) -> int | None:
    if said is None:
        return None
    if not re.fullmatch(r"\d{1,9}", str(said)):
        message = f"{name}: {said!r} is no number"
        raise InputError(message)
    return int(str(said))


def _of_events(asked: Mapping[str, Any], now_us: int) -> Iterable[Callable[[Event], bool]]:
    for name, of in _TEXTS.items():
        if name in asked:
            parts = _parts(asked[name])
            yield partial(_fits, _inside(parts) if name in _PARTLY else parts, of)
    if "published" in asked:
        yield partial(_is, "published", plainly(asked["published"]))
    yield from _of_times(asked, now_us)
    inner = list(_of_attributes(asked))
    if inner:
        yield partial(_has, inner)


def _of_attributes(asked: Mapping[str, Any]) -> Iterable[Callable[[dict[str, Any]], bool]]:
    for name in ("value", "type", "category"):
        if name in asked:
            yield partial(_fits, _parts(asked[name]), partial(_field, name))
    if "to_ids" in asked:
        yield partial(_is, "to_ids", plainly(asked["to_ids"]))


def _of_times(asked: Mapping[str, Any], now_us: int) -> Iterable[Callable[[Event], bool]]:
    for name in ("timestamp", "publish_timestamp", "last"):
        if name in asked:
            given = asked[name] if isinstance(asked[name], list) else [asked[name]]
            ends = [_seconds(one, name, now_us) for one in given[:2]]
            high = max(ends) if len(ends) == 2 else None
            yield partial(_timed, "timestamp" if name == "last" else name, min(ends), high)
    for name, first in (("from", True), ("date", True), ("datefrom", True), ("to", False), ("dateuntil", False)):
        if name in asked:
            yield partial(_dated, iso(_seconds(asked[name], name, now_us) * SECOND_US)[:10], first)


def _field(name: str, one: dict[str, Any]) -> list[str]:
    return [str(one[name])]


def _is(name: str, wanted: bool, one: dict[str, Any]) -> bool:  # noqa: FBT001 - what is compared
    return bool(one[name]) is wanted


def _has(tests: list[Callable[[dict[str, Any]], bool]], one: Event) -> bool:
    return any(all(test(each) for test in tests) for each in attributes(one))


def _timed(field: str, low: int, high: int | None, one: Event) -> bool:
    return low <= int(one[field]) and (high is None or int(one[field]) <= high)


def _dated(day: str, first: bool, one: Event) -> bool:  # noqa: FBT001 - which end it is
    return bool(one["date"] >= day if first else one["date"] <= day)


def _seconds(said: Any, name: str, now_us: int) -> int:
    """UTC seconds of a number, of so long ago ("5d") or of a day."""
    text = str(said).strip()
    if ago := _AGO.match(text):
        return now_us // SECOND_US - int(ago[1]) * _UNITS_S[ago[2]]
    if re.fullmatch(r"\d{1,12}", text):
        return int(text)
    at = parse_iso(text if "T" in text or " " in text else f"{text}T00:00:00Z")
    if at is None:
        message = f"{name}: {text!r} is no time"
        raise InputError(message)
    return at // SECOND_US


class _Parts(NamedTuple):
    """What a text must be: one of some, all of some, none of some; `%` stands for anything."""

    some: tuple[str, ...]
    every: tuple[str, ...]
    none: tuple[str, ...]


def _parts(said: Any) -> _Parts:
    """A text or a list of them, `!` before one for not; or lists under OR, AND and NOT."""
    parts = said if isinstance(said, dict) else {"OR": said}
    some, every, none = (_texts(parts.get(name, [])) for name in ("OR", "AND", "NOT"))
    denied = (one[1:] for one in some if one.startswith("!"))
    return _Parts(tuple(one for one in some if not one.startswith("!")), tuple(every), (*none, *denied))


def _inside(parts: _Parts) -> _Parts:
    return _Parts(*(tuple(f"%{one}%" for one in each) for each in parts))


def _fits(parts: _Parts, of: Callable[[dict[str, Any]], list[str]], one: dict[str, Any]) -> bool:
    texts = [text.casefold() for text in of(one)]
    if parts.some and not any(_like(text, each) for each in parts.some for text in texts):
        return False
    if any(_like(text, each) for each in parts.none for text in texts):
        return False
    return all(any(_like(text, each) for text in texts) for each in parts.every)


def _tags_of(one: Event) -> list[str]:
    return [tag["name"] for tag in one["Tag"]]


_TEXTS: dict[str, Callable[[Event], list[str]]] = {
    "eventid": lambda one: [one["id"], one["uuid"]],
    "uuid": lambda one: [one["uuid"]],
    "eventinfo": lambda one: [one["info"]],
    "searchall": lambda one: [one["info"], *(each["value"] for each in attributes(one))],
    "org": lambda one: [one["Orgc"]["name"], one["Orgc"]["uuid"]],
    "tags": _tags_of,
    "tag": _tags_of,
    "object_name": lambda one: [box["name"] for box in one["Object"]],
}
"""Filters by text, and which texts of an event they look at."""
_PARTLY = {"eventinfo", "searchall"}
"""Those that look for a part of the text."""


def _like(text: str, wanted: str) -> bool:
    """Whether a text is what is wanted, with `%` for anything; pieces are looked for in turn, so it stays linear."""
    first, *rest = wanted.casefold().split("%")
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _texts(said: Any) -> list[str]:
    if isinstance(said, (list, tuple)):
        return [str(one) for one in said if isinstance(one, (str, int))]
    return [str(said)] if isinstance(said, (str, int)) else []


def plainly(said: Any) -> bool:
    """Whether a filter says yes."""
    return said in {True, "1", "true", "True"} if isinstance(said, (bool, int, str)) else False
