"""Messages as flat objects with the names of the house: what `hanbada decode` writes, one per message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.ais.circ_236_289 import read_application
from hanbada.ais.comm_state import comm_state
from hanbada.model.times import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = ("msg_type", "mmsi", "repeat", "at", "source", "line")
"""Keys every object starts with; `source` is the station that heard it, `line` counts from 1."""
POSITION_DECIMALS = 6
"""AIS steps are 1/600,000 degree: six decimals tell every one from the next."""


def as_object(
    msg_type: int, fields: Mapping[str, Any], at: int | None, station: str | None, line: int
) -> dict[str, Any]:
    """A decoded message as an object; None stands for not available, `data` is hexadecimal."""
    head = {
        "msg_type": msg_type,
        "mmsi": fields["mmsi"],
        "repeat": fields["repeat"],
        "at": None if at is None else iso(at),
        "source": station or None,
        "line": line,
    }
    rest = {name: _shown(name, value) for name, value in fields.items() if name not in head}
    if "radio" in fields:
        state = comm_state(msg_type, fields["radio"], fields.get("radio_itdma"))
        rest |= {name: value for name, value in state.items() if name not in rest}
    if "dac" in fields:
        rest["application"] = read_application(fields["dac"], fields["fid"], fields["data"])
    return head | rest


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and name.endswith(("lat_deg", "lon_deg")):
        return round(value, POSITION_DECIMALS)
    return value
