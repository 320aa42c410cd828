"""The register of cooperation: its rows, what is due or missing, how ties grew, who was where, files in and out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from hanbada.accord import questions
from hanbada.accord.cells import columns
from hanbada.accord.tables import csv_bytes, read_csv_bytes
from hanbada.app.cooperation import laid_over, named
from hanbada.app.web.node import file_of, form_of, node_of, text_of, values_of, visitor_of
from hanbada.app.web.presence import land_path
from hanbada.app.web.presence import presence as map_of
from hanbada.app.web.render import back, page
from hanbada.app.workbooks import read_workbook, workbook
from hanbada.model.errors import InputError, NotFoundError, UsageError
from hanbada.model.register import DOMAINS, KINDS, Deployment, Dialogue
from hanbada.model.times import from_us

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from starlette.requests import Request

    from hanbada.accord.tables import Reading
    from hanbada.app.web.uploads import Upload
    from hanbada.model.register import Kept, Row

SORTS: dict[str, Callable[[Kept], Any]] = {
    "day": lambda one: (str(questions.day_of(one.row) or questions.year_of(one.row) or ""), one.row.row_id),
    "kind": lambda one: (list(KINDS).index(one.kind), one.row.row_id),
    "title": lambda one: (questions.title_of(one.row).casefold(), one.row.row_id),
    "parties": lambda one: (questions.parties_of(one.row), one.row.row_id),
    "until": lambda one: (str(getattr(one.row, "until_on", None) or "9999"), one.row.row_id),
}
NEWEST_FIRST = "day"
WHY_LIMIT = 300
ZIPPED = b"PK\x03\x04"
LONGER = ("note", "follow_ups", "decisions", "topics")
"""Columns with room for several lines."""
PASTED = "pasted"
"""What the file is called whose lines were pasted."""


def register_of(request: Request) -> list[Kept]:
    """The register of this node."""
    desk = node_of(request).desk
    return laid_over(desk.register_rows(), desk.withdrawn_rows())


def today_of(request: Request) -> date:
    """The day of the picture, in UTC."""
    return from_us(node_of(request).site.now_us()).date()


def asked(request: Request, rows: Sequence[Row]) -> dict[str, Any]:
    """What every question page asks of: one party or all, and the union whose members are put in its place."""
    query, unions = values_of(request), questions.unions(rows)
    party, union = query.get("party", ""), query.get("members", "")
    known = sorted({one for row in rows for one in questions.parties_of(row)})
    return {
        "parties": known, "unions": sorted(unions), "party": party if party in known else "",
        "union": union if union in unions else "", "query": query,
    }  # fmt: skip


def listing(request: Request) -> Response:
    """Every row, sorted by what the address says."""
    query, kept = values_of(request), register_of(request)
    about = asked(request, [one.row for one in kept])
    kind = query.get("kind", "") if query.get("kind", "") in KINDS else ""
    sort = query.get("sort", NEWEST_FIRST) if query.get("sort") in SORTS else NEWEST_FIRST
    party = about["party"]
    found = [one for one in kept if kind in {"", one.kind} and party in {"", *questions.parties_of(one.row)}]
    found.sort(key=SORTS[sort], reverse=(sort == NEWEST_FIRST) != (query.get("reverse") == "1"))
    return page(
        request, "register.html", rows=found, kind=kind, sort=sort, sorts=tuple(SORTS), kinds=tuple(KINDS),
        title_of=questions.title_of, day_of=day_text, parties_of=questions.parties_of, **about,
    )  # fmt: skip


def day_text(row: Row) -> str:
    """The day of a row, of transfers the year of the order."""
    return str(questions.day_of(row) or questions.year_of(row) or "–")


def show(request: Request) -> Response:
    """One row: everything that is known, where from, and what stood there before."""
    kind, row_id = request.path_params["kind"], request.path_params["row_id"]
    one = named(register_of(request), row_id, kind)
    facts = [(column.name, _shown(one.row, column)) for column in columns(kind)]
    return page(
        request, "register_row.html", one=one, title=questions.title_of(one.row), facts=facts,
        history=node_of(request).desk.row_history(kind, row_id), dialogue=isinstance(one.row, Dialogue),
    )  # fmt: skip


def _shown(row: Row, column: Any) -> str:
    value = getattr(row, column.name)
    return "" if value is None else column.form.write(value)


def withdraw(request: Request) -> Response:
    """Take a row out, with a reason."""
    kind, row_id, why = request.path_params["kind"], request.path_params["row_id"], text_of(request, "why", WHY_LIMIT)
    named(register_of(request), row_id, kind)
    if not why:
        message = "say why: whoever looks for the row will ask"
        raise UsageError(message)
    node = node_of(request)
    node.desk.withdraw_row(kind, row_id, why, visitor_of(request).name, node.site.now_us())
    return back(request, f"/register?kind={kind}")


def due(request: Request) -> Response:
    """What falls due in ninety days, under its reminder."""
    rows = [one.row for one in register_of(request)]
    found = questions.due(rows, node_of(request).site.now_us())
    return page(request, "register_due.html", found=found, days=questions.DUE_DAYS, reminders=questions.REMINDERS)


def gaps(request: Request) -> Response:
    """Who exercises together without an information agreement here."""
    rows = [one.row for one in register_of(request)]
    about = asked(request, rows)
    found = questions.gaps(rows, today_of(request), named_unions(about), about["party"] or None)
    titles = {row.row_id: questions.title_of(row) for row in rows}
    return page(request, "register_gaps.html", found=found, titles=titles, **about)


def coverage(request: Request) -> Response:
    """Which domains every pair covers by papers in force."""
    rows = [one.row for one in register_of(request)]
    about = asked(request, rows)
    found = questions.coverage(rows, today_of(request), named_unions(about), about["party"] or None)
    covered = [one for one in found if one.papers]
    return page(
        request, "register_coverage.html", found=covered, bare=len(found) - len(covered), domains=DOMAINS, **about
    )


def named_unions(about: dict[str, Any]) -> tuple[str, ...]:
    """The unions whose members are asked for."""
    return (about["union"],) if about["union"] else ()


def years(request: Request) -> Response:
    """Rows by year as a drawing, ties of pairs as a table; of the busiest party if none is named."""
    rows = [one.row for one in register_of(request)]
    about = asked(request, rows)
    if "party" not in about["query"]:
        about["party"] = questions.busiest(rows) or ""
    found = questions.ties(rows, named_unions(about), about["party"] or None)
    counts: dict[int, Counter[str]] = {}
    for row in rows:
        year, kind = questions.year_of(row), questions.TIED.get(type(row))
        if year and kind and about["party"] in {"", *questions.parties_of(row)}:
            counts.setdefault(year, Counter())[kind] += 1
    span = range(min(counts), max(counts) + 1) if counts else range(0)
    kinds = tuple(questions.TIED.values())
    most = max((sum(own.values()) for own in counts.values()), default=1)
    return page(
        request, "register_years.html", found=found, kinds=kinds, most=most,
        bars=[(year, counts.get(year, Counter())) for year in span], **about,
    )  # fmt: skip


def presence(request: Request) -> Response:
    """Who was where, of all years or of one."""
    rows = [one.row for one in register_of(request) if isinstance(one.row, Deployment)]
    query = values_of(request)
    known = sorted({row.begins_on.year for row in rows})
    year = next((one for one in known if str(one) == query.get("year")), None)
    operators = sorted({row.operator for row in rows})
    operator = query.get("operator", "") if query.get("operator") in operators else ""
    shown = [row for row in rows if year in {None, row.begins_on.year} and operator in {"", row.operator}]
    shown.sort(key=lambda row: (row.begins_on, row.row_id), reverse=True)
    drawn = map_of(shown)
    numbers = {row.row_id: dot.number for dot in drawn.dots for row in dot.rows}
    return page(
        request, "register_presence.html", rows=shown, years=known, year=year, operators=operators, operator=operator,
        drawn=drawn, numbers=numbers, land=land_path(drawn.box), query=query,
    )  # fmt: skip


# Files


def import_form(request: Request) -> Response:
    """A form to paste lines of a table into."""
    return _import_page(request)


def import_rows(request: Request) -> Response:
    """Read what was pasted; enter it if that was asked, and say what could not be used, row by row."""
    form, node = form_of(request), node_of(request)
    kind = form.get("kind", "")
    found = _read(file_of(request, "file"), form.get("table", ""), kind if kind in KINDS else None)
    entered = None
    if form.get("do") == "enter":
        entered = node.desk.put_rows(found.rows, visitor_of(request).name, node.site.now_us())
    return _import_page(request, found, entered)


def _read(upload: Upload | None, table: str, kind: str | None) -> Reading:
    """The rows of a file (a workbook, or a CSV table), or of what was pasted."""
    if upload is None:
        return read_csv_bytes(table.encode(), PASTED, kind)
    if upload.content.startswith(ZIPPED):
        try:
            return read_workbook(upload.content, upload.name)
        except InputError as error:
            raise UsageError(str(error)) from None
    return read_csv_bytes(upload.content, upload.name, kind)


def row_form(request: Request) -> Response:
    """A form for one row: empty, or with what is known of a row that is to change."""
    query = values_of(request)
    kind = query.get("kind", "") if query.get("kind") in KINDS else next(iter(KINDS))
    known = named(register_of(request), query["row"], kind).row if query.get("row") else None
    values = {one.name: "" if known is None else _shown(known, one) for one in columns(kind)}
    return _row_page(request, kind, values)


def enter_row(request: Request) -> Response:
    """Enter one row, read like a table of one line; what could not be used is said at its field."""
    form, node = form_of(request), node_of(request)
    kind = form.get("kind", "")
    if kind not in KINDS:
        message = f"there are no rows of the kind {kind!r}"
        raise UsageError(message)
    values = {one.name: form.get(f"f.{one.name}", "") for one in columns(kind)}
    found = read_csv_bytes(_line(values), PASTED, kind)
    if not found.rows:
        return _row_page(request, kind, values, {one.column: one.hint for one in found.faults})
    node.desk.put_rows(found.rows, visitor_of(request).name, node.site.now_us())
    return back(request, f"/register/{kind}/{found.rows[0].row_id}")


def _line(values: dict[str, str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([values.keys(), values.values()])
    return out.getvalue().encode()


def _row_page(request: Request, kind: str, values: dict[str, str], faults: dict[str, str] | None = None) -> Response:
    needed = {one.name for one in columns(kind) if one.form.empty is msgspec.UNSET}
    return page(
        request, "register_edit.html", 400 if faults else 200, kind=kind, values=values, faults=faults or {},
        needed=needed, kinds=tuple(KINDS), longer=LONGER,
    )  # fmt: skip


def _import_page(request: Request, found: Reading | None = None, entered: int | None = None) -> Response:
    form = form_of(request) if found is not None else {}
    headers = {kind: ",".join(one.name for one in columns(kind)) for kind in KINDS}
    return page(
        request, "register_import.html", found=found, entered=entered, headers=headers, chosen=form.get("kind", ""),
        table=form.get("table", ""), title_of=questions.title_of, kinds=tuple(KINDS),
    )  # fmt: skip


def export(request: Request) -> Response:
    """One kind as CSV, or everything as a workbook."""
    name, rows = request.path_params["name"], [one.row for one in register_of(request)]
    kind, _, suffix = name.rpartition(".")
    if suffix == "csv" and kind in KINDS:
        data, media = csv_bytes(kind, rows), "text/csv; charset=utf-8"
    elif name == "register.xlsx":
        data, media = workbook(rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        raise NotFoundError(name)
    return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="hanbada-{name}"'})
