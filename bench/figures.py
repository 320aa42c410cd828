"""What a figure is: a number measured beside its floor, its goal and the check that what was timed was also right."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import msgspec

from bench.packs import MissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the results.

    `measured` is None where it was skipped; `how` then says why. `right` says whether the values agreed, `checked` what
    was compared. `why` is shown where floor or goal is missed: the reason and the next idea.
    """

    name: str
    what: str
    how: str
    checked: str = ""
    measured: float | None = None
    unit: str = "x"
    floor: float | None = None
    goal: float | None = None
    less: bool = False
    """Whether less is better."""
    low: float | None = None
    high: float | None = None
    """The smallest and largest of the rounds."""
    right: bool = True
    why: str = ""

    def met(self, limit: float | None) -> bool | None:
        """Whether a limit is met; None if there is none or nothing was measured."""
        if limit is None or self.measured is None:
            return None
        return self.measured <= limit if self.less else self.measured >= limit


class Scale(msgspec.Struct, frozen=True):
    """How much of it: `quick` is for trying the bench out, not for figures to be quoted."""

    quick: bool = False

    def of(self, full: int, quick: int) -> int:
        """A size or number of rounds."""
        return quick if self.quick else full


def skipped(name: str, what: str, why: str) -> Figure:
    """A figure that could not be measured here."""
    return Figure(name=name, what=what, how=f"skipped: {why}")


def tell(group: str, figures: Callable[[Scale], Iterator[Figure]]) -> None:
    """The main of a module of figures: each as a line of JSON as soon as it is there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    scale = Scale(parser.parse_args().quick)
    try:
        for figure in figures(scale):
            _say(figure)
    except MissingError as error:
        _say(skipped(group, f"all of {group}", str(error)))


def _say(figure: Figure) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(figure) + b"\n")
    sys.stdout.buffer.flush()
