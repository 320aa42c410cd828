"""Alerts kept, as `incidents.alerts` rules: one for each episode, pointing to its latest version.

A later version or a retraction is an event of the alert, not a new state: `changed_at` and `changed_by` speak of what
people decided; what the watch found later stands in the versions and the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import bindparam, desc, insert, or_, select, update

from hanbada.incidents import alerts as rules
from hanbada.model.desk import AlertFilter, AlertView
from hanbada.model.errors import NotFoundError
from hanbada.model.records import Alert, Detection
from hanbada.store import findings
from hanbada.store.database import in_pieces, next_number, records
from hanbada.store.events import News, deed, tell
from hanbada.store.schema import alert, detection, detection_vessel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    from hanbada.model.records import AlertState
    from hanbada.store.events import Written
    from hanbada.store.rules import Holding

    _Columns: TypeAlias = ReadOnlyColumnCollection[str, Any]


def follow(
    connection: Connection, versions: Sequence[tuple[int, Detection]], at_us: int, holding: Holding
) -> list[Alert]:
    """Raise an alert for each new episode and point the others to their latest version; the alerts, those raised first.

    `versions` are rows of `detection` with what they hold. An episode first heard of when it is retracted raises none.
    What a rule holds is raised when a later version passes.
    """
    kept = _of_episodes(connection, sorted({found.episode_id for _, found in versions}))
    raised: dict[str, Alert] = {}
    news = []
    number = next_number(connection, alert.c.alert_id)
    for _, found in versions:
        before = kept.get(found.episode_id) or raised.get(found.episode_id)
        one = _followed(before, found, number + len(raised), holding)
        if one is None:
            continue
        (kept if one.episode_id in kept else raised)[one.episode_id] = one
        news.append(News("alert", str(one.alert_id), one.state))
    touched = raised | kept
    _keep(connection, touched, raised, {found.episode_id: (row, found) for row, found in versions})
    tell(connection, news, None, at_us)
    return list(touched.values())


def _followed(before: Alert | None, found: Detection, number: int, holding: Holding) -> Alert | None:
    """The alert after a version of its episode: raised, or held, or as it was."""
    if before is None:
        return rules.raised(number, found, holding.at_us, holding.why(found))
    if before.state != "held" or found.state == "retracted":
        return before
    return rules.held_on(before, holding.why(found), holding.at_us)


def _of_episodes(connection: Connection, episodes: Sequence[str]) -> dict[str, Alert]:
    found: dict[str, Alert] = {}
    for piece in in_pieces(episodes):
        rows = connection.execute(select(alert).where(alert.c.episode_id.in_(piece)))
        found |= {one.episode_id: one for one in records(rows, Alert)}
    return found


def _keep(
    connection: Connection,
    touched: dict[str, Alert],
    raised: dict[str, Alert],
    latest: dict[str, tuple[int, Detection]],
) -> None:
    """Write the alerts that were raised, and what the others are about by now."""
    added, changed = [], []
    for episode, one in touched.items():
        row, found = latest[episode]
        about = {"latest": row, "kind": found.kind, "severity": found.severity, "simulated": found.simulated}
        if episode in raised:
            added.append({name: getattr(one, name) for name in one.__struct_fields__} | about)
        else:
            decided = {name: getattr(one, name) for name in ("state", "raised_at", "changed_at", "reason")}
            changed.append({"its_id": one.alert_id, **decided, **about})
    if added:
        connection.execute(insert(alert), added)
    if changed:
        connection.execute(update(alert).where(alert.c.alert_id == bindparam("its_id")), changed)


def listed(connection: Connection, wanted: AlertFilter, now_us: int) -> list[AlertView]:
    """Alerts that fit, newest first. A snooze that is over by `now_us` reads as new."""
    if wanted.mmsi is not None:
        found = connection.execute(_of_vessel(wanted, now_us)).all()
    else:
        states = _states(wanted, now_us, alert.c)
        found = [row for state in states for row in connection.execute(_newest(wanted, state))]
    newest = sorted(((row.raised_at, row.alert_id) for row in found), reverse=True)[: max(0, wanted.limit)]
    views = _views(connection, [alert_id for _, alert_id in newest], now_us)
    return [views[alert_id] for _, alert_id in newest]


def _newest(wanted: AlertFilter, state: ColumnElement[bool] | None) -> Any:
    """The newest in one state: read off an index from its end until there are enough."""
    fits = [*_fits(wanted, alert.c), *([] if state is None else [state])]
    order = (desc(alert.c.raised_at), desc(alert.c.alert_id))
    return select(alert.c.raised_at, alert.c.alert_id).where(*fits).order_by(*order).limit(max(0, wanted.limit))


def _of_vessel(wanted: AlertFilter, now_us: int) -> Any:
    """All that fit and are, by their latest version, about one vessel: a few, once the vessel is looked up first."""
    about = select(alert).join(detection_vessel, detection_vessel.c.number == alert.c.latest)
    its = about.where(detection_vessel.c.mmsi == wanted.mmsi).cte("its").prefix_with("MATERIALIZED").c
    states = [state for state in _states(wanted, now_us, its) if state is not None]
    return select(its.raised_at, its.alert_id).where(*_fits(wanted, its), *([or_(*states)] if states else []))


def _states(wanted: AlertFilter, now_us: int, its: _Columns) -> list[ColumnElement[bool] | None]:
    """A condition for each state as it is kept; a snooze that is over counts as new."""
    over, kept = its.until_at <= now_us, its.state
    reads_as: dict[AlertState, list[ColumnElement[bool] | None]] = {
        "new": [kept == "new", (kept == "snoozed") & over],
        "snoozed": [(kept == "snoozed") & ~over],
    }
    if not wanted.states:
        return [None]
    return [condition for state in dict.fromkeys(wanted.states) for condition in reads_as.get(state, [kept == state])]


def _fits(wanted: AlertFilter, its: _Columns) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.severities:
        fits.append(its.severity.in_(wanted.severities))
    if wanted.kinds:
        fits.append(its.kind.in_(wanted.kinds))
    if wanted.simulated is not None:
        fits.append(its.simulated.is_(wanted.simulated))
    if wanted.start_us is not None:
        fits.append(its.raised_at >= wanted.start_us)
    if wanted.end_us is not None:
        fits.append(its.raised_at < wanted.end_us)
    return fits


def _views(connection: Connection, alert_ids: Sequence[int], now_us: int) -> dict[int, AlertView]:
    views = {}
    about = select(alert.c.alert_id, detection.c.body).join(detection, detection.c.number == alert.c.latest)
    for piece in in_pieces(alert_ids):
        bodies = connection.execute(about.where(alert.c.alert_id.in_(piece))).all()
        found = {row.alert_id: findings.read_body(row.body) for row in bodies}
        for one in records(connection.execute(select(alert).where(alert.c.alert_id.in_(piece))), Alert):
            views[one.alert_id] = AlertView(alert=rules.as_read(one, now_us), detection=found[one.alert_id])
    return views


def view(connection: Connection, alert_id: int, now_us: int) -> AlertView | None:
    """One alert with the latest version of what it is about."""
    return _views(connection, [alert_id], now_us).get(alert_id)


def named(connection: Connection, alert_id: int) -> Alert:
    """One alert as it is kept; raises NotFoundError if there is none of that number."""
    found = records(connection.execute(select(alert).where(alert.c.alert_id == alert_id)), Alert)
    if not found:
        message = f"there is no alert {alert_id}"
        raise NotFoundError(message)
    return found[0]


def acknowledge(connection: Connection, alert_id: int, written: Written, incident_id: str | None = None) -> Alert:
    """Seen by a person, who may have opened an incident from it."""
    now = named(connection, alert_id)
    return _decide(connection, now, rules.acknowledged(now, written.by, written.at_us, incident_id), written)


def snooze(connection: Connection, alert_id: int, until_us: int, written: Written) -> Alert:
    """Quiet until then; raises UsageError if that is not ahead."""
    now = named(connection, alert_id)
    return _decide(connection, now, rules.snoozed(now, until_us, written.by, written.at_us), written)


def dismiss(connection: Connection, alert_id: int, reason: str, written: Written) -> Alert:
    """Judged as nothing; raises UsageError if the reason is not one of DISMISSALS."""
    now = named(connection, alert_id)
    return _decide(connection, now, rules.dismissed(now, reason, written.by, written.at_us), written)


def _decide(connection: Connection, now: Alert, after: Alert, written: Written) -> Alert:
    if after == now:
        return now
    decided = {name: getattr(after, name) for name in ("until_at", "reason", "incident_id")}
    row = {"state": after.state, "changed_at": after.changed_at, "changed_by": after.changed_by, **decided}
    connection.execute(update(alert).where(alert.c.alert_id == now.alert_id).values(**row))
    tell(connection, [News("alert", str(now.alert_id), after.state)], written.by, written.at_us)
    said = {name: value for name, value in decided.items() if value is not None}
    deed(connection, written, after.state, f"alert/{now.alert_id}", episode=now.episode_id, **said)
    return after
