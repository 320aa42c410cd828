"""What the screen tests share: a node with an in-memory site and desk, signed-in clients, a served node, a browser."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fakes import FakeDesk, FakeSite
from harness import BROWSER_ARGUMENTS, CHROMIUM, Client, Clock, Window, serve

from hanbada.app.web import Settings, create


@pytest.fixture
def node():
    """A node after its first run with sixty vessels and six alerts."""
    site, desk, clock = FakeSite(60), FakeDesk.manned(), Clock()
    app = create(site, desk, Settings(clock=clock, tick_s=0.01))
    return SimpleNamespace(site=site, desk=desk, app=app, clock=clock)


@pytest.fixture
def visit(node):
    """Makes clients: `visit()` is a stranger, `visit("officer")` a signed-in officer."""

    def make(role=None):
        client = Client(node.app)
        if role:
            assert client.sign_in(role).status_code == 303
        return client

    return make


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, once for all tests."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: the screens are not driven")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def server():
    """One node behind a socket for all browser tests; `served` puts it back to its beginning."""
    site, desk = FakeSite(60), FakeDesk.manned()
    address, stop = serve(create(site, desk, Settings(tick_s=0.1)))
    yield SimpleNamespace(site=site, desk=desk, address=address)
    stop()


@pytest.fixture
def served(server):
    """The node as it was, with whoever is signed in."""
    kept = {name: getattr(server.desk, name) for name in ("sessions", "log_of_events")}  # windows count on from them
    vars(server.desk).update(vars(FakeDesk.manned()) | kept)
    revision = server.site.revision
    vars(server.site).update(vars(FakeSite(60)))
    server.site.revision = revision + 1
    server.site.changed += revision
    return server


@pytest.fixture(scope="session")
def officer(browser, server):
    """A browser's memory with an officer signed in."""
    one = Window(browser, server.address)
    one.sign_in("officer")
    one.page.close()
    yield one.context
    one.close()


@pytest.fixture
def window(browser, served):
    """Opens windows on the served node; when the test ends none may have asked anyone else, or complained."""
    opened = []

    def make(**options):
        opened.append(Window(browser, served.address, **options))
        return opened[-1]

    yield make
    outside = [url for one in opened for url in one.outside()]
    faults = [fault for one in opened for fault in one.faults]
    for one in opened:
        one.close()
    assert outside == []
    assert faults == []


@pytest.fixture
def fresh(window, officer):
    """The map console just opened, with an officer before it: for tests that open it anew or break it."""
    officer.clear_cookies(name="hanbada_preferences")
    one = window(context=officer)
    one.open("/")
    one.vessels()
    return one


@pytest.fixture(scope="module")
def standing(browser, server, officer):
    """One map console for many tests: opening it costs seconds where there is no graphics card."""
    one = Window(browser, server.address, context=officer)
    one.open("/")
    yield one
    one.close()


@pytest.fixture
def console(standing, served, officer):
    """The map console as it opens, with an officer before it."""
    officer.clear_cookies(name="hanbada_preferences")
    standing.reset(served.site.revision)
    yield standing
    assert standing.outside() == []
    assert standing.faults == []
