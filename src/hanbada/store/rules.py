"""Rules of the desk kept by kind, asked when an alert is raised, and what findings came to under them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from hanbada.incidents import rules
from hanbada.model.desk import Outcome, Rule
from hanbada.model.records import Alert
from hanbada.store import marks
from hanbada.store.database import records
from hanbada.store.events import deed
from hanbada.store.findings import read_body
from hanbada.store.schema import alert, detection

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from hanbada.model.records import Detection
    from hanbada.store.events import Written

_RULES = f"{marks.OURS}rules"


def kept(connection: Connection) -> dict[str, Rule]:
    """The rules that were set, by kind."""
    return msgspec.convert(marks.get(connection, _RULES) or {}, dict[str, Rule])


def put(connection: Connection, rule: Rule, written: Written) -> Rule:
    """Set a rule in place of the one before; raises UsageError if it says what no rule may."""
    changed = msgspec.structs.replace(rules.checked(rule), changed_at=written.at_us, changed_by=written.by)
    marks.put(connection, _RULES, kept(connection) | {rule.kind: changed}, written.at_us)
    deed(connection, written, "rule_set", f"rule/{rule.kind}", rule=msgspec.to_builtins(changed))
    return changed


@dataclass(slots=True)
class Holding:
    """The rules as they are asked within one transaction; `port_m` tells how far from a port a finding is."""

    connection: Connection
    at_us: int
    port_m: Callable[[Detection], float]
    rules: dict[str, Rule]
    lately: dict[str, int] = field(default_factory=dict)

    def why(self, found: Detection) -> str | None:
        """Why a finding is held; one that is not counts towards its budget."""
        rule = self.rules.get(found.kind)
        if rule is None or found.state == "retracted":
            return None
        why = rules.hold(rule, found, self.port_m(found), self._lately(rule))
        if why is None:
            self.lately[found.kind] += 1
        return why

    def _lately(self, rule: Rule) -> int:
        if rule.kind not in self.lately:
            since = self.at_us - rules.WATCH_US
            shown = (alert.c.kind == rule.kind) & (alert.c.raised_at > since) & (alert.c.state != "held")
            self.lately[rule.kind] = self.connection.scalar(select(func.count()).where(shown)) or 0
        return self.lately[rule.kind]


def outcomes(connection: Connection, kind: str, since_us: int, port_m: Callable[[Detection], float]) -> list[Outcome]:
    """What the findings of a kind came to since a time, oldest first."""
    wanted = (alert.c.kind == kind) & (alert.c.raised_at >= since_us)
    about = select(alert.c.alert_id, detection.c.body).join(detection, detection.c.number == alert.c.latest)
    found = {row.alert_id: read_body(row.body) for row in connection.execute(about.where(wanted))}
    rows = records(connection.execute(select(alert).where(wanted).order_by(alert.c.raised_at, alert.c.alert_id)), Alert)
    return [Outcome(detection=found[a.alert_id], alert=a, port_m=port_m(found[a.alert_id])) for a in rows]
