"""What waits for another person: each proposal with what it would do, and the two ways of deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.app.sharing.proposals import Acceptance, Charter, Emergency
from hanbada.app.sharing.seconding import needs
from hanbada.app.web.node import node_of, text_of, visitor_of
from hanbada.app.web.pages.release import shared
from hanbada.app.web.render import back, page
from hanbada.model.errors import NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.sharing.proposals import Proposal
    from hanbada.app.web.ports import Sharing
    from hanbada.model.sharing import Community


@shared
def show(request: Request, sharing: Sharing) -> Response:
    """One proposal."""
    return shown(request, sharing)


def shown(request: Request, sharing: Sharing, fault: str = "", status: int = 200) -> Response:
    """The page with a fault, if any."""
    one, visitor, ours = named(request, sharing), visitor_of(request), sharing.ourselves()
    names = {node: about.name for node, about in sharing.partners().items()}
    names |= {} if ours is None else {ours.node: ours.name}
    values: dict[str, Any] = {"rehearsal": None, "wish": None, "scope_fault": ""}
    if isinstance(one.act, Emergency):
        wish = one.act.wish
        rehearsal = sharing.rehearse_scope(visitor.name, node_of(request).wall_us(), wish)
        values |= {"wish": wish, "rehearsal": rehearsal}
    return page(
        request, "proposal.html", status, proposal=one, needs=needs(one.kind), names=names, ours=ours,
        community=proposed(one, sharing, node_of(request).wall_us()), communities=sharing.communities(), fault=fault,
        subject=one.subject, **values,
    )  # fmt: skip


def named(request: Request, sharing: Sharing) -> Proposal:
    """The proposal an address names."""
    name = request.path_params["name"]
    found = next((one for one in sharing.proposals(node_of(request).wall_us()) if one.name == name), None)
    if found is None:
        message = f"proposal {name[:40]}"
        raise NotFoundError(message)
    return found


def proposed(one: Proposal, sharing: Sharing, now_us: int) -> Community | None:
    """The community as a proposal would have it."""
    if isinstance(one.act, Charter):
        return one.act.community
    if isinstance(one.act, Acceptance):
        versions = sharing.circle(one.subject.removeprefix("community/"), now_us).versions
        return next((version.community for version in versions if not version.adopted), None)
    return None


@shared
def confirm(request: Request, sharing: Sharing) -> Response:
    """Do it."""
    one, visitor = named(request, sharing), visitor_of(request)
    if not visitor.may(needs(one.kind)):
        raise RefusedError(one.kind)
    try:
        sharing.confirm_proposal(visitor.name, node_of(request).wall_us(), one.name)
    except (RefusedError, UsageError) as error:
        return shown(request, sharing, str(error), 403 if isinstance(error, RefusedError) else 400)
    return back(request, "/release")


@shared
def decline(request: Request, sharing: Sharing) -> Response:
    """Turn it down, or take one's own back."""
    one, visitor = named(request, sharing), visitor_of(request)
    if not visitor.may("releaser") and visitor.name != one.by:
        raise RefusedError(one.kind)
    sharing.decline_proposal(visitor.name, node_of(request).wall_us(), one.name, text_of(request, "why", 500))
    return back(request, "/release")
