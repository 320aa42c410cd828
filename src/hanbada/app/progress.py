"""How far a long run has come, on standard error where somebody looks at it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hanbada.feeds.files import Input


@contextmanager
def following(files: Sequence[str], *, quiet: bool) -> Iterator[Callable[[Input], None] | None]:
    """What to call with an input as it is read; None where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    sizes = {path: Path(path).stat().st_size for path in files if path != "-" and Path(path).exists()}
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=sum(sizes.values()) or None)
        done: dict[str, int] = {}

        def follow(opened: Input) -> None:
            done[opened.name] = opened.consumed()
            bar.update(task, completed=sum(done.values()), description=Path(opened.name).name)

        yield follow
