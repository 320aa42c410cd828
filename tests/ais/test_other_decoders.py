"""Field by field against libais (its JSON) and pyais (as installed), on every vector we have.

Their values are brought to our names and units here, by a table of its own: what "not available" is stands in it a
second time. Where we disagree, THEIRS names the clause of ITU-R M.1371-6 (Annex 8) that decides; a reason that nothing
needs any more fails the test. docs/reference/decoder-agreement.md tells the same to people.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pyais
import pytest

from hanbada.ais.codec import unpack
from hanbada.ais.lines import LineState, Payload, Reject, finish, read_line
from hanbada.ais.m1371_6 import LAYOUTS
from hanbada.ais.messages import finish_messages, read_messages
from hanbada.ais.objects import as_object
from shared_sets import pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hanbada.ais.messages import Message

SENTENCE = re.compile(rb"![A-Z0-9-]{2}VD[MO],[^*]*\*[0-9A-Fa-f]{2}")
FIELDS = {layout.name: {field.name: field for field in layout.fields} for layout in LAYOUTS}


class Said(NamedTuple):
    """A message, its payload's length, and the sentences it came in."""

    message: Message
    bits: int
    sentences: list[bytes]


def messages(path: Path) -> list[Said]:
    """Messages whose sentences stand alone on their lines."""
    lines = path.read_bytes().split(b"\n")
    state, raw = LineState(), LineState()
    bits = {
        one.lines: unpack(one.armoured, one.fill_bits)[1]
        for one in [*(o for line in lines for o in read_line(raw, line)), *finish(raw)]
        if isinstance(one, Payload)
    }
    found = []
    for one in read_messages(state, lines):
        if not isinstance(one, Reject) and len(set(one.lines)) == len(one.lines):
            found.append(Said(one, bits[one.lines], [SENTENCE.findall(lines[i - 1])[0] for i in one.lines]))
    return found


def alike(ours: Any, theirs: Any, step: float) -> bool:
    if isinstance(ours, float):
        return isinstance(theirs, int | float) and math.isclose(ours, theirs, rel_tol=0.0, abs_tol=step)
    if isinstance(ours, str):
        return ours == str(theirs).rstrip("@ ").lstrip(" ")
    return ours == theirs


# pyais

PYAIS = {
    "status": "nav_status", "speed": "sog_kn", "course": "cog_deg", "heading": "heading_deg", "maneuver": "manoeuvre",
    "turn": "rot_deg_min", "lon": "lon_deg", "lat": "lat_deg", "callsign": "call_sign", "shipname": "name",
    "draught": "draught_m", "to_bow": "to_bow_m", "to_stern": "to_stern_m", "to_port": "to_port_m",
    "to_starboard": "to_starboard_m", "dte": "dte_not_ready", "seqno": "sequence", "alt": "altitude_m",
    "virtual_aid": "virtual", "name_ext": "name_extension", "cs": "carrier_sense", "band": "whole_band",
    "msg22": "message_22", "partno": "part", "vendorid": "vendor", "model": "unit_model", "serial": "unit_serial",
    "ne_lon": "ne_lon_deg", "ne_lat": "ne_lat_deg", "sw_lon": "sw_lon_deg", "sw_lat": "sw_lat_deg",
    "txrx": "tx_rx_mode", "power": "low_power", "band_a": "narrow_a", "band_b": "narrow_b", "zonesize": "zone_size",
    "interval": "interval_code", "quiet": "quiet_min", "dest1": "dest_mmsi_1", "dest2": "dest_mmsi_2",
    "gnss": "position_old", "iala_mrn": "mrn", "dimension": "dimension_kind", "dimensions_a": "dimension_a",
    "dimensions_b": "dimension_b", "dimension_additional_data": "more_dimensions", "charted_status": "charted",
    "auth": "authenticated", "reserved_1": "aid_status", "status_bits": "aid_status",
    **{f"mmsiseq{i}": f"ack_sequence_{i}" for i in range(1, 5)},
    **{f"{theirs}{i}": f"{ours}_{i}" for i in range(1, 5) for theirs, ours in (("offset", "offset"), ("number", "slots"), ("timeout", "timeout"), ("increment", "increment"))},
    **{f"type{i}_{j}": f"type_{i}_{j}" for i in (1, 2) for j in (1, 2)},
    **{f"offset{i}_{j}": f"offset_{i}_{j}" for i in (1, 2) for j in (1, 2)},
}  # fmt: skip
SAME = (
    "repeat", "mmsi", "accuracy", "raim", "ais_version", "imo", "ship_type", "destination", "epfd", "dest_mmsi", "dac", "fid",
    "data", "text", "retransmit", "assigned", "display", "dsc", "aid_type", "off_position", "channel_a", "channel_b",
    "addressed", "structured", "station_type", "mothership_mmsi", "restricted", "station_status",
)  # fmt: skip
ETA = {"month": "eta_month", "day": "eta_day", "hour": "eta_hour", "minute": "eta_minute"}
CLOCK = {name: f"utc_{name}" for name in ("year", "month", "day", "hour", "minute", "second")}
MMSI = {f"mmsi{i}": f"mmsi_{i}" for i in range(1, 3)}
ACKNOWLEDGED = {f"mmsi{i}": f"ack_mmsi_{i}" for i in range(1, 5)}
BY_TYPE = {4: CLOCK, 11: CLOCK, 5: ETA, 7: ACKNOWLEDGED, 13: ACKNOWLEDGED, 15: MMSI, 16: MMSI, 21: {"name": "name"}}
STEPS = {"sog_kn": 0.051, "cog_deg": 0.051, "draught_m": 0.051, "rot_deg_min": 0.56}
"""How far apart two renderings of one number may lie; pyais gives whole degrees per minute. Positions: 2e-6."""

NOT_AVAILABLE: dict[str, Callable[[Any], bool]] = {
    "nav_status": lambda v: v == 15,
    "sog_kn": lambda v: v in (102.3, 1023, 63),
    **dict.fromkeys(("lon_deg", "ne_lon_deg", "sw_lon_deg"), lambda v: abs(v) > 180),
    **dict.fromkeys(("lat_deg", "ne_lat_deg", "sw_lat_deg"), lambda v: abs(v) > 90),
    "cog_deg": lambda v: v >= 360,
    "heading_deg": lambda v: v >= 360,
    "rot_deg_min": lambda v: v in (-128, -127, 127),
    "manoeuvre": lambda v: v == 0,
    "altitude_m": lambda v: v == 4095,
    "imo": lambda v: v == 0,
    "draught_m": lambda v: v == 0,
    "epfd": lambda v: v == 0,
    "ship_type": lambda v: v == 0,
    "aid_type": lambda v: v == 0,
    "utc_year": lambda v: v == 0,
    "utc_month": lambda v: v == 0,
    "eta_month": lambda v: v == 0 or v > 12,
    "utc_day": lambda v: v == 0,
    "eta_day": lambda v: v == 0,
    "utc_hour": lambda v: v >= 24,
    "eta_hour": lambda v: v >= 24,
    "utc_minute": lambda v: v >= 60,
    "eta_minute": lambda v: v >= 60,
    "utc_second": lambda v: v >= 60,
    "position_mode": lambda v: v <= 60,
    "mrn": lambda v: v == 0,
    "dimension_kind": lambda v: v == 0,
    "mothership_mmsi": lambda v: v == 0,
    **dict.fromkeys(("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m"), lambda v: v == 0),
    **dict.fromkeys(("call_sign", "name", "destination", "vendor", "text", "name_extension"), lambda v: not v.strip("@ ")),
    **{f"{name}_{i}": lambda v: v == 0 for name in ("offset", "slots", "timeout", "ack_mmsi", "mmsi") for i in range(1, 5)},
    **{f"type_{i}_{j}": lambda v: v == 0 for i in (1, 2) for j in (1, 2)},
}  # fmt: skip
"""What each field holds when the sender did not know (the tables of M.1371-6, Annex 8), by our names, in our units."""


def pyais_fields(said: Said) -> dict[str, Any]:
    """What pyais makes of the sentences, by our names and in our units."""
    decoded = pyais.decode(*said.sentences).asdict()
    kind = said.message.msg_type
    names = PYAIS | dict(zip(SAME, SAME, strict=True)) | BY_TYPE.get(kind, {})
    found = {}
    for theirs, value in decoded.items():
        plain = value if value is None or isinstance(value, str | bytes | float) else int(value)
        if kind in {17, 22, 23} and theirs.endswith(("lon", "lat")) and plain is not None:
            plain /= 60.0  # pyais gives tenths of minutes as minutes
        if theirs == "second" and kind not in {4, 11}:
            found["utc_second"] = found["position_mode"] = plain
        elif theirs == "radio" and kind in {9, 18} and plain is not None:
            found |= {"radio_itdma": plain >> 19, "radio": plain & (1 << 19) - 1}
        elif theirs == "radio":
            found["radio"] = plain
        elif theirs in names:
            found[names[theirs]] = plain
    return found


LOST = {"ship_type": (0, 56), "aid_type": (0,), "station_type": (1, 6), "interval_code": (11,), "epfd": (0,)}


def whole_characters(said: Said, name: str, ours: Any, theirs: Any) -> bool:
    """Six bits are a character; what is left of fewer is none (table 47)."""
    field = FIELDS[said.message.layout][name]
    leftover = field.type == "text" and (said.bits - field.start) % 6 != 0
    return leftover and str(theirs)[:-1].rstrip("@ ").lstrip(" ") == (ours or "")


def whole_fields(said: Said, name: str, ours: Any, _theirs: Any) -> bool:
    """A field that the message ends in the middle of says nothing."""
    field = FIELDS[said.message.layout][name]
    return ours is None and field.start < said.bits < field.end


def codes_as_sent(_said: Said, name: str, ours: Any, theirs: Any) -> bool:
    """A code that a list does not name is still the code that was sent."""
    return ours is not None and theirs in LOST.get(name, ())


def spare_bits_of_25_and_26(said: Said, name: str, _ours: Any, _theirs: Any) -> bool:
    """Two spare bits follow a destination; type 26 ends with four spare ones and its state (3.23, 3.24)."""
    kind, fields = said.message.msg_type, said.message.fields
    return (kind == 25 and fields["addressed"] and name == "data") or (kind == 26 and name in {"data", "radio"})


def signed_places_of_17(said: Said, name: str, ours: Any, theirs: Any) -> bool:
    """South and west are negative, as two's complement (3.15); pyais reads them as large positive numbers."""
    width = FIELDS[said.message.layout][name].width
    return said.message.msg_type == 17 and name.endswith("deg") and alike(ours, theirs - 2**width / 600, 2e-6)


THEIRS = (whole_characters, whole_fields, codes_as_sent, spare_bits_of_25_and_26, signed_places_of_17)


def explained(said: Said, name: str, ours: Any, theirs: Any) -> str | None:
    """Why their value is not ours, where we are sure that ours is right."""
    return next((why.__name__ for why in THEIRS if why(said, name, ours, theirs)), None)


@pytest.mark.pack
def test_every_field_of_every_vector_is_what_pyais_says(vectors: list[Path]) -> None:
    compared, reasons, differ = Counter(), Counter(), []
    for said in (one for path in vectors for one in messages(path)):
        theirs = pyais_fields(said)
        for name, ours in said.message.fields.items():
            if name not in theirs:
                continue
            value = theirs[name]
            compared[said.message.msg_type] += 1
            step = STEPS.get(name, 2e-6)
            absent = value is None or NOT_AVAILABLE.get(name, lambda _: False)(value)
            if absent if ours is None else alike(ours, value, step):
                continue
            why = explained(said, name, ours, value)
            reasons[why] += 1
            if why is None:
                differ.append((said.message.msg_type, name, ours, value, said.sentences))
    assert differ == []
    assert sum(compared.values()) > 80_000
    assert set(compared) == set(range(1, 29))
    assert set(reasons) == {why.__name__ for why in THEIRS}


# libais

LIBAIS = {
    "status": "nav_status", "speed": "sog_kn", "course": "cog_deg", "heading": "heading_deg", "maneuver": "manoeuvre", "turn": "rot_deg_min",
    "lon": "lon_deg", "lat": "lat_deg", "callsign": "call_sign", "shipname": "name", "shiptype": "ship_type", "draught": "draught_m", "to_bow": "to_bow_m",
    "to_stern": "to_stern_m", "to_port": "to_port_m", "to_starboard": "to_starboard_m", "dte": "dte_not_ready", "seqno": "sequence",
    "alt": "altitude_m", "virtual_aid": "virtual", "cs": "carrier_sense", "band": "whole_band", "msg22": "message_22", "part_num": "part", "ne_lon": "ne_lon_deg",
    "ne_lat": "ne_lat_deg", "sw_lon": "sw_lon_deg", "sw_lat": "sw_lat_deg", "txrx": "tx_rx_mode", "power": "low_power", "band_a": "narrow_a", "band_b": "narrow_b",
    "zonesize": "zone_size", "interval": "interval_code", "quiet": "quiet_min", "stationtype": "station_type", "regional": "aid_status",
    "increment1": "increment_1", "increment2": "increment_2", "offset1": "offset_1", "offset2": "offset_2", "number1": "slots_1", "number2": "slots_2",
    "timeout1": "timeout_1", "timeout2": "timeout_2", "type1_1": "type_1_1", "type1_2": "type_1_2", "type2_1": "type_2_1", "offset1_1": "offset_1_1",
    "offset1_2": "offset_1_2", "offset2_1": "offset_2_1", "mmsi1": "mmsi_1", "mmsi2": "mmsi_2",
}  # fmt: skip
LIBAIS_SAME = (
    "repeat", "mmsi", "accuracy", "raim", "ais_version", "destination", "epfd", "dest_mmsi", "dac", "fid", "retransmit", "text", "assigned", "display", "dsc", "aid_type",
    "off_position", "name", "channel_a", "channel_b", "sync_state", "slot_timeout", "received_stations", "slot_number", "slot_offset", "slot_increment",
    "slots_to_allocate", "keep_flag",
)  # fmt: skip
LIBAIS_THEIRS = {
    (6, "retransmit"): "turned round: bit 70 is set when the message is sent again (3.4)",
    (21, "name"): "its table has - for _ and ` for ' (table 47)",
    (9, "sog_kn"): "whole knots, not tenths (3.9)",
    (15, "offset_1_2"): "the message ends in the middle of it (3.13)",
    (15, "offset_2_1"): "the message ends before it (3.13)",
    (16, "increment_2"): "the message ends before it (3.14)",
    (26, "dac"): "two spare bits follow the destination (3.24)",
    (26, "fid"): "two spare bits follow the destination (3.24)",
}


def libais_records(stem: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Our objects beside the records of libais."""
    path = pack("ais-nmea-vectors", "libais", f"{stem}.nmea")
    lines = path.read_bytes().split(b"\n")
    ours = [
        as_object(m.msg_type, m.fields, m.at, "", m.lines[0])
        for m in read_messages(LineState(), lines)
        if not isinstance(m, Reject)
    ]
    theirs = [json.loads(line) for line in path.with_suffix(".json").read_text().splitlines()]
    by_key = {(one["type"], one["mmsi"], one.get("second")): one for one in theirs}
    assert len(by_key) == len(ours) == len(theirs)
    return [(one, by_key[one["msg_type"], one["mmsi"], _second(one)]) for one in ours]


def _second(ours: dict[str, Any]) -> int | None:
    if "position_mode" not in ours:
        return None
    return next((ours[name] for name in ("utc_second", "position_mode") if ours[name] is not None), 60)


def libais_fields(record: dict[str, Any]) -> dict[str, Any]:
    kind = record["type"]
    names = LIBAIS | dict(zip(LIBAIS_SAME, LIBAIS_SAME, strict=True))
    if kind in {7, 13}:
        names |= ACKNOWLEDGED
    found = {names[key]: value for key, value in record.items() if key in names}
    if kind == 5:
        found["imo"] = int(record["imo"])
    if kind == 27:
        found["position_old"] = not record["gnss"]
    return found


@pytest.mark.pack
def test_every_field_of_the_examples_is_what_libais_says() -> None:
    differ, used, compared = [], set(), 0
    for ours, record in libais_records("typeexamples") + libais_records("tagblock"):
        for name, value in libais_fields(record).items():
            if name not in ours:
                continue
            compared += 1
            mine = ours[name]
            absent = value is None or (name in NOT_AVAILABLE and NOT_AVAILABLE[name](value))
            if absent if mine is None else alike(mine, value, STEPS.get(name, 2e-5)):
                continue
            if (ours["msg_type"], name) in LIBAIS_THEIRS:
                used.add((ours["msg_type"], name))
            else:
                differ.append((ours["msg_type"], name, mine, value))
    assert differ == []
    assert used == set(LIBAIS_THEIRS)
    assert compared > 300


@pytest.mark.pack
def test_times_and_stations_of_tag_blocks_are_what_libais_says() -> None:
    for ours, record in libais_records("tagblock"):
        assert ours["at"] == record["tagblock_timestamp"].replace(".000000Z", "Z")


@pytest.mark.pack
def test_a_circle_of_an_area_notice_is_what_libais_says() -> None:
    (ours, theirs), *_ = [pair for pair in libais_records("typeexamples") if "sub_areas" in pair[1]]
    circle, said = ours["application"]["areas"][0], theirs["sub_areas"][0]
    assert (circle["lon_deg"], circle["lat_deg"]) == pytest.approx((said["x"], said["y"]))
    assert (circle["radius"], circle["precision"]) == (said["radius"], said["precision"])
    assert ours["application"]["linkage"] == theirs["link_id"]
    assert ours["application"]["notice"] == theirs["notice_type"]
    assert ours["application"]["duration_min"] == 20, "libais gives the minute the notice begins at, 2, as its duration"


# Accounts

REJECTS = {
    "test.aivdm": {"too_short": 28},
    "nmea_data_sample.txt": {"bad_payload": 100, "incomplete": 20},
    "mixed.txt": {"not_nmea": 2, "bad_checksum": 1},
    "bad-type5.nmea": {"not_nmea": 3},
    "errors.nmea": {"bad_checksum": 2},
    "single-message-type-5.nmea": {"bad_checksum": 1},
    "small_cb_example.txt": {"incomplete": 1},
    "retry_example.txt": {"incomplete": 2},
}
"""Lines nobody can use, counted by hand: noise shorter than its type, empty payloads, parts without the others."""


@pytest.mark.pack
def test_every_line_of_every_vector_is_a_message_a_reject_or_none_of_ours(vectors: list[Path]) -> None:
    for path in vectors:
        lines, state = path.read_bytes().split(b"\n"), LineState()
        outcomes = [*read_messages(state, lines), *finish_messages(state)]
        rejects = Counter(one.code for one in outcomes if isinstance(one, Reject))
        used = {i for one in outcomes if not isinstance(one, Reject) for i in one.lines}
        refused = {one.line for one in outcomes if isinstance(one, Reject)}
        counts = state.counts
        assert not used & refused
        assert len(lines) == len(used) + len(refused) + counts["blank"] + counts["stamp"] + counts["other"]
        assert rejects == REJECTS.get(path.name, {}), path.name
