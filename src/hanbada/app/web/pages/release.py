"""The release desk: what each partner would get of an alert or incident, releasing exactly that, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.app.i18n import N_
from hanbada.app.sharing.emergency import LONGEST_H, Wish
from hanbada.app.sharing.proposals import Release
from hanbada.app.web import cells, draft
from hanbada.app.web.filters import number
from hanbada.app.web.node import form_of, node_of, text_of, visitor_of
from hanbada.app.web.pages.incidents import looked
from hanbada.app.web.render import back, is_partial, page
from hanbada.app.web.told import shown as said_by
from hanbada.model.errors import NotFoundError, RefusedError, UsageError
from hanbada.model.sharing import PLACES, TLPS
from hanbada.release.rules import in_force

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.sharing.emergency import Rehearsal
    from hanbada.app.sharing.matrix import Matrix
    from hanbada.app.sharing.proposals import Proposal
    from hanbada.app.web.ports import Sharing
    from hanbada.model.sharing import Marking

WHAT = ("alert", "incident", "item", "report")
HOURS = (1, 2, 4, 8, 12, 24, 48, LONGEST_H)


def shared(answer: Callable[[Request, Sharing], Response]) -> Callable[[Request], Response]:
    """A page of the exchange; where this node has no name yet, what to do about that."""

    def opened(request: Request) -> Response:
        sharing = node_of(request).sharing
        if sharing is None or sharing.ourselves() is None:
            return page(request, "unnamed.html", 200 if request.method == "GET" else 400)
        return answer(request, sharing)

    return opened


def subject_of(request: Request) -> str:
    """What an address is about, as the exchange calls it."""
    what, name = request.path_params["what"], request.path_params["id"]
    if what not in WHAT:
        message = f"{what}/{name}"
        raise NotFoundError(message)
    return f"{what}/{name}"


@shared
def listing(request: Request, sharing: Sharing) -> Response:
    """What waits for a decision, and what was released to whom."""
    waiting = sharing.proposals(node_of(request).wall_us())
    return page(request, "releases.html", proposals=waiting, listed=sharing.shared())


def waiting_for(request: Request, sharing: Sharing, kind: str) -> Proposal | None:
    """What is proposed of this kind for what the address is about."""
    sort, waiting = (subject_of(request), kind), sharing.proposals(node_of(request).wall_us())
    return next((one for one in waiting if (one.subject, one.kind) == sort), None)


@shared
def show(request: Request, sharing: Sharing) -> Response:
    """One alert or incident as it is released, or as somebody proposes it."""
    proposal = waiting_for(request, sharing, "release")
    return shown(request, sharing, proposal.act.marking if proposal and isinstance(proposal.act, Release) else None)


@shared
def preview(request: Request, sharing: Sharing) -> Response:
    """The same with the marking a form drafts."""
    try:
        return shown(request, sharing, drafted(request, sharing))
    except UsageError as error:
        return shown(request, sharing, None, fault=str(error), status=400)


def drafted(request: Request, sharing: Sharing) -> Marking:
    """The marking a form asks for."""
    ours, before = sharing.ourselves(), sharing.had(subject_of(request))
    node = "" if ours is None else ours.node
    return draft.marking_of(form_of(request), sharing.communities(), node, None if before is None else before.marking)


def shown(
    request: Request, sharing: Sharing, marking: Marking | None, *, fault: str = "", status: int = 200,
    **emergency: Any,
) -> Response:  # fmt: skip
    """The release desk with a draft, or with the marking that holds now; with an emergency scope that is drafted."""
    node, subject = node_of(request), subject_of(request)
    now_us = node.wall_us()
    found = sharing.matrix(subject, marking, now_us)
    values = outlook(found, sharing) | {"drafted": marking is not None, "fault": fault}
    if is_partial(request):
        return page(request, "_outlook.html", status, **values)
    ours, communities = sharing.ourselves(), sharing.communities()
    its = found.item.marking if marking is not None or found.marked is not None else draft.first_draft(ours.node)  # type: ignore[union-attr]
    incident = subject.removeprefix("incident/") if subject.startswith("incident/") else found.item.incident
    scopes = sharing.scopes(incident) if incident else []
    looked(request, incident, subject)
    return page(
        request, "release.html", status, communities=communities, ours=ours, draft=its, shared=sharing.had(subject),
        grants={name: draft.granted(its, name) for name in communities},
        starts={name: draft.suggested(one, ours.node) for name, one in communities.items()},  # type: ignore[union-attr]
        area=draft.area_text(its.caveats), proposal=waiting_for(request, sharing, "release"), incident=incident,
        asked=waiting_for(request, sharing, "scope"),
        scopes=scopes, opened=[one for one, _ in scopes if in_force(one, now_us)], TLPS=TLPS, PLACES=PLACES,
        why=form_of(request).get("why", "") if request.method == "POST" else "", hours=HOURS, wall_us=now_us,
        **({"wish": None, "rehearsal": None, "scope_fault": ""} | values | emergency),
    )  # fmt: skip


def outlook(found: Matrix, sharing: Sharing) -> dict[str, Any]:
    """What everybody would get, as it is drawn."""
    ours = sharing.ourselves()
    names = {node: one.name for node, one in sharing.partners().items()}
    if ours is not None:
        names[ours.node] = ours.name
    return {
        "found": found, "shapes": cells.shapes(found), "rows": cells.ROWS, "about": said_by(found.item.assertions),
        "names": names, "subject": found.subject,
    }  # fmt: skip


# What may be done


@shared
def release(request: Request, sharing: Sharing) -> Response:
    """Release exactly what was shown."""
    node, subject = node_of(request), subject_of(request)
    try:
        marking, why = drafted(request, sharing), draft.why_of(form_of(request))
    except UsageError as error:
        return shown(request, sharing, None, fault=str(error), status=400)
    try:
        sharing.release(visitor_of(request).name, node.wall_us(), subject, marking, text_of(request, "seen"), why)
    except RefusedError:
        fault = N_("What would leave is not what was shown: something changed. Look at it again before you release.")
        return shown(request, sharing, marking, fault=fault, status=409)
    return back(request, f"/release/{subject}")


@shared
def propose(request: Request, sharing: Sharing) -> Response:
    """Ask a release officer to release it like this."""
    subject = subject_of(request)
    try:
        marking, why = drafted(request, sharing), draft.why_of(form_of(request))
    except UsageError as error:
        return shown(request, sharing, None, fault=str(error), status=400)
    sharing.propose(visitor_of(request).name, node_of(request).wall_us(), subject, marking, why)
    return back(request, f"/release/{subject}")


@shared
def turn_down(request: Request, sharing: Sharing) -> Response:
    """Turn a proposal down."""
    subject, by, proposal = subject_of(request), visitor_of(request).name, waiting_for(request, sharing, "release")
    if proposal is not None:
        sharing.decline_proposal(by, node_of(request).wall_us(), proposal.name, text_of(request, "why", 500))
    return back(request, f"/release/{subject}")


@shared
def recall(request: Request, sharing: Sharing) -> Response:
    """Take it back from everyone who was told."""
    subject, by = subject_of(request), visitor_of(request).name
    sharing.recall(by, node_of(request).wall_us(), subject, draft.why_of(form_of(request)))
    return back(request, f"/release/{subject}")


def wish_of(request: Request, sharing: Sharing) -> Wish:
    """The emergency scope a form asks for."""
    form, subject = form_of(request), subject_of(request)
    if not subject.startswith("incident/"):
        raise UsageError(N_("An emergency scope is opened for an incident."))
    community = sharing.communities().get(form.get("community", ""))
    if community is None or form.get("max_tlp") not in TLPS:
        raise UsageError(N_("Choose a community and a TLP colour."))
    return Wish(
        incident=subject.removeprefix("incident/"), community=community.community_id,
        nodes=tuple(one.node for one in community.members if f"node.{one.node}" in form),
        profile=draft.profile_of(form), max_tlp=form["max_tlp"],  # type: ignore[arg-type]
        hours=number(form.get("hours")) or 0.0, why=text_of(request, "why", 500),
    )  # fmt: skip


@shared
def rehearse_scope(request: Request, sharing: Sharing) -> Response:
    """What the emergency scope of a form would let out; nothing has left."""
    try:
        wish = wish_of(request, sharing)
        rehearsal = sharing.rehearse_scope(visitor_of(request).name, node_of(request).wall_us(), wish)
    except UsageError as error:
        return rehearsed(request, sharing, None, None, str(error), 400)
    return rehearsed(request, sharing, wish, rehearsal)


def rehearsed(
    request: Request, sharing: Sharing, wish: Wish | None, rehearsal: Rehearsal | None, fault: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    """A rehearsal in its page, or alone where a script asked for it."""
    values: dict[str, Any] = {"wish": wish, "rehearsal": rehearsal, "scope_fault": fault}
    if is_partial(request):
        return page(request, "_rehearsal.html", status, subject=subject_of(request), **values)
    return shown(request, sharing, None, status=status, **values)


@shared
def open_scope(request: Request, sharing: Sharing) -> Response:
    """Open the emergency scope that was shown."""
    by, now_us = visitor_of(request).name, node_of(request).wall_us()
    try:
        wish, _ = wish_of(request, sharing), draft.why_of(form_of(request))
    except UsageError as error:
        return rehearsed(request, sharing, None, None, str(error), 400)
    try:
        sharing.open_scope(by, now_us, wish, text_of(request, "seen"))
    except RefusedError:
        fault = N_("What would leave is not what was shown: something changed. Look at it again before you open it.")
        return rehearsed(request, sharing, wish, sharing.rehearse_scope(by, now_us, wish), fault, 409)
    return back(request, f"/release/{subject_of(request)}#emergency")


@shared
def close_scope(request: Request, sharing: Sharing) -> Response:
    """Close an emergency scope."""
    sharing.close_scope(visitor_of(request).name, node_of(request).wall_us(), request.path_params["scope"])
    return back(request, f"/release/{subject_of(request)}#emergency")
