"""A plot per detector: are its probabilities right, what it raises of each class, how often a ship must be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.app.drawing import drawing, svg

if TYPE_CHECKING:
    from hanbada.exercise.evaluation import Evaluation, Limit

EXPECTED, INNOCENT = "#1b6ca8", "#c0582b"
WIDE_IN, HIGH_IN = 12.0, 3.6


def plot(one: Evaluation) -> str:
    """The plot as SVG; raises UsageError if Matplotlib is not installed."""
    with drawing(one.name, WIDE_IN, HIGH_IN) as figure:
        left, middle, right = figure.subplots(1, 3)
        _reliability(left, one)
        _classes(middle, one)
        _limits(right, one.limits)
        return svg(figure)


def _reliability(axes: Any, one: Evaluation) -> None:
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    if one.reliability:
        said, was, count = zip(*one.reliability, strict=True)
        axes.scatter(said, was, s=[12 + 2 * n for n in count], color=EXPECTED, alpha=0.7)
    axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), xlabel="probability it gave", ylabel="share that was true")
    axes.set_title("Reliability (area: how many)")


def _classes(axes: Any, one: Evaluation) -> None:
    labels = one.labels[::-1]
    shares = [label.share.value or 0.0 for label in labels]
    low = [share - (label.share.low or 0.0) for share, label in zip(shares, labels, strict=True)]
    high = [(label.share.high or 0.0) - share for share, label in zip(shares, labels, strict=True)]
    colours = [EXPECTED if label.expected else INNOCENT for label in labels]
    spread = [[max(0.0, value) for value in side] for side in (low, high)]
    axes.barh(range(len(labels)), shares, xerr=spread, color=colours, error_kw={"linewidth": 1})
    axes.set_yticks(range(len(labels)), [f"{label.label} ({label.truths})" for label in labels])
    axes.set(xlim=(0, 1.05), xlabel="share raised, with 95 % interval")
    axes.set_title("Blue must be raised, orange must not")


def _limits(axes: Any, limits: list[Limit]) -> None:
    for label in dict.fromkeys(limit.label for limit in limits):
        own = [limit for limit in limits if limit.label == label]
        intervals = list(dict.fromkeys(limit.interval_s for limit in own))
        shares = [_share(own, interval_s) for interval_s in intervals]
        axes.plot(range(len(intervals)), shares, marker="o", label=label)
        axes.set_xticks(range(len(intervals)), [interval_name(interval_s) for interval_s in intervals])
    axes.set(ylim=(-0.05, 1.05), xlabel="a ship is heard at most once in", ylabel="recall")
    axes.set_title("Detection limit")
    if limits:
        axes.legend(frameon=False)


def _share(limits: list[Limit], interval_s: float | None) -> float:
    own = [limit for limit in limits if limit.interval_s == interval_s]
    return sum(limit.found for limit in own) / max(1, sum(limit.truths for limit in own))


def interval_name(interval_s: float | None) -> str:
    """An interval as it stands in plots and tables."""
    if interval_s is None:
        return "as recorded"
    return f"{interval_s:.0f} s" if interval_s < 60 else f"{interval_s / 60:.0f} min"
