"""Look at a running demo as its first visitor would: the first run, the map's picture, the inbox."""

from __future__ import annotations

import re
import secrets
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from websockets.sync.client import connect
from websockets.typing import Origin

from hanbada.app.serve_command import say
from hanbada.app.web.frames import read_vessel_frame

PATIENCE_S = 60.0
LEAST_VESSELS, LEAST_ALERTS = 200, 5


def check(address: str, code: str) -> int:
    """0 once the map is sent vessels and the page of alerts lists some; 1 if that takes too long."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.addheaders = [("Origin", address.rstrip("/")), ("Accept", "text/html")]
    _first_visit(browser, address, code)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    until, vessels, alerts = time.monotonic() + PATIENCE_S, 0, 0
    while time.monotonic() < until and (vessels < LEAST_VESSELS or alerts < LEAST_ALERTS):
        vessels = _vessels(address, cookies)
        alerts = len(set(re.findall(r'href="/alerts/(\d+)', _page(browser, address + "alerts"))))
        time.sleep(0.5)
    say(f"the map shows {vessels:,} vessels, the inbox {alerts:,} alerts")
    return 0 if vessels >= LEAST_VESSELS and alerts >= LEAST_ALERTS else 1


def _first_visit(browser: urllib.request.OpenerDirector, address: str, code: str) -> None:
    token = re.findall(r'name="csrf"[^>]*(?:content|value)="([^"]+)"', _page(browser, address + "setup"))[0]
    password = secrets.token_urlsafe(16)
    form = {"csrf": token, "code": code, "password": password, "again": password, "area": "korea", "language": "en"}
    browser.open(address + "setup", urllib.parse.urlencode(form | {"palette": "dusk"}).encode()).read()


def _page(browser: urllib.request.OpenerDirector, address: str) -> str:
    with browser.open(address, timeout=20) as answer:
        return str(answer.read().decode())


def _vessels(address: str, cookies: str) -> int:
    where = address.replace("http://", "ws://") + "live"
    with connect(
        where, origin=Origin(address.rstrip("/")), additional_headers={"Cookie": cookies}, max_size=None
    ) as socket:
        while isinstance(message := socket.recv(20), str):
            pass
    return len(read_vessel_frame(message).columns["mmsi"])
