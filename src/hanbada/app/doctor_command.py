"""What `hanbada doctor` does: look at everything a node needs, and say what is missing and what to do."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
from msgspec import Struct

from hanbada.app.config import DATABASE, data_dir
from hanbada.app.warming import marker
from hanbada.model.errors import HanbadaError
from hanbada.reference.kinds import KINDS
from hanbada.store import packs
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

if TYPE_CHECKING:
    from pathlib import Path

Verdict: TypeAlias = Literal["ok", "missing", "fault"]
LEAST_FREE = 2 << 30
LEAST_MEMORY = 4 << 30
PORT = 8080


class Finding(Struct, frozen=True, kw_only=True):
    """One thing looked at. `missing` can be done without; `fault` must be mended."""

    what: str
    verdict: Verdict
    text: str


def doctor(data: Path | None, *, as_json: bool) -> int:
    """Look and tell; 1 if anything must be mended."""
    home = data_dir(data)
    findings = [_python(), _memory(), _folder(home), *_desk(home), _kernels(), _port(), *_packs(home)]
    if as_json:
        sys.stdout.write(msgspec.json.encode(findings).decode() + "\n")
    else:
        sys.stdout.write("".join(f"{one.verdict:8}{one.what}: {one.text}\n" for one in findings))
    return int(any(one.verdict == "fault" for one in findings))


def _python() -> Finding:
    right = (3, 11) <= sys.version_info[:2] <= (3, 13)
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    more = "" if right else "; Hanbada runs on Python 3.11 to 3.13"
    return Finding(what="Python", verdict="ok" if right else "fault", text=text + more)


def _memory() -> Finding:
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    enough = there >= LEAST_MEMORY
    text = f"{there / 2**30:.1f} GiB" + ("" if enough else "; a busy network needs 4 GiB")
    return Finding(what="memory", verdict="ok" if enough else "missing", text=text)


def _folder(home: Path) -> Finding:
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".doctor").write_bytes(b"")
        (home / ".doctor").unlink()
        free = shutil.disk_usage(home).free
    except OSError as error:
        text = f"{home} cannot be written ({error.strerror}); give another with --data or $HANBADA_DATA"
        return Finding(what="data directory", verdict="fault", text=text)
    enough = free >= LEAST_FREE
    text = f"{home}, {free / 2**30:.0f} GiB free" + ("" if enough else "; raw lines alone need more")
    return Finding(what="data directory", verdict="ok" if enough else "missing", text=text)


def _desk(home: Path) -> list[Finding]:
    """The node's database and its ledger, if there is one."""
    if not (home / DATABASE).exists():
        return [Finding(what="desk", verdict="ok", text="none yet; `hanbada serve` makes it")]
    try:
        engine = open_database(home / DATABASE)
        try:
            desk = DeskStore(engine, lambda: 0)
            broken, people = desk.ledger_breaks_at(), len(desk.users())
        finally:
            engine.dispose()
    except HanbadaError as error:
        return [Finding(what="desk", verdict="fault", text=str(error))]
    found = [Finding(what="desk", verdict="ok", text=f"{people} people; the ledger is whole")]
    if broken is not None:
        text = f"the ledger was tampered with or damaged at entry {broken}; keep a copy and ask for help"
        found = [Finding(what="desk", verdict="fault", text=text)]
    return found


def _kernels() -> Finding:
    if marker().exists():
        return Finding(what="compiled kernels", verdict="ok", text=str(marker().parent))
    text = "not compiled yet: the first start takes half a minute longer"
    return Finding(what="compiled kernels", verdict="missing", text=text)


def _port() -> Finding:
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", PORT)) == 0
    text = f"{PORT} is in use; a node serves there, or give another with --port" if taken else f"{PORT} is free"
    return Finding(what="port", verdict="missing" if taken else "ok", text=text)


def _packs(home: Path) -> list[Finding]:
    """Every kind of reference pack: there, built in, or missing and what that costs."""
    added: dict[str, int] = {}
    for one in packs.verify(home):
        if one.faults:
            return [Finding(what="reference packs", verdict="fault", text=f"{one.pack_id}: {'; '.join(one.faults)}")]
        added[one.kind] = added.get(one.kind, 0) + 1
    found = []
    for kind in KINDS:
        count = added.get(kind.name, 0)
        there = f"{count} added" if count else "built in" if kind.built_in else ""
        text = there or f"none; {kind.missing}"
        found.append(Finding(what=f"pack {kind.name}", verdict="ok" if there else "missing", text=text))
    return found
