"""Sources and health: is it quiet, or are we deaf?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from hanbada.app.web.filters import number
from hanbada.app.web.node import node_of, values_of
from hanbada.app.web.render import page
from hanbada.model.times import HOUR_US, MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.node import Node
    from hanbada.app.web.ports import CoverageStep, SourceHealth

SILENT_US = 5 * MINUTE_US
"""A feed that said nothing for so long is called silent: a harbour's receiver hears hundreds of reports in it."""
CLOCK_LIMIT_S = 2.0
"""Beyond it times of different feeds no longer fit together."""
SHOWN_H = 24
STEPS = 144
TICK_STEPS_US = (5 * MINUTE_US, 15 * MINUTE_US, 30 * MINUTE_US, HOUR_US, 3 * HOUR_US)
EDGE = 0.03
"""A label closer to an end than this would be cut."""
STEPS_LIMIT = 1500


def health(request: Request) -> Response:
    """Every feed, and one answer on top."""
    node = node_of(request)
    now_us, sources = node.site.now_us(), node.site.sources()
    start_us, end_us = shown_range(node, now_us)
    coverage = node.site.coverage(start_us, end_us, STEPS)
    values: dict[str, Any] = {"sources": sources, "verdict": verdict(sources, now_us), "coverage": bars(coverage)}
    values |= {"start_us": start_us, "end_us": end_us, "holes": holes(coverage, end_us)}
    values["ticks"] = ticks(start_us, end_us)
    values |= {"states": {source.name: state(source, now_us) for source in sources}, "clock_limit_s": CLOCK_LIMIT_S}
    return page(request, "sources.html", **values)


def ticks(start_us: int, end_us: int) -> list[tuple[float, int]]:
    """Round times in a span, about eight: where they lie in it (0 to 1), and the time."""
    every_us = next((step for step in TICK_STEPS_US if end_us - start_us <= 9 * step), TICK_STEPS_US[-1])
    first = -(-start_us // every_us) * every_us
    shares = (((at - start_us) / (end_us - start_us), at) for at in range(first, end_us, every_us))
    return [(share, at) for share, at in shares if EDGE < share < 1 - EDGE]


def shown_range(node: Node, now_us: int) -> tuple[int, int]:
    """The last hours that there are."""
    first, _ = node.site.time_range()
    return max(first, now_us - SHOWN_H * HOUR_US), now_us


def state(source: SourceHealth, now_us: int) -> str:
    """`hearing`, `silent` (connected but nothing comes) or `gone`."""
    if not source.connected:
        return "gone"
    return "hearing" if source.last_at is not None and now_us - source.last_at <= SILENT_US else "silent"


def verdict(sources: Sequence[SourceHealth], now_us: int) -> str:
    """The answer: `hearing` if every feed is heard, `partly` if some, `deaf` if none, `none` if there are no feeds."""
    if not sources:
        return "none"
    heard = [state(source, now_us) == "hearing" for source in sources]
    return "hearing" if all(heard) else "partly" if any(heard) else "deaf"


def bars(coverage: Sequence[CoverageStep]) -> list[tuple[float, CoverageStep]]:
    """Each step with its height between 0 and 1, on a square-root scale so that a thin reception is seen."""
    most = max((step.receptions for step in coverage), default=0) or 1
    return [((step.receptions / most) ** 0.5, step) for step in coverage]


def holes(coverage: Sequence[CoverageStep], end_us: int) -> list[tuple[int, int]]:
    """Spans in which nothing at all was heard: start and end."""
    found: list[tuple[int, int]] = []
    ends = [*(step.start_at for step in coverage[1:]), end_us]
    for step, end in zip(coverage, ends, strict=True):
        if step.receptions == 0 and found and found[-1][1] == step.start_at:
            found[-1] = (found[-1][0], end)
        elif step.receptions == 0:
            found.append((step.start_at, end))
    return found


def coverage(request: Request) -> Response:
    """Receptions by step of time, for the time bar."""
    query = values_of(request)
    start_us, end_us = (round((number(query.get(name)) or 0.0) * SECOND_US) for name in ("start", "end"))
    steps = min(STEPS_LIMIT, max(1, int(number(query.get("steps")) or STEPS)))
    found: list[dict[str, Any]] = [
        {"at": step.start_at / SECOND_US, "receptions": step.receptions, "vessels": step.vessels}
        for step in (node_of(request).site.coverage(start_us, end_us, steps) if end_us > start_us else [])
    ]
    return JSONResponse(found)
