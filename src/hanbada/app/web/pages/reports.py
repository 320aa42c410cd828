"""The reporting desk: who is overdue, what came, forms to fill in, and a mail beside what was read of it.

A pasted mail is kept only after a person saw the fields beside the words they were read from; what is wrong is put
right in the text and read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hanbada.app import reporting
from hanbada.app.web.node import form_of, node_of, text_of, visitor_of
from hanbada.app.web.render import back, page
from hanbada.incidents.reports import blank, voyages
from hanbada.incidents.reports.forms import FORMS, form_named
from hanbada.incidents.reports.parsing import Parsed, parsed
from hanbada.incidents.reports.telling import said
from hanbada.model.errors import InputError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

SHOWN = 200
COPIES = 5


class Piece(NamedTuple):
    """A part of the text: the field it was read as, if any."""

    text: str
    label: str


class Line(NamedTuple):
    """A field of the form: what was read, as people read it."""

    label: str
    value: str
    note: str
    missing: bool


def listing(request: Request, fault: str = "", status: int = 200) -> Response:
    """Overdue ships first, then those under way, then what came."""
    node = node_of(request)
    now_us = node.site.now_us()
    under_way = [one for one in reporting.under_way(node.desk.report_desk, now_us) if not one.ended]
    late = voyages.overdue(under_way, now_us)
    rest = sorted((one for one in under_way if one not in late), key=_next_due)
    return page(
        request, "reports.html", status, ships=[*late, *rest], late=len(late), forms=FORMS.values(), fault=fault,
        found=node.desk.report_desk.listed(limit=SHOWN), pasted=form_of(request).get("text", "") if fault else "",
    )  # fmt: skip


def _next_due(one: voyages.Voyage) -> int:
    return one.promises[0].due_at if one.promises else 2**62


def fill(request: Request) -> Response:
    """A form to fill in."""
    return page(request, "report_form.html", form=form_named(request.path_params["name"]), hints=blank.HINTS)


def paper(request: Request) -> Response:
    """Empty forms for A4, each with a number of its own."""
    form = form_named(request.path_params["name"])
    return page(request, "report_paper.html", form=form, numbers=reporting.numbers(COPIES), hints=blank.HINTS)


def read(request: Request) -> Response:
    """What was read of a pasted text or a filled form, beside its words; nothing is kept yet."""
    try:
        found = _read(request)
    except InputError as error:
        return listing(request, str(error), 400)
    return page(
        request, "report_read.html", found=found, lines=list(lines(found)), pieces=list(pieces(found)),
        forms=FORMS.values(), company=text_of(request, "company", 120),
    )  # fmt: skip


def _read(request: Request) -> Parsed:
    typed = form_of(request)
    name = text_of(request, "form") or None
    if name is not None and name not in FORMS:
        raise NotFoundError(name)
    text = typed.get("text", "")
    if name is not None and not text.strip():
        values = {one.name: typed[f"field.{one.name}"] for one in FORMS[name].fields if typed.get(f"field.{one.name}")}
        text = blank.text_of(FORMS[name], values, text_of(request, "number", 40)) if values else ""
    return parsed(text, node_of(request).site.now_us(), name)


def keep(request: Request) -> Response:
    """Keep what was shown; what was kept before is shown as it is."""
    node, by = node_of(request), visitor_of(request).name
    try:
        found = [_read(request)]
        now_us = node.site.now_us()
        (taken,) = reporting.keep(node.desk.report_desk, found, text_of(request, "company", 120), by, now_us)
    except (InputError, UsageError) as error:
        return listing(request, str(error), 400)
    return back(request, f"/reports/{taken.report.report_id}" if taken.report else "/reports")


def show(request: Request) -> Response:
    """One report: its fields beside the words they were read from, and who may know of it."""
    desk = node_of(request).desk.report_desk
    one = desk.named(request.path_params["id"])
    found = parsed(one.text, one.received_at, one.form)
    return page(
        request, "report.html", report=one, lines=list(lines(found)), pieces=list(pieces(found)),
        form=form_named(one.form), consents=desk.consents(one.company),
    )  # fmt: skip


def withdraw(request: Request) -> Response:
    """Entered by mistake."""
    return _ended(request, "withdraw")


def end(request: Request) -> Response:
    """Nothing more is to be expected."""
    return _ended(request, "end")


def _ended(request: Request, how: str) -> Response:
    node, report_id = node_of(request), request.path_params["id"]
    desk = node.desk.report_desk
    (desk.withdraw if how == "withdraw" else desk.end)(
        report_id, text_of(request, "why", 400), visitor_of(request).name, node.site.now_us()
    )
    return back(request, f"/reports/{report_id}")


def lines(found: Parsed) -> Iterator[Line]:
    """Every field that was read or is missing, in the form's order."""
    if found.form is None:
        return
    read_as = {one.name: one for one in found.fields}
    for field in form_named(found.form).fields:
        one = read_as.get(field.name)
        if one is not None:
            yield Line(field.label, said(one.value, field.kind), one.note, missing=False)
        elif field.name in found.missing:
            yield Line(field.label, "", "", missing=True)


def pieces(found: Parsed) -> Iterator[Piece]:
    """The text in parts, each read as one field or as none."""
    form = FORMS.get(found.form or "")
    at = 0
    for one in sorted(found.fields, key=lambda each: each.start):
        field = form.field(one.name) if form else None
        if field is None or one.start < at or one.end <= one.start:
            continue
        yield Piece(found.text[at : one.start], "")
        yield Piece(found.text[one.start : one.end], field.label)
        at = one.end
    yield Piece(found.text[at:], "")
