"""A thing of the desk as a file of another system, for whoever works on it: what each format loses is seen first.

Nobody is told by this: the file carries the marking, and whoever passes it on stands under that. A label of a
classified scheme is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from starlette.responses import Response

from hanbada.app.web.node import node_of, visitor_of
from hanbada.app.web.pages.incidents import looked_at
from hanbada.app.web.render import page
from hanbada.incidents import telling
from hanbada.model.errors import InputError, NotFoundError, UsageError
from hanbada.model.sharing import Marking
from hanbada.model.times import dtg
from hanbada.release.view import unchanged
from hanbada.share.formats import FORMATS, named
from hanbada.share.formats.contract import Note, uncarried

if TYPE_CHECKING:
    from starlette.requests import Request

    from hanbada.model.sharing import Item, Released
    from hanbada.share.formats.contract import Format

UNMARKED = Marking(tlp="RED", originator="", grants=())


class Choice(Struct, frozen=True, kw_only=True):
    """A format, and the facts of the thing that it has no place for."""

    name: str
    title: str
    suffix: str
    losses: tuple[str, ...]


def subject_of(request: Request) -> str:
    """What an address names."""
    return f"{request.path_params['what']}/{request.path_params['id']}"


def item_of(request: Request) -> Item:
    """A thing of the desk as an object, marked as it stands; raises NotFoundError if there is none."""
    node, subject = node_of(request), subject_of(request)
    if node.sharing is not None and node.sharing.ourselves() is not None:
        return node.sharing.matrix(subject, None, node.wall_us()).item
    what, _, name = subject.partition("/")
    if what == "incident" and (incident := node.desk.incident(name)) is not None:
        return telling.of_incident(incident, subject, UNMARKED)
    if what == "alert" and name.isdecimal() and (view := node.desk.alert(int(name))) is not None:
        return telling.of_detection(view.detection, subject, UNMARKED)
    if what == "item" and (kept := node.desk.item(name)) is not None:
        return kept.item
    raise NotFoundError(subject)


def choices(request: Request) -> Response:
    """Every format that can carry a thing, and what it cannot."""
    released = _released(request)
    found = [
        Choice(name=one.name, title=one.title, suffix=one.suffix, losses=_losses(one, released))
        for one in map(named, FORMATS)
        if released.data_class in one.carries
    ]
    return page(request, "taking_out.html", subject=subject_of(request), released=released, choices=found)


def _released(request: Request) -> Released:
    looked_at(request, subject_of(request))
    return unchanged(item_of(request))


def _losses(one: Format, released: Released) -> tuple[str, ...]:
    return tuple(loss.what for loss in uncarried(one.carries, released))


def take(request: Request) -> Response:
    """A thing in one format, to be saved."""
    name, node = request.path_params["format"], node_of(request)
    if name not in FORMATS:
        raise NotFoundError(name)
    form, released, now_us = named(name), _released(request), node.wall_us()
    if released.data_class not in form.carries:
        message = f"{form.title} carries nothing of this kind"
        raise UsageError(message)
    try:
        written = form.write(
            [released], Note(title=subject_of(request), written_at=now_us, author=visitor_of(request).name)
        )
    except InputError as error:
        raise UsageError(str(error)) from None
    file = f"hanbada-{released.data_class}-{dtg(now_us)}.{form.suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(written.content, media_type=form.media_type, headers=headers)
