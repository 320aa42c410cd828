"""Pages of what detectors are worth: one each with its plot, and one that lists them all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hanbada.app.evaluation_plots import interval_name, plot
from hanbada.exercise.evaluation import recall_by_interval

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hanbada.exercise.evaluation import Evaluation
    from hanbada.exercise.injects import Truth
    from hanbada.exercise.scoring import Interval

BOUND = (
    "Injects are clean where life is not: recall on them is an upper bound. What was raised on the untouched recording"
    " is the real case beside it; nobody has labelled that, so every alarm there is counted as if it were false."
)
TUNED = (
    "Which data it was made on: whoever wrote the detectors looked at the bundled recordings (the US coast on a day,"
    " New York for a week, the Solent) and at injects of seed 1; the same people wrote the injects. A page with another"
    " seed has injects that nobody looked at before. A second recording with hundreds of ships for a day there is not."
)
QUICK = "A quick run (`--quick`): the detector ran without the others, and limits are drawn at few intervals."
VAULT = (
    "The truth never travels with the lines: the chain is given bytes, areas, charts and settings, and what it says is"
    " compared with the truth afterwards."
)
REAL = {
    "cable": "Of 7,989 real crossings of routes drawn across the US coast, New York and Denmark, 6 raised a dip and 12"
    " anything; its weights were measured on these.",
    "close_quarters": "On the Solent regatta (91 ships, 85 minutes) it raises nothing, on the week in New York 2.",
    "deviation": "On the week in New York it raises nothing; its thresholds are chosen, not fitted.",
    "fishing": "Real shrimp trawlers off Louisiana, towing for hours, are found where an area is drawn around them.",
    "identity": "Of the 19 raised there, 8 are numbers whose reports change to and fro between places miles apart,"
    " up to 299 times, as two radios would. The shares by which motion is weighed were measured on this recording,"
    " over all its ships.",
    "interference": "On a second carrier, seven hours of the simulated Korea Strait (346 ships, each heard at most"
    " once a minute, seed 19): 40 of 40 found, 0 of 120 hard negatives raised, nothing in 346 vessel-days untouched."
    " Its reception is the one we thought of: no other bundled recording has hundreds of ships for hours.",
    "shadow": "On an hour of United States waters (10,631 MMSI) it raises nothing; with a list of sanctions, one.",
    "swarm": "On the week in New York it raises nothing; its thresholds are chosen, not fitted.",
    "voyage": "Of the destinations that 7,449 ships of the Baltic typed one day, 74 of 100 were understood.",
}
"""A result on real traffic beside that of the carrier: from the pages of the detectors."""
FIGURES = {
    "precision": "Precision (against hard negatives)",
    "recall": "Recall",
    "f1": "F1",
    "alarms_per_1000_vessel_days": "Alarms per 1,000 vessel-days, untouched recording",
    "latency_median_s": "Latency, median (s)",
    "latency_p90_s": "Latency, 90 % (s)",
    "brier": "Brier score",
    "calibration_error": "Calibration error (15 bins)",
    "average_precision": "Average precision",
    "separation_auc": "Separation of true from innocent (AUC)",
}


def write_pages(folder: Path, found: list[Evaluation], made_on: str, version: str) -> None:
    """Write a page and a plot for each, and the index over all pages there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in found:
        (folder / f"{one.name}.svg").write_text(plot(one), encoding="utf-8")
        (folder / f"{one.name}.md").write_text(page(one, made_on, version), encoding="utf-8")
    (folder / "index.md").write_text(index(folder), encoding="utf-8")


def index(folder: Path) -> str:
    """The list of pages, each with the line that sums it up."""
    lines = ["# What detectors are worth", "", "Made by `hanbada evaluate --page docs/evaluation`. " + BOUND, ""]
    lines += [
        "| detector | recall | precision | alarms per 1,000 vessel-days | median latency (s) |",
        "|---|---|---|---|---|",
    ]
    for path in sorted(folder.glob("*.md")):
        if path.name != "index.md":
            lines.append(_summed_up(path))
    return "\n".join(lines) + "\n"


def _summed_up(path: Path) -> str:
    """A row of the index, from the figures on the page."""
    rows = [line.split("|") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    said = {row[1].strip(): row[2].strip() for row in rows if len(row) > 3}
    wanted = (FIGURES[name] for name in ("recall", "precision", "alarms_per_1000_vessel_days", "latency_median_s"))
    return f"| [{path.stem}]({path.name}) | " + " | ".join(said.get(name, "-") for name in wanted) + " |"


def page(one: Evaluation, made_on: str, version: str) -> str:
    """The page of one detector."""
    made = (
        f"Made on {made_on} with Hanbada {version}, seed {one.seed}, {one.rounds} plantings, on `{one.carrier}` "
        f"(SHA-256 `{one.carrier_sha256[:16]}`): {one.reports:,} reports, {one.vessel_days:,} vessel-days. "
        f"{one.truths} injects, {one.negatives} hard negatives. [What it does](../detectors/{one.name}.md)."
    )
    parts = [
        f"# Evaluation: `{one.name}`",
        made + (" " + QUICK if one.alone else ""),
        BOUND,
        TUNED + " " + VAULT,
        f"![Reliability, classes and detection limit]({one.name}.svg)",
        "## Figures\n\nIntervals are 95 %, from resampled vessel-days.\n\n" + _figures(one),
        "## Classes\n\n" + _classes(one),
    ]
    if one.rivals:
        parts.append("## Beside it\n\n" + _rivals(one))
    if one.limits:
        parts.append(
            "## Detection limit\n\nOne more planting, of which less and less is heard: injects found of those planted,"
            " when each ship is heard at most once in so long.\n\n" + _limits(one)
        )
    parts.append("## On real traffic\n\n" + _real(one))
    parts.append("## What it misses, what it raises for nothing\n\n" + _mistakes(one))
    return "\n\n".join(parts) + "\n"


def _table(heading: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figures(one: Evaluation) -> str:
    rows = [(words, *told_of(getattr(one, name))) for name, words in FIGURES.items()]
    return _table(("figure", "value", "95 %"), rows)


def told_of(figure: Interval) -> tuple[str, str]:
    """A figure to three digits, and its interval."""
    return _number(figure.value), _spread(figure)


def _spread(figure: Interval) -> str:
    return f"{_number(figure.low)} to {_number(figure.high)}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _classes(one: Evaluation) -> str:
    rows = [
        (
            label.label,
            "must" if label.expected else "must not",
            f"{label.raised} of {label.truths}",
            _spread(label.share),
            ", ".join(f"{kind} {count}" for kind, count in label.kinds.items()),
        )
        for label in one.labels
    ]
    return _table(("class", "be raised", "was", "95 %", "by"), rows)


def _rivals(one: Evaluation) -> str:
    own = [label for label in one.labels if label.expected], [label for label in one.labels if not label.expected]
    sums = [f"{sum(label.raised for label in part)} of {sum(label.truths for label in part)}" for part in own]
    rows = [(f"`{one.name}`", sums[0], sums[1])]
    rows += [
        (rival.name, f"{rival.found} of {rival.truths}", f"{rival.raised_for_nothing} of {rival.negatives}")
        for rival in one.rivals
    ]
    return _table(("rule", "injects found", "hard negatives raised"), rows)


def _limits(one: Evaluation) -> str:
    intervals = list(dict.fromkeys(limit.interval_s for limit in one.limits))
    cells = {(limit.label, limit.magnitude, limit.interval_s): f"{limit.found}/{limit.truths}" for limit in one.limits}
    rows = [
        (label, magnitude, *(cells.get((label, magnitude, interval_s), "-") for interval_s in intervals))
        for label, magnitude in dict.fromkeys(key[:2] for key in cells)
    ]
    sums = recall_by_interval(one.limits)
    rows.append(("all", "", *(f"{sums[one_s][0]}/{sums[one_s][1]}" for one_s in intervals)))
    return _table(("class", "magnitude", *map(interval_name, intervals)), rows)


def _real(one: Evaluation) -> str:
    """What it raised where nothing was put in."""
    raised = round((one.alarms_per_1000_vessel_days.value or 0.0) * one.vessel_days / 1000)
    here = f"Untouched, `{one.carrier}` raises {raised} in {one.vessel_days:,} vessel-days."
    return here + (" " + REAL[one.name] if one.name in REAL else "")


def _mistakes(one: Evaluation) -> str:
    missed, raised = _counted(one.missed) or "none.", _counted(one.raised_for_nothing) or "none."
    return (
        f"Missed: {missed}\n\nHard negatives raised: {raised}\n\n"
        f"Beside these, {one.strays} findings concerned no inject and are not among those of the untouched recording: "
        "what a planting changes for others around it."
    )


def _counted(truths: list[Truth]) -> str:
    from hanbada.exercise.evaluation import magnitude

    found = Counter(f"{one.label} ({magnitude(one)})" if one.params else one.label for one in truths)
    most = found.most_common(12)
    rest = sum(found.values()) - sum(count for _, count in most)
    return (
        ", ".join(f"{what} {count}" for what, count in most)
        + (f", and {rest} more" if rest else "")
        + ("." if most else "")
    )
