"""Whole processes, start-up and all: ten million messages, a thousand lines, and the most memory they take.

    python -m bench.whole [--quick]

Processor time (user and system) and peak memory as the kernel counts them for the process; output goes to a file or
nowhere, as stated.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from bench import drawn
from bench.figures import Figure, Scale, tell
from bench.timing import cpu, in_turn_processes, process, ratio, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = [sys.executable, "-m", "hanbada.app.cli", "decode"]
AISCAT = "import sys, aiscat\nprint(sum(1 for _ in aiscat.from_file(sys.argv[1], format=sys.argv[2])))"
PYAIS = "import sys\nfrom pyais.stream import FileReaderStream\nprint(sum(m.decode().msg_type > 0 for m in FileReaderStream(sys.argv[1])))"
PYAIS_JSON = "import sys\nfrom pyais.stream import FileReaderStream\nfor m in FileReaderStream(sys.argv[1]): print(m.decode().to_json())"
MANY = (0.2, 0.1)
FEW = (1.5, 1.0)
MEMORY_MIB = 200.0
WHY = {
    "many": "Half a second of it is Python, numba and loading the compiled code; a piece of the file is copied twice.",
    "few": "Importing Python, typer and our own modules comes to more than decoding a thousand lines.",
    "memory.none": "127 MiB stand before the first line (numba, llvmlite, Arrow), loading compiled code adds about 40, pieces of the "
    "file and one arena the rest; none of it grows with the input.",
    "memory.parquet": "Above what decoding takes stand Polars and the writer (30 MiB), and a row group of all 200 columns any type has, "
    "eight bytes each, twice: as frames and joined. Next: columns of their own width; compiled code loaded without numba's types.",
}


def figures(scale: Scale) -> Iterator[Figure]:
    """All whole processes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        million = drawn.draw(folder, scale.of(1_000_000, 50_000))
        many = drawn.repeated(million, 10)
        few = folder / "few.nmea"
        few.write_bytes(b"".join(million.path.read_bytes().splitlines(keepends=True)[:1000]))
        yield _many(many, scale)
        yield from _few(few, scale)
        yield from _memory(folder, million.path, many)


def said(command: list[str]) -> str:
    """What a command says on both outputs."""
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout


def _many(path: Path, scale: Scale) -> Figure:
    commands = {
        "ours": [*OURS, "--format", "none", str(path)],
        "aiscat": [sys.executable, "-c", AISCAT, str(path), "dictionary"],
        "json": [sys.executable, "-c", AISCAT, str(path), "json"],
    }
    ours, theirs = _messages(said(commands["ours"])), int(said(commands["aiscat"]))
    used = {name: cpu(runs) for name, runs in in_turn_processes(commands, scale.of(3, 1)).items()}
    pair = ratio(used["ours"], used["aiscat"])
    return Figure(
        name="whole.many", what="processor time of aiscat that decoding ten million messages takes",
        measured=pair.best, low=pair.low, high=pair.high, floor=MANY[0], goal=MANY[1], less=True,
        how=f"{ours:,} messages, {path.stat().st_size / 1e6:.0f} MB: `hanbada decode --format none` {seconds(used['ours'])}, aiscat's dicts "
        f"{seconds(used['aiscat'])}, its JSON {seconds(used['json'])}",
        checked=f"ours {ours:,} messages, aiscat {theirs:,} (values: decode.messages.aiscat)", right=0 <= ours - theirs < ours / 1000,
        why=WHY["many"],
    )  # fmt: skip


def _messages(account: str) -> int:
    """Messages by the account of `hanbada decode`."""
    return int(account.partition(" lines, ")[2].partition(" messages")[0].replace(",", ""))


def _few(path: Path, scale: Scale) -> Iterator[Figure]:
    output = path.with_suffix(".jsonl")
    commands = {
        "ours": [*OURS, "--format", "none", str(path)],
        "ours, JSON lines": [*OURS, "-o", str(output), str(path)],
        "pyais": [sys.executable, "-c", PYAIS, str(path)],
        "pyais, JSON": [sys.executable, "-c", PYAIS_JSON, str(path)],
    }
    ours, theirs = _messages(said(commands["ours"])), int(said(commands["pyais"]))
    said(commands["ours, JSON lines"])
    mine = [json.loads(line) for line in output.read_text().splitlines()]
    others = [one for one in _objects(said(commands["pyais, JSON"])) if "msg_type" in one]
    same = [(one["msg_type"], one["mmsi"]) for one in mine] == [(one["msg_type"], int(one["mmsi"])) for one in others]
    used = {name: cpu(runs) for name, runs in in_turn_processes(commands, scale.of(15, 3)).items()}
    for name, (a, b) in {"whole.few": ("ours", "pyais"), "whole.few.json": ("ours, JSON lines", "pyais, JSON")}.items():
        pair = ratio(used[a], used[b])
        yield Figure(
            name=name, what=f"processor time of pyais that a thousand lines take ({a})", measured=pair.best,
            low=pair.low, high=pair.high, floor=FEW[0], goal=FEW[1], less=True,
            how=f"1,000 lines, {ours:,} messages: {a} {seconds(used[a])}, {b} {seconds(used[b])}",
            checked=f"{ours:,} and {theirs:,} messages, their types and MMSI " + ("equal" if same else "DIFFER"),
            right=same and ours == theirs, why=WHY["few"],
        )  # fmt: skip


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Objects of a text of JSON one behind another."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text.rstrip()):
        found, place = decoder.raw_decode(text, place)
        yield found
        place += len(text[place:]) - len(text[place:].lstrip())


def _memory(folder: Path, million: Path, many: Path) -> Iterator[Figure]:
    for form in ("none", "parquet"):
        out = folder / "out.parquet"
        to_file = ["-o", str(out)] if form == "parquet" else []
        small, large = (process([*OURS, "--format", form, *to_file, str(path)]) for path in (million, many))
        rows = pq.read_metadata(out).num_rows if to_file else None
        messages = _messages(said([*OURS, "--format", "none", str(many)]))
        yield Figure(
            name=f"whole.memory.{form}", what=f"peak memory of `hanbada decode --format {form}`, ten million messages",
            measured=large.peak_mib, unit="MiB", floor=MEMORY_MIB, less=True,
            how=f"{million.stat().st_size / 1e6:.0f} MB: {small.peak_mib:.0f} MiB, {many.stat().st_size / 1e6:.0f} MB: {large.peak_mib:.0f} MiB",
            checked="both ended well" + ("" if rows is None else f"; {rows:,} rows written of {messages:,} messages"),
            right=small.code == large.code == 0 and rows in {None, messages}, why=WHY[f"memory.{form}"],
        )  # fmt: skip


if __name__ == "__main__":
    tell("whole", figures)
