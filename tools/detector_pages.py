"""Write the part of docs/detectors/KIND.md that comes from the code: what a detector says of itself, numbers, cases.

    python tools/detector_pages.py           write the pages
    python tools/detector_pages.py --check   say which pages differ, exit code 1 if one does

What stands below the closing mark is written by hand and stays.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

from hanbada.app.rulebook import HEADINGS, about
from hanbada.detect import DETECTORS
from hanbada.model.wording import KINDS, PHRASES

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "detectors"
CASES = ROOT / "tests" / "cases"
DETECT = ROOT / "src" / "hanbada" / "detect"
OPEN = "<!-- From src/hanbada/detect/{kind}.py and tests/cases/{kind}, by tools/detector_pages.py: edit those. -->"
CLOSE = "<!-- By hand from here on. -->"


def page(kind: str) -> str:
    """The generated part of a detector's page."""
    one = about(kind)
    lines = [f"# {KINDS[kind]}: `{kind}`", "", OPEN.format(kind=kind), "", one.title, ""]
    for heading in HEADINGS:
        lines += [f"## {heading}", "", one.sections[heading], ""]
    lines += ["## Numbers", "", f"Set with `hanbada detect --set {kind}.NAME=VALUE`.", ""]
    lines += ["| name | default | unit | why |", "|---|---|---|---|"]
    for number in one.numbers:
        name = number.setting.partition(".")[2]
        lines.append(f"| `{name}` | {number.default} | {number.unit} | {number.why} |")
    lines += [
        "",
        f"It looks back {one.lookback_h:g} h, works by {one.partition}; the gravest it raises: {one.severity}.",
    ]
    reasons, explanations = phrases(ast.parse((DETECT / f"{kind}.py").read_text()))
    lines += ["", "## What it says", "", "Reasons:", "", *(f"- {PHRASES[one]}" for one in reasons)]
    lines += ["", "Innocent explanations that it tests:", "", *(f"- {PHRASES[one]}" for one in explanations)]
    lines += ["", "## Cases", "", *cases(kind), "", CLOSE]
    return "\n".join(lines)


TESTS = {"counter", "Test"}
"""Names of the calls in a detector that test an innocent explanation, of one case or of many."""


def phrases(tree: ast.Module) -> tuple[list[str], list[str]]:
    """Names of the reasons and of the innocent explanations in a detector, in the order of the catalogue."""
    names = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in PHRASES}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TESTS]
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
