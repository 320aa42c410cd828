"""Marine Regions' areas (EEZ, territorial sea, overlapping claims, joint regimes) by their official attributes.

Attribute names are those of the World EEZ data set, versions 10 to 12 (GEONAME, POL_TYPE, SOVEREIGN1-3, TERRITORY1,
ISO_SOV1-3, MRGID), in any case. An overlapping claim keeps every claimant and never has one owner: where the source
names one party only (the South China Sea in version 12), OTHERS stands beside it.
"""

from hanbada.reference import rings
from hanbada.reference.countries_iso3166 import country
from hanbada.reference.features import Feature
from hanbada.reference.place_names import neutral
from hanbada.reference.shapes import OTHERS, Area, AreaKind

ATTRIBUTES = ("geoname", "pol_type", "sovereign1")
_KINDS: dict[str, AreaKind] = {
    "200nm": "eez",
    "200 nm": "eez",
    "12nm": "territorial",
    "24nm": "contiguous",
    "internal waters": "internal",
    "archipelagic": "archipelagic",
    "archipelagic waters": "archipelagic",
    "extended continental shelf": "shelf",
    "ecs": "shelf",
    "high seas": "high_seas",
}
_PARTIES = (1, 2, 3)


def area_kind(pol_type: str) -> AreaKind:
    """What a POL_TYPE means; every wording of a dispute is an overlapping claim.

    >>> area_kind("200NM"), area_kind("Disputed"), area_kind("Joint regime (EEZ)")
    ('eez', 'overlapping_claim', 'joint_regime')
    """
    said = pol_type.strip().casefold()
    if "overlapping" in said or "disputed" in said or "unsettled" in said:
        return "overlapping_claim"
    if "joint" in said:
        return "joint_regime"
    return _KINDS.get(said, "marine")


def claimants(feature: Feature, kind: AreaKind) -> tuple[str, ...]:
    """Everyone the source says has a claim, as ISO codes where its names allow, in alphabetical order.

    Sources name them in SOVEREIGN1 to 3 and, after a colon, in the name itself; both count.
    """
    named = {country(feature.text(f"iso_sov{n}", f"sovereign{n}")) or feature.text(f"sovereign{n}") for n in _PARTIES}
    if kind in {"overlapping_claim", "joint_regime"}:
        parts = (feature.text("geoname") or "").rpartition(":")
        named |= {country(part.strip()) for part in parts[2].split("/")} if parts[1] else set()
    found = sorted(name for name in named if name)
    if kind == "overlapping_claim" and len(found) < 2:
        found.append(OTHERS)
    return tuple(found)


def read_area(feature: Feature, source: str = "Marine Regions") -> Area:
    """The area of one feature; raises PackError where its rings are none."""
    kind = area_kind(feature.text("pol_type") or "")
    name = feature.text("geoname") or f"area {feature.number}"
    return Area(
        area_id=f"mr-{feature.text('mrgid', 'mrgid_eez', 'id') or feature.number}",
        name=neutral(name),
        kind=kind,
        rings=rings.polygons(feature.polygons),
        source=source,
        claimants=claimants(feature, kind),
    )
