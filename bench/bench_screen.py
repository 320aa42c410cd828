"""200,000 vessels on the map console: the wait for a picture, processor time of a frame and of an update.

    python -m bench.bench_screen [VESSELS]

A made-up sea is served over HTTP and WebSocket on loopback to Debian's Chromium, which draws in software (SwiftShader,
no graphics card). Each figure is one line of JSON: name, value, unit, and the most it may be (floor) and should be
(goal). Processor time is what the browser's own processes used, so that neighbours on the machine disturb it little;
waits are wall time and they do. The counts say whether what was timed was also drawn: every vessel of the made-up sea
that lies in view must have changed a pixel within two of its place.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "web"))

from fakes import NOW_US, FakeDesk, FakeSite
from harness import BROWSER_ARGUMENTS, CHROMIUM, Window, serve

from hanbada.app.web import Settings, create

VESSELS, CHANGED = 200_000, 3_000
CENTER, ZOOM = (132.0, 35.0), 4.0
VIEW = {"width": 1280, "height": 720}
FRAMES, UPDATES, PICTURES = 12, 12, 3

CONNECT = """async () => {
  const {picture, chart} = hanbada, {live, layer} = picture, gl = chart.map.getCanvas().getContext('webgl2');
  live.socket.onclose = null;
  live.socket.close();
  live.revision = -1;
  picture.fleet.clear(0);
  layer.upload();
  await new Promise((done) => chart.map.once('render', done));
  const begun = performance.now();
  live.connect();
  while (picture.fleet.count === 0 || layer.stale) await new Promise((done) => chart.map.once('render', done));
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  return performance.now() - begun;
}"""
DRAW = """async (frames) => {
  const {map} = hanbada.chart, gl = map.getCanvas().getContext('webgl2');
  for (let n = 0; n < frames; n++) {
    const drawn = new Promise((done) => map.once('render', done));
    map.triggerRepaint();
    await drawn;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }
}"""
LIT = """async ([xs, ys]) => {
  const {picture, chart} = hanbada, {map} = chart, {layer} = picture, canvas = map.getCanvas();
  const gl = canvas.getContext('webgl2'), wide = canvas.width, high = canvas.height;
  const shot = async () => {
    const pixels = new Uint8Array(wide * high * 4);
    const drawn = new Promise((done) => map.once('render', () => done(gl.readPixels(0, 0, wide, high, gl.RGBA, gl.UNSIGNED_BYTE, pixels))));
    map.triggerRepaint();
    await drawn;
    return new Uint32Array(pixels.buffer);
  };
  const filter = layer.filter, full = await shot();
  layer.filter = {...filter, mask: 0};
  const empty = await shot();
  layer.filter = filter;
  const changed = (x, y) => {
    for (let i = -2; i <= 2; i++) for (let j = -2; j <= 2; j++) {
      const at = Math.max(0, Math.min(high - 1, high - 1 - y + i)) * wide + Math.max(0, Math.min(wide - 1, x + j));
      if (full[at] !== empty[at]) return true;
    }
    return false;
  };
  return [layer.visible, xs.filter((x, n) => changed(x, ys[n])).length];
}"""


def say(name: str, value: float, unit: str, floor: float | None = None, goal: float | None = None) -> None:
    """One figure."""
    sys.stdout.write(json.dumps({"name": name, "value": value, "unit": unit, "floor": floor, "goal": goal}) + "\n")
    sys.stdout.flush()


class Processes:
    """Processor time of the browser's processes, by kind."""

    def __init__(self, browser: Any) -> None:
        self.session = browser.new_browser_cdp_session()

    def used_s(self, *kinds: str) -> float:
        """Seconds used so far by processes of some kinds."""
        found = self.session.send("SystemInfo.getProcessInfo")["processInfo"]
        return sum(one["cpuTime"] for one in found if one["type"] in kinds)


def in_view(site: FakeSite) -> tuple[list[int], list[int]]:
    """Where the sea's vessels lie in the view, in pixels, reckoned here and not by what is measured."""
    rows = np.arange(len(site.mmsi))
    lon, lat = site.places(rows, site.at)
    scale = 512 * 2**ZOOM

    def mercator(degrees: Any) -> Any:
        return (1 - np.log(np.tan(np.pi / 4 + np.radians(degrees) / 2)) / np.pi) / 2

    x = ((lon - CENTER[0] + 180) % 360 - 180) / 360 * scale + VIEW["width"] / 2
    top = mercator(CENTER[1]) * scale - 0.5 * (VIEW["height"] - 40)  # the top bar stands above the map
    y = mercator(lat) * scale - top
    inside = (x > 3) & (x < VIEW["width"] - 3) & (y > 3) & (y < VIEW["height"] - 43)
    return np.floor(x[inside]).astype(int).tolist(), np.floor(y[inside]).astype(int).tolist()


def first_pictures(page: Any) -> float:
    """Seconds from asking for the picture until it is drawn, the middle of several."""
    return statistics.median(page.evaluate(CONNECT) for _ in range(PICTURES)) / 1000


def frame_ms(page: Any, processes: Processes) -> float:
    """Processor time of drawing a frame."""
    frames = page.evaluate("hanbada.picture.layer.frames")
    before = processes.used_s("GPU", "renderer")
    page.evaluate(DRAW, FRAMES)
    used = processes.used_s("GPU", "renderer") - before
    return 1000 * used / (page.evaluate("hanbada.picture.layer.frames") - frames)


def update_ms(page: Any, processes: Processes, site: FakeSite) -> float:
    """Processor time the page's process spends on an update beyond what it spends anyway; drawing is the frame's."""

    def spent_s(seconds: int, changed: int) -> float:
        before = processes.used_s("renderer")
        for _ in range(seconds):
            if changed:
                site.tick(changed)
            page.wait_for_timeout(1000)
        return processes.used_s("renderer") - before

    idle_s = spent_s(UPDATES, 0)
    return 1000 * (spent_s(UPDATES, CHANGED) - idle_s) / UPDATES


def main(vessels: int) -> int:
    """Measure; 1 if a count is wrong or a figure worse than its floor."""
    from playwright.sync_api import sync_playwright

    begun = time.monotonic()
    site = FakeSite(vessels, clock=lambda: NOW_US + round((time.monotonic() - begun) * 1e6))
    site.alarm(300)
    address, stop = serve(create(site, FakeDesk.manned(), Settings(tick_s=1.0)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_ARGUMENTS)
        try:
            return measured(Window(browser, address), Processes(browser), site)
        finally:
            browser.close()
            stop()


def measured(window: Window, processes: Processes, site: FakeSite) -> int:
    """Every figure of one window."""
    window.page.set_viewport_size(VIEW)
    window.sign_in("officer")
    opened = time.monotonic()
    page = window.open(f"/?view={CENTER[0]},{CENTER[1]},{ZOOM}")
    window.vessels()
    say("screen.open_to_first_picture_s", round(time.monotonic() - opened, 2), "s")
    window.wait("hanbada.chart.map.loaded()")
    xs, ys = in_view(site)
    visible, lit = page.evaluate(LIT, [xs, ys])
    say("screen.vessels_in_view", len(xs), "vessels")
    say("screen.vessels_drawn", lit, "vessels", len(xs))
    picture_s, drawn_ms, changed_ms = first_pictures(page), frame_ms(page, processes), update_ms(page, processes, site)
    say("screen.data_to_first_picture_s", round(picture_s, 2), "s", 2.0, 1.1)
    say("screen.cpu_per_frame_ms", round(drawn_ms), "ms", 400, 330)
    say("screen.cpu_per_update_ms", round(changed_ms, 1), "ms", 60, 40)
    kept = page.evaluate("hanbada.picture.fleet.count")
    say("screen.vessels_kept_after_updates", kept, "vessels", len(site.mmsi))
    right = kept == len(site.mmsi) and lit == len(xs) and abs(visible - len(xs)) <= 0.02 * len(xs)
    return 0 if right and picture_s <= 2.0 and drawn_ms <= 400 and changed_ms <= 60 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else VESSELS))
