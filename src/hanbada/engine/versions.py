"""What was said of each episode, and what is to be said next: opened, revised, closed, retracted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from hanbada.model.times import MINUTE_US

if TYPE_CHECKING:
    from hanbada.detect.contract import Key
    from hanbada.model.records import Detection, State

Case: TypeAlias = "tuple[str, Key]"

REPEAT_US = 10 * MINUTE_US
"""What goes on and only grows is said again after this long, not at each look."""


@dataclass(slots=True)
class Standing:
    """What stands by case, and what of it was said last. Owned by one fold, changed in place."""

    found: dict[Case, Detection] = field(default_factory=dict)
    said: dict[Case, Detection] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


def judged(state: Standing, case: Case, now: Detection | None) -> Detection | None:
    """Note what a case amounts to now; what is to be said of it, if anything."""
    before = state.said.get(case)
    if now is None:
        state.found.pop(case, None)
        return None if before is None else _say(state, case, before, "retracted")
    state.found[case] = now
    if before is None:
        return _say(state, case, now, now.state)
    if before.detection_id == now.detection_id and before.evidence == now.evidence:
        return None
    both_open = before.state == now.state == "open"
    if both_open and before.severity == now.severity and now.judged_at - before.judged_at < REPEAT_US:
        return None
    again = now.state == "closed" and before.state != "open"
    return _say(state, case, now, "revised" if again else now.state)


def first_said(state: Standing, case: Case, now: Detection) -> Detection | None:
    """What stands, if nothing was ever said of it."""
    return None if case in state.said else _say(state, case, now, now.state)


def _say(state: Standing, case: Case, detection: Detection, what: State) -> Detection:
    version = state.versions.get(detection.episode_id, 0) + 1
    state.versions[detection.episode_id] = version
    said = replace(detection, state=what, version=version)
    if what == "retracted":
        del state.said[case]
    else:
        state.said[case] = said
    return said


def superseding(said: list[Detection]) -> list[Detection]:
    """A new episode that overlaps one retracted at the same moment, of the same vessels, follows it."""
    gone = [d for d in said if d.state == "retracted"]
    if not gone:
        return said
    return [replace(d, supersedes=_follows(d, gone)) if d.version == 1 else d for d in said]


def _follows(detection: Detection, gone: list[Detection]) -> str | None:
    who = {v.mmsi for v in detection.vessels}
    for old in gone:
        same = old.kind == detection.kind and {v.mmsi for v in old.vessels} == who
        overlap = old.t_start <= (detection.t_end or old.t_start) and detection.t_start <= (
            old.t_end or detection.t_start
        )
        if same and overlap and old.episode_id != detection.episode_id:
            return old.episode_id
    return None


def what_stands(state: Standing) -> list[Detection]:
    """Everything that stands now, as of the last look, in the order of time."""
    found = (replace(d, version=state.versions[d.episode_id]) for d in state.found.values())
    return sorted(found, key=lambda d: (d.t_start, d.kind, d.episode_id))


def drop_before(state: Standing, at_us: int) -> None:
    """Forget cases that ended before a time: nothing will come that changes them."""
    for case in [case for case, d in state.found.items() if d.t_end is not None and d.t_end < at_us]:
        del state.found[case]
        said = state.said.pop(case, None)
        if said is not None:
            state.versions.pop(said.episode_id, None)
