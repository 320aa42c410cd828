"""What drives the screens in tests: a standing clock, a client without scripts, a served app, a watched window."""

import socket
import threading
import time
import warnings
from pathlib import Path

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
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws_per_message_deflate=False)
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
    """One browser context that tolerates no request beyond the node and no fault on the console."""

    def __init__(self, browser, address, **options):
        self.address = address
        self.context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        self.context.set_default_timeout(30_000)
        self.requests, self.faults = [], []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.context.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page = self.context.new_page()

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

    def vessels(self, condition="true"):
        """Wait until the map holds its vessels and has drawn them; how many."""
        self.page.wait_for_function(
            f"() => window.hanbada?.picture.full && hanbada.picture.layer.frames > 1 && ({condition})", timeout=60_000
        )
        return self.page.evaluate("hanbada.picture.layer.fleet.count")

    def outside(self):
        """Requests that left the node."""
        return [url for url in self.requests if not url.startswith((self.address, "blob:", "data:"))]

    def close(self):
        self.context.close()
