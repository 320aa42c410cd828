"""Labels of classified schemes: this system is for unclassified use, so what carries one is refused, in and out.

A label is found where labels stand: as a whole marking, as a line of its own, as a portion mark in brackets, or in the
forms that mean nothing else ("NATO SECRET", "RESTREINT UE"). The word "secret" in a sentence is not a label.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEVELS = (
    "TOP SECRET", "SECRET", "CONFIDENTIAL", "RESTRICTED", "TRES SECRET", "SECRET DEFENSE", "CONFIDENTIEL DEFENSE",
    "DIFFUSION RESTREINTE", "STRENG GEHEIM", "GEHEIM", "VS-VERTRAULICH", "VS-NUR FUR DEN DIENSTGEBRAUCH", "VS-NFD",
    "OFFICIAL-SENSITIVE", "I급비밀", "II급비밀", "III급비밀", "1급비밀", "2급비밀", "3급비밀", "대외비", "군사기밀",
)  # fmt: skip
"""National levels as they stand alone on a line or in a marking (among them Council Decision 2013/488/EU, annex B)."""
ALWAYS = re.compile(
    r"\b(?:COSMIC TOP SECRET|NATO (?:SECRET|CONFIDENTIAL|RESTRICTED)|TRES SECRET UE|EU TOP SECRET|SECRET UE|EU SECRET"
    r"|CONFIDENTIEL UE|EU CONFIDENTIAL|RESTREINT UE|EU RESTRICTED|R-UE/EU-R|ATOMAL|NOFORN"
    r"|(?:TOP SECRET|SECRET|CONFIDENTIAL)//[A-Z])|군사\s?[IⅠ1-3]+급\s?비밀"
)
"""Forms that are labels wherever they stand (NATO C-M(2002)49, Council Decision 2013/488/EU)."""
PORTION = re.compile(r"\((?:TS|S|C|R)//[A-Z][A-Z /]*\)")
"""A portion mark of the United States scheme."""
_SPACES = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """Upper case without accents, with single spaces: labels are written in many ways.

    >>> plain("Très  Secret")
    'TRES SECRET'
    """
    if text.isascii():
        return _SPACES.sub(" ", text.upper()).strip()
    split = unicodedata.normalize("NFKD", text)
    bare = unicodedata.normalize("NFC", "".join(one for one in split if not unicodedata.combining(one)))
    return _SPACES.sub(" ", bare.upper()).strip()


def classified(texts: Iterable[str]) -> str | None:
    """The first label of a classified scheme among some texts, None if there is none."""
    for text in texts:
        shown = plain(text)
        if found := ALWAYS.search(shown) or PORTION.search(shown):
            return found.group()
        for line in shown.splitlines():
            bare = line.strip(" .:*#-_[](){}=")
            if bare in LEVELS or bare.replace(" ", "") in LEVELS:
                return bare
    return None
