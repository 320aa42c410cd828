"""The kind of a navigational warning by its words: the first rule that fits counts, rarer things before usual ones."""

from __future__ import annotations

import re

_RULES: tuple[tuple[str, str], ...] = (
    ("in_force", r"(?:WARNINGS?|MESSAGES?)\s+IN[ -]FORCE|IN-FORCE BULLETIN"),
    ("nothing_to_report", r"NO (?:MESSAGES?|WARNINGS?) (?:ON HAND|TO REPORT|IN FORCE)|\bQRU\b"),
    ("tsunami", r"TSUNAMI"),
    ("piracy", r"PIRA(?:TE|CY)|ARMED ROBBER|KIDNAP|HIJACK|BOARDED BY|SUSPICIOUS APPROACH|FIRED UPON|GUNMEN|ROBBERY"),
    ("security", r"SECURITY INCIDENT|PROJECTILE|UNCREWED|UNMANNED|ATTACK|POLITICAL TENSION|HOSTILIT|WAR-?LIKE|LIMPET"),
    ("search_and_rescue", r"SINKING|DISTRESS|MAN OVERBOARD|OVERDUE|PERSONS? ON BOARD|UNREPORTED|SEARCH AND RESCUE"),
    ("search_and_rescue", r"RENDER ASSISTANCE|ON FIRE|\bMRCC\b|CREW MISSING"),
    ("gnss", r"\bD?GPS\b|GNSS|GALILEO|GLONASS|BEIDOU|SATELLITE NAVIGATION"),
    ("ais_unreliable", r"\bV?-?AIS\b"),
    ("rocket_launch", r"ROCKET|SPACE DEBRIS|RE-?ENTRY|SPACE ?CRAFT|EXPERIMENTAL FLIGHT|BALLISTIC|\bLAUNCH(?:ING)?\b"),
    ("mines", r"(?<!\w)MINES?\b(?! ?(?:COUNTER|SWEEPING EXERCISE))|ORDNANCE|EXPLOSIVE|UNEXPLODED|DEMINING|MINEFIELD"),
    ("exclusion_zone", r"PROHIBITED FROM ENTERING|EXCLUSION ZONE|PROHIBITED FOR ALL|WAR RISK AREA"),
    ("firing", r"FIRING|GUNNERY|BOMBING|MISSILE|AMMUNITION|TORPEDO|SHOOTING|LIVE FIRE"),
    ("military_exercise", r"(?:NAVAL|MILITARY|SUBMARINE|NATO|COUNTERMEASURE)[A-Z ]{0,60}(?:EXERC|TRAIN|OPERA|MISSION)"),
    ("pollution", r"\bOIL (?:SLICK|SPILL|POLLUTION)|POLLUTION"),
    ("survey", r"SURVEY|SEISMIC|STREAMER|SCIENTIFIC EQUIPMENT|UNDERWATER RESEARCH|HYDROGRAPHIC"),
    ("cable", r"\bCABLE|PIPE-?LINE"),
    ("diving", r"DIVING|DIVERS|UNDERWATER (?:OPERATION|WORK)"),
    ("offshore", r"\b(?:OIL )?RIGS?\b|PLATFORM|DRILL|MODU|FPSO|WIND ?FARM|TURBINE|JACK-?UP"),
    ("ice", r"\bICE\b|ICEBERG|ICEBREAKER"),
    ("dangerous_weather", r"GALE|STORM|CYCLON|TYPHOON|HURRICANE|WAVES|FREEZING SPRAY|HAZARDOUS SEAS|ROUGH SEA"),
    ("fishing_gear", r"FISH(?:ING)? ?NETS?|DRIFT ?NETS?|FISHING GEAR|FISH AGGREGATING|LONGLINE"),
    ("wreck", r"WRECK|SUNKEN|\bSUNK\b|FOUNDERED"),
    ("drifting_hazard", r"ADRIFT|DRIFTING|DERELICT|FLOATING|CAPSIZED|AWASH"),
    ("radio_service", r"NAVTEX (?:STATION|NOT|TRANSMISSION|OFF)|BROADCAST AND|OFF AIR|VHF|(?:RADIO|COAST) STATION"),
    ("obstruction", r"OBSTRUCT|DREDG|MOORING|AGROUND|VOLCAN|PUMICE"),
    ("chart_correction", r"DEPTHS? LESS|SHOAL|AMEND CHART|UNCHARTED"),
    ("aid_to_navigation", r"LIGHT|BUOY|RACON|BEACON|FOG SIGNAL|TIDE GAUGE|CARDINAL"),
    ("routeing", r"TRAFFIC (?:SEPARATION|LANE)|ROUTE?ING|RECOMMENDED TRACK|TRANSIT SUSPENDED|FAIRWAY"),
    ("exclusion_zone", r"ENTRY PROHIBITED|NAVIGATION PROHIBITED|ENTERING PROHIBITED"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _RULES)
_SUBJECTS = {"B": "dangerous_weather", "C": "ice", "D": "search_and_rescue", "J": "gnss", "Z": "nothing_to_report"}
"""NAVTEX B2 letters that say a kind by themselves (IMO NAVTEX Manual)."""


def kind_of(text: str, subject: str | None = None) -> str:
    """The kind of a warning in capitals, of `WARNINGS`."""
    found = next((kind for kind, pattern in _PATTERNS if pattern.search(text)), None)
    return found or _SUBJECTS.get(subject or "", "other")
