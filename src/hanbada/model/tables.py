"""Tables at the seams, each declared once: name, type, unit, nullable, one sentence.

From the declaration come the Arrow schema, the check at the seam and the reference page. Null means unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hanbada.model.errors import SeamError

if TYPE_CHECKING:
    import pyarrow as pa

TYPES = ("u8", "u16", "u32", "u64", "i8", "i32", "i64", "f32", "f64", "bool", "text", "time")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `type` is one of TYPES (`time` is UTC microseconds), `unit` empty where there is none."""

    name: str
    type: str
    unit: str
    nullable: bool
    about: str


def arrow_type(name: str) -> pa.DataType:
    """The Arrow type behind one of TYPES."""
    import pyarrow as pa

    special = {"text": pa.string(), "time": pa.timestamp("us", tz="UTC"), "bool": pa.bool_()}
    if name in special:
        return special[name]
    kind = {"u": "uint", "i": "int", "f": "float"}[name[0]]
    return pa.type_for_alias(kind + name[1:])


@dataclass(frozen=True)
class Table:
    """A named table: its columns in order."""

    name: str
    about: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema."""
        import pyarrow as pa

        return pa.schema([pa.field(c.name, arrow_type(c.type), c.nullable) for c in self.columns])

    def check(self, table: pa.Table) -> pa.Table:
        """The table itself if names, types and nulls are as declared; raises SeamError naming the first that is not."""
        if tuple(table.column_names) != self.names:
            message = f"{self.name}: columns are {table.column_names}, declared {list(self.names)}"
            raise SeamError(message)
        for column in self.columns:
            got = table.column(column.name)
            if got.type != arrow_type(column.type):
                message = f"{self.name}.{column.name}: type {got.type}, declared {column.type}"
                raise SeamError(message)
            if not column.nullable and got.null_count:
                message = f"{self.name}.{column.name}: {got.null_count} nulls, declared never null"
                raise SeamError(message)
        return table

    def empty(self) -> pa.Table:
        """No rows."""
        import pyarrow as pa

        return pa.Table.from_batches([], self.schema)

    def build(self, values: dict[str, Any]) -> pa.Table:
        """A table from arrays by column name; columns that are absent become null (or raise, if never null)."""
        import pyarrow as pa

        length = len(next(iter(values.values())))
        arrays = [
            pa.array(values[f.name], f.type) if f.name in values else pa.nulls(length, f.type) for f in self.schema
        ]
        return self.check(pa.Table.from_arrays(arrays, schema=self.schema))


_AT = Column("at", "time", "UTC us", nullable=False, about="Best estimate of when it was transmitted.")
_MMSI = Column("mmsi", "u32", "", nullable=False, about="The radio's name.")
_SOURCE = Column("source", "u16", "", nullable=False, about="Number of the receiver or feed it was heard by.")
_LINE = Column("line_id", "u64", "", nullable=False, about="The line it came from.")

POSITIONS = Table(
    "POSITIONS",
    "One row per position report of a vessel or aircraft (message types 1-3, 9, 18, 19, 27).",
    (
        _AT,
        _MMSI,
        Column("lat_deg", "f64", "deg", nullable=True, about="Latitude, WGS 84; null when the radio did not know."),
        Column("lon_deg", "f64", "deg", nullable=True, about="Longitude in [-180, 180)."),
        Column("sog_kn", "f32", "kn", nullable=True, about="Speed over ground; 102.2 means at least that."),
        Column("cog_deg", "f32", "deg", nullable=True, about="Course over ground in [0, 360)."),
        Column("heading_deg", "u16", "deg", nullable=True, about="True heading, 0-359."),
        Column("nav_status", "u8", "", nullable=True, about="Navigational status 0-14, ITU-R M.1371 table 45."),
        Column("utc_second", "u8", "s", nullable=True, about="UTC second of the fix, 0-59."),
        Column("position_mode", "u8", "", nullable=True, about="61 manual, 62 dead reckoning, 63 inoperative."),
        Column("msg_type", "u8", "", nullable=True, about="AIS message type; null where the provider does not say."),
        _SOURCE,
        _LINE,
    ),
)

STATICS = Table(
    "STATICS",
    "One row per report of static and voyage data (message types 5, 19, 24).",
    (
        _AT,
        _MMSI,
        Column("imo", "u32", "", nullable=True, about="IMO number as sent; its check digit may be wrong."),
        Column("call_sign", "text", "", nullable=True, about="Radio call sign."),
        Column("name", "text", "", nullable=True, about="Ship's name as sent: text a stranger typed."),
        Column("ship_type", "u8", "", nullable=True, about="Type of ship and cargo, 1-99."),
        Column("to_bow_m", "u16", "m", nullable=True, about="Antenna to bow."),
        Column("to_stern_m", "u16", "m", nullable=True, about="Antenna to stern."),
        Column("to_port_m", "u8", "m", nullable=True, about="Antenna to port side."),
        Column("to_starboard_m", "u8", "m", nullable=True, about="Antenna to starboard side."),
        Column("draught_m", "f32", "m", nullable=True, about="Draught; 25.5 means at least that."),
        Column("destination", "text", "", nullable=True, about="Destination as typed."),
        Column("eta", "text", "UTC", nullable=True, about="Estimated arrival as MM-DDThh:mm; AIS carries no year."),
        Column("msg_type", "u8", "", nullable=True, about="AIS message type; null where the provider does not say."),
        _SOURCE,
        _LINE,
    ),
)

SAFETY = Table(
    "SAFETY",
    "One row per safety-related text (message types 12 and 14).",
    (
        _AT,
        _MMSI,
        Column("text", "text", "", nullable=True, about="The text as sent."),
        Column("msg_type", "u8", "", nullable=True, about="AIS message type; null where the provider does not say."),
        _SOURCE,
        _LINE,
    ),
)

REJECTS = Table(
    "REJECTS",
    "One row per line we could not use: lines in = lines used + rejects, always.",
    (
        _LINE,
        Column("code", "text", "", nullable=False, about="One of ais.REJECT_CODES."),
        Column("detail", "text", "", nullable=True, about="The start of the line, escaped."),
    ),
)

TRACKS = Table(
    "TRACKS",
    "Positions in the order of each vessel's time, each with the track it belongs to.",
    (
        *POSITIONS.columns,
        Column("track_id", "u64", "", nullable=False, about="MMSI x 2^32 + start in s; one MMSI may carry several."),
        Column("silence_s", "f64", "s", nullable=True, about="Since the report before on this track."),
        Column("leg_m", "f64", "m", nullable=True, about="Distance from the report before on this track."),
        Column("quality", "u8", "", nullable=False, about="tracks.QUALITY: 0 good, 1 noise, 2 no position."),
    ),
)

VOYAGES = Table(
    "VOYAGES",
    "From leaving one port to entering the next.",
    (
        _MMSI,
        Column("from_port", "text", "", nullable=True, about="Port left, by name; null if not seen."),
        Column("to_port", "text", "", nullable=True, about="Port entered, by name; null if still under way."),
        Column("left_at", "time", "UTC us", nullable=True, about="Exit of the first port call."),
        Column("entered_at", "time", "UTC us", nullable=True, about="Entry of the next port call."),
        Column("distance_m", "f64", "m", nullable=False, about="Sum of legs sailed in between."),
    ),
)

PORT_CALLS = Table(
    "PORT_CALLS",
    "One row per visit to a port or anchorage.",
    (
        _MMSI,
        Column("port", "text", "", nullable=False, about="Name of the nearest port at entry."),
        Column("entered_at", "time", "UTC us", nullable=True, about="First report inside; null if it began before."),
        Column("left_at", "time", "UTC us", nullable=True, about="First report outside; null if it goes on."),
        Column("stopped_s", "f64", "s", nullable=False, about="Time spent stopped inside."),
        Column("berthed", "bool", "", nullable=True, about="True alongside, false at anchor, null if not stopped."),
        Column("confidence", "u8", "", nullable=False, about="1 passes by to 4 entry, stop and exit all seen."),
    ),
)

SIGHTINGS = Table(
    "SIGHTINGS",
    "One row per thing that a satellite, a radar, a patrol or a person saw, whoever it was.",
    (
        Column("at", "time", "UTC us", nullable=False, about="When it was seen, line by line of an image."),
        Column("sighting_id", "text", "", nullable=False, about="What the sensor or its operator calls it."),
        Column("lat_deg", "f64", "deg", nullable=False, about="Latitude, WGS 84, as measured."),
        Column("lon_deg", "f64", "deg", nullable=False, about="Longitude in [-180, 180)."),
        Column("error_m", "f64", "m", nullable=False, about="Standard error of the place in each direction."),
        Column("sensor", "text", "", nullable=False, about="sar, optical, viirs, rf, radar, patrol or report."),
        Column("presence", "f64", "", nullable=False, about="Probability that it is a vessel at all."),
        Column("length_m", "f64", "m", nullable=True, about="Length as measured."),
        Column("length_error_m", "f64", "m", nullable=True, about="Standard error of the length."),
        Column("heading_deg", "f64", "deg", nullable=True, about="Heading; bow and stern may be taken for each other."),
        Column("ship_type", "u8", "", nullable=True, about="Type of ship as in AIS, as far as its tens digit."),
        Column("mmsi", "u32", "", nullable=True, about="The number it was reported with, if it was."),
        Column("radial_ms", "f64", "m/s", nullable=True, about="Speed away from the sensor, as measured."),
        Column("look_deg", "f64", "deg", nullable=True, about="Direction from the sensor to it, along the ground."),
        Column("slant_m", "f64", "m", nullable=True, about="Distance from the sensor to it."),
        Column("flight_deg", "f64", "deg", nullable=True, about="Direction of flight of the sensor."),
        _SOURCE,
        _LINE,
    ),
)

ALL = (POSITIONS, STATICS, SAFETY, REJECTS, TRACKS, VOYAGES, PORT_CALLS, SIGHTINGS)
