"""What the house tests read: every module of the package as a syntax tree, and its lines of code."""

from __future__ import annotations

import ast
import io
import tokenize
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "hanbada"
PURE = (
    "model",
    "geo",
    "reference",
    "ais",
    "tracks",
    "detect",
    "sightings",
    "incidents",
    "exercise",
    "accord",
    "release",
)
"""Rooms below the edge: tables and records in, tables and records out."""
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


class Module:
    """One file of the package."""

    def __init__(self, path: Path) -> None:
        self.path, self.text = path, path.read_text()
        self.tree = ast.parse(self.text)
        self.name = path.relative_to(PACKAGE).as_posix()
        self.room = self.name.split("/")[0]

    @cached_property
    def code(self) -> frozenset[int]:
        """Numbers of the lines that hold code: no blank ones, comments or docstrings."""
        lines: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in _LAYOUT:
                lines.update(range(token.start[0], token.end[0] + 1))
        return frozenset(lines - {line for one in self._texts() for line in range(one.lineno, one.end_lineno + 1)})

    def _texts(self) -> list[ast.Expr]:
        bodies = [node.body for node in ast.walk(self.tree) if isinstance(getattr(node, "body", None), list)]
        return [
            one for body in bodies for one in body
            if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
        ]  # fmt: skip


class Function(NamedTuple):
    """A function and how many lines of code it has."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef
    lines: int

    def __str__(self) -> str:
        return f"{self.module.name}:{self.node.lineno} {self.node.name} ({self.lines})"


@cache
def modules() -> tuple[Module, ...]:
    """Every module, in the order of names."""
    return tuple(Module(path) for path in sorted(PACKAGE.rglob("*.py")))


def functions(of: tuple[Module, ...]) -> list[Function]:
    """Every function and method of some modules."""
    return [
        Function(one, node, sum(node.lineno <= line <= node.end_lineno for line in one.code))
        for one in of
        for node in ast.walk(one.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
