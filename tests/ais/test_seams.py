"""What goes on to tracks is what the messages say: POSITIONS, STATICS and SAFETY against the readable decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hanbada.ais import columns
from hanbada.ais.codec import encode_message
from hanbada.ais.lines import LineState, Reject
from hanbada.ais.messages import finish_messages, read_messages
from hanbada.ais.objects import as_object
from hanbada.ais.sentences import sentences
from hanbada.model.tables import POSITIONS, SAFETY, STATICS, Table

if TYPE_CHECKING:
    from pathlib import Path

    from hanbada.ais.messages import Message

SERVED = {POSITIONS.name: {1, 2, 3, 9, 18, 19, 27}, STATICS.name: {5, 19, 24}, SAFETY.name: {12, 14}}
AROUND = {"at", "source", "line_id", "msg_type", "eta"}
SINGLE = {column.name for table in (POSITIONS, STATICS) for column in table.columns if column.type == "f32"}


def seams(data: bytes) -> dict[str, list[dict]]:
    """Rows of the three tables, with the station by name."""
    state, names = columns.start("seams"), {0: ""}
    found: dict[str, list[dict]] = {name: [] for name in SERVED}
    for block in [*columns.feed(state, data), *columns.finish(state)]:
        names.update(block.stations)
        for name, table in zip(found, columns.seams(block), strict=True):
            found[name] += [row | {"source": names[row["source"]]} for row in table.to_pylist()]
    return found


def wanted(message: Message, table: Table) -> dict:
    """The row of a message that a table should hold."""
    fields = message.fields
    row = {name: fields.get(name) for name in table.names if name not in AROUND}
    row = {name: float(np.float32(v)) if name in SINGLE and v is not None else v for name, v in row.items()}
    row |= {"line_id": message.lines[0], "msg_type": message.msg_type}
    row |= {"source": (message.station or b"").decode("latin-1")}
    if table is STATICS:
        row["eta"] = eta(*(fields.get(f"eta_{part}") for part in ("month", "day", "hour", "minute")))
    return row


def eta(month: int | None, day: int | None, hour: int | None, minute: int | None) -> str | None:
    if month is None or day is None:
        return None
    return f"{month:02}-{day:02}" + ("" if hour is None or minute is None else f"T{hour:02}:{minute:02}")


@pytest.mark.pack
def test_every_row_at_the_seam_is_what_its_message_says(vectors: list[Path]) -> None:
    rows = 0
    for path in vectors:
        data, state = path.read_bytes(), LineState()
        lines = data.removesuffix(b"\n").split(b"\n")
        decoded = [m for m in [*read_messages(state, lines), *finish_messages(state)] if not isinstance(m, Reject)]
        found = seams(data)
        for table in (POSITIONS, STATICS, SAFETY):
            mine = [m for m in decoded if m.msg_type in SERVED[table.name]]
            times = {(row["line_id"], row["mmsi"]): row.pop("at") for row in found[table.name]}
            expected = [wanted(m, table) for m in mine]
            assert sorted(found[table.name], key=repr) == sorted(
                ({n: row[n] for n in table.names if n != "at"} for row in expected), key=repr
            )
            for message in mine:
                at = times[message.lines[0], message.fields["mmsi"]]
                assert (None if at is None else round(at.timestamp() * 1e6)) == message.at
            rows += len(mine)
    assert rows > 5_000


def test_a_message_of_type_26_ends_with_its_state_and_keeps_its_payload() -> None:
    payload, radio = b"\x12\x34\x56", 0b011_0000000001011_01_1
    said = {
        "mmsi": 440123456,
        "data": payload,
        "radio": radio,
        "radio_itdma": False,
        "dac": 1,
        "fid": 2,
        "structured": True,
    }
    armoured, fill = encode_message(26, said)
    lines = sentences(armoured, fill)
    (message,) = read_messages(LineState(), lines)
    assert message.layout == "binary_multiple_structured"
    assert message.fields["data"] == payload
    shown = as_object(26, message.fields, None, "", 1)
    assert (shown["radio"], shown["sync_state"]) == (radio, radio >> 17)
    block, *_ = columns.feed(columns.start("messages"), b"\n".join(lines) + b"\n")
    row = columns.table(block, message.layout).to_pylist()[0]
    assert (row["data"], row["radio"], row["radio_itdma"]) == (payload, radio, False)
