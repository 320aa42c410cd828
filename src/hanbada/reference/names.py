"""Ship names as fleets of East and South-East Asia write them: brought to one form, and how alike two of them are.

`DONGWON 101 HO` and `제101동원호` are one name, `DONGWON 102 HO` is her sister: the number of a hull is part of who she
is, the words around it are not. What is weighed is in the letters; numbers only tell ships apart.
"""

from __future__ import annotations

import re
from itertools import permutations
from typing import NamedTuple

from hanbada.reference.hanzi import PINYIN
from hanbada.reference.letters import latin

SAME = 0.95
"""From this likeness on two names are taken for one (measured over tests/reference/name_pairs.csv)."""
SISTER = 0.45
"""The most alike that names with different numbers can be."""
UNNUMBERED = 0.9
"""The most if only one has a number: on a list of sanctions such names were different ships, twelve times of twelve."""
LONGEST = 80
"""Characters of a name that are looked at: AIS sends 20, registers print 50."""
FEW_WORDS = 4
"""Words whose orders are tried: twenty-four."""

_TYPES = re.compile(
    r"^(?:(?:[MFSRT]\W{0,2}[VTYS]|M\W?F\W?V|KM[NP]?|KLM|KRI|KN|LCT|SPOB|SPB|TB|TK|BG|MOTOR VESSEL|KAPAL MOTOR)"
    r"\b[\W_]*|(?:[MF]/[VT]|[MF]\.[VT]\.)\s*)"
)
"""What a ship is, before her name: motor vessel, tanker, fishing vessel; Indonesian kapal motor, tug boat, barge."""
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_BEFORE = {"NO", "NR", "JE", "DI", "DAI", "NOMOR"}
"""Words for "number" before one: English, 제, 第 in Chinese and Japanese, Indonesian."""
_AFTER = {"HO", "HAO", "GO", "TH", "ST", "ND", "RD"}
"""Words for "number" or "ship" after one: 호, 号 in Chinese and Japanese, English ordinals."""
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_SYLLABLES = frozenset(PINYIN.values())
"""Among these, XI is one more."""
_VALUES = {"I": 1, "V": 5, "X": 10}
_FOLDS = (
    ("YOUNG", "YEONG"), ("KYUNG", "GYEONG"), ("KYEONG", "GYEONG"), ("MYUNG", "MYEONG"), ("BYUNG", "BYEONG"),
    ("HYUN", "HYEON"), ("KWANG", "GWANG"), ("SUNG", "SEONG"), ("JUNG", "JEONG"), ("KUM", "GEUM"),
    ("WOO", "U"), ("OO", "U"), ("OU", "O"),
    ("UU", "U"), ("OH", "O"), ("MB", "NB"), ("MP", "NP"), ("MM", "NM"), ("-", ""), ("'", ""),
)  # fmt: skip
"""Spellings of one sound: Korean as it is written in practice, Japanese long vowels and n before b, m, p."""


class ShipName(NamedTuple):
    """A name in one form: its words in order, and the number of the hull ("" if it has none)."""

    words: tuple[str, ...]
    hull_no: str

    @property
    def letters(self) -> str:
        """The words without what is between them."""
        return "".join(self.words)


class Likeness(NamedTuple):
    """How alike two names are, 0 to 1; whether they are the same words in another order; whether the numbers differ."""

    score: float
    token_swap: bool = False
    renumbered: bool = False

    @property
    def same(self) -> bool:
        """Whether they are taken for one name."""
        return self.score >= SAME


def ship_name(text: str) -> ShipName:
    """A name in one form.

    >>> ship_name("제101동원호"), ship_name("M/V NO.101 DONGWON")
    (ShipName(words=('DONGWON',), hull_no='101'), ShipName(words=('DONGWON',), hull_no='101'))
    >>> ship_name("KM. SINAR LAUT IX").hull_no, ship_name("LURONGYUANYU 101HAO").words
    ('9', ('LURONGYUANYU',))
    """
    parts = _PARTS.findall(_TYPES.sub("", latin(text[:LONGEST])).replace("'", ""))
    parts = _arabic(parts)
    words = [part for i, part in enumerate(parts) if not part.isdigit() and not _is_unit(parts, i)]
    numbers = [part.lstrip("0") or "0" for part in parts if part.isdigit()]
    named = words if words or numbers else parts
    return ShipName(tuple(map(_without_ship, named)), "-".join(numbers))


def _arabic(parts: list[str]) -> list[str]:
    """Roman numerals after a word as numbers, if there is no other number."""
    if any(part.isdigit() for part in parts) or all(part in _SYLLABLES for part in parts):
        return parts
    return [str(_roman(part)) if i and _ROMAN.fullmatch(part) else part for i, part in enumerate(parts)]


def _roman(numeral: str) -> int:
    values = [_VALUES[one] for one in numeral]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def _is_unit(parts: list[str], i: int) -> bool:
    """Whether a part is a word that only goes with the number beside it, or that stands for "ship"."""
    part, before, after = parts[i], parts[i - 1] if i else "", parts[i + 1] if i + 1 < len(parts) else ""
    if part == "MARU" or (part in _BEFORE and after.isdigit()) or (part in _AFTER and before.isdigit()):
        return True
    return part == "HO" and len("".join(parts[:i])) > 3 and all(p.isdigit() or p in _BEFORE for p in parts[i + 1 :])


def _without_ship(word: str) -> str:
    """A word without "ship" written to it, where something long enough to be a name remains."""
    for end, least in (("MARU", 7), ("HO", 8)):
        if word.endswith(end) and len(word) >= least:
            return word.removesuffix(end)
    return word


def alike(one: str, other: str) -> Likeness:
    """How alike two names are.

    >>> alike("DONGWON 101 HO", "DONGWON 102 HO")
    Likeness(score=0.45, token_swap=False, renumbered=True)
    >>> alike("SHUN XING 39", "XING SHUN 39")
    Likeness(score=1.0, token_swap=True, renumbered=False)
    """
    a, b = ship_name(one), ship_name(other)
    differ = bool(a.hull_no and b.hull_no and a.hull_no != b.hull_no)
    score, swapped = _letters_alike(a, b)
    most = SISTER if differ else UNNUMBERED if a.hull_no != b.hull_no else 1.0
    return Likeness(min(score, most), swapped, differ and score >= SAME)


def _letters_alike(a: ShipName, b: ShipName) -> tuple[float, bool]:
    """Likeness of what is not a number, and whether words changed places."""
    if not a.words or not b.words:
        return float(not a.words and not b.words and bool(a.hull_no) and a.hull_no == b.hull_no), False
    mine, theirs = folded(a.letters), folded(b.letters)
    if mine == theirs:
        return 1.0, False
    words, others = sorted(map(folded, a.words)), sorted(map(folded, b.words))
    if words == others or _reordered(words, theirs) or _reordered(others, mine):
        return 1.0, True
    as_words = 0.6 * token_set_ratio(words, others) + 0.4 * jaro_winkler("".join(words), "".join(others))
    as_written = 0.6 * ratio(mine, theirs) + 0.4 * jaro_winkler(mine, theirs)
    return min(max(as_words, as_written), 0.99), False


def _reordered(words: list[str], letters: str) -> bool:
    """Whether few words in some order make the letters."""
    fits = 1 < len(words) <= FEW_WORDS and sum(map(len, words)) == len(letters)
    return fits and any("".join(order) == letters for order in permutations(words))


def folded(word: str) -> str:
    """A word with the spellings of one sound made one."""
    for spelling, sound in _FOLDS:
        word = word.replace(spelling, sound)
    return word


def ratio(a: str, b: str) -> float:
    """Twice the longest common subsequence by the sum of lengths, 0 to 1 (bit-parallel: H. Hyyrö, 2004).

    >>> ratio("HAIXIN", "HAIXING") == 12 / 13
    True
    """
    if not a and not b:
        return 1.0
    places: dict[str, int] = {}
    for i, letter in enumerate(a):
        places[letter] = places.get(letter, 0) | 1 << i
    whole = (1 << len(a)) - 1
    unmatched = whole
    for letter in b:
        here = unmatched & places.get(letter, 0)
        unmatched = (unmatched + here | unmatched - here) & whole
    return 2.0 * (len(a) - unmatched.bit_count()) / (len(a) + len(b))


def token_set_ratio(a: list[str], b: list[str]) -> float:
    """The best `ratio` among the words in common, and these with the rest of either side, 0 to 1."""
    common, mine, theirs = sorted(set(a) & set(b)), sorted(set(a) - set(b)), sorted(set(b) - set(a))
    shared, left, right = " ".join(common), " ".join([*common, *mine]), " ".join([*common, *theirs])
    if not common:
        return ratio(left, right)
    return max(ratio(shared, left), ratio(shared, right), ratio(left, right))


def jaro_winkler(a: str, b: str) -> float:
    """Likeness of Jaro and Winkler, 0 to 1: letters near their place, and more for the same beginning.

    >>> round(jaro_winkler("MARTHA", "MARHTA"), 3), round(jaro_winkler("DIXON", "DICKSONX"), 3)
    (0.961, 0.813)
    """
    mine, theirs = _matching(a, b)
    if not mine:
        return 0.0
    moved = sum(x != y for x, y in zip(mine, theirs, strict=True)) / 2
    jaro = (len(mine) / len(a) + len(mine) / len(b) + (len(mine) - moved) / len(mine)) / 3
    begins = next((i for i, (x, y) in enumerate(zip(a[:4], b[:4], strict=False)) if x != y), min(len(a), len(b), 4))
    return jaro + 0.1 * begins * (1.0 - jaro)


def _matching(a: str, b: str) -> tuple[list[str], list[str]]:
    """The letters of each that have their like in the other, near the same place."""
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    taken = [False] * len(b)
    mine = []
    for i, letter in enumerate(a):
        for j in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if not taken[j] and b[j] == letter:
                taken[j] = True
                mine.append(letter)
                break
    return mine, [letter for letter, used in zip(b, taken, strict=True) if used]


def sameness(one: str, other: str) -> float:
    """1 for one name, in whatever script or order of words; a half if only the hull number is another."""
    found = alike(one, other)
    return 1.0 if found.same else 0.5 if found.renumbered else 0.0
