"""Rules: how right each detector's alerts were, what a rule holds, and its effect before it is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from hanbada.app import ruling
from hanbada.app.rulebook import CITED, about
from hanbada.app.web.filters import number
from hanbada.app.web.node import clean, form_of, node_of, values_of, visitor_of
from hanbada.app.web.render import back, page
from hanbada.incidents.rules import NEVER_HELD, checked
from hanbada.model.desk import CONDITIONS, Rule
from hanbada.model.errors import NotFoundError, UsageError
from hanbada.model.times import DAY_US, parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from hanbada.app.web.node import Node

WHY_LIMIT = 500
PROPOSED = "least"
"""A field of every proposal: an address that has it proposes a rule."""


def listing(request: Request) -> Response:
    """Every rule with how it did."""
    node = node_of(request)
    found = ruling.report(node.desk, node.site.now_us(), node.site.port_m)
    return page(request, "rules.html", standings=found, days=ruling.DAYS, never=NEVER_HELD)


def show(request: Request) -> Response:
    """One rule: how the detector works, how it did, and what the rule an address proposes would have done."""
    return shown(request, values_of(request))


def propose(request: Request) -> Response:
    """The same for the rule a form proposes."""
    return shown(request, form_of(request))


def shown(request: Request, said: Mapping[str, str]) -> Response:
    """The page of a rule, with the effect of the one that is proposed, if one is."""
    node, kind = node_of(request), kind_of(request)
    standing = ruling.standing_of(node.desk, kind, node.site.now_us(), node.site.port_m)
    rule = standing.rule
    values: dict[str, Any] = {"fault": "", "effect": None, "trial": None, "proposed": rule}
    if PROPOSED in said and kind not in NEVER_HELD:
        try:
            values["proposed"] = proposed = proposal(rule, said)
            values |= outcome(node, rule, proposed)
        except UsageError as error:
            values["fault"] = str(error)
    return page(
        request, "rule.html", 400 if values["fault"] else 200, standing=standing, about=about(kind), cited=CITED,
        days=ruling.DAYS, conditions=CONDITIONS, held=kind not in NEVER_HELD,
        review=review_day(values["proposed"], node), **values,
    )  # fmt: skip


def kind_of(request: Request) -> str:
    """The detector an address names."""
    kind: str = request.path_params["kind"]
    if kind not in ruling.KINDS:
        raise NotFoundError(kind)
    return kind


def outcome(node: Node, rule: Rule, proposed: Rule) -> dict[str, Any]:
    """What a proposed rule would have done; thresholds that differ are tried on the archive."""
    found = ruling.recent(node.desk, rule.kind, node.site.now_us(), node.site.port_m)
    differs = proposed.settings != rule.settings
    return {
        "effect": ruling.effect(proposed, found),
        "trial": node.site.try_thresholds(proposed) if differs else None,
    }


def proposal(rule: Rule, said: Mapping[str, str]) -> Rule:
    """The rule a form proposes; raises UsageError for what no rule may say."""
    least, per_watch = number(said.get(PROPOSED)), said.get("per_watch", "").strip()
    settings = {
        name: text for name in said if name.startswith(f"{rule.kind}.") and (text := said[name].strip())
    }  # fmt: skip
    changed = msgspec.structs.replace(
        rule,
        least_probability=(least or 0.0) / 100,
        conditions=tuple(one for one in CONDITIONS if one in said),
        per_watch=whole(per_watch) if per_watch else None,
        settings=settings,
        review_at=day(said.get("review", "")),
        why=clean(said.get("why", ""))[:WHY_LIMIT],
    )
    return checked(changed)


def whole(text: str) -> int:
    """A whole number; raises UsageError for anything else."""
    if not text.isdecimal() or len(text) > 6:
        message = f"{text[:20]}: a whole number is wanted"
        raise UsageError(message)
    return int(text)


def day(text: str) -> int | None:
    """Midnight UTC of a day written as 2027-02-01; None if none is given."""
    if not text.strip():
        return None
    at = parse_time(f"{text.strip()} 00:00")
    if at is None:
        message = f"{text[:20]}: a day is written as 2027-02-01"
        raise UsageError(message)
    return at


def review_day(rule: Rule, node: Node) -> int:
    """When a rule is to be looked at again: what it says, else ninety days from now."""
    return rule.review_at if rule.review_at is not None else node.site.now_us() + 90 * DAY_US


def change(request: Request) -> Response:
    """Apply a rule."""
    node, kind = node_of(request), kind_of(request)
    before = ruling.rule_of(node.desk, kind)
    rule = proposal(before, form_of(request))
    if not rule.why:
        message = "say why: whoever reviews the rule will ask"
        raise UsageError(message)
    if rule.settings != before.settings:
        node.site.tune(kind, rule.settings)
    node.desk.set_rule(rule, visitor_of(request).name, node.site.now_us())
    return back(request, f"/rules/{kind}")
