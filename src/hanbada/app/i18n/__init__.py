"""The languages of the screens: gettext catalogues, one folder each, compiled and committed.

A language is a folder `<code>/LC_MESSAGES` with `hanbada.po` (what translators edit) and `hanbada.mo` (what runs);
its own name for itself is the message "English" with the context "name of this language". Adding one needs no code
(docs/decisions/0025).
`tools/catalogues.py` extracts, updates and compiles; the scripts' share of a catalogue is served as JSON.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TypeAlias

FOLDER = Path(__file__).parent
DOMAIN = "hanbada"
SOURCE_LANGUAGE = "en"

Translations: TypeAlias = gettext.NullTranslations


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """The message itself: marks it for extraction where it is declared before it is shown."""
    return message


@cache
def languages() -> dict[str, str]:
    """Language codes and what each language calls itself, the source language first."""
    codes = sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    ordered = sorted(codes, key=lambda code: (code != SOURCE_LANGUAGE, code))
    return {code: translations(code).pgettext("name of this language", "English") for code in ordered}


@cache
def translations(language: str) -> Translations:
    """The catalogue of a language; messages it lacks stay English."""
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


def preferred(accepted: str, fallback: str) -> str:
    """The first language of an Accept-Language header that we have.

    >>> preferred("ko-KR,ko;q=0.9,en;q=0.5", "en") in languages()
    True
    """
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in languages():
            return code
    return fallback
