"""What the screens ask of the node: `Site` (the picture), `Desk` (people, what they decide), `Sharing` (partners).

The live loop implements both; the screens know nothing else of it. Every method may be called from any worker
thread, never from the event loop, and answers from memory or one quick query. Times are UTC microseconds; `None` is
unknown. Text that came over the radio is passed as sent: the screens escape it where they show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hanbada.app.exports import Item
    from hanbada.app.looks import Look
    from hanbada.app.sharing.arrived import Arrival
    from hanbada.app.sharing.communities import Circle
    from hanbada.app.sharing.emergency import Glance, Rehearsal, Wish
    from hanbada.app.sharing.health import Asked, Health, Joining
    from hanbada.app.sharing.matrix import Matrix
    from hanbada.app.sharing.proposals import Proposal
    from hanbada.app.sharing.screens import Ourselves, Shared
    from hanbada.app.taxii.readers import Reading
    from hanbada.app.trials import TrialState
    from hanbada.app.web.incident_port import IncidentDesk
    from hanbada.app.web.report_port import ReportDesk
    from hanbada.model import sharing
    from hanbada.model.audit import AuditStanding, EntriesWanted
    from hanbada.model.desk import (
        AlertFilter,
        AlertView,
        DeskEvent,
        ItemsWanted,
        KeptItem,
        NodeProfile,
        Outcome,
        Passkey,
        Role,
        Rule,
        Signed,
        User,
    )
    from hanbada.model.records import Alert, Detection, Incident, IncidentState
    from hanbada.model.register import Kept, Row
    from hanbada.model.sharing import Community, Marking, Partner, Scope, Tlp
    from hanbada.reference.dossier import Dossier
    from hanbada.share.exchange.invites import Offer
    from hanbada.store.items import Keeping, Origin
    from hanbada.store.ledger import Entry
    from hanbada.store.sightings import SeenFile

KINDS = ("cargo", "tanker", "passenger", "high_speed", "tug_special", "fishing", "pleasure", "other")
"""Classes of vessel in the order of the byte in a vessel frame."""


# The picture


class PortVisit(Struct, frozen=True, kw_only=True):
    """A port call as the tracks room found it; a null end is one we did not see."""

    port: str
    entered_at: int | None
    left_at: int | None
    stopped_s: float
    berthed: bool | None = None


class VesselCard(Struct, frozen=True, kw_only=True):
    """A vessel as we believe it now. `kind` indexes KINDS; `sources` are those that heard it, latest first."""

    mmsi: int
    at: int
    lat_deg: float
    lon_deg: float
    kind: int
    simulated: bool
    sog_kn: float | None = None
    cog_deg: float | None = None
    heading_deg: int | None = None
    nav_status: int | None = None
    name: str | None = None
    imo: int | None = None
    imo_valid: bool | None = None
    call_sign: str | None = None
    flag: str | None = None
    ship_type: int | None = None
    length_m: float | None = None
    beam_m: float | None = None
    draught_m: float | None = None
    destination: str | None = None
    eta: str | None = None
    static_at: int | None = None
    watched: bool = False
    lost: bool = False
    first_at: int | None = None
    reports: int | None = None
    sources: tuple[str, ...] = ()
    port_visits: tuple[PortVisit, ...] = ()


class TrackPart(Struct, frozen=True, kw_only=True):
    """One unbroken line: n positions. Longitudes run on past 180 rather than jump; sog is NaN where unknown.

    `silent[i]` is true if the leg from position i to i + 1 spans a silence (n - 1 values): it is drawn dashed.
    """

    at_us: NDArray[np.int64]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    sog_kn: NDArray[np.float32]
    silent: NDArray[np.bool_]


class Track(Struct, frozen=True, kw_only=True):
    """What one vessel did in a span of time; several parts if two ships share the radio's name."""

    mmsi: int
    parts: tuple[TrackPart, ...]


class Hit(Struct, frozen=True, kw_only=True):
    """A vessel that a search found, and on what (`mmsi`, `imo`, `name`, `call_sign`)."""

    mmsi: int
    name: str | None
    imo: int | None
    call_sign: str | None
    matched: str
    simulated: bool


class CoverageStep(Struct, frozen=True, kw_only=True):
    """What all receivers heard in one step of time: nothing heard means we were deaf, not that ships were dark."""

    start_at: int
    receptions: int
    vessels: int


class SourceHealth(Struct, frozen=True, kw_only=True):
    """How a feed is doing. `rejects` counts lines we could not use by code; `dropped` is what a full queue lost.

    `clock_offset_s` is the sender's clock minus ours; `delay_s` from transmission to us. Licence is a sentence.
    """

    name: str
    simulated: bool
    connected: bool
    last_at: int | None
    rate_per_s: float
    delay_s: float | None
    lines: int
    rejects: dict[str, int]
    queue: int
    queue_limit: int
    dropped: int
    licence: str
    shareable: bool
    clock_offset_s: float | None = None
    history: tuple[int, ...] = ()


class RawLine(Struct, frozen=True, kw_only=True):
    """A line as heard, with the source and the time it reached us: where every claim ends."""

    line_id: int
    source: str
    received_at: int | None
    text: str


class Site(Protocol):
    """The picture: what the node knows of the sea now and before."""

    @property
    def revision(self) -> int:
        """Grows with every change of a vessel."""

    @property
    def simulated(self) -> bool:
        """True if anything in the picture is simulated."""

    def now_us(self) -> int:
        """The time of the picture: the wall clock when live, the feed's time in a replayed feed."""

    def full_frame(self) -> bytes:
        """Every vessel (`frames.vessel_frame`)."""

    def delta_frame(self, since: int) -> bytes:
        """The vessels that changed after revision `since`; those forgotten carry type `frames.GONE`."""

    def vessel(self, mmsi: int) -> VesselCard | None:
        """One vessel."""

    def dossier(self, mmsi: int) -> Dossier:
        """What is known of one vessel, source by source; an empty one if nothing."""

    def track(self, mmsi: int, start_us: int, end_us: int) -> Track:
        """Where a vessel was; no parts if it was not heard."""

    def search(self, text: str, limit: int) -> list[Hit]:
        """Vessels whose MMSI, IMO number, name or call sign begins with or holds `text`, best first."""

    def replay_block(self, start_us: int) -> bytes:
        """Ten minutes of positions from `start_us` (`frames.replay_block`); empty bytes if nothing is kept."""

    def time_range(self) -> tuple[int, int]:
        """First and last moment that can be replayed."""

    def coverage(self, start_us: int, end_us: int, steps: int) -> list[CoverageStep]:
        """Receptions in `steps` equal steps of time."""

    def sources(self) -> list[SourceHealth]:
        """Every feed."""

    def lines(self, line_ids: tuple[int, ...]) -> list[RawLine]:
        """Raw lines by id, in that order; those no longer kept are left out."""

    def distrust(self, at_us: int | None = None) -> dict[str, Any]:
        """Where positions are not to be trusted at a moment (now if not given), to draw as GeoJSON."""

    def reception(self) -> dict[str, Any]:
        """How well each place was heard of late, to draw as GeoJSON: property `share` between 0 and 1."""

    def forecast(self, mmsi: int, hours: float) -> list[Item] | None:
        """A vessel's median path and regions for some hours, empty if too little is known; None: ask again soon."""

    def looks(self) -> list[Look]:
        """Files of sightings with what became of each, the latest first; those that are new are being matched."""

    def add_sightings(self, one: SeenFile) -> int:
        """Keep a file of sightings; how many there are. InputError or PackError if none can be used."""

    def drop_sightings(self, key: str) -> None:
        """Forget a file of sightings; NotFoundError if there is none."""

    def sighted(self, at_us: int | None = None) -> list[Item]:
        """Sightings and lines to the tracks they were matched with, around a moment (now if not given)."""

    def port_m(self, found: Detection) -> float:
        """How far from a port a finding began, in metres; infinity where none is near."""

    def try_thresholds(self, rule: Rule) -> TrialState:
        """What a rule's thresholds would have found in the last days: begun if nobody asked before."""

    def tune(self, kind: str, settings: dict[str, str]) -> None:
        """Let a detector work with other thresholds from now on; UsageError for one it does not have."""

    def zones(self) -> dict[str, Any]:
        """Areas to draw as GeoJSON; properties `name` (and `name_ko` ...), `kind`, `claimants` where several claim."""


# People and their decisions


class Desk(Protocol):
    """People, sessions, alerts and incidents. Every write carries who and when, and is durable when it returns.

    A method that names something unknown raises NotFoundError; one the rules forbid raises RefusedError.
    """

    def profile(self) -> NodeProfile | None:
        """None until the first run is done."""

    def first_run(self, code: str, password: str, profile: NodeProfile, at_us: int) -> User | None:
        """Create `admin` and keep the profile if the one-time code fits; None if it does not. Works once."""

    def save_profile(self, profile: NodeProfile, by: str, at_us: int) -> None:
        """Change how screens start."""

    def users(self) -> list[User]:
        """Everyone, by name."""

    def create_user(self, name: str, password: str, role: Role, by: str, at_us: int) -> User:
        """A new person; UsageError if the name is taken or not allowed."""

    def change_user(self, name: str, role: Role, *, active: bool, by: str, at_us: int) -> User:
        """Another role, or no entry; the last active admin cannot be lost (RefusedError)."""

    def set_password(self, name: str, password: str, by: str, at_us: int) -> None:
        """A new password; ends that person's other sessions."""

    def verify(self, name: str, password: str) -> User | None:
        """The person if name and password fit and they are active (`store.passwords.fits` takes equal time if not)."""

    def open_session(self, key: str, name: str, at_us: int, until_us: int) -> None:
        """Remember a session under `key`, the digest of the cookie: the cookie itself is not kept."""

    def session(self, key: str, at_us: int) -> User | None:
        """Whose session it is, None if unknown, over, or the person is no longer active."""

    def signed_in(self, at_us: int) -> list[Signed]:
        """Who is signed in, the latest first."""

    def close_session(self, key: str, at_us: int) -> None:
        """End a session; unknown keys are fine."""

    def passkeys(self, name: str) -> list[Passkey]:
        """A person's passkeys, the oldest first."""

    def passkey(self, credential: bytes) -> Passkey | None:
        """The passkey with that credential."""

    def add_passkey(self, one: Passkey, by: str, at_us: int) -> None:
        """Keep a new passkey; RefusedError if its credential is known already."""

    def use_passkey(self, one: Passkey, uses: int, at_us: int) -> User:
        """Note that a passkey was used; whose it is. RefusedError if it counts back or its owner may not enter."""

    def remove_passkey(self, name: str, credential: bytes, at_us: int) -> None:
        """Take a passkey away from its owner; RefusedError if it is their last way in."""

    def admit(self, issuer: str, subject: str, name: str, role: Role | None, at_us: int) -> User:
        """Whoever an identity provider says is here; RefusedError if the name is another's or may not enter."""

    def bind(self, issuer: str, subject: str, name: str, at_us: int) -> None:
        """Let a subject of a provider come in as a person."""

    def alerts(self, wanted: AlertFilter) -> list[AlertView]:
        """Alerts that fit, newest first. A snooze that is over by the picture's time reads as new."""

    def alert(self, alert_id: int) -> AlertView | None:
        """One alert."""

    def acknowledge(self, alert_id: int, by: str, at_us: int) -> Alert:
        """Seen by a person."""

    def snooze(self, alert_id: int, until_us: int, by: str, at_us: int) -> Alert:
        """Quiet until then."""

    def dismiss(self, alert_id: int, reason: str, by: str, at_us: int) -> Alert:
        """Judged as nothing, with one of `records.DISMISSALS`."""

    def open_incident(self, alert_id: int, by: str, at_us: int) -> Incident:
        """An incident from an alert, or the one it already has; the alert becomes acknowledged."""

    def rules(self) -> dict[str, Rule]:
        """The rules that were set, by kind."""

    def set_rule(self, rule: Rule, by: str, at_us: int) -> Rule:
        """Set the rule of a kind; UsageError if it says what no rule may."""

    def outcomes(self, kind: str, since_us: int, port_m: Callable[[Detection], float]) -> list[Outcome]:
        """What the findings of a kind came to since a time, oldest first."""

    def detections(self, episode_id: str) -> list[Detection]:
        """Every version of an episode, oldest first."""

    def incidents(self, states: tuple[IncidentState, ...]) -> list[Incident]:
        """Incidents in these states (all if none is named), latest change first."""

    def incident(self, incident_id: str) -> Incident | None:
        """One incident."""

    @property
    def report_desk(self) -> ReportDesk:
        """Reports of ships and the consents of their owners."""

    @property
    def incident_desk(self) -> IncidentDesk:
        """What people do with incidents beyond opening and logging them."""

    def log(self, incident_id: str, text: str, by: str, at_us: int) -> Incident:
        """A line added to the log, which only grows."""

    def change_incident(self, incident_id: str, state: IncidentState, by: str, at_us: int) -> Incident:
        """Another state."""

    def keep_items(self, some: Iterable[sharing.Item], origin: Origin, by: str, at_us: int) -> Keeping:
        """Keep objects of one source; what says what it said changes nothing."""

    def items(self, wanted: ItemsWanted) -> list[KeptItem]:
        """Objects that fit, the latest change first."""

    def item(self, key: str) -> KeptItem | None:
        """One object, withdrawn or not."""

    def withdraw_item(self, key: str, why: str, by: str, at_us: int) -> bool:
        """Let an object stand no more; False if there is none or it was withdrawn before."""

    def register_rows(self) -> list[Kept]:
        """The rows of the register of cooperation that this node entered, by kind and id."""

    def withdrawn_rows(self) -> set[tuple[str, str]]:
        """Kind and id of the rows it withdrew, those of the seed among them."""

    def put_rows(self, rows: Iterable[Row], by: str, at_us: int) -> int:
        """Enter rows of the register, all or none; how many were new or changed."""

    def withdraw_row(self, kind: str, row_id: str, why: str, by: str, at_us: int) -> None:
        """Take a row out; its history stays. NotFoundError if it was withdrawn before."""

    def row_history(self, kind: str, row_id: str) -> list[Entry]:
        """What was entered and withdrawn under an id, oldest first."""

    def audit_standing(self) -> AuditStanding:
        """The ledger and the log over it as they are."""

    def audit_entries(self, wanted: EntriesWanted) -> list[Entry]:
        """Entries of the ledger that fit, the newest first."""

    def latest_seq(self) -> int:
        """The number of the last event, 0 if there is none."""

    def events_since(self, seq: int) -> list[DeskEvent]:
        """What changed after event `seq`, oldest first."""


# Partners


class Sharing(Protocol):
    """What is shared with partners and on which terms. Subjects are "alert/12" and "incident/INC-1".

    Times are of the wall clock: terms live by it, whatever the picture shows. What writes takes who and when first.
    """

    def ourselves(self) -> Ourselves | None:
        """What this node is called, None if it has no name yet: then nothing else may be asked."""

    def communities(self) -> dict[str, Community]:
        """The communities in force, by id."""

    def partners(self) -> dict[str, Partner]:
        """The partners, by node."""

    def matrix(self, subject: str, marking: Marking | None, at_us: int) -> Matrix:
        """What everybody would get of something of ours with a marking, with None the one it has; sends nothing."""

    def colours(self, subjects: Sequence[str]) -> dict[str, Tlp]:
        """The colours of those that were marked."""

    def shared(self) -> list[Shared]:
        """What was marked for release and who has it, the latest change first."""

    def had(self, subject: str) -> Shared | None:
        """Who has something of ours, None if it was never marked."""

    def release(self, by: str, at_us: int, subject: str, marking: Marking, seen: str, why: str) -> Proposal | None:
        """Release exactly what the matrix named `seen` showed; RefusedError if another one holds by now.

        None: it is done; else it waits for another person, as with `open_scope` and `accept`.
        """

    def recall(self, by: str, at_us: int, subject: str, why: str) -> bool:
        """Take something back from everyone who was told; False if it was not released."""

    def proposals(self, at_us: int) -> list[Proposal]:
        """What waits for another person's decision, the oldest first."""

    def propose(self, by: str, at_us: int, subject: str, marking: Marking, why: str) -> None:
        """Propose a release; sends nothing."""

    def confirm_proposal(self, by: str, at_us: int, name: str) -> Proposal:
        """Do what another person proposed; RefusedError for that person."""

    def decline_proposal(self, by: str, at_us: int, name: str, why: str) -> Proposal:
        """Turn a proposal down."""

    def scopes(self, incident: str) -> list[tuple[Scope, list[Glance]]]:
        """The emergency scopes of an incident with who looked inside, the latest first."""

    def rehearse_scope(self, by: str, at_us: int, wish: Wish) -> Rehearsal:
        """What opening an emergency scope would let out, and to whom; UsageError if it makes no sense."""

    def open_scope(self, by: str, at_us: int, wish: Wish, seen: str) -> Proposal | None:
        """Open the scope whose rehearsal is named `seen`; RefusedError if another one holds by now."""

    def close_scope(self, by: str, at_us: int, scope_id: str) -> None:
        """Close a scope; what only it let through is taken back."""

    def look(self, by: str, at_us: int, incident: str, what: str) -> list[Scope]:
        """The open scopes of an incident; if there are any, the ledger keeps that somebody looked inside."""

    def circles(self, at_us: int) -> list[Circle]:
        """Every community in force or proposed."""

    def circle(self, community_id: str, at_us: int) -> Circle:
        """One community."""

    def accept(self, by: str, at_us: int, community_id: str) -> Proposal | None:
        """Sign the latest proposal of a community."""

    def leave(self, by: str, at_us: int, community_id: str) -> bool:
        """Leave a community, here at once; True if the others know it already."""

    def health(self, at_us: int) -> list[Health]:
        """Every partner and how the link with it does."""

    def joining(self) -> list[Joining]:
        """Nodes whose digits are to be read aloud."""

    def asked(self, at_us: int) -> list[Asked]:
        """Invitations of ours that may still be answered."""

    def invite(self, by: str, at_us: int, offer: Offer | None) -> str:
        """An invitation as text: whoever has it may answer within a week."""

    def confirm(self, by: str, at_us: int, node: str, digits: str) -> Partner:
        """Enrol a node whose digits were read; RefusedError if they are others."""

    def suspend(self, by: str, at_us: int, node: str) -> None:
        """Say nothing more to a partner and take nothing from it."""

    def resume(self, by: str, at_us: int, node: str) -> None:
        """Speak with a partner again."""

    def readers(self, at_us: int) -> list[Reading]:
        """Who reads over TAXII, and what."""

    def arrivals(self) -> list[Arrival]:
        """What came from partners, the latest first; what was taken back or ran out has no content."""

    def arrival(self, partner: str, origin: str, item_id: str) -> Arrival:
        """One thing that came."""
