"""The other decoders, as their own pages say they are used, and whether their values are ours."""

from __future__ import annotations

import contextlib
import warnings
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from hanbada.ais import columns
from hanbada.feeds.files import open_input

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # its stream is the only reader of files that libais has
    import ais.stream  # type: ignore[import-untyped]
    from ais.compatibility import gpsd  # type: ignore[import-untyped]

    import ais

import aiscat  # type: ignore[import-untyped]
from pyais.stream import IterMessages
from test_other_decoders import (  # type: ignore[import-not-found]
    BY_TYPE,
    LIBAIS_THEIRS,
    NOT_AVAILABLE,
    PYAIS,
    SAME,
    STEPS,
    alike,
    explained,
    pyais_fields,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bench.drawn import Pool
    from hanbada.ais.columns import Block, ColumnState
    from hanbada.ais.program import Target

FINE_DEG = 2e-5
"""aiscat gives positions as 32-bit numbers."""
COMMON = {
    "repeat", "mmsi", "nav_status", "lon_deg", "lat_deg", "sog_kn", "cog_deg", "heading_deg", "utc_second", "accuracy", "raim",
    "imo", "call_sign", "name", "ship_type", "draught_m", "destination", "to_bow_m", "to_stern_m", "to_port_m",
    "to_starboard_m", "aid_type", "text", "dest_mmsi",
}  # fmt: skip
"""Fields that the other two give under the names of gpsd and with the meaning they have here."""


class Agreed(NamedTuple):
    """How many values were compared, and those that differ without a known reason."""

    compared: int
    differ: list[tuple[Any, ...]]


def blocks(path: Path, state: ColumnState) -> Iterator[Block]:
    """Ours, from the file to columns."""
    yield from chain.from_iterable(columns.feed(state, piece) for piece in open_input(str(path)).pieces)
    yield from columns.finish(state)


def ours(path: Path, target: Target) -> Callable[[], int]:
    """Decodes a file to columns and counts its messages; the decoder is started here, once."""
    state = columns.start(target)
    return lambda: sum(block.messages for block in blocks(path, state))


def with_pyais(path: Path) -> Counter[int]:
    """Messages by type, each decoded to its object."""
    with path.open("rb") as file:
        return Counter(message.decode().msg_type for message in IterMessages(file))


def with_aiscat(path: Path) -> Counter[int]:
    """Messages by type, each as a dict."""
    return Counter(message["type"] for message in aiscat.from_file(str(path)))


def with_libais(path: Path) -> Counter[int]:
    """Messages by type, each as a dict; those it cannot use are told to a callback that does nothing."""
    with path.open() as file:
        return Counter(message["id"] for message in ais.stream.decode(file, errorcb=lambda *_args, **_more: None))


def tables(path: Path, target: Target) -> dict[str, pa.Table]:
    """Everything ours finds, as tables."""
    found: dict[str, list[pa.RecordBatch]] = {}
    for block in blocks(path, columns.start(target)):
        for name in block.rows:
            found.setdefault(name, []).append(columns.table(block, name))
    return {name: pa.Table.from_batches(batches) for name, batches in found.items()}


def of_pyais(pool: Pool, ours: list[dict[str, Any]]) -> Agreed:
    """Every field that both give, of every message of the pool."""
    compared, differ = 0, []
    for said, mine in zip(pool.said, ours, strict=True):
        for name, theirs in pyais_fields(said).items():
            if name not in mine:
                continue
            compared += 1
            if not _same(name, mine[name], theirs, 2e-6) and explained(said, name, mine[name], theirs) is None:
                differ.append((said.message.msg_type, name, mine[name], theirs))
    return Agreed(compared, differ)


def of_aiscat(pool: Pool, ours: list[dict[str, Any]]) -> Agreed:
    """The common fields of every message of the pool that it gives."""

    def decoded(said: Any) -> dict[str, Any]:
        return aiscat.decode(*(sentence.decode() for sentence in said.sentences))  # type: ignore[no-any-return]

    return _of_gpsd(pool, ours, decoded, ValueError)


def of_libais(pool: Pool, ours: list[dict[str, Any]]) -> Agreed:
    """The common fields of every message of the pool that its core decodes."""

    def decoded(said: Any) -> dict[str, Any]:
        fields = [sentence.decode().split(",") for sentence in said.sentences]
        found = gpsd.mangle(ais.decode("".join(one[5] for one in fields), int(fields[-1][6][0])))
        return {name: value for name, value in found.items() if (said.message.msg_type, name) not in LIBAIS_KNOWN}

    return _of_gpsd(pool, ours, decoded, ais.DecodeError)


LIBAIS_KNOWN = {(9, "speed"), *((kind, name) for kind, name in LIBAIS_THEIRS)}


def _of_gpsd(
    pool: Pool, ours: list[dict[str, Any]], decoded: Callable[[Any], dict[str, Any]], refusal: type[Exception]
) -> Agreed:
    compared, differ = 0, []
    for said, mine in zip(pool.said, ours, strict=True):
        theirs: dict[str, Any] = {}
        with contextlib.suppress(refusal):
            theirs = decoded(said)
        kind = said.message.msg_type
        names = PYAIS | {"shiptype": "ship_type"} | dict(zip(SAME, SAME, strict=True)) | BY_TYPE.get(kind, {})
        for name, value in theirs.items():
            known = names.get(name)
            if known not in COMMON or known not in mine or (known == "utc_second" and kind not in {4, 11}):
                continue
            compared += 1
            here, there = _written(mine[known]), _written(value)
            if not _same(known, here, there, FINE_DEG) and explained(said, known, here, there) is None:
                differ.append((kind, known, mine[known], value))
    return Agreed(compared, differ)


def _written(value: Any) -> Any:
    """A value as both write it: they end texts at the first @, libais has - for _ and ` for '."""
    if isinstance(value, str):
        return value.partition("@")[0].strip().translate(str.maketrans("_'", "-`")) or None
    return round(value, 5) if isinstance(value, float) else value


def _same(name: str, ours: Any, theirs: Any, step: float) -> bool:
    value = int(theirs) if name == "imo" and theirs else theirs
    absent = value is None or NOT_AVAILABLE.get(name, lambda _: False)(value)
    return absent if ours is None else alike(ours, value, STEPS.get(name, step))
