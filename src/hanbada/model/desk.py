"""People at the desk and what they see of it: users and roles, alerts with what they are about, the desk's events."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from hanbada.model.records import Alert, AlertState, Detection, Severity

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
