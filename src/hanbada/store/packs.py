"""Reference packs on disk: `packs/KIND/DIGEST/` under the data directory, files as received beside a manifest.

Files are kept byte for byte and read again each time, so a better loader needs no new download. What ships in the wheel
is read through the same loaders. Nothing is used whose hash is not the one it was added with.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from hanbada.model.errors import NotFoundError, PackError, StoreError
from hanbada.reference import kinds
from hanbada.reference.reading import Kind, Reading, Source, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

MANIFEST = "manifest.json"
_DIGEST_DIGITS = 12
_SHAPEFILE = frozenset({".shp", ".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj"})

BUILT_IN: Mapping[str, str] = {
    "land": "land-50m.json.gz",
    "land_fine": "land-10m.json.gz",
    "countries": "countries-50m.json.gz",
    "ports": "ports.geojson.gz",
    "network": "marnet_searoute.geojson.gz",
}
"""What ships in the wheel, by the name `built_in` knows it by."""
_KIND_OF_BUILT_IN = {"land_fine": "land", "countries": "land"}


class PackFile(Struct, frozen=True, kw_only=True):
    """One file of a pack as received."""

    name: str
    size: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What is known of a pack: `added_at` is UTC microseconds, `rows` and `rejects` are what reading it gave."""

    pack_id: str
    kind: str
    title: str
    formats: tuple[str, ...]
    files: tuple[PackFile, ...]
    licence: str
    data_date: str | None
    address: str
    added_at: int
    loader_version: int
    rows_in: int
    rejects: int
    left_out: dict[str, int] = {}


class Checked(Struct, frozen=True, kw_only=True):
    """What verifying a pack found; no faults means that it is as it was added and can be read."""

    pack_id: str
    kind: str
    faults: tuple[str, ...]


@contextmanager
def _translated(action: str) -> Iterator[None]:
    """The operating system's complaints as ours."""
    try:
        yield
    except FileNotFoundError as error:
        message = f"{action}: {error.filename} does not exist"
        raise NotFoundError(message) from error
    except OSError as error:
        message = f"{action}: {error.strerror or error} ({error.filename})"
        raise StoreError(message) from error


def received(paths: Sequence[Path]) -> tuple[dict[str, bytes], ...]:
    """The files as packs to add: one each, but the parts of a shapefile together.

    Raises NotFoundError for a file that is not there, StoreError for one that cannot be read.
    """
    groups: dict[Path, list[Path]] = {}
    for path in paths:
        key = path.with_suffix("") if path.suffix.lower() in _SHAPEFILE else path
        groups.setdefault(key, []).append(path)
    with _translated("reading a pack"):
        return tuple({path.name: path.read_bytes() for path in group} for group in groups.values())


def add(
    data: Path,
    files: Mapping[str, bytes],
    *,
    added_at: int,
    kind: str | None = None,
    licence: str | None = None,
    data_date: str | None = None,
) -> tuple[Manifest, Reading[Any]]:
    """Keep a pack and say what is in it; `data` is the data directory, `added_at` UTC microseconds.

    The same bytes again only renew the manifest. Raises PackError if the files are of no kind or not of the one named,
    StoreError if they cannot be written.
    """
    _checked_names(files)
    reading = kinds.read(kind, files)
    manifest = _manifest(files, reading, licence, data_date, added_at)
    home = _home(data, manifest.kind, manifest.pack_id)
    with _translated("keeping a pack"):
        home.parent.mkdir(parents=True, exist_ok=True)
        if home.exists() and not _faults(home):
            _write(home / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        else:
            _write_folder(home, files, manifest)
    return manifest, reading


def _checked_names(files: Mapping[str, bytes]) -> None:
    for name in files:
        if not name or name != Path(name).name or name.startswith(".") or name == MANIFEST:
            message = f"a pack cannot hold a file called {name!r}; rename it"
            raise PackError(message)


def _manifest(
    files: Mapping[str, bytes], reading: Reading[Any], licence: str | None, data_date: str | None, added_at: int
) -> Manifest:
    source = _source(kinds.kind_named(reading.kind), reading.formats)
    listed = tuple(_pack_file(name, content) for name, content in sorted(files.items()))
    digest = hashlib.sha256(msgspec.json.encode(listed)).hexdigest()[:_DIGEST_DIGITS]
    return Manifest(
        pack_id=f"{reading.kind}-{digest}",
        kind=reading.kind,
        title=source.title,
        formats=reading.formats,
        files=listed,
        licence=licence or source.licence,
        data_date=data_date,
        address=source.address,
        added_at=added_at,
        loader_version=kinds.LOADER_VERSION,
        rows_in=reading.rows_in,
        rejects=reading.rejects.num_rows,
        left_out=dict(reading.left_out),
    )


def _source(kind: Kind[Any], formats: tuple[str, ...]) -> Source:
    return next((one.source for one in kind.formats if one.name in formats), kind.sources[0])


def _pack_file(name: str, content: bytes) -> PackFile:
    return PackFile(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _home(data: Path, kind: str, pack_id: str) -> Path:
    return data / "packs" / kind / pack_id.rpartition("-")[2]


def _write(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(scratch).replace(path)


def _write_folder(home: Path, files: Mapping[str, bytes], manifest: Manifest) -> None:
    """A pack that is there whole or not at all: written beside its place, then moved in."""
    scratch = Path(tempfile.mkdtemp(dir=home.parent, prefix=".new-"))
    try:
        for name, content in files.items():
            _write(scratch / name, content)
        _write(scratch / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        if home.exists():
            shutil.rmtree(home)
        scratch.replace(home)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _folders(data: Path, kind: str | None = None) -> list[Path]:
    """The folder of every pack, the oldest name first; unfinished ones start with a dot."""
    root = data / "packs"
    places = [root / kind] if kind else (sorted(root.iterdir()) if root.is_dir() else [])
    return [
        home
        for place in places
        if place.is_dir()
        for home in sorted(place.iterdir())
        if home.is_dir() and not home.name.startswith(".")
    ]


def read_manifest(home: Path) -> Manifest:
    """The manifest of a pack folder; raises PackError if it is missing or damaged."""
    try:
        return msgspec.json.decode((home / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        message = f"{home}: manifest missing or damaged ({error}); add the pack again"
        raise PackError(message) from error


def manifests(data: Path, kind: str | None = None) -> tuple[Manifest, ...]:
    """The packs that were added, of one kind or of all, in that order; raises PackError for a damaged manifest."""
    with _translated("listing packs"):
        return tuple(sorted(map(read_manifest, _folders(data, kind)), key=lambda one: (one.added_at, one.pack_id)))


def survey(data: Path) -> tuple[tuple[Manifest, ...], tuple[str, ...]]:
    """Every pack that has a sound manifest, and what is wrong with the others."""
    sound: list[Manifest] = []
    damaged: list[str] = []
    with _translated("listing packs"):
        for home in _folders(data):
            try:
                sound.append(read_manifest(home))
            except PackError as error:
                damaged.append(str(error))
    return tuple(sorted(sound, key=lambda one: (one.added_at, one.pack_id))), tuple(damaged)


def _contents(home: Path, manifest: Manifest) -> dict[str, bytes]:
    """The files of a pack, each with the hash it was added with; raises PackError naming the one that changed."""
    contents = {}
    for file in manifest.files:
        _checked_names({file.name: b""})
        with _translated(f"reading pack {manifest.pack_id}"):
            content = (home / file.name).read_bytes()
        if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
            message = f"pack {manifest.pack_id}: {file.name} is not what was added; add it again"
            raise PackError(message)
        contents[file.name] = content
    return contents


def load(data: Path | None, kind: str) -> Reading[Any] | None:
    """Everything known of a kind: all its packs together, else the built-in data, None if there is nothing.

    A later pack's area replaces an earlier one of the same id, a later base map the earlier ones. Raises PackError for
    a pack that changed since it was added or cannot be read.
    """
    if readings := [reading for _, reading in each(data, kind)]:
        return readings[-1] if kind == "basemap" else _merged(readings)
    return built_in(kind) if kind in BUILT_IN else None


def each(data: Path | None, kind: str) -> tuple[tuple[Manifest, Reading[Any]], ...]:
    """Every pack of a kind with its manifest, the last added at the end; raises PackError as `load` does."""
    added = manifests(data, kind) if data else ()
    return tuple((one, kinds.read(kind, _contents(_home(data, kind, one.pack_id), one))) for one in added if data)


def _merged(readings: Sequence[Reading[Any]]) -> Reading[Any]:
    together = joined(readings)
    if not isinstance(together.rows, tuple):
        return together
    by_id = {getattr(one, "area_id", None) or one.line_id: one for one in together.rows}
    return Reading(
        together.kind,
        together.formats,
        tuple(by_id.values()),
        together.rows_in,
        together.rejects,
        together.left_out,
    )


def built_in(name: str) -> Reading[Any]:
    """What ships in the wheel under a name of BUILT_IN; raises NotFoundError for any other name."""
    if name not in BUILT_IN:
        message = f"nothing called {name!r} is built in; there are {', '.join(BUILT_IN)}"
        raise NotFoundError(message)
    file = BUILT_IN[name]
    content = resources.files("hanbada.reference").joinpath("data", file).read_bytes()
    return kinds.read(_KIND_OF_BUILT_IN.get(name, name), {file: content})


def file_of(data: Path, kind: str, suffix: str) -> Path | None:
    """The file with a suffix of the pack added last, for what reads it in place (the base map); None if none."""
    for manifest in reversed(manifests(data, kind)):
        for file in manifest.files:
            if file.name.endswith(suffix):
                return _home(data, kind, manifest.pack_id) / file.name
    return None


def verify(data: Path) -> tuple[Checked, ...]:
    """Every pack hashed and read again."""
    with _translated("verifying packs"):
        return tuple(_verified(home) for home in _folders(data))


def _verified(home: Path) -> Checked:
    faults = _faults(home) or _unreadable(home)
    return Checked(pack_id=f"{home.parent.name}-{home.name}", kind=home.parent.name, faults=tuple(faults))


def _faults(home: Path) -> list[str]:
    """What is wrong with the bytes of a pack."""
    try:
        manifest = read_manifest(home)
        listed = {file.name for file in manifest.files} | {MANIFEST}
        faults = [f"{path.name} is not part of the pack" for path in home.iterdir() if path.name not in listed]
        if manifest.pack_id != f"{home.parent.name}-{home.name}":
            faults.append(f"the manifest is that of {manifest.pack_id}")
    except PackError as error:
        return [str(error)]
    return [*faults, *_each(manifest.files, lambda file: _changed(home, file))]


def _each(files: Iterable[PackFile], check: Callable[[PackFile], str | None]) -> list[str]:
    return [fault for file in files if (fault := check(file))]


def _changed(home: Path, file: PackFile) -> str | None:
    path = home / Path(file.name).name
    if not path.is_file():
        return f"{file.name} is missing"
    if path.stat().st_size != file.size:
        return f"{file.name} has {path.stat().st_size} bytes, not {file.size}"
    with path.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    return None if found == file.sha256 else f"{file.name} changed: SHA-256 is {found}, was {file.sha256}"


def _unreadable(home: Path) -> list[str]:
    """What is wrong with the content of a pack whose bytes are sound: another loader may read it otherwise."""
    manifest = read_manifest(home)
    try:
        reading = kinds.read(manifest.kind, _contents(home, manifest))
    except PackError as error:
        return [str(error)]
    found = (reading.rows_in, reading.rejects.num_rows)
    if found != (manifest.rows_in, manifest.rejects) and manifest.loader_version == kinds.LOADER_VERSION:
        return [f"{found[0]} rows and {found[1]} rejects now, {manifest.rows_in} and {manifest.rejects} when added"]
    return []
