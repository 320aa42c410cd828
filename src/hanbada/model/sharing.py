"""Nouns of sharing: what may leave, for whom, on which terms, and what was decided.

Absence is never consent. Whoever means "anyone" or "any" writes the word; an empty tuple is nobody and nothing; and
where a field has no default, leaving it out is an error when the record is read, not a permission.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

Tlp: TypeAlias = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
TLPS: tuple[Tlp, ...] = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""Traffic Light Protocol 2.0 (FIRST, 2022), from the least to the most restrictive. The labels are never translated."""

Place: TypeAlias = Literal["none", "area", "30min", "10nmi", "1nmi", "exact"]
PLACES: tuple[Place, ...] = ("none", "area", "30min", "10nmi", "1nmi", "exact")
"""How exactly a position is told, from nothing to all; times are rounded along with it."""

Aspect: TypeAlias = Literal["plain", "place", "time", "identity", "person", "source", "narrative", "evidence"]
ASPECTS: tuple[Aspect, ...] = ("plain", "place", "time", "identity", "person", "source", "narrative", "evidence")

Onward: TypeAlias = Literal["none", "community", "public"]
ONWARDS: tuple[Onward, ...] = ("none", "community", "public")
"""How far a receiver may pass something on, unchanged."""

DATA_CLASSES = (
    "alert", "incident", "warning", "track", "vessel", "sighting", "cyber_indicator", "plan", "notice", "exercise",
    "register", "comment",
)  # fmt: skip
"""What an object can be; agreements say which of these they cover."""

Audience: TypeAlias = tuple[str, ...] | Literal["anyone"]
Named: TypeAlias = tuple[str, ...] | Literal["any"]
Ring: TypeAlias = tuple[tuple[float, float], ...]


class Profile(Struct, frozen=True, kw_only=True):
    """How much of an object may be told: how exactly its place and time, and which aspects at all."""

    place: Place
    identity: bool
    source: bool
    person: bool
    narrative: bool
    evidence: bool


FULL = Profile(place="exact", identity=True, source=True, person=True, narrative=True, evidence=True)
NOTHING = Profile(place="none", identity=False, source=False, person=False, narrative=False, evidence=False)


class Caveats(Struct, frozen=True, kw_only=True):
    """What narrows a marking further. None does not narrow; an empty tuple lets nothing through."""

    only_to: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    areas: tuple[Ring, ...] | None = None
    from_at: int | None = None
    until_at: int | None = None
    no_onward: bool = False


class Grant(Struct, frozen=True, kw_only=True):
    """The originator's word that members of a community may have something, at most in this detail.

    `to` names the members' nodes, or says "anyone" in the community.
    """

    community: str
    to: Audience
    profile: Profile


OWNER = "owner:"
"""An originator that is no node but a company whose report was made to this desk: `owner:Han River Lines`."""


class Consent(Struct, frozen=True, kw_only=True):
    """The word of a company that what it told us may go on: to whom, in which detail, of which report.

    `subject` is one report ("report/...") or "any" of the company's. `given_by` is the person of the company,
    `entered_by` whoever wrote it down here, `reference` where the word itself is kept (a mail, a letter).
    """

    consent_id: str
    company: str
    subject: str
    community: str
    to: Audience
    profile: Profile
    given_by: str
    given_at: int
    reference: str
    entered_by: str
    until_at: int | None = None
    withdrawn_at: int | None = None
    withdrawn_by: str | None = None


class Marking(Struct, frozen=True, kw_only=True):
    """TLP, grants and caveats of whoever the information came from."""

    tlp: Tlp
    originator: str
    grants: tuple[Grant, ...]
    caveats: Caveats = Caveats()
    personal: bool = False


class Assertion(Struct, frozen=True, kw_only=True):
    """One fact of an object, who says so, and how it is marked where that differs from the object.

    `value` is what JSON can carry. A place is `{"geometry": {"kind", "coordinates"}, "area": name or None}`, a time UTC
    microseconds.
    """

    name: str
    aspect: Aspect
    value: Any
    source: str = ""
    marking: Marking | None = None


class Item(Struct, frozen=True, kw_only=True):
    """An object as the release desk sees it: facts with markings. `place` is where it is, for areas of agreements."""

    item_id: str
    data_class: str
    marking: Marking
    assertions: tuple[Assertion, ...]
    incident: str | None = None
    place: tuple[tuple[float, float], ...] = ()
    refs: tuple[str, ...] = ()
    exercise: bool = False


class Span(Struct, frozen=True, kw_only=True):
    """From a moment up to but without another; None is open."""

    from_at: int | None = None
    until_at: int | None = None


class Agreement(Struct, frozen=True, kw_only=True):
    """A paper that sharing rests on: who, what, what for, where, how far onward, from when to when."""

    agreement_id: str
    title: str
    kind: Literal["bilateral", "multilateral", "arrangement", "sop"]
    parties: tuple[str, ...]
    reference: str
    data_classes: Named
    purposes: Named
    areas: tuple[Ring, ...] | Literal["any"]
    incidents: Named
    onward: Onward
    valid: Span
    suspended: tuple[Span, ...] = ()
    source: str = ""


class Member(Struct, frozen=True, kw_only=True):
    """A node in a community: the most restrictive marking it may receive and the detail it may have at most."""

    node: str
    max_tlp: Tlp
    profile: Profile
    may_post: bool = False
    may_relay: bool = False
    steward: bool = False


class Community(Struct, frozen=True, kw_only=True):
    """Those who share on the same terms. A bilateral community has two members. `agreements` are what it rests on."""

    community_id: str
    name: str
    version: int
    members: tuple[Member, ...]
    agreements: tuple[str, ...]
    quorum: int
    purposes: tuple[str, ...]
    onward: Onward = "none"
    retention_s: int | None = None
    exercise: bool = False
    closed_at: int | None = None


class Partner(Struct, frozen=True, kw_only=True):
    """A node we exchange with, and whose it is."""

    node: str
    name: str
    organisation: str
    suspended: bool = False


class Scope(Struct, frozen=True, kw_only=True):
    """A wider policy agreed beforehand, in force for one incident, some nodes, and a time: emergency sharing."""

    scope_id: str
    community: str
    incident: str
    nodes: tuple[str, ...]
    profile: Profile
    max_tlp: Tlp
    opened_by: str
    opened_at: int
    until_at: int
    closed_at: int | None = None


class Verdict(Struct, frozen=True, kw_only=True):
    """What one rule said. `rule` names a phrase of `release.wording`; `facts` fill it."""

    rule: str
    allows: bool
    facts: dict[str, str] = {}


class Cut(Struct, frozen=True, kw_only=True):
    """What became of one fact: told, told less exactly, or withheld, and the rule that says so."""

    name: str
    outcome: Literal["told", "reduced", "withheld"]
    rule: str = ""


class Decision(Struct, frozen=True, kw_only=True):
    """What may leave to one node, by which community, with every rule that had a say; nothing of it leaves itself."""

    item_id: str
    to: str
    outcome: Literal["release", "reduce", "withhold"]
    community: str | None
    profile: Profile
    verdicts: tuple[Verdict, ...]
    cuts: tuple[Cut, ...]
    scope: str | None = None


class Handling(Struct, frozen=True, kw_only=True):
    """How a receiver must treat something: colour, how far onward, what for, until when, whose it is."""

    tlp: Tlp
    onward: Onward
    purposes: tuple[str, ...]
    originator: str
    until_at: int | None = None
    personal: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """One fact that leaves; `handling` only where it differs from that of the object."""

    name: str
    aspect: Aspect
    value: Any
    handling: Handling | None = None


class Released(Struct, frozen=True, kw_only=True):
    """What leaves: only the room `release` builds one. `facts` stand in the item's order."""

    item_id: str
    data_class: str
    to: str
    community: str
    handling: Handling
    facts: tuple[Told, ...]
    refs: tuple[str, ...]
    exercise: bool = False

    @property
    def tlp(self) -> Tlp:
        """The most restrictive colour in it: what it is labelled with as a whole."""
        colours = (fact.handling.tlp for fact in self.facts if fact.handling is not None)
        return max((self.handling.tlp, *colours), key=TLPS.index)


class Received(Struct, frozen=True, kw_only=True):
    """What came in. Without a marking it is RED and nobody is granted it."""

    item: Item
    partner: str
    format: str
    received_at: int
    losses: tuple[str, ...] = ()
