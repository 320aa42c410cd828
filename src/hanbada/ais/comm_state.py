"""The communication state of a message: what its 19 bits say (ITU-R M.1371-5, Annex 2, 3.3.7.2 and 3.3.7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanbada.ais.codec import Fields

ITDMA_TYPES = {3}
"""Types whose state is always incremental; the others say so in the bit before it, or are always self-organised."""
CS_FILL = 393_222
"""What a carrier-sense unit sends, which has no such state."""
PARTS = ("sync_state", "slot_timeout", "received_stations", "slot_number", "utc_hour", "utc_minute", "slot_offset",
         "slot_increment", "slots_to_allocate", "keep_flag")  # fmt: skip
NOTHING: Fields = dict.fromkeys(PARTS)


def comm_state(msg_type: int, radio: int | None, itdma: bool | None = None) -> Fields:  # noqa: FBT001
    """Named parts of a communication state; None where a part does not apply.

    >>> {name: value for name, value in comm_state(1, 100422).items() if value is not None}
    {'sync_state': 0, 'slot_timeout': 6, 'slot_number': 2118}
    """
    if radio is None or (itdma and radio == CS_FILL):
        return NOTHING
    if itdma or msg_type in ITDMA_TYPES:
        return NOTHING | {
            "sync_state": radio >> 17 & 3,
            "slot_increment": radio >> 4 & 0x1FFF,
            "slots_to_allocate": radio >> 1 & 7,
            "keep_flag": bool(radio & 1),
        }
    timeout, rest = radio >> 14 & 7, radio & 0x3FFF
    return NOTHING | {"sync_state": radio >> 17 & 3, "slot_timeout": timeout} | _sub_message(timeout, rest)


def _sub_message(timeout: int, rest: int) -> Fields:
    if timeout in {3, 5, 7}:
        return {"received_stations": rest}
    if timeout in {2, 4, 6}:
        return {"slot_number": rest}
    if timeout == 1:
        return {"utc_hour": rest >> 9 & 31, "utc_minute": rest >> 2 & 127}
    return {"slot_offset": rest}
