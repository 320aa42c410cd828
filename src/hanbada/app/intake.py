"""Files of any form -> reports for the chain, and an account of every line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from hanbada.feeds.files import open_input
from hanbada.model.errors import InputError
from hanbada.model.ids import split_line_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from hanbada.engine.watch import Reports
    from hanbada.feeds.files import Input
    from hanbada.feeds.rows import Part

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

    def reject_all(self, rejects: pa.Table) -> None:
        """Count a REJECTS table."""
        for reject in rejects.to_pylist():
            self.reject(split_line_id(reject["line_id"])[1], reject["code"], reject["detail"])

    def take(self, part: Part) -> None:
        """Count the rows of a table or of JSON."""
        self.lines += part.rows
        self.messages += part.tables.positions.num_rows
        self.reject_all(part.tables.rejects)
        if part.blank:
            self.other["blank"] = self.other.get("blank", 0) + part.blank

    def count(self, counts: dict[str, int]) -> None:
        """Take over the decoder's count of lines."""
        self.lines = counts["lines"]
        self.messages = sum(self.by_type.values())
        self.other = {name: counts[name] for name in ("blank", "stamp", "other", "tag_ignored") if counts[name]}

    @property
    def used(self) -> int:
        """Lines that became part of a message."""
        others = sum(count for name, count in self.other.items() if name != "tag_ignored")
        return self.lines - sum(self.rejects.values()) - others


WORDS = {
    "blank": "blank lines and comments",
    "stamp": "lines with a stamp only",
    "other": "sentences that are not AIS",
    "tag_ignored": "TAG blocks with a wrong checksum, ignored",
}


def told(account: Account) -> str:
    """The account of one file, a few lines."""
    lines = [f"{account.name}: {account.lines:,} lines, {account.messages:,} messages from {account.used:,} of them"]
    if account.by_type:
        lines.append("  types: " + ", ".join(f"{t}: {n:,}" for t, n in sorted(account.by_type.items()) if n))
    if account.other:
        lines.append("  also: " + ", ".join(f"{n:,} {WORDS[name]}" for name, n in account.other.items()))
    rejects = ", ".join(f"{n:,} {code}" for code, n in account.rejects.most_common())
    lines.append(f"  rejects: {rejects or 'none'}")
    lines += [f"    {example}" for example in account.examples]
    if account.damage:
        lines.append(f"  {account.damage}; what came before was used: up to line {account.lines:,}")
    return "\n".join(lines) + "\n"


def until_damage(opened: Input, account: Account, progress: Callable[[Input], None] | None) -> Iterator[bytes]:
    """The bytes of an input up to where it is damaged, which the account notes."""
    try:
        for piece in opened.pieces:
            yield piece
            if progress:
                progress(opened)
    except InputError as error:
        account.damage = str(error)


def read_reports(
    path: str, source: int, account: Account, progress: Callable[[Input], None] | None = None
) -> Iterator[Reports]:
    """The reports of a file in the order of its lines; raises InputError if it cannot be opened.

    Damage in the middle of a file is noted in the account; what came before it is given.
    """
    opened = open_input(path)
    yield from (
        _from_lines(opened, source, account, progress)
        if opened.form == "nmea"
        else _from_rows(opened, source, account, progress)
    )


def _from_lines(
    opened: Input, source: int, account: Account, progress: Callable[[Input], None] | None
) -> Iterator[Reports]:
    from hanbada.ais import columns
    from hanbada.engine.watch import Reports

    state = columns.start("seams", source)
    pieces = until_damage(opened, account, progress)
    blocks = chain.from_iterable(columns.feed(state, piece) for piece in pieces)
    for block in chain(blocks, columns.finish(state)):
        account.reject_all(block.rejects)
        account.messages += block.messages
        if block.messages:
            yield Reports(*columns.seams(block))
    messages = account.messages
    account.count(state.counts)
    account.messages = messages


def _from_rows(
    opened: Input, source: int, account: Account, progress: Callable[[Input], None] | None
) -> Iterator[Reports]:
    from hanbada.engine.watch import Reports
    from hanbada.feeds.rows import read_rows

    try:
        for part in read_rows(opened, source):
            account.take(part)
            yield Reports(part.tables.positions, part.tables.statics)
            if progress:
                progress(opened)
    except InputError as error:
        account.damage = str(error)
