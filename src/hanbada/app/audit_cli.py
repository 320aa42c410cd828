"""`hanbada audit`: whether the past of this node is what it was, who vouches for it, and proofs of single entries."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import KEYS, data_dir
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hanbada.app.sharing.ours import Ours
    from hanbada.model.audit import Verified, Vouching
    from hanbada.share.exchange.logged import Checked

audit = typer.Typer(
    name="audit",
    help="The audit log: whether the past is what it was, who vouches for it, proofs of single entries.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

CONSOLE = "command line"
File = Annotated[Path, typer.Argument(help="A proof file, as `hanbada audit prove` writes it.")]
Key = Annotated[str, typer.Option(help="The key of the log: what `hanbada audit key` prints at its node.")]
Cosigners = Annotated[
    list[str] | None, typer.Option("--cosigner", help="The key of a cosigner, as its node prints it. May be repeated.")
]


@audit.command()
def verify(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Compute chain, tree, checkpoints and cosignatures again; ends with 1 at the first thing that is wrong."""
    import msgspec

    from hanbada.app.opening import desk_in
    from hanbada.app.sharing import ours, verifying
    from hanbada.store.database import reading, writing
    from hanbada.store.events import Written

    home = data_dir(data)
    with desk_in(home) as desk:
        with reading(desk.engine) as connection:
            own = None if ours.known(connection) is None else ours.opened(connection, home / KEYS)
            found = verifying.verify(connection, own, _now_us())
        with writing(desk.engine) as connection:
            verifying.record(connection, found, Written(by=CONSOLE, at_us=found.at))
    typer.echo(msgspec.json.encode(found).decode() if as_json else _told(found))
    raise typer.Exit(0 if found.fault is None else 1)


@audit.command()
def key(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Print the keys with which others check what this node signs: as a log, and as a cosigner."""
    from hanbada.app.opening import desk_in
    from hanbada.app.sharing import auditing
    from hanbada.store.database import reading

    home = data_dir(data)
    with desk_in(home) as desk, reading(desk.engine) as connection:
        own = _ours(connection, home)
        keys = {"log": str(auditing.log_key(own)), "cosigner": str(auditing.cosigner_keys(own.document)[-1])}
    typer.echo(_json(keys) if as_json else f"log       {keys['log']}\ncosigner  {keys['cosigner']}")


@audit.command()
def prove(
    entry: Annotated[int, typer.Argument(help="The number of an entry of the ledger.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Write the proof here.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write a file that proves an entry to who has our key, under the checkpoint that most partners cosigned."""
    from hanbada.app.opening import desk_in
    from hanbada.app.sharing import auditing
    from hanbada.store.database import writing

    home = data_dir(data)
    with desk_in(home) as desk, writing(desk.engine) as connection:
        own = _ours(connection, home)
        file = auditing.prove(connection, own, entry, _now_us())
    _write(out, file.encode())
    told = {"entry": entry, "file": str(out), "key": str(auditing.log_key(own))}
    said = f"{out} proves entry {entry}; a partner checks it with\n  hanbada audit check {out} --key {told['key']}"
    typer.echo(_json(told) if as_json else said)


@audit.command()
def check(file: File, key: Key, cosigner: Cosigners = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Check a proof without a node and without a network: what it shows, and which cosigners vouch for it."""
    import msgspec

    from hanbada.model.errors import UsageError
    from hanbada.share.exchange import logged, notes

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file}: cannot be read: {error}"
        raise UsageError(message) from error
    found = logged.check(logged.read(text), notes.read_key(key), [notes.read_key(one) for one in cosigner or []])
    shown = {
        "entry": msgspec.to_builtins(found.shown.content), "log": found.checkpoint.origin, "leaf": found.leaf,
        "size": found.checkpoint.size, "closed_at": found.shown.closed_at, "cosigned": found.cosigned,
        "unknown": found.unknown,
    }  # fmt: skip
    typer.echo(_json(shown) if as_json else _shown(found))


@audit.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the tiles go.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write the log as tiles with its cosigned checkpoint, for anybody to mirror; entries are not in it."""
    from hanbada.app.opening import desk_in
    from hanbada.app.sharing import auditing
    from hanbada.store.database import writing

    home, count = data_dir(data), 0
    with desk_in(home) as desk, writing(desk.engine) as connection:
        for name, content in auditing.exported(connection, _ours(connection, home), _now_us()):
            _write(folder / name, content)
            count += 1
    typer.echo(_json({"folder": str(folder), "files": count}) if as_json else f"{count} files in {folder}")


@audit.command()
def accept(
    node: Annotated[str, typer.Argument(help="The partner's node, as the alarm names it.")],
    why: Annotated[str, typer.Option(help="What its people said, for whoever reads the ledger.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Begin again with the log of a partner that was restored from a backup, after speaking with its people."""
    from hanbada.app.opening import desk_in
    from hanbada.app.sharing import auditing
    from hanbada.store.database import writing
    from hanbada.store.events import Written

    with desk_in(data_dir(data)) as desk, writing(desk.engine) as connection:
        auditing.accept(connection, node, why, Written(by=CONSOLE, at_us=_now_us()))
    typer.echo(_json({"accepted": node}) if as_json else f"the log of {node} counts from its next checkpoint on")


def _ours(connection: Connection, home: Path) -> Ours:
    from hanbada.app.sharing import ours

    return ours.opened(connection, home / KEYS)


def _now_us() -> int:
    return time.time_ns() // 1000


def _write(path: Path, content: bytes) -> None:
    from hanbada.model.errors import UsageError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise UsageError(message) from error


def _told(found: Verified) -> str:
    lines = [f"ledger: {found.entries} entries, {found.covered} of them under a closed interval"]
    if found.key:
        lines.append(f"log: {found.size} leaves, {found.checkpoints} checkpoints, root {found.root[:16]}")
    else:
        lines.append("log: none; this node has no name yet, so nobody else can vouch for its ledger")
    lines += [_vouches(one) for one in found.partners]
    if found.fault is None:
        return "\n".join([*lines, "nothing was changed"])
    typer.echo("\n".join(lines), err=True)
    where = "" if found.fault.entry is None else f" (entry {found.fault.entry})"
    return f"WRONG{where}: {found.fault.why}\nwhat to do: {found.fault.todo}"


def _vouches(one: Vouching) -> str:
    from hanbada.model.times import iso

    if one.size is None or one.at is None:
        return f"{one.name}: has cosigned nothing yet"
    return f"{one.name}: vouches for the first {one.size} leaves, since {iso(one.at)}"


def _shown(found: Checked) -> str:
    from hanbada.model.times import iso

    one = found.shown.content
    lines = [
        f"{iso(one.at)} {one.actor} {one.action} {one.object_id}",
        one.body,
        f"is in the log {found.checkpoint.origin}, leaf {found.leaf} of {found.checkpoint.size}",
    ]
    lines += [f"cosigned by {name} at {iso(at_s * 1_000_000)}" for name, at_s in found.cosigned.items()]
    lines += [f"cosigned by {name}, whose key was not given: not checked" for name in found.unknown]
    return "\n".join(lines)


def _json(value: Any) -> str:
    import msgspec

    return msgspec.json.encode(value).decode()
