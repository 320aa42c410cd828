"""Whether two transmission identities are one hull: a log-likelihood ratio, with vetoes, and why.

Weights are those of hull linking as Global Fishing Watch describes it for more than forty registers (J. Park and
others, Tracking elusive and shifting identities of the global fishing fleet, Science Advances 9, 2023), set by hand.
"""

from __future__ import annotations

from typing import NamedTuple

from hanbada.geo.sphere import KNOT_MS
from hanbada.reference.imo import imo_valid
from hanbada.reference.names import alike

LINKED = 4.0
"""From this sum on two identities are one hull: e^4 is fifty to one."""
APART_NMI = 25.0
"""Heard at one time this far apart, they are two ships whatever they say."""
HANDOFF_S, HANDOFF_M, HANDOFF_SHARE = 1800.0, 500.0, 0.3
"""The second begins within half an hour, and as far as a ship busy with it goes: a share of her top speed."""


class Hull(NamedTuple):
    """What one identity says; None where it does not."""

    mmsi: int
    imo: int | None = None
    call_sign: str | None = None
    name: str | None = None
    length_m: float | None = None
    beam_m: float | None = None


class Meeting(NamedTuple):
    """How two identities lie in time and place: what is not known is None.

    `wait_s` and `way_m` are from the last report of one to the first of the other, `top_kn` the fastest the first went;
    `together_nmi` is how far apart they were when both were heard within minutes.
    """

    wait_s: float | None = None
    way_m: float | None = None
    top_kn: float = 25.0
    together_nmi: float | None = None
    same_port_and_owner: bool = False


class Part(NamedTuple):
    """What one feature adds; a veto decides alone."""

    feature: str
    llr: float
    veto: bool = False


class Link(NamedTuple):
    """The sum, its parts, and whether it makes one hull of two identities."""

    llr: float
    parts: tuple[Part, ...]

    @property
    def one_hull(self) -> bool:
        """Enough for one hull and no veto against it."""
        return self.llr >= LINKED and not any(part.veto for part in self.parts)


NO_MEETING = Meeting()


def link(one: Hull, other: Hull, meeting: Meeting = NO_MEETING, reused_imo: frozenset[int] = frozenset()) -> Link:
    """The evidence that two identities are one hull; `reused_imo` are numbers known to be used by several.

    >>> before, after = Hull(613003889, name="SHUN XING 39"), Hull(677087200, 8358427, name="XING SHUN 39")
    >>> found = link(before, after, Meeting(wait_s=60, way_m=15))
    >>> found.one_hull, [(part.feature, part.llr) for part in found.parts]
    (True, [('name', 4.0), ('mmsi', -0.5), ('handoff', 6.0)])
    """
    parts = (
        _imo(one, other, reused_imo), _call_sign(one, other), _name(one, other),
        Part("mmsi", 4.0 if one.mmsi == other.mmsi else -0.5), *_size(one, other), _handoff(meeting),
        _together(meeting), Part("port_and_owner", 2.0) if meeting.same_port_and_owner else None,
    )  # fmt: skip
    known = tuple(part for part in parts if part is not None)
    return Link(sum(part.llr for part in known), known)


def _imo(one: Hull, other: Hull, reused: frozenset[int]) -> Part | None:
    numbers = [number for number in (one.imo, other.imo) if number is not None and imo_valid(number)]
    if len(numbers) < 2:
        return None
    if numbers[0] == numbers[1]:
        return Part("imo", 9.0)
    return Part("imo", -6.0, veto=not reused.intersection(numbers))


def _call_sign(one: Hull, other: Hull) -> Part | None:
    if not one.call_sign or not other.call_sign:
        return None
    signs = ["".join(sign.upper().split()) for sign in (one.call_sign, other.call_sign)]
    return Part("call_sign", 5.0 if signs[0] == signs[1] else -1.5)


def _name(one: Hull, other: Hull) -> Part | None:
    if not one.name or not other.name:
        return None
    return Part("name", max(-2.0, min(4.0, 4.0 * (alike(one.name, other.name).score - 0.6) / 0.4)))


def _size(one: Hull, other: Hull) -> list[Part]:
    """Length and beam: agreeing says little, lengths that differ much say a lot."""
    parts = []
    if one.length_m and other.length_m:
        differ = abs(one.length_m - other.length_m) / max(one.length_m, other.length_m)
        parts += [Part("length", 1.0 if differ <= 0.03 else -3.0)] if differ <= 0.03 or differ > 0.15 else []
    if one.beam_m and other.beam_m and abs(one.beam_m - other.beam_m) <= 0.05 * max(one.beam_m, other.beam_m):
        parts.append(Part("beam", 0.7))
    return parts


def _handoff(meeting: Meeting) -> Part | None:
    if meeting.wait_s is None or meeting.way_m is None or not 0 <= meeting.wait_s <= HANDOFF_S:
        return None
    reach_m = max(HANDOFF_M, HANDOFF_SHARE * meeting.top_kn * KNOT_MS * meeting.wait_s)
    return Part("handoff", 6.0) if meeting.way_m <= reach_m else None


def _together(meeting: Meeting) -> Part | None:
    if meeting.together_nmi is None or meeting.together_nmi <= APART_NMI:
        return None
    return Part("together", 0.0, veto=True)


def hulls(identities: list[Hull], meetings: dict[tuple[int, int], Meeting]) -> list[list[int]]:
    """Identities (by place in the list) that make one hull each: the strongest links first, none against a veto.

    `meetings` are by pairs of places, the smaller first. Groups are in the order of their first member.
    """
    count = len(identities)
    links = {
        (i, j): link(identities[i], identities[j], meetings.get((i, j), NO_MEETING))
        for i in range(count)
        for j in range(i + 1, count)
    }
    group = list(range(count))
    for (i, j), found in sorted(links.items(), key=lambda item: (-item[1].llr, item[0])):
        if not found.one_hull or group[i] == group[j]:
            continue
        mine, theirs = ([k for k in range(count) if group[k] == group[one]] for one in (i, j))
        crossing = [links[min(a, b), max(a, b)] for a in mine for b in theirs]
        if not any(part.veto for one in crossing for part in one.parts):
            for k in theirs:
                group[k] = group[i]
    members: dict[int, list[int]] = {}
    for k in range(count):
        members.setdefault(group[k], []).append(k)
    return sorted(members.values())
