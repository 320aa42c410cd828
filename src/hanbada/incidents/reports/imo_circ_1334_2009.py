"""Reports of piracy and armed robbery: IMO MSC.1/Circ.1334 (2009), appendix 5, initial message and follow-up report.

The circular asks for all of it without saying what is obligatory; what a watch cannot do without is marked by us.
"""

from __future__ import annotations

from hanbada.incidents.reports.form import Form, asked

SOURCE = "IMO MSC.1/Circ.1334 (2009), appendix 5"
_PIRACY = (r"\bpiracy\b|\bpirates?\b|armed robbery|\brobbery\b", 1.5), (r"\b1334\b|\bimo (?:follow|initial)", 1.0)

INITIAL = Form(
    name="imo_initial", scheme="IMO", title="IMO initial message of an attack", source=SOURCE, phase="beside",
    marks=(*_PIRACY, (r"initial message|attack alert|\bmayday\b|robbery attack|piracy attack", 2.0),
           (r"follow.?up", -3.0)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(1, "call_sign", "call_sign", "Call sign", must=False),
        asked(1, "imo", "imo", "IMO number", must=False),
        asked(1, "inmarsat", "text", "Inmarsat identities", "inmarsat ids", "inmarsat id", must=False),
        asked(1, "mmsi", "mmsi", "MMSI", must=False),
        asked(2, "position", "position", "Position"),
        asked(2, "at", "at", "Time of position (UTC)"),
        asked(2, "course_deg", "course", "Course", must=False),
        asked(2, "speed_kn", "speed", "Speed", must=False),
        asked(3, "nature", "story", "Nature of the event", "nature of event", "nature of the event", "event"),
    ),
)  # fmt: skip

FOLLOW_UP = Form(
    name="imo_followup", scheme="IMO", title="IMO follow-up report of an attack", source=SOURCE, phase="beside",
    marks=(*_PIRACY, (r"follow.?up", 3.0)),
    fields=(
        asked(1, "ship_name", "name", "Ship's name"),
        asked(1, "call_sign", "call_sign", "Call sign", must=False),
        asked(1, "imo", "imo", "IMO number", must=False),
        asked(2, "reference", "story", "Reference to the initial alert", "reference initial piracy armed robbery alert",
              "reference initial alert", "reference initial piracy alert", "initial alert", must=False),
        asked(3, "position", "position", "Position of the incident"),
        asked(3, "area", "story", "Name of the area", "area", "name of area", must=False),
        asked(4, "ship_state", "story", "Sailing, at anchor or at berth", "while sailing at anchor or at berth",
              "sailing at anchor or at berth", "sailing anchor berth", "underway anchored berthed", must=False),
        asked(4, "method", "story", "Method of attack"),
        asked(4, "craft", "story", "Suspect craft, how many", "description number of suspect craft", "suspect craft",
              must=False),
        asked(4, "perpetrators", "story", "Pirates or robbers, how many",
              "number and brief description of pirates robbers", "number and description of robbers",
              "number of pirates", "number of robbers", "pirates robbers", "pirates", "robbers", must=False),
        asked(4, "weapons", "story", "Weapons", "what kind of weapons did the pirates robbers carry",
              "what kind of weapons did the pirates carry", must=False),
        asked(4, "language", "story", "Other information, such as the language spoken",
              "any other information language spoken", "language spoken", "language", must=False),
        asked(4, "injuries", "story", "Injuries to crew and passengers", "injuries to crew", "injuries", must=False),
        asked(4, "damage", "story", "Damage to the ship", "damage to ship", "damage", must=False),
        asked(4, "stolen", "story", "What was stolen", "brief details of stolen property cargo", "stolen property",
              "stolen", must=False),
        asked(4, "action", "story", "Action taken by master and crew", "crew action", must=False),
        asked(4, "reported_to", "story", "Coastal authority it was reported to",
              "was incident reported to the coastal authority and to whom", "reported to coastal authority",
              "reported to", must=False),
        asked(4, "state_action", "story", "Action taken by the coastal State", "action taken by the coastal state",
              "action by coastal state", "coastal state action", must=False),
        asked(5, "movements", "story", "Last seen movements of the suspect craft",
              "last observed movements of pirate suspect craft", "last observed movements",
              "last movements of suspect craft", "movements", must=False),
        asked(6, "assistance", "story", "Assistance required", "assistance", must=False),
        asked(7, "communications", "story", "Preferred communications with the ship", "preferred communications",
              "communications", must=False),
        asked(8, "at", "at", "Time of report (UTC)"),
    ),
)  # fmt: skip

FORMS = (INITIAL, FOLLOW_UP)
