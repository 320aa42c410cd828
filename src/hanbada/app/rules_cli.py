"""`hanbada rules`: which findings reach people, how right they were, and what another rule would have done."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanbada.app.config import data_dir
from hanbada.app.options import AsJson, Data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanbada.app.ruling import Standing
    from hanbada.app.trials import Trial
    from hanbada.incidents.rules import Effect
    from hanbada.model.desk import Rule
    from hanbada.store.desk import DeskStore

rules = typer.Typer(
    name="rules",
    help="Rules of the desk: which findings reach people, how right they were, what another rule would have done.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Kind = Annotated[str, typer.Argument(help="The detector, such as gap.")]
Days = Annotated[float, typer.Option(help="How many days back.")]
Least = Annotated[float | None, typer.Option(help="Findings less probable than this are held.")]
Conditions = Annotated[
    list[str] | None,
    typer.Option("--condition", help="not_in_port, not_on_duty, not_simulated; none: none. Repeatable."),
]
PerWatch = Annotated[int | None, typer.Option(help="Alert budget: how many reach people in 8 hours; -1 for all.")]
Given = Annotated[list[str] | None, typer.Option("--set", help="A threshold: gap.min_h=6. May be repeated.")]
CONSOLE = "command line"


@rules.command("list")
def list_rules(data: Data = None, days: Days = 30.0, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Every rule: what it held in the last days, and how right the alerts were that people judged."""
    from hanbada.app.ruling import as_object, report

    with node(data_dir(data)) as (desk, port_m, now_us):
        found = report(desk, now_us, port_m, days)
    typer.echo(_json([as_object(one) for one in found]) if as_json else _listed(found, days))


@rules.command("set")
def set_rule(
    kind: Kind,
    why: Annotated[str, typer.Option(help="Why, for whoever reviews the rule.")],
    least_probability: Least = None,
    condition: Conditions = None,
    per_watch: PerWatch = None,
    given: Given = None,
    review: Annotated[str | None, typer.Option(help="When to look at it again, such as 2027-02-01.")] = None,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Set a rule; what is not given stays. Thresholds hold from the next start of the node."""
    import time

    import msgspec

    from hanbada.app.ruling import rule_of
    from hanbada.engine.watch import checked_params

    with node(data_dir(data)) as (desk, _, _):
        rule = _changed(rule_of(desk, kind), least_probability, condition, per_watch, given)
        checked_params(kind, rule.settings)
        if review is not None:
            rule = msgspec.structs.replace(rule, review_at=_day(review))
        kept = desk.set_rule(msgspec.structs.replace(rule, why=why), CONSOLE, time.time_ns() // 1000)
    typer.echo(_json(msgspec.to_builtins(kept)) if as_json else _told(kept))


@rules.command("try")
def try_rule(
    kind: Kind,
    least_probability: Least = None,
    condition: Conditions = None,
    per_watch: PerWatch = None,
    given: Given = None,
    days: Days = 30.0,
    data: Data = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What another rule would have done in the last days, before it is set; thresholds run over the archive again."""
    from hanbada.app.ruling import effect, recent, rule_of
    from hanbada.engine.watch import checked_params

    home = data_dir(data)
    with node(home) as (desk, port_m, now_us):
        rule = _changed(rule_of(desk, kind), least_probability, condition, per_watch, given)
        outcomes = recent(desk, kind, now_us, port_m, days)
        checked_params(kind, rule.settings)
        done = effect(rule, outcomes)
        tried = _trial(home, desk, rule, outcomes, days) if given else None
    found = {"kind": kind, "days": days, "effect": done._asdict(), "trial": tried}
    typer.echo(_json(found) if as_json else _effect_text(done, tried))


@contextmanager
def node(home: Path) -> Iterator[tuple[DeskStore, Any, int]]:
    """The desk of the node in a data directory, how far from a port a finding is, and the node's time.

    Raises NotFoundError if there is no node.
    """
    from hanbada.app.opening import desk_in
    from hanbada.app.places import from_port, known_ports

    with desk_in(home) as desk:
        yield desk, from_port(known_ports(home)), desk.latest_at()


def _changed(
    rule: Rule, least: float | None, conditions: Sequence[str] | None, per_watch: int | None,
    given: Sequence[str] | None,
) -> Rule:  # fmt: skip
    import msgspec

    from hanbada.app.detect_command import settings_of

    changes: dict[str, Any] = {} if least is None else {"least_probability": least}
    if conditions is not None:
        changes["conditions"] = tuple(one for one in dict.fromkeys(conditions) if one != "none")
    if per_watch is not None:
        changes["per_watch"] = None if per_watch == -1 else per_watch
    if given is not None:
        changes["settings"] = rule.settings | settings_of(given)
    return msgspec.structs.replace(rule, **changes)


def _day(text: str) -> int:
    from hanbada.model.errors import UsageError
    from hanbada.model.times import parse_time

    at = parse_time(f"{text} 00:00")
    if at is None:
        message = f"--review {text}: write it as 2027-02-01"
        raise UsageError(message)
    return at


def _trial(home: Path, desk: DeskStore, rule: Rule, outcomes: Sequence[Any], days: float) -> Trial:
    from rich.console import Console
    from rich.progress import Progress

    from hanbada.app.evidence import ARCHIVE, last_run
    from hanbada.app.places import known_charts, known_ports, known_zones
    from hanbada.app.trials import trial
    from hanbada.engine.watch import start
    from hanbada.store.archive import view_archive

    run = last_run(desk)
    drawn = (run.zones, run.cables) if run else (None, None)
    zones, cables = (None if one is None else one.encode() for one in drawn)
    ports, watched, charts = known_ports(home), known_zones(home, zones), known_charts(home, cables)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("archive", total=1.0)
        return trial(
            view_archive(home / ARCHIVE, desk.engine),
            lambda settings: start(ports, watched, (rule.kind,), settings, charts=charts),
            run.settings if run else {}, rule, outcomes, days, lambda share: progress.update(task, completed=share),
        )  # fmt: skip


def _listed(found: Sequence[Standing], days: float) -> str:
    lines = [f"{'rule':<14}{'raised':>8}{'held':>7}{'right':>7}{'wrong':>7}  precision in {days:g} days"]
    for one in found:
        did = one.precision
        share = "-" if did.share is None else f"{did.share:.0%} ({did.low:.0%} to {did.high:.0%})"
        line = f"{one.rule.kind:<14}{did.raised:>8}{did.held:>7}{did.right:>7}{did.wrong:>7}  {share}"
        if one.suggestion is not None:
            least, spared = one.suggestion
            line += f"; --least-probability {least:g} would have spared {spared} wrong alerts and lost no right one"
        lines.append(line + ("; due for review" if one.due else ""))
    return "\n".join(lines)


def _told(rule: Rule) -> str:
    parts = [f"least probability {rule.least_probability:g}"] if rule.least_probability else []
    parts += [one.replace("_", " ") for one in rule.conditions]
    parts += [] if rule.per_watch is None else [f"at most {rule.per_watch} in 8 hours"]
    parts += [f"{name}={value}" for name, value in rule.settings.items()]
    return f"{rule.kind}: {', '.join(parts) or 'all findings reach people'}"


def _effect_text(done: Effect, tried: Trial | None) -> str:
    held = ", ".join(f"{count} for {why.replace('_', ' ')}" for why, count in done.held_for.items()) or "none"
    lines = [
        f"of {done.before} alerts {done.after} would have reached people; held: {held}",
        f"wrong alerts spared: {done.wrong_spared}; right alerts lost: {done.right_lost}",
    ]
    if tried is not None:
        lines += [
            (
                f"with these thresholds, over {tried.days:.1f} days of the archive: {tried.before} findings before, "
                f"{tried.after} after ({tried.new} new, {tried.gone} gone)"
            ),
            f"of those gone people had judged {tried.wrong_spared} wrong and {tried.right_lost} right",
        ]
    return "\n".join(lines)


def _json(value: Any) -> str:
    import msgspec

    return msgspec.json.encode(value).decode()
