"""Zones a user draws: GeoJSON features with a few properties that say what they are and what raises an alert.

| property | meaning | default |
|---|---|---|
| `name`, `id` | what it is called | the feature's number |
| `kind` | one of shapes.AREA_KINDS | user |
| `claimants` | list of countries, or text with / or , between | nobody |
| `direction_deg` | way of traffic; a lane needs it | none; for a line with `kind` tss_lane, its own course |
| `buffer_m` | half-width of a corridor, radius of a circle | needed for lines and points |
| `rule` | entry, exit, dwell, wrong_way or none | wrong_way for a lane, else the caller's |
| `accuracy_m` | how well the edge is known | not stated |
| `season` | "05-01/09-15", several with commas | all year |
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from hanbada.model.errors import PackError
from hanbada.reference import corridors, rings
from hanbada.reference.countries_iso3166 import country
from hanbada.reference.features import Feature
from hanbada.reference.shapes import AREA_KINDS, RULES, Area, Floats, Rule

_SEASON = re.compile(r"(\d{1,2})-(\d{1,2})/(\d{1,2})-(\d{1,2})\Z", re.ASCII)
_LONGEST_CORRIDOR = 5_000
"""Points of a line that is made into a corridor; looking for self-crossings beyond that takes minutes."""
_WIDEST_M = 500_000.0


def read_zone(feature: Feature, default_rule: Rule = "entry", source: str = "user") -> tuple[Area, ...]:
    """The areas of one feature: one, or for a lane drawn as a line one per segment.

    Raises PackError with the property that does not fit.
    """
    kind = _choice(feature, "kind", AREA_KINDS, "user")
    name = feature.text("name", "name_en", "title", "id") or f"zone {feature.number}"
    zone_id = feature.text("id", "name") or f"zone-{feature.number}"
    about: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "source": source,
        "claimants": _claimants(feature.properties.get("claimants")),
        "accuracy_m": _quantity(feature, "accuracy_m", 0.0, _WIDEST_M),
        "rule": _choice(feature, "rule", RULES, "wrong_way" if kind == "tss_lane" else default_rule),
        "seasons": _seasons(feature.properties.get("season")),
    }
    direction = _quantity(feature, "direction_deg", 0.0, 360.0)
    if kind == "tss_lane" and feature.lines and direction is None:
        return _lane(feature, zone_id, about)
    if about["rule"] == "wrong_way" and direction is None:
        message = "rule wrong_way needs direction_deg, the way traffic should flow"
        raise PackError(message)
    return (Area(area_id=zone_id, rings=_rings(feature), direction_deg=direction, **about),)


def _lane(feature: Feature, zone_id: str, about: dict[str, Any]) -> tuple[Area, ...]:
    half_width_m = _buffer(feature)
    cut = [piece for line in feature.lines for piece in corridors.pieces(rings.line(line), half_width_m)]
    return tuple(
        Area(area_id=f"{zone_id}-{index}", rings=(ring,), direction_deg=course, **about)
        for index, (ring, course) in enumerate(cut, 1)
    )


def _rings(feature: Feature) -> tuple[Floats, ...]:
    if feature.box is not None:
        return (rings.box(*feature.box),)
    if (feature.lines or feature.points) and feature.polygons:
        message = "polygons mixed with lines or points; make them features of their own"
        raise PackError(message)
    if feature.polygons:
        if feature.text("buffer_m"):
            message = "buffer_m widens lines and points only; draw the polygon larger"
            raise PackError(message)
        return rings.polygons(feature.polygons)
    half_width_m = _buffer(feature)
    strips = [corridors.corridor(_short(rings.line(line)), half_width_m) for line in feature.lines]
    return (*strips, *(corridors.circle(point[0], half_width_m) for point in feature.points))


def _short(line: Floats) -> Floats:
    if len(line) > _LONGEST_CORRIDOR:
        message = f"a line of {len(line)} points is too long for a corridor; simplify it below {_LONGEST_CORRIDOR}"
        raise PackError(message)
    return line


def _buffer(feature: Feature) -> float:
    """Half-width in metres of a line's corridor or radius of a point's circle."""
    value = _quantity(feature, "buffer_m", 1.0, _WIDEST_M)
    if value is None:
        value = _quantity(feature, "radius_m", 1.0, _WIDEST_M)
    if value is None:
        message = "a line or point needs buffer_m, its half-width or radius in metres"
        raise PackError(message)
    return value


def _quantity(feature: Feature, name: str, least: float, most: float) -> float | None:
    try:
        value = feature.number_of(name)
    except ValueError:
        value = float("nan")
    if value is not None and not least <= value <= most:
        message = f"{name} is {feature.text(name)!r}, not a number from {least:g} to {most:g}"
        raise PackError(message)
    return value


def _choice(feature: Feature, name: str, allowed: Sequence[Any], default: Any) -> Any:
    value = (feature.text(name) or default).strip().casefold().replace(" ", "_").replace("-", "_")
    if value not in allowed:
        message = f"{name} is {feature.text(name)!r}, not one of {', '.join(allowed)}"
        raise PackError(message)
    return value


def _claimants(value: Any) -> tuple[str, ...]:
    """Parties of a list or of text such as "KR / JP", as ISO codes where we know them, in alphabetical order."""
    if value is None:
        return ()
    parts = value if isinstance(value, list) else re.split(r"[/,;]", str(value))
    named = [str(part).strip() for part in parts if str(part).strip()]
    return tuple(sorted({country(name) or name for name in named}))


def _seasons(value: Any) -> tuple[tuple[int, int], ...]:
    spans = [part.strip() for part in str(value or "").split(",") if part.strip()]
    return tuple(_season(span) for span in spans)


def _season(span: str) -> tuple[int, int]:
    match = _SEASON.match(span)
    if match:
        first_month, first_day, last_month, last_day = (int(group) for group in match.groups())
        if all(1 <= month <= 12 for month in (first_month, last_month)) and all(
            1 <= day <= 31 for day in (first_day, last_day)
        ):
            return first_month * 100 + first_day, last_month * 100 + last_day
    message = f'season is {span!r}, not like "05-01/09-15" (month-day to month-day)'
    raise PackError(message)


ReadArea = Callable[[Feature], tuple[Area, ...]]
