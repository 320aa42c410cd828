"""People and how screens start: for the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.i18n import N_
from hanbada.app.reads import SESSIONS_READ
from hanbada.app.web.node import form_of, node_of, noted, text_of, visitor_of
from hanbada.app.web.pages.account import new_password_fault
from hanbada.app.web.pages.setup import AREAS
from hanbada.app.web.render import back, page
from hanbada.model.desk import ROLES
from hanbada.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.model.desk import Role


def people(request: Request) -> Response:
    """Everyone, and a form for one more."""
    return shown(request)


def shown(request: Request, fault: str = "", status: int = 200) -> Response:
    """The page with a fault, if any."""
    node = node_of(request)
    signed = node.desk.signed_in(node.wall_us())
    noted(request, SESSIONS_READ, ["sessions"])
    return page(request, "people.html", status, users=node.desk.users(), signed=signed, areas=AREAS, fault=fault)


def role_of(request: Request) -> Role:
    """The role a form names."""
    role = form_of(request).get("role", "")
    if role not in ROLES:
        message = f"no such role: {role}"
        raise UsageError(message)
    return role


def add(request: Request) -> Response:
    """One more person."""
    node, form = node_of(request), form_of(request)
    name = text_of(request, "name", 64)
    fault = new_password_fault(form) or ("" if name else N_("A person needs a name."))
    if not fault:
        try:
            node.desk.create_user(name, form["password"], role_of(request), visitor_of(request).name, node.wall_us())
        except UsageError as error:
            fault = str(error)
    return shown(request, fault, 400) if fault else back(request, "/people")


def change(request: Request) -> Response:
    """Another role, or no entry."""
    node, name = node_of(request), request.path_params["name"]
    active = form_of(request).get("active") == "1"
    try:
        node.desk.change_user(name, role_of(request), active=active, by=visitor_of(request).name, at_us=node.wall_us())
    except RefusedError as error:
        return shown(request, str(error), 400)
    return back(request, "/people")


def reset(request: Request) -> Response:
    """A new password for somebody."""
    node, form = node_of(request), form_of(request)
    fault = new_password_fault(form)
    if fault:
        return shown(request, fault, 400)
    node.desk.set_password(request.path_params["name"], form["password"], visitor_of(request).name, node.wall_us())
    return back(request, "/people")
