"""What there is to see in the story of the simulated Korea Strait, in the words of a watch officer.

In English and in Korean.
"""

from __future__ import annotations

LOOK: dict[str, str] = {
    "en": (
        "Everything here is SIMULATED: some 350 vessels in the Korea Strait as eleven shore stations and a satellite "
        "hear them. When the curtain opens, five cases stand already: two ships on one MMSI, two on one IMO number, a"
        " tanker that is silent, two tankers that lie together, a ship that has changed her number. Within minutes a "
        "trawler reports not under command and a distress beacon calls north-east of Tsushima; a coaster sails a lane"
        " the wrong way, a yacht enters a closed area, a survey ship jumps, a bulk carrier stays too long. Look also "
        "at what stays quiet: the anchorages, the fishing fleets, the pilot, the tow, and Jeju, whose station is out "
        "of order."
    ),
    "ko": (
        "여기 보이는 것은 모두 모의(SIMULATED)이다. 대한해협의 선박 약 350척을 육상 기지국 열한 곳과 위성 하나가 "
        "수신한다. 막이 오를 때 이미 다섯 건이 나와 있다. 한 MMSI를 쓰는 두 선박, 한 IMO 번호를 쓰는 두 선박, 침묵하는 "
        "유조선, 나란히 머무는 유조선 두 척, 번호를 바꾼 선박이다. 몇 분 안에 저인망 어선이 조종불능을 알리고 대마도 "
        "북동쪽에서 조난 신호기가 울린다. 연안 화물선이 통항로를 거슬러 가고, 요트가 금지 구역에 들어가며, 조사선의 "
        "위치가 튀고, 산적화물선이 너무 오래 머문다. 조용한 것도 살펴보라. 묘박지, 어선단, 도선선, 예인선, 그리고 "
        "기지국이 고장 난 제주이다."
    ),
}
"""What to look at, as a whole."""

ABOUT: dict[str, tuple[str, str]] = {
    "sart": (
        "A distress beacon (AIS-SART) is active north-east of Tsushima.",
        "대마도 북동쪽에서 조난 신호기(AIS-SART)가 작동하고 있다.",
    ),
    "not-under-command": (
        "A trawler near the beacon reports to be not under command.",
        "신호기 가까이에서 저인망 어선이 조종불능 상태를 알린다.",
    ),
    "gap": (
        "A tanker is silent for more than two hours east of Tsushima, where others are heard.",
        "대마도 동쪽에서 다른 배는 모두 수신되는데 유조선 한 척이 두 시간 넘게 침묵한다.",
    ),
    "encounter": (
        "Two tankers lie together in open water for two and a half hours.",
        "유조선 두 척이 난바다에서 두 시간 반 동안 나란히 머문다.",
    ),
    "duplicate": (
        "Two ships, off Pohang and off Yeosu, send one MMSI.",
        "포항 앞바다와 여수 앞바다의 두 선박이 같은 MMSI를 쓴다.",
    ),
    "handoff": (
        "A ship just out of Busan takes another MMSI within a minute, her name turned round.",
        "부산을 막 나선 선박이 1분 만에 다른 MMSI로 바꾸고 선명의 앞뒤를 뒤집는다.",
    ),
    "number": (
        "Two ships, off Hakata and off Ulsan, send one IMO number.",
        "하카타 앞바다와 울산 앞바다의 두 선박이 같은 IMO 번호를 쓴다.",
    ),
    "jump": (
        "A survey ship off Busan is suddenly forty miles farther east.",
        "부산 앞바다의 조사선이 갑자기 동쪽으로 40해리 떨어진 곳에 나타난다.",
    ),
    "wrong-way": (
        "A coaster sails north-east in the south-west-bound exercise lane.",
        "연안 화물선이 남서향 훈련 통항로를 북동쪽으로 거슬러 간다.",
    ),
    "intruder": (
        "A motor yacht enters the closed exercise area.",
        "모터요트가 출입이 금지된 훈련 구역에 들어간다.",
    ),
    "dwell": (
        "A bulk carrier waits adrift in the exercise area in which nobody may stay.",
        "산적화물선이 머물 수 없는 훈련 구역에서 표류하며 기다린다.",
    ),
    "outage": (
        "The station on Jeju is silent for an hour and a half, and with it every ship there.",
        "제주 기지국이 한 시간 반 동안 끊기고 그곳의 모든 선박이 함께 사라진다.",
    ),
    "sart-test": (
        "A beacon is tested alongside in Ulsan and says so.",
        "울산 부두에서 신호기를 시험하며 시험이라고 밝힌다.",
    ),
    "pilot": (
        "A pilot boat keeps alongside a bulk carrier for a quarter of an hour.",
        "도선선이 산적화물선 곁을 15분 동안 나란히 달린다.",
    ),
    "tow": (
        "A tug tows a barge from Ulsan to Pohang.",
        "예인선이 울산에서 포항으로 부선을 끈다.",
    ),
    "pair-trawl": (
        "Two trawlers tow one net west of Tsushima.",
        "대마도 서쪽에서 쌍끌이 어선 두 척이 그물 하나를 끈다.",
    ),
    "fleet": (
        "Fishing boats trawl for hours, each ground full of them.",
        "어장마다 어선들이 몇 시간씩 조업한다.",
    ),
    "anchorage": (
        "Ships lie at anchor off seven ports, half a mile from each other.",
        "일곱 항구 앞바다에 배들이 반 해리 간격으로 닻을 내리고 있다.",
    ),
    "blind": (
        "A ship at anchor off Ulsan loses her position for ten minutes.",
        "울산 앞바다에 닻을 내린 배가 10분 동안 자기 위치를 잃는다.",
    ),
}
"""Each element of the story by its key: in English, in Korean."""
