"""`hanbada report`: what ships and their companies report, by mail, CSV or form; who is overdue; who may know of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, say
from hanbada.app.options import AsJson, Data
from hanbada.model.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from hanbada.app.reporting import Taken
    from hanbada.incidents.reports.report import ShipReport
    from hanbada.incidents.reports.voyages import Voyage

report = typer.Typer(
    name="report",
    help="Reports of merchant ships: UKMTO, IFC VCR, MSCHOA, IMO. Read them, keep them, see who is overdue.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Why = Annotated[str, typer.Option("--why", help="The reason; it is kept.")]
ReportId = Annotated[str, typer.Argument(help="As `hanbada report list` shows it.")]


@report.callback()
def among() -> None:
    """Reports of merchant ships: UKMTO, IFC VCR, MSCHOA, IMO. Read them, keep them, see who is overdue."""


@report.command()
def add(
    file: Annotated[str, typer.Argument(help="A mail, a text or a CSV of reports; - for standard input.")],
    form: Annotated[str | None, typer.Option(help="Which form it is, where it does not say so.")] = None,
    company: Annotated[str, typer.Option(help="Whose it is: what it says goes nowhere without its consent.")] = "",
    received: Annotated[str | None, typer.Option(help="When it came; else now. 2026-03-04T05:10:00Z")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what is read.")] = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Keep what ships report; the same again changes nothing. Exit code 3: nothing in it was a report."""
    from hanbada.app import reporting
    from hanbada.app.opening import desk_in

    at_us = reporting.when(received)
    found = reporting.read(_bytes(file), at_us, form)
    taken = [reporting.Taken(one, None, new=False) for one in found]
    if not dry_run:
        with desk_in(data_dir(data)) as desk:
            taken = reporting.keep(desk.report_desk, found, company, CONSOLE, at_us)
    say([reporting.as_object(one) for one in taken], "\n\n".join(_taken_text(one) for one in taken), as_json=as_json)
    if all(one.parsed.form is None for one in taken):
        raise typer.Exit(NotFoundError.exit_code)


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise UsageError(message) from error


def _taken_text(one: Taken) -> str:
    from hanbada.app import reporting

    head = "no report that is known here" if one.parsed.form is None else reporting.title(one.parsed.form)
    kept = "" if one.report is None else f" {one.report.report_id} ({'new' if one.new else 'known before'})"
    lines = [f"  {label}: {said}{f'  [{note}]' if note else ''}" for label, said, note in reporting.shown(one.parsed)]
    missing = [f"  missing: {', '.join(one.parsed.missing)}"] if one.parsed.missing else []
    left = [f"  not read: {one.parsed.text[start:end].strip()}" for start, end in one.parsed.left]
    return "\n".join([head + kept, *lines, *missing, *left])


@report.command("list")
def list_(
    limit: Annotated[int, typer.Option(help="At most so many, the latest first.", min=1)] = 50,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What was reported, the latest first."""
    from hanbada.app import reporting
    from hanbada.app.opening import desk_in
    from hanbada.model.times import dtg

    with desk_in(data_dir(data)) as desk:
        found = desk.report_desk.listed(limit=limit)
    lines = [
        f"{dtg(one.received_at)}  {one.report_id}  {one.form:18} {one.ship.known_as}{_state(one)}" for one in found
    ]
    say([reporting.plain(one) for one in found], "\n".join(lines) or "no report was kept", as_json=as_json)


def _state(one: ShipReport) -> str:
    return "  (withdrawn)" if one.withdrawn_at is not None else "  (voyage ended)" if one.ended_at is not None else ""


@report.command()
def show(report_id: ReportId, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """One report with the text it was read from. Exit code 3: there is none."""
    from hanbada.app import reporting
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        one = desk.report_desk.named(report_id)
    lines = [f"{reporting.title(one.form)}, of {one.company}{_state(one)}"]
    lines += [f"  {label}: {said}{f'  [{note}]' if note else ''}" for label, said, note in reporting.shown_values(one)]
    say(reporting.plain(one), "\n".join([*lines, "", one.text]), as_json=as_json)


@report.command()
def overdue(
    at: Annotated[str | None, typer.Option(help="As of then; else now. 2026-03-04T12:15:00Z")] = None,
    every: Annotated[bool, typer.Option("--all", help="Ships that are not late too.")] = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Ships whose promised report did not come, the longest silent first. Exit code 3: there is none."""
    from hanbada.app import reporting
    from hanbada.app.opening import desk_in
    from hanbada.incidents.reports import voyages

    now_us = reporting.when(at)
    with desk_in(data_dir(data)) as desk:
        found = reporting.under_way(desk.report_desk, now_us)
    late = voyages.overdue(found, now_us)
    shown = [*late, *(one for one in found if one not in late and not one.ended)] if every else late
    text = "\n".join(_voyage_text(one, now_us) for one in shown) or "nobody is overdue"
    say([reporting.voyage_object(one, now_us) for one in shown], text, as_json=as_json)
    if not late:
        raise typer.Exit(NotFoundError.exit_code)


def _voyage_text(one: Voyage, now_us: int) -> str:
    from hanbada.model.times import dtg

    heard = "announced only" if one.heard_at is None else f"last report {dtg(one.heard_at)}"
    due = ", ".join(
        f"{promise.what} due {dtg(promise.due_at)}"
        + (f", {missed} missed" if (missed := promise.missed(now_us)) else "")
        for promise in one.promises
    )
    return f"{'OVERDUE ' if one.overdue(now_us) else ''}{one.ship.known_as}: {heard}; {due}"


@report.command()
def form(
    name: Annotated[str | None, typer.Argument(help="Which form; without it, their names.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV: a row for each report.")] = False,  # noqa: FBT002
    as_html: Annotated[bool, typer.Option("--html", help="To print on A4.")] = False,  # noqa: FBT002
    copies: Annotated[int, typer.Option(help="So many, each with a number of its own.", min=1, max=200)] = 1,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Print an empty form for mail, paper or a spreadsheet; what comes back is read by `hanbada report add`."""
    from hanbada.app import reporting
    from hanbada.incidents.reports import blank
    from hanbada.incidents.reports.forms import FORMS, form_named

    if name is None:
        say(list(FORMS), "\n".join(f"{one.name:20} {one.title}" for one in FORMS.values()), as_json=as_json)
        return
    chosen = form_named(name)
    if as_csv:
        typer.echo(blank.csv_of(chosen), nl=False)
    elif as_html:
        typer.echo(reporting.printed(chosen, reporting.numbers(copies)))
    elif as_json:
        say(reporting.form_object(chosen), "", as_json=True)
    else:
        typer.echo("\f".join(blank.text_of(chosen, number=one) for one in reporting.numbers(copies)), nl=False)


@report.command()
def withdraw(report_id: ReportId, why: Why, data: Data = None) -> None:
    """Take back a report that was entered by mistake; who was told of it is told so."""
    from hanbada.app.opening import desk_in
    from hanbada.app.reporting import when

    with desk_in(data_dir(data)) as desk:
        desk.report_desk.withdraw(report_id, why, CONSOLE, when(None))


@report.command()
def end(report_id: ReportId, why: Why, data: Data = None) -> None:
    """Expect nothing more after this report: the voyage was cancelled."""
    from hanbada.app.opening import desk_in
    from hanbada.app.reporting import when

    with desk_in(data_dir(data)) as desk:
        desk.report_desk.end(report_id, why, CONSOLE, when(None))


@report.command()
def consent(
    company: Annotated[str, typer.Argument(help="Whose reports they are, as `hanbada report show` says.")],
    to: Annotated[str | None, typer.Option("--to", help="COMMUNITY or COMMUNITY:PARTNER that may be told.")] = None,
    given_by: Annotated[str, typer.Option("--by", help="The person of the company who said so.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="Where that is kept: a mail, a letter.")] = "",
    subject: Annotated[str, typer.Option("--report", help="One report only; else all.")] = "any",
    place: Annotated[str, typer.Option(help="How exactly places may be told.")] = "exact",
    until: Annotated[str | None, typer.Option(help="Until then. 2026-12-31T00:00:00Z")] = None,
    withdraw_id: Annotated[str | None, typer.Option("--withdraw", help="Withdraw this consent instead.")] = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Keep or withdraw a company's consent to tell partners; without --to, list what it consented to."""
    from hanbada.app import reporting

    wish = reporting.Wish(company, to, given_by, reference, subject, place, until)
    found: list[dict[str, Any]] = reporting.consented(data_dir(data), wish, withdraw_id)
    lines = [
        f"{one['consent_id']}  {one['subject']} to {one['community']}, given by {one['given_by']} ({one['reference']})"
        + (f", withdrawn by {one['withdrawn_by']}" if one["withdrawn_at"] is not None else "")
        for one in found
    ]
    say(found, "\n".join(lines) or f"{company} consented to nothing", as_json=as_json)
