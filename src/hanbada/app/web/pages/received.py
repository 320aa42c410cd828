"""What came from partners: with whose it is and how it must be handled, and gone when it was taken back.

Nothing here leads on to others: what a partner told us goes further by the release desk only, and only if its
originator lets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct
from starlette.responses import JSONResponse

from hanbada.app.sharing.arrived import STATES, Arrival
from hanbada.app.web import words
from hanbada.app.web.node import node_of, values_of, visitor_of
from hanbada.app.web.pages.release import shared
from hanbada.app.web.render import page, plain
from hanbada.app.web.told import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.ports import Sharing
    from hanbada.model.sharing import Item

ON_MAP = 300


class Line(Struct, frozen=True, kw_only=True):
    """Something that came, and what it says; None if nothing of it may be read any more."""

    arrival: Arrival
    says: Shown | None

    @property
    def address(self) -> str:
        """Where it is shown."""
        its = self.arrival
        return "/received/" + "/".join(quote(one, safe="") for one in (its.partner, its.origin, its.item_id))


def line(one: Arrival) -> Line:
    """Something that came, read."""
    return Line(arrival=one, says=None if one.item is None else shown(one.item.assertions))


@shared
def listing(request: Request, sharing: Sharing) -> Response:
    """Everything that came, the latest first."""
    query = values_of(request)
    found = sharing.arrivals()
    wanted = [one for one in found if not query.get("state") or one.state == query["state"]]
    wanted = [one for one in wanted if not query.get("from") or one.partner == query["from"]]
    return page(
        request, "received.html", listed=[line(one) for one in wanted], query=query, states=STATES,
        partners=sharing.partners(),
    )  # fmt: skip


def one(request: Request, sharing: Sharing) -> Line:
    """What an address names."""
    return line(sharing.arrival(*(request.path_params[name] for name in ("partner", "origin", "item"))))


@shared
def show(request: Request, sharing: Sharing) -> Response:
    """One thing that came."""
    found = one(request, sharing)
    community = sharing.communities().get(found.arrival.community)
    return page(request, "arrival.html", line=found, community=community, chart=node_of(request).chart.about)


@shared
def card(request: Request, sharing: Sharing) -> Response:
    """The same as a card beside the map."""
    return page(request, "_arrival_card.html", line=one(request, sharing))


def on_map(request: Request) -> Response:
    """Where partners say that something is, as GeoJSON: whose, which colour, how exactly."""
    sharing = node_of(request).sharing
    named = sharing is not None and sharing.ourselves() is not None
    found = sharing.arrivals() if named and sharing else []
    translate = visitor_of(request).words.gettext
    features = [mark for one in found if one.item is not None and (mark := feature(line(one), one.item, translate))]
    return JSONResponse({"type": "FeatureCollection", "features": features[:ON_MAP]})


def feature(found: Line, item: Item, translate: Callable[[str], str]) -> dict[str, Any] | None:
    """One object for the map, None if no place was told; its texts are plain and in the reader's language."""
    says = found.says
    if says is None or says.where is None or not says.where.points:
        return None
    lon, lat = says.where.points[0]
    kind = words.DETECTOR_WORDS[says.kind] if says.kind else words.CLASS_WORDS[item.data_class]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {
            "address": found.address, "origin": plain(found.arrival.origin_name, 24), "tlp": item.marking.tlp,
            "kind": translate(kind), "severity": says.severity or "", "simulated": says.simulated,
            "exercise": item.exercise, "cell_deg": says.where.cell_deg,
        },
    }  # fmt: skip
