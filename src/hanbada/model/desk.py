"""People at the desk and what they see of it: users and roles, alerts with what they are about, the desk's events."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from hanbada.model.records import Alert, AlertState, Detection, Severity
from hanbada.model.sharing import Item

Role: TypeAlias = Literal["viewer", "officer", "releaser", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "officer", "releaser", "admin")
"""Each may do all that those before it may."""


class User(Struct, frozen=True, kw_only=True):
    """A person who may sign in."""

    name: str
    role: Role
    active: bool = True
    created_at: int = 0
    created_by: str | None = None


class Signed(Struct, frozen=True, kw_only=True):
    """A session: who is signed in, since when and until when at most."""

    name: str
    opened_at: int
    until_at: int


class Passkey(Struct, frozen=True, kw_only=True):
    """A passkey of a person: its credential and public key, what it last counted, and what its owner calls it."""

    credential: bytes
    name: str
    public_key: bytes
    uses: int
    label: str
    added_at: int
    used_at: int | None = None


class NodeProfile(Struct, frozen=True, kw_only=True):
    """What the first run asked: how screens start for those who have not chosen themselves."""

    language: str
    palette: str
    lon_deg: float
    lat_deg: float
    zoom: float


class AlertFilter(Struct, frozen=True, kw_only=True):
    """Which alerts: empty tuples and None do not restrict."""

    states: tuple[AlertState, ...] = ()
    severities: tuple[Severity, ...] = ()
    kinds: tuple[str, ...] = ()
    mmsi: int | None = None
    simulated: bool | None = None
    start_us: int | None = None
    end_us: int | None = None
    limit: int = 200


CONDITIONS = ("not_in_port", "not_on_duty", "not_simulated")
"""What may be asked of a finding before it reaches people: not in port, no vessel on duty (tug, pilot, patrol), none
simulated."""
HOLDS = ("probability", *CONDITIONS, "budget")
"""Why a rule holds an alert, in the order in which that is asked."""


class Rule(Struct, frozen=True, kw_only=True):
    """How a desk takes what one detector finds: which of it reaches people, and when somebody looks at that again.

    `per_watch` is the alert budget: how many alerts may reach people in eight hours (None: all). `settings` are the
    detector's thresholds where they differ from its own.
    """

    kind: str
    least_probability: float = 0.0
    conditions: tuple[str, ...] = ()
    per_watch: int | None = None
    settings: dict[str, str] = {}
    review_at: int | None = None
    why: str = ""
    changed_at: int = 0
    changed_by: str | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """What a finding came to at the desk; `port_m` is how far from a port it was."""

    detection: Detection
    alert: Alert
    port_m: float


class AlertView(Struct, frozen=True, kw_only=True):
    """An alert with the latest version of what it is about."""

    alert: Alert
    detection: Detection


class DeskEvent(Struct, frozen=True, kw_only=True):
    """One change on the desk, in order of `seq`: every window hears of it."""

    seq: int
    at: int
    what: Literal["alert", "incident"]
    id: str
    state: str
    by: str | None


class KeptItem(Struct, frozen=True, kw_only=True):
    """An object that was made here or read from a format, as it stands; the release desk calls it `item/KEY`.

    `source` is who or what it came from ("kim", "file: warnings.gml", "taxii: reader"), `format` the format it was read
    from, empty for what was made here. `content` is the SHA-256 of the object; `version` counts its contents from 1.
    """

    key: str
    item: Item
    source: str
    format: str
    version: int
    content: str
    kept_at: int
    changed_at: int
    withdrawn_at: int | None = None


class ItemsWanted(Struct, frozen=True, kw_only=True):
    """Which objects: empty tuples and None do not restrict. The latest change comes first.

    `before` is the `(changed_at, key)` of the last one of the page before; `box` west, south, east, north in degrees,
    east beyond 180 where it crosses that line; `from_us` and `until_us` bound the time an object is about.
    """

    data_classes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since_us: int | None = None
    from_us: int | None = None
    until_us: int | None = None
    box: tuple[float, float, float, float] | None = None
    withdrawn: bool = False
    before: tuple[int, str] | None = None
    limit: int = 200


class TaxiiReader(Struct, frozen=True, kw_only=True):
    """Who may read over TAXII: `node` is the partner for whom the release desk decides, or this node itself.

    `may_add` lets it hand in objects, which nobody else sees.
    """

    name: str
    node: str
    may_add: bool
    added_at: int
    added_by: str
