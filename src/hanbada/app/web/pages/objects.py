"""Objects out of files of other systems or made here: listed, shown with what they lead to, seen before imported."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from hanbada.app.importing import News, Opened, news, opened, readable
from hanbada.app.web.node import file_of, form_of, node_of, text_of, values_of, visitor_of
from hanbada.app.web.render import back, page
from hanbada.app.web.said import Said, said
from hanbada.app.web.waiting import Awaited
from hanbada.model.desk import ItemsWanted, KeptItem
from hanbada.model.errors import InputError, NotFoundError, UsageError
from hanbada.model.facts import FACTS
from hanbada.store.items import Origin, key_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


PAGE = 100
WHY_LIMIT = 300
COMMENTS = 2_000
"""Comments that are looked through for links to an object."""


class Row(Struct, frozen=True, kw_only=True):
    """An object in a list."""

    kept: KeptItem
    title: str
    facts: dict[str, Said]


def row(kept: KeptItem) -> Row:
    """An object as a list shows it."""
    facts = {one.name: one for one in said(kept.item.data_class, kept.item.assertions)}
    lines = next((facts[name].lines for name in ("title", "kind", "text", "vessels") if name in facts), ())
    return Row(kept=kept, title=lines[0] if lines else "", facts=facts)


def listing(request: Request) -> Response:
    """Objects of one class or of all, the latest change first."""
    query = values_of(request)
    what = query.get("what", "") if query.get("what") in FACTS else ""
    at, _, key = query.get("before", "").partition(".")
    before = (int(at), key) if at.isdecimal() and key else None
    wanted = ItemsWanted(
        data_classes=(what,) if what else (), withdrawn=query.get("withdrawn") == "1", before=before, limit=PAGE
    )
    found = [row(one) for one in node_of(request).desk.items(wanted)]
    last = found[-1].kept if len(found) == PAGE else None
    return page(request, "objects.html", rows=found, what=what, query=query, classes=tuple(FACTS), last=last)


def kept_of(request: Request) -> KeptItem:
    """The object an address names; raises NotFoundError if there is none."""
    found = node_of(request).desk.item(request.path_params["key"])
    if found is None:
        message = f"object {request.path_params['key']}"
        raise NotFoundError(message)
    return found


def show(request: Request) -> Response:
    """One object: what is said of it, who said so, what it leads to and what leads to it."""
    kept, desk = kept_of(request), node_of(request).desk
    others = {other: key_of(kept.source, other) for one in row(kept).facts.values() for other in one.others}
    known = {other: row(found) for other, key in others.items() if (found := desk.item(key)) is not None}
    return page(
        request, "object.html", one=row(kept), known=known, links=links_to(request, f"item/{kept.key}"),
        facts=said(kept.item.data_class, kept.item.assertions),
    )  # fmt: skip


def links_to(request: Request, subject: str) -> list[Row]:
    """The comments of this desk that tie something to a subject ("item/KEY", "incident/ID", "alert/12")."""
    wanted = ItemsWanted(data_classes=("comment",), limit=COMMENTS)
    comments = [row(one) for one in node_of(request).desk.items(wanted)]
    return [one for one in comments if subject in (one.facts["links"].others if "links" in one.facts else ())]


def withdraw(request: Request) -> Response:
    """Let an object stand no more."""
    kept, node = kept_of(request), node_of(request)
    why = text_of(request, "why", WHY_LIMIT)
    if not why:
        message = "say why: partners who were told will forget it"
        raise UsageError(message)
    node.desk.withdraw_item(kept.key, why, visitor_of(request).name, node.wall_us())
    return back(request, f"/objects/{kept.key}")


def import_form(request: Request, fault: str = "") -> Response:
    """A form for a file."""
    return page(request, "objects_import.html", 400 if fault else 200, formats=readable(), fault=fault)


def preview(request: Request) -> Response:
    """What stands in a file, what keeping it would change and what of it is lost; nothing is kept yet."""
    node, upload = node_of(request), file_of(request, "file")
    form, source = text_of(request, "format", 40), text_of(request, "source", 80)
    if upload is None:
        return import_form(request, "no file")
    try:
        found = opened(upload.content, upload.name, form if form in readable() else None)
    except InputError as error:
        return import_form(request, str(error))
    source = source or f"file: {upload.name}"
    token = node.waiting.put(Awaited(visitor_of(request).name, upload, found.format, source))
    listed = news(found, lambda item_id: node.desk.item(key_of(source, item_id)))
    return page(request, "objects_preview.html", found=found, source=source, token=token, news=_shown(found, listed))


def _shown(found: Opened, listed: list[News]) -> list[tuple[str, Row]]:
    """What would become of each object, and how it would look."""
    blank = partial(KeptItem, key="", source="", format=found.format, version=1, content="", kept_at=0, changed_at=0)
    return [(one.becomes, row(blank(item=one.item))) for one in listed[:PAGE]]


def keep(request: Request) -> Response:
    """Keep the file whose preview was shown."""
    node, by = node_of(request), visitor_of(request).name
    one = node.waiting.take(form_of(request).get("token", ""), by)
    if one is None:
        return import_form(request, "gone")
    found = opened(one.upload.content, one.upload.name, one.form)
    done = node.desk.keep_items(found.items, Origin(one.source, found.format), by, node.wall_us())
    return page(request, "objects_kept.html", done=done, rows=[row(each) for each in done.kept[:PAGE]])
