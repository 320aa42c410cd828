"""The cache of compiled code: shared by every process of a machine, and still never of another function or type."""

from __future__ import annotations

import ast
import fcntl
from pathlib import Path

import numba
import pytest
from numba.core.caching import IndexDataCacheFile

from hanbada.model.kernel import PACKAGE, kernel, sources


def half(x: float) -> float:
    return x / 2


def test_only_one_process_at_a_time_writes_compiled_code(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setitem(vars(numba.config), "CACHE_DIR", str(tmp_path))
    save, saved = IndexDataCacheFile.save, []

    def checked(self, key, data) -> None:
        lock = Path(self._cache_path) / "lock"
        with lock.open() as another, pytest.raises(BlockingIOError):
            fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
        saved.append(key)
        save(self, key, data)

    monkeypatch.setattr(IndexDataCacheFile, "save", checked)
    compiled = kernel(half)
    assert (compiled(3), compiled(3.5)) == (1.5, 1.75)
    assert len(saved) == 2


def test_a_change_in_any_file_whose_numbers_are_compiled_empties_the_cache() -> None:
    """What a kernel imports of the package, however it writes that, is what its cache depends on."""
    for path in PACKAGE.rglob("*_kernel.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hanbada."):
                place = PACKAGE.joinpath(*node.module.split(".")[1:])
                files = (
                    [place / f"{one.name}.py" for one in node.names] if place.is_dir() else [place.with_suffix(".py")]
                )
                assert sources(path).issuperset(files), f"{path.name} takes numbers from {node.module}"


def test_a_kernel_depends_on_what_its_imports_import() -> None:
    needs = {one.name for one in sources(PACKAGE / "tracks" / "stops_kernel.py")}
    assert {"stops_kernel.py", "sphere_kernel.py", "sphere.py", "kernel.py"} <= needs
    assert "scan_kernel.py" not in needs
