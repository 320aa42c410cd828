"""How a hot loop is compiled: numba, cached on disk, without the interpreter lock.

A kernel module (`*_kernel.py`) is imported only by the functions that need it, since importing numba takes most of
a second. The plain function stays reachable as `.py_func`, so a test can compare the two.

numba keeps compiled code beside a file and looks at that file alone: after a change in a callee in another file it
would go on running the old one. So each kernel's cache has a folder of its own for every state of the files it imports.
And two processes that compile one function for different types at the same time would give both results one file name,
so that a third would run machine code made for other types: so they write to the cache one after the other.

Where SciPy is installed, numba loads its linear algebra with the first compiled function (45 MB, a third of a second);
no kernel multiplies matrices, so it is kept from finding it.
"""

import fcntl
import hashlib
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np

P = ParamSpec("P")
R = TypeVar("R")
i64: Any = np.int64
u64: Any = np.uint64
"""Machine words. In a kernel `int` means 64 bits, signed or not; a type checker need not tell them apart."""
BLAS = "scipy.linalg.cython_blas"
PACKAGE = Path(__file__).parent.parent
_IMPORT = re.compile(r"^from hanbada\.(\S+) import (.+)$", re.MULTILINE)


def _load_without_blas() -> None:
    """Import the part of numba that looks for SciPy while it cannot be found; whoever else wants it finds it again."""
    if BLAS in sys.modules:
        return
    hidden: Any = None
    sys.modules[BLAS] = hidden
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[BLAS]


_load_without_blas()


@cache
def sources(path: Path) -> frozenset[Path]:
    """The files that compiled code of a file depends on: itself, what it imports of this package, and so on."""
    found = {path}
    for module, names in _IMPORT.findall(path.read_bytes().decode()):
        place = PACKAGE.joinpath(*module.split("."))
        files = (
            [place / f"{name.strip()}.py" for name in names.split(",")]
            if place.is_dir()
            else [place.with_suffix(".py")]
        )
        found |= {one for file in files for one in sources(file)}
    return frozenset(found)


def state_of(paths: Iterable[Path]) -> str:
    """A name for the state of all that the compiled code of some files depends on."""
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted({one for path in paths for one in sources(path)}):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def cache_home() -> Path:
    """Where compiled code is kept, in a folder for each state of what it depends on."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "hanbada" / "kernels"


@cache
def _cache_folder(path: Path) -> str:
    return str(cache_home() / state_of([path]))


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` on first call. Division follows IEEE 754; indices are not checked."""
    return _compiled(function, forceinline=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """The same for a small function in a hot loop: it leaves no call there."""
    return _compiled(function, forceinline=True)


def _compiled(function: Callable[P, R], *, forceinline: bool) -> Callable[P, R]:
    source = Path(function.__code__.co_filename)
    if source.is_relative_to(PACKAGE) and not os.environ.get("NUMBA_CACHE_DIR"):
        vars(numba.config)["CACHE_DIR"] = _cache_folder(source)
    compiler = numba.njit(forceinline=forceinline, cache=True, nogil=True, error_model="numpy", boundscheck=False)
    compiled = compiler(function)
    _save_alone(compiled)
    return cast("Callable[P, R]", compiled)


def _save_alone(compiled: Any) -> None:
    """Let a compiled function enter its machine code into the cache only while no other process does."""
    cache = compiled._cache  # noqa: SLF001 - numba has no public way to it
    save = cache.save_overload

    def save_overload(signature: Any, data: Any) -> None:
        with _alone(Path(cache.cache_path)):
            save(signature, data)

    cache.save_overload = save_overload


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
