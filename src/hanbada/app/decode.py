"""`hanbada decode`: every message of some files as one object each, and an account of every line.

Small inputs go through the readable codec: loading the compiled one takes longer than they do.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from hanbada.ais.lines import LineState, Reject
from hanbada.ais.messages import finish_messages, read_messages
from hanbada.ais.objects import as_object
from hanbada.app.intake import Account, until_damage
from hanbada.feeds.files import Input, open_input
from hanbada.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hanbada.ais.columns import Block
    from hanbada.app.decode_output import Sink

SMALL = 2 << 20
"""Bytes below which the readable codec is faster than loading the compiled one (about half a second)."""


def decode_file(path: str, source: int, sink: Sink, progress: Callable[[Input], None] | None = None) -> Account:
    """Decode one file into the sink. Raises InputError if it cannot be opened or its form is not known.

    Damage in the middle of a file is noted in the account; what came before it is written.
    """
    opened, account = open_input(path), Account(path)
    pieces = until_damage(opened, account, progress)
    if opened.form != "nmea":
        _decode_rows(opened, source, sink, account)
        return account
    head: list[bytes] = []
    for piece in pieces:
        head.append(piece)
        if sum(map(len, head)) > SMALL:
            _decode_columns(chain(_taken(head), pieces), source, sink, account)
            return account
    _decode_readable(b"".join(head), sink, account)
    return account


def _taken(pieces: list[bytes]) -> Iterator[bytes]:
    """The pieces, none of which is kept once it was given."""
    while pieces:
        yield pieces.pop(0)


def _decode_readable(data: bytes, sink: Sink, account: Account) -> None:
    state, objects = LineState(), []
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    for outcome in chain(read_messages(state, lines), finish_messages(state)):
        if isinstance(outcome, Reject):
            account.reject(outcome.line, outcome.code, outcome.detail)
            continue
        account.by_type[outcome.msg_type] += 1
        if sink.wants_rows:
            station = (outcome.station or b"").decode("latin-1")
            objects.append(as_object(outcome.msg_type, outcome.fields, outcome.at, station, outcome.lines[0]))
    sink.objects(sorted(objects, key=lambda one: one["line"]))
    account.count(state.counts)


def _decode_columns(pieces: Iterable[bytes], source: int, sink: Sink, account: Account) -> None:
    from hanbada.ais import columns

    state = columns.start("messages", source)
    stations = {0: ""}
    blocks = chain.from_iterable(columns.feed(state, piece) for piece in pieces)
    for block in chain(blocks, columns.finish(state)):
        stations.update(block.stations)
        _count_block(block, account)
        if sink.wants_rows and block.messages:
            sink.block(block, stations)
        del block  # so that its arena can be written again
    account.count(state.counts)


def _count_block(block: Block, account: Account) -> None:
    from hanbada.ais.columns import types

    account.by_type.update(types(block))
    account.reject_all(block.rejects)


def _decode_rows(opened: Input, source: int, sink: Sink, account: Account) -> None:
    from hanbada.feeds.rows import read_rows

    try:
        for part in read_rows(opened, source):
            account.take(part)
            if sink.wants_rows:
                sink.rows(part.tables)
    except InputError as error:
        account.damage = str(error)
