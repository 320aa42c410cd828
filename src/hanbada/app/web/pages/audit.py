"""The audit log: what was done here, by whom, and who outside vouches that nothing of it was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.reads import AUDIT_READ
from hanbada.app.web.node import clean, node_of, noted, values_of
from hanbada.app.web.render import page
from hanbada.model.audit import EntriesWanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.model.audit import AuditStanding

ROWS = 100
LONGEST = 120
"""Characters of a filter."""


def show(request: Request) -> Response:
    """The state of the log, who vouches for it, and its newest entries."""
    node, query = node_of(request), values_of(request)
    wanted, standing = wanted_of(query), node.desk.audit_standing()
    entries = node.desk.audit_entries(wanted)
    noted(request, AUDIT_READ, [f"audit/{filtered(wanted)}"])
    earlier = entries[-1].seq if len(entries) == ROWS else None
    return page(
        request, "audit.html", standing=standing, verdict=verdict(standing), entries=entries, wanted=wanted,
        query=query, earlier=earlier,
    )  # fmt: skip


def filtered(wanted: EntriesWanted) -> str:
    """What of the log was looked at, in short: the filter, or nothing for all of it."""
    texts = {"action": wanted.action, "actor": wanted.actor, "object": wanted.object_id}
    return "&".join(f"{name}={text}" for name, text in texts.items() if text)


def wanted_of(query: Mapping[str, str]) -> EntriesWanted:
    """The entries that an address asks for; what is no number is left out."""
    texts = {name: clean(query.get(name, ""))[:LONGEST] for name in ("action", "actor", "object_id")}
    before = query.get("before", "")
    number = int(before) if before.isdecimal() and len(before) < 16 else None
    return EntriesWanted(before=number, limit=ROWS, **texts)


def verdict(standing: AuditStanding) -> str:
    """The answer: `wrong`, `sound` with a partner vouching, `alone` without one, or `never` verified."""
    if standing.verified is None:
        return "never"
    if standing.verified.fault is not None:
        return "wrong"
    return "sound" if any(one.size is not None for one in standing.partners) else "alone"
