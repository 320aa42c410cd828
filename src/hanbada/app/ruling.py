"""The rules of a node with what came of them, and what other rules would have done in the last days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from hanbada.detect import DETECTORS
from hanbada.engine.watch import Reports, checked_params, settle, standing, start, take_reports
from hanbada.incidents import rules
from hanbada.incidents.rules import Precision, Suggestion
from hanbada.model.desk import Rule
from hanbada.model.times import DAY_US, HOUR_US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hanbada.detect.contract import Ports, Zones
    from hanbada.incidents.rules import Effect
    from hanbada.model.desk import Outcome
    from hanbada.model.records import Detection
    from hanbada.store.archive import Archive
    from hanbada.store.desk import DeskStore

DAYS = 30
"""How far back a rule's effect is told."""
PIECE_US = HOUR_US
"""What is read of the archive at a time."""


class Standing(Struct, frozen=True, kw_only=True):
    """A rule and how it has done."""

    rule: Rule
    precision: Precision
    suggestion: Suggestion | None
    due: bool


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


def rule_of(desk: DeskStore, kind: str) -> Rule:
    """The rule of a kind: the one set, else one that holds nothing."""
    return desk.rules().get(kind) or Rule(kind=kind)


def report(desk: DeskStore, now_us: int, port_m: Callable[[Detection], float], days: float = DAYS) -> list[Standing]:
    """Every rule with what came of it in the last days."""
    return [standing_of(desk, kind, now_us, port_m, days) for kind in DETECTORS]


def standing_of(
    desk: DeskStore, kind: str, now_us: int, port_m: Callable[[Detection], float], days: float = DAYS
) -> Standing:
    """One rule with what came of it."""
    rule, found = rule_of(desk, kind), recent(desk, kind, now_us, port_m, days)
    return Standing(
        rule=rule,
        precision=rules.precision(found),
        suggestion=rules.suggested(found),
        due=kind not in rules.NEVER_HELD and rule.changed_at > 0 and rules.due(rule, now_us),
    )


def recent(
    desk: DeskStore, kind: str, now_us: int, port_m: Callable[[Detection], float], days: float = DAYS
) -> list[Outcome]:
    """What a kind's findings of the last days came to."""
    return desk.outcomes(kind, now_us - round(days * DAY_US), port_m)


def effect(rule: Rule, found: Sequence[Outcome]) -> Effect:
    """What a rule would have done with them; raises UsageError if it says what no rule may."""
    checked_params(rule.kind, rule.settings)
    return rules.effect(rules.checked(rule), found)


def trial(
    archive: Archive, ports: Ports, zones: Zones | None, now: Mapping[str, str], rule: Rule, judged: Sequence[Outcome],
    days: float = DAYS, progress: Callable[[float], None] | None = None,
) -> Trial:  # fmt: skip
    """A detector over the last days of the archive, with the settings there are now and with those of a rule."""
    checked_params(rule.kind, rule.settings)
    others = {name: value for name, value in now.items() if name.partition(".")[0] == rule.kind}
    watches = [start(ports, zones, (rule.kind,), settings) for settings in (others, others | rule.settings)]
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


def as_object(one: Standing) -> dict[str, Any]:
    """A rule and what came of it, with stable keys."""
    found: dict[str, Any] = msgspec.to_builtins(one.rule)
    found["precision"] = one.precision._asdict()
    found["suggestion"] = None if one.suggestion is None else one.suggestion._asdict()
    return found | {"due": one.due}
