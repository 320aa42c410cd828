"""Places and routes of the simulated Korea Strait, typed by hand from general knowledge of the area.

They are plausible and no more: good enough that no leg crosses land, not good enough to sail by. Berths, stations and
lanes are invented.
"""

from __future__ import annotations

from typing import NamedTuple

from hanbada.exercise.scenario import Place, Station
from hanbada.geo.sphere import NMI_M


class Mark(NamedTuple):
    """A place ships pass: how far to starboard of it they may keep (nmi), and the speed they keep to near it."""

    lat_deg: float
    lon_deg: float
    wide_nmi: float = 0.0
    limit_kn: float = 99.0


MARKS: dict[str, Mark] = {
    # Harbours: where ships lie, and the way out.
    "BUSAN": Mark(35.098, 129.062, 0, 7), "BUSAN GATE": Mark(35.060, 129.105, 0.05, 10),
    "BUSAN ROADS": Mark(34.985, 129.165, 0.4, 16),
    "NEW PORT": Mark(35.070, 128.790, 0, 7), "GADEOK": Mark(35.010, 128.775, 0.05, 11),
    "NEW PORT ROADS": Mark(34.840, 128.960, 0.5, 16),
    "MASAN": Mark(35.170, 128.585, 0, 7), "MASAN BAY": Mark(35.085, 128.640, 0.05, 10),
    "JINHAE BAY": Mark(35.060, 128.740, 0.05, 11), "GADEOK WEST": Mark(34.960, 128.790, 0.1, 12),
    "OKPO": Mark(34.898, 128.745, 0, 7), "OKPO ROADS": Mark(34.870, 128.800, 0.2, 14),
    "ULSAN": Mark(35.470, 129.405, 0, 7), "ULSAN GATE": Mark(35.425, 129.420, 0.05, 10),
    "ULSAN ROADS": Mark(35.360, 129.530, 0.4, 16),
    "POHANG": Mark(36.040, 129.420, 0, 7), "YEONGIL BAY": Mark(36.090, 129.500, 0.1, 12),
    "POHANG ROADS": Mark(36.150, 129.660, 0.5, 18),
    "DONGHAE": Mark(37.500, 129.165, 0, 7), "DONGHAE ROADS": Mark(37.480, 129.270, 0.3, 16),
    "GWANGYANG": Mark(34.895, 127.720, 0, 7), "MYODO": Mark(34.860, 127.780, 0.05, 9),
    "YEOSU BAY": Mark(34.730, 127.815, 0.1, 12), "YEOSU GATE": Mark(34.560, 127.885, 0.3, 14),
    "YEOSU ROADS": Mark(34.400, 127.990, 0.5, 16),
    "HAKATA": Mark(33.615, 130.370, 0, 7), "HAKATA BAY": Mark(33.650, 130.300, 0.05, 10),
    "HAKATA GATE": Mark(33.690, 130.240, 0.1, 14), "HAKATA ROADS": Mark(33.800, 130.150, 0.4, 18),
    "MUTSURE": Mark(33.985, 130.830, 0, 7), "HIBIKI": Mark(34.050, 130.620, 0.4, 14),
    "SHIMONOSEKI": Mark(33.965, 130.885, 0, 7),
    "HITAKATSU": Mark(34.660, 129.490, 0, 7), "HITAKATSU ROADS": Mark(34.700, 129.545, 0.1, 20),
    "IZUHARA": Mark(34.195, 129.310, 0, 7), "IZUHARA ROADS": Mark(34.190, 129.390, 0.1, 20),
    "ASHIBE": Mark(33.805, 129.790, 0, 7), "ASHIBE ROADS": Mark(33.830, 129.850, 0.1, 18),
    "NAGASAKI": Mark(32.735, 129.815, 0, 7), "NAGASAKI GATE": Mark(32.705, 129.770, 0.05, 10),
    "NAGASAKI ROADS": Mark(32.720, 129.620, 0.3, 16),
    "MAIZURU": Mark(35.503, 135.345, 0, 7), "MAIZURU GATE": Mark(35.570, 135.335, 0.05, 12),
    "SHANGHAI": Mark(31.020, 122.800, 0, 8),
    "JEJU": Mark(33.528, 126.545, 0, 7), "JEJU ROADS": Mark(33.600, 126.520, 0.2, 16),
    "SEOGWIPO": Mark(33.225, 126.560, 0, 7), "SEOGWIPO ROADS": Mark(33.150, 126.520, 0.2, 16),
    "JINDO": Mark(34.330, 126.140, 0, 8),
    # Open water.
    "OFF JEJU NW": Mark(33.540, 126.020, 0.5), "OFF JEJU SW": Mark(33.120, 126.050, 0.5),
    "OFF CHUJA": Mark(33.960, 126.140, 0.3),
    "KOREA STRAIT N": Mark(34.660, 129.060, 1.0),
    "LANE NE": Mark(34.500, 128.870, 1.9), "LANE SW": Mark(34.200, 128.490, 1.9),
    "KOREA STRAIT S": Mark(33.850, 128.250, 1.9), "EAST CHINA SEA N": Mark(32.400, 128.050, 3.0),
    "EAST CHINA SEA": Mark(31.550, 126.600, 4.0), "OFF YANGTZE": Mark(31.150, 123.600, 3.0),
    "OFF GEOJE E": Mark(34.760, 128.960, 0.6), "OFF GEOJE SE": Mark(34.580, 128.770, 0.6),
    "OFF HONGDO": Mark(34.430, 128.480, 0.7), "OFF YOKJI": Mark(34.350, 128.150, 0.5),
    "OFF GORI": Mark(35.180, 129.420, 0.5), "OFF GAMPO": Mark(35.700, 129.660, 0.6),
    "OFF HOMIGOT": Mark(36.020, 129.740, 0.5), "OFF ULJIN": Mark(36.900, 129.720, 0.8),
    "EAST SEA": Mark(35.200, 129.900, 1.0), "OFF OKI": Mark(35.780, 133.100, 1.5),
    "OFF KYOGA": Mark(35.850, 135.360, 0.5),
    "OFF HINOMISAKI": Mark(35.650, 132.450, 1.0), "OFF MISHIMA": Mark(34.980, 131.100, 0.8),
    "OFF TSUNOSHIMA": Mark(34.480, 130.680, 0.8),
    "OKINOSHIMA N": Mark(34.390, 130.080, 0.8), "OKINOSHIMA W": Mark(34.120, 129.880, 0.7),
    "TSUSHIMA E": Mark(34.430, 129.660, 0.7), "TSUSHIMA NE": Mark(34.780, 129.600, 0.7),
    "IKI S": Mark(33.640, 129.850, 0.2, 18), "OFF HIRADO": Mark(33.520, 129.420, 0.5),
    "OFF UKU": Mark(33.500, 128.900, 1.0),
    "OFF GOTO": Mark(32.650, 128.250, 1.5), "HIRADO CHANNEL": Mark(33.260, 129.270, 0.2, 18),
    "GOTO SEA": Mark(32.950, 129.400, 0.4), "IKI W": Mark(33.800, 129.500, 0.4),
    "TSUSHIMA SE": Mark(34.150, 129.640, 0.7),
}  # fmt: skip

ROUTES: dict[str, str] = {
    "busan-shanghai": "BUSAN, BUSAN GATE, BUSAN ROADS, KOREA STRAIT N, LANE NE, LANE SW, KOREA STRAIT S, EAST CHINA "
    "SEA N, EAST CHINA SEA, OFF YANGTZE, SHANGHAI",
    "newport-shanghai": "NEW PORT, GADEOK, NEW PORT ROADS, LANE NE, LANE SW, KOREA STRAIT S, EAST CHINA SEA N, EAST "
    "CHINA SEA, OFF YANGTZE, SHANGHAI",
    "ulsan-shanghai": "ULSAN, ULSAN GATE, ULSAN ROADS, OFF GORI, KOREA STRAIT N, LANE NE, LANE SW, KOREA STRAIT S, "
    "EAST CHINA SEA N, EAST CHINA SEA, OFF YANGTZE, SHANGHAI",
    "gwangyang-shanghai": "GWANGYANG, MYODO, YEOSU BAY, YEOSU GATE, YEOSU ROADS, KOREA STRAIT S, EAST CHINA SEA N, "
    "EAST CHINA SEA, OFF YANGTZE, SHANGHAI",
    "hakata-shanghai": "HAKATA, HAKATA BAY, HAKATA GATE, HAKATA ROADS, IKI S, OFF HIRADO, OFF UKU, OFF GOTO, EAST "
    "CHINA SEA, OFF YANGTZE, SHANGHAI",
    "busan-gwangyang": "BUSAN, BUSAN GATE, BUSAN ROADS, OFF GEOJE E, OFF GEOJE SE, OFF HONGDO, OFF YOKJI, YEOSU ROADS,"
    " YEOSU GATE, YEOSU BAY, MYODO, GWANGYANG",
    "newport-gwangyang": "NEW PORT, GADEOK, NEW PORT ROADS, OFF GEOJE SE, OFF HONGDO, OFF YOKJI, YEOSU ROADS, YEOSU "
    "GATE, YEOSU BAY, MYODO, GWANGYANG",
    "ulsan-gwangyang": "ULSAN, ULSAN GATE, ULSAN ROADS, OFF GORI, BUSAN ROADS, OFF GEOJE E, OFF GEOJE SE, OFF HONGDO, "
    "OFF YOKJI, YEOSU ROADS, YEOSU GATE, YEOSU BAY, MYODO, GWANGYANG",
    "busan-ulsan": "BUSAN, BUSAN GATE, BUSAN ROADS, OFF GORI, ULSAN ROADS, ULSAN GATE, ULSAN",
    "masan-ulsan": "MASAN, MASAN BAY, JINHAE BAY, GADEOK WEST, NEW PORT ROADS, BUSAN ROADS, OFF GORI, ULSAN ROADS, "
    "ULSAN GATE, ULSAN",
    "masan-busan": "MASAN, MASAN BAY, JINHAE BAY, GADEOK WEST, NEW PORT ROADS, BUSAN ROADS, BUSAN GATE, BUSAN",
    "ulsan-pohang": "ULSAN, ULSAN GATE, ULSAN ROADS, OFF GAMPO, OFF HOMIGOT, POHANG ROADS, YEONGIL BAY, POHANG",
    "busan-donghae": "BUSAN, BUSAN GATE, BUSAN ROADS, OFF GORI, ULSAN ROADS, OFF GAMPO, OFF HOMIGOT, OFF ULJIN, "
    "DONGHAE ROADS, DONGHAE",
    "pohang-donghae": "POHANG, YEONGIL BAY, POHANG ROADS, OFF ULJIN, DONGHAE ROADS, DONGHAE",
    "busan-hakata": "BUSAN, BUSAN GATE, BUSAN ROADS, TSUSHIMA NE, TSUSHIMA E, OKINOSHIMA W, HAKATA ROADS, HAKATA GATE,"
    " HAKATA BAY, HAKATA",
    "busan-shimonoseki": "BUSAN, BUSAN GATE, BUSAN ROADS, TSUSHIMA NE, OKINOSHIMA N, HIBIKI, SHIMONOSEKI",
    "busan-kitakyushu": "BUSAN, BUSAN GATE, BUSAN ROADS, TSUSHIMA NE, OKINOSHIMA N, HIBIKI, MUTSURE",
    "ulsan-kitakyushu": "ULSAN, ULSAN GATE, ULSAN ROADS, EAST SEA, OKINOSHIMA N, HIBIKI, MUTSURE",
    "ulsan-hakata": "ULSAN, ULSAN GATE, ULSAN ROADS, EAST SEA, OKINOSHIMA N, HAKATA ROADS, HAKATA GATE, HAKATA BAY, "
    "HAKATA",
    "hakata-kitakyushu": "HAKATA, HAKATA BAY, HAKATA GATE, HAKATA ROADS, HIBIKI, MUTSURE",
    "pohang-kitakyushu": "POHANG, YEONGIL BAY, POHANG ROADS, OFF HOMIGOT, EAST SEA, OKINOSHIMA N, HIBIKI, MUTSURE",
    "busan-hitakatsu": "BUSAN, BUSAN GATE, BUSAN ROADS, HITAKATSU ROADS, HITAKATSU",
    "busan-izuhara": "BUSAN, BUSAN GATE, BUSAN ROADS, TSUSHIMA NE, TSUSHIMA E, IZUHARA ROADS, IZUHARA",
    "hakata-izuhara": "HAKATA, HAKATA BAY, HAKATA GATE, HAKATA ROADS, ASHIBE ROADS, IZUHARA ROADS, IZUHARA",
    "hakata-ashibe": "HAKATA, HAKATA BAY, HAKATA GATE, HAKATA ROADS, ASHIBE ROADS, ASHIBE",
    "nagasaki-ulsan": "NAGASAKI, NAGASAKI GATE, NAGASAKI ROADS, GOTO SEA, HIRADO CHANNEL, OFF HIRADO, IKI W, TSUSHIMA "
    "SE, TSUSHIMA E, EAST SEA, ULSAN ROADS, ULSAN GATE, ULSAN",
    "busan-maizuru": "BUSAN, BUSAN GATE, BUSAN ROADS, EAST SEA, OFF OKI, OFF KYOGA, MAIZURU GATE, MAIZURU",
    "kitakyushu-maizuru": "MUTSURE, HIBIKI, OFF TSUNOSHIMA, OFF MISHIMA, OFF HINOMISAKI, OFF OKI, OFF KYOGA, MAIZURU "
    "GATE, MAIZURU",
    "jeju-jindo": "JEJU, JEJU ROADS, OFF CHUJA, JINDO",
    "jeju-seogwipo": "JEJU, JEJU ROADS, OFF JEJU NW, OFF JEJU SW, SEOGWIPO ROADS, SEOGWIPO",
    "okpo-trials": "OKPO, OKPO ROADS, OFF GEOJE E, OFF GORI, ULSAN ROADS",
}

PORTS: dict[str, str] = {
    "BUSAN": "KRPUS", "NEW PORT": "KRBNP", "MASAN": "KRMAS", "OKPO": "KROKP", "ULSAN": "KRUSN", "POHANG": "KRKPO",
    "DONGHAE": "KRTGH", "GWANGYANG": "KRKAN", "JEJU": "KRCJU", "SEOGWIPO": "KRSPO", "JINDO": "KRCHD", "HAKATA": "JPHKT",
    "MUTSURE": "JPKKJ", "SHIMONOSEKI": "JPSHS", "HITAKATSU": "JPHTK", "IZUHARA": "JPIZH", "ASHIBE": "JPASB",
    "NAGASAKI": "JPNGS", "MAIZURU": "JPMAI", "SHANGHAI": "CNSHA",
}  # fmt: skip
"""What ships give as their destination; some as UN/LOCODE has them, some made up: destinations are typed by hand."""

HARBOURS: tuple[str, ...] = (
    *PORTS, "BUSAN GATE", "GADEOK", "MASAN BAY", "JINHAE BAY", "ULSAN GATE", "YEONGIL BAY", "MYODO", "YEOSU BAY",
    "HAKATA BAY", "HAKATA GATE", "NAGASAKI GATE", "MAIZURU GATE",
)  # fmt: skip
"""Marks within which a coast drawn for the whole world cannot tell water from quay."""


def _station(name: str, place: Place, range_nmi: float, latency_s: float, number: int) -> Station:
    return Station(name=name, place=place, range_m=range_nmi * NMI_M, latency_s=latency_s, mmsi=number)


STATIONS: tuple[Station, ...] = (
    _station("SIM-BUSAN", (35.085, 129.030), 42, 0.35, 4_820_001),
    _station("SIM-ULSAN", (35.500, 129.440), 40, 0.40, 4_820_002),
    _station("SIM-POHANG", (36.080, 129.560), 44, 0.45, 4_820_003),
    _station("SIM-GEOJE", (34.750, 128.640), 42, 0.55, 4_820_004),
    _station("SIM-YEOSU", (34.590, 127.790), 42, 0.50, 4_820_005),
    _station("SIM-JEJU", (33.360, 126.530), 70, 0.90, 4_820_006),
    _station("SIM-TSUSHIMA-N", (34.650, 129.430), 46, 0.70, 4_830_001),
    _station("SIM-TSUSHIMA-S", (34.150, 129.230), 48, 0.75, 4_830_002),
    _station("SIM-IKI", (33.750, 129.720), 38, 0.60, 4_830_003),
    _station("SIM-HAKATA", (33.680, 130.300), 34, 0.50, 4_830_004),
    _station("SIM-KANMON", (33.990, 130.760), 38, 0.45, 4_830_005),
    Station(name="SIM-SAT", place=(0.0, 0.0), range_m=0.0, latency_s=3.0, satellite=True),
)
