"""What the rules of release say, in the reader's language: one phrase for each yes and no.

`{name}` in a phrase is filled from the verdict's facts. Colours and names of nodes are never translated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hanbada.model.sharing import Cut, Verdict
    from hanbada.model.wording import Translate

ALLOWS: dict[str, str] = {
    "partner_active": "{node} is a partner",
    "community_open": "The community {community} goes on",
    "member": "Both are members of {community}",
    "agreement": "An agreement in force covers it: {agreement}",
    "granted": "{originator} grants it",
    "tlp": "TLP:{tlp} may go there (at most TLP:{highest})",
    "caveats": "No caveat is against it",
    "purpose": "For these purposes: {purposes}",
    "own": "It is our own",
    "consented": "{originator} consented to telling exactly this node",
    "onward": "{originator} lets it be passed on",
    "unlabelled": "It carries no label of a classified scheme",
}
"""What a yes says."""

REFUSES: dict[str, str] = {
    "no_community": "There is no such community: {community}",
    "partner_unknown": "{node} is no partner",
    "partner_active": "{node} is suspended",
    "other_world": "Exercises and real life never mix: {community}",
    "community_open": "The community {community} is closed",
    "may_not_post": "We may not post in {community}",
    "member": "No member of {community}",
    "no_agreement": "No agreement in force covers it ({community}, {data_class})",
    "not_granted": "{originator} has not granted it to this node in {community}",
    "tlp_too_high": "TLP:{tlp} is above what it may receive (at most TLP:{highest})",
    "red_unnamed": "TLP:{tlp} goes to nodes that are named, and this one is not",
    "not_on_list": "Not on the release list: {node}",
    "outside_area": "Outside the area it may be told of",
    "not_yet": "It may not be told yet",
    "caveats": "The time in which it may be told is over",
    "no_purpose": "No purpose that all allow ({community})",
    "no_onward": "{originator} does not let it be passed on",
    "labelled": "It carries a label of a classified scheme: refused here",
}
"""What a no says."""

ASPECTS: dict[str, str] = {
    "plain": "plain facts",
    "place": "place",
    "time": "time",
    "identity": "identity",
    "person": "persons",
    "source": "sources",
    "narrative": "narrative",
    "evidence": "evidence",
}
"""What a profile lets through or not."""

MARKED = "its own marking"
"""Why a fact stays that the object's marking would let go."""

OUTCOMES: dict[str, str] = {
    "release": "Released in full",
    "reduce": "Reduced",
    "withhold": "Withheld",
    "told": "told",
    "reduced": "less exactly",
    "withheld": "withheld",
}


def sentence(verdict: Verdict, translate: Translate, names: Mapping[str, str] | None = None) -> str:
    """What a rule said; `names` are those of nodes.

    >>> from hanbada.model.sharing import Verdict
    >>> sentence(Verdict(rule="tlp", allows=True, facts={"tlp": "GREEN", "highest": "AMBER"}), str)
    'TLP:GREEN may go there (at most TLP:AMBER)'
    """
    phrase = (ALLOWS if verdict.allows else REFUSES)[verdict.rule]
    shown = {key: (names or {}).get(value, value) for key, value in verdict.facts.items()}
    return translate(phrase).format_map(shown)


def why(cut: Cut, translate: Translate) -> str:
    """Why a fact was cut: an aspect the profile leaves out, or its own marking; empty where it was told whole."""
    if not cut.rule:
        return ""
    return translate(ASPECTS.get(cut.rule, MARKED))
