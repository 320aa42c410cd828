"""The decoder's twin in C (`c/decode.c`): compiled where there is a compiler, called with the arrays of the kernels.

It takes the place of the compiled entry `fields_kernel.decode` and leaves everything around it as it is, so that
nothing but the language differs.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hanbada.ais import desk, fields_kernel, lines, scan_kernel
from hanbada.ais.words_kernel import ARMOURED
from hanbada.model.times import ERA_US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = Path(__file__).parent / "c" / "decode.c"
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC", "-std=gnu11")
"""numba compiles for this very processor too."""


def compiler() -> str | None:
    """A C compiler, if there is one."""
    return next(
        (found for name in (os.environ.get("CC", ""), "cc", "gcc", "clang") if (found := shutil.which(name))), None
    )


def _constants() -> str:
    """Every number the kernels share, as a header."""
    found: dict[str, int] = {}
    for module in (lines, desk):
        found |= {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, int)}
    found |= {"ARMOURED": ARMOURED, "ERA_BEGIN_US": ERA_US[0], "ERA_END_US": ERA_US[1]}
    heads = {name: int(getattr(scan_kernel, name)) for name in ("HEAD_MASK", "HEAD", "TALKERS")}
    plain = (f"#define {name} INT64_C({value})" for name, value in found.items() if name != "NEVER")
    return "\n".join(["#define NEVER INT64_MIN", *plain, *(f"#define {n} UINT64_C({v})" for n, v in heads.items()), ""])


def compiled(cc: str, folder: Path) -> Callable[..., tuple[int, int]]:
    """The twin's entry, with the arguments of `fields_kernel.decode`."""
    (folder / "desk.h").write_text(_constants())
    library = folder / "decode.so"
    subprocess.run([cc, *FLAGS, f"-I{folder}", str(SOURCE), "-o", str(library)], check=True)
    function = ctypes.CDLL(str(library)).decode
    function.restype = None
    function.argtypes = [ctypes.c_void_p] * 6 + [ctypes.c_int64] * 8 + [ctypes.c_void_p]
    result = np.zeros(2, np.int64)

    def entry(*args: Any) -> tuple[int, int]:
        arrays, numbers = args[:6], args[6:]
        function(*(array.ctypes.data for array in arrays), *numbers, args[3].size, result.ctypes.data)
        return int(result[0]), int(result[1])

    return entry


@contextmanager
def in_place(entry: Callable[..., tuple[int, int]]) -> Iterator[None]:
    """Let the decoder run the twin for a while."""
    kernel = fields_kernel.decode
    fields_kernel.decode = entry
    try:
        yield
    finally:
        fields_kernel.decode = kernel
