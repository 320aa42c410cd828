"""Plots that come out the same with the same Matplotlib: no date, and ids that are salted with a name."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hanbada.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def drawing(name: str, wide_in: float, high_in: float) -> Iterator[Any]:
    """An empty figure, to be saved within; raises UsageError if Matplotlib is not installed."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        message = "plots need Matplotlib: pip install 'hanbada[plots]'"
        raise UsageError(message) from error
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none", "font.size": 8}):
        yield Figure(figsize=(wide_in, high_in), layout="constrained")


def svg(figure: Any) -> str:
    """A figure as SVG."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in drawn.getvalue().splitlines()) + "\n"


def png(figure: Any) -> bytes:
    """A figure as PNG."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=150, metadata={"Software": None})
    return drawn.getvalue()
