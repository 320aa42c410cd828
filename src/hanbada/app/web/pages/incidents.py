"""Incidents: the list, one incident with its log, and its states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from starlette.responses import JSONResponse

from hanbada.app.i18n import N_
from hanbada.app.reads import LOGGED, LOOKED
from hanbada.app.web import exports_of, words
from hanbada.app.web.node import node_of, noted, text_of, values_of, visitor_of
from hanbada.app.web.pages.report_once import mapping
from hanbada.app.web.render import back, is_partial, page
from hanbada.incidents.standing import answers, documents, standing
from hanbada.model.answers import ANSWERS
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.estimates import likelihood
from hanbada.model.records import SEVERITIES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.model.records import Incident, IncidentState
    from hanbada.model.sharing import Scope

LOG_LIMIT = 4000
NEXT_STATES = {"open": "assessing", "assessing": "monitoring", "monitoring": "closed", "closed": "open"}


def desk(request: Request) -> Response:
    """Every incident of the chosen states."""
    node, query = node_of(request), values_of(request)
    states = tuple(state for state in words.INCIDENT_STATES if state == query.get("state"))
    listed = node.desk.incidents(cast("tuple[IncidentState, ...]", states))
    return page(request, "incidents.html", listed=listed, query=query)


def one(request: Request) -> Incident:
    """The incident an address names."""
    incident = node_of(request).desk.incident(request.path_params["id"])
    if incident is None:
        message = f"incident {request.path_params['id']}"
        raise NotFoundError(message)
    return incident


def show(request: Request) -> Response:
    """One incident."""
    incident = one(request)
    scopes = looked(request, incident.incident_id, f"incident/{incident.incident_id}")
    return page(request, "incident.html", chart=node_of(request).chart.about, scopes=scopes, **about(request, incident))


def looked(request: Request, incident: str | None, what: str) -> list[Scope]:
    """The emergency scopes that are open for an incident; if there are any, the ledger keeps who looked.

    Who looked at what is marked AMBER or higher is kept whatever is open.
    """
    node = node_of(request)
    looked_at(request, what)
    if node.sharing is None or incident is None or is_partial(request):
        return []
    return node.sharing.look(visitor_of(request).name, node.wall_us(), incident, what)


def looked_at(request: Request, subject: str) -> None:
    """Note who looks at something of ours if it is marked AMBER or higher."""
    sharing = node_of(request).sharing
    found = {} if sharing is None else sharing.colours([subject])
    noted(request, LOOKED, (name for name, tlp in found.items() if tlp in LOGGED), tlp=found.get(subject))


def about(request: Request, incident: Incident) -> dict[str, Any]:
    """What the page shows of an incident: the latest version of each of its episodes beside it."""
    versions = [node_of(request).desk.detections(episode) for episode in incident.episodes]
    found = [episode[-1] for episode in versions if episode]
    said = standing(incident.said)
    return {
        "incident": incident, "detections": found, "next_state": NEXT_STATES[incident.state],
        "standing": [one for one in said if one.fact not in ("person", "documents")],
        "people": next((one.value for one in said if one.fact == "person"), []),
        "documents": documents(incident), "mapping": mapping(answers(incident)), "questions": ANSWERS,
        "likelihood": likelihood, "answers_known": bool(answers(incident)),
    }  # fmt: skip


def shape(request: Request) -> Response:
    """What was found gravest, and the tracks of every vessel about that time, for a map."""
    found = about(request, one(request))["detections"]
    if not found:
        return JSONResponse({"severity": "caution", "shape": None, "tracks": []})
    found.sort(key=lambda detection: SEVERITIES.index(detection.severity))
    return JSONResponse(exports_of.alert_picture(node_of(request).site, found[0]))


def log(request: Request) -> Response:
    """A line added to the log."""
    node, incident = node_of(request), one(request)
    text = text_of(request, "text", LOG_LIMIT)
    if not text:
        raise UsageError(N_("There is nothing to write."))
    node.desk.log(incident.incident_id, text, visitor_of(request).name, node.site.now_us())
    return back(request, f"/incidents/{incident.incident_id}#log")


def change(request: Request) -> Response:
    """Another state."""
    node, incident = node_of(request), one(request)
    state = text_of(request, "state")
    if state not in words.INCIDENT_STATES:
        message = f"no such state: {state}"
        raise UsageError(message)
    by, now_us = visitor_of(request).name, node.site.now_us()
    node.desk.change_incident(incident.incident_id, cast("IncidentState", state), by, now_us)
    return back(request, f"/incidents/{incident.incident_id}")
