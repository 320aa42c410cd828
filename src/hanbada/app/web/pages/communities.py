"""Communities: who is in them, what they rest on, what went and came, what was taken back, who signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.sharing.communities import REMINDERS_DAYS
from hanbada.app.web.node import node_of, visitor_of
from hanbada.app.web.pages.release import shared
from hanbada.app.web.render import back, page
from hanbada.model.times import DAY_US

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.ports import Sharing


@shared
def listing(request: Request, sharing: Sharing) -> Response:
    """Every community."""
    circles = sharing.circles(node_of(request).wall_us())
    return page(request, "communities.html", circles=circles, reminders=REMINDERS_DAYS, ours=sharing.ourselves())


@shared
def show(request: Request, sharing: Sharing) -> Response:
    """One community."""
    now_us, community_id = node_of(request).wall_us(), request.path_params["id"]
    waiting = [one for one in sharing.proposals(now_us) if one.subject == f"community/{community_id}"]
    return page(
        request, "community.html", circle=sharing.circle(community_id, now_us), reminders=REMINDERS_DAYS,
        day_us=DAY_US, ours=sharing.ourselves(), waiting=waiting,
    )  # fmt: skip


@shared
def accept(request: Request, sharing: Sharing) -> Response:
    """Sign what is proposed."""
    sharing.accept(visitor_of(request).name, node_of(request).wall_us(), request.path_params["id"])
    return back(request, f"/communities/{request.path_params['id']}")


@shared
def leave(request: Request, sharing: Sharing) -> Response:
    """Leave: nothing more is said there, and what was told stays told until it is taken back."""
    sharing.leave(visitor_of(request).name, node_of(request).wall_us(), request.path_params["id"])
    return back(request, f"/communities/{request.path_params['id']}")
