"""Agreements: whether one is in force, and what it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hanbada.geo.rings import holds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.sharing import Agreement, Named, Ring, Span


def live(agreement: Agreement, now_us: int) -> bool:
    """Whether an agreement is in force: within its time and not suspended."""
    return within(agreement.valid, now_us) and not any(within(span, now_us) for span in agreement.suspended)


def within(span: Span, now_us: int) -> bool:
    """Whether a moment lies in a span.

    >>> from hanbada.model.sharing import Span
    >>> within(Span(from_at=5, until_at=7), 6), within(Span(from_at=5, until_at=7), 7), within(Span(), 0)
    (True, False, True)
    """
    began = span.from_at is None or now_us >= span.from_at
    return began and (span.until_at is None or now_us < span.until_at)


def binds(agreement: Agreement, organisations: Iterable[str]) -> bool:
    """Whether all of these organisations are parties."""
    return set(organisations) <= set(agreement.parties)


def names(named: Named, one: str) -> bool:
    """Whether something is among what is named; "any" names everything, an empty tuple nothing."""
    return named == "any" or one in named


def inside(areas: tuple[Ring, ...] | Literal["any"], place: tuple[tuple[float, float], ...]) -> bool:
    """Whether all of a place lies in one of some areas; what is nowhere lies in no area."""
    if areas == "any":
        return True
    return bool(place) and all(any(holds(ring, lon, lat) for ring in areas) for lon, lat in place)
