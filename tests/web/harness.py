"""What drives the screens in tests: a standing clock, a client without scripts, a served app, a watched window."""

import socket
import struct
import threading
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
import uvicorn
from fakes import NOW_US

with warnings.catch_warnings():
    # Starlette asks for httpx2 at import; httpx serves us as well until it is packaged everywhere.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

CHROMIUM = Path("/usr/bin/chromium")
BROWSER_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOST = "http://localhost"
VIEW = {"width": 1120, "height": 700}
RESET = """() => {
  document.querySelector('dialog[open]')?.close();
  for (const menu of document.querySelectorAll('details.menu[open]')) menu.open = false;
  document.activeElement?.blur();
  hanbada.time.live();
  if (hanbada.measure.on) hanbada.toggleMeasure();
  hanbada.inbox.box.value = '';
  hanbada.inbox.box.checked = false;
  if (hanbada.inbox.frozen) document.querySelector('#inbox-freeze').click();
  if (!hanbada.selection.tracked) hanbada.selection.toggleTrack();
  hanbada.list.open(false);
  hanbada.select(0, false);
  hanbada.inbox.current = '';
  hanbada.showAlert('');
  document.querySelector('#filter').dispatchEvent(new Event('reset', {cancelable: true}));
  hanbada.time.pace(1 - 5);
  hanbada.time.pace(1);
  if (document.documentElement.dataset.palette !== 'dusk') hanbada.palette('dusk');
  document.querySelector('#search').value = '';
  document.querySelector('#keys-on').checked = true;
  localStorage.clear();
  hanbada.chart.map.jumpTo({center: hanbada.own, zoom: 7.2});
  htmx.trigger(document.querySelector('#inbox'), 'refresh');
}"""


class Clock:
    """A wall clock that stands still until a test moves it."""

    def __init__(self):
        self.now = NOW_US / 1e6

    def __call__(self):
        return self.now


class Client(TestClient):
    """A browser without scripts: sends our forms with their token."""

    def __init__(self, app):
        super().__init__(app, base_url=HOST, follow_redirects=False, headers={"accept": "text/html"})

    def form(self, path, **fields):
        headers = {"origin": HOST} | fields.pop("headers", {})
        fields.setdefault("csrf", self.token())
        return self.post(path, data=fields, headers=headers)

    def token(self):
        text = self.get("/nowhere").text  # any page of ours carries it
        return text.split('name="csrf" content="')[1].split('"')[0]

    def sign_in(self, name, password=None):
        return self.form("/login", name=name, password=password or f"{name} password 1")


def serve(app):
    """Run an app on a free port of the loopback; its address and a way to stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)

    def stop():
        server.should_exit = True
        server.force_exit = True
        thread.join(10)

    return f"http://127.0.0.1:{port}", stop


class Window:
    """One page of a browser that tolerates no request beyond the node and no fault on the console.

    Windows may share a `context` (cookies and cache); one without gets its own.
    """

    def __init__(self, browser, address, context=None, **options):
        self.address, self.shared = address, context is not None
        self.context = context or browser.new_context(viewport=VIEW, **options)
        self.requests, self.faults = [], []
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url.replace("ws:", "http:", 1)))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)

    def sign_in(self, name="officer"):
        self.page.goto(f"{self.address}/login")
        self.page.fill('[name="name"]', name)
        self.page.fill('[name="password"]', f"{name} password 1")
        self.page.click("button.primary")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self.ready()

    def prefer(self, language, palette):
        value = {"name": "hanbada_preferences", "value": f"{language}.{palette}", "url": self.address}
        self.context.add_cookies([value])

    def open(self, path):
        self.page.goto(f"{self.address}{path}")
        return self.ready()

    def ready(self):
        self.page.wait_for_selector('body[data-ready="1"], body.door')
        return self.page

    def wait(self, condition):
        """Wait until an expression is true. As a function: the page's policy forbids evaluating text."""
        self.page.wait_for_function(f"() => ({condition})")

    def vessels(self, condition="true"):
        """Wait until the map holds its vessels and has drawn them; how many."""
        self.wait(f"window.hanbada?.picture.full && hanbada.picture.layer.visible > 0 && ({condition})")
        return self.page.evaluate("hanbada.picture.layer.fleet.count")

    def reset(self, revision):
        """Put the map console back to how it opens, and wait until it shows the node as it now is."""
        self.faults.clear()
        self.page.evaluate(RESET)
        self.vessels(
            f"hanbada.picture.live.revision >= {revision} && !hanbada.chart.restyling && hanbada.picture.mode === 'live'"
        )
        self.wait(
            "document.querySelectorAll('#inbox .alerts > .alert.new').length === 6 && !document.querySelector('#card')"
        )

    def frames(self):
        """Wait until the map was drawn once more."""
        self.wait(f"hanbada.picture.layer.frames > {self.page.evaluate('hanbada.picture.layer.frames')}")

    def outside(self):
        """Requests that left the node."""
        return [url for url in self.requests if not url.startswith((self.address, "blob:", "data:"))]

    def close(self):
        self.page.close() if self.shared else self.context.close()


def pixels(png):
    """The pixels of a PNG screenshot: rows of red, green and blue."""
    header, data, at = struct.unpack(">IIBBBBB", png[16:29]), b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    wide, high, _, colour = header[:4]
    depth = {2: 3, 6: 4}[colour]
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(high, 1 + wide * depth).astype(np.int16)
    rows, above = np.zeros((high, wide * depth), np.int16), np.zeros(wide * depth, np.int16)
    for n in range(high):
        above = rows[n] = unfiltered(raw[n, 0], raw[n, 1:], above, depth)
    return rows.reshape(high, wide, depth)[:, :, :3]


def unfiltered(kind, line, above, depth):
    """One PNG row without its filter (PNG 1.2, section 6)."""
    if kind == 0:
        return line
    if kind == 2:
        return (line + above) % 256
    out = line.copy()
    for i in range(len(line)):
        left, up, corner = (
            (int(out[i - depth]), int(above[i]), int(above[i - depth])) if i >= depth else (0, int(above[i]), 0)
        )
        if kind == 4:
            guess = left + up - corner
            ways = (abs(guess - left), abs(guess - up), abs(guess - corner))
            best = (left, up, corner)[ways.index(min(ways))]
        out[i] = (int(line[i]) + (left if kind == 1 else (left + up) // 2 if kind == 3 else best)) % 256
    return out
