"""The second half of the layouts of ITU-R M.1371-6: messages by which stations run the radio network."""

from __future__ import annotations

from hanbada.ais.fields import COARSE, HEAD, Layout, data, flag, number, spot

ACKNOWLEDGE = Layout(
    "acknowledge",
    (7, 13),
    72,
    168,
    (
        *HEAD,
        *(
            field
            for i in range(4)
            for field in (
                number(f"ack_mmsi_{i + 1}", 40 + 32 * i, 30, none=0),
                number(f"ack_sequence_{i + 1}", 70 + 32 * i, 2),
            )
        ),
    ),
)

UTC_INQUIRY = Layout("utc_inquiry", (10,), 70, 72, (*HEAD, number("dest_mmsi", 40, 30)))

INTERROGATION = Layout(
    "interrogation",
    (15,),
    88,
    160,
    (
        *HEAD,
        number("mmsi_1", 40, 30),
        number("type_1_1", 70, 6, none=0),
        number("offset_1_1", 76, 12),
        number("type_1_2", 90, 6, none=0),
        number("offset_1_2", 96, 12),
        number("mmsi_2", 110, 30, none=0),
        number("type_2_1", 140, 6, none=0),
        number("offset_2_1", 146, 12),
    ),
)

ASSIGNMENT = Layout(
    "assignment",
    (16,),
    92,
    144,
    (
        *HEAD,
        number("mmsi_1", 40, 30),
        number("offset_1", 70, 12),
        number("increment_1", 82, 10),
        number("mmsi_2", 92, 30, none=0),
        number("offset_2", 122, 12),
        number("increment_2", 134, 10),
    ),
)

DGNSS = Layout("dgnss", (17,), 75, 80, (*HEAD, *spot((40, 18), (58, 17), COARSE), data("data", 80)))

DATA_LINK = Layout(
    "data_link",
    (20,),
    70,
    160,
    (
        *HEAD,
        *(
            field
            for i in range(4)
            for field in (
                number(f"offset_{i + 1}", 40 + 30 * i, 12, none=0),
                number(f"slots_{i + 1}", 52 + 30 * i, 4, none=0),
                number(f"timeout_{i + 1}", 56 + 30 * i, 3, none=0),
                number(f"increment_{i + 1}", 59 + 30 * i, 11),
            )
        ),
    ),
)

_CHANNELS = (
    number("channel_a", 40, 12),
    number("channel_b", 52, 12),
    number("tx_rx_mode", 64, 4),
    flag("low_power", 68),
)
_BANDS = (flag("addressed", 139), flag("narrow_a", 140), flag("narrow_b", 141), number("zone_size", 142, 3))

CHANNEL_AREA = Layout(
    "channel_area",
    (22,),
    145,
    168,
    (
        *HEAD,
        *_CHANNELS,
        *spot((69, 18), (87, 17), COARSE, "ne_"),
        *spot((104, 18), (122, 17), COARSE, "sw_"),
        *_BANDS,
    ),
)

CHANNEL_ADDRESSED = Layout(
    "channel_addressed",
    (22,),
    145,
    168,
    (*HEAD, *_CHANNELS, number("dest_mmsi_1", 69, 30), number("dest_mmsi_2", 104, 30), *_BANDS),
)

GROUP_ASSIGNMENT = Layout(
    "group_assignment",
    (23,),
    154,
    160,
    (
        *HEAD,
        *spot((40, 18), (58, 17), COARSE, "ne_"),
        *spot((75, 18), (93, 17), COARSE, "sw_"),
        number("station_type", 110, 4),
        number("ship_type", 114, 8),
        number("tx_rx_mode", 144, 2),
        number("interval_code", 146, 4),
        number("quiet_min", 150, 4),
    ),
)
