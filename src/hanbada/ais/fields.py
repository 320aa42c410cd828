"""What a bit field is: the one shape in which every message layout is written down."""

from __future__ import annotations

from dataclasses import dataclass

FINE = 600_000
"""Position steps per degree: 1/10,000 minute."""
COARSE = 600
"""Position steps per degree of the long-range and channel messages: 1/10 minute."""
TO_END = -1
"""Width of a field that runs to the end of the message."""


@dataclass(frozen=True, slots=True)
class Field:
    """A run of bits with a name.

    `start` and `width` count bits from the first bit of the payload; a negative `start` counts from behind the last. A
    field to the end leaves out the last `tail` bits. A raw number outside `low`..`high` means "not
    available" and becomes null; `none` is the raw number that says so when we encode. The value is
    raw / `divisor` + `offset`.
    `nonzero` names bits (start, width) that must not all be zero for the field to mean anything.
    """

    name: str
    start: int
    width: int
    type: str = "u8"
    signed: bool = False
    divisor: float = 1.0
    low: int = 0
    high: int = 0
    none: int = 0
    nonzero: tuple[int, int] | None = None
    offset: float = 0.0
    tail: int = 0

    @property
    def end(self) -> int:
        """First bit behind the field; for a field to the end, where it starts; not positive if counted from the end."""
        return self.start + max(self.width, 0)

    @property
    def always(self) -> bool:
        """True if no raw number means "not available"."""
        full = (-(1 << self.width - 1), (1 << self.width - 1) - 1) if self.signed else (0, (1 << self.width) - 1)
        return self.width > 0 and (self.low, self.high) == full and self.nonzero is None


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a message type, or of one variant of it.

    A payload shorter than `min_bits` says too little to be used; fields that it does not reach are null.
    `bits` is the length we send; for fields to the end it is the length without them.
    """

    name: str
    msg_types: tuple[int, ...]
    min_bits: int
    bits: int
    fields: tuple[Field, ...]


def number(
    name: str, start: int, width: int, type_: str = "", none: int | None = None, high: int | None = None
) -> Field:
    """An unsigned number; `none` alone, or everything above `high`, means "not available"."""
    type_ = type_ or ("u8" if width <= 8 else "u16" if width <= 16 else "u32")
    top = (1 << width) - 1
    if none is None:
        return Field(name, start, width, type_, high=top if high is None else high, none=top)
    low = 1 if none == 0 else 0
    last = high if high is not None else top if none == 0 else none - 1
    return Field(name, start, width, type_, low=low, high=last, none=none)


def scaled(name: str, start: int, width: int, divisor: float, high: int, none: int) -> Field:
    """An unsigned number in steps of 1/divisor."""
    return Field(name, start, width, "f32", divisor=divisor, low=0, high=high, none=none)


def flag(name: str, start: int) -> Field:
    """One bit, true when set."""
    return Field(name, start, 1, "bool", high=1)


def text(name: str, start: int, characters: int = 0) -> Field:
    """Six-bit text of so many characters, or to the end; null when nothing but padding is left."""
    return Field(name, start, characters * 6 or TO_END, "text")


def data(name: str, start: int, tail: int = 0) -> Field:
    """Binary payload to the end, or to the `tail` bits before it."""
    return Field(name, start, TO_END, "data", tail=tail)


def spot(lon: tuple[int, int], lat: tuple[int, int], steps: int, prefix: str = "") -> tuple[Field, Field]:
    """Longitude and latitude at (start, width), in steps per degree; 181 and 91 degrees mean "not available"."""
    return (
        Field(prefix + "lon_deg", *lon, "f64", True, steps, -180 * steps, 180 * steps, 181 * steps),  # noqa: FBT003
        Field(prefix + "lat_deg", *lat, "f64", True, steps, -90 * steps, 90 * steps, 91 * steps),  # noqa: FBT003
    )


def dimensions(start: int) -> tuple[Field, Field, Field, Field]:
    """Antenna to bow, stern, port and starboard; a pair that is all zero is not available."""
    along, across = (start, 18), (start + 18, 12)
    return (
        Field("to_bow_m", start, 9, "u16", high=511, nonzero=along),
        Field("to_stern_m", start + 9, 9, "u16", high=511, nonzero=along),
        Field("to_port_m", start + 18, 6, "u8", high=63, nonzero=across),
        Field("to_starboard_m", start + 24, 6, "u8", high=63, nonzero=across),
    )


def second(start: int) -> tuple[Field, Field]:
    """Second of the fix, and what stands there instead when there is none."""
    return (
        Field("utc_second", start, 6, "u8", high=59, none=60),
        Field("position_mode", start, 6, "u8", low=61, high=63, none=60),
    )


def epfd(start: int) -> Field:
    """Kind of electronic position fixing device."""
    return number("epfd", start, 4, none=0)


HEAD = (number("repeat", 6, 2), number("mmsi", 8, 30))
"""What follows the type in every message."""
