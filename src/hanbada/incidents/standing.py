"""What stands: of all that was said of each fact, the most credible, and who says otherwise.

Credibility decides first, then the reliability of the source, then who spoke last. What nobody judged (6, F or nothing)
counts for less than what was judged possibly true, and for more than what was judged doubtful.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from hanbada.model.answers import ANSWERS
from hanbada.model.facts import Attached, facts_of
from hanbada.model.records import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanbada.model.answers import Answers
    from hanbada.model.records import Incident

GATHERED = frozenset({"vessels", "parts", "people", "person", "documents", "links", "sources"})
"""Facts of which each source tells some: all of it counts, nothing contradicts."""
_CREDIBLE = {1: 0, 2: 1, 3: 2, 6: 3, None: 3, 4: 4, 5: 5}
_RELIABLE = {"A": 0, "B": 1, "C": 2, "F": 3, None: 3, "D": 4, "E": 5}


class Standing(Struct, frozen=True, kw_only=True):
    """A fact, what stands of it, and what was said beside it, the most credible first."""

    fact: str
    value: Any
    best: Said
    others: tuple[Said, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether somebody says otherwise."""
        return self.fact not in GATHERED and any(_bytes(one.value) != _bytes(self.value) for one in self.others)


def standing(said: Iterable[Said]) -> list[Standing]:
    """What stands, in the order of the vocabulary; what was erased no longer speaks."""
    by_fact: dict[str, list[Said]] = {}
    for one in said:
        if one.value is not None:
            by_fact.setdefault(one.fact, []).append(one)
    order = [name for name in facts_of("incident") if name in by_fact]
    return [_standing(name, sorted(by_fact[name], key=_rank)) for name in order]


def _standing(fact: str, ranked: Sequence[Said]) -> Standing:
    value = ranked[0].value
    if fact in GATHERED:
        value = list({_bytes(each): each for one in ranked for each in one.value}.values())
    return Standing(fact=fact, value=value, best=ranked[0], others=tuple(ranked[1:]))


def _rank(one: Said) -> tuple[int, int, int]:
    return _CREDIBLE.get(one.credibility, 3), _RELIABLE[one.reliability], -one.entered_at


def _bytes(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def answers(incident: Incident) -> Answers:
    """The answers that stand, for the schemes."""
    return {one.fact: one.value for one in standing(incident.said) if one.fact in ANSWERS}


def documents(incident: Incident) -> list[Attached]:
    """The documents of an incident, once each."""
    found = [each for one in incident.said if one.fact == "documents" for each in one.value or ()]
    return list({one.sha256: one for one in msgspec.convert(found, list[Attached])}.values())
