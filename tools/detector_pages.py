"""Write the part of docs/detectors/KIND.md that comes from the code: what a detector says of itself, numbers, cases.

    python tools/detector_pages.py           write the pages
    python tools/detector_pages.py --check   say which pages differ, exit code 1 if one does

What stands below the closing mark is written by hand and stays.
"""

from __future__ import annotations

import ast
import importlib
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from hanbada.detect import DETECTORS
from hanbada.model.wording import KINDS, PHRASES

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "detectors"
CASES = ROOT / "tests" / "cases"
OPEN = "<!-- From src/hanbada/detect/{kind}.py and tests/cases/{kind}, by tools/detector_pages.py: edit those. -->"
CLOSE = "<!-- By hand from here on. -->"
HEADINGS = ("What it flags", "Why it matters", "How it decides", "Known false alarms", "Sources")
UNITS = {
    "_s": "s", "_min": "min", "_h": "h", "_m": "m", "_kn": "kn", "_deg": "deg", "_nmi": "nmi", "_p": "probability",
}  # fmt: skip


def page(kind: str) -> str:
    """The generated part of a detector's page."""
    module: Any = importlib.import_module(f"hanbada.detect.{kind}")
    tree = ast.parse(Path(module.__file__).read_text())
    title, sections = said(ast.get_docstring(tree) or "")
    card = module.CARD
    lines = [f"# {KINDS[kind]}: `{kind}`", "", OPEN.format(kind=kind), "", title, ""]
    for heading in HEADINGS:
        lines += [f"## {heading}", "", sections[heading], ""]
    lines += ["## Numbers", "", f"Set with `hanbada detect --set {kind}.NAME=VALUE`.", ""]
    lines += ["| name | default | unit | why |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {default} | {unit(name)} | {why} |" for name, default, why in parameters(tree, module.Params)
    ]
    back_h = card.lookback_s / 3600
    lines += ["", f"It looks back {back_h:g} h, works by {card.partition}; the gravest it raises: {card.severity}."]
    reasons, explanations = phrases(tree)
    lines += ["", "## What it says", "", "Reasons:", "", *(f"- {PHRASES[one]}" for one in reasons)]
    lines += ["", "Innocent explanations that it tests:", "", *(f"- {PHRASES[one]}" for one in explanations)]
    lines += ["", "## Cases", "", *cases(kind), "", CLOSE]
    return "\n".join(lines)


def said(docstring: str) -> tuple[str, dict[str, str]]:
    """First line and the sections of a detector's docstring; KeyError for a heading that is missing."""
    first, _, rest = docstring.partition("\n")
    sections: dict[str, list[str]] = {}
    for line in rest.splitlines():
        if line and not line.startswith(" "):
            sections[line] = []
        elif line and sections:
            sections[list(sections)[-1]].append(line.strip())
    return first, {heading: " ".join(sections[heading]) for heading in HEADINGS}


def parameters(tree: ast.Module, params: type[msgspec.Struct]) -> list[tuple[str, str, str]]:
    """Name, default and reason of every parameter; the reason is the text below it."""
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Params")
    texts: dict[str, str] = {}
    for one, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            told = after.value if isinstance(after, ast.Expr) else None
            texts[one.target.id] = " ".join(str(getattr(told, "value", "")).split())
    return [(field.name, f"{field.default:,g}", texts[field.name]) for field in msgspec.structs.fields(params)]


def unit(name: str) -> str:
    """The unit that a name ends in."""
    return next((word for end, word in UNITS.items() if name.endswith(end)), "")


def phrases(tree: ast.Module) -> tuple[list[str], list[str]]:
    """Names of the reasons and of the innocent explanations in a detector, in the order of the catalogue."""
    names = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in PHRASES}
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "counter"
    ]
    tested = {node.value for call in calls for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)}
    return [one for one in PHRASES if one in names - tested], [one for one in PHRASES if one in tested]


def cases(kind: str) -> list[str]:
    """One line per case."""
    found = []
    for path in sorted(CASES.glob(f"{kind}/*/case.toml")):
        about = tomllib.loads(path.read_text())
        verdict = "raises" if path.parent.name.startswith("raises-") else "stays quiet"
        folder = path.parent.relative_to(ROOT)
        found.append(f"- {about['title']}: {verdict}. {about['why']} ([{folder.name}](../../{folder}/))")
    return found


def written(kind: str) -> str:
    """The page as it should stand: what is generated, then what was written by hand."""
    path = PAGES / f"{kind}.md"
    old = path.read_text() if path.exists() else ""
    by_hand = old.partition(CLOSE)[2] or "\n\n## In practice\n"
    return page(kind) + by_hand


def main() -> int:
    """Write the pages, or say which differ."""
    PAGES.mkdir(parents=True, exist_ok=True)
    differing = 0
    for kind in DETECTORS:
        path, text = PAGES / f"{kind}.md", written(kind)
        if "--check" not in sys.argv[1:]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path.relative_to(ROOT)} is not what the code says: run tools/detector_pages.py")
            differing += 1
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
