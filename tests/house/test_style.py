"""Sizes, errors, names and docs of the whole package; and the tools that check the rest."""

from __future__ import annotations

import ast
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from source import PACKAGE, ROOT, Module, functions, modules

MOST_LINES, MOST_FUNCTION, MEDIAN, NEARLY_ALL = 400, 60, 10, 40
BROAD_EDGES = ("app/loop.py", "app/web/")
"""Where a broad except is the last line of defence; elsewhere it must raise again what it caught."""
BANNED_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "base", "core", "misc", "stuff"}
ERRORS = 10
"""Our own error classes, at most."""


def ran(*words: str) -> None:
    """Run a tool of this environment on the project; its words are the failure."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


# Tools


def test_every_type_holds() -> None:
    ran("mypy")


def test_no_lint_is_left() -> None:
    ran("ruff", "check", "src", "tests", "tools", "bench")


def test_everything_is_formatted() -> None:
    ran("ruff", "format", "--check", "src", "tests", "tools", "bench")


# Sizes


def test_functions_are_short() -> None:
    found = functions(modules())
    sizes = sorted(one.lines for one in found)
    assert len(sizes) > 1000
    assert statistics.median(sizes) <= MEDIAN
    assert sizes[len(sizes) * 95 // 100] <= NEARLY_ALL
    assert [str(one) for one in found if one.lines > MOST_FUNCTION] == []


def test_files_are_short() -> None:
    assert [f"{one.name}: {len(one.code)}" for one in modules() if len(one.code) > MOST_LINES] == []


# Errors


def is_broad(handler: ast.ExceptHandler) -> bool:
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return handler.type is None or any(getattr(one, "id", "") in {"Exception", "BaseException"} for one in names)


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_a_broad_except_stands_at_the_edge_or_raises_again() -> None:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and is_broad(node):
                assert raises_again(node) or module.name.startswith(BROAD_EDGES), f"{module.name}:{node.lineno}"


def test_only_our_own_errors_are_raised_and_there_are_few() -> None:
    tree = Module(PACKAGE / "model" / "errors.py").tree
    ours = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    assert len(ours) <= ERRORS
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and any(
                getattr(one, "id", "").endswith(("Error", "Exception")) for one in node.bases
            ):
                assert node.name in ours, f"{module.name}:{node.lineno} makes an error of its own"


def test_errors_say_what_to_do_with_them() -> None:
    for name in ("UsageError", "NotFoundError", "RefusedError", "InputError"):
        assert name in (PACKAGE / "model" / "errors.py").read_text().split('"""')[1]


# Names and docs


def public(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node for node in module.tree.body if isinstance(node, kinds) and not node.name.startswith("_")]


def test_every_module_class_and_public_function_says_what_it_is() -> None:
    for module in modules():
        assert ast.get_docstring(module.tree), module.name
        for node in public(module):
            assert ast.get_docstring(node), f"{module.name}:{node.lineno} {node.name}"


def test_no_name_that_says_nothing() -> None:
    for module in modules():
        assert not BANNED_NAMES.intersection(Path(module.name).with_suffix("").parts), module.name


def test_units_are_written_as_sailors_do_but_never_nm() -> None:
    """`_nm` could be nautical miles or nanometres; `_nmi` cannot."""
    for module in modules():
        for node in ast.walk(module.tree):
            name = getattr(node, "arg", None) or getattr(node, "id", None) or getattr(node, "name", None)
            assert not (isinstance(name, str) and name.endswith("_nm")), f"{module.name}: {name}"


MACHINE = re.compile(r"/wor[k]/|/roo[t]/|(?<![\w.])/tm[p]/|/hom[e]/(?!officer)\w")
"""Written so that it does not find itself."""
TEXTS = {".py", ".md", ".toml", ".sh", ".js", ".css", ".html", ".json", ".txt", ".ini", ".cfg", ""}


def test_nothing_names_a_path_of_the_machine_it_was_written_on() -> None:
    places = [
        ROOT / name for name in ("src", "tests", "tools", "docs", "bench", "README.md", "Makefile", "pyproject.toml")
    ]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*"))]
    for file in files:
        if file.is_file() and file.suffix in TEXTS and "__pycache__" not in file.parts and file != Path(__file__):
            found = MACHINE.search(file.read_text(errors="replace"))
            assert not found, f"{file.relative_to(ROOT)}: {found}"


UNSEEN = re.compile(r"\b(?:science|house|engine|screens|formats|sharing|product|anchors)[.]md\b")
"""Designs that readers of this repository do not have: what rests on them names its public source instead."""


def test_nothing_cites_a_document_that_is_not_here() -> None:
    for name in (
        "src",
        "tests",
        "tools",
        "docs",
        "bench",
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "pyproject.toml",
    ):
        place = ROOT / name
        for file in [place] if place.is_file() else place.rglob("*"):
            if file.suffix in {".py", ".md", ".toml", ".html"} and "__pycache__" not in file.parts:
                found = UNSEEN.search(file.read_text(errors="replace"))
                assert not found, f"{file.relative_to(ROOT)}: {found}"


def test_a_decision_has_a_number_of_its_own() -> None:
    numbers = [file.name.split("-")[0] for file in (ROOT / "docs" / "decisions").glob("*-*.md")]
    assert sorted(numbers) == sorted(set(numbers))


# Rooms


def contracts(where: Path) -> str:
    """What import-linter says of the package in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache", "--no-logo"],
        cwd=where, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(where / "src"), "COLUMNS": "200"},
    )  # fmt: skip
    return done.stdout + done.stderr


def test_every_door_is_one_way() -> None:
    said = contracts(ROOT)
    assert "0 broken" in said, said[-4000:]


BREAKS = {
    "geo/sphere.py": "import hanbada.detect.contract",
    "tracks/rows.py": "import hanbada.reference.mmsi",
    "detect/gap.py": "import hanbada.detect.zone",
    "reference/imo.py": "import socket",
    "feeds/rows.py": "import hanbada.store.marks",
    "app/web/nautical.py": "import hanbada.engine.watch",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> str:
    """What is said when each contract is broken once, and a room stands there that no contract knows."""
    copy = tmp_path_factory.mktemp("broken")
    shutil.copytree(
        PACKAGE, copy / "src" / "hanbada", ignore=shutil.ignore_patterns("*.pyc", "static", "templates", "demo_data")
    )
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, line in BREAKS.items():
        file = copy / "src" / "hanbada" / name
        file.write_text(f"{file.read_text()}\n{line}\n")
    room = copy / "src" / "hanbada" / "newroom"
    room.mkdir()
    (room / "__init__.py").write_text('"""A room that no contract knows."""\n')
    return contracts(copy)


@pytest.mark.parametrize(
    "name",
    [
        "A room imports only rooms below it",
        "Below the edge nobody touches",
        "Detectors do not know each other",
        "Only app opens the store",
        "Screens see a node",
    ],
)
def test_each_contract_can_break(broken: str, name: str) -> None:
    assert re.search(rf"{name}.*BROKEN", broken), broken[:3000]


def test_a_new_room_cannot_appear_silently(broken: str) -> None:
    assert "newroom" in broken


@pytest.mark.parametrize("name", BREAKS)
def test_each_planted_import_is_named(broken: str, name: str) -> None:
    assert re.search(rf"hanbada\.{name.removesuffix('.py').replace('/', r'.')} -> ", broken), broken[-3000:]


def test_no_two_test_files_have_one_name():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
