"""What time does: terms begin and end, caveats run out, content may no longer be kept, the audit log goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.app.sharing import auditing, publishing, receiving
from hanbada.store import exchange
from hanbada.store.database import reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hanbada.app.sharing.door import Door
    from hanbada.model.sharing import Item, Span
    from hanbada.release.rules import Terms


def tend(door: Door, since_us: int) -> int:
    """Tell partners what changed for them since a moment, forget what may no longer be kept; the moment it is now."""
    with reading(door.engine) as connection:
        known = publishing.terms_of(connection, door.ours(connection))
        items = [one.item for one in exchange.items(connection) if not one.recalled]
        now_us = door.now_us()
        turned = since_us == 0 or any(since_us < at <= now_us for at in turns(known, items))
        over = bool(exchange.run_out(connection, now_us))
        audited = auditing.is_due(connection, now_us)
    if turned or over or audited:
        with writing(door.engine) as connection:
            written = door.written()
            if turned:
                publishing.retell(connection, door.ours(connection), written)
            receiving.expire(connection, written)
            if audited:
                auditing.advance(connection, door.ours(connection), written)
    return now_us


def turns(known: Terms, items: Iterable[Item]) -> Iterator[int]:
    """Every moment at which somebody may have more or less than just before."""
    spans = [(one.valid, *one.suspended) for one in known.agreements.values()]
    yield from (at for some in spans for span in some for at in _ends(span))
    yield from (one.closed_at for one in known.communities.values() if one.closed_at is not None)
    for scope in known.scopes:
        yield from (at for at in (scope.opened_at, scope.until_at, scope.closed_at) if at is not None)
    for item in items:
        markings = (item.marking, *(one.marking for one in item.assertions if one.marking is not None))
        yield from (at for one in markings for at in (one.caveats.from_at, one.caveats.until_at) if at is not None)


def _ends(span: Span) -> Iterator[int]:
    return (at for at in (span.from_at, span.until_at) if at is not None)
