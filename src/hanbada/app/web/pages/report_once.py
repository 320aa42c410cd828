"""Report once: one form, and beside it what the answers are in every scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.app.web import incident_form
from hanbada.app.web.node import form_of, node_of, visitor_of
from hanbada.app.web.render import back, page
from hanbada.model.answers import ANSWERS
from hanbada.model.errors import UsageError
from hanbada.reference.schemes import every
from hanbada.reference.schemes_2026_11 import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.model.answers import Answers
    from hanbada.reference.schemes import Mapped, Scheme

GROUPS = (
    ("act", "aggressive", "boarded", "control_taken", "vessel_state", "light", "waters", "stopped_by"),
    ("weapons", "weapons_used", "perpetrators", "craft", "craft_count"),
    ("crew", "stolen", "goods", "dead", "hurt", "lost"),
    ("attack_type", "target", "claimed", "doubt"),
)


def mapping(answers: Answers) -> list[tuple[Scheme, Mapped]]:
    """What answers are in every scheme, beside the scheme."""
    return list(zip(TABLE, every(answers, TABLE), strict=True))


def form(request: Request) -> Response:
    """The form, empty."""
    return _page(request, {}, {})


def show(request: Request) -> Response:
    """The form as it was filled, with what it comes to; for scripts the mapping alone."""
    said = form_of(request)
    try:
        answers, fault = incident_form.answers_of(said), ""
    except UsageError as error:
        answers, fault = {}, str(error)
    return _page(request, said, answers, fault)


def create(request: Request) -> Response:
    """An incident of the form."""
    node, said, by = node_of(request), form_of(request), visitor_of(request).name
    try:
        report = incident_form.report_of(said, by)
        made = node.desk.incident_desk.report(report, "hand", by, node.site.now_us())
    except UsageError as error:
        return _page(request, said, {}, str(error))
    return back(request, f"/incidents/{made.incident_id}")


def _page(request: Request, said: Mapping[str, str], answers: Answers, fault: str = "") -> Response:
    values: dict[str, Any] = {"said": said, "mapping": mapping(answers), "answered": bool(answers), "fault": fault}
    if request.headers.get("hx-request") == "true":
        return page(request, "_mapping.html", **values)
    return page(request, "report_once.html", 400 if fault else 200, questions=ANSWERS, groups=GROUPS, **values)
