"""IMO ship numbers: seven digits, the last a check digit (IMO resolution A.1117(30)).

Passing is weak evidence: one random number in ten passes.
"""

_WEIGHTS = (7, 6, 5, 4, 3, 2)
RANGES = ((1_000_000, 1_199_999), (5_000_000, 9_999_999))
"""Numbers handed out: 5 to 9 million since 1963; 1 million for large yachts and, as 9 million runs out, ships.

The second end is ours: beyond it lies 1234567, whose check digit is right and which people type for want of a number.
"""


def imo_valid(number: int | None) -> bool:
    """Whether the number has seven digits of a range ever handed out and its check digit is right.

    >>> imo_valid(9329760), imo_valid(8358427), imo_valid(9329761), imo_valid(0)
    (True, True, False, False)
    """
    if number is None or not any(first <= number <= last for first, last in RANGES):
        return False
    digits = [int(digit) for digit in str(number)]
    return sum(w * d for w, d in zip(_WEIGHTS, digits, strict=False)) % 10 == digits[6]
