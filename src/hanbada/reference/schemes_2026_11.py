"""How reporting centres and formats classify incidents: one table, as their definitions stood in November 2026.

Rules of a scheme stand in order: the first that holds gives the category. What a rule wants of an answer is a set of
its words or a range. `sure=False` marks what the published text leaves open or what we know only at second hand; the
note says what. Names of categories are the scheme's own and are never translated. Sources are cited per scheme.
"""

from __future__ import annotations

from hanbada.model.answers import ACCIDENTS, NATURE
from hanbada.reference.schemes import Rule, Scheme, Wanted

ARMED = ("knives", "guns", "rocket_grenades", "explosives", "other")
FIREARMS = ("guns", "rocket_grenades", "explosives")
HARMED = ("held", "assaulted", "injured", "kidnapped", "missing", "killed")
TAKEN = ("cash", "belongings", "stores", "spares", "equipment", "cargo", "ship")
STATE_WATERS = ("port", "internal", "archipelagic", "territorial")
OPEN_WATERS = ("exclusive_zone", "high_seas")
BEHAVIOUR = ("ais_silence", "ais_identity", "ais_spoofing", "encounter", "loitering", "unexpected_movement", "off_lane",
             "area_entry")  # fmt: skip
YES, NO = (True,), (False,)
PRIVATE = {"act": ("attack",)}
WHOLE_FORM = (
    "vessels", "place", "from", "vessel_state", "method", "craft", "craft_count", "perpetrators", "weapons",
    "weapons_used", "language", "crew", "damage", "stolen", "crew_action", "reported_to", "coastal_action", "suspects",
    "assistance", "dead", "hurt", "lost", "boarded", "control_taken", "text",
)  # fmt: skip


def _rule(category: str, *, sure: bool = True, note: str = "", **when: Wanted) -> Rule:
    return Rule(category=category, when=when, sure=sure, note=note)


_IFC = Scheme(
    name="ifc_singapore",
    title="IFC Singapore",
    edition="eight categories, in use since 2021",
    source="Information Fusion Centre, Singapore: annual report 2022 (categories), monthly maps 2020 (sub-types)",
    carries=("place", "from", "vessel_state", "light", "text"),
    rules=(
        _rule("TRAPS: Attempted Action", sure=False, note="sub-types are published without definitions",
              act=("attack",), boarded=NO),
        _rule("TRAPS", sure=False, note="a hijack has no published sub-type", act=("attack",), control_taken=YES),
        _rule("TRAPS: Sea Robbery", sure=False, note="sub-types are published without definitions",
              act=("attack",), boarded=YES, weapons=(*ARMED, "sticks")),
        _rule("TRAPS: Sea Robbery", sure=False, note="sub-types are published without definitions",
              act=("attack",), boarded=YES, crew=("threatened", *HARMED)),
        _rule("TRAPS: Sea Theft", sure=False, note="sub-types are published without definitions",
              act=("attack",), boarded=YES),
        _rule("TRAPS", act=("attack",)),
        _rule("MT", act=("terrorism",)),
        _rule("MT", sure=False, note="strikes in an armed conflict are not defined", act=("strike", "mine")),
        _rule("MI", act=ACCIDENTS),
        _rule("IUUF", act=("illegal_fishing",)),
        _rule("CS", act=("smuggling",)),
        _rule("IHM", act=("irregular_migration", "human_trafficking")),
        _rule("IHM", sure=False, note="stowaways are not named", act=("stowaways",)),
        _rule("ENVSEC", act=("pollution", "dumping")),
        _rule("CYBSEC", act=("cyber_attack",)),
    ),
)  # fmt: skip

_IOR = Scheme(
    name="ifc_ior",
    title="IFC-IOR",
    edition="categories of October 2020, hybrid threats as of July 2024",
    source="Information Fusion Centre, Indian Ocean Region: monthly maps October 2020 and July 2024",
    carries=("place", "from", "vessel_state", "text"),
    rules=(
        _rule("Piracy and armed robbery", act=("attack",)),
        _rule("Maritime terrorism", act=("terrorism",)),
        _rule("Maritime security threats (hybrid)", sure=False, note="the category is published without a definition",
              act=("strike", "mine", "seizure", "coercion", "cable_damage", "gnss_interference", "cyber_attack")),
        _rule("Contraband smuggling", act=("smuggling",)),
        _rule("Irregular human migration", act=("irregular_migration", "human_trafficking", "stowaways")),
        _rule("IUU fishing", act=("illegal_fishing",)),
        _rule("Maritime incidents", act=ACCIDENTS),
        _rule("Natural events", act=NATURE),
        _rule("Environmental pollution", act=("pollution", "dumping")),
    ),
)  # fmt: skip

_SECOND_HAND = "factors are published, their limits only described: ISC reports 2009 to 2023"
_RECAAP = Scheme(
    name="recaap",
    title="ReCAAP ISC",
    edition="violence and economic factors, CAT 4 since 2015",
    source="ReCAAP Information Sharing Centre: classification methodology in its half-yearly and annual reports",
    carries=("place", "from", "vessels", "vessel_state", "weapons", "crew", "stolen", "perpetrators", "light", "text"),
    rules=(
        _rule("Attempted", act=("attack",), boarded=NO),
        _rule("Actual: CAT 1", sure=False, note=_SECOND_HAND, act=("attack",), boarded=YES, control_taken=YES),
        _rule("Actual: CAT 1", sure=False, note=_SECOND_HAND, act=("attack",), boarded=YES, stolen=("cargo", "ship")),
        _rule("Actual: CAT 1", sure=False, note=_SECOND_HAND, act=("attack",), boarded=YES,
              crew=("kidnapped", "missing", "killed")),
        _rule("Actual: CAT 1", sure=False, note=_SECOND_HAND, act=("attack",), boarded=YES, weapons=FIREARMS,
              crew=("held", "assaulted", "injured"), perpetrators=range(10, 10**9 + 1)),
        _rule("Actual: CAT 2", act=("attack",), boarded=YES, weapons=ARMED,
              crew=("threatened", "held", "assaulted", "injured")),
        _rule("Actual: CAT 2", sure=False, note=_SECOND_HAND, act=("attack",), boarded=YES, weapons=FIREARMS),
        _rule("Actual: CAT 2", sure=False, note=_SECOND_HAND, act=("attack",), boarded=YES,
              crew=("held", "assaulted", "injured")),
        _rule("Actual: CAT 3", act=("attack",), boarded=YES, weapons=(*ARMED, "sticks")),
        _rule("Actual: CAT 3", act=("attack",), boarded=YES, crew=("threatened",)),
        _rule("Actual: CAT 4", act=("attack",), boarded=YES),
    ),
)  # fmt: skip

_LAW = Scheme(
    name="law",
    title="UNCLOS and IMO Code of Practice",
    edition="UNCLOS 1982, article 101; IMO resolution A.1025(26), 2009",
    source="United Nations Convention on the Law of the Sea, articles 58 and 101; IMO A.1025(26), annex, paragraph 2",
    carries=(),
    rules=(
        _rule("Piracy", act=("attack",), waters=OPEN_WATERS),
        _rule("Armed robbery against ships", act=("attack",), waters=STATE_WATERS),
    ),
)

_UKMTO = Scheme(
    name="ukmto_bmp",
    title="UKMTO and BMP",
    edition="BMP5, June 2018, annex H",
    source="BMP5 annex H, definitions; UKMTO, common understanding of attacks and suspicious activity",
    carries=("place", "from", "craft", "craft_count", "perpetrators", "weapons", "crew", "stopped_by", "text"),
    rules=(
        _rule("Hijack", act=("attack", "terrorism"), boarded=YES, control_taken=YES),
        _rule("Armed robbery", sure=False, note="it is an illegal boarding too; the law's word is the narrower",
              act=("attack",), boarded=YES, waters=STATE_WATERS, stolen=TAKEN),
        _rule("Illegal boarding", act=("attack", "terrorism"), boarded=YES),
        _rule("Attack", act=("attack", "approach"), weapons_used=("discharged",)),
        _rule("Attack", sure=False, note="missiles and explosive boats are named as attacks beside the definition",
              act=("strike",)),
        _rule("Suspicious or aggressive approach", act=("attack", "approach"), boarded=NO),
        _rule("Suspicious or aggressive approach", act=("approach",)),
    ),
)  # fmt: skip

_MICA = Scheme(
    name="mica",
    title="MICA Center",
    edition="annual report 2020",
    source="Maritime Information Cooperation and Awareness Center, Brest: report on piracy and robbery in 2020",
    carries=("place", "from", "text"),
    rules=(
        _rule("Prise de contrôle", act=("attack",), boarded=YES, control_taken=YES),
        _rule("Prise de contrôle", sure=False, note="control of the crew counts too", act=("attack",), boarded=YES,
              crew=("kidnapped",)),
        _rule("Vol", sure=False, note="theft in territorial waters; where arms begin to matter is not said",
              act=("attack",), boarded=YES, waters=STATE_WATERS, weapons=("none",)),
        _rule("Attaque", act=("attack",), boarded=YES),
        _rule("Attaque", act=("attack", "approach"), weapons_used=("discharged",)),
        _rule("Attaque", sure=False, note="trying to board is an action against the ship", act=("attack",)),
        _rule("Approche", act=("approach",), aggressive=YES),
    ),
)  # fmt: skip

_NATO = Scheme(
    name="nato_shipping_centre",
    title="NATO Shipping Centre",
    edition="definitions of 2012",
    source="NATO Shipping Centre, piracy statistics September and October 2012, definitions",
    carries=("place", "from", "stopped_by", "text"),
    rules=(
        _rule("Disruption", act=("approach", "attack"), stopped_by=("military",)),
        _rule("Pirated/Hijacked", act=("attack",), boarded=YES, control_taken=YES),
        _rule("Attack", act=("attack",)),
        _rule("Attack", act=("approach",), weapons_used=("discharged",)),
        _rule("Approach", act=("approach",), aggressive=YES),
        _rule("Approach", act=("approach",), weapons_used=("shown",)),
        _rule("Suspicious Activity", act=("approach",)),
    ),
)

_IMO = Scheme(
    name="imo_1334",
    title="IMO reports",
    edition="MSC.1/Circ.1334, 2009",
    source="IMO MSC.1/Circ.1334, annex: follow-up report; MSC.4 circulars: acts committed and attempted",
    carries=WHOLE_FORM,
    rules=(
        _rule("Act committed: follow-up report", act=("attack",), boarded=YES),
        _rule("Attempted act: follow-up report", act=("attack",), boarded=NO),
        _rule("Attempted act: follow-up report", sure=False, note="the form knows attacks; an approach may be none",
              act=("approach",), weapons_used=("discharged",)),
    ),
)  # fmt: skip

_OURS = "our mapping: the scheme has no word of its own for it"
_CISE = Scheme(
    name="cise",
    title="EU CISE",
    edition="data model 1.5.3, 2021",
    source="European Commission, Joint Research Centre: CISE data model 1.5.3, enumerations",
    carries=("place", "from", "until", "vessels", "confidence", "dead", "text"),
    rules=(
        _rule("CrisisIncident/ViolenceKidnappingHostageTaking", sure=False, note=_OURS,
              act=("attack", "terrorism"), control_taken=YES),
        _rule("CrisisIncident/ViolenceKidnappingHostageTaking", sure=False, note=_OURS,
              act=("attack", "terrorism"), crew=("held", "kidnapped")),
        _rule("CrisisIncident/ViolenceRobbery", sure=False, note=_OURS, act=("attack",)),
        _rule("CrisisIncident/ManMadeDisasterTerroristAttack", act=("terrorism",)),
        _rule("CrisisIncident/ViolenceAirMissileAttack", sure=False, note="an explosive boat is no missile",
              act=("strike",)),
        _rule("CrisisIncident/MinesExplosives", act=("mine",)),
        _rule("MaritimeSafetyIncident/Collision", act=("collision",)),
        _rule("MaritimeSafetyIncident/Grounding", act=("grounding",)),
        _rule("MaritimeSafetyIncident/Fire", act=("fire",)),
        _rule("MaritimeSafetyIncident/Flooding", act=("flooding",)),
        _rule("MaritimeSafetyIncident/List", act=("listing",)),
        _rule("MaritimeSafetyIncident/Capsizing", act=("capsizing",)),
        _rule("MaritimeSafetyIncident/IncidentNatureSinking", act=("sinking",)),
        _rule("MaritimeSafetyIncident/StructuralFailure", act=("structural_failure",)),
        _rule("MaritimeSafetyIncident/EngineFailure", act=("engine_failure",)),
        _rule("MaritimeSafetyIncident/SteeringGearFailure", act=("steering_failure",)),
        _rule("MaritimeSafetyIncident/ElectricalGeneratingSystemFailure", act=("power_failure",)),
        _rule("MaritimeSafetyIncident/IncidentNatureAbandonShip", act=("abandoned",)),
        _rule("MaritimeSafetyIncident/LostFoundContainers", act=("lost_containers",)),
        _rule("MaritimeSafetyIncident/Medico", act=("medical",)),
        _rule("MaritimeSafetyIncident/Pollution", act=("pollution",)),
        _rule("MaritimeSafetyIncident/Waste", act=("dumping",)),
        _rule("MaritimeSafetyIncident/Other", sure=False, note=_OURS, act=("explosion", "man_overboard", "missing")),
        _rule("LawInfringementIncident/Other", sure=False, note="its words for goods and vessels were not checked",
              act=("illegal_fishing", "smuggling", "human_trafficking")),
        _rule("IrregularMigrationIncident", act=("irregular_migration",)),
        _rule("IrregularMigrationIncident", sure=False, note=_OURS, act=("stowaways",)),
        _rule("CrisisIncident/ManMadeDisasterAnyOtherManMadeDisaster", sure=False, note=_OURS, act=("cable_damage",)),
        _rule("CrisisIncident/Other", sure=False, note=_OURS, act=("cyber_attack",)),
        _rule("CrisisIncident/NaturalDisasterTropicalStorm", act=("tropical_cyclone",)),
        _rule("CrisisIncident/NaturalDisasterTsunami", act=("tsunami",)),
        _rule("Anomaly/WithoutAISTransmission", act=("ais_silence",)),
        _rule("Anomaly/DetecionOfChangesInAISParameters", act=("ais_identity",)),
        _rule("Anomaly/UnexpectedMovement", act=("unexpected_movement",)),
        _rule("Anomaly/VesselOutOfTrafficLanes", act=("off_lane",)),
        _rule("Anomaly/Other", sure=False, note="PerformingAISSpoofing would say that the ship itself means it",
              act=("ais_spoofing",)),
        _rule("Anomaly/Other", sure=False, note=_OURS,
              act=("approach", "gnss_interference", "encounter", "loitering", "area_entry")),
    ),
)  # fmt: skip

_S124 = Scheme(
    name="s124",
    title="S-124 navigational warnings",
    edition="2.0.0",
    source="IHO S-124 feature catalogue 2.0.0: navwarnTypeGeneral and navwarnTypeDetails",
    carries=("place", "from", "until", "text"),
    rules=(
        _rule("12 piracy or robbery", act=("attack", "approach")),
        _rule("206 naval mines", act=("mine",)),
        _rule("141 GNSS degradation", act=("gnss_interference",)),
        _rule("142 hazardous area", sure=False, note="the type tells of an area, not of a strike", act=("strike",)),
        _rule("3 drifting hazards", act=("lost_containers", "abandoned")),
        _rule("240 SAR operation", sure=False, note="true once a search runs", act=("man_overboard", "missing")),
        _rule("5 other hazards", sure=False, note="a wreck once it lies there", act=("sinking", "capsizing")),
        _rule("268 submarine cable changes", sure=False, note=_OURS, act=("cable_damage",)),
        _rule("9 dangerous natural phenomena", act=("tropical_cyclone", "severe_weather")),
        _rule("276 tsunami", act=("tsunami",)),
    ),
)

TABLE: tuple[Scheme, ...] = (_IFC, _IOR, _RECAAP, _LAW, _UKMTO, _MICA, _NATO, _IMO, _CISE, _S124)
