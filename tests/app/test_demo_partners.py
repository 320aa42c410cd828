"""The demo's partners without its traffic: three nodes, two of them processes, two alerts told and one taken back."""

import asyncio
import sys
import threading
from pathlib import Path

from hanbada.app import demo_partners
from hanbada.app.config import DATABASE
from hanbada.app.sharing import serving
from hanbada.app.sharing.desk import following
from hanbada.app.sharing.door import wall_us
from hanbada.store.database import open_database
from hanbada.store.desk import DeskStore

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))
from makings import detection


def test_partners_of_the_demo_have_what_they_may_and_lose_what_is_taken_back(tmp_path):
    engine = open_database(tmp_path / DATABASE)
    partners = demo_partners.joined(tmp_path, engine)
    store = DeskStore(engine, wall_us, following(tmp_path))
    loop, done = asyncio.new_event_loop(), []

    async def exchange():
        await serving.serve(tmp_path, engine, f"127.0.0.1:{partners.port}")

    serve = loop.create_task(exchange())
    thread = threading.Thread(target=lambda: done.append(loop.run_until_complete(asyncio.wait((serve,)))))
    with demo_partners.running(partners) as (eu, sg):
        assert eu.address.startswith("http://127.0.0.1:")
        assert eu.code != sg.code
        thread.start()
        store.record([detection(name, simulated=True) for name in ("a", "b")], wall_us())
        try:
            assert demo_partners.check(partners, store) == 0
        finally:
            loop.call_soon_threadsafe(serve.cancel)
            thread.join()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    engine.dispose()
