"""Below the edge: no files, no clock, no dice, no arguments changed behind a caller's back. What imports cannot show."""

from __future__ import annotations

import ast

import pytest
from source import PURE, Module, modules

CALLS = {"open", "print", "input", "exec", "eval", "compile", "breakpoint", "__import__", "globals"}
"""Names that nobody below the edge may call."""
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "localtime", "gmtime", "time_ns", "perf_counter", "monotonic"}
FILES = {
    "read_text", "read_bytes", "write_text", "write_bytes", "read_csv", "scan_csv", "read_parquet", "scan_parquet",
    "read_json", "read_ndjson", "scan_ndjson", "read_ipc", "write_csv", "write_parquet", "write_json", "write_ndjson",
    "write_ipc", "sink_parquet", "sink_csv", "write_table", "read_table", "memory_map", "OSFile", "fromfile", "tofile",
    "loadtxt", "savetxt", "savez", "memmap", "unlink", "mkdir", "urlopen", "connect", "getenv", "environ",
}  # fmt: skip
ATTRIBUTES = CLOCKS | FILES
MODULES = {"os", "pathlib", "fcntl", "random", "time", "io.open", "logging", "socket", "threading", "subprocess"}
SEEDED = {"default_rng", "Generator", "PCG64", "Philox", "SeedSequence"}
"""What of numpy.random takes a seed, and only with one."""
ALLOWED = {
    ("reference/documents.py", "open"): "members of an archive that is already in memory",
    ("model/kernel.py", "read_bytes"): "where compiled code is kept depends on what the kernels say: decision 0060",
    ("model/kernel.py", "mkdir"): "the same",
    ("model/kernel.py", "open"): "the same",
    ("model/kernel.py", "environ"): "the same",
    ("model/kernel.py", "os"): "the same",
    ("model/kernel.py", "pathlib"): "the same",
    ("model/kernel.py", "fcntl"): "the same",
}


def sins(tree: ast.AST) -> list[tuple[str, int]]:
    """Every name that touches the world, and where."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in CALLS:
            found.append((_called(node.func), node.lineno))
        elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            found.append((node.attr, node.lineno))
        elif isinstance(node, ast.Import):
            found += [(one.name, node.lineno) for one in node.names if one.name in MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            found.append((node.module, node.lineno))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.append(("global", node.lineno))
        elif dice := _dice(node):
            found.append((dice, node.lineno))
    return found


def _called(what: ast.expr) -> str:
    """The name of a function that is called, `open` also of an object."""
    if isinstance(what, ast.Attribute):
        return what.attr if what.attr == "open" else ""
    return what.id if isinstance(what, ast.Name) else ""


def _dice(node: ast.AST) -> str | None:
    """A random number without a seed."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "random":
        return None if node.attr in SEEDED else f"random.{node.attr}"
    if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "default_rng" and not node.args:
        return "default_rng()"
    return None


def test_pure_rooms_touch_no_files_clocks_dice_or_globals() -> None:
    used = set()
    for module in modules():
        if module.room not in PURE:
            continue
        for name, line in sins(module.tree):
            assert (module.name, name) in ALLOWED, f"{module.name}:{line} uses {name}"
            used.add((module.name, name))
    assert used == set(ALLOWED), "an exception nobody needs any more"


@pytest.mark.parametrize(
    "text",
    [
        "open('x')", "import random", "from time import time", "datetime.now()", "np.random.normal()", "np.random.default_rng()",
        "pl.read_csv('x')", "frame.write_parquet('x')", "Path('x').read_text()", "def f():\n    global x\n    x = 1", "print(1)",
    ],
)  # fmt: skip
def test_the_rule_sees_each_way_out(text: str) -> None:
    assert sins(ast.parse(text))


def test_the_rule_lets_pure_code_be() -> None:
    assert sins(ast.parse("np.random.default_rng(seed).normal()\nnow_us + 1\nreplace(x, at=at)")) == []


def test_module_level_state_is_constants_and_caches() -> None:
    """Importing does nothing: at the top of a module of a pure room nothing is called for its effect."""
    for module in modules():
        if module.room in PURE and module.name != "model/kernel.py":
            for node in module.tree.body:
                effect = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
                assert not effect, f"{module.name}:{node.lineno} does something when imported"


def test_every_room_begins_with_what_it_is_for() -> None:
    """A room's __init__ starts with its purpose in one line and names what it has."""
    for module in modules():
        if module.name.endswith("__init__.py") and module.name.count("/") == 1:
            purpose = (ast.get_docstring(module.tree) or "").split("\n")[0]
            assert purpose.endswith("."), f"{module.name}: {purpose!r}"
            assert 20 < len(purpose) <= 120, f"{module.name}: {purpose!r}"


def test_house_tests_read_the_package_itself() -> None:
    assert {one.room for one in modules()} >= set(PURE)
    assert isinstance(modules()[0], Module)


def test_only_the_room_release_builds_what_leaves() -> None:
    builders = {
        module.room
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Released"
    }
    assert builders == {"release"}
