"""Past incidents of catalogues as reports for the desk: one for all records of an incident, each source for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.incidents.duplicates import Past
from hanbada.model.records import Asserted, Report
from hanbada.model.times import to_us

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACTS: dict[str, dict[str, Any]] = {
    "attempted": {"act": "attack", "boarded": False},
    "boarded": {"act": "attack", "boarded": True},
    "hijacked": {"act": "attack", "boarded": True, "control_taken": True},
    "fired_upon": {"act": "attack", "weapons_used": "discharged"},
    "suspicious": {"act": "approach"},
}
"""What the acts of `reference.incidents` answer; explosions and detentions leave open who did it and why."""
STATES = {"anchored": "anchored", "berthed": "berthed", "underway": "under_way", "steaming": "under_way",
          "drifting": "drifting"}  # fmt: skip


def past(row: Mapping[str, Any]) -> Past:
    """A row of PAST_INCIDENTS for matching."""
    return Past(
        reference=row["reference"], source=row["source"], at=to_us(row["at"]), lat_deg=row["lat_deg"],
        lon_deg=row["lon_deg"], ship=row["vessel"] or "", ship_kind=row["vessel_type"] or "",
        text=" ".join(part for part in (row["description"], row["place"]) if part),
    )  # fmt: skip


def facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, fact by fact; a vessel told as a type is no name."""
    point = {"kind": "point", "coordinates": [[row["lon_deg"], row["lat_deg"]]]}
    area, name = row["place"], row["vessel"]
    found: dict[str, Any] = {
        **ACTS.get(row["act"] or "", {}),
        "from": to_us(row["at"]),
        "place": {"geometry": point} | ({"area": area[:500]} if area else {}),
        "vessel_state": STATES.get(row["vessel_status"] or ""),
        "vessels": [{"name": name[:500]}] if name and name.isupper() else None,
        "text": row["description"],
    }
    return {fact: value for fact, value in found.items() if value}


def report(rows: Sequence[Mapping[str, Any]]) -> tuple[Report, list[Asserted]]:
    """A report of the first record of an incident, and what the others say beside it."""
    first, *others = rows
    where = first["place"] or "at sea"
    title = f"{first['reported_as'] or first['act'] or 'Incident'}: {first['vessel'] or 'a ship'}, {where}"[:200]
    given = Report(title=title, facts=facts(first), source=source(first), severity="caution")
    return given, [
        Asserted(fact=fact, value=value, source=source(row)) for row in others for fact, value in facts(row).items()
    ]


def source(row: Mapping[str, Any]) -> str:
    """Whose word it is, with the number it has there: by it an import knows what it brought before."""
    return f"{row['source']} {row['reference']}"
