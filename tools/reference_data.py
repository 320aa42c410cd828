"""Put the reference data that ship in the wheel into src/hanbada/reference/data, and check them.

    python tools/reference_data.py [--atlas FOLDER] [--searoute FOLDER]     write the files and their list
    python tools/reference_data.py --check                                  compare the files with the list

Land and countries come from the npm package world-atlas 2.0.2 (Natural Earth, public domain; FOLDER holds its JSON
files, plain or gzipped; without it `npm pack` fetches the pinned version). Ports and the sea network come from the
Python package searoute 1.6.0 (Apache-2.0; FOLDER is its data folder; without it the installed package is used). Content
is kept as received, only gzipped without a time stamp, so the same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "hanbada" / "reference" / "data"
LIST = DATA / "sources.json"
ATLAS = "world-atlas@2.0.2"
SEAROUTE = "searoute 1.6.0"
NATURAL_EARTH = "public domain (Natural Earth 4.1.0); packaging ISC (Michael Bostock)"
APACHE = "Apache-2.0 (searoute-py, Gent Halili)"
APACHE_EUPL = f"{APACHE}; the network derives from Eurostat SeaRoute, EUPL-1.2"


@dataclass(frozen=True)
class Wanted:
    """One file: what it is called where it comes from, and the kind of pack it is here."""

    name: str
    kind: str
    package: str
    licence: str
    sha256: str


WANTED = (
    Wanted(
        "land-50m.json",
        "land",
        ATLAS,
        NATURAL_EARTH,
        "619477ff690c086885e45cb91707d783805561bd75ae8e437b7d4694b0204e0f",
    ),
    Wanted(
        "land-10m.json",
        "land",
        ATLAS,
        NATURAL_EARTH,
        "9b9f584709c119d63fbadf484ce425260497697b7166be7a2fe360e8c0b171a8",
    ),
    Wanted(
        "countries-50m.json",
        "land",
        ATLAS,
        NATURAL_EARTH,
        "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394",
    ),
    Wanted(
        "ports.geojson",
        "ports",
        SEAROUTE,
        APACHE,
        "8398cb9554a19cf37f53f932f3842f58fbd94fce4c8e2704c3f5a4205ea5977e",
    ),
    Wanted(
        "marnet_searoute.geojson",
        "network",
        SEAROUTE,
        APACHE_EUPL,
        "111a82d949bb949c396a69a08828781314d3afe779c07e9754c3b2834dfca415",
    ),
)
"""SHA-256 is of the unpacked file as published."""


def content(folder: Path, name: str) -> bytes:
    """A file of a folder, gzipped or not."""
    plain = folder / name
    return plain.read_bytes() if plain.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())


def fetched_atlas(into: Path) -> Path:
    """The npm package, unpacked by way of whatever registry npm is set up with."""
    subprocess.run(["npm", "pack", ATLAS, "--silent"], cwd=into, check=True, capture_output=True)
    archive = next(into.glob("*.tgz"))
    with tarfile.open(archive) as opened:
        opened.extractall(into, filter="data")
    return into / "package"


def installed_searoute() -> Path:
    """The data folder of the installed searoute package."""
    spec = importlib.util.find_spec("searoute")
    if spec is None or spec.origin is None:
        message = "searoute is not installed: give --searoute FOLDER"
        raise SystemExit(message)
    return Path(spec.origin).parent / "data"


def write(atlas: Path, searoute: Path) -> None:
    """Every wanted file, checked and gzipped, and the list of them."""
    DATA.mkdir(parents=True, exist_ok=True)
    listed = []
    for wanted in WANTED:
        data = content(atlas if wanted.package == ATLAS else searoute, wanted.name)
        found = hashlib.sha256(data).hexdigest()
        if found != wanted.sha256:
            message = f"{wanted.name}: SHA-256 is {found}, wanted {wanted.sha256}"
            raise SystemExit(message)
        packed = gzip.compress(data, 9, mtime=0)
        (DATA / f"{wanted.name}.gz").write_bytes(packed)
        listed.append(asdict(wanted) | {"file": f"{wanted.name}.gz", "bytes": len(packed)})
        print(f"{wanted.name}.gz {len(packed):,} bytes")
    LIST.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def check() -> int:
    """0 if every listed file is there with the content that was published, else 1."""
    faults = 0
    for one in json.loads(LIST.read_text(encoding="utf-8")):
        found = hashlib.sha256(gzip.decompress((DATA / one["file"]).read_bytes())).hexdigest()
        if found != one["sha256"]:
            faults += 1
            print(f"{one['file']}: content is not what was published", file=sys.stderr)
    return 1 if faults else 0


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--atlas", type=Path)
    parser.add_argument("--searoute", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    if given.check:
        return check()
    with tempfile.TemporaryDirectory() as scratch:
        write(given.atlas or fetched_atlas(Path(scratch)), given.searoute or installed_searoute())
    return 0


if __name__ == "__main__":
    sys.exit(main())
