"""What a detector says of itself: the sections of its docstring and its numbers, for pages, cards and rules."""

from __future__ import annotations

import ast
import importlib
import inspect
from typing import Any

import msgspec
from msgspec import Struct

from hanbada.detect import DETECTORS

HEADINGS = ("What it flags", "Why it matters", "How it decides", "Known false alarms", "Sources")
CITED = "Sources"
"""The heading below which works are named: it stays as it is in every language."""
UNITS = {
    "_s": "s", "_min": "min", "_h": "h", "_m": "m", "_kn": "kn", "_deg": "deg", "_nmi": "nmi", "_p": "probability",
}  # fmt: skip


class Number(Struct, frozen=True, kw_only=True):
    """One threshold: `setting` is the name it is set by, `why` its unit and reason in words."""

    setting: str
    default: str
    unit: str
    why: str


class About(Struct, frozen=True, kw_only=True):
    """A detector in words: title, text by heading, numbers, how far it looks back and the gravest it raises."""

    kind: str
    title: str
    sections: dict[str, str]
    numbers: tuple[Number, ...]
    lookback_h: float
    partition: str
    severity: str


def about(kind: str) -> About:
    """What a detector says of itself; KeyError for a heading it lacks."""
    module: Any = importlib.import_module(f"hanbada.detect.{kind}")
    tree = ast.parse(inspect.getsource(module))
    title, sections = said(ast.get_docstring(tree) or "")
    return About(
        kind=kind,
        title=title,
        sections=sections,
        numbers=numbers(kind, tree, module.Params),
        lookback_h=module.CARD.lookback_s / 3600,
        partition=module.CARD.partition,
        severity=module.CARD.severity,
    )


def messages() -> tuple[str, ...]:
    """What detectors say of themselves, to be translated: headings, and each title and section but the sources."""
    told = list(HEADINGS)
    for kind in DETECTORS:
        one = about(kind)
        told += [one.title, *(text for heading, text in one.sections.items() if heading != CITED)]
    return tuple(told)


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


def numbers(kind: str, tree: ast.Module, params: type[msgspec.Struct]) -> tuple[Number, ...]:
    """Every parameter; the reason is the text below it."""
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Params")
    texts: dict[str, str] = {}
    for one, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            told = after.value if isinstance(after, ast.Expr) else None
            texts[one.target.id] = " ".join(str(getattr(told, "value", "")).split())
    return tuple(
        Number(
            setting=f"{kind}.{field.name}", default=shown(field.default), unit=unit(field.name), why=texts[field.name]
        )
        for field in msgspec.structs.fields(params)
    )


def shown(value: Any) -> str:
    """A default as it may be typed back.

    >>> shown(86400.0), shown(0.25), shown(True)
    ('86400', '0.25', 'true')
    """
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def unit(name: str) -> str:
    """The unit that a name ends in."""
    return next((word for end, word in UNITS.items() if name.endswith(end)), "")
