"""The first run: language, own area, palette, and the one-time code that makes the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.i18n import N_, languages
from hanbada.app.web.nautical import parse_position
from hanbada.app.web.node import form_of, node_of, text_of, visitor_of
from hanbada.app.web.pages.account import new_password_fault, signed_in
from hanbada.app.web.render import back, page
from hanbada.app.web.settings import PALETTES, START
from hanbada.model.desk import NodeProfile

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

AREAS: tuple[tuple[str, str, float, float, float], ...] = (
    ("korea", N_("Korean waters"), 128.2, 35.2, 6.2),
    ("western_pacific", N_("Western Pacific"), *START),
    ("south_china_sea", N_("South China Sea and Malacca"), 110.0, 9.5, 4.4),
    ("indian_ocean", N_("Western Indian Ocean, Gulf, Red Sea"), 55.0, 15.5, 4.2),
    ("north_sea", N_("North Sea and Channel"), 2.5, 53.5, 5.4),
    ("baltic", N_("Baltic Sea"), 18.5, 58.0, 5.0),
    ("mediterranean", N_("Mediterranean Sea"), 16.0, 37.5, 4.6),
    ("us_east", N_("United States, east coast"), -74.5, 37.5, 5.2),
)
"""Areas to begin with: key, words, longitude, latitude, zoom."""


def setup_form(request: Request) -> Response:
    """The one form of the first run; gone once it is done."""
    if node_of(request).desk.profile():
        return back(request, "/login")
    return page(request, "setup.html", areas=AREAS, fault="", form={})


def set_up(request: Request) -> Response:
    """Make the administrator and keep the profile, if the code fits."""
    node, form = node_of(request), form_of(request)
    if node.desk.profile():
        return back(request, "/login")
    profile, fault = profile_of(form), new_password_fault(form)
    keys = ("first run",)
    if profile is None:
        fault = N_("This position was not understood. Write it like 35 06.0N 129 02.4E.")
    elif not fault and node.throttle.wait_s(keys, node.settings.clock()):
        fault = N_("Too many attempts: wait a moment.")
    if profile is not None and not fault:
        user = node.desk.first_run(text_of(request, "code", 64), form["password"], profile, node.wall_us())
        if user:
            return signed_in(request, user, "/")
        node.throttle.failed(keys, node.settings.clock())
        fault = N_("The code is wrong. It was printed where Hanbada was started.")
    return page(request, "setup.html", 400, areas=AREAS, fault=fault, form=form)


def profile_of(form: dict[str, str]) -> NodeProfile | None:
    """The profile in a form; None if its position makes no sense."""
    area = next((area for area in AREAS if area[0] == form.get("area")), AREAS[1])
    lon_deg, lat_deg, zoom = area[2:]
    if form.get("position", "").strip():
        own = parse_position(form["position"])
        if own is None:
            return None
        lat_deg, lon_deg, zoom = *own, 7.0
    language, palette = form.get("language", ""), form.get("palette", "")
    return NodeProfile(
        language=language if language in languages() else "en",
        palette=palette if palette in PALETTES else PALETTES[1],
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        zoom=zoom,
    )


def change_start(request: Request) -> Response:
    """The administrator changes how screens start."""
    node, visitor = node_of(request), visitor_of(request)
    profile = profile_of(form_of(request))
    if profile:
        node.desk.save_profile(profile, visitor.name, node.wall_us())
    return back(request, "/people")
