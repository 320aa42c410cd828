"""Names in Hangul, Kana and Chinese characters, in Latin letters.

Hangul by the Revised Romanisation of Korean (Ministry of Culture and Tourism, Notice 2000-8) with its sound changes,
Kana by Hepburn with long vowels written short, as ships do; characters by `reference.hanzi`.
"""

from __future__ import annotations

import re
import unicodedata

from hanbada.reference.hanzi import JAPANESE, NUMERALS, PINYIN, TENS

_FIRST = "g kk n d tt r m b pp s ss - j jj ch k t p h".upper().split()
_VOWEL = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".upper().split()
_CLOSED = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".upper().split()
"""How a final sounds before a consonant or at the end."""
_CARRIED = "- g kk ks n nj n d r lg lm lb ls lt lp r m b ps s ss ng j ch k t p -".upper().split()
"""How a final sounds before a vowel."""
_MEET = {
    ("K", "N"): "NGN", ("K", "M"): "NGM", ("K", "R"): "NGN", ("T", "N"): "NN", ("T", "M"): "NM", ("T", "R"): "NN",
    ("P", "N"): "MN", ("P", "M"): "MM", ("P", "R"): "MN", ("N", "R"): "LL", ("L", "N"): "LL", ("L", "R"): "LL",
    ("M", "R"): "MN", ("NG", "R"): "NGN",
}  # fmt: skip
"""Finals and initials that change each other."""
_SYLLABLES, _FIRST_SYLLABLE = 11_172, 0xAC00

_KANA = {
    kana: row + vowel
    for row, line in (
        ("", "アイウエオ"), ("K", "カキクケコ"), ("S", "サシスセソ"), ("T", "タチツテト"), ("N", "ナニヌネノ"),
        ("H", "ハヒフヘホ"), ("M", "マミムメモ"), ("Y", "ヤ-ユ-ヨ"), ("R", "ラリルレロ"), ("W", "ワヰ-ヱヲ"),
        ("G", "ガギグゲゴ"), ("Z", "ザジズゼゾ"), ("D", "ダヂヅデド"), ("B", "バビブベボ"), ("P", "パピプペポ"),
        ("+", "ァィゥェォ"), ("+Y", "ャ-ュ-ョ"),
    )
    for kana, vowel in zip(line, "AIUEO", strict=True)
} | {
    "シ": "SHI", "チ": "CHI", "ツ": "TSU", "フ": "FU", "ジ": "JI", "ヂ": "JI", "ヅ": "ZU", "ヲ": "O", "ン": "N",
}  # fmt: skip
_HANGUL = re.compile("[가-힣]+")
_RUN = re.compile("[ぁ-ゖァ-ヴーッ一-鿿〇々]+")
_JAPANESE = re.compile("[ぁ-ゖァ-ヴ丸]")
_NUMBER = "(?:[一二三四五六七八九两兩]?百)?[二三四五六七八九]?十[一二三四五六七八九]?|[〇零一二三四五六七八九]+"
_COUNTED = re.compile(f"第({_NUMBER})|({_NUMBER})(?=[号號]|$)")


def latin(text: str) -> str:
    """The text with what stands in Hangul, Kana or Chinese characters in Latin capitals, parts set off by spaces.

    >>> latin("제101동원호"), latin("第三十八共徳丸"), latin("浙普渔23456"), latin("한라")
    ('JE 101 DONGWON HO', 'DAI 38 KYOTOKU MARU', 'ZHE PU YU 23456', 'HALLA')
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    if plain.isascii():
        return " ".join(plain.split())
    korean = _HANGUL.sub(lambda run: _korean(run[0], at_start=run.start() == 0), plain)
    japanese = _JAPANESE.search(korean) is not None
    numbered = _RUN.sub(lambda run: f" {_COUNTED.sub(_counted, run[0])} ", korean)
    written = _RUN.sub(lambda run: f" {_kanji(run[0]) if japanese else _hanzi(run[0])} ", numbered)
    marks = unicodedata.normalize("NFD", written)
    return " ".join(unicodedata.normalize("NFC", "".join(c for c in marks if not unicodedata.combining(c))).split())


def _korean(run: str, *, at_start: bool) -> str:
    """A run of Hangul; the words for "number" and "ship" at its ends stand alone."""
    before = "JE " if at_start and run.startswith("제") and len(run) <= 1 else ""
    name = run[1:] if before else run
    after = " HO" if name.endswith("호") and (len(name) > 2 or len(name) == 1) else ""
    return f" {before}{romanised(name.removesuffix('호') if after else name)}{after} "


def romanised(hangul: str) -> str:
    """Hangul syllables by the Revised Romanisation, with the changes where they meet.

    >>> [romanised(word) for word in ("동원", "신라", "백령", "독도", "해운대", "설악")]
    ['DONGWON', 'SILLA', 'BAENGNYEONG', 'DOKDO', 'HAEUNDAE', 'SEORAK']
    """
    parts = [divmod(ord(c) - _FIRST_SYLLABLE, 28) for c in hangul]
    split = [(*divmod(rest, 21), final) for rest, final in parts]
    said = ""
    for place, (first, vowel, final) in enumerate(split):
        follows = _FIRST[split[place + 1][0]] if place + 1 < len(split) else ""
        if place == 0:
            said += _FIRST[first].strip("-")
        said += _VOWEL[vowel] + _between(final, follows)
    return said


def _between(final: int, follows: str) -> str:
    """A final and the initial after it ("" at the end, "-" if a vowel follows)."""
    if not final:
        return follows.strip("-")
    if follows == "-":
        return _CARRIED[final].strip("-")
    closed = _CLOSED[final]
    return _MEET.get((closed, follows), closed + follows)


def _counted(found: re.Match[str]) -> str:
    """A number in Chinese numerals, with the word 第 before it where it stood."""
    return f"{'第' if found[1] else ''} {_number(found[1] or found[2])} "


def _number(written: str) -> int:
    """What Chinese numerals say, digit by digit or with tens and hundreds.

    >>> [_number(n) for n in ("三十八", "一〇一", "十", "百二", "二十")]
    [38, 101, 10, 102, 20]
    """
    if not any(one in TENS for one in written):
        return int("".join(str(NUMERALS[one]) for one in written))
    total, digit = 0, None
    for one in written:
        if one in TENS:
            total, digit = total + (1 if digit is None else digit) * TENS[one], None
        else:
            digit = NUMERALS[one]
    return total + (digit or 0)


def _hanzi(run: str) -> str:
    return " ".join(PINYIN.get(one, one) for one in run)


def _kanji(run: str) -> str:
    """Japanese: characters and Kana together make a word; 丸, 第 and 号 stand alone."""
    said = ""
    for one in run:
        if one in "丸第号號":
            said += {"丸": " MARU ", "第": " DAI "}.get(one, " GO ")
        elif one in JAPANESE or one in PINYIN:
            said += JAPANESE.get(one, PINYIN.get(one, ""))
        else:
            said += _kana(one)
    said = re.sub("([AIUEO])ー", r"\1", said)
    return _joined(said)


def _kana(one: str) -> str:
    katakana = chr(ord(one) + 0x60) if "ぁ" <= one <= "ゖ" else one
    return _KANA.get(katakana, katakana)


def _joined(said: str) -> str:
    """Small vowels after the consonant they change (KI+YA: KYA, SHI+YA: SHA), the doubled consonant after ッ."""
    said = re.sub(r"(SH|CH|J)I\+Y([AUO])", r"\1\2", said)
    said = re.sub(r"([AIUEO])\+(Y?)([AIUEO])", r"\2\3", said)
    return re.sub(r"[ッっ](.)", r"\1\1", said).replace("+", "").replace("ー", "")
