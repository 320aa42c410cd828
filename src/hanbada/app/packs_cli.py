"""`hanbada pack`: add, list and verify reference packs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanbada.reference.reading import Kind, Reading
    from hanbada.store.packs import Checked, Manifest

pack = typer.Typer(
    name="pack",
    help="Reference packs: ports, areas, lanes, cables, registers, storms, base maps.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

_MOST_REJECTS = 3


@pack.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files as published; gzip, zstd and zip are fine.")],
    kind: Annotated[str | None, typer.Option("--kind", help="Kind, where the content does not tell.")] = None,
    licence: Annotated[str | None, typer.Option("--licence", help="Licence, if not the source's usual one.")] = None,
    date: Annotated[str | None, typer.Option("--date", help="Date of the data, such as 2025-07-01.")] = None,
    data: Data = None,
) -> None:
    """Keep files as reference packs; the kind is found from their content."""
    import time

    from hanbada.model.errors import UsageError
    from hanbada.model.times import parse_time
    from hanbada.reference.kinds import KINDS
    from hanbada.store import packs

    if kind is not None and kind not in {one.name for one in KINDS}:
        message = f"--kind {kind}: choose one of {', '.join(one.name for one in KINDS)}"
        raise UsageError(message)
    if date is not None and parse_time(f"{date} 00:00") is None:
        message = f"--date {date}: write it as 2025-07-01"
        raise UsageError(message)
    now_us = time.time_ns() // 1000
    faults = [_added(one, data_dir(data), kind, licence, date, now_us) for one in packs.received(files)]
    for fault in faults:
        sys.stderr.write(f"hanbada: {fault}\n" if fault else "")
    raise typer.Exit(1 if any(faults) else 0)


def _added(
    files: dict[str, bytes], folder: Path, kind: str | None, licence: str | None, date: str | None, now_us: int
) -> str | None:
    """Add one pack and say so; what went wrong otherwise. One bad file costs itself, not the others."""
    from hanbada.model.errors import PackError
    from hanbada.store import packs

    try:
        manifest, reading = packs.add(folder, files, added_at=now_us, kind=kind, licence=licence, data_date=date)
    except PackError as error:
        return str(error)
    typer.echo(_told(manifest, reading))
    return None


def _told(manifest: Manifest, reading: Reading[Any]) -> str:
    """An account of a pack: what it is, what was used, what was not and why."""
    lines = [
        f"{manifest.pack_id}: {manifest.title}",
        f"  read as {', '.join(manifest.formats)}: {manifest.rows_in:,} rows in, {manifest.rejects:,} rejected",
        f"  licence: {manifest.licence}",
    ]
    lines += [f"  left out: {count:,}, {reason}" for reason, count in reading.left_out.items()]
    first = reading.rejects.slice(0, _MOST_REJECTS).to_pylist()
    lines += [f"  rejected {row['file']} row {row['row']}: {row['code']}, {row['detail']}" for row in first]
    return "\n".join(lines)


@pack.command("list")
def list_packs(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002  (typer's way of a switch)
    """Every kind of pack: what is there, and what is missing without it."""
    from hanbada.reference.kinds import KINDS
    from hanbada.store import packs

    added, damaged = packs.survey(data_dir(data))
    if as_json:
        typer.echo(_json([_kind_row(kind, added) for kind in KINDS]))
    else:
        typer.echo("\n".join(_kind_text(kind, [one for one in added if one.kind == kind.name]) for kind in KINDS))
    for fault in damaged:
        sys.stderr.write(f"hanbada: {fault}\n")
    raise typer.Exit(1 if damaged else 0)


def _kind_row(kind: Kind[Any], added: Sequence[Manifest]) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "title": kind.title,
        "purpose": kind.purpose,
        "missing": kind.missing,
        "built_in": kind.built_in,
        "sources": [vars(source) for source in kind.sources],
        "packs": [one for one in added if one.kind == kind.name],
    }


def _kind_text(kind: Kind[Any], added: Sequence[Manifest]) -> str:
    from hanbada.model.times import iso

    lines = [f"{kind.name}: {kind.title}. {kind.purpose}"]
    lines += [
        f"  {one.pack_id}  {one.title}; data of {one.data_date or 'unknown date'}, added {iso(one.added_at)[:10]}, "
        f"{one.rows_in:,} rows, {one.licence}"
        for one in added
    ]
    if not added:
        lines.append(f"  built in: {kind.built_in}" if kind.built_in else "  none added")
    lines.append(f"  {kind.missing}")
    lines += [f"  official: {source.title}  {source.address}".rstrip() for source in kind.sources]
    return "\n".join(lines)


@pack.command()
def verify(data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002  (typer's way of a switch)
    """Hash and read every pack again. Exit code 1 for a fault, 3 if no pack was added."""
    from hanbada.store import packs

    checked = packs.verify(data_dir(data))
    if as_json:
        typer.echo(_json(checked))
    else:
        for one in checked:
            typer.echo(_verdict(one))
        if not checked:
            typer.echo(f"no pack in {data_dir(data)}: add one with `hanbada pack add FILE`")
    raise typer.Exit(3 if not checked else 1 if any(one.faults for one in checked) else 0)


def _verdict(one: Checked) -> str:
    return f"{one.pack_id}: {'; '.join(one.faults) or 'as added'}"


def _json(value: object) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()
