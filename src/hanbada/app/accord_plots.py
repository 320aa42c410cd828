"""The register as plots: the network of ties, a timeline, which domains are covered between whom."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from hanbada.accord.questions import TIED, coverage, day_of, ties, year_of
from hanbada.app.drawing import drawing, png, svg
from hanbada.model.errors import UsageError
from hanbada.model.register import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from hanbada.model.register import Row

COLOURS = {
    "instrument": "#0072b2", "dialogue": "#009e73", "exercise": "#d55e00", "deployment": "#e69f00",
    "transfer": "#cc79a7",
}  # fmt: skip
"""Okabe and Ito 2008: told apart by the colour-blind."""
TIES_LIMIT, PAIRS_LIMIT = 60, 40


def plot(what: str, rows: Sequence[Row], today: date, named: Sequence[str], party: str | None, where: Path) -> None:
    """Draw one of PLOTS into a file that ends in .svg or .png; raises UsageError for anything else."""
    if what not in PLOTS or where.suffix.lower() not in {".svg", ".png"}:
        message = f"plot {what} -o {where}: choose one of {', '.join(PLOTS)}, and a file that ends in .svg or .png"
        raise UsageError(message)
    with drawing(f"register-{what}", 10, 7) as figure:
        axes = figure.subplots()
        PLOTS[what](axes, rows, today, named, party)
        data = svg(figure).encode() if where.suffix.lower() == ".svg" else png(figure)
    try:
        where.write_bytes(data)
    except OSError as error:
        message = f"{where}: cannot be written: {error.strerror}"
        raise UsageError(message) from error


def _network(axes: Any, rows: Sequence[Row], _today: date, named: Sequence[str], party: str | None) -> None:
    totals: Counter[tuple[str, str]] = Counter()
    for tie in ties(rows, named, party):
        totals[tie.pair] += tie.total
    shown = sorted(totals.items(), key=lambda one: (-one[1], one[0]))[:TIES_LIMIT]
    parties = sorted({one for pair, _ in shown for one in pair} - {party})
    turn = 2 * math.pi / max(1, len(parties))
    places = {one: (math.cos(number * turn), math.sin(number * turn)) for number, one in enumerate(parties)}
    if party:
        places[party] = (0.0, 0.0)
    for pair, count in shown:
        (x_1, y_1), (x_2, y_2) = (places[one] for one in pair)
        axes.plot([x_1, x_2], [y_1, y_2], color="0.55", linewidth=0.5 + 0.5 * count, alpha=0.6, zorder=1)
    for one, (x, y) in places.items():
        axes.text(x, y, one, ha="center", va="center", zorder=3, bbox={"boxstyle": "round", "fc": "white", "ec": "0.3"})
    axes.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
    axes.set_axis_off()
    left_out = len(totals) - len(shown)
    axes.set_title(f"Ties: the wider a line, the more rows tie two parties ({left_out} weaker ties left out)")


def _timeline(axes: Any, rows: Sequence[Row], _today: date, _named: Sequence[str], party: str | None) -> None:
    counts: dict[str, Counter[int]] = {kind: Counter() for kind in COLOURS}
    for row in _about(rows, party):
        year, kind = year_of(row), TIED.get(type(row))
        if year is not None and kind is not None:
            counts[kind][year] += 1
    years = [year for own in counts.values() for year in own]
    span = list(range(min(years), max(years) + 1)) if years else []
    floor = [0] * len(span)
    for kind, own in counts.items():
        heights = [own[year] for year in span]
        axes.bar(span, heights, bottom=floor, color=COLOURS[kind], label=kind)
        floor = [low + high for low, high in zip(floor, heights, strict=True)]
    axes.set(ylabel="rows of the register", xlabel="year (transfers: of the order)")
    axes.legend(frameon=False, loc="upper left")  # "best" is searched for, and warns on a busy machine
    axes.set_title(f"What the register holds by year{f', with {party}' if party else ''}")


def _matrix(axes: Any, rows: Sequence[Row], today: date, named: Sequence[str], party: str | None) -> None:
    listed = coverage(rows, today, named, party)
    found = [one for one in listed if one.papers][:PAIRS_LIMIT][::-1]
    for row, one in enumerate(found):
        for column, domain in enumerate(DOMAINS):
            count = len(one.papers.get(domain, ()))
            axes.scatter(
                column, row, s=130, marker="s" if count else "x", color=COLOURS["instrument"] if count else "0.6",
                linewidths=1,
            )  # fmt: skip
            if count:
                axes.text(column, row, str(count), color="white", ha="center", va="center")
    axes.set_yticks(range(len(found)), [" – ".join(one.pair) for one in found])
    axes.set_xticks(range(len(DOMAINS)), [domain.replace("_", " ") for domain in DOMAINS])
    axes.set(xlim=(-0.5, len(DOMAINS) - 0.5), ylim=(-0.7, len(found) - 0.3))
    axes.set_title(
        f"Papers in force by domain, × none in this register ({len(listed) - len(found)} pairs without any left out)"
    )


def _about(rows: Sequence[Row], party: str | None) -> list[Row]:
    from hanbada.accord.questions import parties_of

    return [row for row in rows if day_of(row) or year_of(row) if party is None or party in parties_of(row)]


PLOTS: dict[str, Callable[[Any, Sequence[Row], date, Sequence[str], str | None], None]] = {
    "network": _network, "timeline": _timeline, "matrix": _matrix,
}  # fmt: skip
