"""Positions as sailors write them: degrees, minutes and thousandths of a minute."""


def angle(deg: float, letters: str, width: int) -> str:
    """An angle in degrees and thousandths of a minute; never 60.000 minutes.

    >>> angle(-0.9999999, "NS", 2)
    '01°00.000′S'
    """
    thousandths = round(abs(deg) * 60_000)
    degrees, minutes = divmod(thousandths, 60_000)
    return f"{degrees:0{width}d}°{minutes / 1000:06.3f}′{letters[deg < 0 and thousandths > 0]}"


def position(lat_deg: float, lon_deg: float) -> str:
    """A position; longitudes beyond 180 are turned back.

    >>> position(34.6951, 129.4125)
    '34°41.706′N 129°24.750′E'
    """
    return f"{angle(lat_deg, 'NS', 2)} {angle(turned(lon_deg), 'EW', 3)}"


def turned(lon_deg: float) -> float:
    """The longitude in [-180, 180); one that lies there stays the same number."""
    return lon_deg if -180 <= lon_deg < 180 else (lon_deg + 180) % 360 - 180
