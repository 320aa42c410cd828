"""`hanbada accord`: the register of cooperation, what it answers, and its files.

Where no node has run, the seed that ships is read, and that is said on standard error.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hanbada.accord.tables import Fault
    from hanbada.model.register import Kept, Row

accord = typer.Typer(
    name="accord",
    help="The register of cooperation: who cooperates with whom on which terms, what is due, what is missing.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Party = Annotated[str | None, typer.Option(help="Only what is about this party: KR, EU.")]
Members = Annotated[
    list[str] | None, typer.Option("--members", help="Put this union's members in its place: EU. Repeatable.")
]
KindOf = Annotated[
    str | None, typer.Option("--kind", help="forum, instrument, dialogue, exercise, deployment, transfer or notice.")
]
CONSOLE = "command line"
NOTHING = 3


@accord.command("list")
def list_rows(kind: KindOf = None, party: Party = None, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Every row: its day, kind, id and title."""
    from hanbada.accord.questions import day_of, parties_of, title_of

    found = [
        one for one in _register(data) if _kind(kind) in {None, one.kind} and party in {None, *parties_of(one.row)}
    ]
    lines = (
        f"{day_of(one.row) or ''!s:<10}  {one.kind:<10}  {one.row.row_id:<30}  {title_of(one.row)}" for one in found
    )
    _say([_object(one) for one in found], lines, as_json=as_json)


@accord.command()
def show(
    row_id: Annotated[str, typer.Argument(help="As `list` shows it.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """One row with everything that is known, and where from."""
    from hanbada.accord.cells import columns, written
    from hanbada.app.cooperation import named

    one = named(_register(data), row_id)
    cells = ((column.name, written(one.row, column)) for column in columns(one.kind))
    _say(_object(one), (f"{name:<18}{text}" for name, text in cells if text), as_json=as_json)


@accord.command()
def gaps(party: Party = None, members: Members = None, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Who exercises together but has no information agreement in this register."""
    from hanbada.accord import questions

    found = questions.gaps(_rows(data), _today(), members or (), party)
    lines = (
        f"{' - '.join(one.pair):<12}{one.exercises:>4} exercises, last {one.latest} on {one.latest_on}; "
        + (f"no paper on {', '.join(one.lacking)}" if one.lacking else "every domain has a paper")
        + (f"; unverified: {', '.join(one.unverified)}" if one.unverified else "")
        for one in found
    )
    _say(found, lines, as_json=as_json)


@accord.command()
def due(
    days: Annotated[int, typer.Option(help="How far ahead.", min=0)] = 90,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What falls due: follow-ups, papers that expire or return from suspension, notices; overdue first."""
    from hanbada.accord import questions

    found = questions.due(_rows(data), _now_us(), days)
    lines = (
        f"{one.on or 'no day'!s:<10}  {_days(one.days):>7}  {one.what:<10}{one.title} ({one.row_id})  {one.owner}"
        for one in found
    )
    _say(found, lines, as_json=as_json)


@accord.command()
def matrix(party: Party = None, members: Members = None, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Which domains each pair covers by papers in force, and which it lacks."""
    from hanbada.accord.questions import coverage
    from hanbada.model.register import DOMAINS

    found = coverage(_rows(data), _today(), members or (), party)
    head = f"{'':<12}" + "".join(f"{domain.replace('_', ' '):>18}" for domain in DOMAINS)
    body = (
        f"{' - '.join(one.pair):<12}" + "".join(f"{len(one.papers.get(domain, ())) or '-':>18}" for domain in DOMAINS)
        for one in found
    )
    objects = [{"pair": one.pair, "papers": one.papers, "lacking": one.lacking} for one in found]
    _say(objects, (head, *body) if found else (), as_json=as_json)


@accord.command()
def ties(party: Party = None, members: Members = None, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """What every two parties did together, year by year."""
    from hanbada.accord import questions

    found = questions.ties(_rows(data), members or (), party)
    lines = (
        f"{' - '.join(one.pair):<12}{one.year}  " + ", ".join(f"{count} {kind}" for kind, count in one.counts.items())
        for one in found
    )
    _say(found, lines, as_json=as_json)


@accord.command()
def index(
    values: Annotated[Path, typer.Argument(help="CSV: designation,unit_value (of a new unit, in a measure of yours).")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Trend index of transfers from your unit values: capability, not price."""
    from hanbada.accord.trend import trend
    from hanbada.app.cooperation import read_unit_values

    read = read_unit_values(_text(values), values.name)
    _complain(read.faults)
    found = trend(_rows(data), read.values)
    years = found.years().items()
    left_out = (
        f"not in it: {len(found.without_value)} without a unit value, {len(found.without_number)} without number or "
        f"year of delivery, {len(found.not_countable)} that move no units"
    )
    lines = [f"{year}  {amount:>12.2f}{'  estimate' if guess else ''}" for year, (amount, guess) in years]
    lines += [f"{found.label}; comparable with itself only", left_out]
    _say(found, lines, as_json=as_json)


@accord.command("import")
def import_rows(
    files: Annotated[list[Path], typer.Argument(help="CSV files, or XLSX workbooks with a sheet a kind.")],
    kind: KindOf = None,
    check: Annotated[bool, typer.Option("--check", help="Read and say what is wrong; keep nothing.")] = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Enter rows; one whose id is known takes the place of the one before. What cannot be used is said, row by row."""
    from hanbada.app.cooperation import read_files
    from hanbada.app.opening import desk_in

    found = read_files(files, _kind(kind))
    _complain(found.faults)
    changed = 0
    if not check:
        with desk_in(data_dir(data)) as desk:
            changed = desk.put_rows(found.rows, CONSOLE, _now_us())
    account = {"read": len(found.rows), "new_or_changed": changed, "faults": [_fault(one) for one in found.faults]}
    said = f"{len(found.rows)} rows read, {changed} new or changed, {len(found.faults)} faults"
    _say(account, [said], as_json=as_json)
    if found.faults:
        raise typer.Exit(1)


@accord.command()
def export(
    where: Annotated[Path, typer.Argument(help="A folder for CSV files, or a file that ends in .xlsx.")],
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write the register: a CSV file a kind, or one workbook."""
    from hanbada.app.cooperation import write_files

    files = write_files(_rows(data), where)
    _say([str(file) for file in files], map(str, files), as_json=as_json)


@accord.command()
def plot(
    what: Annotated[str, typer.Argument(help="network, timeline or matrix.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A file that ends in .svg or .png.")],
    party: Party = None,
    members: Members = None,
    data: Data = None,
) -> None:
    """Draw the register; needs hanbada[plots]."""
    from hanbada.app.accord_plots import plot as draw

    draw(what, _rows(data), _today(), members or (), party, out)


# The register


@contextmanager
def _desk(data: Path | None) -> Iterator[Any]:
    from hanbada.app.opening import desk_in, has_desk

    home = data_dir(data)
    if not has_desk(home):
        sys.stderr.write(f"{home}: no node has run here; this is the seed that ships with Hanbada\n")
        yield None
        return
    with desk_in(home) as desk:
        yield desk


def _register(data: Path | None) -> list[Kept]:
    from hanbada.app.cooperation import register_of

    with _desk(data) as desk:
        return register_of(desk)


def _rows(data: Path | None) -> list[Row]:
    return [one.row for one in _register(data)]


def _kind(kind: str | None) -> str | None:
    from hanbada.model.errors import UsageError
    from hanbada.model.register import KINDS

    if kind is not None and kind not in KINDS:
        message = f"--kind {kind}: choose one of {', '.join(KINDS)}"
        raise UsageError(message)
    return kind


def _text(path: Path) -> str:
    from hanbada.model.errors import UsageError

    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as UTF-8 text: {error}"
        raise UsageError(message) from error


def _now_us() -> int:
    return time.time_ns() // 1000


def _today() -> Any:
    from hanbada.model.times import from_us

    return from_us(_now_us()).date()


# Words


def _days(days: int | None) -> str:
    return "" if days is None else f"{days} d"


def _object(one: Kept) -> dict[str, Any]:
    import msgspec

    return {"kind": one.kind, "version": one.version, **msgspec.to_builtins(one.row)}


def _fault(one: Fault) -> dict[str, Any]:
    return {"file": one.file, "line": one.line, "column": one.column, "hint": one.hint}


def _complain(faults: Sequence[Fault]) -> None:
    for one in faults:
        sys.stderr.write(f"{one}\n")


def _say(value: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Print; nothing found is exit code 3, as everywhere."""
    import msgspec

    listed = list(lines)
    if as_json:
        typer.echo(msgspec.json.encode(value).decode())
    elif listed:
        typer.echo("\n".join(listed))
    if not value or not listed:
        raise typer.Exit(NOTHING)
