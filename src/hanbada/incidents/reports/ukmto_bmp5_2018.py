"""Forms of the UKMTO Voluntary Reporting Area: BMP5 (2018), annex D, as ukmto.org and marinegyaan.com show them.

The suspicious or irregular activity report has the fields of the annex; which of them a master must fill in is ours.
"""

from __future__ import annotations

from hanbada.incidents.reports.form import Form, asked

SOURCE = "BMP5, annex D: UKMTO reporting forms (2018)"
_UKMTO = (r"\bukmto\b", 1.0), (r"\bvra\b|\bvrs\b|voluntary reporting (?:area|scheme)", 0.6)

VRA_INITIAL = Form(
    name="ukmto_vra_initial", scheme="UKMTO", title="UKMTO initial report", source=SOURCE, phase="begins",
    marks=(*_UKMTO, (r"\binitial\b", 2.0)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(2, "flag", "text", "Flag"),
        asked(3, "imo", "imo", "IMO number"),
        asked(4, "phone", "text", "Inmarsat telephone number", must=False),
        asked(5, "at", "at", "Time of position (UTC)"),
        asked(5, "position", "position", "Position"),
        asked(6, "course_deg", "course", "Course"),
        asked(7, "speed_kn", "speed", "Passage speed"),
        asked(8, "freeboard_m", "length", "Freeboard", must=False),
        asked(9, "cargo", "text", "Cargo", must=False),
        asked(10, "destination", "text", "Destination"),
        asked(10, "eta", "ahead", "Estimated time of arrival (UTC)"),
        asked(11, "cso", "story", "Name and contact of the company security officer", must=False),
        asked(12, "crew_nationality", "text", "Nationality of master and crew", "crew", must=False),
        asked(13, "security_team", "team", "Security team embarked: armed, unarmed or none", must=False),
    ),
)  # fmt: skip

VRA_DAILY = Form(
    name="ukmto_vra_daily", scheme="UKMTO", title="UKMTO daily position report", source=SOURCE, phase="goes_on",
    marks=(*_UKMTO, (r"\bdaily\b|\bnoon (?:report|position)", 2.0), (r"\bposition report", 0.5)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name", "from", "fm"),
        asked(2, "call_sign", "call_sign", "Call sign", must=False),
        asked(2, "imo", "imo", "IMO number"),
        asked(3, "at", "at", "Time of report (UTC)"),
        asked(4, "position", "position", "Position"),
        asked(5, "course_deg", "course", "Course", must=False),
        asked(5, "speed_kn", "speed", "Speed", must=False),
        asked(6, "remarks", "story", "Other important information", must=False),
        asked(7, "irtc_point", "point", "Point A or B of the IRTC", must=False),
        asked(7, "irtc_eta", "ahead", "Estimated time of arrival at that point of the IRTC (UTC)", "eta", "next eta",
              must=False),
    ),
)  # fmt: skip

VRA_FINAL = Form(
    name="ukmto_vra_final", scheme="UKMTO", title="UKMTO final report", source=SOURCE, phase="ends",
    marks=(*_UKMTO, (r"\bfinal\b", 2.0)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(2, "call_sign", "call_sign", "Call sign", must=False),
        asked(2, "imo", "imo", "IMO number"),
        asked(3, "at", "at", "Time of report (UTC)"),
        asked(4, "port", "text", "Port where the voyage in the area ended", must=False),
        asked(4, "position", "position", "Or position when leaving the area", must=False),
    ),
)  # fmt: skip

SUSPICIOUS = Form(
    name="ukmto_suspicious", scheme="UKMTO", title="UKMTO suspicious or irregular activity report", source=SOURCE,
    phase="beside",
    marks=(*_UKMTO, (r"\bsuspicious\b|\birregular\b", 2.5)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(2, "call_sign", "call_sign", "Call sign", must=False),
        asked(2, "imo", "imo", "IMO number", must=False),
        asked(3, "at", "at", "Time of report (UTC)"),
        asked(4, "position", "position", "Position"),
        asked(5, "course_deg", "course", "Course", must=False),
        asked(5, "speed_kn", "speed", "Speed", must=False),
        asked(6, "activity", "story", "What was seen: time, position, craft, what they did",
              "sighting of suspicious activity", "suspicious activity", "irregular activity", "activity", "sighting",
              "description", "description of activity", "details"),
    ),
)  # fmt: skip

FORMS = (VRA_INITIAL, VRA_DAILY, VRA_FINAL, SUSPICIOUS)
