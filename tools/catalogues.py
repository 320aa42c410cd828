"""Keep the translations in step with the code: extract, update, compile.

    python tools/catalogues.py             extract messages, update every .po, compile .mo and the scripts' JSON
    python tools/catalogues.py --check     say what is missing or stale; change nothing
    python tools/catalogues.py --add es Español     begin a new language

Needs Babel; running Hanbada does not.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from hanbada.app import rulebook
from hanbada.model import wording
from hanbada.release import wording as rules

SOURCE = Path(__file__).parents[1] / "src" / "hanbada"
FOLDER = SOURCE / "app" / "i18n"
SCRIPTS = SOURCE / "app" / "web" / "static" / "i18n"
DOMAIN = "hanbada"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "translate": None,
    "t": None,
    "tn": (1, 2),
}
METHODS = [
    ("app/web/static/**.js", "javascript"),
    ("app/web/templates/**.html", "jinja2.ext:babel_extract"),
    ("app/web/vendor/**", "ignore"),
    ("app/**.py", "python"),
    ("model/wording.py", "python"),
]
OPTIONS = {
    "app/web/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"},
    "app/web/static/**.js": {"template_string": "false"},
}
MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
"""What git puts into a file that two branches changed in one place."""


def extracted() -> Catalog:
    """Every message of the code, without line numbers so that moving code changes nothing."""
    catalog = Catalog(project="Hanbada", charset="utf-8")
    found = extract_from_dir(SOURCE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("NOTE:",))
    for name, _, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for message in (*wording.PHRASES.values(), *wording.KINDS.values()):
        catalog.add(message, locations=[("model/wording.py", 0)])
    for message in rulebook.messages():
        catalog.add(message, locations=[("app/rulebook.py", 0)])
    for phrases in (rules.ALLOWS, rules.REFUSES, rules.ASPECTS, rules.OUTCOMES, {"": rules.MARKED}):
        for message in phrases.values():
            catalog.add(message, locations=[("release/wording.py", 0)])
    return catalog


def path_of(language: str, suffix: str) -> Path:
    """A catalogue file of a language."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


def languages() -> list[str]:
    """The languages there are."""
    return sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read(language: str) -> Catalog:
    """The catalogue a translator edited; where a merge left its marks, the words of both sides."""
    lines = path_of(language, "po").read_text(encoding="utf-8").splitlines(keepends=True)
    return read_po([line for line in lines if not line.startswith(MARKS)], locale=language, domain=DOMAIN)


def updated(language: str, template: Catalog) -> Catalog:
    """The catalogue with the messages of the code: new ones empty, old ones gone, none guessed."""
    catalog = read(language)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.project, catalog.version, catalog.msgid_bugs_address = "Hanbada", "1", ""
    catalog.last_translator = catalog.language_team = "The Hanbada developers"
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # git keeps the real one
    if language == "fr":
        for message in catalog:
            one = message.string
            if message.id and one:
                message.string = french(one) if isinstance(one, str) else tuple(map(french, one))
    return catalog


def french(text: str) -> str:
    """With the spaces before punctuation that no line is broken at (Imprimerie nationale)."""
    return re.sub(r" ([;?!])", "\u202f\\1", text.replace(" :", "\u00a0:"))


def po_bytes(catalog: Catalog) -> bytes:
    """A catalogue as its file."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, include_lineno=False, sort_output=True, omit_header=False)
    return out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """A catalogue compiled."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def json_bytes(catalog: Catalog, language: str) -> bytes:
    """The messages that scripts use."""
    messages = {}
    for message in catalog:
        if message.id and any(name.endswith(".js") for name, _ in message.locations):
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            value = list(message.string) if isinstance(message.string, tuple) else message.string
            if value and value != [""] * len(value):
                messages[key] = value
    text = json.dumps({"language": language, "messages": dict(sorted(messages.items()))}, ensure_ascii=False, indent=0)
    return text.encode() + b"\n"


def products(language: str, template: Catalog) -> dict[Path, bytes]:
    """Every file of a language as it should be."""
    catalog = updated(language, template)
    return {
        path_of(language, "po"): po_bytes(catalog),
        path_of(language, "mo"): mo_bytes(read_po(io.BytesIO(po_bytes(catalog)), locale=language)),
        SCRIPTS / f"{language}.json": json_bytes(catalog, language),
    }


def missing(language: str, template: Catalog) -> list[str]:
    """Messages of the code that a language does not say; English says all by itself."""
    if language == "en":
        return []
    catalog = updated(language, template)
    return [str(message.id) for message in catalog if message.id and not any(flat(message.string))]


def flat(value: object) -> list[str]:
    """A message's string or strings as a list."""
    return [str(part or "") for part in (value if isinstance(value, (list, tuple)) else [value])]


def add(language: str, name: str) -> None:
    """Begin a language."""
    path = path_of(language, "po")
    path.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(f'{header}msgctxt "name of this language"\nmsgid "English"\nmsgstr "{name}"\n', encoding="utf-8")


def check(template: Catalog) -> list[str]:
    """What is missing or stale."""
    faults = []
    for language in languages():
        faults += [f"{language}: not translated: {message!r}" for message in missing(language, template)]
        stale = [path for path, content in products(language, template).items() if different(path, content)]
        faults += [f"{language}: {path.name} is stale" for path in stale]
    return faults


def different(path: Path, content: bytes) -> bool:
    """Whether a file is not as it should be."""
    return not path.exists() or path.read_bytes() != content


def main() -> int:
    """0 if nothing is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--add", nargs=2, metavar=("CODE", "NAME"), help="begin a language")
    arguments = parser.parse_args()
    if arguments.add:
        add(*arguments.add)
    template = extracted()
    if not arguments.check:
        SCRIPTS.mkdir(parents=True, exist_ok=True)
        for language in languages():
            for path, content in products(language, template).items():
                path.write_bytes(content)
    faults = check(template)
    print("\n".join(faults) or f"{len(template)} messages, languages {', '.join(languages())}: complete")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
