"""Reports of the IFC's Voluntary Community Reporting: the four kinds that ifc.org.sg names (read in 2026).

The page says what the reports are for and that positions come every four to eight hours; it shows no form. The fields
are what the other schemes ask of the same ship, with the nouns of the page.
"""

from __future__ import annotations

from hanbada.incidents.reports.form import Form, asked

SOURCE = "IFC Singapore, Voluntary Community Reporting (ifc.org.sg, 2026); fields as other schemes ask them"
_VCR = (r"\bvcr\b|voluntary community report", 2.0), (r"\bifc\b", 1.0)

VCR_INITIAL = Form(
    name="ifc_vcr_initial", scheme="IFC", title="IFC VCR initial report", source=SOURCE, phase="begins",
    marks=(*_VCR, (r"\binitial\b", 2.0)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(2, "imo", "imo", "IMO number"),
        asked(3, "mmsi", "mmsi", "MMSI", must=False),
        asked(4, "call_sign", "call_sign", "Call sign", must=False),
        asked(5, "flag", "text", "Flag", must=False),
        asked(6, "ship_type", "text", "Type of ship", must=False),
        asked(7, "at", "at", "Time of position (UTC)"),
        asked(8, "position", "position", "Position"),
        asked(9, "course_deg", "course", "Course", must=False),
        asked(10, "speed_kn", "speed", "Speed", must=False),
        asked(11, "last_port", "text", "Last port", "from", must=False),
        asked(12, "next_port", "text", "Next port", "to", "destination"),
        asked(13, "eta", "ahead", "Estimated time of arrival (UTC)", must=False),
        asked(14, "cargo", "text", "Cargo", must=False),
        asked(15, "crew", "count", "Number of crew", must=False),
        asked(16, "cso", "story", "Contact of the company", "contact", must=False),
    ),
)  # fmt: skip

VCR_DAILY = Form(
    name="ifc_vcr_daily", scheme="IFC", title="IFC VCR position report", source=SOURCE, phase="goes_on",
    marks=(*_VCR, (r"\bdaily\b|\bposition\b|\bposn\b", 0.7)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name", "from", "fm"),
        asked(2, "call_sign", "call_sign", "Call sign", must=False),
        asked(2, "imo", "imo", "IMO number"),
        asked(2, "mmsi", "mmsi", "MMSI", must=False),
        asked(3, "at", "at", "Time of position (UTC)"),
        asked(4, "position", "position", "Position"),
        asked(5, "course_deg", "course", "Course", must=False),
        asked(5, "speed_kn", "speed", "Speed", must=False),
        asked(6, "remarks", "story", "Other important information", must=False),
    ),
)  # fmt: skip

VCR_FINAL = Form(
    name="ifc_vcr_final", scheme="IFC", title="IFC VCR final report", source=SOURCE, phase="ends",
    marks=(*_VCR, (r"\bfinal\b", 2.0)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(2, "imo", "imo", "IMO number"),
        asked(2, "mmsi", "mmsi", "MMSI", must=False),
        asked(2, "call_sign", "call_sign", "Call sign", must=False),
        asked(3, "at", "at", "Time of report (UTC)"),
        asked(4, "port", "text", "Port where the voyage in the area ended", must=False),
        asked(4, "position", "position", "Or position when leaving the area", must=False),
    ),
)  # fmt: skip

VCR_ANOMALY = Form(
    name="ifc_vcr_anomaly", scheme="IFC", title="IFC VCR anomaly report", source=SOURCE, phase="beside",
    marks=(*_VCR, (r"\banomal(?:y|ies|ous)\b", 2.5)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(2, "imo", "imo", "IMO number", must=False),
        asked(2, "mmsi", "mmsi", "MMSI", must=False),
        asked(2, "call_sign", "call_sign", "Call sign", must=False),
        asked(3, "at", "at", "Time of report (UTC)"),
        asked(4, "position", "position", "Position"),
        asked(5, "course_deg", "course", "Course", must=False),
        asked(5, "speed_kn", "speed", "Speed", must=False),
        asked(6, "activity", "story", "What was seen: time, position, craft, what they did",
              "anomaly", "anomaly observed", "type of anomaly", "details of anomaly", "description of anomaly",
              "activity", "description", "details"),
        asked(7, "action", "story", "Action taken", must=False),
    ),
)  # fmt: skip

FORMS = (VCR_INITIAL, VCR_DAILY, VCR_FINAL, VCR_ANOMALY)
