"""Classify once: the answers about an incident, mapped to every scheme by the table of `schemes_2026_11`.

An answer may be unknown, so a rule holds, does not hold, or may hold. The first rule that holds gives the category;
those before it that may hold say what else it could be and which answers would settle it. Nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Wanted: TypeAlias = tuple[str, ...] | tuple[bool, ...] | range


class Rule(Struct, frozen=True, kw_only=True):
    """A category and what the answers must be for it."""

    category: str
    when: dict[str, Wanted]
    sure: bool = True
    note: str = ""


class Scheme(Struct, frozen=True, kw_only=True):
    """How somebody classifies: rules in order, and which other facts a report of theirs carries in places of their own.

    What no rule names, the scheme cannot express.
    """

    name: str
    title: str
    edition: str
    source: str
    carries: tuple[str, ...]
    rules: tuple[Rule, ...]


class Mapped(Struct, frozen=True, kw_only=True):
    """What an incident is in one scheme; no category and nothing it could be: the scheme cannot express it.

    `missing` are answers that could change it, `coarser` those of which the category says less, `lost` those of which
    the scheme says nothing outside free text.
    """

    scheme: str
    edition: str
    category: str | None
    sure: bool
    could_be: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    coarser: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    note: str = ""

    @property
    def expressed(self) -> bool:
        """Whether the scheme has a word for it, or may have."""
        return self.category is not None or bool(self.could_be)


def mapped(answers: Mapping[str, Any], scheme: Scheme) -> Mapped:
    """What the answers come to in a scheme; answers that are not there are unknown.

    >>> from hanbada.reference.schemes_2026_11 import TABLE
    >>> ukmto = next(one for one in TABLE if one.name == "ukmto_bmp")
    >>> mapped({"act": "attack", "boarded": True, "control_taken": True}, ukmto).category
    'Hijack'
    """
    could: list[Rule] = []
    for rule in scheme.rules:
        known = _holds(answers, rule)
        if known:
            return _outcome(answers, scheme, rule, [one for one in could if one.category != rule.category])
        if known is None:
            could.append(rule)
    return _outcome(answers, scheme, None, could)


def every(answers: Mapping[str, Any], table: Iterable[Scheme]) -> list[Mapped]:
    """The same in every scheme of a table."""
    return [mapped(answers, scheme) for scheme in table]


def _holds(answers: Mapping[str, Any], rule: Rule) -> bool | None:
    """Whether a rule holds: True, False, or None where what is unknown decides."""
    found = [_is(answers.get(name), wanted) for name, wanted in rule.when.items()]
    if False in found:
        return False
    return None if None in found else True


def _is(answer: Any, wanted: Wanted) -> bool | None:
    if answer is None:
        return None
    if isinstance(answer, (list, tuple)):
        return any(one in wanted for one in answer)
    return answer in wanted


def _outcome(answers: Mapping[str, Any], scheme: Scheme, rule: Rule | None, could: list[Rule]) -> Mapped:
    missing = [name for one in could for name in one.when if answers.get(name) is None]
    when = {} if rule is None else rule.when
    told = {name for name, value in answers.items() if value is not None}
    return Mapped(
        scheme=scheme.name,
        edition=scheme.edition,
        category=None if rule is None else rule.category,
        sure=rule is not None and rule.sure,
        could_be=tuple(dict.fromkeys(one.category for one in could)),
        missing=tuple(dict.fromkeys(missing)),
        coarser=tuple(name for name, wanted in when.items() if name not in scheme.carries and len(wanted) > 1),
        lost=tuple(sorted(told - set(when) - set(scheme.carries))),
        note="" if rule is None else rule.note,
    )
