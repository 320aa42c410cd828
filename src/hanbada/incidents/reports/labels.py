"""Words that name a field, alone or together: "Ship's Call Sign & IMO No." asks for two things."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from hanbada.incidents.reports.forms import FORMS, SAID

OTHER = "other"
"""What a label names that this form does not ask for."""
MOST_WORDS = 14
_WORD = re.compile(r"[A-Za-z]+(?:'[sS])?|\d+")
_FILLERS = frozenset({
    "the", "of", "own", "our", "and", "or", "in", "for", "s", "at", "if", "applicable", "when", "leaving",
    "departing", "area", "vra", "vcr", "current", "present", "please", "e", "g", "gps", "exact", "number", "no",
    "nr", "deg", "degrees", "t", "true", "z", "ship", "kn", "kts", "knots", "m",
})  # fmt: skip
_SINGULAR = {"ships": "ship", "vessels": "vessel"}


class Word(NamedTuple):
    """A word of a line: in small letters, whether it says whose (ship's), and where it stands."""

    text: str
    whose: bool
    start: int
    end: int


def words_in(text: str, start: int, end: int) -> list[Word]:
    """The words of a part of a text."""
    found = []
    for match in _WORD.finditer(text, start, end):
        word = match.group().lower()
        whose = word.endswith("'s") or word in _SINGULAR
        word = word.removesuffix("'s")
        found.append(Word(_SINGULAR.get(word, word), whose, match.start(), match.end()))
    return found


@cache
def phrases(form: str | None) -> dict[tuple[str, ...], str]:
    """Fields by the words that name them on a form ("entry_point+entry_at"); what only others ask is `OTHER`."""
    known = {tuple(said.split()): name for name, all_said in SAID.items() for said in all_said}
    known |= {tuple(said.split()): one.name for any_ in FORMS.values() for one in any_.fields for said in one.says
              if len(said.split()) > 1}  # fmt: skip
    if form is None:
        return known
    names = {one.name for one in FORMS[form].fields} | {"lat", "lon"}
    known = {said: name if set(name.split("+")) <= names else OTHER for said, name in known.items()}
    for one in FORMS[form].fields:
        known |= {tuple(said.split()): one.name for said in one.says}
        known.setdefault(tuple(word.text for word in words_in(one.label, 0, len(one.label))), one.name)
    return known


def fields_named(words: list[Word], form: str | None) -> tuple[str, ...]:
    """The fields some words name one after another; empty if a word is no part of a name.

    >>> label = "Ship's Call Sign & IMO No."
    >>> fields_named(words_in(label, 0, len(label)), "ukmto_vra_daily")
    ('call_sign', 'imo')
    """
    known, found, at = phrases(form), [], 0
    while at < len(words):
        size = next((n for n in range(min(MOST_WORDS, len(words) - at), 0, -1) if _phrase(words, at, n) in known), 0)
        if size == 1 and words[at].whose and at + 1 < len(words):
            named = ""
        elif size:
            named = known[_phrase(words, at, size)]
        elif words[at].text in _FILLERS:
            size, named = 1, ""
        else:
            return ()
        found += [name for name in named.split("+") if name and name not in found]
        at += size
    asked = tuple(name for name in found if name != OTHER)
    return asked or tuple(found)


def _phrase(words: list[Word], at: int, size: int) -> tuple[str, ...]:
    return tuple(word.text for word in words[at : at + size])
