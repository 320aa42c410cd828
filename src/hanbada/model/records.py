"""What a person could point at: frozen records. Times are UTC microseconds; None means unknown or not yet."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from hanbada.model.sharing import Marking

State: TypeAlias = Literal["open", "closed", "revised", "retracted"]
Severity: TypeAlias = Literal["alarm", "warning", "caution"]
Relation: TypeAlias = Literal[">=", "<="]
SEVERITIES: tuple[Severity, ...] = ("alarm", "warning", "caution")


class Reason(Struct, frozen=True, kw_only=True):
    """A number that crossed its line. The sentence a person reads is rendered from it (`model.wording`).

    `quantity` names a phrase of `model.wording`; `subject` is what it is about where that is not the vessel itself.
    """

    quantity: str
    measured: float
    unit: str
    limit: float
    relation: Relation
    subject: str = ""


class CounterEvidence(Struct, frozen=True, kw_only=True):
    """An innocent explanation and how it fared: it holds where `measured` `relation` `limit` is true.

    `weight` is what it added to the log-odds of the detection (negative where it speaks against it).
    """

    explanation: str
    measured: float
    unit: str
    limit: float
    relation: Relation
    weight: float
    subject: str = ""

    @property
    def holds(self) -> bool:
        """True if the innocent explanation fits the numbers."""
        return satisfied(self.measured, self.relation, self.limit)


def satisfied(measured: float, relation: Relation, limit: float) -> bool:
    """Whether a measured number stands to its limit as the relation says."""
    return measured >= limit if relation == ">=" else measured <= limit


class Coverage(Struct, frozen=True, kw_only=True):
    """How well we could see: receivers, the usual interval between reports, peers heard at that place and time."""

    sources: tuple[str, ...] = ()
    median_interval_s: float | None = None
    peers: int | None = None
    reception: float | None = None


class Geometry(Struct, frozen=True, kw_only=True):
    """A point, a line or one ring, as (longitude, latitude); a line may leave [-180, 180] rather than jump."""

    kind: Literal["point", "line", "polygon"]
    coordinates: tuple[tuple[float, float], ...]


class Vessel(Struct, frozen=True, kw_only=True):
    """Who a detection is about, as far as the radio said so."""

    mmsi: int
    track_id: int = 0
    name: str | None = None
    imo: int | None = None
    ship_type: int | None = None


class Detection(Struct, frozen=True, kw_only=True):
    """A detector's finding. `episode_id` survives late data; `detection_id` names exactly this content.

    `case` is what the episode is named after. `judged_at` and `heard_to` (the last line taken from each source) say
    what was known when this version was made: whoever takes the same lines again comes to the same `detection_id`.
    """

    detection_id: str
    episode_id: str
    kind: str
    version: int
    params_hash: str
    state: State
    severity: Severity
    t_start: int
    t_end: int | None
    geometry: Geometry
    vessels: tuple[Vessel, ...]
    probability: float
    reasons: tuple[Reason, ...]
    counter_evidence: tuple[CounterEvidence, ...]
    evidence: tuple[int, ...]
    coverage: Coverage
    context: dict[str, list[float]] = {}
    supersedes: str | None = None
    simulated: bool = False
    case: tuple[int | str, ...] = ()
    judged_at: int = 0
    heard_to: tuple[int, ...] = ()


AlertState: TypeAlias = Literal["new", "acknowledged", "snoozed", "dismissed", "held"]
"""A held alert is kept and counted, but not brought before people: a rule of the desk says so in its `reason`."""
DISMISSALS = ("false_positive", "in_port", "known_activity", "duplicate", "other")


class Alert(Struct, frozen=True, kw_only=True):
    """A message to a person that an episode opened or changed."""

    alert_id: int
    episode_id: str
    state: AlertState
    raised_at: int
    changed_at: int
    changed_by: str | None = None
    until_at: int | None = None
    reason: str | None = None
    incident_id: str | None = None


IncidentState: TypeAlias = Literal["open", "assessing", "monitoring", "closed"]
Origin: TypeAlias = Literal["alert", "report", "hand", "catalogue", "incident"]
"""What an incident was opened from; `incident`: split off another."""
Reliability: TypeAlias = Literal["A", "B", "C", "D", "E", "F"]
"""How far a source is to be relied on, A completely to E not at all, F cannot be judged (NATO AJP-2.1)."""
Confidence: TypeAlias = Literal["low", "moderate", "high"]


class Said(Struct, frozen=True, kw_only=True):
    """What one source says of one fact (`model.facts`, class "incident"); two may say different things of the same.

    `at` is when the source saw or said it; credibility runs from 1, confirmed, to 5, improbable, 6 cannot be judged.
    `key` names it for ever. A value of None was erased.
    """

    key: str
    fact: str
    value: Any
    source: str
    at: int | None = None
    reliability: Reliability | None = None
    credibility: int | None = None
    marking: Marking | None = None
    entered_at: int = 0
    by: str = ""


class Task(Struct, frozen=True, kw_only=True):
    """What somebody is to do about an incident."""

    key: str
    what: str
    owner: str
    due_at: int | None = None
    done_at: int | None = None
    done_by: str | None = None


class Assessment(Struct, frozen=True, kw_only=True):
    """What a person makes of something: how likely in percent (`model.estimates`), how sure of that, and why.

    A dissent stands beside what it dissents from; nobody's judgement replaces another's.
    """

    key: str
    about: str
    percent: int
    confidence: Confidence
    by: str
    at: int
    dissents: bool = False
    text: str = ""


class Opened(Struct, frozen=True, kw_only=True, tag="opened"):
    """The first thing in every log."""

    title: str
    severity: Severity
    origin: Origin
    owner: str | None
    episodes: tuple[str, ...] = ()
    vessels: tuple[Vessel, ...] = ()
    simulated: bool = False


class Moved(Struct, frozen=True, kw_only=True, tag="moved"):
    """Another state, severity, owner or title; what is None stays."""

    state: IncidentState | None = None
    severity: Severity | None = None
    owner: str | None = None
    title: str | None = None


class Asserted(Struct, frozen=True, kw_only=True, tag="asserted"):
    """A source says something of a fact."""

    fact: str
    value: Any
    source: str
    at: int | None = None
    reliability: Reliability | None = None
    credibility: int | None = None
    marking: Marking | None = None


class Withdrew(Struct, frozen=True, kw_only=True, tag="withdrew"):
    """What was said under a key no longer counts; it stays in the log."""

    key: str


class Assessed(Struct, frozen=True, kw_only=True, tag="assessed"):
    """A person's judgement."""

    about: str
    percent: int
    confidence: Confidence
    dissents: bool = False
    text: str = ""


class Tasked(Struct, frozen=True, kw_only=True, tag="tasked"):
    """Somebody is to do something."""

    what: str
    owner: str
    due_at: int | None = None


class Did(Struct, frozen=True, kw_only=True, tag="did"):
    """A task is done."""

    key: str


class Took(Struct, frozen=True, kw_only=True, tag="took"):
    """All or part of another incident came in, as it was; its own log stays where it is."""

    other: str
    said: tuple[Said, ...] = ()
    tasks: tuple[Task, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    episodes: tuple[str, ...] = ()
    vessels: tuple[Vessel, ...] = ()


class Gave(Struct, frozen=True, kw_only=True, tag="gave"):
    """All (`whole`) or part of this incident went to another, where it is looked for from now on."""

    other: str
    whole: bool = False
    keys: tuple[str, ...] = ()
    episodes: tuple[str, ...] = ()
    vessels: tuple[int, ...] = ()


class Erased(Struct, frozen=True, kw_only=True, tag="erased"):
    """Something stood here and was erased: which kind of thing, and on what ground; not what."""

    what: str
    ground: str


Change: TypeAlias = Opened | Moved | Asserted | Withdrew | Assessed | Tasked | Did | Took | Gave | Erased


class LogEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an incident's append-only log: words, a change, or both."""

    at: int
    author: str
    text: str
    change: Change | None = None


class Incident(Struct, frozen=True, kw_only=True):
    """What an officer works on: what its log comes to (`incidents.story`)."""

    incident_id: str
    title: str
    state: IncidentState
    severity: Severity
    opened_at: int
    changed_at: int
    owner: str | None
    episodes: tuple[str, ...]
    vessels: tuple[Vessel, ...]
    log: tuple[LogEntry, ...]
    simulated: bool = False
    origin: Origin = "alert"
    said: tuple[Said, ...] = ()
    tasks: tuple[Task, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    merged_into: str | None = None


class Report(Struct, frozen=True, kw_only=True):
    """What somebody reported: facts by name, whose word it is, and how it may be told where that differs."""

    title: str
    facts: dict[str, Any]
    source: str
    severity: Severity = "warning"
    at: int | None = None
    reliability: Reliability | None = None
    credibility: int | None = None
    marking: Marking | None = None
    simulated: bool = False


class Handover(Struct, frozen=True, kw_only=True):
    """One watch handed over to the next."""

    number: int
    at: int
    by: str
    to: str
    note: str = ""


class Attribution(Struct, frozen=True, kw_only=True):
    """What a person makes of a State's part in a campaign: a step of `model.estimates.RESPONSIBILITIES`, and why."""

    at: int
    by: str
    step: int
    confidence: Confidence
    dissents: bool = False
    text: str = ""


class Campaign(Struct, frozen=True, kw_only=True):
    """Incidents that may belong together, and what people make of who stands behind them."""

    campaign_id: str
    title: str
    opened_at: int
    opened_by: str
    incidents: tuple[str, ...] = ()
    attributions: tuple[Attribution, ...] = ()
