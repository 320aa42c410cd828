"""Figures as a table on the terminal and as the page RESULTS.md."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.figures import Figure

PLAIN = {True: "yes", False: "no", None: ""}
MARK = PLAIN | {False: "**no**"}


def show(figures: Iterable[Figure]) -> None:
    """The table on the terminal."""
    table = Table(box=box.SIMPLE)
    for column in ("figure", "measured", "rounds", "floor", "goal", "floor met", "goal met", "values"):
        table.add_column(column, justify="left" if column in {"figure", "values"} else "right")
    for one in figures:
        met = (PLAIN[one.met(one.floor)], PLAIN[one.met(one.goal)])
        table.add_row(
            one.name, measured(one), _rounds(one), limit(one, one.floor), limit(one, one.goal), *met, _values(one)
        )
    Console(width=150).print(table)


def _values(one: Figure) -> str:
    return "skipped" if one.measured is None else "right" if one.right else "WRONG"


def measured(one: Figure) -> str:
    """The number with its unit."""
    return "skipped" if one.measured is None else f"{_number(one.measured)} {one.unit}"


def limit(one: Figure, value: float | None) -> str:
    """A floor or goal with its side."""
    return "" if value is None else f"{'≤' if one.less else '≥'} {_number(value)}"


def _rounds(one: Figure) -> str:
    return "" if one.low is None or one.high is None else f"{_number(one.low)}-{_number(one.high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def page(figures: Sequence[Figure], machine: Mapping[str, str]) -> str:
    """RESULTS.md."""
    missed = [one for one in figures if one.met(one.floor) is False or one.met(one.goal) is False]
    lines = [
        "# Figures",
        "",
        (
            f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Every figure is measured side by side with its peer in one run, "
            "rounds taken in turn, processor time unless stated; the best round counts, the smallest and largest stand beside it. "
            "How values were checked in the same run stands below the table."
        ),
        "",
        *(f"- {name}: {value}" for name, value in machine.items()),
        "",
        "| figure | what | measured | rounds | floor | goal | floor met | goal met | values |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(one) for one in figures),
        "",
        f"Floors missed: {_names(one for one in missed if one.met(one.floor) is False)}.",
        f"Goals missed: {_names(one for one in missed if one.met(one.goal) is False)}.",
        "",
        "## Missed, and why",
        "",
        *_reasons(missed),
        "",
        "## How each was measured and checked",
        "",
        *(f"- **{one.name}**: {one.how}." + (f" Checked: {one.checked}." if one.checked else "") for one in figures),
    ]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _row(one: Figure) -> str:
    met = (MARK[one.met(one.floor)], MARK[one.met(one.goal)])
    values = (
        one.name,
        one.what,
        measured(one),
        _rounds(one),
        limit(one, one.floor),
        limit(one, one.goal),
        *met,
        _values(one),
    )
    return "| " + " | ".join(values) + " |"


def _names(figures: Iterable[Figure]) -> str:
    return ", ".join(one.name for one in figures) or "none"


def _reasons(missed: Iterable[Figure]) -> list[str]:
    """Each reason once, with the figures it is given for."""
    by_reason: dict[str, list[str]] = {}
    for one in missed:
        by_reason.setdefault(one.why or "Not looked into yet.", []).append(one.name)
    return [f"- {', '.join(names)}: {why}" for why, names in by_reason.items()] or ["Nothing."]
