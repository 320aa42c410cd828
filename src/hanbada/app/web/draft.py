"""The form of a release: a marking as fields, and the fields as a marking. What is not ticked is not granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.web.filters import box as parse_box
from hanbada.app.web.node import clean
from hanbada.model.errors import UsageError
from hanbada.model.sharing import NOTHING, PLACES, TLPS, Caveats, Grant, Marking, Profile
from hanbada.model.times import parse_time
from hanbada.release.profiles import SWITCHES, join, meet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hanbada.model.sharing import Audience, Community, Ring


def suggested(community: Community, ours: str) -> Profile:
    """What a community's members may have at most: where a grant starts, to be narrowed."""
    widest = NOTHING
    for member in community.members:
        if member.node != ours:
            widest = join(widest, member.profile)
    return widest


def first_draft(ours: str) -> Marking:
    """What a form starts from where nothing was marked: the usual colour, and nobody ticked."""
    return Marking(tlp="AMBER", originator=ours, grants=())


def granted(marking: Marking, community: str) -> Grant | None:
    """What a marking grants a community; of several grants what all of them allow, as the release rules have it."""
    found = [one for one in marking.grants if one.community == community]
    if not found:
        return None
    named = [set(one.to) for one in found if one.to != "anyone"]
    to: Audience = tuple(sorted(set.intersection(*named))) if named else "anyone"
    profile = found[0].profile
    for one in found[1:]:
        profile = meet(profile, one.profile)
    return Grant(community=community, to=to, profile=profile)


def marking_of(
    form: Mapping[str, str], communities: Mapping[str, Community], ours: str, before: Marking | None = None
) -> Marking:
    """The marking a form asks for; raises UsageError where it does not fit.

    Of the marking it changes (`before`) it keeps what a form cannot say: a beginning, and an area that is no box.
    """
    tlp = form.get("tlp", "")
    if tlp not in TLPS:
        message = "choose a TLP colour"
        raise UsageError(message)
    numbers = {value: key.removesuffix(".id") for key, value in form.items() if key.endswith(".id")}
    grants = tuple(
        Grant(community=name, to=_audience(form, at, one, ours), profile=profile_of(form, f"{at}."))
        for name, one in sorted(communities.items())
        if f"{(at := numbers.get(name, '-'))}.grant" in form
    )
    return Marking(
        tlp=tlp, originator=ours, grants=grants,
        caveats=_caveats(form, communities, ours, None if before is None else before.caveats),
        personal="personal" in form,
    )  # fmt: skip


def _audience(form: Mapping[str, str], at: str, community: Community, ours: str) -> Audience:
    """Those a grant names: whoever is in the community, or the members that are ticked."""
    if form.get(f"{at}.to") != "named":
        return "anyone"
    return tuple(one.node for one in community.members if one.node != ours and f"{at}.node.{one.node}" in form)


def profile_of(form: Mapping[str, str], prefix: str = "") -> Profile:
    """The detail that fields with a prefix ask for; nothing where nothing is said."""
    place = form.get(f"{prefix}place", "none")
    switches = {name: f"{prefix}{name}" in form for name in SWITCHES}
    return Profile(place=place if place in PLACES else "none", **switches)


def _caveats(
    form: Mapping[str, str], communities: Mapping[str, Community], ours: str, before: Caveats | None
) -> Caveats:
    nodes = sorted({one.node for it in communities.values() for one in it.members} - {ours})
    purposes = sorted({one for it in communities.values() for one in it.purposes})
    keeps = before is not None and "keep_area" in form
    return Caveats(
        only_to=tuple(one for one in nodes if f"only.{one}" in form) if "only" in form else None,
        purposes=tuple(one for one in purposes if f"purpose.{one}" in form) if "purposes" in form else None,
        areas=before.areas if before is not None and keeps else _areas(form.get("area", "")),
        from_at=None if before is None else before.from_at,
        until_at=_until(form.get("until", "")),
        no_onward="no_onward" in form,
    )


def _areas(text: str) -> tuple[Ring, ...] | None:
    """One box written as west, south, east, north; None if none is."""
    if not text.strip():
        return None
    found = parse_box(text)
    if found is None or not (-90 <= found[1] < found[3] <= 90 and all(abs(lon) <= 180 for lon in found[::2])):
        message = "an area is written as west, south, east, north in degrees: 128, 34, 130, 36"
        raise UsageError(message)
    west, south, east, north = found
    east += 360.0 * (east < west)
    return (((west, south), (east, south), (east, north), (west, north), (west, south)),)


def _until(text: str) -> int | None:
    if not text.strip():
        return None
    at = parse_time(text)
    if at is None:
        message = f"{text[:40]}: a time is written as 2026-11-30T12:00Z or 301200ZNOV26"
        raise UsageError(message)
    return at


def area_text(caveats: Caveats) -> str | None:
    """The area of a marking as the form writes it, empty if there is none; None if it is no box."""
    if caveats.areas is None:
        return ""
    if len(caveats.areas) == 1:
        lons, lats = zip(*caveats.areas[0], strict=True) if caveats.areas[0] else ((0.0,), (0.0,))
        west, east = min(lons), max(lons)
        text = ", ".join(f"{value:g}" for value in (west, min(lats), east - 360 * (east > 180), max(lats)))
        if _same_area(text, caveats.areas):
            return text
    return None


def _same_area(text: str, areas: tuple[Ring, ...]) -> bool:
    try:
        return _areas(text) == areas
    except UsageError:
        return False


def why_of(form: Mapping[str, str]) -> str:
    """The reason a form gives; raises UsageError if it gives none."""
    why = clean(form.get("why", ""))[:500]
    if not why:
        message = "say why: the ledger keeps it"
        raise UsageError(message)
    return why
