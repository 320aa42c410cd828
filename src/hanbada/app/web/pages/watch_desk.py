"""The watch as a whole: handing it over, and campaigns that incidents may belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from hanbada.app.web import incident_form
from hanbada.app.web.node import form_of, node_of, text_of, values_of, visitor_of
from hanbada.app.web.render import back, page
from hanbada.incidents import campaign as rules
from hanbada.incidents import watches
from hanbada.model.errors import UsageError
from hanbada.model.estimates import RESPONSIBILITIES
from hanbada.model.records import Attribution

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

NOTE_LIMIT = 2000
SHOWN = 200
"""Moments of a timeline at most, the latest: more are in the incidents themselves."""


def handover(request: Request) -> Response:
    """What changed since this person last took or gave the watch, or since a moment that is asked for."""
    node, asked = node_of(request), values_of(request).get("since", "")
    handovers = node.desk.incident_desk.handovers()
    since = incident_form.time_of(asked)
    if since is None:
        since = watches.since(handovers, visitor_of(request).name)
    view = watches.view(node.desk.incidents(()), since, node.site.now_us())
    people = [one.name for one in node.desk.users() if one.active and one.role != "viewer"]
    return page(request, "handover.html", view=view, handovers=handovers, people=people, asked=asked)


def hand_over(request: Request) -> Response:
    """The watch goes to somebody."""
    node, by = node_of(request), visitor_of(request).name
    to = text_of(request, "to", 80)
    if to not in {one.name for one in node.desk.users() if one.active}:
        message = f"there is nobody called {to!r} here"
        raise UsageError(message)
    node.desk.incident_desk.hand_over(to, text_of(request, "note", NOTE_LIMIT), by, node.site.now_us())
    return back(request, "/incidents/handover")


def campaigns(request: Request) -> Response:
    """Every campaign."""
    return page(request, "campaigns.html", campaigns=node_of(request).desk.incident_desk.campaigns())


def begin(request: Request) -> Response:
    """A new campaign."""
    node, by = node_of(request), visitor_of(request).name
    new = node.desk.incident_desk.begin_campaign(text_of(request, "title"), by, node.site.now_us())
    return back(request, f"/campaigns/{new.campaign_id}")


def campaign(request: Request) -> Response:
    """One campaign: its incidents in time, and what people make of who stands behind it."""
    node = node_of(request)
    one = node.desk.incident_desk.campaign(request.path_params["id"])
    found = (node.desk.incident(name) for name in one.incidents)
    its = [each for each in found if each is not None]
    return page(
        request, "campaign.html", campaign=one, incidents=its, timeline=rules.timeline(one, its)[-SHOWN:],
        standing=rules.standing(one), steps=RESPONSIBILITIES, open=node.desk.incidents(()),
    )  # fmt: skip


def change(request: Request) -> Response:
    """An incident joins or leaves."""
    node, form, by, name = node_of(request), form_of(request), visitor_of(request).name, request.path_params["id"]
    leave = "leave" in form
    node.desk.incident_desk.join_campaign(name, text_of(request, "incident", 40), by, node.site.now_us(), leave=leave)
    return back(request, f"/campaigns/{name}")


def attribute(request: Request) -> Response:
    """What somebody makes of it."""
    node, form, name = node_of(request), form_of(request), request.path_params["id"]
    attribution = Attribution(
        at=node.site.now_us(), by=visitor_of(request).name,
        step=int(form["step"]) if form.get("step", "").isdecimal() else 0,
        confidence=cast("Any", form.get("confidence", "")), dissents="dissents" in form,
        text=text_of(request, "text", NOTE_LIMIT),
    )  # fmt: skip
    node.desk.incident_desk.attribute(name, attribution)
    return back(request, f"/campaigns/{name}")
