"""`hanbada incident`: incidents opened, classified, worked on, handed over; personal data found and erased."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.console import CONSOLE, say
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from hanbada.model.records import Change, Incident, Report

incident = typer.Typer(
    name="incident",
    help="Incidents: opened, classified in every scheme, worked on, handed over; personal data found and erased.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(help="INC-...; one that was merged means what it went into.")]
By = Annotated[str, typer.Option("--by", help="Who does it, for the log and the ledger.")]
Facts = Annotated[list[str] | None, typer.Option("--fact", help="act=attack, boarded=true, weapons=[...]. Repeatable.")]
Source = Annotated[str, typer.Option(help="Whose word it is.")]
Reliability = Annotated[str | None, typer.Option(help="Of the source: A to F.")]
Credibility = Annotated[int | None, typer.Option(help="Of what it says: 1 to 6.")]
At = Annotated[str | None, typer.Option(help="When the source said or saw it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")]


@incident.command("open")
def open_(
    title: Annotated[str, typer.Argument(help="What it is called.")],
    fact: Facts = None,
    source: Source = CONSOLE,
    severity: Annotated[str, typer.Option(help="alarm, warning or caution.")] = "warning",
    reliability: Reliability = None,
    credibility: Credibility = None,
    at: At = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="An exercise.")] = False,  # noqa: FBT002
    by: By = CONSOLE,
    dry_run: DryRun = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Open an incident by hand; every fact carries its source."""
    from hanbada.model.records import Report

    report = Report(
        title=title, facts=_facts(fact), source=source, severity=severity, at=_time(at),  # type: ignore[arg-type]
        reliability=reliability, credibility=credibility, simulated=simulated,  # type: ignore[arg-type]
    )  # fmt: skip
    _opened(report, by, data, dry_run=dry_run, as_json=as_json)


@incident.command()
def report(
    file: Annotated[Path, typer.Argument(help="JSON: title, facts, source, severity, at, marking, ...")],
    by: By = CONSOLE,
    dry_run: DryRun = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Open an incident from a report; every fact that does not fit is named and nothing is opened."""
    import msgspec

    from hanbada.model.errors import UsageError
    from hanbada.model.records import Report

    try:
        given = msgspec.json.decode(file.read_bytes(), type=Report)
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}"
        raise UsageError(message) from error
    except msgspec.DecodeError as error:
        message = f"{file}: this is no report: {error}"
        raise UsageError(message) from error
    _opened(given, by, data, dry_run=dry_run, as_json=as_json)


def _opened(given: Report, by: str, data: Path | None, *, dry_run: bool, as_json: bool) -> None:
    from hanbada.app.opening import desk_in
    from hanbada.incidents.incident import reported

    if dry_run:
        made = reported("INC-DRY-RUN", given, by, _now())
    else:
        with desk_in(data_dir(data)) as desk:
            made = desk.incident_desk.report(given, "report", by, _now())
    _told(made, as_json=as_json)


@incident.command()
def classify(
    name: Annotated[str | None, typer.Argument(help="INC-...; or give --fact.")] = None,
    fact: Facts = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Say what an incident, or some answers, are in every scheme: what stays open, what is lost."""
    from hanbada.app.incident_text import mapping_text
    from hanbada.model.errors import UsageError
    from hanbada.model.facts import checked
    from hanbada.reference.schemes import every
    from hanbada.reference.schemes_2026_11 import TABLE

    answers = _facts(fact) if name is None else _answers(name, data)
    wrong = [one for one, value in answers.items() if checked("incident", one, value) is None]
    if wrong or not answers:
        message = f"{', '.join(wrong)}: no such answer" if wrong else "name an incident, or give --fact"
        raise UsageError(message)
    found = every(answers, TABLE)
    say(found, mapping_text(found), as_json=as_json)


def _answers(name: str, data: Path | None) -> dict[str, Any]:
    from hanbada.incidents.standing import answers

    return answers(_named(name, data))


@incident.command("list")
def list_(
    state: Annotated[str | None, typer.Option(help="open, assessing, monitoring or closed.")] = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """List incidents, the latest change first. Exit code 3: none."""
    from hanbada.app.incident_text import line
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        listed = [one for one in desk.incidents(()) if state in {None, one.state}]
    say([_brief(one) for one in listed], "\n".join(line(one) for one in listed), as_json=as_json)
    if not listed:
        raise typer.Exit(3)


@incident.command()
def show(name: Name, data: Data = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Show one incident: what stands, who says otherwise, tasks, judgements, log."""
    _told(_named(name, data), as_json=as_json)


@incident.command()
def log(
    name: Name, text: Annotated[str, typer.Argument(help="What to write.")], by: By = CONSOLE, data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Write a line into the log, which only grows."""
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        _told(desk.log(name, text, by, _now()), as_json=as_json)


@incident.command("say")
def say_(
    name: Name, fact: Facts = None, source: Source = CONSOLE, reliability: Reliability = None,
    credibility: Credibility = None, at: At = None, by: By = CONSOLE, data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Let a source say facts of an incident; what others said stays beside it."""
    from hanbada.model.errors import UsageError
    from hanbada.model.records import Asserted

    facts = _facts(fact)
    if not facts:
        message = "give --fact"
        raise UsageError(message)
    changes = [
        Asserted(
            fact=one, value=value, source=source, at=_time(at), reliability=reliability, credibility=credibility,  # type: ignore[arg-type]
        )
        for one, value in facts.items()
    ]  # fmt: skip
    _do(name, changes, by, data, as_json=as_json)


@incident.command()
def assess(
    name: Name,
    about: Annotated[str, typer.Argument(help="What is assessed.")],
    percent: Annotated[int, typer.Option(help="How likely: 0, 5, 20, 45, 55, 80 or 95.")],
    confidence: Annotated[str, typer.Option(help="low, moderate or high.")],
    why: Annotated[str, typer.Option(help="Why.")] = "",
    dissent: Annotated[bool, typer.Option("--dissent", help="Against what others judge.")] = False,  # noqa: FBT002
    by: By = CONSOLE,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Judge: how likely, how sure of that; dissent stands beside the rest."""
    from hanbada.model.records import Assessed

    made = Assessed(about=about, percent=percent, confidence=confidence, dissents=dissent, text=why)  # type: ignore[arg-type]
    _do(name, [made], by, data, as_json=as_json)


@incident.command()
def task(
    name: Name,
    what: Annotated[str | None, typer.Argument(help="What is to be done.")] = None,
    owner: Annotated[str, typer.Option(help="Who does it.")] = CONSOLE,
    due: Annotated[str | None, typer.Option(help="When it is due.")] = None,
    done: Annotated[str | None, typer.Option(help="The key of a task that is done.")] = None,
    by: By = CONSOLE,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Give somebody a task, or say that one is done."""
    from hanbada.model.records import Did, Tasked

    change = Did(key=done) if done else Tasked(what=what or "", owner=owner, due_at=_time(due))
    _do(name, [change], by, data, as_json=as_json)


@incident.command()
def merge(
    name: Name, into: Annotated[str, typer.Argument(help="The incident it goes into.")],
    why: Annotated[str, typer.Option(help="Why.")] = "", by: By = CONSOLE, data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Merge one incident into another: nothing is lost, both logs stay."""
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        _told(desk.incident_desk.merge(name, into, why, by, _now()), as_json=as_json)


@incident.command()
def split(
    name: Name, title: Annotated[str, typer.Argument(help="What the new incident is called.")],
    key: Annotated[list[str] | None, typer.Option(help="What goes: a key of `show`. Repeatable.")] = None,
    episode: Annotated[list[str] | None, typer.Option(help="An episode that goes. Repeatable.")] = None,
    mmsi: Annotated[list[int] | None, typer.Option(help="A vessel that goes. Repeatable.")] = None,
    by: By = CONSOLE, data: Data = None, as_json: AsJson = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Split part of an incident off into one of its own."""
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        made = desk.incident_desk.split(name, title, key or [], episode or [], mmsi or [], by, _now())
    _told(made, as_json=as_json)


@incident.command()
def document(
    name: Name, file: Annotated[Path, typer.Argument(help="PDF, PNG, JPEG or plain text, 10 MiB at most.")],
    by: By = CONSOLE, data: Data = None, as_json: AsJson = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Keep a document with an incident, by its digest."""
    from hanbada.app.opening import desk_in
    from hanbada.model.errors import UsageError

    try:
        content = file.read_bytes()
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}"
        raise UsageError(message) from error
    with desk_in(data_dir(data)) as desk:
        _told(desk.incident_desk.attach(name, content, file.name, by, _now()), as_json=as_json)


@incident.command()
def handover(
    to: Annotated[str | None, typer.Option("--to", help="Hand the watch over to somebody; else only look.")] = None,
    note: Annotated[str, typer.Option(help="For the next watch.")] = "",
    since: Annotated[str | None, typer.Option(help="Since when; else since the last handover.")] = None,
    by: By = CONSOLE,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Say what changed since the last watch and what is due; with --to, hand over."""
    from hanbada.app.incident_text import handover_text
    from hanbada.app.opening import desk_in
    from hanbada.incidents import watches

    with desk_in(data_dir(data)) as desk:
        kept = desk.incident_desk.handovers()
        moment = _time(since)
        view = watches.view(desk.incidents(()), watches.since(kept, by) if moment is None else moment, _now())
        if to is not None:
            desk.incident_desk.hand_over(to, note, by, _now())
    say(view, handover_text(view), as_json=as_json)


@incident.command()
def campaign(
    name: Annotated[str | None, typer.Argument(help="CAM-...; none: list them.")] = None,
    new: Annotated[str | None, typer.Option(help="Begin a campaign of this name.")] = None,
    add: Annotated[str | None, typer.Option(help="An incident that joins.")] = None,
    leave: Annotated[str | None, typer.Option(help="An incident that leaves.")] = None,
    step: Annotated[int | None, typer.Option(help="State responsibility, 1 (helps to stop it) to 10.")] = None,
    confidence: Annotated[str, typer.Option(help="low, moderate or high.")] = "low",
    why: Annotated[str, typer.Option(help="Why.")] = "",
    dissent: Annotated[bool, typer.Option("--dissent", help="Against what others judge.")] = False,  # noqa: FBT002
    by: By = CONSOLE,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Group incidents, and judge a State's part in them; nobody's judgement replaces another's."""
    from hanbada.app.incident_text import campaign_text
    from hanbada.app.opening import desk_in
    from hanbada.model.records import Attribution

    with desk_in(data_dir(data)) as desk:
        work = desk.incident_desk
        if new is not None:
            name = work.begin_campaign(new, by, _now()).campaign_id
        if name is not None and (add or leave):
            work.join_campaign(name, add or leave or "", by, _now(), leave=add is None)
        if name is not None and step is not None:
            judged = Attribution(at=_now(), by=by, step=step, confidence=confidence, dissents=dissent, text=why)  # type: ignore[arg-type]
            work.attribute(name, judged)
        found = work.campaigns() if name is None else [work.campaign(name)]
    say(found, "\n".join(campaign_text(one) for one in found), as_json=as_json)


@incident.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="ASAM, IMB, or a CSV with time, lat, lon, description.")],
    since: Annotated[str | None, typer.Option(help="Only incidents since then.")] = None,
    most: Annotated[int, typer.Option(help="At most so many, the latest.", min=1)] = 500,
    by: By = CONSOLE,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Bring past incidents to the desk: records of one incident in several catalogues become one."""
    from hanbada.app.incident_import import run
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        done = run(desk, files, _time(since), most, by, _now())
    text = (
        f"{done.records} records, {done.rejects} not used; {done.incidents} opened, {done.matched} of several "
        f"records; {done.known} known before, {done.left} left out (--most)"
    )
    say(done, text, as_json=as_json)


@incident.command()
def subject(
    words: Annotated[str, typer.Argument(help="A name, or any words.")], data: Data = None, as_json: AsJson = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Find where incidents name somebody. Exit code 3: nowhere."""
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        found = desk.incident_desk.subject(words)
    say(found, "\n".join(f"{one.incident_id} line {one.line}: {one.what}" for one in found), as_json=as_json)
    if not found:
        raise typer.Exit(3)


@incident.command()
def erase(
    words: Annotated[str, typer.Argument(help="A name, or any words: every place that says them.")],
    ground: Annotated[str, typer.Option(help="Why it is erased; the ledger keeps this, never what was erased.")],
    by: By = CONSOLE,
    dry_run: DryRun = False,  # noqa: FBT002
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Erase for good what incidents say of somebody; partners are told without it. Exit code 3: nothing."""
    from hanbada.app.incident_text import receipt_text
    from hanbada.app.opening import desk_in
    from hanbada.model.errors import UsageError

    if words.casefold() in ground.casefold():
        message = "--ground: the ledger would keep the very words that are to be erased"
        raise UsageError(message)
    with desk_in(data_dir(data)) as desk:
        found = desk.incident_desk.subject(words)
        if dry_run or not found:
            say(found, f"{len(found)} places", as_json=as_json)
            raise typer.Exit(0 if found else 3)
        done = desk.incident_desk.erase(found, ground, by, _now())
    say(done, receipt_text(done), as_json=as_json)


def _do(name: str, changes: list[Any], by: str, data: Path | None, *, as_json: bool) -> None:
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        for change in changes:
            given: Change = change
            after = desk.incident_desk.do(name, given, by, _now())
    _told(after, as_json=as_json)


def _named(name: str, data: Path | None) -> Incident:
    from hanbada.app.opening import desk_in

    with desk_in(data_dir(data)) as desk:
        return desk.incident_desk.standing(name)


def _told(one: Incident, *, as_json: bool) -> None:
    from hanbada.app.incident_text import incident_text

    say(one, incident_text(one), as_json=as_json)


def _brief(one: Incident) -> dict[str, Any]:
    names = ("incident_id", "title", "state", "severity", "opened_at", "changed_at", "owner", "origin", "merged_into")
    return {name: getattr(one, name) for name in names}


def _facts(given: list[str] | None) -> dict[str, Any]:
    """Facts written as name=value; a value is JSON, or a word."""
    import msgspec

    from hanbada.model.errors import UsageError

    found: dict[str, Any] = {}
    for one in given or []:
        name, sign, value = one.partition("=")
        if not sign:
            message = f"--fact {one}: write it as name=value"
            raise UsageError(message)
        try:
            found[name] = msgspec.json.decode(value)
        except msgspec.DecodeError:
            found[name] = value
    return found


def _time(text: str | None) -> int | None:
    from hanbada.model.errors import UsageError
    from hanbada.model.times import parse_time

    if text is None:
        return None
    at = parse_time(text)
    if at is None:
        message = f"{text}: a time is written as 2026-11-30T12:00Z or 301200ZNOV26"
        raise UsageError(message)
    return at


def _now() -> int:
    import time

    return time.time_ns() // 1000
