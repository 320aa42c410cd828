"""The tables of this room, each declared once: ports, anchorages, registers, incidents, storms, the sea network."""

from hanbada.model.tables import Column, Table

_LAT = Column("lat_deg", "f64", "deg", nullable=False, about="Latitude, WGS 84.")
_LON = Column("lon_deg", "f64", "deg", nullable=False, about="Longitude in [-180, 180).")
_SOURCE = Column("source", "text", "", nullable=False, about="The format it was read from.")

PORTS = Table(
    "PORTS",
    "One row per port.",
    (
        Column("port_id", "text", "", nullable=False, about="Source and its own number or code; may repeat."),
        Column("name", "text", "", nullable=False, about="Name as the source spells it."),
        Column("country", "text", "", nullable=True, about="ISO 3166-1 alpha-2 code."),
        Column("unlocode", "text", "", nullable=True, about="UN/LOCODE without its space."),
        _LAT,
        _LON,
        Column("size", "text", "", nullable=True, about="very small, small, medium or large; World Port Index only."),
        _SOURCE,
    ),
)

ANCHORAGES = Table(
    "ANCHORAGES",
    "One row per place where ships stop: an anchorage cell, or a port of a list made for the same purpose.",
    (
        Column("anchorage_id", "text", "", nullable=False, about="S2 cell in hexadecimal, or list and row."),
        Column("label", "text", "", nullable=False, about="Port the place belongs to."),
        Column("sublabel", "text", "", nullable=True, about="Part of the port."),
        Column("country", "text", "", nullable=True, about="ISO 3166-1 alpha-2 code."),
        _LAT,
        _LON,
        Column("shore_m", "f64", "m", nullable=True, about="Distance from shore as the source states it."),
        Column("at_dock", "bool", "", nullable=True, about="True alongside, false at anchor."),
        _SOURCE,
    ),
)

REGISTER = Table(
    "REGISTER",
    "One row per entry of a ship register or watch list.",
    (
        Column("list", "text", "", nullable=False, about="Which list, as registers.LISTS names it."),
        Column("watch", "bool", "", nullable=False, about="True if standing on the list is itself a reason to look."),
        Column("mmsi", "u32", "", nullable=True, about="As listed; may be no valid MMSI."),
        Column("imo", "u32", "", nullable=True, about="As listed; its check digit may be wrong."),
        Column("call_sign", "text", "", nullable=True, about="Radio call sign."),
        Column("name", "text", "", nullable=True, about="Ship's name."),
        Column("flag", "text", "", nullable=True, about="ISO 3166-1 alpha-2 code."),
        Column("vessel_type", "text", "", nullable=True, about="Type in the list's own words."),
        Column("length_m", "f64", "m", nullable=True, about="Length over all."),
        Column("gross_tonnage", "f64", "", nullable=True, about="Gross tonnage."),
        Column("year", "u16", "", nullable=True, about="The year the entry is about, where the list is by year."),
        Column("programme", "text", "", nullable=True, about="Legal or other basis of the listing."),
        Column("note", "text", "", nullable=True, about="What the list adds in words."),
        Column("row", "u32", "", nullable=False, about="Row of the file, from 1."),
    ),
)

PAST_INCIDENTS = Table(
    "PAST_INCIDENTS",
    "One row per attack or robbery someone reported in the past.",
    (
        Column("reference", "text", "", nullable=False, about="Source and its own number; may repeat."),
        Column("at", "time", "UTC us", nullable=False, about="When; the start of the day where only the day is known."),
        Column("at_error_s", "u32", "s", nullable=False, about="How far off that may be."),
        _LAT,
        _LON,
        Column("act", "text", "", nullable=True, about="One of incidents.ACTS."),
        Column("reported_as", "text", "", nullable=True, about="The source's own word for it."),
        Column("place", "text", "", nullable=True, about="Where, in words."),
        Column("vessel", "text", "", nullable=True, about="The ship, in words."),
        Column("vessel_type", "text", "", nullable=True, about="Type of ship, in words."),
        Column("vessel_status", "text", "", nullable=True, about="steaming, anchored, berthed, drifting and so on."),
        Column("description", "text", "", nullable=True, about="The report."),
        _SOURCE,
    ),
)

WIND_RADII_KN = (34, 50, 64)
QUADRANTS = ("ne", "se", "sw", "nw")


def _radius(name: str, about: str) -> Column:
    return Column(name, "f64", "m", nullable=True, about=about)


def _agency(name: str, speed_kn: int) -> tuple[Column, ...]:
    stem = f"{name}_r{speed_kn}"
    wind = f"{speed_kn} kn wind as {name.upper()} gives it"
    return (
        Column(f"{stem}_dir", "u8", "", nullable=True, about=f"Way of the longest {wind}: 1 NE to 8 N, 9 even."),
        _radius(f"{stem}_long_m", f"Longest radius of {wind}."),
        _radius(f"{stem}_short_m", f"Shortest radius of {wind}."),
    )


STORM_FIXES = Table(
    "STORM_FIXES",
    "One row per best-track fix of a tropical cyclone.",
    (
        Column("storm_id", "text", "", nullable=False, about="IBTrACS serial; a storm keeps it across basins."),
        Column("name", "text", "", nullable=True, about="Name given to the storm."),
        Column("basin", "text", "", nullable=True, about="WP, EP, NA, NI, SI, SP or SA."),
        Column("at", "time", "UTC us", nullable=False, about="Time of the fix."),
        _LAT,
        _LON,
        Column("wind_kn", "f64", "kn", nullable=True, about="Greatest sustained wind of the responsible agency."),
        Column("pressure_hpa", "f64", "hPa", nullable=True, about="Least central pressure."),
        Column("motion_kn", "f64", "kn", nullable=True, about="Speed of the storm."),
        Column("course_deg", "f64", "deg", nullable=True, about="Course of the storm in [0, 360)."),
        *(
            _radius(f"r{wind}_{quadrant}_m", f"Reach of {wind} kn wind to the {quadrant.upper()}, US agencies.")
            for wind in WIND_RADII_KN
            for quadrant in QUADRANTS
        ),
        *_agency("tokyo", 50),
        *_agency("tokyo", 30),
        *_agency("kma", 50),
        *_agency("kma", 30),
    ),
)

SEA_EDGES = Table(
    "SEA_EDGES",
    "One row per leg of the sea network, usable both ways.",
    (
        Column("from_node", "u32", "", nullable=False, about="Node number from 0; equal places share one."),
        Column("to_node", "u32", "", nullable=False, about="Node number."),
        Column("from_lat_deg", "f64", "deg", nullable=False, about="Latitude of the first node."),
        Column("from_lon_deg", "f64", "deg", nullable=False, about="Longitude in [-180, 180)."),
        Column("to_lat_deg", "f64", "deg", nullable=False, about="Latitude of the second node."),
        Column("to_lon_deg", "f64", "deg", nullable=False, about="Longitude in [-180, 180)."),
        Column("length_m", "f64", "m", nullable=False, about="Great-circle length."),
        Column("passage", "text", "", nullable=True, about="Strait or canal it passes, in the source's word."),
        Column("feature", "u32", "", nullable=False, about="Feature of the file it came from, from 1."),
    ),
)

PACK_REJECTS = Table(
    "PACK_REJECTS",
    "One row per row of a pack that cannot be used: rows in = rows used + rejects + rows left out, always.",
    (
        Column("file", "text", "", nullable=False, about="File in the pack."),
        Column("row", "u32", "", nullable=False, about="Row or feature of that file, from 1."),
        Column("code", "text", "", nullable=False, about="One of reading.REJECT_CODES."),
        Column("detail", "text", "", nullable=False, about="What was wrong."),
    ),
)

ALL = (PORTS, ANCHORAGES, REGISTER, PAST_INCIDENTS, STORM_FIXES, SEA_EDGES, PACK_REJECTS)
