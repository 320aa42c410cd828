"""What an officer answers about an incident, in coded words: asked once, mapped to every scheme from here.

Each answer is a fact of the data class "incident" (`model.facts`), so it can be marked, cut, told and read by itself.
The words are ours; the names schemes give to things stand in `reference.schemes_2026_11`. A list that is given counts
as whole: weapons `("knives",)` says that no guns were seen. Nothing given is unknown, never "no".
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

from msgspec import Struct

Answers: TypeAlias = dict[str, Any]
"""Answers by name, as JSON carries them."""

ACCIDENTS = (
    "collision", "grounding", "fire", "explosion", "flooding", "listing", "capsizing", "sinking", "structural_failure",
    "engine_failure", "steering_failure", "power_failure", "abandoned", "lost_containers", "man_overboard", "medical",
    "missing",
)  # fmt: skip
NATURE = ("tropical_cyclone", "severe_weather", "tsunami")
ACTS = (
    "approach", "attack", "terrorism", "strike", "mine", "seizure", "coercion",
    "illegal_fishing", "smuggling", "irregular_migration", "human_trafficking", "stowaways",
    "pollution", "dumping", "cable_damage", "cyber_attack", "gnss_interference",
    "ais_silence", "ais_identity", "ais_spoofing", "encounter", "loitering", "unexpected_movement", "off_lane",
    "area_entry", *ACCIDENTS, *NATURE, "other",
)  # fmt: skip
"""What happened. `attack`: against a ship for private ends, tried or done, from theft to hijack; `approach`: only came
near; `strike`: missile, drone or explosive boat; `seizure`, `coercion`: by a state."""
WEAPONS = ("none", "sticks", "knives", "guns", "rocket_grenades", "explosives", "other")
USES = ("not_used", "shown", "discharged")
TREATMENTS = ("unharmed", "threatened", "held", "assaulted", "injured", "kidnapped", "missing", "killed")
LOOT = ("nothing", "cash", "belongings", "stores", "spares", "equipment", "cargo", "ship")
CRAFTS = ("none", "skiff", "speedboat", "fishing_boat", "dhow", "ship", "naval_ship", "uncrewed_boat", "drone",
          "aircraft", "other")  # fmt: skip
VESSEL_STATES = ("under_way", "anchored", "berthed", "drifting")
LIGHTS = ("day", "twilight", "dark")
WATERS = ("port", "internal", "archipelagic", "territorial", "exclusive_zone", "high_seas")
STOPPED_BY = ("nobody", "crew", "guards", "military", "police")
ATTACKS = (
    "assassination", "hijacking", "kidnapping", "barricade", "bombing", "armed_assault", "unarmed_assault",
    "facility_attack",
)  # fmt: skip
TARGETS = (
    "merchant_ship", "passenger_ship", "fishing_boat", "port", "offshore", "cable_pipeline", "navy", "government",
    "other",
)  # fmt: skip
DOUBTS = ("insurgency", "other_crime", "between_groups", "no_intent", "state")
"""Why an act may be no terrorism at all, as the codebook of the Global Terrorism Database (START) has it; the targets
are our own, at sea."""
GOODS = ("drugs", "weapons", "fuel", "tobacco", "wildlife", "currency", "waste", "other")


class Answer(Struct, frozen=True, kw_only=True):
    """One question of the report: its words (none: yes or no, or a number), whether more than one may be said."""

    name: str
    about: str
    words: tuple[str, ...] = ()
    many: bool = False
    number: bool = False

    @property
    def type(self) -> Any:
        """The type its value is checked against; a number is a count."""
        if self.number:
            return int
        one = cast("Any", Literal)[self.words] if self.words else bool
        return cast("Any", tuple)[one, ...] if self.many else one


def _answer(name: str, about: str, *words: str, many: bool = False, number: bool = False) -> Answer:
    return Answer(name=name, about=about, words=words, many=many, number=number)


ANSWERS: dict[str, Answer] = {
    one.name: one
    for one in (
        _answer("act", "What happened.", *ACTS),
        _answer("aggressive", "Whether a craft closed on a steady bearing, came very close, or threatened."),
        _answer("boarded", "Whether somebody came on board."),
        _answer("control_taken", "Whether the crew lost control of the ship."),
        _answer("weapons", "Which weapons were seen.", *WEAPONS, many=True),
        _answer("weapons_used", "What was done with weapons.", *USES),
        _answer("crew", "How the crew was treated.", *TREATMENTS, many=True),
        _answer("stolen", "What was taken.", *LOOT, many=True),
        _answer("perpetrators", "How many persons did it.", number=True),
        _answer("craft", "In what they came.", *CRAFTS, many=True),
        _answer("craft_count", "In how many craft they came.", number=True),
        _answer("vessel_state", "What the ship was doing.", *VESSEL_STATES),
        _answer("light", "Whether it was day or dark.", *LIGHTS),
        _answer("waters", "In whose waters it was.", *WATERS),
        _answer("stopped_by", "Who ended it.", *STOPPED_BY),
        _answer("goods", "What was smuggled.", *GOODS, many=True),
        _answer("attack_type", "In which way it was attacked.", *ATTACKS, many=True),
        _answer("target", "What was attacked.", *TARGETS),
        _answer("claimed", "Whether somebody says that they did it."),
        _answer("doubt", "Why it may be no terrorism; not given where nobody doubts it.", *DOUBTS, many=True),
        _answer("dead", "How many died.", number=True),
        _answer("hurt", "How many were hurt.", number=True),
        _answer("lost", "How many are missing.", number=True),
    )
}
