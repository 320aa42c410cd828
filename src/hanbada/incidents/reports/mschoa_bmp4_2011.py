"""Vessel movement registration with MSCHOA: BMP4 (2011), annex E; the fields it marks with a star are obligatory."""

from __future__ import annotations

from hanbada.incidents.reports.form import Form, asked

SOURCE = "BMP4, annex E: MSCHOA vessel movement registration form (2011)"

MOVEMENT = Form(
    name="mschoa_movement", scheme="MSCHOA", title="MSCHOA vessel movement registration", source=SOURCE,
    phase="announces",
    marks=((r"\bmschoa\b", 1.0), (r"movement registration|vessel movement|\bregistration\b", 3.0)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(2, "flag", "text", "Flag"),
        asked(3, "imo", "imo", "IMO number"),
        asked(4, "mmsi", "mmsi", "MMSI"),
        asked(5, "call_sign", "call_sign", "Call sign"),
        asked(6, "email", "text", "E-mail addresses"),
        asked(7, "phone", "text", "Telephone"),
        asked(8, "entry_point", "text", "Entry point to the area"),
        asked(8, "entry_at", "ahead", "Time of entry (UTC)"),
        asked(9, "exit_point", "text", "Exit point from the area"),
        asked(9, "exit_at", "ahead", "Time of exit (UTC)"),
        asked(10, "irtc_eta", "ahead", "Estimated time of arrival at the IRTC (UTC)", "eta irtc", "irtc eta"),
        asked(11, "irtc_direction", "direction", "Direction through the IRTC: east or west"),
        asked(12, "group_transit", "yes", "Joins a group transit", must=False),
        asked(13, "national_convoy", "text", "Joins a national convoy, of which country", must=False),
        asked(14, "crew", "count", "Number of crew", must=False),
        asked(14, "crew_nationality", "text", "Nationality of the crew", must=False),
        asked(15, "draught_m", "length", "Draught", must=False),
        asked(16, "freeboard_m", "length", "Freeboard of the lowest deck"),
        asked(17, "speed_kn", "speed", "Planned speed"),
        asked(18, "max_speed_kn", "speed", "Highest speed"),
        asked(19, "cargo", "text", "Cargo", must=False),
        asked(20, "hazardous", "yes", "Hazardous cargo", must=False),
        asked(21, "last_port", "text", "Last port", must=False),
        asked(22, "next_port", "text", "Next port", must=False),
    ),
)  # fmt: skip

FORMS = (MOVEMENT,)
