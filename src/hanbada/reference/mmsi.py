"""What an MMSI says by itself: what kind of station it is and under which flag.

Formats and classes are those of ITU-R M.585-9.
"""

import re
from typing import Literal, TypeAlias

from hanbada.reference.mid_itu import MID_COUNTRY

MmsiClass: TypeAlias = Literal[
    "ship",
    "group",
    "coast",
    "sar_aircraft",
    "handheld",
    "craft",
    "aton",
    "sart",
    "mob",
    "epirb",
    "amrd",
    "unknown",
]
_FORMATS: tuple[tuple[str, MmsiClass, int | None], ...] = (
    # leading digits, class, where its MID starts (None: the number names a maker, not a flag)
    ("111", "sar_aircraft", 3),
    ("970", "sart", None),
    ("972", "mob", None),
    ("974", "epirb", None),
    ("979", "amrd", None),
    ("98", "craft", 2),
    ("99", "aton", 2),
    ("00", "coast", 2),
    ("0", "group", 1),
    ("8", "handheld", 1),
)
MID_FIRST, MID_LAST = 201, 775
_GEAR = re.compile(
    r"[0-9]%$|[0-9]\.[0-9]V|@[0-9]+V[0-9]?$|BOUY|BUOY|NET ?MARK|NET ?FISHING|^[0-9]*-[0-9]*$",
)


def _format_of(mmsi: int) -> tuple[MmsiClass, int | None]:
    """Class and MID of an MMSI; the MID is None where the format carries none."""
    if not 0 <= mmsi <= 999_999_999:
        return "unknown", None
    digits = f"{mmsi:09d}"
    for leading, name, start in _FORMATS:
        if digits.startswith(leading):
            mid = None if start is None else int(digits[start : start + 3])
            return (name, mid) if mid is None or MID_FIRST <= mid <= MID_LAST else ("unknown", None)
    mid = int(digits[:3])
    return ("ship", mid) if MID_FIRST <= mid <= MID_LAST else ("unknown", None)


def mmsi_class(mmsi: int) -> MmsiClass:
    """What kind of station the number is for; "unknown" where the digits fit no format (net buoys, toys, typos).

    "amrd" is an autonomous maritime radio device of group B (979…: markers, not ships).

    >>> [mmsi_class(m) for m in (440123456, 2470001, 111232512, 992471234, 970123456, 123456789)]
    ['ship', 'coast', 'sar_aircraft', 'aton', 'sart', 'unknown']
    """
    return _format_of(mmsi)[0]


def mid_of(mmsi: int) -> int | None:
    """The three maritime identification digits, allocated or not; None where the format carries none.

    >>> mid_of(992471234), mid_of(970123456)
    (247, None)
    """
    return _format_of(mmsi)[1]


def flag_of(mmsi: int) -> str | None:
    """ISO 3166-1 alpha-2 code of the administration the number belongs to; None if its MID is not allocated.

    >>> flag_of(613003889), flag_of(677087200), flag_of(299000000)
    ('CM', 'TZ', None)
    """
    mid = mid_of(mmsi)
    return None if mid is None else MID_COUNTRY.get(mid)


def is_gear_name(name: str) -> bool:
    """Whether a name is that of fishing gear (a net buoy's battery state, "NET MARK", bare numbers), not of a vessel.

    The patterns are those Global Fishing Watch publishes (paper-industrial-activity, ranked_matches).

    >>> [is_gear_name(n) for n in ("LURONG 88 77%", "NET MARK 3", "12-34", "DONGWON 101 HO")]
    [True, True, True, False]
    """
    return bool(_GEAR.search(name.strip().upper()))
