"""MISP 2.5: object templates, taxonomies and attribute types we use, as data.

Templates: misp-objects `ais` 4, `ais-observation` 2, `geolocation` 8, `vulnerability` 12. Taxonomies: misp-taxonomies
`tlp` (TLP 2.0), `admiralty-scale`, `estimative-language`, `PAP`. Types and categories: describeTypes of MISP 2.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanbada.model.sharing import Tlp

TEMPLATES = {
    "ais": ("ef90551a-ff34-472c-9fba-c272c4435baa", "4", "marine"),
    "ais-observation": ("7aef2fc4-6d89-4293-94f2-f2010b7e3ad0", "2", "marine"),
    "geolocation": ("cd6f2238-ba55-4888-82c4-104e6e1acf21", "8", "misc"),
    "vulnerability": ("81650945-f186-437b-8945-9f31715d32da", "12", "vulnerability"),
    "hanbada": ("b1f0c6c4-2f39-5d3a-9b0e-5f8d2f0a7a11", "1", "misc"),
}
"""UUID, version and meta-category of each template; `hanbada` is ours: a fact each, as JSON."""
FIELD_TYPES = {
    "latitude": "float", "longitude": "float", "course-over-ground": "float", "speed-over-ground": "float",
    "suspicion-score": "float", "first-seen": "datetime", "last-seen": "datetime", "discrepancy-detail": "comment",
    "id": "vulnerability",
}  # fmt: skip
"""The type of an attribute of these objects; every other one is text."""
CATEGORIES = {"vulnerability": "External analysis"}
"""The category of an attribute of an object by its type; every other one is Other."""

TLP_TAGS: dict[Tlp, str] = {
    "CLEAR": "tlp:clear", "GREEN": "tlp:green", "AMBER": "tlp:amber", "AMBER+STRICT": "tlp:amber+strict",
    "RED": "tlp:red",
}  # fmt: skip
TLPS_OF: dict[str, Tlp] = {tag: tlp for tlp, tag in TLP_TAGS.items()} | {"tlp:white": "CLEAR"}
"""What a tag says; white is the CLEAR of TLP 1."""
RELIABILITY = 'admiralty-scale:source-reliability="{}"'
CREDIBILITY = 'admiralty-scale:information-credibility="{}"'
LIKELIHOODS = (
    (0.95, "almost-certain"), (0.80, "very-likely"), (0.55, "likely"), (0.45, "roughly-even-chance"),
    (0.20, "unlikely"), (0.05, "very-unlikely"), (0.0, "almost-no-chance"),
)  # fmt: skip
"""From which probability on a word holds (ICD 203)."""
LIKELIHOOD = 'estimative-language:likelihood-probability="{}"'
EXERCISE_TAG = "hanbada:exercise"
SIMULATED_TAG = "hanbada:simulated"
RESERVED = ("tlp:", "hanbada:", "admiralty-scale:", "estimative-language:")
"""Name spaces of tags that only we set: a label from somewhere else must not stand for a marking."""

PATTERNS = {
    "ipv4": ("ip-dst", "Network activity"), "ipv6": ("ip-dst", "Network activity"),
    "domain": ("domain", "Network activity"), "url": ("url", "Network activity"),
    "md5": ("md5", "Payload delivery"), "sha1": ("sha1", "Payload delivery"),
    "sha256": ("sha256", "Payload delivery"), "email": ("email-src", "Payload delivery"),
    "mmsi": ("text", "Other"), "imo": ("text", "Other"), "other": ("text", "Other"),
}  # fmt: skip
"""Type and category of an attribute for each kind of pattern."""
READ_PATTERNS = {
    "ip-src": "ip", "ip-dst": "ip", "domain": "domain", "hostname": "domain", "url": "url", "uri": "url",
    "link": "url", "md5": "md5", "sha1": "sha1", "sha256": "sha256", "email": "email", "email-src": "email",
    "email-dst": "email",
}  # fmt: skip
COMPOSITES = {
    "domain|ip": ("domain", "ip"), "filename|md5": (None, "md5"), "filename|sha1": (None, "sha1"),
    "filename|sha256": (None, "sha256"), "ip-src|port": ("ip", None), "ip-dst|port": ("ip", None),
}  # fmt: skip
"""Attributes of two values: what each half is."""

ATTACKS = {
    "spoofing": "spoofing", "identity": "identity-hijack", "impossible": "position-manipulation",
    "interference": "jamming", "swarm": "ghost-vessel",
}  # fmt: skip
"""The attack-type of a kind of detection, said only where it is likely; else `other`, and `none` for other kinds."""
LIKELY = 0.55
THREAT_LEVELS = {"alarm": "1", "warning": "2", "caution": "3"}
UNDEFINED_THREAT = "4"
