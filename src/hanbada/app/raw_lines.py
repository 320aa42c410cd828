"""Raw lines by their ids: from the log, or for files from the file, which keeps its own lines."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from hanbada.ais.lines import escaped
from hanbada.app.web.ports import RawLine
from hanbada.feeds.files import open_input
from hanbada.model.errors import InputError
from hanbada.model.ids import line_id, split_line_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hanbada.app.feeding import Feeding
    from hanbada.store.lines import LineLog


def raw_lines(line_ids: tuple[int, ...], log: LineLog, feeding: Feeding) -> list[RawLine]:
    """The lines that are still kept, in the order asked for."""
    found = {
        number: RawLine(
            line_id=number, source=feeding.name_of(line.source), received_at=line.received_at, text=_text(line.data)
        )
        for number, line in log.lines(line_ids).items()
    }
    for source, theirs in groupby(sorted(set(line_ids) - found.keys()), lambda one: split_line_id(one)[0]):
        if path := feeding.path_of(source):
            numbers = {split_line_id(one)[1] for one in theirs}
            for number, text in _of_file(path, numbers):
                one = line_id(source, number)
                found[one] = RawLine(line_id=one, source=feeding.name_of(source), received_at=None, text=text)
    return [found[one] for one in line_ids if one in found]


def _text(data: bytes) -> str:
    return data.decode() if data.isascii() else escaped(data)


def _of_file(path: str, numbers: set[int]) -> Iterator[tuple[int, str]]:
    """Lines of a file by number; none if it is gone."""
    try:
        opened = open_input(path)
        if opened.form == "parquet":
            yield from _of_parquet(path, numbers)
            return
        last, number, rest = max(numbers), 0, b""
        for piece in opened.pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                number += 1
                if number in numbers:
                    yield number, _text(line.rstrip(b"\r"))
            if number >= last:
                return
        if rest and number + 1 in numbers:
            yield number + 1, _text(rest)
    except InputError:
        return


def _of_parquet(path: str, numbers: set[int]) -> Iterator[tuple[int, str]]:
    import pyarrow.parquet as pq

    first = 1
    for batch in pq.ParquetFile(path).iter_batches():
        for number in sorted(n for n in numbers if first <= n < first + batch.num_rows):
            yield number, json.dumps(batch.slice(number - first, 1).to_pylist()[0], default=str)
        first += batch.num_rows
