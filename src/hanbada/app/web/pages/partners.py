"""Partners: how the link with each does, what is wrong and what to do, who waits to become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hanbada.app.web import draft
from hanbada.app.web.gates import TAXII
from hanbada.app.web.node import form_of, node_of, text_of, visitor_of
from hanbada.app.web.pages.release import shared
from hanbada.app.web.render import back, page
from hanbada.model.errors import NotFoundError, RefusedError, UsageError
from hanbada.model.sharing import DATA_CLASSES, PLACES, TLPS, Agreement, Span
from hanbada.model.times import HOUR_US, parse_time
from hanbada.share.exchange.invites import Offer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.ports import Sharing
    from hanbada.model.sharing import Named, Tlp

QUIET_US = HOUR_US
"""A partner that was not heard for so long is called quiet."""


@shared
def health(request: Request, sharing: Sharing) -> Response:
    """Every partner, and who waits."""
    return shown(request, sharing)


def shown(request: Request, sharing: Sharing, *, text: str = "", fault: str = "", status: int = 200) -> Response:
    """The page, with an invitation that was just made, or with what was wrong."""
    now_us = node_of(request).wall_us()
    return page(
        request, "partners.html", status, partners=sharing.health(now_us), joining=sharing.joining(),
        asked=sharing.asked(now_us), ours=sharing.ourselves(), text=text, fault=fault, quiet_us=QUIET_US,
        wall_us=now_us, TLPS=TLPS, PLACES=PLACES, said=form_of(request) if request.method == "POST" else {},
    )  # fmt: skip


@shared
def readers(request: Request, sharing: Sharing) -> Response:
    """Who reads over TAXII, and how somebody does."""
    address = str(request.base_url).rstrip("/") + TAXII
    return page(request, "readers.html", readers=sharing.readers(node_of(request).wall_us()), address=address)


@shared
def suspend(request: Request, sharing: Sharing) -> Response:
    """Say nothing more to a partner."""
    sharing.suspend(visitor_of(request).name, node_of(request).wall_us(), request.path_params["node"])
    return back(request, "/partners")


@shared
def resume(request: Request, sharing: Sharing) -> Response:
    """Speak with a partner again."""
    sharing.resume(visitor_of(request).name, node_of(request).wall_us(), request.path_params["node"])
    return back(request, "/partners")


@shared
def confirm(request: Request, sharing: Sharing) -> Response:
    """Enrol whoever's digits were read aloud."""
    node, digits = request.path_params["node"], text_of(request, "digits", 60)
    try:
        sharing.confirm(visitor_of(request).name, node_of(request).wall_us(), node, digits)
    except (RefusedError, NotFoundError, UsageError) as error:
        return shown(request, sharing, fault=str(error), status=400)
    return back(request, "/partners")


@shared
def invite(request: Request, sharing: Sharing) -> Response:
    """An invitation, with a community offered along with it if its name is given."""
    ours = sharing.ourselves()
    try:
        offer = offer_of(form_of(request), "" if ours is None else ours.organisation)
    except UsageError as error:
        return shown(request, sharing, fault=str(error), status=400)
    text = sharing.invite(visitor_of(request).name, node_of(request).wall_us(), offer)
    return shown(request, sharing, text=text)


def offer_of(form: Mapping[str, str], ours: str) -> Offer | None:
    """The community of two that a form offers, None if it offers none; raises UsageError where it does not fit."""
    name, theirs = form.get("name", "").strip(), form.get("organisation", "").strip()
    if not name:
        return None
    purposes = tuple(one.strip() for one in form.get("purposes", "").split(",") if one.strip())
    if not theirs or not purposes or form.get("max_tlp") not in TLPS or not form.get("title", "").strip():
        message = "an offer names the other organisation, the agreement, a TLP colour and at least one purpose"
        raise UsageError(message)
    made = "-".join(name.lower().split())
    covered = tuple(one for one in DATA_CLASSES if f"class.{one}" in form)
    agreement = Agreement(
        agreement_id=made, title=form["title"].strip(), kind="bilateral", parties=(ours, theirs),
        reference=form.get("reference", "").strip(), data_classes=cast("Named", covered), purposes=purposes,
        areas="any", incidents="any", onward="none", valid=Span(until_at=_until(form.get("until", ""))),
    )  # fmt: skip
    return Offer(
        community_id=made, name=name, agreement=agreement, max_tlp=cast("Tlp", form["max_tlp"]),
        profile=draft.profile_of(form), purposes=purposes, exercise="exercise" in form,
    )  # fmt: skip


def _until(text: str) -> int | None:
    """Midnight UTC of a day; None if none is given."""
    if not text.strip():
        return None
    at = parse_time(f"{text.strip()} 00:00")
    if at is None:
        message = f"{text[:20]}: a day is written as 2027-02-01"
        raise UsageError(message)
    return at
