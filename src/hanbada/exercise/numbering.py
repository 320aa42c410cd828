"""Names and numbers that belong to nobody, as far as can be: how a simulated vessel calls itself.

MMSI: the MID of the flag, then 987, then a serial number. IMO number: 119xxx and a check digit, a range not handed out
when this was written (2024). Call sign: a prefix of the flag, then SIM. Name: begins with SIM. See docs/decisions/0055.
"""

from __future__ import annotations

from hanbada.exercise.scenario import Identity

MIDS = {"KR": 440, "JP": 431, "PA": 354, "LR": 636, "MH": 538, "HK": 477, "SG": 563, "CN": 413, "GR": 240, "DK": 219}
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
MARKED = 987
"""Digits four to six of every simulated ship's MMSI."""
IMO_FIRST = 119_000
"""First six digits of the first simulated IMO number."""
SERIALS = 1000
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS = (7, 6, 5, 4, 3, 2)
_NAME_ROOM = 20


def ship_mmsi(flag: str, serial: int) -> int:
    """The MMSI of a simulated ship.

    >>> ship_mmsi("KR", 7)
    440987007
    """
    return MIDS[flag] * 1_000_000 + MARKED * 1000 + serial % SERIALS


def imo_number(serial: int) -> int:
    """An IMO number with a right check digit that no ship has.

    >>> imo_number(3)
    1190035
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
