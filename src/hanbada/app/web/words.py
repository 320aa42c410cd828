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
VERDICT_WORDS = {
    "matched": N_("a vessel that is heard"),
    "dark": N_("a vessel that nobody hears"),
    "unresolved": N_("not sure"),
}
SENSOR_WORDS = {
    "sar": N_("Radar satellite"),
    "optical": N_("Optical satellite"),
    "viirs": N_("Lights at night"),
    "rf": N_("Radio emissions"),
    "radar": N_("Coastal or ship radar"),
    "patrol": N_("Patrol"),
    "report": N_("Report by people"),
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
REGISTER_WORDS = {
    "forum": N_("Forums"),
    "instrument": N_("Papers"),
    "dialogue": N_("Dialogues"),
    "exercise": N_("Exercises"),
    "deployment": N_("Deployments"),
    "transfer": N_("Transfers"),
    "notice": N_("Notices"),
}
DOMAIN_WORDS = {
    "maritime": N_("Maritime"),
    "cyber": N_("Cyber"),
    "counter_terrorism": N_("Counter-terrorism"),
    "climate": N_("Climate"),
    "industry": N_("Industry"),
    "space": N_("Outer space"),
}
DUE_WORDS = {
    "follow_up": N_("Follow-up"),
    "expires": N_("Expires"),
    "returns": N_("Back in force"),
    "notice": N_("Notice begins"),
}
REMINDER_WORDS = {
    "overdue": N_("overdue"),
    "7": N_("within 7 days"),
    "30": N_("within 30 days"),
    "90": N_("within 90 days"),
    "later": N_("later"),
    "undated": N_("no day set"),
}
COLUMN_WORDS = {
    "row_id": N_("Id"),
    "code": N_("Code"),
    "name": N_("Name"),
    "members": N_("Members"),
    "areas": N_("Areas of work"),
    "founded_on": N_("Founded"),
    "source": N_("Cited source"),
    "sourced_on": N_("Date of the source"),
    "confidence": N_("Confidence"),
    "note": N_("Note"),
    "title": N_("Title"),
    "kind": N_("Kind"),
    "parties": N_("Parties"),
    "domains": N_("Domains"),
    "signed_on": N_("Signed"),
    "in_force_on": N_("In force from"),
    "until_on": N_("In force until"),
    "suspended_from_on": N_("Suspended from"),
    "suspended_until_on": N_("Suspended until"),
    "agreement": N_("Agreement that releases rest on"),
    "contact": N_("Contact"),
    "next_action": N_("Next action"),
    "level": N_("Level"),
    "held_on": N_("Held on"),
    "place": N_("Place"),
    "topics": N_("Topics"),
    "decisions": N_("Decisions"),
    "follow_ups": N_("Follow-ups"),
    "series": N_("Series"),
    "begins_on": N_("Begins"),
    "ends_on": N_("Ends"),
    "host": N_("Host"),
    "participants": N_("Participants"),
    "purpose": N_("Purpose"),
    "unit": N_("Unit"),
    "operator": N_("Operator"),
    "lat_deg": N_("Latitude"),
    "lon_deg": N_("Longitude"),
    "supplier": N_("Supplier"),
    "recipient": N_("Recipient"),
    "designation": N_("Designation"),
    "description": N_("Description"),
    "condition": N_("Condition"),
    "ordered": N_("Number ordered"),
    "order_year": N_("Year of order"),
    "delivered": N_("Number delivered"),
    "delivery_years": N_("Years of delivery"),
    "from_party": N_("From party"),
    "begins_at": N_("Begins at"),
    "ends_at": N_("Ends at"),
    "area": N_("Area"),
    "units": N_("Units"),
    "text": N_("Text"),
}
CHOICE_WORDS = {
    "treaty": N_("treaty"),
    "framework": N_("framework agreement"),
    "information": N_("information agreement"),
    "partnership": N_("partnership"),
    "mou": N_("memorandum of understanding"),
    "arrangement": N_("arrangement"),
    "sop": N_("standing procedure"),
    "summit": N_("summit"),
    "minister": N_("ministers"),
    "vice_minister": N_("vice ministers"),
    "director": N_("directors"),
    "staff": N_("staffs"),
    "expert": N_("experts"),
    "port_visit": N_("port visit"),
    "deployment": N_("deployment"),
    "patrol": N_("patrol"),
    "delivery": N_("delivery"),
    "licence_production": N_("production under licence"),
    "joint_development": N_("joint development"),
    "technology_agreement": N_("technology agreement"),
    "new": N_("newly made"),
    "second_hand": N_("second-hand"),
    "refurbished": N_("refurbished"),
    "exercise": N_("notice of an exercise"),
    "transit": N_("notice of a transit"),
    "incident_at_sea": N_("incident at sea"),
    "hot_line": N_("hot-line call"),
    "confirmed": N_("confirmed"),
    "unverified": N_("unverified"),
}
SNOOZES = (
    (3600, N_("Snooze 60 min")),
    (6 * 3600, N_("Snooze 6 h")),
    (24 * 3600, N_("Snooze 24 h")),
)
"""Seconds an alert may be put off, and the words for it."""

PLACE_WORDS = {
    "none": N_("no position"),
    "area": N_("name of the sea area"),
    "30min": N_("to 30 nmi"),
    "10nmi": N_("to 10 nmi"),
    "1nmi": N_("to 1 nmi"),
    "exact": N_("exact"),
}
"""How exactly a position may be told."""
SWITCH_WORDS = {
    "identity": N_("Identity"),
    "evidence": N_("Evidence"),
    "source": N_("Sources"),
    "person": N_("People"),
    "narrative": N_("Narrative"),
}
REPORT_NOTES = {
    "imo_check_digit": N_("the check digit is wrong"),
    "zone_supposed": N_("no time zone was named: taken as UTC"),
    "order_supposed": N_("day and month could be the other way round"),
}
CLASS_WORDS = {
    "alert": N_("Alert"),
    "incident": N_("Incident"),
    "warning": N_("Warning"),
    "track": N_("Track"),
    "vessel": N_("Vessel"),
    "sighting": N_("Sighting"),
    "cyber_indicator": N_("Cyber indicator"),
    "plan": N_("Plan"),
    "notice": N_("Notice"),
    "exercise": N_("Exercise"),
    "register": N_("Register entry"),
    "comment": N_("Comment"),
}
DOOR_FAULTS = (
    N_("This passkey is known already."),
    N_("This is the last way in: add another first."),
    N_("This name is somebody's here already: sign in with the password and bind the account first."),
    N_("The provider gives you no role at this node."),
)
"""What the store says of ways in."""
ACT_WORDS = {
    "release": N_("Release"),
    "charter": N_("A charter"),
    "acceptance": N_("Signing a charter"),
    "agreement": N_("An agreement"),
    "keys": N_("The keys of this node"),
    "scope": N_("Emergency sharing"),
}
"""What waits for another person."""
CHANGE_WORDS = {
    "first": N_("gets it for the first time"),
    "changed": N_("gets a change"),
    "again": N_("gets it again"),
    "same": N_("has exactly this already"),
    "recall": N_("it is taken back"),
    "stays": N_("the terms ended: nothing more is said, what was told stays"),
    "gone": N_("it was taken back"),
    "nothing": N_("gets nothing"),
}
REDUCED_WORDS = {
    "grant": N_("as far as it is granted"),
    "member": N_("the membership allows no more"),
    "marking": N_("its own marking"),
}
"""Whose word it is that something is told less exactly, and below that it is not told."""
LIMIT_WORDS = {
    "grant": N_("not granted"),
    "member": N_("the membership allows no more"),
    "marking": N_("its own marking"),
}
ARRIVAL_WORDS = {
    "live": N_("Valid"),
    "recalled": N_("Recalled"),
    "expired": N_("Expired"),
    "waiting": N_("Waits for its community"),
    "refused": N_("Refused"),
}
ONWARD_WORDS = {
    "none": N_("no further than you"),
    "community": N_("within the community, unchanged"),
    "public": N_("to anyone"),
}
PAPER_WORDS = {
    "live": N_("In force"),
    "not_yet": N_("Not yet in force"),
    "ended": N_("Ended"),
    "suspended": N_("Suspended"),
    "unknown": N_("Not known here"),
}
LANE_WORDS = {
    0: N_("Urgent: recalls, the link itself"),
    1: N_("Alerts, incidents, warnings"),
    2: N_("Tracks and the rest"),
}
SUSPENDED_WORDS = {
    "operator": (N_("A person here suspended it."), N_("Resume it when both sides agree.")),
    "fork": (
        N_("It sent two different things under one number: it may be copied, or somebody speaks in its name."),
        N_("Call the partner before anything else. Resume only when both know why."),
    ),
    "rollback": (
        N_("Both nodes do not remember the same: one of them was probably restored from a backup."),
        N_("If it was this one, run `hanbada node restored`. If not, ask the partner for its new epoch and resume."),
    ),
    "restored": (
        N_("It says it was restored from a backup."),
        N_("Ask the partner, then resume with its new epoch."),
    ),
    "signature": (
        N_("Something came signed with a key that is not its own or was revoked."),
        N_("Call the partner and compare the digits. Do not resume before."),
    ),
    "form": (
        N_("It sends what this program cannot read."),
        N_("One of both nodes needs a newer program."),
    ),
    "quota": (
        N_("It sends more than it may."),
        N_("Ask the partner what its node is doing."),
    ),
}
"""Why a link is suspended, and what to do."""

FACT_WORDS = {
    "kind": N_("Kind"), "state": N_("State"), "severity": N_("Severity"), "probability": N_("Probability"),
    "simulated": N_("Simulated"), "from": N_("From when"), "until": N_("Until"), "place": N_("Position"),
    "vessels": N_("Vessels"), "reasons": N_("Reasons"), "against": N_("Innocent explanations tested"),
    "about": N_("What the reasons are about"), "lines": N_("Lines it rests on"), "sources": N_("Sources"),
    "peers": N_("Others heard"), "opened": N_("Opened"), "changed": N_("Last change"), "title": N_("Title"),
    "owner": N_("Owner"), "log": N_("Log"), "text": N_("Text"), "confidence": N_("Confidence"),
    "reliability": N_("Reliability of the source"), "credibility": N_("Credibility"), "links": N_("Leads to"),
    "number": N_("Number"), "cancels": N_("Cancels"), "refers": N_("Refers to"), "restriction": N_("Restriction"),
    "issued": N_("Issued"), "cancelled": N_("Cancelled"), "areas": N_("Areas"), "authority": N_("Authority"),
    "fixes": N_("Positions"), "length_m": N_("Length, m"), "beam_m": N_("Beam, m"), "at": N_("Time"),
    "error_m": N_("Position error, m"), "sensor": N_("Sensor"), "count": N_("How often"),
    "patterns": N_("What to look for"), "labels": N_("Labels"), "external": N_("Names elsewhere"),
    "waypoints": N_("Waypoints"), "author": N_("Author"),
}  # fmt: skip
TIE_WORDS = {
    "related_to": N_("has to do with"), "explains": N_("explains"), "targets": N_("is aimed at"),
    "seen_at": N_("was seen at"), "part_of": N_("is part of"),
}  # fmt: skip
BECOMES_WORDS = {"new": N_("new"), "changed": N_("changed"), "unchanged": N_("as before")}
CYBER_WORDS = {
    "indicator": N_("Indicator"), "malware": N_("Malware"), "threat_actor": N_("Threat actor"),
    "vulnerability": N_("Vulnerability"), "attack_pattern": N_("Attack pattern"), "campaign": N_("Campaign"),
    "tool": N_("Tool"), "infrastructure": N_("Infrastructure"), "observed": N_("Observed data"),
    "course_of_action": N_("Course of action"),
}  # fmt: skip
STANDING_WORDS = {
    "in_force": N_("in force"), "cancelled": N_("cancelled"), "over": N_("over"), "left_out": N_("not in the bulletin"),
}  # fmt: skip
WARNING_WORDS = {
    "aid_to_navigation": N_("Aid to navigation"), "wreck": N_("Wreck"), "drifting_hazard": N_("Drifting hazard"),
    "obstruction": N_("Obstruction"), "cable": N_("Cable or pipeline"), "offshore": N_("Offshore installation"),
    "dangerous_weather": N_("Dangerous weather"), "ice": N_("Ice"), "tsunami": N_("Tsunami"),
    "search_and_rescue": N_("Search and rescue"), "military_exercise": N_("Military exercise"),
    "firing": N_("Firing practice"), "rocket_launch": N_("Rocket launch"), "exclusion_zone": N_("Exclusion zone"),
    "mines": N_("Mines"), "piracy": N_("Piracy or robbery"), "security": N_("Security"),
    "gnss": N_("Satellite navigation disturbed"), "ais_unreliable": N_("AIS unreliable"),
    "radio_service": N_("Radio service"), "chart_correction": N_("Chart correction"), "routeing": N_("Routeing"),
    "pollution": N_("Pollution"), "survey": N_("Survey"), "diving": N_("Diving"), "fishing_gear": N_("Fishing gear"),
    "in_force": N_("Bulletin"), "nothing_to_report": N_("Nothing to report"), "other": N_("Other warning"),
}  # fmt: skip
