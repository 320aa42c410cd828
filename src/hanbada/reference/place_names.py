"""Names of disputed places: both, or the neutral one, unless the owner's file says otherwise.

A name is policy. These replacements are the default; `neutral` takes another table. Within a name, order is that of
the alphabet.
"""

from collections.abc import Mapping

NEUTRAL_NAMES: Mapping[str, str] = {
    "Senkaku Islands": "Diaoyu / Senkaku Islands",
    "Liancourt Rocks": "Liancourt Rocks (Dokdo / Takeshima)",
    "Kuril Islands": "Kuril Islands (southern; Northern Territories)",
    "Wake Island / Enenkio": "Enenkio / Wake Island",
    "Falkland / Malvinas Islands": "Falkland Islands / Malvinas",
    "Sea of Japan": "East Sea / Sea of Japan",
    "Persian Gulf": "Persian Gulf / Arabian Gulf",
}
"""Names as sources write them, and as we show them."""


def neutral(name: str, names: Mapping[str, str] = NEUTRAL_NAMES) -> str:
    """A name with one-sided place names replaced.

    >>> neutral("Overlapping claim Senkaku Islands: Taiwan / Japan / China")
    'Overlapping claim Diaoyu / Senkaku Islands: Taiwan / Japan / China'
    >>> neutral("East Sea / Sea of Japan")
    'East Sea / Sea of Japan'
    """
    for given, shown in names.items():
        if given in name and shown not in name:
            name = name.replace(given, shown)
    return name
