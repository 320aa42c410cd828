"""Bit layouts of the 28 message types of ITU-R M.1371-6 (types 1 to 27 as in M.1371-5, Annex 8).

This table and its second half, `m1371_6_control`, are the only places where a bit position of a message stands.
`layout_of` picks the variant of a payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanbada.ais.fields import (
    COARSE,
    FINE,
    HEAD,
    Field,
    Layout,
    data,
    dimensions,
    epfd,
    flag,
    number,
    scaled,
    second,
    spot,
    text,
)
from hanbada.ais.m1371_6_control import (
    ACKNOWLEDGE,
    ASSIGNMENT,
    CHANNEL_ADDRESSED,
    CHANNEL_AREA,
    DATA_LINK,
    DGNSS,
    GROUP_ASSIGNMENT,
    INTERROGATION,
    UTC_INQUIRY,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROT_LIMIT = 126
"""Highest rate-of-turn code that carries a rate; 127 says only "more than 5 degrees in 30 s"."""


SOG = {"divisor": 10, "high": 1022, "none": 1023}
COG = {"divisor": 10, "high": 3599, "none": 3600}
SERIAL_BITS, MODEL_BITS = 20, 4

POSITION_A = Layout(
    "position_a",
    (1, 2, 3),
    137,
    168,
    (
        *HEAD,
        number("nav_status", 38, 4, none=15),
        Field("rot_raw", 42, 8, "i8", signed=True, low=-127, high=127, none=-128),
        Field("rot_deg_min", 42, 8, "rot", signed=True, low=-ROT_LIMIT, high=ROT_LIMIT, none=-128),
        scaled("sog_kn", 50, 10, **SOG),
        flag("accuracy", 60),
        *spot((61, 28), (89, 27), FINE),
        scaled("cog_deg", 116, 12, **COG),
        number("heading_deg", 128, 9, none=511, high=359),
        *second(137),
        number("manoeuvre", 143, 2, none=0),
        flag("raim", 148),
        number("radio", 149, 19),
    ),
)

BASE_STATION = Layout(
    "base_station",
    (4, 11),
    134,
    168,
    (
        *HEAD,
        number("utc_year", 38, 14, none=0),
        number("utc_month", 52, 4, none=0),
        number("utc_day", 56, 5, none=0),
        number("utc_hour", 61, 5, none=24),
        number("utc_minute", 66, 6, none=60),
        number("utc_second", 72, 6, none=60),
        flag("accuracy", 78),
        *spot((79, 28), (107, 27), FINE),
        epfd(134),
        flag("long_range_control", 138),
        flag("raim", 148),
        number("radio", 149, 19),
    ),
)

STATIC_VOYAGE = Layout(
    "static_voyage",
    (5,),
    240,
    424,
    (
        *HEAD,
        number("ais_version", 38, 2),
        number("imo", 40, 30, none=0),
        text("call_sign", 70, 7),
        text("name", 112, 20),
        number("ship_type", 232, 8, none=0),
        *dimensions(240),
        epfd(270),
        number("eta_month", 274, 4, none=0, high=12),
        number("eta_day", 278, 5, none=0),
        number("eta_hour", 283, 5, none=24),
        number("eta_minute", 288, 6, none=60),
        Field("draught_m", 294, 8, "f32", divisor=10, low=1, high=255),
        text("destination", 302, 20),
        flag("dte_not_ready", 422),
    ),
)

BINARY_ADDRESSED = Layout(
    "binary_addressed",
    (6,),
    72,
    88,
    (
        *HEAD,
        number("sequence", 38, 2),
        number("dest_mmsi", 40, 30),
        flag("retransmit", 70),
        number("dac", 72, 10),
        number("fid", 82, 6),
        data("data", 88),
    ),
)

BINARY_BROADCAST = Layout(
    "binary_broadcast", (8,), 56, 56, (*HEAD, number("dac", 40, 10), number("fid", 50, 6), data("data", 56))
)

SAR_AIRCRAFT = Layout(
    "sar_aircraft",
    (9,),
    128,
    168,
    (
        *HEAD,
        number("altitude_m", 38, 12, none=4095),
        scaled("sog_kn", 50, 10, divisor=1, high=1022, none=1023),
        flag("accuracy", 60),
        *spot((61, 28), (89, 27), FINE),
        scaled("cog_deg", 116, 12, **COG),
        *second(128),
        flag("altitude_barometric", 134),
        flag("dte_not_ready", 142),
        flag("assigned", 146),
        flag("raim", 147),
        flag("radio_itdma", 148),
        number("radio", 149, 19),
    ),
)

SAFETY_ADDRESSED = Layout(
    "safety_addressed",
    (12,),
    72,
    72,
    (*HEAD, number("sequence", 38, 2), number("dest_mmsi", 40, 30), flag("retransmit", 70), text("text", 72)),
)

SAFETY_BROADCAST = Layout("safety_broadcast", (14,), 40, 40, (*HEAD, text("text", 40)))

POSITION_B = Layout(
    "position_b",
    (18,),
    133,
    168,
    (
        *HEAD,
        scaled("sog_kn", 46, 10, **SOG),
        flag("accuracy", 56),
        *spot((57, 28), (85, 27), FINE),
        scaled("cog_deg", 112, 12, **COG),
        number("heading_deg", 124, 9, none=511, high=359),
        *second(133),
        flag("carrier_sense", 141),
        flag("display", 142),
        flag("dsc", 143),
        flag("whole_band", 144),
        flag("message_22", 145),
        flag("assigned", 146),
        flag("raim", 147),
        flag("radio_itdma", 148),
        number("radio", 149, 19),
    ),
)

POSITION_B_EXTENDED = Layout(
    "position_b_extended",
    (19,),
    139,
    312,
    (
        *HEAD,
        scaled("sog_kn", 46, 10, **SOG),
        flag("accuracy", 56),
        *spot((57, 28), (85, 27), FINE),
        scaled("cog_deg", 112, 12, **COG),
        number("heading_deg", 124, 9, none=511, high=359),
        *second(133),
        text("name", 143, 20),
        number("ship_type", 263, 8, none=0),
        *dimensions(271),
        epfd(301),
        flag("raim", 305),
        flag("dte_not_ready", 306),
        flag("assigned", 307),
    ),
)

AID_TO_NAVIGATION = Layout(
    "aid_to_navigation",
    (21,),
    219,
    272,
    (
        *HEAD,
        number("aid_type", 38, 5, none=0),
        text("name", 43, 20),
        flag("accuracy", 163),
        *spot((164, 28), (192, 27), FINE),
        *dimensions(219),
        epfd(249),
        *second(253),
        flag("off_position", 259),
        number("aid_status", 260, 8),
        flag("raim", 268),
        flag("virtual", 269),
        flag("assigned", 270),
        text("name_extension", 272),
    ),
)

STATIC_A = Layout("static_a", (24,), 100, 160, (*HEAD, number("part", 38, 2), text("name", 40, 20)))

_PART_B = (
    number("part", 38, 2),
    number("ship_type", 40, 8, none=0),
    text("vendor", 48, 3),
    number("unit_model", 66, MODEL_BITS),
    number("unit_serial", 70, SERIAL_BITS),
    text("call_sign", 90, 7),
)

STATIC_B = Layout("static_b", (24,), 132, 168, (*HEAD, *_PART_B, *dimensions(132), epfd(162)))

STATIC_B_CRAFT = Layout(
    "static_b_craft", (24,), 132, 168, (*HEAD, *_PART_B, number("mothership_mmsi", 132, 30, none=0), epfd(162))
)

STATIC_OTHER_PART = Layout("static_other_part", (24,), 40, 40, (*HEAD, number("part", 38, 2), data("data", 40)))

_DESTINATION = number("dest_mmsi", 40, 30)
_KIND = (flag("addressed", 38), flag("structured", 39))


_STATE = (flag("radio_itdma", -20), number("radio", -19, 19))
STATE_BITS = 24
"""What ends a message of type 26: four spare bits, which state follows, the communication state."""


def _binary(stem: str, msg_type: int, tail: int, *last: Field) -> tuple[Layout, ...]:
    """Variants of types 25 and 26, by the bits "addressed" and "structured"; two spare bits follow a destination."""
    application = (number("dac", 40, 10), number("fid", 50, 6))
    addressed = (_DESTINATION, number("dac", 72, 10), number("fid", 82, 6))
    forms = (
        ("plain", 40, 40, ()),
        ("structured", 56, 56, application),
        ("addressed", 70, 72, addressed[:1]),
        ("addressed_structured", 88, 88, addressed),
    )
    return tuple(
        Layout(
            f"{stem}_{name}",
            (msg_type,),
            least + tail,
            bits,
            (*HEAD, *_KIND, *fields, data("data", bits, tail), *last),
        )
        for name, least, bits, fields in forms
    )


BINARY_SINGLE = _binary("binary_single", 25, 0)
BINARY_MULTIPLE = _binary("binary_multiple", 26, STATE_BITS, *_STATE)

LONG_RANGE = Layout(
    "long_range",
    (27,),
    94,
    96,
    (
        *HEAD,
        flag("accuracy", 38),
        flag("raim", 39),
        number("nav_status", 40, 4, none=15),
        *spot((44, 18), (62, 17), COARSE),
        scaled("sog_kn", 79, 6, divisor=1, high=62, none=63),
        scaled("cog_deg", 85, 9, divisor=1, high=359, none=511),
        flag("position_old", 94),
    ),
)

AID_SINGLE_SLOT = Layout(
    "aid_single_slot",
    (28,),
    128,
    168,
    (
        *HEAD,
        *second(38),
        *spot((44, 28), (72, 27), FINE),
        number("restricted", 99, 2),
        number("station_type", 101, 3),
        number("aid_type", 104, 7, none=0),
        number("mrn", 111, 17, none=0),
        number("dimension_kind", 128, 4, none=0),
        number("dimension_a", 132, 9),
        number("dimension_b", 141, 11),
        flag("more_dimensions", 152),
        flag("charted", 153),
        number("station_status", 154, 4),
        number("aid_status", 158, 8),
        flag("authenticated", 167),
    ),
)

LAYOUTS: tuple[Layout, ...] = (
    POSITION_A,
    BASE_STATION,
    STATIC_VOYAGE,
    POSITION_B,
    STATIC_A,
    STATIC_B,
    STATIC_B_CRAFT,
    STATIC_OTHER_PART,
    POSITION_B_EXTENDED,
    LONG_RANGE,
    SAR_AIRCRAFT,
    AID_TO_NAVIGATION,
    BINARY_ADDRESSED,
    ACKNOWLEDGE,
    BINARY_BROADCAST,
    UTC_INQUIRY,
    SAFETY_ADDRESSED,
    SAFETY_BROADCAST,
    INTERROGATION,
    ASSIGNMENT,
    DGNSS,
    DATA_LINK,
    CHANNEL_AREA,
    CHANNEL_ADDRESSED,
    GROUP_ASSIGNMENT,
    *BINARY_SINGLE,
    *BINARY_MULTIPLE,
    AID_SINGLE_SLOT,
)

VARIANT_BITS = 40
"""Bits that are enough to pick the variant of any type."""
_CRAFT_MMSI = range(980_000_000, 990_000_000)
VARIED = {22, 24, 25, 26}
"""Types with more than one layout."""
_SINGLE = {t: layout for layout in LAYOUTS for t in layout.msg_types if t not in VARIED}


def _static_report(first: int, _bit_139: int) -> Layout:
    part, mmsi = first & 3, first >> 2 & 0x3FFFFFFF
    if part == 1:
        return STATIC_B_CRAFT if mmsi in _CRAFT_MMSI else STATIC_B
    return STATIC_A if part == 0 else STATIC_OTHER_PART


_VARIANT: dict[int, Callable[[int, int], Layout]] = {
    22: lambda _first, bit_139: CHANNEL_ADDRESSED if bit_139 else CHANNEL_AREA,
    24: _static_report,
    25: lambda first, _bit: BINARY_SINGLE[(first >> 1 & 1) * 2 + (first & 1)],
    26: lambda first, _bit: BINARY_MULTIPLE[(first >> 1 & 1) * 2 + (first & 1)],
}


def layout_of(msg_type: int, first_40_bits: int, bit_139: int) -> Layout | None:
    """The layout of a payload, from its type and the bits that tell variants apart; None for an unknown type."""
    if msg_type in _SINGLE:
        return _SINGLE[msg_type]
    choose = _VARIANT.get(msg_type)
    return choose(first_40_bits, bit_139) if choose else None
