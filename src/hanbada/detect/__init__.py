"""Detectors and nothing else: one file each, named after what it flags. `contract` says what a detector is.

Add a detector: its file, its name in DETECTORS, its page in docs/detectors, its cases in tests/cases.
"""

DETECTORS = (
    "distress",
    "impossible",
    "identity",
    "gap",
    "encounter",
    "zone",
    "loitering",
    "close_quarters",
    "drifting",
    "interference",
    "spoofing",
    "fishing",
    "draught",
    "voyage",
    "shadow",
    "cable",
    "swarm",
    "deviation",
)
"""Kinds in the order in which they are run; each is the module of that name in this room."""
