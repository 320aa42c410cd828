"""The reporting desk's work, for commands and screens alike: read, keep, show, print, consent."""

from __future__ import annotations

import html
import secrets
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from hanbada.incidents.reports import blank
from hanbada.incidents.reports.forms import form_named
from hanbada.incidents.reports.parsing import Parsed, parsed
from hanbada.incidents.reports.report import report_of
from hanbada.incidents.reports.telling import said
from hanbada.incidents.reports.voyages import MOST_OPEN_US, voyages
from hanbada.model.errors import UsageError
from hanbada.model.ids import content_id
from hanbada.model.sharing import Consent
from hanbada.model.times import SECOND_US, iso, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hanbada.app.web.report_port import ReportDesk
    from hanbada.incidents.reports.form import Form
    from hanbada.incidents.reports.report import ShipReport
    from hanbada.incidents.reports.voyages import Voyage


class Taken(NamedTuple):
    """What became of one report of a file; no `report`: it was only read."""

    parsed: Parsed
    report: ShipReport | None
    new: bool


class Wish(NamedTuple):
    """A consent as it is typed."""

    company: str
    to: str | None
    given_by: str
    reference: str
    subject: str = "any"
    place: str = "exact"
    until: str | None = None


def when(text: str | None) -> int:
    """The moment a person names, else now, in UTC microseconds; raises UsageError if it is none."""
    if text is None:
        return int(time.time() * SECOND_US)
    at = parse_time(text)
    if at is None:
        message = f"{text}: write a time as 2026-03-04T12:15:00Z"
        raise UsageError(message)
    return at


def read(raw: bytes, at_us: int, form: str | None = None) -> list[Parsed]:
    """The reports of a mail, a text or a CSV file; raises InputError for what is none of these."""
    rows = blank.rows_in(raw.decode("utf-8", "replace")) if raw.lstrip(b"\xef\xbb\xbf\n ").startswith(b"form") else None
    if rows is not None:
        return [parsed(text, at_us, name) for name, text in rows]
    return [parsed(raw, at_us, form)]


def keep(desk: ReportDesk, found: Sequence[Parsed], company: str, by: str, at_us: int) -> list[Taken]:
    """Keep what has a form, all or none; raises InputError for what names no ship."""
    whole = [(one, report_of(one, at_us, company, by)) for one in found if one.form is not None]
    news = desk.add([report for _, report in whole], by, at_us) if whole else []
    kept = {id(one): Taken(one, report, new) for (one, report), new in zip(whole, news, strict=True)}
    return [kept.get(id(one), Taken(one, None, new=False)) for one in found]


def under_way(desk: ReportDesk, now_us: int) -> list[Voyage]:
    """Every voyage that reports tell of."""
    return voyages(desk.listed(now_us - MOST_OPEN_US), now_us)


def title(form: str) -> str:
    """What a form is called."""
    return form_named(form).title


def shown(found: Parsed) -> Iterator[tuple[str, str, str]]:
    """What was read, as (label, value, note)."""
    if found.form is not None:
        notes = {one.name: one.note for one in found.fields}
        yield from _shown(form_named(found.form), found.values, notes)


def shown_values(report: ShipReport) -> Iterator[tuple[str, str, str]]:
    """What a report says, as (label, value, note)."""
    yield from _shown(form_named(report.form), report.values, report.doubts)


def _shown(form: Form, values: dict[str, Any], notes: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for one in form.fields:
        if one.name in values:
            yield one.label, said(values[one.name], one.kind), notes.get(one.name, "")


# as JSON


def as_object(one: Taken) -> dict[str, Any]:
    """What became of a report, for --json."""
    found: dict[str, Any] = msgspec.to_builtins(one.parsed)
    kept = None if one.report is None else one.report.report_id
    return {**found, "report_id": kept, "new": one.new} | {"values": _values(one.parsed.form, one.parsed.values)}


def plain(report: ShipReport) -> dict[str, Any]:
    """A report, for --json."""
    found: dict[str, Any] = msgspec.to_builtins(report)
    return {**found, "values": _values(report.form, report.values)}


def _values(form: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """Values with times as ISO 8601."""
    timed = set() if form is None else {one.name for one in form_named(form).fields if one.unit == "UTC"}
    return {name: iso(value) if name in timed else value for name, value in values.items()}


def voyage_object(one: Voyage, now_us: int) -> dict[str, Any]:
    """A voyage, for --json."""
    promises = [
        {"what": promise.what, "due_at": promise.due_at, "missed": promise.missed(now_us)} for promise in one.promises
    ]
    found: dict[str, Any] = msgspec.to_builtins(one)
    return {**found, "ship": one.ship._asdict(), "promises": promises, "overdue": bool(one.overdue(now_us))}


def form_object(form: Form) -> dict[str, Any]:
    """A form, for --json."""
    fields = [msgspec.to_builtins(one) | {"unit": one.unit} for one in form.fields]
    return {"form": form.name, "title": form.title, "source": form.source, "fields": fields}


# paper


def numbers(copies: int) -> list[str]:
    """Numbers for printed forms: no two are the same, wherever they are printed."""
    return [f"HB-{secrets.token_hex(4).upper()}" for _ in range(copies)]


def printed(form: Form, some: Sequence[str]) -> str:
    """Empty forms as one page of HTML each, for A4."""
    pages = "".join(_sheet(form, number) for number in some)
    name = html.escape(form.title)
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title><style>{_PRINT}</style>{pages}'


def _sheet(form: Form, number: str) -> str:
    rows = "".join(
        f"<tr><th>{one.number:02d} {html.escape(one.label)}{' *' if one.obligatory else ''}"
        f"<small>{html.escape(blank.HINTS.get(one.kind, ''))}</small></th>"
        f'<td class="{"tall" if one.kind == "story" else ""}"></td></tr>'
        for one in form.fields
    )
    return (
        f"<section><h1>{html.escape(form.title)}</h1><p>Form number: <b>{number}</b></p><table>{rows}</table>"
        f"<p>* obligatory. Times in UTC. {html.escape(form.source)}</p></section>"
    )


_PRINT = (
    "@page{size:A4;margin:15mm}body{font:11pt sans-serif}section{break-after:page}h1{font-size:15pt;margin:0}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:1.5mm;text-align:left;"
    "vertical-align:top}th{width:45%;font-weight:normal}td{height:7mm}td.tall{height:16mm}small{display:block}"
)


# consent


def consented(home: Path, wish: Wish, withdraw_id: str | None) -> list[dict[str, Any]]:
    """Keep or withdraw a consent if one is wished; then every consent of the company."""
    from hanbada.app.console import CONSOLE
    from hanbada.app.opening import desk_in

    with desk_in(home) as desk:
        if withdraw_id is not None:
            desk.report_desk.take_back_consent(withdraw_id, _said_by(wish), CONSOLE, when(None))
        elif wish.to is not None:
            desk.report_desk.give_consent(consent_of(home, wish, CONSOLE, when(None)), when(None))
        return [msgspec.to_builtins(one) for one in desk.report_desk.consents(wish.company)]


def consent_of(home: Path, wish: Wish, by: str, at_us: int) -> Consent:
    """A consent to be kept; raises UsageError if it does not say who gave it, where that is kept, or to whom."""
    from hanbada.app.opening import door_in
    from hanbada.app.sharing import offering
    from hanbada.store import terms
    from hanbada.store.database import reading

    if not wish.reference.strip():
        message = "--reference: where is the company's word kept? A mail, a letter, a date and a name"
        raise UsageError(message)
    with door_in(home) as door, reading(door.engine) as connection:
        partners = {one.partner.name: node for node, one in terms.partners(connection).items()}
        grant = offering.grant(
            wish.to or "", terms.communities(connection), partners, offering.profile(wish.place, ("person",))
        )
    until = None if wish.until is None else when(wish.until)
    parts = [wish.company, wish.subject, grant.community, grant.to, wish.reference, at_us]
    return Consent(
        consent_id=content_id("consent", parts), company=wish.company, subject=wish.subject, community=grant.community,
        to=grant.to, profile=grant.profile, given_by=_said_by(wish), given_at=at_us, reference=wish.reference.strip(),
        entered_by=by, until_at=until,
    )  # fmt: skip


def _said_by(wish: Wish) -> str:
    if not wish.given_by.strip():
        message = "--by: who of the company said so?"
        raise UsageError(message)
    return wish.given_by.strip()
