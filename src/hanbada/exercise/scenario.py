"""A scenario is data: who sails where, which stations listen, what happens in its story. Nothing moves here.

Story times (`_s`) are seconds from the curtain, the moment `epoch_at` at which the story opens; they may be negative.
The story repeats every `period_s`. What an event names by `vessel` is the `key` of a vessel, never its number.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from msgspec import Struct

from hanbada.model.times import SECOND_US

Place: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees."""


class Sail(Struct, frozen=True, kw_only=True, tag="sail"):
    """Sail to a place at a speed. A heading is given where a ship does not head where she goes: adrift, alongside."""

    to: Place
    kn: float
    status: int = 0
    heading_deg: float | None = None


class Stay(Struct, frozen=True, kw_only=True, tag="stay"):
    """Stay where one is for a time; `port` is what ships bound for here give as their destination."""

    for_s: float
    status: int = 5
    heading_deg: float | None = None
    port: str | None = None


class Wait(Struct, frozen=True, kw_only=True, tag="wait"):
    """Stay until so many seconds after the plan began: how a plan keeps an appointment."""

    until_s: float
    status: int = 0
    heading_deg: float | None = None
    port: str | None = None


Step: TypeAlias = Sail | Stay | Wait


class Identity(Struct, frozen=True, kw_only=True):
    """What a radio calls itself."""

    mmsi: int
    name: str
    call_sign: str | None = None
    imo: int | None = None


class Vessel(Struct, frozen=True, kw_only=True):
    """A vessel and her plan, which begins with a stay at `start`, ends there, and is sailed again and again.

    `starts_s` is the story time at which the plan begins. Dimensions are antenna to bow, stern, port, starboard in
    metres, None where the radio was never told.
    """

    key: str
    identity: Identity
    ship_type: int
    class_b: bool = False
    dimensions_m: tuple[int, int, int, int] | None = None
    draught_m: float | None = None
    turn_deg_min: float = 30.0
    accel_kn_s: float = 0.03
    sends_heading: bool = True
    sends_turn: bool = True
    start: Place
    steps: tuple[Step, ...]
    starts_s: float = 0.0


class Station(Struct, frozen=True, kw_only=True):
    """A receiving station: its range for class A ships, and how long a line takes from it to us.

    `mmsi` is that of its own transmissions as a base station. A satellite hears long-range messages everywhere.
    """

    name: str
    place: Place
    range_m: float
    latency_s: float
    mmsi: int | None = None
    satellite: bool = False


class Aid(Struct, frozen=True, kw_only=True):
    """An aid to navigation that transmits (type 21); `aid_type` as in ITU-R M.1371, table 74."""

    mmsi: int
    name: str
    place: Place
    aid_type: int
    virtual: bool = False


class Span(Struct, frozen=True, kw_only=True):
    """When something happens: [from_s, to_s) of the story, in every `every`-th repetition from number `turn` on."""

    from_s: float
    to_s: float
    every: int = 1
    turn: int = 0


class Silence(Struct, frozen=True, kw_only=True, tag="silence"):
    """A vessel does not transmit."""

    vessel: str
    span: Span


class Shift(Struct, frozen=True, kw_only=True, tag="shift"):
    """A vessel reports places that are off by so many degrees."""

    vessel: str
    span: Span
    north_deg: float
    east_deg: float


class NoFix(Struct, frozen=True, kw_only=True, tag="no_fix"):
    """A vessel does not know where it is, and says so."""

    vessel: str
    span: Span


class Renumber(Struct, frozen=True, kw_only=True, tag="renumber"):
    """A vessel calls itself by the next of these identities at story time `at_s` of every repetition."""

    vessel: str
    at_s: float
    identities: tuple[Identity, ...]


class Outage(Struct, frozen=True, kw_only=True, tag="outage"):
    """Nothing comes from a station."""

    station: str
    span: Span


class Beacon(Struct, frozen=True, kw_only=True, tag="beacon"):
    """A distress beacon (AIS-SART) is on, adrift from `place`; `test` if it says that it is a test."""

    mmsi: int
    place: Place
    span: Span
    drift_kn: float = 0.0
    drift_deg: float = 0.0
    test: bool = False


Event: TypeAlias = Silence | Shift | NoFix | Renumber | Outage | Beacon


class Element(Struct, frozen=True, kw_only=True):
    """One element of the story as truth: what a watch should make of it.

    `about` is for a person to read, by language. `expects` is the kind of detection, None for a decoy that must stay
    quiet. `vessels` are MMSI. It begins at story time `begins_s`; a watch that has listened since `lead_s` before the
    curtain should know by `seen_s`.
    """

    key: str
    about: dict[str, str]
    expects: str | None
    vessels: tuple[int, ...]
    begins_s: float
    seen_s: float


class Scenario(Struct, frozen=True, kw_only=True):
    """Everything there is; `lead_s` is how long before the curtain a watch should begin to listen.

    `about` says what to look at, by language; `story` is in the order of story time.
    """

    name: str
    about: dict[str, str] = {}
    epoch_at: int
    period_s: float
    lead_s: float
    vessels: tuple[Vessel, ...]
    stations: tuple[Station, ...]
    aids: tuple[Aid, ...] = ()
    events: tuple[Event, ...] = ()
    story: tuple[Element, ...] = ()
    notice: str = "SIMULATED"


class Cue(NamedTuple):
    """An element of the story against the clock: when it begins and when a watch should know it (UTC us), and what.

    `kind` is the kind of detection, None for a decoy.
    """

    at: int
    known_at: int
    key: str
    kind: str | None
    vessels: tuple[int, ...]
    text: str


def programme(scenario: Scenario, language: str = "en") -> list[Cue]:
    """The first performance of the story in the order of time: cases and decoys, in words of a language."""
    return [
        Cue(
            scenario.epoch_at + round(element.begins_s * SECOND_US),
            scenario.epoch_at + round(element.seen_s * SECOND_US),
            element.key,
            element.expects,
            element.vessels,
            element.about[language],
        )
        for element in scenario.story
    ]


def numbers(scenario: Scenario) -> frozenset[int]:
    """Every MMSI the scenario transmits: what the screens mark as simulated."""
    found = {vessel.identity.mmsi for vessel in scenario.vessels}
    found |= {station.mmsi for station in scenario.stations if station.mmsi is not None}
    found |= {aid.mmsi for aid in scenario.aids}
    for event in scenario.events:
        if isinstance(event, Beacon):
            found.add(event.mmsi)
        elif isinstance(event, Renumber):
            found.update(identity.mmsi for identity in event.identities)
    return frozenset(found)
