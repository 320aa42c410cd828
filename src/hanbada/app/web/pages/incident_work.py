"""What people do with one incident: facts by sources, tasks, judgements, documents, merge and split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response

from hanbada.app.i18n import N_
from hanbada.app.web import incident_form
from hanbada.app.web.node import file_of, form_of, node_of, text_of, visitor_of
from hanbada.app.web.render import back
from hanbada.incidents import documents
from hanbada.model.errors import UsageError
from hanbada.model.records import Asserted, Assessed, Change, Did, Moved, Tasked, Withdrew

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

WORDS_LIMIT = 2000


def _facts(form: Mapping[str, str], by: str) -> list[Change]:
    facts = incident_form.facts_of(form)
    if name := form.get("person", "").strip():
        facts["person"] = [{"role": form.get("person.role", "other"), "name": name[:200]}]
    elif role := form.get("person.role", ""):
        facts["people"] = [[role, int(form.get("people.count") or 1)]]
    if not facts:
        raise UsageError(N_("There is nothing to write."))
    source, graded = form.get("source", "").strip()[:200] or by, incident_form.graded_of(form)
    at = incident_form.time_of(form.get("reported", ""))
    return [Asserted(fact=name, value=value, source=source, at=at, **graded) for name, value in facts.items()]


def _task(form: Mapping[str, str], by: str) -> list[Change]:
    what, owner = form.get("task", "").strip()[:WORDS_LIMIT], form.get("owner", "").strip()[:80] or by
    return [Tasked(what=what, owner=owner, due_at=incident_form.time_of(form.get("due", "")))]


def _assessment(form: Mapping[str, str], _by: str) -> list[Change]:
    return [
        Assessed(
            about=form.get("about", "").strip()[:400],
            percent=int(form.get("percent", "")) if form.get("percent", "").isdecimal() else -1,
            confidence=cast("Any", form.get("confidence", "")),
            dissents="dissents" in form,
            text=form.get("why", "").strip()[:WORDS_LIMIT],
        )
    ]


DEEDS: dict[str, Callable[[Mapping[str, str], str], list[Change]]] = {
    "fact": _facts,
    "withdraw": lambda form, _by: [Withdrew(key=form.get("key", ""))],
    "task": _task,
    "did": lambda form, _by: [Did(key=form.get("key", ""))],
    "assess": _assessment,
    "take": lambda _form, by: [Moved(owner=by)],
    "assign": lambda form, by: [Moved(owner=form.get("owner", "").strip()[:80] or by)],
    "title": lambda form, _by: [Moved(title=form.get("title", "").strip()[:200])],
}


def do(request: Request) -> Response:
    """One change, or several facts at once."""
    node, form, by = node_of(request), form_of(request), visitor_of(request).name
    deed = DEEDS.get(request.path_params["deed"])
    if deed is None:
        raise UsageError(request.path_params["deed"])
    incident_id = request.path_params["id"]
    for change in deed(form, by):
        after = node.desk.incident_desk.do(incident_id, change, by, node.site.now_us(), text_of(request, "note", 400))
        incident_id = after.incident_id
    return back(request, f"/incidents/{incident_id}")


def merge(request: Request) -> Response:
    """All of this incident goes into another."""
    node, by = node_of(request), visitor_of(request).name
    into, why = text_of(request, "into", 40), text_of(request, "why", 400)
    whole = node.desk.incident_desk.merge(request.path_params["id"], into, why, by, node.site.now_us())
    return back(request, f"/incidents/{whole.incident_id}")


def split(request: Request) -> Response:
    """What is ticked goes into an incident of its own."""
    node, form, by = node_of(request), form_of(request), visitor_of(request).name
    keys, episodes = ([one[len(kind) :] for one in form if one.startswith(kind)] for kind in ("key.", "episode."))
    title = text_of(request, "title")
    if not title:
        raise UsageError(N_("An incident needs a title."))
    new = node.desk.incident_desk.split(request.path_params["id"], title, keys, episodes, (), by, node.site.now_us())
    return back(request, f"/incidents/{new.incident_id}")


def attach(request: Request) -> Response:
    """A document that came with the form."""
    node, by, given = node_of(request), visitor_of(request).name, file_of(request, "document")
    if given is None:
        raise UsageError(N_("There is nothing to keep."))
    if len(given.content) > documents.MOST_BYTES:
        raise UsageError(N_("This document is too large."))
    after = node.desk.incident_desk.attach(
        request.path_params["id"], given.content, given.name[:200], by, node.site.now_us()
    )
    return back(request, f"/incidents/{after.incident_id}#documents")


def document(request: Request) -> Response:
    """A document, to be saved: browsers neither show nor run it."""
    params = request.path_params
    media_type, content = node_of(request).desk.incident_desk.document(params["id"], params["sha256"])
    suffix = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}.get(media_type, "txt")
    name = f"{params['id']}-{params['sha256'][:12]}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return Response(content, media_type="application/octet-stream", headers=headers)
