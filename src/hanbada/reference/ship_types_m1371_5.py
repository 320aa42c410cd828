"""Code lists of ITU-R M.1371-5: type of ship and cargo (table 53) and navigational status (table 45).

`ship_class` folds the hundred types into the eight classes that colours, speed limits and statistics use.
"""

CARGO, TANKER, PASSENGER, HIGH_SPEED, SPECIAL, FISHING, PLEASURE, OTHER = range(8)
SHIP_CLASSES = (
    "cargo",
    "tanker",
    "passenger",
    "high-speed",
    "tug or special",
    "fishing",
    "pleasure",
    "other",
)
"""Names of the classes that `ship_class` returns, by number."""

_GROUPS = {
    2: "Wing in ground",
    4: "High-speed craft",
    6: "Passenger",
    7: "Cargo",
    8: "Tanker",
    9: "Other type",
}
_CARGOES = {
    0: "all ships of this type",
    1: "hazardous category X",
    2: "hazardous category Y",
    3: "hazardous category Z",
    4: "hazardous category OS",
    9: "no additional information",
}
_SINGLE = {
    30: "Fishing",
    31: "Towing",
    32: "Towing, length over 200 m or breadth over 25 m",
    33: "Dredging or underwater operations",
    34: "Diving operations",
    35: "Military operations",
    36: "Sailing",
    37: "Pleasure craft",
    50: "Pilot vessel",
    51: "Search and rescue vessel",
    52: "Tug",
    53: "Port tender",
    54: "Anti-pollution vessel",
    55: "Law enforcement vessel",
    56: "Spare, for local vessels",
    57: "Spare, for local vessels",
    58: "Medical transport",
    59: "Ship of a State not party to an armed conflict",
}

NAV_STATUS = {
    0: "under way using engine",
    1: "at anchor",
    2: "not under command",
    3: "restricted manoeuvrability",
    4: "constrained by her draught",
    5: "moored",
    6: "aground",
    7: "engaged in fishing",
    8: "under way sailing",
    9: "reserved (DG, HS, MP, category C)",
    10: "reserved (DG, HS, MP, category A)",
    11: "power-driven vessel towing astern",
    12: "power-driven vessel pushing ahead or towing alongside",
    13: "reserved",
    14: "AIS-SART, MOB or EPIRB active",
    15: "not defined",
}
"""Navigational status by code; 15 is also what a beacon under test sends."""

_CLASS_OF_GROUP = {2: HIGH_SPEED, 4: HIGH_SPEED, 5: SPECIAL, 6: PASSENGER, 7: CARGO, 8: TANKER}
_CLASS_OF_SINGLE = {
    30: FISHING,
    31: SPECIAL,
    32: SPECIAL,
    33: SPECIAL,
    34: SPECIAL,
    35: SPECIAL,
    36: PLEASURE,
    37: PLEASURE,
}


def ship_type_name(ship_type: int) -> str:
    """What a type code means, in English.

    >>> ship_type_name(82), ship_type_name(30), ship_type_name(38)
    ('Tanker, hazardous category Y', 'Fishing', 'Reserved')
    """
    if ship_type in _SINGLE:
        return _SINGLE[ship_type]
    group, cargo = divmod(ship_type, 10)
    if group not in _GROUPS:
        return "Not available" if ship_type == 0 else "Reserved"
    if cargo == 0:
        return _GROUPS[group]
    return f"{_GROUPS[group]}, {_CARGOES.get(cargo, 'reserved')}"


def ship_class(ship_type: int | None) -> int:
    """The class of a type code, 0 to 7 as in SHIP_CLASSES; unknown and reserved types are OTHER.

    >>> [SHIP_CLASSES[ship_class(t)] for t in (71, 52, 37, None)]
    ['cargo', 'tug or special', 'pleasure', 'other']
    """
    if ship_type is None:
        return OTHER
    return _CLASS_OF_SINGLE.get(ship_type, _CLASS_OF_GROUP.get(ship_type // 10, OTHER))
