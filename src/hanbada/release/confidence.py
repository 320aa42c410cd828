"""Commercial in confidence: what a company told this desk goes to nobody but those it named, however it is marked here.

Every fact names its owner as originator. A release can grant no more than the owner's consents grant, to nobody else;
emergency sharing, which opens what is ours, opens nothing of it. Withdrawing a consent takes back what it let through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hanbada.model.sharing import OWNER, TLPS, Caveats, Consent, Grant, Item, Marking
from hanbada.release.profiles import meet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanbada.model.sharing import Audience, Tlp

LEAST: Tlp = "AMBER"
"""Confidential is no less than this, whatever an officer marks."""


def in_force(consents: Iterable[Consent], company: str, subject: str, now_us: int) -> list[Consent]:
    """The consents that let something of a company go out now."""
    return [
        one for one in consents
        if one.company == company and one.subject in {"any", subject} and one.withdrawn_at is None
        and one.given_at <= now_us and (one.until_at is None or now_us < one.until_at)
    ]  # fmt: skip


def confided(item: Item, company: str, consents: Iterable[Consent]) -> Item:
    """An object as its owner lets us tell it: under its originator, with grants only where a consent has them."""
    marking = owned(item.marking, company, list(consents))
    facts = tuple(
        replace(one, source=f"{OWNER}{company}",
                marking=owned(one.marking, company, list(consents)) if one.marking else marking)
        for one in item.assertions
    )  # fmt: skip
    return replace(item, marking=marking, assertions=facts, incident=None)


def owned(marking: Marking, company: str, consents: list[Consent]) -> Marking:
    """A marking cut down to what the owner granted."""
    grants = [cut for grant in marking.grants for one in consents if (cut := _both(grant, one)) is not None]
    ends = [at for at in (marking.caveats.until_at, *(one.until_at for one in consents)) if at is not None]
    caveats: Caveats = replace(marking.caveats, no_onward=True, until_at=min(ends, default=None))
    return replace(
        marking, originator=f"{OWNER}{company}", grants=tuple(grants), caveats=caveats,
        tlp=max(marking.tlp, LEAST, key=TLPS.index),
    )  # fmt: skip


def _both(grant: Grant, consent: Consent) -> Grant | None:
    """What an officer and the owner both grant, None if that is nobody."""
    if grant.community != consent.community:
        return None
    to = _among(grant.to, consent.to)
    return Grant(community=grant.community, to=to, profile=meet(grant.profile, consent.profile)) if to else None


def _among(one: Audience, other: Audience) -> Audience:
    if one == "anyone":
        return other
    return one if other == "anyone" else tuple(node for node in one if node in other)
