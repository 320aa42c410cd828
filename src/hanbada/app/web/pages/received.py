"""What came from partners: with whose it is and how it must be handled, and gone when it was taken back.

Nothing here leads on to others: what a partner told us goes further by the release desk only, and only if its
originator lets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct
from starlette.responses import JSONResponse

from hanbada.app.reads import LOGGED, LOOKED
from hanbada.app.sharing.arrived import STATES, Arrival
from hanbada.app.web import words
from hanbada.app.web.node import node_of, noted, values_of, visitor_of
from hanbada.app.web.pages.release import shared
from hanbada.app.web.render import page, plain
from hanbada.app.web.told import Shown, shown
from hanbada.model.sharing import TLPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.ports import Sharing
    from hanbada.model.sharing import Item, Tlp

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


def read(request: Request, arrivals: Iterable[Arrival]) -> None:
    """Note who looks at what came and is marked AMBER or higher."""
    for one in arrivals:
        if one.item is not None and (colour := highest(one.item)) in LOGGED:
            noted(request, LOOKED, [f"received/{one.partner}/{one.origin}/{one.item_id}"], tlp=colour)


def highest(item: Item) -> Tlp:
    """The most restrictive colour of an object and its facts."""
    own = (fact.marking.tlp for fact in item.assertions if fact.marking is not None)
    return max((item.marking.tlp, *own), key=TLPS.index)


@shared
def listing(request: Request, sharing: Sharing) -> Response:
    """Everything that came, the latest first."""
    query = values_of(request)
    found = sharing.arrivals()
    wanted = [one for one in found if not query.get("state") or one.state == query["state"]]
    wanted = [one for one in wanted if not query.get("from") or one.partner == query["from"]]
    read(request, wanted)
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
    read(request, [found.arrival])
    community = sharing.communities().get(found.arrival.community)
    return page(request, "arrival.html", line=found, community=community, chart=node_of(request).chart.about)


@shared
def card(request: Request, sharing: Sharing) -> Response:
    """The same as a card beside the map."""
    found = one(request, sharing)
    read(request, [found.arrival])
    return page(request, "_arrival_card.html", line=found)


def on_map(request: Request) -> Response:
    """Where partners say that something is, as GeoJSON: whose, which colour, how exactly."""
    sharing = node_of(request).sharing
    named = sharing is not None and sharing.ourselves() is not None
    found = sharing.arrivals() if named and sharing else []
    translate = visitor_of(request).words.gettext
    marks = ((one, one.item and feature(line(one), one.item, translate)) for one in found)
    drawn = [(one, mark) for one, mark in marks if mark][:ON_MAP]
    read(request, (one for one, _ in drawn))
    return JSONResponse({"type": "FeatureCollection", "features": [mark for _, mark in drawn]})


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
