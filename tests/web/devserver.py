"""The screens on a made-up sea, for whoever works on them.

    python -m tests.web.devserver --vessels 200000 --port 8088

Sign in as viewer, officer, releaser or admin with the password "officer password 1" and so on. With --first-run the
node has no one yet and its one-time code is 1234-5678.
"""

import argparse
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).parent))

from fakes import NOW_US, FakeDesk, FakeSite

from hanbada.app.web import Settings, create


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vessels", type=int, default=5000)
    parser.add_argument("--alerts", type=int, default=0, help="so many more vessels carry an alert")
    parser.add_argument("--reports", type=int, help="reports a second (default: one in sixty vessels)")
    parser.add_argument("--port", type=int, default=8088, help="0 takes a free one")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--first-run", action="store_true")
    arguments = parser.parse_args()
    started = time.time()

    def clock() -> int:
        return NOW_US + round((time.time() - started) * 1e6)

    site = FakeSite(arguments.vessels, clock=clock)
    site.alarm(arguments.alerts)
    desk = FakeDesk(code="1234-5678", clock=clock) if arguments.first_run else FakeDesk.manned(clock=clock)
    app = create(site, desk, Settings(data_dir=arguments.data_dir))

    def feed() -> None:
        while arguments.reports != 0:
            time.sleep(1)
            site.tick(arguments.reports or max(1, arguments.vessels // 60))

    threading.Thread(target=feed, daemon=True).start()
    door = socket.create_server(("127.0.0.1", arguments.port))
    sys.stdout.write(f"http://127.0.0.1:{door.getsockname()[1]}/\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_level="warning", ws_per_message_deflate=False)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[door])


if __name__ == "__main__":
    main()
