"""Navigational warnings that came, and which are in force at the moment shown: on a page and on the map.

What cancels a warning may come before it, twice, or late: where a warning stands is told from all that came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.responses import JSONResponse

from hanbada.app.importing import every
from hanbada.app.web.filters import number
from hanbada.app.web.node import node_of, values_of, visitor_of
from hanbada.app.web.pages.objects import Row, row
from hanbada.app.web.render import page, plain
from hanbada.app.web.words import WARNING_WORDS
from hanbada.incidents import warnings
from hanbada.model.desk import ItemsWanted, KeptItem
from hanbada.model.times import SECOND_US
from hanbada.share.formats.entries import About, entry
from hanbada.share.formats.geojson import geometry

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.incidents.warnings import Key, Standing

ENDED_SHOWN = 200
ON_MAP = 2_000


class Board(NamedTuple):
    """Everything that came, where each warning stands, and the object that says it last."""

    standing: tuple[Standing, ...]
    unheard: tuple[Key, ...]
    said: dict[Key, KeptItem]


def board_of(request: Request, at_us: int) -> Board:
    """The warnings of this desk at a moment; those withdrawn here do not count."""
    notices: list[warnings.Notice] = []
    said: dict[Key, tuple[tuple[int, str], KeptItem]] = {}
    for kept in every(node_of(request).desk.items, ItemsWanted(data_classes=("warning",))):
        facts = {one.name: one.value for one in kept.item.assertions}
        one = warnings.notice(facts, kept.kept_at)
        notices.append(one)
        if one.key is not None and one.listed is None and one.known_at <= at_us:
            before = said.get(one.key)
            if before is None or before[0] < (one.known_at, kept.key):
                said[one.key] = ((one.known_at, kept.key), kept)
    board = warnings.received(warnings.NOTHING, notices)
    latest = {key: kept for key, (_, kept) in said.items()}
    return Board(warnings.standing(board, at_us), warnings.unheard(board, at_us), latest)


class Line(NamedTuple):
    """A warning in the list: where it stands, and the object that says it."""

    standing: Standing
    row: Row


def listing(request: Request) -> Response:
    """Warnings in force, those that ended, and those a bulletin names that never came."""
    found = board_of(request, node_of(request).site.now_us())
    lines = [Line(one, row(found.said[one.key])) for one in found.standing if one.key in found.said]
    ended = [one for one in lines if one.standing.state != "in_force"]
    ended.sort(key=lambda one: -(one.standing.since_at or 0))
    return page(
        request, "warnings.html", standing=[one for one in lines if one.standing.state == "in_force"],
        ended=ended[:ENDED_SHOWN], unheard=found.unheard,
    )  # fmt: skip


def shapes(request: Request) -> Response:
    """Where warnings in force are, as GeoJSON for the map, at the moment shown."""
    at_s = number(values_of(request).get("at"))
    at_us = node_of(request).site.now_us() if at_s is None else round(at_s * SECOND_US)
    found, translate = board_of(request, at_us), visitor_of(request).words.gettext
    features = []
    for one in found.standing:
        kept = found.said.get(one.key)
        if one.state == "in_force" and kept is not None:
            made = _feature(one.key, kept, translate)
            features += [made] if made["geometry"] is not None else []
    return JSONResponse({"type": "FeatureCollection", "features": features[:ON_MAP]})


def _feature(key: Key, kept: KeptItem, translate: Any) -> dict[str, Any]:
    """One warning; its texts are plain and in the reader's language."""
    about = row(kept)
    kinds = about.facts["kind"].lines if "kind" in about.facts else ("other",)
    word = WARNING_WORDS.get(kinds[0], WARNING_WORDS["other"])
    return {
        "type": "Feature",
        "geometry": geometry(entry(_about(kept))),
        "properties": {"address": f"/objects/{kept.key}", "name": plain(name_of(key), 40), "kind": translate(word)},
    }


def _about(kept: KeptItem) -> About:
    facts = {one.name: one.value for one in kept.item.assertions}
    marking = kept.item.marking
    return About(
        id=kept.item.item_id, data_class="warning", tlp=marking.tlp, onward="none", originator=marking.originator,
        facts=facts, exercise=kept.item.exercise,
    )  # fmt: skip


def name_of(key: Key) -> str:
    """A warning as sailors write it.

    >>> name_of(("NAVAREA XI", 512, 2026))
    'NAVAREA XI 512/26'
    """
    return f"{key[0]} {key[1]}/{key[2] % 100:02}"
