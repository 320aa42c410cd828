"""Where in a line a sentence, a stamp or a TAG block begins: compiled, for `scan_kernel`."""

from typing import Any

from hanbada.ais.stamp_kernel import BACKSLASH, BANG, COLON, COMMA, DOLLAR, STAR, is_pghp, upper_or_digit
from hanbada.model.kernel import kernel


@kernel
def is_ais(buffer: Any, p: int, stop: int) -> bool:
    """Whether `!ttVDM,` or `!ttVDO,` stands at p, with a talker tt of capitals, digits or hyphens."""
    if stop - p < 7 or buffer[p] != BANG or buffer[p + 3] != 86 or buffer[p + 4] != 68 or buffer[p + 6] != COMMA:
        return False
    a, b, last = buffer[p + 1], buffer[p + 2], buffer[p + 5]
    talker = (upper_or_digit(a) or a == 45) and (upper_or_digit(b) or b == 45)
    return bool(talker and (last == 77 or last == 79))


@kernel
def is_other(buffer: Any, p: int, stop: int) -> bool:
    """Whether another sentence starts at p: `$` or `!`, three or more capitals or digits, a comma or star."""
    if buffer[p] != DOLLAR and buffer[p] != BANG:
        return False
    e = p + 1
    while e < stop and upper_or_digit(buffer[e]):
        e += 1
    return e - p >= 4 and e < stop and (buffer[e] == COMMA or buffer[e] == STAR)


@kernel
def next_start(buffer: Any, start: int, stop: int) -> int:
    """Where the next sentence, `$PGHP` stamp or TAG block begins, or stop."""
    for p in range(start, stop):
        c = buffer[p]
        if c == BANG and is_ais(buffer, p, stop):
            return p
        if c == DOLLAR and is_pghp(buffer, p, stop):
            return p
        if c == BACKSLASH:
            e = p + 1
            while e < stop and (65 <= buffer[e] <= 90 or 97 <= buffer[e] <= 122):
                e += 1
            if e > p + 1 and e < stop and buffer[e] == COLON:
                return p
    return stop


@kernel
def is_space(c: int) -> bool:
    """Whether a byte is white space."""
    return c == 13 or c == 10 or c == 9 or c == 32
