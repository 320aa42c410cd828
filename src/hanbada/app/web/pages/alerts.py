"""Alerts: the inbox beside the map, the triage page, and what an officer may do with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from msgspec import Struct
from starlette.responses import JSONResponse, Response

from hanbada.app.i18n import N_
from hanbada.app.web import exports_of, filters, words
from hanbada.app.web.filters import number
from hanbada.app.web.node import node_of, text_of, values_of, visitor_of
from hanbada.app.web.pages.incidents import looked, looked_at
from hanbada.app.web.render import back, is_partial, page, plain
from hanbada.model.desk import AlertFilter, AlertView
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.records import DISMISSALS, SEVERITIES, Detection
from hanbada.model.times import HOUR_US, SECOND_US
from hanbada.model.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

    from hanbada.app.web.filters import Box
    from hanbada.app.web.node import Node
    from hanbada.model.records import AlertState

INBOX_LIMIT = 40
DONE_SHOWN_US = 12 * HOUR_US
"""The inbox keeps what was seen for a watch's length."""
LIST_LIMIT, SEEN_LIMIT = 300, 20
EVIDENCE_SHOWN = 12


class Version(Struct, frozen=True, kw_only=True):
    """One version of an episode, and how its reasons differ from the version before."""

    detection: Detection
    changes: tuple[tuple[Any, Any], ...]


def gravest_first(views: Sequence[AlertView]) -> list[AlertView]:
    """Alarms before warnings before cautions, the newest first in each."""
    return sorted(views, key=lambda view: (SEVERITIES.index(view.detection.severity), -view.alert.raised_at))


def inbox_lists(node: Node, box_deg: Box | None = None) -> dict[str, Any]:
    """What needs a person, and what a person has seen lately; in a box of the map, or everywhere."""
    desk, now_us = node.desk, node.site.now_us()
    new = gravest_first(desk.alerts(AlertFilter(states=("new",), limit=LIST_LIMIT)))
    seen = desk.alerts(
        AlertFilter(states=("acknowledged", "snoozed"), start_us=now_us - DONE_SHOWN_US, limit=SEEN_LIMIT)
    )
    if box_deg:
        new, seen = ([view for view in views if touches(view, box_deg)] for views in (new, seen))
    return {"new": new[:INBOX_LIMIT], "more": max(0, len(new) - INBOX_LIMIT), "seen": seen}


def touches(view: AlertView, box_deg: Box) -> bool:
    """Whether something of an alert lies in a box."""
    places = np.array(view.detection.geometry.coordinates, float)
    return bool(filters.inside(box_deg, places[:, 0], places[:, 1]).any())


def inbox(request: Request) -> Response:
    """The inbox as a piece of the console; `box` holds what the map shows, if only that is wanted."""
    text = values_of(request).get("box", "")
    return page(request, "_inbox.html", box=text, inbox=inbox_lists(node_of(request), filters.box(text)))


def triage(request: Request) -> Response:
    """The list of alerts, and one of them beside it."""
    node, query = node_of(request), values_of(request)
    listed = node.desk.alerts(filters.alerts_wanted(query))
    new = gravest_first([view for view in listed if view.alert.state == "new"])
    listed = new + [view for view in listed if view.alert.state != "new"]
    chosen = one(request) if "id" in request.path_params else (listed[0] if listed else None)
    values: dict[str, Any] = {"listed": listed, "query": query, "chosen": chosen}
    values |= details(node, chosen) if chosen else {}
    if chosen and "id" in request.path_params:
        looked(request, chosen.alert.incident_id, f"alert/{chosen.alert.alert_id}")
    return page(request, "alerts.html", **values)


def one(request: Request) -> AlertView:
    """The alert an address names."""
    view = node_of(request).desk.alert(request.path_params["id"])
    if view is None:
        message = f"alert {request.path_params['id']}"
        raise NotFoundError(message)
    return view


def details(node: Node, view: AlertView) -> dict[str, Any]:
    """What the triage page shows of one alert."""
    return {
        "versions": versions(node.desk.detections(view.detection.episode_id)),
        "lines": node.site.lines(view.detection.evidence[:EVIDENCE_SHOWN]),
        "similar": similar(node, view),
        "chart": node.chart.about,
        "dismissals": DISMISSALS,
    }


def versions(detections: Sequence[Detection]) -> list[Version]:
    """Versions of an episode, newest first, each with the reasons that read differently now: (now, before)."""
    found = []
    for before, now in zip([None, *detections], detections, strict=False):
        old = {(r.quantity, r.subject): r for r in before.reasons} if before else {}
        pairs = [(r, old.get((r.quantity, r.subject))) for r in now.reasons] if before else []
        changed = tuple((r, o) for r, o in pairs if o is None or sentence(o) != sentence(r))
        found.append(Version(detection=now, changes=changed))
    return found[::-1]


def similar(node: Node, view: AlertView) -> dict[str, int]:
    """How alerts of the same kind about the same vessels ended: alert state or dismissal reason -> how many."""
    outcomes: dict[str, int] = {}
    for vessel in view.detection.vessels:
        everything = tuple(words.ALERT_STATES)
        wanted = AlertFilter(
            states=cast("tuple[AlertState, ...]", everything), kinds=(view.detection.kind,), mmsi=vessel.mmsi
        )
        for other in node.desk.alerts(wanted):
            if other.alert.alert_id != view.alert.alert_id:
                outcome = other.alert.reason if other.alert.state == "dismissed" else other.alert.state
                outcomes[outcome or "other"] = outcomes.get(outcome or "other", 0) + 1
    return outcomes


def card(request: Request) -> Response:
    """One alert as a piece of a page."""
    view = one(request)
    looked_at(request, f"alert/{view.alert.alert_id}")
    return page(request, "_alert.html", view=view)


def shape(request: Request) -> Response:
    """The geometry of an alert and where its vessels were about then, for a map."""
    view = one(request)
    return JSONResponse(exports_of.alert_picture(node_of(request).site, view.detection))


def marks(request: Request) -> Response:
    """When alerts were raised, for the time bar."""
    query = values_of(request)
    start_us, end_us = (round((number(query.get(name)) or 0.0) * SECOND_US) for name in ("start", "end"))
    wanted = AlertFilter(start_us=start_us, end_us=end_us, limit=2000)
    translate = visitor_of(request).words.gettext
    found = [
        {
            "id": view.alert.alert_id,
            "at": view.alert.raised_at / SECOND_US,
            "severity": view.detection.severity,
            "state": view.alert.state,
            "words": mark_words(view, translate),
        }
        for view in node_of(request).desk.alerts(wanted)
    ]
    return JSONResponse(found)


def mark_words(view: AlertView, translate: Callable[[str], str]) -> str:
    """What an alert is and whom it is about, in one line of plain text."""
    found = view.detection
    names = ", ".join(plain(vessel.name or str(vessel.mmsi)) for vessel in found.vessels[:2])
    kind = words.DETECTOR_WORDS.get(found.kind, found.kind)
    simulated = [translate(N_("SIMULATED"))] if found.simulated else []
    return " ".join([translate(words.SEVERITY_WORDS[found.severity]), translate(kind), *simulated, names])


# What an officer may do


def acknowledge(request: Request) -> Response:
    """Seen."""
    node, view = node_of(request), one(request)
    node.desk.acknowledge(view.alert.alert_id, visitor_of(request).name, node.site.now_us())
    return answer(request)


def snooze(request: Request) -> Response:
    """Quiet for one of the spans on offer."""
    node, view = node_of(request), one(request)
    span_s = int(number(text_of(request, "seconds")) or 0)
    if span_s not in {seconds for seconds, _ in words.SNOOZES}:
        message = f"snooze for {span_s} s is not on offer"
        raise UsageError(message)
    now_us = node.site.now_us()
    node.desk.snooze(view.alert.alert_id, now_us + span_s * SECOND_US, visitor_of(request).name, now_us)
    return answer(request)


def dismiss(request: Request) -> Response:
    """Nothing, for a stated reason."""
    node, view = node_of(request), one(request)
    reason = text_of(request, "reason")
    if reason not in DISMISSALS:
        raise UsageError(N_("A dismissal needs a reason."))
    node.desk.dismiss(view.alert.alert_id, reason, visitor_of(request).name, node.site.now_us())
    return answer(request)


def open_incident(request: Request) -> Response:
    """An incident from this alert."""
    node, view = node_of(request), one(request)
    incident = node.desk.open_incident(view.alert.alert_id, visitor_of(request).name, node.site.now_us())
    return back(request, f"/incidents/{incident.incident_id}")


def answer(request: Request) -> Response:
    """The alert as it now is, or the page the form was on."""
    if is_partial(request):
        return page(request, "_alert.html", view=one(request))
    return back(request, text_of(request, "next", 500) or f"/alerts/{request.path_params['id']}")
