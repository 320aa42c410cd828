"""Campaigns: incidents that may belong together, and what each person makes of a State's part in them.

Nobody's attribution replaces another's. Of each person the latest counts; dissent stands beside the rest. The scale
runs from helping to stop it to doing it (`model.estimates.RESPONSIBILITIES`). People judge, the software never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hanbada.model.errors import UsageError
from hanbada.model.estimates import CONFIDENCES, RESPONSIBILITIES
from hanbada.model.records import Attribution, Campaign, Incident, LogEntry

if TYPE_CHECKING:
    from collections.abc import Iterable


class Moment(Struct, frozen=True, kw_only=True):
    """Something that happened in a campaign: an entry in an incident, or an attribution."""

    at: int
    incident: Incident | None = None
    entry: LogEntry | None = None
    attribution: Attribution | None = None


def begun(campaign_id: str, title: str, by: str, at_us: int) -> Campaign:
    """A campaign without incidents; raises UsageError if it has no name."""
    if not title.strip():
        message = "a campaign needs a name"
        raise UsageError(message)
    return Campaign(campaign_id=campaign_id, title=title.strip(), opened_at=at_us, opened_by=by)


def joined(campaign: Campaign, incident_id: str) -> Campaign:
    """With another incident."""
    return replace(campaign, incidents=tuple(dict.fromkeys((*campaign.incidents, incident_id))))


def left(campaign: Campaign, incident_id: str) -> Campaign:
    """Without an incident."""
    return replace(campaign, incidents=tuple(one for one in campaign.incidents if one != incident_id))


def attributed(campaign: Campaign, attribution: Attribution) -> Campaign:
    """With what somebody makes of it; raises UsageError for a step or a confidence that there is not."""
    if not 1 <= attribution.step <= len(RESPONSIBILITIES):
        message = f"a step of responsibility is 1 to {len(RESPONSIBILITIES)}, not {attribution.step}"
        raise UsageError(message)
    if attribution.confidence not in CONFIDENCES:
        message = f"confidence: one of {', '.join(CONFIDENCES)}, not {attribution.confidence!r}"
        raise UsageError(message)
    return replace(campaign, attributions=(*campaign.attributions, attribution))


def standing(campaign: Campaign) -> list[Attribution]:
    """The latest attribution of each person, those that dissent last."""
    latest = {one.by: one for one in campaign.attributions}
    return sorted(latest.values(), key=lambda one: (one.dissents, -one.at, one.by))


def timeline(campaign: Campaign, incidents: Iterable[Incident]) -> list[Moment]:
    """All that happened, oldest first: where a source says when an incident was, it stands at that time too."""
    moments = [Moment(at=one.at, attribution=one) for one in campaign.attributions]
    for one in incidents:
        moments += [Moment(at=entry.at, incident=one, entry=entry) for entry in one.log]
        moments += [Moment(at=said.value, incident=one) for said in one.said if said.fact == "from" and said.value]
    return sorted(moments, key=lambda one: (one.at, one.entry is not None))
