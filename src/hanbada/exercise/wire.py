"""A carrier as lines: what a shore station would have forwarded of its reports, in the order in which it heard them.

Nothing but the message and its time goes into a line; which of them were put in stands nowhere but in the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hanbada.ais.codec import encode_message
from hanbada.ais.m1371_6 import LONG_RANGE, POSITION_A, POSITION_B
from hanbada.ais.sentences import sentences, tag_block
from hanbada.exercise.packing import armoured, received
from hanbada.exercise.reception import Receptions

if TYPE_CHECKING:
    from hanbada.exercise.carrier import Carrier
    from hanbada.exercise.packing import Arrival

STATION = "CARRIER"
LAYOUTS = ((POSITION_A, (1, 2, 3)), (POSITION_B, (18,)), (LONG_RANGE, (27,)))
STATIC_TYPE, TEXT_TYPE = 5, 14


def lines(traffic: Carrier) -> bytes:
    """Every message of a carrier as TAG-blocked AIVDM, a line each, in the order of time."""
    arrived = _statics(traffic) + _texts(traffic)
    for layout, types in LAYOUTS:
        own = traffic.reports.filter(pl.col("msg_type").is_in(types))
        if not len(own):
            continue
        values = {name: own[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in _columns(own)}
        values |= {"utc_second": (own["at"] // 1_000_000 % 60).cast(pl.Float64).to_numpy()}
        payload = armoured(layout, own["msg_type"].to_numpy(), values)
        stamp, rows = own["at"].to_numpy() // 1000, np.arange(len(own))
        found = Receptions(rows, np.zeros(len(own), np.int64), stamp, own["at"].to_numpy())
        arrived += received((STATION,), found, rows % 2 == 1, payload)
    arrived.sort(key=lambda one: one[0])
    return b"".join(line + b"\n" for _, line in arrived)


def _columns(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in {"at", "row", "msg_type"}]


def _statics(traffic: Carrier) -> list[Arrival]:
    found = []
    for number, row in enumerate(traffic.statics.iter_rows(named=True)):
        at = row.pop("at")
        found.append((at, _said(STATIC_TYPE, row, at, number)))
    return found


def _texts(traffic: Carrier) -> list[Arrival]:
    rows = enumerate(traffic.texts.iter_rows())
    return [(at, _said(TEXT_TYPE, {"mmsi": mmsi, "text": text}, at, number)) for number, (at, mmsi, text) in rows]


def _said(msg_type: int, fields: dict[str, object], at: int, number: int) -> bytes:
    payload, fill = encode_message(msg_type, fields)  # type: ignore[arg-type]
    parts = sentences(payload, fill, number, "AB"[number % 2])
    return b"\n".join(tag_block(at, STATION) + part for part in parts)
