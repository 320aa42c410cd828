"""`decide` says what may leave to one node of a community, and why; `release` is the same with what leaves.

There is no other way out. Every rule of `rules` must say yes for the object; then each fact is asked for by itself,
with its own marking if it has one, and cut to the detail that all markings allow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hanbada.model.errors import RefusedError
from hanbada.model.sharing import NOTHING, Cut, Decision, Handling, Released, Told, Verdict
from hanbada.release import rules
from hanbada.release.cut import MISSING, texts, told
from hanbada.release.labels import classified
from hanbada.release.profiles import meet
from hanbada.release.rules import Case, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hanbada.model.sharing import Assertion, Item, Marking, Profile


HEARD = ("identity", "evidence")
"""Aspects that come over the radio: whoever sends them must not be able to keep others from sharing."""


class _Fact(NamedTuple):
    """What became of one fact, and what leaves of it."""

    cut: Cut
    told: Told | None


def decide(item: Item, to: str, community: str, terms: Terms, now_us: int) -> Decision:
    """What may leave to a node by a community, with every rule that had a say."""
    return _judged(item, to, community, terms, now_us)[0]


def release(
    item: Item, to: str, community: str, terms: Terms, now_us: int, known_there: Callable[[str], bool] = lambda _: False
) -> tuple[Decision, Released | None]:
    """The decision and what leaves by it, None if nothing does.

    `known_there` says of another object whether the node has it by this community: other references are left out.
    """
    decision, case, facts = _judged(item, to, community, terms, now_us)
    if case is None or decision.outcome == "withhold":
        return decision, None
    return decision, Released(
        item_id=item.item_id,
        data_class=item.data_class,
        to=to,
        community=community,
        handling=handling(case),
        facts=tuple(one.told for one in facts if one.told is not None),
        refs=tuple(one for one in item.refs if known_there(one)),
        exercise=item.exercise,
    )


def unchanged(item: Item) -> Released:
    """What somebody turns into another format for himself: all of it, marked as it was.

    Nobody is told by this: whoever passes the file on stands under its marking, as with the file it was made from.
    Raises RefusedError if it carries a label of a classified scheme.
    """
    verdict = unlabelled(item)
    if not verdict.allows:
        message = f"{item.item_id}: it carries a label of a classified scheme"
        raise RefusedError(message)
    return Released(
        item_id=item.item_id,
        data_class=item.data_class,
        to="",
        community="",
        handling=_kept(item.marking),
        facts=tuple(
            Told(
                name=one.name,
                aspect=one.aspect,
                value=one.value,
                handling=None if one.marking is None else _kept(one.marking),
            )
            for one in item.assertions
        ),
        refs=item.refs,
        exercise=item.exercise,
    )


def _kept(marking: Marking) -> Handling:
    caveats = marking.caveats
    return Handling(
        tlp=marking.tlp,
        onward="none",
        purposes=caveats.purposes or (),
        originator=marking.originator,
        until_at=caveats.until_at,
        personal=marking.personal,
    )


def handling(case: Case) -> Handling:
    """How the receiver must treat what leaves in this case."""
    marking = case.marking
    return Handling(
        tlp=marking.tlp,
        onward=rules.onward_for(case),
        purposes=rules.purposes_for(case),
        originator=marking.originator,
        until_at=marking.caveats.until_at,
        personal=marking.personal,
    )


def _judged(
    item: Item, to: str, community: str, terms: Terms, now_us: int
) -> tuple[Decision, Case | None, list[_Fact]]:
    known = terms.communities.get(community)
    if known is None:
        nobody = Verdict(rule="no_community", allows=False, facts={"community": community})
        return _decision(item, to, None, (nobody,), NOTHING, []), None, []
    case = Case(item, item.marking, to, known, terms, now_us)
    verdicts = (*(rule(case) for rule in rules.RULES), unlabelled(item))
    if not all(one.allows for one in verdicts):
        return _decision(item, to, community, verdicts, NOTHING, []), case, []
    profile = rules.allowed(case)
    facts = [_fact(case, one, profile) for one in item.assertions]
    return _decision(item, to, community, verdicts, profile, facts), case, facts


def _decision(
    item: Item, to: str, community: str | None, verdicts: tuple[Verdict, ...], profile: Profile, facts: list[_Fact]
) -> Decision:
    outcomes = {one.cut.outcome for one in facts}
    outcome = "release" if outcomes == {"told"} else "reduce" if outcomes - {"withheld"} else "withhold"
    return Decision(
        item_id=item.item_id,
        to=to,
        outcome=outcome,  # type: ignore[arg-type]
        community=community,
        profile=profile,
        verdicts=verdicts,
        cuts=tuple(one.cut for one in facts),
    )


def unlabelled(item: Item) -> Verdict:
    """Nothing that people wrote carries a label of a classified scheme; a ship may call herself anything."""
    label = classified(texts_of(item.assertions))
    return Verdict(rule="unlabelled" if label is None else "labelled", allows=label is None, facts={})


def texts_of(facts: Iterable[Assertion | Told]) -> Iterable[str]:
    """Every text that people wrote: what a ship says of herself is not among it."""
    written = (one for one in facts if one.aspect not in HEARD)
    return (text for one in written for text in texts([one.name, getattr(one, "source", ""), one.value]))


def _fact(case: Case, fact: Assertion, profile: Profile) -> _Fact:
    """One fact, asked for with its own marking too, and cut."""
    own = None if fact.marking is None else case._replace(marking=fact.marking)
    if own is not None:
        no = next((verdict for rule in rules.OF_MARKINGS if not (verdict := rule(own)).allows), None)
        if no is not None:
            return _Fact(Cut(name=fact.name, outcome="withheld", rule=no.rule), None)
        profile = meet(profile, rules.allowed(own))
    value = told(fact, profile)
    if value is MISSING:
        return _Fact(Cut(name=fact.name, outcome="withheld", rule=fact.aspect), None)
    whole = value == fact.value
    cut = Cut(name=fact.name, outcome="told" if whole else "reduced", rule="" if whole else fact.aspect)
    its = None if own is None else handling(own)
    return _Fact(cut, Told(name=fact.name, aspect=fact.aspect, value=value, handling=its))
