"""The scenario that ships with Hanbada: a day of the Korea Strait, again and again, SIMULATED throughout."""

from __future__ import annotations

from hanbada.exercise.korea_fleet import everyday
from hanbada.exercise.korea_places import STATIONS
from hanbada.exercise.korea_story import LEAD_S, PERIOD_S, crowds, story
from hanbada.exercise.korea_words import LOOK
from hanbada.exercise.scenario import Aid, Scenario

NOTICE = "SIMULATED TRAFFIC - EXERCISE ONLY"
"""What every base station broadcasts as a safety text."""

AIDS: tuple[Aid, ...] = (
    Aid(mmsi=994_821_001, name="SIM BUSAN FAIRWAY", place=(35.030, 129.130), aid_type=30),
    Aid(mmsi=994_821_002, name="SIM GADEOK", place=(34.960, 128.830), aid_type=24),
    Aid(mmsi=994_821_003, name="SIM ULSAN FAIRWAY", place=(35.400, 129.460), aid_type=30),
    Aid(mmsi=994_821_004, name="SIM YEOSU ENTRANCE", place=(34.640, 127.860), aid_type=30),
    Aid(mmsi=994_821_005, name="SIM HONGDO", place=(34.530, 128.735), aid_type=6),
    Aid(mmsi=994_821_006, name="SIM POHANG ENTRANCE", place=(36.120, 129.560), aid_type=24),
    Aid(mmsi=994_831_001, name="SIM OKINOSHIMA", place=(34.240, 130.105), aid_type=6),
    Aid(mmsi=994_831_002, name="SIM MUTSURE", place=(34.010, 130.740), aid_type=24),
    Aid(mmsi=994_831_003, name="SIM IKI NORTH", place=(33.920, 129.700), aid_type=25),
    Aid(mmsi=994_826_001, name="SIM LANE NORTH", place=(34.500, 128.870), aid_type=29, virtual=True),
    Aid(mmsi=994_826_002, name="SIM LANE SOUTH", place=(34.200, 128.490), aid_type=29, virtual=True),
)


def korea_strait(curtain_at: int) -> Scenario:
    """The scenario whose story opens at a time (UTC microseconds); a watch should listen from `lead_s` before it."""
    act, others = story(), everyday()
    elements = [*act.elements, *crowds(others)]
    return Scenario(
        name="Korea Strait",
        about=LOOK,
        epoch_at=curtain_at,
        period_s=PERIOD_S,
        lead_s=LEAD_S,
        vessels=(*others, *act.vessels),
        stations=STATIONS,
        aids=AIDS,
        events=tuple(act.events),
        story=tuple(sorted(elements, key=lambda element: (element.begins_s, element.key))),
        notice=NOTICE,
    )
