"""Write what comes from the code: docs/formats/NAME.md, docs/reference/facts.md, the schema of our STIX extension.

    python tools/format_pages.py           write the pages
    python tools/format_pages.py --check   say which pages differ, exit code 1 if one does

What stands below the closing mark of a format's page is written by hand and stays.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hanbada.model.facts import FACTS
from hanbada.share.formats import FORMATS, named
from hanbada.share.formats.stix.extension import schema

if TYPE_CHECKING:
    from hanbada.share.formats.contract import Format

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "formats"
REFERENCE = ROOT / "docs" / "reference" / "facts.md"
SCHEMA = ROOT / "src" / "hanbada" / "share" / "formats" / "stix" / "extension.schema.json"
OPEN = "<!-- From src/hanbada/share/formats/{name}, by tools/format_pages.py: edit that. -->"
CLOSE = "<!-- By hand from here on. -->"


def page(one: Format) -> str:
    """The generated part of a format's page."""
    can = "read and written" if one.read is not None else "written only"
    lines = [f"# {one.title}: `{one.name}`", "", OPEN.format(name=one.name), ""]
    lines += [f"{one.media_type}, `.{one.suffix}`, {can}. `hanbada convert FILE --to {one.name}`", ""]
    lines += ["| object | carried | lost |", "|---|---|---|"]
    for data_class, facts in FACTS.items():
        names = [fact.name for fact in facts]
        can_say = one.carries.get(data_class)
        if can_say is None:
            lines.append(f"| {data_class} | | all of it |")
            continue
        carried = ", ".join(name for name in names if name in can_say)
        lines.append(f"| {data_class} | {carried} | {', '.join(name for name in names if name not in can_say)} |")
    return "\n".join([*lines, "", CLOSE])


def facts() -> str:
    """The page of everything that can be said."""
    lines = [
        "# What can be said of an object",
        "",
        "<!-- From src/hanbada/model/facts.py, by tools/format_pages.py. -->",
    ]
    for data_class, known in FACTS.items():
        lines += ["", f"## {data_class}", "", "| fact | aspect | meaning |", "|---|---|---|"]
        lines += [f"| `{fact.name}` | {fact.aspect} | {fact.about} |" for fact in known]
    return "\n".join(lines) + "\n"


def written(name: str) -> str:
    """The page as it should stand: what is generated, then what was written by hand."""
    path = PAGES / f"{name}.md"
    old = path.read_text() if path.exists() else ""
    return page(named(name)) + (old.partition(CLOSE)[2] or "\n")


def all_pages() -> dict[Path, str]:
    """Every page and what should stand in it."""
    pages = {PAGES / f"{name}.md": written(name) for name in FORMATS} | {REFERENCE: facts()}
    return pages | {SCHEMA: json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"}


def main() -> int:
    """Write or check."""
    differ = [path for path, text in all_pages().items() if not path.exists() or path.read_text() != text]
    for path in differ:
        print(path.relative_to(ROOT))
        if "--check" not in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_text(all_pages()[path])
    return 1 if differ and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
