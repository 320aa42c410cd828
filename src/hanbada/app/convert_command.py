"""`hanbada convert`: a file of one format as another, with everything that gets lost on the way.

What is converted is somebody's own file: nothing is cut from it and nobody else is told. Its marking goes along, and a
label of a classified scheme is refused.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hanbada.app.importing import opened
from hanbada.model.errors import InputError, UsageError
from hanbada.release.view import unchanged
from hanbada.share.formats import FORMATS, named
from hanbada.share.formats.contract import Note

if TYPE_CHECKING:
    from hanbada.share.formats.contract import Format, Loss

NOTHING = 3
SHOWN = 40
"""Lines of losses on the screen; --json has them all."""


class Converted(NamedTuple):
    """A file in another format: how many objects were found and how many are in it, and what got lost at which step."""

    content: bytes
    source: Format
    found: int
    told: int
    read: tuple[Loss, ...]
    written: tuple[Loss, ...]


def run(file: str, to: str, source: str | None, out: Path | None, *, as_json: bool) -> int:
    """Convert a file, say what got lost, and return the exit code."""
    import msgspec

    from hanbada.app.cli import output

    if as_json and out is None:
        message = "--json: the losses are printed, so name a file with -o for what is converted"
        raise UsageError(message)
    target = chosen("--to", to)
    given = None if source is None else chosen("--from", source)
    name = "standard input" if file == "-" else Path(file).name
    done = converted(content_of(file), name, given, target, time.time_ns() // 1000)
    if not done.told:
        sys.stderr.write(account(name, done, target))
        return NOTHING
    with output(out, [file]) as sink:
        sink.write(done.content)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(_object(done, target)) + b"\n")
    sys.stderr.write(account(name, done, target))
    return 0


def chosen(option: str, name: str) -> Format:
    """A format by its name; raises UsageError for one that there is not."""
    if name not in FORMATS:
        message = f"{option} {name}: choose one of {', '.join(FORMATS)}"
        raise UsageError(message)
    return named(name)


def content_of(file: str) -> bytes:
    """What stands in a file; raises InputError if it cannot be read."""
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        message = f"{file}: cannot be opened: {error.strerror}"
        raise InputError(message) from error


def converted(content: bytes, name: str, source: Format | None, target: Format, now_us: int) -> Converted:
    """Some bytes in another format. Raises InputError if no format knows them, RefusedError for a classified label."""
    found = opened(content, name, None if source is None else source.name)
    released = [unchanged(one) for one in found.items]
    written = target.write(released, Note(title=name, written_at=now_us))
    whole = {(loss.item_id, loss.what) for loss in written.losses}
    told = sum((one.item_id, one.data_class) not in whole for one in released)
    return Converted(written.content, named(found.format), len(released), told, found.losses, written.losses)


def account(name: str, done: Converted, target: Format) -> str:
    """What came of it, for a person: counts, then each kind of loss once."""
    head = f"{name}: {done.source.title}, {done.found:,} objects; {target.title}: {done.told:,} written\n"
    return head + "".join(_grouped("not read", done.read) + _grouped("lost", done.written))


def _grouped(verb: str, losses: tuple[Loss, ...]) -> list[str]:
    from collections import Counter

    counts: Counter[tuple[str, str]] = Counter((loss.what, loss.why) for loss in losses)
    lines = [f"  {verb}: {what} x {count:,}: {why}\n" for (what, why), count in counts.most_common(SHOWN)]
    more = len(counts) - SHOWN
    return [*lines, f"  {verb}: {more:,} more kinds; --json has all\n"] if more > 0 else lines


def _object(done: Converted, target: Format) -> dict[str, object]:
    losses = [
        {"step": step, "object": one.item_id, "what": one.what, "why": one.why}
        for step, some in (("read", done.read), ("write", done.written))
        for one in some
    ]
    return {
        "from": done.source.name, "to": target.name, "objects": done.found, "written": done.told, "losses": losses,
    }  # fmt: skip
