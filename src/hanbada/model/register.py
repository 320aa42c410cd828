"""Nouns of the register of cooperation: forums, instruments, dialogues, exercises, deployments, transfers, notices.

A row says who did what when, and where that stands written. Days are calendar days in UTC and end in `_on`; moments are
UTC microseconds and end in `_at`. None is unknown; an empty tuple is none. Parties are named by code: ISO 3166-1
alpha-2 for countries, the code of its forum row for a union or forum ("EU", "ASEAN"). A union stands for itself:
whoever means its members says so (`accord.questions.expanded`).
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

Domain: TypeAlias = Literal["maritime", "cyber", "counter_terrorism", "climate", "industry", "space"]
DOMAINS: tuple[Domain, ...] = ("maritime", "cyber", "counter_terrorism", "climate", "industry", "space")

Confidence: TypeAlias = Literal["confirmed", "unverified"]
"""Confirmed: somebody read it in the source that is named. Unverified: the source is still to be read, or unclear."""


class Figure(Struct, frozen=True, kw_only=True):
    """A number or a year; an estimate stands in brackets, as in the registers of SIPRI."""

    value: int
    estimate: bool = False


class FollowUp(Struct, frozen=True, kw_only=True):
    """What somebody promised in a dialogue."""

    what: str
    owner: str
    due_on: date | None = None
    done: bool = False


class Forum(Struct, frozen=True, kw_only=True):
    """A union or forum, by the code other rows call it by, with its members and areas of work."""

    row_id: str
    code: str
    name: str
    members: tuple[str, ...]
    areas: tuple[str, ...]
    founded_on: date | None
    source: str
    sourced_on: date
    confidence: Confidence = "confirmed"
    note: str = ""


class Instrument(Struct, frozen=True, kw_only=True):
    """A paper between parties. `agreement` names the `model.sharing.Agreement` that releases rest on, if one does."""

    row_id: str
    title: str
    kind: Literal["treaty", "framework", "information", "partnership", "mou", "arrangement", "sop"]
    parties: tuple[str, ...]
    domains: tuple[Domain, ...]
    signed_on: date | None
    in_force_on: date | None
    until_on: date | None
    suspended_from_on: date | None
    suspended_until_on: date | None
    agreement: str
    contact: str
    next_action: str
    source: str
    sourced_on: date
    confidence: Confidence = "confirmed"
    note: str = ""


class Dialogue(Struct, frozen=True, kw_only=True):
    """A meeting of parties: what it was about, what was decided, who follows it up."""

    row_id: str
    title: str
    level: Literal["summit", "minister", "vice_minister", "director", "staff", "expert"]
    held_on: date
    place: str
    parties: tuple[str, ...]
    topics: tuple[str, ...]
    domains: tuple[Domain, ...]
    decisions: tuple[str, ...]
    follow_ups: tuple[FollowUp, ...]
    source: str
    sourced_on: date
    confidence: Confidence = "confirmed"
    note: str = ""


class JointExercise(Struct, frozen=True, kw_only=True):
    """An exercise held together, in the columns of the military exercises datasets."""

    row_id: str
    name: str
    series: str
    kind: str
    begins_on: date
    ends_on: date | None
    host: str
    participants: tuple[str, ...]
    place: str
    purpose: str
    domains: tuple[Domain, ...]
    source: str
    sourced_on: date
    confidence: Confidence = "confirmed"
    note: str = ""


class Deployment(Struct, frozen=True, kw_only=True):
    """A unit away from home, or its visit to a port; `host` is whose port or waters it was in."""

    row_id: str
    unit: str
    operator: str
    host: str
    kind: Literal["port_visit", "deployment", "patrol"]
    begins_on: date
    ends_on: date | None
    place: str
    lat_deg: float | None
    lon_deg: float | None
    source: str
    sourced_on: date
    confidence: Confidence = "confirmed"
    note: str = ""


class Transfer(Struct, frozen=True, kw_only=True):
    """Goods, licences or technology that went from one party to another, in the columns of SIPRI's registers."""

    row_id: str
    supplier: str
    recipient: str
    designation: str
    description: str
    kind: Literal["delivery", "licence_production", "joint_development", "technology_agreement"]
    condition: Literal["new", "second_hand", "refurbished"]
    ordered: Figure | None
    order_year: Figure | None
    delivered: Figure | None
    delivery_years: tuple[Figure, ...]
    source: str
    sourced_on: date
    confidence: Confidence = "confirmed"
    note: str = ""


class ConfidenceNotice(Struct, frozen=True, kw_only=True):
    """What builds confidence: notice of an exercise or transit beforehand, an incident at sea, a hot-line call.

    `parties` are those it concerns; who may read it is the release desk's business, never this field's.
    """

    row_id: str
    kind: Literal["exercise", "transit", "incident_at_sea", "hot_line"]
    title: str
    from_party: str
    parties: tuple[str, ...]
    begins_at: int | None
    ends_at: int | None
    area: str
    lat_deg: float | None
    lon_deg: float | None
    units: tuple[str, ...]
    text: str
    contact: str
    source: str
    sourced_on: date
    confidence: Confidence = "confirmed"
    note: str = ""


Row: TypeAlias = Forum | Instrument | Dialogue | JointExercise | Deployment | Transfer | ConfidenceNotice

KINDS: dict[str, type[Row]] = {
    "forum": Forum,
    "instrument": Instrument,
    "dialogue": Dialogue,
    "exercise": JointExercise,
    "deployment": Deployment,
    "transfer": Transfer,
    "notice": ConfidenceNotice,
}
"""What a kind of row is called in addresses, files and commands."""
KIND_OF: dict[type[Row], str] = {kind: name for name, kind in KINDS.items()}


class Kept(Struct, frozen=True, kw_only=True):
    """A row as a node has it: of the seed it came with (version 0), or its own, changed by whom and when."""

    kind: str
    row: Row
    version: int = 0
    changed_at: int | None = None
    changed_by: str | None = None
