"""Application data inside types 6 and 8: IMO SN/Circ.236, SN.1/Circ.289 and the inland layout of UNECE CEVNI 200/10.

Bits count from the first bit behind the application identifier. What is not known here keeps its payload bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from hanbada.ais.codec import Fields, read_fields
from hanbada.ais.fields import Field, Layout, flag, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Spec: TypeAlias = "tuple[str, int, Mapping[str, float]]"
"""Name, width in bits, and what is special: see `_field`."""
MILLI_MINUTES = 60_000
"""Position steps per degree: 1/1,000 minute."""


def _run(specs: Iterable[Spec]) -> tuple[Field, ...]:
    """Fields that follow one another without a gap; a name starting with `_` is spare."""
    fields, start = [], 0
    for name, width, rule in specs:
        if not name.startswith("_"):
            fields.append(_field(name, start, width, rule))
        start += width
    return tuple(fields)


def _field(name: str, start: int, width: int, rule: Mapping[str, float]) -> Field:
    is_signed, none = bool(rule.get("signed")), rule.get("none")
    top = (1 << width - is_signed) - 1
    low, high = rule.get("low", -top - 1 if is_signed else 0), rule.get("high", top)
    divisor, offset = rule.get("div", 1.0), rule.get("plus", 0.0)
    kind = "f64" if "div" in rule or "plus" in rule else "i32"
    if none is not None and none == low:
        low += 1
    elif none is not None and none <= high:
        high = none - 1
    return Field(name, start, width, kind, is_signed, divisor, int(low), int(high), int(none or 0), None, offset)


def _spot(lat_first: bool) -> list[Spec]:  # noqa: FBT001
    steps = MILLI_MINUTES
    lat: Spec = ("lat_deg", 24, {"signed": 1, "div": steps, "low": -90 * steps, "high": 90 * steps})
    lon: Spec = ("lon_deg", 25, {"signed": 1, "div": steps, "low": -180 * steps, "high": 180 * steps})
    return [lat, lon] if lat_first else [lon, lat]


def _degrees(name: str, width: int = 9) -> Spec:
    return (name, width, {"high": 359})


def _waves(none_period: int = 63) -> list[Spec]:
    return [
        spec
        for kind in ("wave", "swell")
        for spec in (
            (f"{kind}_height_m", 8, {"div": 10, "none": 255}),
            (f"{kind}_period_s", 6, {"none": none_period}),
            _degrees(f"{kind}_from_deg"),
        )
    ]


def _currents() -> list[Spec]:
    surface: list[Spec] = [("current_kn", 8, {"div": 10, "none": 255}), _degrees("current_to_deg")]
    return surface + [
        spec
        for level in (2, 3)
        for spec in (
            (f"current_{level}_kn", 8, {"div": 10, "none": 255}),
            _degrees(f"current_{level}_to_deg"),
            (f"current_{level}_depth_m", 5, {"none": 31}),
        )
    ]


_TIME: list[Spec] = [("day", 5, {"none": 0}), ("hour", 5, {"high": 23}), ("minute", 6, {"high": 59})]
_WIND: list[Spec] = [
    ("wind_kn", 7, {"none": 127}),
    ("gust_kn", 7, {"none": 127}),
    _degrees("wind_from_deg"),
    _degrees("gust_from_deg"),
]

MET_HYDRO_236 = Layout(
    "met_hydro_236",
    (8,),
    49,
    352,
    _run(
        [
            *_spot(lat_first=True),
            *_TIME,
            *_WIND,
            ("air_c", 11, {"div": 10, "plus": -60, "none": 2047}),
            ("humidity_pct", 7, {"high": 100}),
            ("dew_point_c", 10, {"div": 10, "plus": -20, "none": 1023}),
            ("pressure_hpa", 9, {"plus": 800, "none": 511}),
            ("pressure_tendency", 2, {"none": 3}),
            ("visibility_nmi", 8, {"div": 10, "none": 255}),
            ("water_level_m", 9, {"div": 10, "plus": -10, "none": 511}),
            ("water_level_trend", 2, {"none": 3}),
            *_currents(),
            *_waves(),
            ("sea_state", 4, {"high": 12}),
            ("water_c", 10, {"div": 10, "plus": -10, "none": 1023}),
            ("precipitation", 3, {"none": 7}),
            ("salinity_pct", 9, {"div": 10, "none": 511}),
            ("ice", 2, {"none": 3}),
        ]
    ),
)

MET_HYDRO_289 = Layout(
    "met_hydro_289",
    (8,),
    49,
    304,
    _run(
        [
            *_spot(lat_first=False),
            ("accuracy", 1, {}),
            *_TIME,
            *_WIND,
            ("air_c", 11, {"signed": 1, "div": 10, "none": -1024}),
            ("humidity_pct", 7, {"high": 100}),
            ("dew_point_c", 10, {"signed": 1, "div": 10, "low": -200, "high": 500}),
            ("pressure_hpa", 9, {"plus": 799, "none": 511}),
            ("pressure_tendency", 2, {"none": 3}),
            ("visibility_is_more", 1, {}),
            ("visibility_nmi", 7, {"div": 10, "none": 127}),
            ("water_level_m", 12, {"div": 100, "plus": -10, "high": 4000}),
            ("water_level_trend", 2, {"none": 3}),
            *_currents(),
            *_waves(),
            ("sea_state", 4, {"high": 12}),
            ("water_c", 10, {"signed": 1, "div": 10, "low": -100, "high": 500}),
            ("precipitation", 3, {"none": 7}),
            ("salinity_pct", 9, {"div": 10, "high": 501}),
            ("ice", 2, {"none": 3}),
        ]
    ),
)

PERSONS = Layout("persons_on_board", (6, 8), 13, 16, _run([("persons", 13, {"none": 0})]))

TARGET = Layout(
    "vts_target",
    (8,),
    120,
    120,
    _run(
        [
            ("id_kind", 2, {}),
            ("_id", 12, {}),
            ("id_number", 30, {}),
            ("_spare", 4, {}),
            *_spot(lat_first=True),
            _degrees("cog_deg"),
            ("utc_second", 6, {"high": 59}),
            ("sog_kn", 8, {"none": 255}),
        ]
    ),
)

AREA_NOTICE = Layout(
    "area_notice",
    (6, 8),
    55,
    55,
    _run(
        [
            ("linkage", 10, {"none": 0}),
            ("notice", 7, {"none": 127}),
            ("month", 4, {"none": 0, "high": 12}),
            *_TIME,
            ("duration_min", 18, {"none": 262_143}),
        ]
    ),
)
AREA_BITS, TARGET_BITS = 87, 120
_CENTRE: list[Spec] = [*_spot(lat_first=False), ("precision", 3, {"high": 4})]
_LEGS: list[Spec] = [
    spec for i in range(1, 5) for spec in ((f"angle_{i}_half_deg", 10, {"high": 719}), (f"length_{i}", 10, {"none": 0}))
]
SHAPES = (
    ("circle", _run([*_CENTRE, ("radius", 12, {})])),
    ("rectangle", _run([*_CENTRE, ("east", 8, {}), ("north", 8, {}), ("turned_deg", 9, {"high": 359})])),
    ("sector", _run([*_CENTRE, ("radius", 12, {}), _degrees("from_deg"), _degrees("to_deg")])),
    ("polyline", _run(_LEGS)),
    ("polygon", _run(_LEGS)),
)
SCALED = ("radius", "east", "north", "length_1", "length_2", "length_3", "length_4")

INLAND_STATIC = Layout(
    "inland_static",
    (8,),
    48,
    112,
    (
        text("eni", 0, 8),
        *(
            Field(f.name, f.start + 48, *[getattr(f, a) for a in ("width", "type", "signed", "divisor", "low", "high")])
            for f in _run(
                [
                    ("length_m", 13, {"div": 10, "none": 0}),
                    ("beam_m", 10, {"div": 10, "none": 0}),
                    ("eri_type", 14, {"none": 0}),
                    ("blue_cones", 3, {"high": 4}),
                    ("draught_m", 11, {"div": 100, "none": 0}),
                    ("loaded", 2, {"none": 0}),
                ]
            )
        ),
        flag("speed_good", 101),
        flag("course_good", 102),
        flag("heading_good", 103),
    ),
)


def read_application(dac: int, fid: int, payload: bytes | None) -> Fields | None:
    """What the payload behind application identifier dac/fid says; None for one we do not know or that is too short."""
    if not payload:
        return None
    raw, bits = int.from_bytes(payload), len(payload) * 8
    if (dac, fid) in {(1, 22), (1, 23)}:
        return _area_notice(raw, bits)
    if (dac, fid) == (1, 16):
        return _persons_or_targets(raw, bits)
    layout = {(1, 11): MET_HYDRO_236, (1, 31): MET_HYDRO_289, (200, 10): INLAND_STATIC}.get((dac, fid))
    if layout is None or bits < layout.min_bits:
        return None
    return {"application": layout.name, **read_fields(layout, raw, bits)}


def _persons_or_targets(raw: int, bits: int) -> Fields | None:
    """Identifier 1/16 was targets of a VTS before it became persons on board: the length tells which."""
    if bits < TARGET_BITS:
        return {"application": PERSONS.name, **read_fields(PERSONS, raw, bits)} if bits >= PERSONS.min_bits else None
    targets = [
        read_fields(TARGET, *_slice(raw, bits, i * TARGET_BITS, TARGET_BITS)) for i in range(bits // TARGET_BITS)
    ]
    return {"application": "vts_targets", "targets": targets}  # type: ignore[dict-item]


def _area_notice(raw: int, bits: int) -> Fields | None:
    if bits < AREA_NOTICE.min_bits:
        return None
    head = AREA_NOTICE.bits
    areas = [_area(*_slice(raw, bits, start, AREA_BITS)) for start in range(head, bits - AREA_BITS + 1, AREA_BITS)]
    fields = read_fields(AREA_NOTICE, raw, bits)
    return {"application": AREA_NOTICE.name, **fields, "areas": areas}  # type: ignore[dict-item]


def _area(raw: int, bits: int) -> Fields:
    shape = raw >> bits - 3
    if shape >= len(SHAPES):
        words = read_fields(Layout("", (8,), 0, 84, (text("text", 3, 14),)), raw, bits)
        return {"shape": "text" if shape == len(SHAPES) else "reserved", **words}
    name, fields = SHAPES[shape]
    factor = 10 ** (raw >> bits - 5 & 3)
    rest = raw & (1 << bits - 5) - 1
    values = read_fields(Layout(name, (8,), 0, bits - 5, fields), rest, bits - 5)
    return {"shape": name} | {
        key: value * factor if key in SCALED and isinstance(value, int) else value for key, value in values.items()
    }


def _slice(raw: int, bits: int, start: int, width: int) -> tuple[int, int]:
    return raw >> bits - start - width & (1 << width) - 1, width
