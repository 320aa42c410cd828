"""`hanbada decode`: every message of some files as one object each, and an account of every line.

Small inputs go through the readable codec: loading the compiled one takes longer than they do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from hanbada.ais.lines import LineState, Reject
from hanbada.ais.messages import finish_messages, read_messages
from hanbada.ais.objects import as_object
from hanbada.feeds.files import Input, open_input
from hanbada.model.errors import InputError
from hanbada.model.ids import split_line_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hanbada.ais.columns import Block
    from hanbada.app.decode_output import Sink

SMALL = 2 << 20
"""Bytes below which the readable codec is faster than loading the compiled one (about half a second)."""
SHOWN_REJECTS = 5


@dataclass(slots=True)
class Account:
    """What became of every line of a file."""

    name: str
    lines: int = 0
    messages: int = 0
    by_type: Counter[int] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    other: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    damage: str | None = None

    def reject(self, line: int, code: str, detail: str | None) -> None:
        """Count a reject and keep the first few to show."""
        self.rejects[code] += 1
        if len(self.examples) < SHOWN_REJECTS:
            self.examples.append(f"line {line}: {code}" + (f": {detail}" if detail else ""))

    def count(self, counts: dict[str, int]) -> None:
        """Take over the decoder's count of lines."""
        self.lines = counts["lines"]
        self.messages = sum(self.by_type.values())
        self.other = {name: counts[name] for name in ("blank", "stamp", "other", "tag_ignored") if counts[name]}


def decode_file(path: str, source: int, sink: Sink, progress: Callable[[Input], None] | None = None) -> Account:
    """Decode one file into the sink. Raises InputError if it cannot be opened or its form is not known.

    Damage in the middle of a file is noted in the account; what came before it is written.
    """
    opened, account = open_input(path), Account(path)
    pieces = _until_damage(opened, account, progress)
    if opened.form != "nmea":
        _decode_rows(opened, source, sink, account)
        return account
    head: list[bytes] = []
    for piece in pieces:
        head.append(piece)
        if sum(map(len, head)) > SMALL:
            _decode_columns(chain(head, pieces), source, sink, account)
            return account
    _decode_readable(b"".join(head), sink, account)
    return account


def _until_damage(opened: Input, account: Account, progress: Callable[[Input], None] | None) -> Iterator[bytes]:
    try:
        for piece in opened.pieces:
            yield piece
            if progress:
                progress(opened)
    except InputError as error:
        account.damage = str(error)


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
    account.count(state.counts)


def _count_block(block: Block, account: Account) -> None:
    from hanbada.ais.columns import types

    account.by_type.update(types(block))
    for reject in block.rejects.to_pylist():
        account.reject(split_line_id(reject["line_id"])[1], reject["code"], reject["detail"])


def _decode_rows(opened: Input, source: int, sink: Sink, account: Account) -> None:
    from hanbada.feeds.rows import read_rows

    try:
        for rows, tables in read_rows(opened, source):
            account.lines += rows
            account.messages += tables.positions.num_rows
            for reject in tables.rejects.to_pylist():
                account.reject(split_line_id(reject["line_id"])[1], reject["code"], reject["detail"])
            if sink.wants_rows:
                sink.rows(tables)
    except InputError as error:
        account.damage = str(error)
