"""The words the screens have for codes of the model; translated where they are shown."""

from __future__ import annotations

from hanbada.app.i18n import N_
from hanbada.model import wording

SEVERITY_WORDS = {"alarm": N_("ALARM"), "warning": N_("WARNING"), "caution": N_("CAUTION")}
SEVERITY_SHAPES = {"alarm": "◆", "warning": "▲", "caution": "●"}
SEVERITY_RANKS = {"caution": 1, "warning": 2, "alarm": 3}

ALERT_STATES = {
    "new": N_("New"),
    "acknowledged": N_("Acknowledged"),
    "snoozed": N_("Snoozed"),
    "dismissed": N_("Dismissed"),
    "held": N_("Held by a rule"),
}
CONDITION_WORDS = {
    "not_in_port": N_("not in port"),
    "not_on_duty": N_("no tug, pilot or patrol on duty"),
    "not_simulated": N_("not simulated"),
}
HOLD_WORDS = {
    "probability": N_("less probable than the rule asks"),
    "not_in_port": N_("in port"),
    "not_on_duty": N_("tug, pilot or patrol on duty"),
    "not_simulated": N_("simulated"),
    "budget": N_("beyond the alert budget"),
}
INCIDENT_STATES = {
    "open": N_("Open"),
    "assessing": N_("Assessing"),
    "monitoring": N_("Monitoring"),
    "closed": N_("Closed"),
}
DETECTION_STATES = {
    "open": N_("Going on"),
    "closed": N_("Ended"),
    "revised": N_("Revised"),
    "retracted": N_("Withdrawn"),
}
DISMISSAL_WORDS = {
    "false_positive": N_("False position or false alarm"),
    "in_port": N_("In port or at anchor"),
    "known_activity": N_("Known activity"),
    "duplicate": N_("Duplicate"),
    "other": N_("Other"),
}
KIND_WORDS = {
    "cargo": N_("Cargo"),
    "tanker": N_("Tanker"),
    "passenger": N_("Passenger"),
    "high_speed": N_("High-speed"),
    "tug_special": N_("Tug, special"),
    "fishing": N_("Fishing"),
    "pleasure": N_("Pleasure"),
    "other": N_("Other type"),
}
DETECTOR_WORDS = wording.KINDS
NAV_STATUS = {
    0: N_("Under way using engine"),
    1: N_("At anchor"),
    2: N_("Not under command"),
    3: N_("Restricted manoeuvrability"),
    4: N_("Constrained by draught"),
    5: N_("Moored"),
    6: N_("Aground"),
    7: N_("Engaged in fishing"),
    8: N_("Under way sailing"),
    11: N_("Towing astern"),
    12: N_("Pushing or towing alongside"),
    14: N_("AIS-SART, MOB or EPIRB active"),
}
IDENTITY_WORDS = {
    "name": N_("Name"),
    "imo": N_("IMO number"),
    "call_sign": N_("Call sign"),
    "ship_type": N_("Ship type"),
    "former_name": N_("Other names"),
    "vessel_type": N_("Type in registers"),
    "length_m": N_("Length (m)"),
    "beam_m": N_("Beam (m)"),
    "gross_tonnage": N_("Gross tonnage"),
    "destination": N_("Destination"),
    "flag": N_("Flag"),
    "mmsi": N_("MMSI"),
}
MATCH_WORDS = {
    "imo": N_("found by IMO number"),
    "mmsi": N_("found by MMSI"),
    "call_sign": N_("found by name and call sign"),
    "name": N_("found by name alone: perhaps another ship"),
}
ROLE_WORDS = {
    "viewer": N_("Viewer"),
    "officer": N_("Officer"),
    "releaser": N_("Release officer"),
    "admin": N_("Administrator"),
}
PALETTE_WORDS = {"day": N_("Day"), "dusk": N_("Dusk"), "night": N_("Night")}
SNOOZES = (
    (3600, N_("Snooze 60 min")),
    (6 * 3600, N_("Snooze 6 h")),
    (24 * 3600, N_("Snooze 24 h")),
)
"""Seconds an alert may be put off, and the words for it."""
