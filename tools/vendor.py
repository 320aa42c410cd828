"""Refresh the third-party files the screens ship, and the lock that pins them.

    python tools/vendor.py            fetch what WANTED names, write files and lock
    python tools/vendor.py --check    compare the committed files with the lock; fetches nothing

Fetching goes through `npm pack NAME@VERSION`, so whatever mirror npm is set up with is used. The files are copied
byte for byte. Node is needed here only: never to install or run Hanbada.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "src" / "hanbada" / "app" / "web" / "vendor"
LOCK = VENDOR / "vendor.lock"


@dataclass(frozen=True)
class Wanted:
    """One package: what to take out of it (path in the package -> file name here)."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


WANTED = (
    Wanted(
        "maplibre-gl",
        "6.17.0",
        "BSD-3-Clause",
        {
            "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
            "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
            "LICENSE.txt": "maplibre-gl.LICENSE.txt",
        },
    ),
    Wanted("htmx.org", "4.0.1", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
    Wanted(
        "pretendard",
        "1.3.9",
        "OFL-1.1",
        {
            "dist/web/variable/woff2/PretendardVariable.woff2": "PretendardVariable.woff2",
            "dist/LICENSE.txt": "pretendard.LICENSE.txt",
        },
    ),
)


def sha256(content: bytes) -> str:
    """The hexadecimal SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def fetch(package: Wanted, folder: Path) -> Path:
    """The tarball of a package, put into `folder` by npm."""
    spec = f"{package.name}@{package.version}"
    command = ["npm", "pack", spec, "--silent", "--pack-destination", str(folder)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    return folder / name


def take(package: Wanted, tarball: Path) -> list[dict[str, str]]:
    """Copy the wanted files out of a tarball; the lock entries for them."""
    entries = []
    with tarfile.open(tarball) as archive:
        for inside, name in package.files.items():
            member = archive.extractfile(f"package/{inside}")
            if member is None:
                message = f"{package.name} {package.version} has no {inside}"
                raise FileNotFoundError(message)
            content = member.read()
            (VENDOR / name).write_bytes(content)
            entries.append(entry(package, inside, name, content))
    return entries


def entry(package: Wanted, inside: str, name: str, content: bytes) -> dict[str, str]:
    """What the lock says about one file."""
    return {
        "file": name,
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "from": inside,
        "sha256": sha256(content),
    }


def refresh() -> None:
    """Fetch everything and write the lock."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        entries = [line for package in WANTED for line in take(package, fetch(package, Path(folder)))]
    LOCK.write_text(json.dumps(entries, indent=1) + "\n")


def faults() -> list[str]:
    """What differs between the lock and the files beside it."""
    entries = json.loads(LOCK.read_text())
    locked = {line["file"]: line["sha256"] for line in entries}
    found = {path.name: sha256(path.read_bytes()) for path in VENDOR.iterdir() if path != LOCK}
    changed = [f"{name}: differs from the lock" for name in locked.keys() & found.keys() if locked[name] != found[name]]
    missing = [f"{name}: locked but absent" for name in locked.keys() - found.keys()]
    return sorted(changed + missing + [f"{name}: not in the lock" for name in found.keys() - locked.keys()])


def main() -> int:
    """0 if the files are as locked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only")
    if not parser.parse_args().check:
        refresh()
    found = faults()
    print("\n".join(found) or f"{len(json.loads(LOCK.read_text()))} files as locked")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
