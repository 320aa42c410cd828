"""Codes of S-124 edition 2.0.0 for what warnings say here, by its feature catalogue (IHO, S124_FCv2.0.1.xml)."""

from __future__ import annotations

WARNING_TYPES = {
    1: "Local Navigational Warning", 2: "Coastal Navigational Warning", 3: "Sub-Area Navigational Warning",
    4: "NAVAREA Navigational Warning", 5: "NAVAREA No Warning", 9: "NAVAREA In-Force Bulletin",
    11: "Coastal In-Force Bulletin",
}  # fmt: skip
REFERENCES = {1: "Warning Cancellation", 2: "Warning Reference", 3: "In-Force"}
RESTRICTIONS = {
    "entry_prohibited": (7, "Entry Prohibited"), "entry_restricted": (8, "Entry Restricted"),
    "to_be_avoided": (14, "Area To Be Avoided"), "stopping_prohibited": (25, "Stopping Prohibited"),
    "speed_restricted": (27, "Speed Restricted"),
}  # fmt: skip
GENERAL = {
    3: "Drifting Hazards", 5: "Other Hazards", 9: "Dangerous Natural Phenomena", 11: "Offshore Infrastructure",
    12: "Piracy or Robbery", 14: "Routeing", 16: "Security Requirement", 17: "Special Operations",
}  # fmt: skip
KINDS: dict[str, tuple[int, int | None]] = {
    "drifting_hazard": (3, None), "dangerous_weather": (9, 267), "ice": (9, None), "tsunami": (9, 276),
    "offshore": (11, None), "cable": (17, 65), "piracy": (12, None), "routeing": (14, None), "security": (16, 253),
    "search_and_rescue": (17, 240), "military_exercise": (17, 190), "firing": (17, 120), "mines": (5, 206),
    "exclusion_zone": (17, 111), "gnss": (5, 141), "ais_unreliable": (5, 8),
}  # fmt: skip
"""A kind as its general and its detailed type; kinds that are not here are other hazards."""
OTHER_HAZARDS = 5
DETAILS = {
    8: "AIS Transmitter Unreliable", 65: "Cable Operations", 111: "Exclusion Zone", 120: "Firing Exercise",
    141: "GNSS Degradation", 190: "Military Exercise", 206: "Naval Mines", 240: "Search and Rescue Operation",
    253: "Security Regulation", 267: "Storm Surge", 276: "Tsunami",
}  # fmt: skip
