"""Names and numbers that belong to nobody: how a simulated vessel calls itself.

MMSI: three digits that the ITU has given to no administration, one stand-in for each flag, then a serial number; so no
ship can have been assigned it, and nobody's flag is shown. IMO number: from a range in which no ship has been found.
Call sign: a prefix of the flag, then SIM. Name: begins with SIM. See docs/decisions/0055.
"""

from __future__ import annotations

from hanbada.exercise.scenario import Identity

MIDS = {"KR": 482, "JP": 483, "PA": 380, "LR": 640, "MH": 581, "HK": 487, "SG": 580, "CN": 489, "GR": 280, "DK": 281}
"""Maritime identification digits without an administration (ITU list of 2025), by the flag they stand in for."""
PREFIXES = {
    "KR": "DS",
    "JP": "JD",
    "PA": "3F",
    "LR": "D5",
    "MH": "V7",
    "HK": "VR",
    "SG": "9V",
    "CN": "BO",
    "GR": "SV",
    "DK": "OU",
}
IMO_FIRST = 590_000
"""First six digits of the first simulated IMO number."""
SERIALS = 1000
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS = (7, 6, 5, 4, 3, 2)
_NAME_ROOM = 20


def ship_mmsi(flag: str, serial: int) -> int:
    """The MMSI of a simulated ship.

    >>> ship_mmsi("KR", 7)
    482000007
    """
    return MIDS[flag] * 1_000_000 + serial % SERIALS


def imo_number(serial: int) -> int:
    """An IMO number with a right check digit that no ship is known to have.

    >>> imo_number(3)
    5900035
    """
    stem = IMO_FIRST + serial % SERIALS
    check = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, str(stem), strict=True)) % 10
    return stem * 10 + check


def call_sign(flag: str, serial: int) -> str:
    """A call sign of the flag's series that says SIM.

    >>> call_sign("KR", 37)
    'DSSIM11'
    """
    return f"{PREFIXES[flag]}SIM{_DIGITS[serial // 36 % 36]}{_DIGITS[serial % 36]}"


def identity(flag: str, serial: int, name: str, *, imo: bool = True, signed: bool = True) -> Identity:
    """Who the simulated vessel of that serial number is; `name` goes without its SIM."""
    return Identity(
        mmsi=ship_mmsi(flag, serial),
        name=f"SIM {name}"[:_NAME_ROOM],
        call_sign=call_sign(flag, serial) if signed else None,
        imo=imo_number(serial) if imo else None,
    )
