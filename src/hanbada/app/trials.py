"""What other thresholds of a detector would have found: the archive's last days again, beside the present ones."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec
from msgspec import Struct

from hanbada.app.ruling import DAYS
from hanbada.engine.watch import Reports, checked_params, settle, standing, take_reports
from hanbada.incidents import rules
from hanbada.model.times import DAY_US, HOUR_US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from hanbada.engine.watch import Watch
    from hanbada.model.desk import Outcome, Rule
    from hanbada.store.archive import Archive

PIECE_US = HOUR_US
"""What is read of the archive at a time."""
KEPT = 20
"""Results a node remembers."""


class Trial(Struct, frozen=True, kw_only=True):
    """What a detector finds in the same reports with its present settings and with others.

    `right_lost` and `wrong_spared` are findings that people judged and that would not be made any more.
    """

    kind: str
    settings: dict[str, str]
    days: float
    before: int
    after: int
    new: int
    gone: int
    right_lost: int
    wrong_spared: int


def trial(
    archive: Archive, begin: Callable[[Mapping[str, str]], Watch], now: Mapping[str, str], rule: Rule,
    judged: Sequence[Outcome], days: float = DAYS, progress: Callable[[float], None] | None = None,
) -> Trial:  # fmt: skip
    """A detector over the last days of the archive, with the settings there are now and with those of a rule.

    `begin` starts a watch with that detector and some settings.
    """
    checked_params(rule.kind, rule.settings)
    others = {name: value for name, value in now.items() if name.partition(".")[0] == rule.kind}
    watches = [begin(settings) for settings in (others, others | rule.settings)]
    span = archive.span()
    since = 0 if span is None else max(span[0], span[1] - round(days * DAY_US))
    for share, reports in _reports(archive, since, span[1] if span else 0):
        for watch in watches:
            take_reports(watch, reports)
        if progress is not None:
            progress(share)
    for watch in watches:
        settle(watch)
    before, after = ({one.episode_id for one in standing(watch)} for watch in watches)
    verdicts = {one.detection.episode_id: rules.was_right(one) for one in judged}
    gone = before - after
    return Trial(
        kind=rule.kind,
        settings=rule.settings,
        days=0.0 if span is None else (span[1] - since) / DAY_US,
        before=len(before),
        after=len(after),
        new=len(after - before),
        gone=len(gone),
        right_lost=sum(verdicts.get(episode) is True for episode in gone),
        wrong_spared=sum(verdicts.get(episode) is False for episode in gone),
    )


def _reports(archive: Archive, since_us: int, until_us: int) -> Iterator[tuple[float, Reports]]:
    """The archive's reports hour by hour, with the share of it that this brings one to."""
    for begin in range(since_us, until_us + 1, PIECE_US):
        end = min(begin + PIECE_US, until_us + 1)
        tables = (read(begin, end) for read in (archive.read, archive.read_statics, archive.read_safety))
        in_order = (table.sort_by([("at", "ascending"), ("line_id", "ascending")]) for table in tables)
        yield (end - since_us) / max(1, until_us + 1 - since_us), Reports(*in_order)


class TrialState(NamedTuple):
    """How far a trial is; `fault` says why it came to nothing."""

    state: Literal["running", "done", "failed"]
    result: Trial | None = None
    fault: str = ""


class Trials:
    """Trials of a running node: each in a process of its own, so that the watch keeps its processor; one at a time."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._alone = threading.Lock()
        self._known: dict[tuple[str, tuple[tuple[str, str], ...]], TrialState] = {}

    def ask(self, rule: Rule) -> TrialState:
        """The trial of a rule's thresholds: begun if nobody asked before. Raises UsageError for one there is not."""
        checked_params(rule.kind, rule.settings)
        key = (rule.kind, tuple(sorted(rule.settings.items())))
        with self._alone:
            state = self._known.get(key)
            if state is None and any(one.state == "running" for one in self._known.values()):
                return TrialState("running")
            if state is None or state.state == "failed":
                self._known = dict(list(self._known.items())[-KEPT:])
                self._known[key] = TrialState("running")
                threading.Thread(target=self._run, args=(key,), daemon=True).start()
                return self._known[key]
        return state

    def _run(self, key: tuple[str, tuple[tuple[str, str], ...]]) -> None:
        kind, settings = key
        given = [word for name, value in settings for word in ("--set", f"{name}={value}")]
        command = [sys.executable, "-m", "hanbada.app.cli", "rules", "try", kind, *given, "--json", "--data"]
        ran = subprocess.run([*command, str(self._home)], capture_output=True, check=False)  # noqa: S603 - our own words
        if ran.returncode:
            state = TrialState("failed", fault=ran.stderr.decode(errors="replace").strip()[-400:])
        else:
            state = TrialState("done", msgspec.json.decode(ran.stdout, type=_Tried).trial)
        with self._alone:
            self._known[key] = state


class _Tried(Struct):
    """What `hanbada rules try --json` prints, as far as it is read here."""

    trial: Trial | None
