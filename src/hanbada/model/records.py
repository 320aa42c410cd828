"""What a person could point at: frozen records. Times are UTC microseconds; None means unknown or not yet."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

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


class LogEntry(Struct, frozen=True, kw_only=True):
    """One line of an incident's append-only log."""

    at: int
    author: str
    text: str


class Incident(Struct, frozen=True, kw_only=True):
    """What an officer works on."""

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
