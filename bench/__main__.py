"""Run the groups of figures, each in a process of its own; print a table and write RESULTS.md.

python -m bench [--only NAME,...] [--quick] [--no-write]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bench.figures import Figure, skipped
from bench.machine import machine
from bench.packs import ROOT
from bench.report import page, show

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS = ("decode", "whole", "vessels", "zones", "encounters", "live", "screen", "exchange", "links", "taxii")
RESULTS = Path(__file__).with_name("RESULTS.md")
BUSY = 1.5
"""A load above which the machine does too much else for figures to be quoted."""


def main() -> int:
    """Measure; 1 if a value was wrong, 2 if a group broke."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(GROUPS), help=f"some of {', '.join(GROUPS)}")
    parser.add_argument("--quick", action="store_true", help="small inputs, few rounds: to try the bench out")
    parser.add_argument("--no-write", action="store_true", help="leave RESULTS.md as it is; quick and partial runs do")
    given = parser.parse_args()
    chosen = given.only.split(",")
    if unknown := set(chosen) - set(GROUPS):
        parser.error(f"no group {', '.join(sorted(unknown))}: there are {', '.join(GROUPS)}")
    if (load := os.getloadavg()[0]) > BUSY:
        sys.stderr.write(f"bench: the load is {load:.1f}; figures for quoting want a quiet machine (below {BUSY})\n")
    about = machine()
    figures = [one for group in chosen for one in _measured(group, quick=given.quick)]
    show(figures)
    if not given.no_write and not given.quick and set(chosen) == set(GROUPS):
        RESULTS.write_text(page(figures, about))
    broken = any(one.how.startswith("skipped: the group broke") for one in figures)
    return 2 if broken else int(not all(one.right for one in figures))


def _measured(group: str, *, quick: bool) -> Iterator[Figure]:
    """The figures of a group, as its process tells them."""
    command = [sys.executable, "-m", f"bench.{group}", *(["--quick"] if quick else [])]
    sys.stderr.write(f"bench: {group} ...\n")
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        if process.stdout is None:
            raise AssertionError
        for line in process.stdout:
            if line.startswith(b"{"):
                yield msgspec.json.decode(line, type=Figure)
        code = process.wait()
    if code:
        yield skipped(group, f"the rest of {group}", f"the group broke with code {code}")


if __name__ == "__main__":
    sys.exit(main())
