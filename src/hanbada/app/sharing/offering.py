"""What is offered with an invitation, and agreements and communities as files that people write."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from hanbada.model.errors import UsageError
from hanbada.model.sharing import (
    DATA_CLASSES,
    FULL,
    PLACES,
    TLPS,
    Agreement,
    Community,
    Grant,
    Marking,
    Profile,
    Span,
    Tlp,
)
from hanbada.model.times import DAY_US, parse_time
from hanbada.release.profiles import SWITCHES
from hanbada.share.exchange.invites import Offer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_T = TypeVar("_T")
YEAR_US = 365 * DAY_US


class Wanted(Struct, frozen=True, kw_only=True):
    """What a person says on the command line about a community of two."""

    organisation: str
    title: str
    reference: str = ""
    classes: tuple[str, ...] = ("alert", "incident", "warning")
    purposes: tuple[str, ...] = ("maritime_safety",)
    tlp: str = "AMBER"
    place: str = "exact"
    without: tuple[str, ...] = ()
    until: str | None = None
    exercise: bool = False


def offer(wanted: Wanted, ours: str, now_us: int) -> Offer:
    """A community of two and the agreement it rests on, for a year if no end is named.

    Raises UsageError for a word that is none.
    """
    _among("--class", wanted.classes, DATA_CLASSES)
    agreement = Agreement(
        agreement_id=secrets.token_hex(8), title=wanted.title, kind="bilateral", parties=(ours, wanted.organisation),
        reference=wanted.reference, data_classes=wanted.classes, purposes=wanted.purposes, areas="any",
        incidents="any", onward="none", valid=Span(from_at=None, until_at=_until(wanted.until, now_us)),
    )  # fmt: skip
    return Offer(
        community_id=secrets.token_hex(8), name=wanted.title, agreement=agreement, max_tlp=tlp(wanted.tlp),
        profile=profile(wanted.place, wanted.without), purposes=wanted.purposes, exercise=wanted.exercise,
    )  # fmt: skip


def _until(text: str | None, now_us: int) -> int:
    if text is None:
        return now_us + YEAR_US
    at = parse_time(f"{text} 00:00")
    if at is None:
        message = f"--until {text}: write it as 2027-12-31"
        raise UsageError(message)
    return at


def tlp(text: str) -> Tlp:
    """A colour; raises UsageError if it is none."""
    _among("--tlp", [text], TLPS)
    return next(one for one in TLPS if one == text)


def profile(place: str, without: Sequence[str]) -> Profile:
    """Everything in this detail of place, without some aspects; raises UsageError for a word that is none."""
    _among("--place", [place], PLACES)
    _among("--without", without, SWITCHES)
    cut: dict[str, Any] = {"place": place} | dict.fromkeys(without, False)
    return msgspec.structs.replace(FULL, **cut)


def marking(originator: str, colour: str, grants: Sequence[Grant]) -> Marking:
    """A marking by its originator."""
    return Marking(tlp=tlp(colour), originator=originator, grants=tuple(grants))


def grant(text: str, communities: dict[str, Community], partners: dict[str, str], cut: Profile) -> Grant:
    """A grant as it is typed: COMMUNITY for its members, COMMUNITY:PARTNER for one of them; by name or id.

    Raises UsageError if there is no such community or partner.
    """
    name, colon, partner = text.partition(":")
    found = [one.community_id for one in communities.values() if name in {one.community_id, one.name}]
    if len(found) != 1:
        message = f"--to {text}: no community is called {name!r}; `hanbada node communities` lists them"
        raise UsageError(message)
    if not colon:
        return Grant(community=found[0], to="anyone", profile=cut)
    if partner not in partners:
        message = f"--to {text}: no partner is called {partner!r}"
        raise UsageError(message)
    return Grant(community=found[0], to=(partners[partner],), profile=cut)


def read_agreement(path: Path) -> Agreement:
    """An agreement from its JSON file; raises UsageError if it lacks something or says what none may."""
    return _read(path, msgspec.json.Decoder(Agreement))


def read_community(path: Path) -> Community:
    """A community from its JSON file; raises UsageError as `read_agreement`."""
    return _read(path, msgspec.json.Decoder(Community))


def _read(path: Path, decoder: msgspec.json.Decoder[_T]) -> _T:
    try:
        return decoder.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        message = f"{path}: {error}"
        raise UsageError(message) from error


def _among(option: str, given: Sequence[str], allowed: Sequence[str]) -> None:
    for one in given:
        if one not in allowed:
            message = f"{option} {one}: one of {', '.join(allowed)}"
            raise UsageError(message)
