"""Sentences rendered from numbers: what a Reason or CounterEvidence says, in the reader's language.

`PHRASES` holds one phrase per quantity, the msgid of the catalogues. A sentence is never typed beside its numbers:
`{measured}`, `{limit}` and `{subject}` are all that fills it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from hanbada.model.records import Reason
from hanbada.model.times import dtg

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanbada.model.records import CounterEvidence, Detection

Translate: TypeAlias = "Callable[[str], str]"

KINDS: dict[str, str] = {
    "distress": "Distress signal",
    "impossible": "Impossible track",
    "identity": "Identity conflict",
    "gap": "AIS silence",
    "encounter": "Encounter",
    "close_quarters": "Close quarters",
    "shadow": "Identity indicators",
    "zone": "Zone",
    "loitering": "Loitering",
    "drifting": "Drifting",
    "interference": "Satellite navigation disturbed",
    "spoofing": "False track",
    "fishing": "Fishing in a closed area",
    "draught": "Draught changed at sea",
    "voyage": "Voyage does not fit",
    "cable": "Cable at risk",
    "swarm": "Fleet acting as one",
    "deviation": "Off the usual ways",
    "overdue": "Report overdue",
}
"""What each kind of detection is called."""

PHRASES: dict[str, str] = {
    "report_daily": "{subject} promised a report each day at noon: {measured} did not come (at least {limit})",
    "report_position": "{subject} promised a position every eight hours: {measured} did not come (at least {limit})",
    "report_irtc": "{subject} announced herself at the corridor: {measured} report did not come (at least {limit})",
    "report_late": "The report is late by {measured} (at least {limit})",
    "desk_silent": "No ship's report came for {measured} (at least {limit}): our own mail may be the reason",
    "active_messages": "Distress beacon active: {measured} messages (at least {limit})",
    "distress_text": "Safety text speaks of distress: {subject}",
    "became_not_under_command": "Reports not under command since {subject}, after {measured} under way",
    "became_aground": "Reports aground since {subject}, at {measured}",
    "implied_speed": "Would have had to sail at {measured} (believed of it: {limit})",
    "jump_distance": "Jumped {measured} (more than {limit})",
    "jump_silence": "Silent for {measured} across the jump",
    "overlap": "Two tracks on one MMSI for {measured} (at least {limit})",
    "separation": "They are {measured} apart (more than {limit})",
    "handoff_time": "Another MMSI fell silent {measured} before (at most {limit}): {subject}",
    "handoff_distance": "It starts {measured} from there (at most {limit})",
    "handoff_strength": "Evidence for one hull: {measured} (at least {limit})",
    "turns": "The two numbers take turns: {measured} times one goes on where the other fell silent (at least {limit})",
    "turn_time": "Never longer than {measured} after (at most {limit})",
    "turn_distance": "Never farther than {measured} from there (at most {limit})",
    "imo_shared": "Two MMSI send one IMO number, {subject}, within {measured} (at most {limit})",
    "imo_apart": "They are {measured} apart (more than {limit})",
    "silence": "AIS silent for {measured} (rule: {limit})",
    "off_probability": "Switched off rather than unheard: {measured} (at least {limit})",
    "silence_strength": "Others were heard there: {measured} of silence (at least {limit})",
    "peers": "{measured} others of its class heard near its way (at least {limit})",
    "contact_time": "Together for {measured} (at least {limit})",
    "contact_distance": "Closest {measured} (at most {limit})",
    "contact_speed": "Both at {measured} or less (at most {limit})",
    "hulls_met": "Side by side: {measured} of water between their hulls (at most {limit})",
    "port_distance": "{measured} from the nearest port (at least {limit}): {subject}",
    "port_distance_none": "No port within 54 nmi (at least {limit})",
    "indicators": "Indicators consistent with hiding who she is, not proof of it: {measured} (at least {limit})",
    "listed": "On a watch list: {subject}",
    "flags": "Flags in two years: {measured} (at least {limit}): {subject}",
    "names": "Names in two years: {measured} (at least {limit}): {subject}",
    "swapped_words": "The same words in another order: {subject}",
    "imo_unsound": "Sends an IMO number whose check digit is wrong: {subject}",
    "no_flag": "An MMSI that no administration gives out: {subject}",
    "call_sign_flag": "The call sign is of another administration than the MMSI: {subject}",
    "cpa": "Would pass {measured} apart (at most {limit})",
    "tcpa": "In {measured} (at most {limit})",
    "in_domain": "Within the room ships of their size need: {measured} (at least {limit})",
    "stood": "It stood for {measured} (at least {limit}), neither turned",
    "head_on": "Head-on: each within {measured} of the other's bow (at most {limit})",
    "overtaking": "Overtaking: {measured} off the bow of the one ahead (at least {limit})",
    "crossing": "Crossing: seen {measured} off the bow (at most {limit})",
    "entered": "Entered {subject}, {measured} inside",
    "exited": "Left {subject} after {measured}",
    "dwelled": "Inside {subject} for {measured} (at least {limit})",
    "against_lane": "Against the direction of {subject} by {measured} (more than {limit})",
    "against_time": "For {measured} (at least {limit})",
    "lane_speed": "At {measured} (at least {limit})",
    "loiter_time": "Slow in open water for {measured} (at least {limit})",
    "loiter_speed": "At {measured} on average (at most {limit})",
    "net_share": "From beginning to end it is {measured} of the way sailed (at most {limit})",
    "slowed_and_resumed": "Slowed down by {measured} and was as fast again afterwards (at least {limit})",
    "same_course": "Went on within {measured} of the course it came on (at most {limit})",
    "zone_edge": "Just outside {subject}: {measured} (within {limit})",
    "drift_time": "Moves slowly and steadily for {measured} (at least {limit})",
    "drift_speed": "Is carried at {measured} (at most {limit})",
    "made_good": "Made good {measured} of the way sailed (at least {limit})",
    "across_keel": "Moves {measured} off the line of her keel (at least {limit})",
    "not_under_command": "Says not under command in {measured} of its reports (at least {limit})",
    "lost_ships": "Jamming: {measured} ships lost their place (at least {limit})",
    "moved_ships": "Spoofing: {measured} ships moved to where they cannot be (at least {limit})",
    "lost_share": "Surely {measured} of the ships there at a time (more than {limit})",
    "lost_place": "Reports without a place: {measured} ships (at least {limit})",
    "lost_satellites": "Place by hand or by dead reckoning: {measured} ships (at least {limit})",
    "stands_still": "Place that stands still at speed: {measured} ships (at least {limit})",
    "tells_no_place": "Static reports but no positions: {measured} ships (at least {limit})",
    "moved_spread": "All to within {measured} of one place (at most {limit})",
    "moved_alike": "All by the same way: {measured} alike (at least {limit})",
    "moved_round": "All on one circle, to within {measured} of its radius (at most {limit})",
    "disturbed_time": "For {measured} (at least {limit})",
    "fished_time": "Moves as if it fished for {measured} inside {subject} (at least {limit})",
    "fishing_share": "Probability of fishing while inside: {measured} (at least {limit})",
    "fishing_speed": "Usual speed inside: {measured} (at most {limit})",
    "draught_change": "Draught changed by {measured} (at least {limit}): {subject}",
    "settled_at_sea": "The draught before was told again after {measured} at sea (at least {limit})",
    "tonnes": "For a hull of her size that is about {measured}",
    "opposite_change": "A ship beside her changed the other way, to within {measured} (at most {limit}): {subject}",
    "away_time": "Says {subject} and has sailed away from it for {measured} (at least {limit})",
    "away_distance": "It is {measured} further from there than it was (at least {limit})",
    "away_share": "Nearly all it sailed since leads away: {measured} (at least {limit})",
    "eta_speed": "To arrive when it says it would have to make {measured} (at least {limit})",
    "port_time": "In port at {subject} for {measured} only: too short to load or discharge (at most {limit})",
    "port_stop": "It stopped there: {measured} (at most {limit})",
    "unseen_time": "Turned up at {subject} after {measured} of silence (at least {limit})",
    "unseen_way": "Heard last {measured} away, at sea (at least {limit})",
    "circle_off": "Spoofing, circle: reports lie on it to within {measured} of its radius (at most {limit})",
    "circle_cover": "They cover {measured} of it (at least {limit})",
    "course_astray": "The course sent is {measured} off the way (at least {limit})",
    "speed_astray": "The speed sent is {measured} off the way (at least {limit})",
    "began_by_jump": "It began with a jump of {measured} (at least {limit})",
    "inland_share": "Spoofing, on land: {measured} of the time well inside the land (at least {limit})",
    "inland_time": "There for {measured} (at least {limit})",
    "same_vector": "Spoofing, displaced: her way elsewhere, to within {measured} of what she sailed (at most {limit})",
    "vector_length": "Displaced by {measured} (at least {limit})",
    "sailed_displaced": "She sailed {measured} so (at least {limit})",
    "invented": "Spoofing, invented motion: evidence of {measured} (at least {limit})",
    "smooth_steps": "Smooth to two metres: {measured} of the steps (at least {limit})",
    "even_steps": "Evenly spaced in time: {measured} of the steps (at least {limit})",
    "sog_steps": "Speed sent is that between the places: {measured} of the steps (at least {limit})",
    "cog_steps": "Course sent is that between the places: {measured} of the steps (at least {limit})",
    "cable_dip": "Slowed by {measured} over {subject} (at least {limit}) and then went on as before",
    "dip_strength": "That is {measured} times what its speed scatters anyway (at least {limit})",
    "haul": "Came over {subject} at {measured} of its own cruise (at most {limit})",
    "haul_time": "And went so slowly for {measured} (at least {limit})",
    "crossed_again": "Crossed {subject} to and fro: {measured} times (at least {limit})",
    "stopped_on": "Stopped on {subject} for {measured} (at least {limit})",
    "cable_handoff": "Fell silent beside the cable, and {subject} began there {measured} later (at most {limit})",
    "silent_beside": "Silent for {measured} near the cable (at least {limit})",
    "status_differs": "Says at anchor or moored while making way: {measured} of its reports (at least {limit})",
    "merchant": "A cargo ship or tanker, with a large anchor: type {measured} (from {limit})",
    "others_at_speed": "None of {measured} others came over it so slowly within a week (at least {limit})",
    "next_cable": "On this course it comes to {subject} in {measured} (within {limit})",
    "raft_size": "{measured} ships side by side (at least {limit})",
    "raft_time": "They lie so for {measured} (at least {limit})",
    "swarm_size": "{measured} slow ships close together at sea (at least {limit})",
    "swarm_time": "They stay for {measured} (at least {limit})",
    "swarm_within": "All within {measured} of their middle (at most {limit})",
    "swarm_speed": "At {measured} or less half the time (at most {limit})",
    "move_size": "{measured} ships set off together (at least {limit})",
    "move_start": "All within {measured} (at most {limit})",
    "move_order": "On one course: {measured} alike (at least {limit})",
    "off_ways": "{measured} off every way that others took from there (at least {limit})",
    "off_spread": "Nine of ten of them kept within {limit} of another there; it was {measured} from the nearest",
    "off_legs": "Nobody had sailed there in three days: {measured} legs of ten minutes on end (at least {limit})",
    "way_ships": "{measured} ships passed before it where it left their way (at least {limit})",
    "way_bound": "{measured} ships bound that way, to {subject}, passed before it where it left (at least {limit})",
    "off_by_chance": "Not by chance: {measured} powers of ten against it (at least {limit})",
    "look_now": "Look now: {measured} (from {limit})",
    "hail": "Hail it: {measured} (from {limit})",
    # Innocent explanations.
    "swings_at_anchor": "The circle is as small as an anchor's swing: {measured} (within {limit})",
    "circling_trade": "A ship whose work is to go round in circles",
    "steers_it": "She steers the circle: the course sent follows it to {measured} (within {limit})",
    "two_on_number": "Two ships on one number: heard elsewhere for {measured} of the time (at least {limit})",
    "clock_along": "Displaced along her own course, to {measured}, as a wrong clock does (within {limit})",
    "few_places": "Only {measured} places tell of it (at most {limit})",
    "few_steps": "Only {measured} steps tell of it (at most {limit})",
    "steered_by_machine": "Not smoother than a good autopilot: {measured} of the steps (at most {limit})",
    "distrusted": "Positions are not to be trusted here: {measured} ships lost or moved theirs (at least {limit})",
    "others_sound": "Most ships around them are sound: {measured} (at least {limit})",
    "one_receiver": "All were heard by {measured} receiver (at most {limit}), others there by several",
    "test_message": "The beacon says it is a test: {measured} test messages (at least {limit})",
    "near_shore_test": "Near a port, where beacons are tested: {measured} from {subject} (within {limit})",
    "near_shore_test_none": "Near a port, where beacons are tested: none within 54 nmi (within {limit})",
    "status_habit": "The status was sent before while moving: {measured} (at least {limit})",
    "single_fix": "Only {measured} reports on the far side (at most {limit}): a damaged message",
    "clock": "A clock wrong by {measured} would explain it (within {limit})",
    "few_reports": "The second track has {measured} reports (at most {limit})",
    "near_port": "Near {subject}: {measured} (within {limit})",
    "near_port_none": "Near a port: none within 54 nmi (within {limit})",
    "in_port": "In port: {measured} from {subject} (within {limit})",
    "in_port_none": "In port: none within 54 nmi (within {limit})",
    "was_moored": "Last reported moored or at anchor at {measured} (at most {limit})",
    "receivers_silent": "Peers were lost as well: {measured} of usual reception (at most {limit})",
    "nobody_near": "Ships heard in the same place half an hour later: {measured} (no more than {limit})",
    "silent_often": "Ships fall silent here anyway: {measured} of them each hour (at least {limit})",
    "back_again": "Back where it fell silent: {measured} made good meanwhile (at most {limit})",
    "silent_together": "Ships around that fell silent at the same time: {measured} (at least {limit})",
    "weak_signal": "It is usually badly heard: {measured} of its reports (at most {limit})",
    "out_of_range": "Its way leads where few are heard: {measured} of the time (at least {limit})",
    "port_in_reach": "It could have called at {subject}: {measured} away (silent for {limit})",
    "port_in_reach_none": "It could have called at a port: none within 54 nmi",
    "class_b": "A class B station: weaker, and lower",
    "usual_gap": "It was this silent before: {measured} times (at least {limit})",
    "tug_or_pilot": "A tug, pilot or patrol vessel is one of them: type {measured} (at least {limit})",
    "pair_trawl": "Both are fishing vessels moving together at {measured} (at least {limit})",
    "hulls_apart": "Hulls stayed apart: {measured} of water between them (at least {limit})",
    "bunkering": "A small tanker beside a longer ship, {measured} from {subject} (within {limit}): bunkers",
    "bunkering_none": "A small tanker beside a longer ship: no port within 54 nmi (within {limit}): bunkers",
    "convoy": "Passing together at {measured} (at least {limit})",
    "company": "They hardly move against each other: {measured} (at most {limit})",
    "crowd": "Restricted by others under way within 2 nmi: {measured} (at least {limit})",
    "met_before": "They came as close before: {measured} times in a day (at least {limit})",
    "passed_here": "Others pass as close there: {measured} times in a day (at least {limit})",
    "opening": "The passing distance grows: {measured} a minute (at least {limit})",
    "passed_clear": "They came to pass {measured} apart (at least {limit})",
    "sale": "A ship that is sold changes flag and name once: {measured} changes (at most {limit})",
    "small_craft": "No cargo ship or tanker: type {measured} (at most {limit})",
    "same_fleet": "Names of one fleet: {measured} alike (at least {limit})",
    "boundary_accuracy": "The boundary is known to {measured}; the ship came {limit} inside: {subject}",
    "crossing_lane": "Crossing the lane rather than following it: {measured} of course (at most {limit})",
    "manoeuvring": "Turned inside the lane: {measured} of course change (at least {limit})",
    "at_anchor": "Lies at anchor: swings within {measured} (at most {limit})",
    "says_at_anchor": "Says so: at anchor or moored in {measured} of its reports (at least {limit})",
    "waiting": "Waits for a berth or a pilot: {measured} from {subject} (within {limit})",
    "waiting_none": "Waits for a berth or a pilot: no port within 54 nmi (within {limit})",
    "others_waiting": "Others wait nearby: {measured} (at least {limit})",
    "sparse": "Heard only every {measured}: what lies between is not known (at least {limit})",
    "type_unknown": "Its type is not known: small craft fish and drift everywhere",
    "fishing_vessel": "A fishing vessel: whoever hauls is slow",
    "on_duty": "A tug, pilot, patrol or other working vessel: waiting is its work",
    "pleasure_craft": "A pleasure craft",
    "in_approaches": "In the approaches of {subject}, where tides are strong: {measured} (within {limit})",
    "in_approaches_none": "In the approaches of a port: none within 54 nmi (within {limit})",
    "others_drifting": "Others drift nearby: {measured} (at least {limit})",
    "tide_turns": "Its speed changes by {measured}, as in a tide or under way (at least {limit})",
    "holds_position": "A dredger, survey or other working vessel: it holds a heading across the current",
    "tows": "A tug with a tow",
    "passage": "Sails through: faster than fishing in {measured} of its reports (at least {limit})",
    "straight_way": "Its way is straight: courses agree to {measured} (at least {limit})",
    "edge_accuracy": "The line of {subject} is known to {measured}, and the ship worked within {limit}",
    "ballast": "Small enough for ballast or fuel: {measured} (at most {limit})",
    "arrives_soon": "Set for arrival: {measured} before the passage ends (at most {limit})",
    "typed_often": "Told {measured} different draughts (at least {limit}): typed at will",
    "has_been_there": "Comes from there: it passed {subject} at {measured} (within {limit})",
    "said_before": "The destination is older than this passage: {measured} (at least {limit})",
    "name_guessed": "What was typed is only like {subject}: {measured} (at most {limit})",
    "many_places": "The name is that of {measured} ports (at least {limit})",
    "local_trade": "A fishing, working, pleasure or passenger craft: its destination is a habit",
    "bunkers": "Seen stopped {measured} times (at most {limit}): bunkers or a change of crew",
    "badly_heard": "It was badly heard before: {measured} of its reports (at most {limit})",
    "not_said_to_fish": "It does not say that it is a fishing vessel",
    "allowed_class": "A class the rule does not apply to: {measured} (at least {limit})",
    "others_dip": "Other ships slow down here as well: {measured} within a week (at least {limit})",
    "others_haul": "Other ships come over this slowly as well: {measured} within a week (at least {limit})",
    "others_stop": "Other ships stop here as well: {measured} within a week (at least {limit})",
    "dips_elsewhere": "It slows like this elsewhere too: {measured} times within hours (at least {limit})",
    "dip_in_turn": "It slowed in a turn: {measured} (at least {limit})",
    "in_lane": "In a traffic lane, where speed may be ruled",
    "lay_there": "It lay there when it was first heard",
    "charted_anchorage": "At a charted anchorage: {measured} from {subject} (within {limit})",
    "appeared_here": "New identities appear here often: {measured} within an hour (at least {limit})",
    "wandered": "It went to and fro before: {measured} times the way made good (at least {limit})",
    "heard_seldom": "Heard every {measured} (from {limit}): a shorter dip could not have been seen",
    "fishes_there": "A fishing vessel: they work over cables, and cut most of those that are cut",
    "other_trade": "A passenger, high-speed or pleasure craft",
    "shelter": "Shelter from {subject}: its middle came to {measured} (within {limit})",
    "sails_and_yachts": "Sailing and pleasure craft: {measured} of them (at least {limit})",
    "other_ships": "Ships of other trades lie there as well: {measured} (at least {limit})",
    "unknown_types": "They do not say what they are: {measured} (at least {limit})",
    "working": "They move about as if they worked: {measured} of the time (at least {limit})",
    "diverted_alike": "Others came the same way soon after: {measured} (at least {limit})",
    "own_way": "It sailed there before: {measured} of it (at least {limit})",
    "ways_fan_out": "Ways part there: {measured} of the others sailed apart from all others (at least {limit})",
    "new_orders": "New orders: it said {subject} only since {measured} before (within {limit})",
    "towards_destination": "It goes straight to {subject}, where it says: {measured} of the way (at least {limit})",
    "service_vessel": "A tug, dredger, pilot or patrol vessel",
    "reflag": "Name or call sign changed with it: {measured} of the fields (at most {limit})",
    "new_arrivals": "New identities appear here often: {measured} an hour (at least {limit})",
    "unlike_motion": "Speed and course before and after fit two ships better: evidence {measured} (at most {limit})",
}


METRES_PER_MILE = 1852.0
UNBOUNDED = 1e8
"""Three years in seconds, the way to the moon in metres: what is larger is not a measurement."""


def same(text: str) -> str:
    """The translation that leaves English as it is."""
    return text


def sentence(reason: Reason | CounterEvidence, translate: Translate = same) -> str:
    """The sentence of a reason or an innocent explanation.

    >>> from hanbada.model.records import Reason
    >>> sentence(Reason(quantity="silence", measured=11400, unit="s", limit=3600, relation=">="))
    'AIS silent for 3 h 10 min (rule: 1 h)'
    """
    key = reason.quantity if isinstance(reason, Reason) else reason.explanation
    if abs(reason.measured) >= UNBOUNDED and not reason.subject and f"{key}_none" in PHRASES:
        key = f"{key}_none"  # no port is within reach of the index
    phrase = translate(PHRASES.get(key, key + ": {measured} ({limit})"))
    return phrase.format(
        measured=amount(reason.measured, reason.unit, translate),
        limit=amount(reason.limit, reason.unit, translate),
        subject=reason.subject,
    )


def headline(detection: Detection, translate: Translate = same) -> str:
    """One line for a list: the kind and its first reason."""
    kind = translate(KINDS.get(detection.kind, detection.kind))
    return f"{kind}: {sentence(detection.reasons[0], translate)}" if detection.reasons else kind


def explanation(detection: Detection, translate: Translate = same) -> str:
    """The whole text of a detection: claim, reasons, what speaks against it, coverage."""
    names = ", ".join(f"{v.name or '?'} ({v.mmsi})" for v in detection.vessels)
    span = dtg(detection.t_start) + (f" – {dtg(detection.t_end)}" if detection.t_end is not None else " –")
    lines = [f"{translate(KINDS.get(detection.kind, detection.kind))}: {names}", span]
    lines.append(translate("Probability {p}").format(p=f"{detection.probability:.2f}"))
    lines += [f"+ {sentence(reason, translate)}" for reason in detection.reasons]
    for counter in detection.counter_evidence:
        mark = translate("holds") if counter.holds else translate("does not hold")
        lines.append(f"- {sentence(counter, translate)}: {mark}")
    return "\n".join(lines)


def amount(value: float, unit: str, translate: Translate = same) -> str:
    """A number with its unit, as sailors write it.

    >>> amount(18360, "s"), amount(926, "m"), amount(6.25, "kn"), amount(0.913, "share"), amount(3, "")
    ('5 h 06 min', '0.50 nmi', '6.2 kn', '91 %', '3')
    """
    if abs(value) >= UNBOUNDED:
        return "∞"
    if unit == "s":
        return _duration(value, translate)
    if unit == "m":
        return _length(value)
    if unit == "share":
        return f"{100 * value:.0f} %"
    if unit == "at":
        return dtg(round(value))
    number = f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
    return f"{number} {translate(unit)}" if unit else number


def _length(metres: float) -> str:
    miles = metres / METRES_PER_MILE
    if metres < 30 and not float(metres).is_integer():
        return f"{metres:.1f} m"
    return f"{metres:.0f} m" if metres < 900 else f"{miles:.2f} nmi" if miles < 10 else f"{miles:.0f} nmi"


def _duration(seconds: float, translate: Translate) -> str:
    whole = round(seconds)
    if whole < 60:
        return translate("{n} s").format(n=whole)
    minutes = round(whole / 60)
    if minutes < 60:
        return translate("{n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return translate("{d} d {h} h").format(d=hours // 24, h=hours % 24)
    return translate("{h} h {m} min").format(h=hours, m=f"{rest:02}") if rest else translate("{h} h").format(h=hours)
