"""What it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

PEERS = ("pyais", "libais", "aiscat", "movingpandas", "geopandas", "shapely", "scipy")
OURS = ("numpy", "numba", "llvmlite", "pyarrow", "polars")


def machine() -> dict[str, str]:
    """Processor, memory, kernel, Python, packages, compiler, load and the state of the code."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{_memory_gib():.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "packages": versions(OURS),
        "peers": versions(PEERS),
        "C compiler": _first_line("cc", "--version"),
        "Chromium": _first_line("chromium", "--version"),
        "load before": " ".join(f"{one:.2f}" for one in os.getloadavg()),
        "commit": _commit(),
    }


def versions(names: tuple[str, ...]) -> str:
    """Installed versions of some packages."""
    found = []
    for name in names:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)


def _first_line(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[0].strip()
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "none"


def _commit() -> str:
    return os.environ.get("HANBADA_COMMIT") or _first_line(
        "git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"
    )
