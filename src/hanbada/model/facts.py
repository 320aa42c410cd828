"""What can be said of an object: the facts of each data class, declared once as name, aspect, type and a sentence.

Detectors, officers and readers of other people's formats fill these; the release desk cuts them one by one; writers of
formats carry them on or say that they cannot. Values are what JSON can carry; `checked` says whether one is what its
fact wants, so that what came from outside is never taken at its word.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hanbada.model.answers import ANSWERS
from hanbada.model.records import IncidentState, Severity, State
from hanbada.model.sharing import Aspect

Text = Annotated[str, Meta(max_length=65_536)]
Word = Annotated[str, Meta(max_length=512)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Time = Annotated[int, Meta(ge=-2_208_988_800_000_000, lt=7_258_118_400_000_000)]
"""UTC microseconds, of the years 1900 to 2199."""
Minute = Annotated[int, Meta(ge=0, le=1440)]
Longitude = Annotated[float, Meta(ge=-540.0, le=540.0)]
"""Degrees; a line may leave [-180, 180] rather than jump."""
Latitude = Annotated[float, Meta(ge=-90.0, le=90.0)]
Point = tuple[Longitude, Latitude]
Mmsi = Annotated[int, Meta(ge=0, le=999_999_999)]
ImoNumber = Annotated[int, Meta(ge=1_000_000, le=9_999_999)]
Knots = Annotated[float, Meta(ge=0.0, le=200.0)]
Course = Annotated[float, Meta(ge=0.0, lt=360.0)]


class Where(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shape on the sea: a point, a line or one ring of (longitude, latitude)."""

    kind: Literal["point", "line", "polygon"]
    coordinates: Annotated[tuple[Point, ...], Meta(min_length=1, max_length=10_000)]


class Placed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place as it is told: a shape, the name of the sea it is in, or both.

    Where it is told less exactly, its points are the middles of cells of height `cell_deg`.
    """

    geometry: Where | UnsetType | None = UNSET
    area: Word | UnsetType | None = UNSET
    cell_deg: Annotated[float, Meta(ge=0.0, le=180.0)] | UnsetType | None = UNSET


class Ship(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A vessel as somebody names it; whatever is not known is left out."""

    mmsi: Mmsi | None = None
    imo: ImoNumber | None = None
    name: Word | None = None
    call_sign: Word | None = None
    flag: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None
    ship_type: Annotated[int, Meta(ge=0, le=255)] | None = None


class Waypoint(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A point of a route and the leg that leads to it; metres, knots."""

    id: Count
    lon_deg: Longitude
    lat_deg: Latitude
    name: Word | None = None
    radius_m: float | None = None
    leg: Literal["loxodrome", "orthodrome"] | None = None
    starboard_m: float | None = None
    port_m: float | None = None
    speed_min_kn: Knots | None = None
    speed_max_kn: Knots | None = None
    eta: Time | None = None
    etd: Time | None = None
    speed_kn: Knots | None = None


class Fix(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A moment of a track."""

    at: Time
    lon_deg: Longitude
    lat_deg: Latitude
    sog_kn: Knots | None = None
    cog_deg: Course | None = None


class Warned(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which navigational warning: its series ("NAVAREA XI", a NAVTEX station), number and year."""

    series: Word
    number: Count
    year: Annotated[int, Meta(ge=1900, le=2200)]
    subject: Annotated[str, Meta(pattern=r"^[A-Z]\Z")] | None = None
    """NAVTEX B2: the kind of message."""


class Pattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to look for: a value of a kind."""

    kind: Literal["ipv4", "ipv6", "domain", "url", "md5", "sha1", "sha256", "email", "mmsi", "imo", "other"]
    value: Word


class Relation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this object stands to another one: `uses`, `indicates`, `targets`, `near`, `part_of`, ..."""

    how: Word
    other: Word


VesselRole = Literal["victim", "suspect", "witness", "reporter", "responder", "mother_ship", "cause", "concerned"]
PersonRole = Literal["victim", "suspect", "witness", "reporter", "rescuer", "crew", "passenger", "migrant", "other"]


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A vessel and the part it played."""

    ship: Ship
    role: VesselRole


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody by name: personal data, told only where a profile lets persons through."""

    role: PersonRole
    name: Word
    about: Word | None = None


class Attached(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A document: its SHA-256, what it is, its size in bytes."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    media_type: Word
    size: Count
    title: Word | None = None


class Judgement(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What somebody makes of it: how likely (percent, `model.estimates`), with what confidence."""

    at: Time
    about: Word
    percent: Annotated[int, Meta(ge=0, le=100)]
    confidence: Literal["low", "moderate", "high"]
    dissents: bool = False
    text: Text | None = None


class Fact(Struct, frozen=True, kw_only=True):
    """One thing that can be said of an object: which aspect it belongs to, the type of its value, what it means."""

    name: str
    aspect: Aspect
    type: Any
    about: str


def _fact(name: str, aspect: Aspect, type_: Any, about: str) -> Fact:
    return Fact(name=name, aspect=aspect, type=type_, about=about)


_SPAN = (
    _fact("from", "time", Time, "When it began or is valid from."),
    _fact("until", "time", Time, "When it ended or is valid until."),
)
_PLACE = _fact("place", "place", Placed, "Where it is.")
_VESSELS = _fact("vessels", "identity", tuple[Ship, ...], "The vessels it is about.")
_TITLE = _fact("title", "narrative", Word, "What it is called.")
_TEXT = _fact("text", "narrative", Text, "What was written of it, in full.")
_SIMULATED = _fact("simulated", "plain", bool, "True for what never happened: simulated traffic and exercises.")
_CONFIDENCE = _fact("confidence", "plain", Share, "How sure whoever said it is.")
_LINKS = _fact("links", "evidence", tuple[Relation, ...], "How it stands to other objects.")
_SAID = (
    _fact("reliability", "source", Literal["A", "B", "C", "D", "E", "F"], "How far the source is to be relied on."),
    _fact("credibility", "source", Annotated[int, Meta(ge=1, le=6)], "How credible what it says is."),
    _fact("sources", "source", tuple[Word, ...], "Who said so, or what heard it."),
)

_OPEN = ("waters", "light")
"""Answers that tell where or when, however coarsely the place and the time are told."""
_ANSWERS = tuple(
    _fact(one.name, "narrative" if one.name in _OPEN else "plain", Count if one.number else one.type, one.about)
    for one in ANSWERS.values()
)
_FORM = tuple(
    _fact(name, "narrative", Text, about)
    for name, about in (
        ("method", "How it was done."),
        ("language", "What the perpetrators spoke."),
        ("damage", "What was damaged."),
        ("crew_action", "What the crew did."),
        ("reported_to", "Whom it was reported to."),
        ("coastal_action", "What the coastal State did."),
        ("suspects", "Where the suspects were last seen, and where they went."),
        ("assistance", "What help was asked for."),
    )
)
"""What a follow-up report of IMO MSC.1/Circ.1334 asks for beside the answers."""

_Number = float | int
_REASON = tuple[Word, float, Word, float, Literal[">=", "<="]]
_AGAINST = tuple[Word, float, Word, float, Literal[">=", "<="], bool]

FACTS: dict[str, tuple[Fact, ...]] = {
    "alert": (
        _fact("kind", "plain", Word, "The detector that found it."),
        _fact("state", "plain", State, "Whether it goes on."),
        _fact("severity", "plain", Severity, "How urgent it is."),
        _fact("probability", "plain", Share, "How sure the detector is."),
        _SIMULATED, *_SPAN, _PLACE, _VESSELS,
        _fact("reasons", "evidence", tuple[_REASON, ...], "Numbers that crossed their line."),
        _fact("against", "evidence", tuple[_AGAINST, ...], "Innocent explanations and how they fared."),
        _fact("about", "identity", tuple[tuple[Count, Word], ...], "What the numbered reasons are about."),
        _fact("lines", "evidence", Count, "How many lines it rests on."),
        _fact("sources", "source", tuple[Word, ...], "What heard it."),
        _fact("peers", "source", Count, "How many others were heard there and then."),
    ),
    "incident": (
        _fact("state", "plain", IncidentState, "How far work on it is."),
        _fact("severity", "plain", Severity, "How urgent it is."),
        _SIMULATED,
        _fact("opened", "time", Time, "When it was opened."),
        _fact("changed", "time", Time, "When it last changed."),
        *_SPAN, _PLACE,
        _fact("title", "identity", Word, "What it is called; may name a vessel."),
        _VESSELS,
        _fact("owner", "person", Word, "Who works on it."),
        _fact("log", "narrative", tuple[tuple[Time, Text], ...], "Its log, line by line."),
        *_ANSWERS, *_FORM,
        _fact("parts", "identity", tuple[Part, ...], "The part each vessel played."),
        _fact("people", "plain", tuple[tuple[PersonRole, Count], ...], "Who was concerned, by role, without names."),
        _fact("person", "person", tuple[Person, ...], "Who was concerned, by name."),
        _fact("documents", "narrative", tuple[Attached, ...], "Documents that belong to it, by what they contain."),
        _fact("assessments", "narrative", tuple[Judgement, ...], "What people make of it, dissent included."),
        _TEXT, _CONFIDENCE, *_SAID, _LINKS,
    ),
    "warning": (
        _fact("kind", "plain", Word, "The kind of warning, of `WARNINGS`."),
        _fact("number", "plain", Warned, "Its series, number and year."),
        _fact("cancels", "plain", tuple[Warned, ...], "Warnings it cancels."),
        _fact("refers", "plain", tuple[Warned, ...], "Warnings it refers to, still in force."),
        _fact("restriction", "plain", Word, "What it forbids or advises against, of `RESTRICTIONS`."),
        _fact("issued", "time", Time, "When it was issued."),
        *_SPAN,
        _fact("cancelled", "time", Time, "When it cancels itself or was cancelled."),
        _fact("daily", "time", tuple[Minute, Minute], "The minutes of each day, UTC, from and until which it holds."),
        _PLACE,
        _fact("areas", "place", tuple[Where, ...], "Every shape it names, where it names more than one."),
        _TITLE, _TEXT,
        _fact("authority", "source", Word, "Who issued it."),
    ),
    "track": (
        _VESSELS,
        _fact("fixes", "place", tuple[Fix, ...], "Where it was when."),
        *_SPAN, _SIMULATED,
        _fact("sources", "source", tuple[Word, ...], "What heard it."),
    ),
    "vessel": (
        _VESSELS,
        _fact("length_m", "identity", _Number, "Length over all in metres."),
        _fact("beam_m", "identity", _Number, "Beam in metres."),
        _fact("at", "time", Time, "When it was last seen."),
        _PLACE, _TEXT, _SIMULATED, *_SAID, _LINKS,
    ),
    "sighting": (
        _fact("at", "time", Time, "When it was seen, or first seen."),
        _fact("until", "time", Time, "When it was last seen."),
        _fact("count", "plain", Count, "How often it was seen."),
        _PLACE,
        _fact("error_m", "place", _Number, "How far off its place may be, one standard deviation in metres."),
        _fact("sensor", "source", Word, "What saw it."),
        _fact("length_m", "identity", _Number, "How long it seemed, in metres."),
        _VESSELS, _CONFIDENCE, _SIMULATED, _LINKS,
    ),
    "cyber_indicator": (
        _fact("kind", "plain", Literal["indicator", "malware", "threat_actor", "vulnerability", "attack_pattern",
                                       "campaign", "tool", "infrastructure", "observed", "course_of_action"],
              "What it is."),
        _fact("patterns", "evidence", tuple[Pattern, ...], "What to look for."),
        _fact("labels", "plain", tuple[Word, ...], "Words its source filed it under."),
        _fact("external", "plain", tuple[tuple[Word, Word], ...], "Names elsewhere, as (scheme, name)."),
        *_SPAN, _PLACE, _TITLE, _TEXT, _CONFIDENCE, *_SAID, _LINKS, _SIMULATED,
    ),
    "plan": (
        _fact("kind", "plain", Literal["voyage", "patrol", "search", "recommended"], "What it is a plan for."),
        _VESSELS,
        _TITLE,
        _fact("waypoints", "place", tuple[Waypoint, ...], "Where it leads."),
        *_SPAN, _TEXT, _SIMULATED,
    ),
    "comment": (
        _fact("at", "time", Time, "When it was written."),
        _fact("author", "person", Word, "Who wrote it."),
        _TEXT, _LINKS,
    ),
}  # fmt: skip

WARNINGS = (
    "aid_to_navigation", "wreck", "drifting_hazard", "obstruction", "cable", "offshore", "dangerous_weather",
    "ice", "tsunami", "search_and_rescue", "military_exercise", "firing", "rocket_launch", "exclusion_zone",
    "mines", "piracy", "security", "gnss", "ais_unreliable", "radio_service", "chart_correction", "routeing",
    "pollution", "survey", "diving", "fishing_gear", "in_force", "nothing_to_report", "other",
)  # fmt: skip
RESTRICTIONS = ("entry_prohibited", "entry_restricted", "to_be_avoided", "stopping_prohibited", "speed_restricted")


def facts_of(data_class: str) -> dict[str, Fact]:
    """The facts of a data class by name; none for a class whose facts stand elsewhere (notices, the register)."""
    return {one.name: one for one in FACTS.get(data_class, ())}


def checked(data_class: str, name: str, value: Any) -> Any | None:
    """The value as JSON carries it if the fact exists and the value is one of its type, else None.

    >>> checked("vessel", "vessels", [{"mmsi": 440123450}])
    [{'mmsi': 440123450}]
    >>> checked("vessel", "vessels", [{"mmsi": "x"}]) is checked("vessel", "colour", "red") is None
    True
    """
    fact = facts_of(data_class).get(name)
    if fact is None:
        return None
    try:
        return msgspec.json.decode(msgspec.json.encode(msgspec.convert(value, fact.type)))
    except msgspec.ValidationError:
        return None
