"""What the web part is told when it starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from hanbada.app.configuration import Provider


class Settings(Struct, frozen=True, kw_only=True):
    """How the screens are served.

    `hosts` are the names a browser may call us by (a defence against DNS rebinding); `secure` says we are reached by
    https; `data_dir` may hold `names.geojson` and `packs/basemap/*.pmtiles`; `clock` is the wall clock in seconds;
    `origin` is how browsers reach us where that is by https, which passkeys are bound to;
    `provider` also signs people in, with the secret in a file of `data_dir`.
    """

    data_dir: Path | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]", "::1")
    secure: bool = False
    language: str = "en"
    palette: str = "dusk"
    tick_s: float = 1.0
    session_h: float = 12.0
    origin: str | None = None
    provider: Provider | None = None
    clock: Callable[[], float] = time.time


PALETTES = ("day", "dusk", "night")
START = (146.0, 27.0, 3.2)
"""Where the map starts before anyone chose: the western Pacific; longitude, latitude, zoom."""
